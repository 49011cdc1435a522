"""A comparison as Markdown, for a pull request or a model card."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.comparison.differing.facts import Absent, Several, Value
from mlops_console.display import safe_text
from mlops_console.workspace.comparing.judging import Family
from mlops_console.workspace.comparing.model import Comparison, Subject
from mlops_console.workspace.comparing.saying import shown_p, signed, tells

if TYPE_CHECKING:
    from mlops_console.comparison.differing import Row
    from mlops_console.comparison.model import Judgement
    from mlops_console.comparison.predictions.model import Slices
    from mlops_console.workspace.comparing.report import Report

ROWS: Final = 60
_LONGEST: Final = 120
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|#~])")


def markdown(report: "Report") -> str:
    """The whole report; everything that runs said is escaped."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: "Report") -> Iterator[str]:
    comparison = report.comparison
    yield "# Comparison"
    yield ""
    yield f"**{_text(report.sentence, 2000)}**"
    yield ""
    yield from _table(
        ["", "name", "runs"],
        [[_called(one), _text(one.name), _runs(one)] for one in comparison.subjects],
    )
    for family in (report.judged.over_rows, report.judged.over_runs):
        if family is not None:
            yield from _family(comparison, family)
    yield from _metrics(comparison)
    yield from _differences(comparison)
    yield from _costs(comparison)
    for key, words in report.code.items():
        yield f"- code of {_name(comparison, key)}: {_text(words, 500)}"
    for key, found in report.slices.items():
        yield from _slices(_name(comparison, key), found)
    for note in comparison.notes:
        yield f"> {_text(note, 500)}"


def _family(comparison: Comparison, family: Family) -> Iterator[str]:
    yield ""
    yield "## Statistics"
    yield ""
    yield f"{_text(family.words, 300)}; p by Holm over these."
    yield ""
    if family.problem:
        yield _text(family.problem, 500)
    if not family.judgements:
        return
    head = ["", "metric", "difference", "95% interval", "p", "verdict", "n", "test", "because"]
    yield from _table(head, [_judgement(comparison, one) for one in family.judgements])
    notes = dict.fromkeys(note for one in family.judgements for note in one.notes)
    for note in (*notes, *family.notes):
        yield f"- {_text(note, 500)}"


def _judgement(comparison: Comparison, one: "Judgement") -> list[str]:
    interval = f"{signed(one.ci[0])} to {signed(one.ci[1])}" if one.ci else display.NONE
    verdict = one.verdict if tells(one) else "can't be said"
    counts = f"{display.count(one.n_a)}/{display.count(one.n_b)} {one.unit}"
    name = _name(comparison, one.b)
    return [
        name, _text(one.metric), signed(one.difference), interval, shown_p(one), verdict, counts,
        _text(one.test), _text(one.because, 400),
    ]  # fmt: skip


def _metrics(comparison: Comparison) -> Iterator[str]:
    rows = [row for row in comparison.metrics if row.common or row.key in comparison.judged][:ROWS]
    if not rows:
        return
    yield from ("", "## Metrics", "")
    better = {"min": "less", "max": "more", None: ""}
    made = []
    for row in rows:
        texts = [text.strip() for text in display.aligned([cell.value for cell in row.cells])]
        cells = [f"**{text}**" if cell.best else text for text, cell in zip(texts, row.cells, strict=True)]
        made.append([_text(row.key), better[row.goal], *cells])
    yield from _table(["metric", "better", *map(_called, comparison.subjects)], made)


def _differences(comparison: Comparison) -> Iterator[str]:
    rows = comparison.differences.different
    yield from ("", "## Differences", "")
    if not rows:
        yield "Nothing that is recorded differs."
        return
    head = ["", "", *map(_called, comparison.subjects)]
    yield from _table(head, [[row.section, _text(row.key), *map(_value, row.values)] for row in _first(rows)])
    if len(rows) > ROWS:
        yield f"{display.count(len(rows) - ROWS)} more differ."


def _first(rows: "Sequence[Row]") -> "Sequence[Row]":
    return rows[:ROWS]


def _costs(comparison: Comparison) -> Iterator[str]:
    if not comparison.costs:
        return
    yield from ("", "## Costs", "")
    rows = [
        [_text(cost.key), *(amount(cost.key, value) for value in cost.values)] for cost in comparison.costs
    ]
    yield from _table(["", *map(_called, comparison.subjects)], rows)


def amount(key: str, value: float | None) -> str:
    """What something cost, in its own unit."""
    if value is None:
        return display.NONE
    if key == "duration":
        return display.duration(round(value * 1e6))
    return display.size(round(value)) if key.endswith("bytes") else display.number(value)


def _slices(name: str, found: "Slices") -> Iterator[str]:
    yield from ("", f"## Where {name} differs on {_text(found.metric)}", "")
    if found.problem:
        yield _text(found.problem, 500)
        return
    yield f"Worst first; q over all {found.looked} slices ({_text(found.correction)})."
    yield ""
    rows = [
        [_text(one.name), signed(one.difference), display.count(one.n), display.number(one.q, 3), one.verdict]
        for one in found.slices[:20]
    ]
    yield from _table(["slice", "difference", "rows", "q", "verdict"], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join(' --- ' for _ in head)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _called(subject: Subject) -> str:
    return "base" if subject.base else subject.letter


def _name(comparison: Comparison, key: str) -> str:
    subject = next(one for one in comparison.subjects if one.key == key)
    return f"{_called(subject)} {_text(subject.name, 48)}"


def _runs(subject: Subject) -> str:
    return subject.runs[0] if len(subject.runs) == 1 else display.count(len(subject.runs))


def _value(value: Value) -> str:
    match value:
        case Absent():
            return display.NONE
        case Several():
            return ", ".join(map(_value, value.values))[:_LONGEST]
        case str():
            return _text(value)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return display.number(value, 6)
        case _:
            return _text(json.dumps(value))


def _text(text: str, limit: int = _LONGEST) -> str:
    """As it was written, in a table's cell: nothing in it is markup, nothing invisible."""
    return _SPECIAL.sub(r"\\\1", safe_text(text, limit))
