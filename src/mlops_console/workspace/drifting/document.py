"""A drift report as one HTML page, or as Markdown: the verdict, why, each feature that moved, what to do."""

from collections.abc import Iterator
from typing import Final

from mlops_console.display import count, number
from mlops_console.documents.blocks import (
    Block,
    Entry,
    Facts,
    Grid,
    Heading,
    Ink,
    Items,
    Picture,
    Tile,
    Tiles,
    Words,
)
from mlops_console.drift.advising import advice
from mlops_console.drift.judging.words import chance, percent
from mlops_console.drift.model import SEVERITY, Feature, Interval, ModelReport, Report, Side
from mlops_console.drift.phrases import moved

PICTURES: Final = 40
"""Of so many features both sides are drawn."""
_MOST: Final = 2_000
"""Features in a table of the page; the JSON has all."""
_INKS: Final[dict[str, Ink]] = {"DRIFT": "worse", "HARMFUL": "worse", "WATCH": "best", "BENIGN": "better"}
HISTOGRAM: Final = "histogram"


def html(report: Report) -> str:
    """One page: no script, nothing from elsewhere; what data says is escaped."""
    from mlops_console.documents.page import page
    from mlops_console.workspace.drifting.pictures import drawn

    title = f"{report.verdict}: {report.current.name} against {report.reference.name}"
    return page(contents(report), title, "drift compare", lambda picture: drawn(report, picture))


def markdown(report: Report) -> str:
    """The same without pictures."""
    from mlops_console.documents.markdown import markdown as written

    return written(contents(report))


def contents(report: Report) -> Iterator[Block]:
    """What the document says, in order."""
    yield Heading(f"Drift of {report.current.name}", 1)
    yield Words(f"{report.verdict}. {report.because}", "answer")
    yield Tiles(list(_tiles(report)))
    advised = advice(report)
    if advised:
        yield Heading("What to do")
        yield Items(advised)
    yield from _features(report)
    if report.domain is not None:
        yield Heading("All together")
        yield Words(report.domain.because)
        if report.domain.features:
            rows = [(name, percent(share)) for name, share in report.domain.features]
            yield Grid(("feature", "share of what the classifier tells by"), rows)
    if report.model is not None:
        yield from _model(report.model)
    if report.segments:
        yield Heading("Who moved")
        yield Items([one.because or f"{one.feature}: {one.by} {one.level}" for one in report.segments])
    yield from _pictures(report)
    yield from _compared(report)


def _tiles(report: Report) -> Iterator[Tile]:
    counts = {word: sum(1 for one in report.features if one.verdict == word) for word in SEVERITY}
    judged = len(report.features) - counts["NOT JUDGED"]
    yield Tile("features that drifted", f"{counts['DRIFT']} of {judged}", f"{counts['WATCH']} more to watch")
    if report.domain is not None and report.domain.auc is not None:
        note = "a classifier tells the rows apart" if report.domain.drifted else "all together as before"
        yield Tile("domain classifier AUC", number(report.domain.auc, 3), note)
    if report.model is not None:
        first = report.model.performance[0] if report.model.performance else None
        now = (first.realised or first.estimated) if first is not None else None
        note = ""
        if first is not None and now is not None:
            before = f", {number(first.reference.value, 3)} before" if first.reference else ""
            note = f"{first.metric} {number(now.value, 3)}{before}"
        yield Tile("model", report.model.verdict, note, _INKS.get(report.model.verdict, ""))
    yield Tile("rows", count(report.current.rows), f"against {count(report.reference.rows)}")


def _features(report: Report) -> Iterator[Block]:
    yield Heading("Features")
    listed = report.features[:_MOST]
    yield Grid(
        ("feature", "verdict", "what moved", "rows that moved", "q", "PSI", "rows before", "rows now"),
        [_row(one) for one in listed],
        left=3,
    )
    if len(report.features) > len(listed):
        yield Words(f"{count(len(report.features) - len(listed))} more: --json has them.", "muted")
    told = [one for one in listed if SEVERITY[one.verdict] >= SEVERITY["WATCH"]]
    if told:
        yield Heading("Why", 3)
        yield Facts([(one.measured.name, one.because) for one in told])
    if report.problems:
        yield Heading("Noted", 3)
        yield Items(report.problems, "warn")


def _row(one: Feature) -> list[str | Entry]:
    measured = one.measured
    psi = measured.statistics.get("psi")
    return [
        measured.name,
        Entry(one.verdict, _INKS.get(one.verdict, "")),
        moved(one) if one.verdict != "NOT JUDGED" else one.because,
        "" if one.effect is None else percent(one.effect),
        "" if one.q is None else chance(one.q),
        number(float(psi), 3) if isinstance(psi, (int, float)) else "",
        count(measured.n_ref) if measured.statistics else "",
        count(measured.n_cur) if measured.statistics else "",
    ]


def _model(model: ModelReport) -> Iterator[Block]:
    yield Heading("Model")
    yield Words(f"{model.verdict}. {model.because}")
    if model.performance:
        yield Grid(
            ("metric", "", "reference", "realised", "estimated"),
            [
                (one.metric, one.verdict, _interval(one.reference), _interval(one.realised),
                 _interval(one.estimated))
                for one in model.performance
            ],
            left=2,
        )  # fmt: skip
    if model.slices:
        yield Words("Wrong most, by the labels that came:")
        yield Items([one.because for one in model.slices])
    if model.problems:
        yield Items(model.problems, "warn")


def _interval(one: Interval | None) -> str:
    return "" if one is None else f"{number(one.value, 3)} [{number(one.low, 3)}, {number(one.high, 3)}]"


def _pictures(report: Report) -> Iterator[Block]:
    """The features that moved; where none did, the ones that came nearest."""
    shown = [one for one in report.features if one.measured.shapes][:PICTURES]
    told = [one for one in shown if SEVERITY[one.verdict] >= SEVERITY["WATCH"]] or shown[:6]
    if not told:
        return
    yield Heading("Before and now")
    yield Words("Grey is what both have; blue was there before, orange is there now.", "muted")
    for one in told:
        yield Heading(f"{one.measured.name}: {one.verdict}, {moved(one)}".rstrip(", "), 3)
        yield Picture(HISTOGRAM, one.measured.name)


def _compared(report: Report) -> Iterator[Block]:
    rules = report.rules
    yield Heading("How")
    yield Facts(
        [
            ("reference", _side(report.reference)),
            ("current", _side(report.current)),
            ("DRIFT from", percent(rules.drift)),
            ("WATCH from", percent(rules.watch)),
            ("q", f"{rules.q:g} over all checks of all features ({rules.method})"),
            ("STABLE", f"a move of {percent(rules.drift)} would be seen with a power of {rules.power:g}"),
            *((f"limit of {name}", f"{percent(floor)}: it moves by itself")
              for name, floor in sorted(rules.floors.items()) if floor > rules.drift),
        ]
    )  # fmt: skip


def _side(side: Side) -> str:
    exact = "" if side.exact else ", by quantiles"
    pinned = f", sha256 {side.sha256}" if side.sha256 else ""
    return f"{side.name}: {count(side.rows)} rows, {count(side.columns)} columns{exact}{pinned}"
