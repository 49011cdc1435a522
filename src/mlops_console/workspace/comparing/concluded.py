"""What was concluded, as blocks of a written report: judgements, slices, calibration, methods."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.documents.blocks import (
    Block,
    Entry,
    Grid,
    Heading,
    Ink,
    Items,
    Picture,
    Row,
    Words,
)
from mlops_console.workspace.comparing import methods
from mlops_console.workspace.comparing.judging import Family, tells
from mlops_console.workspace.comparing.model import Comparison
from mlops_console.workspace.comparing.saying import called, letter, shown_p, signed

if TYPE_CHECKING:
    from mlops_console.comparison.model import Judgement
    from mlops_console.comparison.predictions.model import Slice, Slices
    from mlops_console.workspace.comparing.report import Report

SLICED: Final = 20
"""So many slices are written, the worst and the best; `--json` has all."""
NOTES: Final = 20
_INKS: Final[dict[str, Ink]] = {"better": "better", "worse": "worse"}


def concluded(report: "Report") -> Iterator[Block]:
    """What may be concluded, and where the subjects differ."""
    comparison = report.comparison
    for family in _families(report):
        yield from _family(comparison, family)
    for key, found in report.slices.items():
        yield from _slices(comparison, key, found)
    yield from _calibration(report)


def _family(comparison: Comparison, family: Family) -> Iterator[Block]:
    rows = any(one.unit == "rows" for one in family.judgements) or "rows" in family.words
    yield Heading("Statistics over rows of predictions" if rows else "Statistics over runs")
    many = "; p is Holm's, over these" if len(family.judgements) > 1 else ""
    yield Words(f"{family.words}{many}.", "muted")
    if family.problem:
        yield Words(family.problem)
    if family.judgements:
        head = ["", "metric", "difference", "95% interval", "p", "verdict", "effect", "power", "n", "test"]
        yield Grid(head, [_judgement(comparison, one) for one in family.judgements], left=2)
        yield Picture("intervals of rows" if rows else "intervals of runs")
    said = [_because(comparison, one) for one in family.judgements]
    notes = dict.fromkeys(note for one in family.judgements for note in one.notes)
    if said or notes or family.notes:
        yield Items([*said, *notes, *family.notes])


def _judgement(comparison: Comparison, one: "Judgement") -> list[str | Entry]:
    interval = f"{signed(one.ci[0])} to {signed(one.ci[1])}" if one.ci else display.NONE
    verdict = one.verdict if tells(one) else "can't be said"
    effect = (
        f"{one.effect} {display.number(one.effect_size, 3)}" if one.effect_size is not None else display.NONE
    )
    pairs = f"{display.count(one.pairs)} pairs" if one.pairs is not None and one.unit == "runs" else ""
    counts = pairs or f"{display.count(one.n_a)}/{display.count(one.n_b)} {one.unit}"
    return [
        called(comparison, one.b), one.metric, signed(one.difference), interval, shown_p(one),
        Entry(verdict, _INKS.get(verdict, "")), effect, display.number(one.power, 2), counts, one.test,
    ]  # fmt: skip


def _because(comparison: Comparison, one: "Judgement") -> str:
    words = f"{called(comparison, one.b)} on {one.metric}: {one.because}"
    if one.more and one.unit == "runs":
        each = "run" if one.more == 1 else "runs"
        words += f" {display.count(one.more)} more {each} of each would settle it."
    return words


def _slices(comparison: Comparison, key: str, found: "Slices") -> Iterator[Block]:
    yield Heading(f"Where {called(comparison, key)} differs on {found.metric}")
    if found.problem:
        yield Words(found.problem)
        return
    yield Words(f"Worst first; q over {display.count(found.looked)} slices ({found.correction}).", "muted")
    ends = found.slices if len(found.slices) <= SLICED else _ends(found.slices)
    rows: list[Row] = [
        [
            one.name, display.number(one.value_a), display.number(one.value_b), signed(one.difference),
            f"{signed(one.ci[0])} to {signed(one.ci[1])}" if one.ci else display.NONE,
            display.count(one.n), display.number(one.q, 3), Entry(one.verdict, _INKS.get(one.verdict, "")),
        ]
        for one in ends
    ]  # fmt: skip
    subject = next(one for one in comparison.subjects if one.key == key)
    head = ["slice", "base", letter(subject), "difference", "95% interval", "rows", "q", "verdict"]
    yield Grid(head, rows)
    yield Picture("slices", key)
    left = len(found.slices) - len(rows)
    more = (
        [f"{display.count(left)} more slices, between the worst and the best, are not shown."]
        if left > 0
        else []
    )
    skipped = [f"Not cut: {column} {why}." for column, why in found.skipped[:NOTES]]
    if more or skipped or found.notes:
        yield Items([*more, *skipped, *found.notes])


def _ends(slices: "tuple[Slice, ...]") -> "tuple[Slice, ...]":
    """The worst and the best of those that could be judged."""
    told = [one for one in slices if one.difference is not None]
    return (*told[: SLICED // 2], *told[max(SLICED // 2, len(told) - SLICED // 2) :])


def _calibration(report: "Report") -> Iterator[Block]:
    if not report.calibration:
        return
    yield Heading("Calibration")
    subjects = report.comparison.subjects
    rows = [
        [
            f"{letter(subject)} {subject.name}",
            display.count(one.n),
            display.number(one.ece),
            display.number(one.brier),
        ]
        for subject, one in zip(subjects, report.calibration, strict=True)
    ]
    yield Grid(["", "rows", "ECE", "Brier"], rows)
    yield Picture("calibration")
    said = [
        f"{letter(subject)}: {words}"
        for subject, one in zip(subjects, report.calibration, strict=True)
        for words in ((one.problem,) if one.problem else one.notes)
    ]
    if said:
        yield Items(said)


def methods_of(report: "Report") -> Iterator[Block]:
    """What the methods take for granted."""
    said = report.judged.all
    texts = list(methods.of_tests(one.test for one in said))
    largest = max((len(one.judgements) for one in _families(report)), default=0)
    texts += [methods.HOLM] if largest > 1 else []
    texts += [methods.EQUIVALENT] if report.comparison.asked.margin is not None else []
    texts += [methods.POWER] if any(one.power is not None for one in said) else []
    texts += [methods.SLICES] if report.slices else []
    texts += [methods.CALIBRATION] if report.calibration else []
    if texts:
        yield Heading("Methods")
        yield Items(texts)


def _families(report: "Report") -> list[Family]:
    return [one for one in (report.judged.over_runs, report.judged.over_rows) if one is not None]
