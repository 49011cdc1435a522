"""A report of a comparison from its first line to its last, whatever it is written in."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.comparison.differing.facts import Absent, Several, Value
from mlops_console.documents.blocks import (
    Block,
    Code,
    Entry,
    Grid,
    Heading,
    Items,
    Picture,
    Row,
    Words,
)
from mlops_console.workspace.comparing.concluded import concluded, methods_of
from mlops_console.workspace.comparing.model import Cell, Comparison, MetricRow
from mlops_console.workspace.comparing.saying import called, letter, signed

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.report import Report

ROWS: Final = 60
"""So many rows of a section are written; `--json` has all."""
NOTES: Final = 20
_NAMED: Final = 8
_LONGEST: Final = 120


def contents(report: "Report") -> Iterator[Block]:
    """Every block, the answer first."""
    comparison = report.comparison
    yield Heading("Comparison", 1)
    yield Words(report.sentence, "answer")
    yield from _subjects(comparison)
    yield from _differences(comparison)
    yield from _metrics(comparison)
    yield from concluded(report)
    yield from _costs(comparison)
    if report.code:
        yield Heading("Code")
        yield Items([f"{called(comparison, key)}: {words}" for key, words in report.code.items()])
    if comparison.notes:
        yield Heading("Notes")
        yield Items(comparison.notes)
    yield from methods_of(report)
    yield from _origin(report)


def _subjects(comparison: Comparison) -> Iterator[Block]:
    rows: list[Row] = []
    for subject in comparison.subjects:
        runs = sorted((comparison.runs[run] for run in subject.runs), key=lambda run: run.started or 0)
        names = [f"{run.name or run.path} ({run.id})" for run in runs[:_NAMED]]
        names += [f"{display.count(len(runs) - _NAMED)} more"] if len(runs) > _NAMED else []
        projects = dict.fromkeys(run.project for run in runs)
        rows.append(
            [letter(subject), subject.name, display.count(len(runs)), ", ".join(projects), ", ".join(names)]
        )
    by = "" if comparison.asked.by is None else f", by {comparison.asked.by}"
    yield Heading(f"Compared{by}")
    yield Grid(["", "name", "runs", "project", "which"], rows, left=9)
    if comparison.paired_by and any(comparison.pairs.values()):
        yield Words(f"Runs are paired by {', '.join(comparison.paired_by)}.", "muted")


def _differences(comparison: Comparison) -> Iterator[Block]:
    yield Heading("Differences")
    rows = comparison.differences.different
    if not rows:
        yield Words("Nothing that is recorded differs.")
        return
    made: list[Row] = []
    for row in rows[:ROWS]:
        cells = [
            Entry(shown(value), "" if differs else "muted")
            for value, differs in zip(row.values, row.differs, strict=True)
        ]
        made.append([row.section, row.key, *cells])
    yield Grid(["", "", *map(letter, comparison.subjects)], made, left=2)
    if len(rows) > ROWS:
        yield Words(f"{display.count(len(rows) - ROWS)} more differ.", "muted")


def shown(value: Value) -> str:
    """What a subject says, on a line."""
    match value:
        case Absent():
            return display.NONE
        case Several():
            return _cut(", ".join(map(shown, value.values)))
        case str():
            return _cut(value) or '""'
        case bool():
            return "true" if value else "false"
        case int() | float():
            return display.number(value, 6)
        case _:
            return _cut(json.dumps(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "~"


def _metrics(comparison: Comparison) -> Iterator[Block]:
    rows = [row for row in comparison.metrics if row.common or row.key in comparison.judged]
    rows = (rows or list(comparison.metrics))[:ROWS]
    at = comparison.asked.at
    yield Heading("Metrics")
    if not rows:
        yield Words("They have no metrics.")
        return
    better = {"min": "less", "max": "more", None: ""}
    made: list[Row] = [[row.key, better[row.goal], *_figures(row)] for row in rows]
    yield Grid(["metric", "better", *map(letter, comparison.subjects)], made, left=2)
    which = f"Values are those at step {display.count(at)}" if isinstance(at, int) else _AT[str(at)]
    spread = (
        ", means of runs ± their standard deviation"
        if len(comparison.runs) > len(comparison.subjects)
        else ""
    )
    yield Words(f"{which}{spread}; in brackets the difference from the base.", "muted")
    left = len(comparison.metrics) - len(rows)
    notes = list(_cell_notes(comparison, rows))
    notes += (
        [f"{display.count(left)} more metrics are not shown, most of them because not all have them."]
        if left
        else []
    )
    if notes:
        yield Items(notes)
    yield Picture("curves")


_AT: Final = {
    "last": "Values are the last ones",
    "best": "Values are the best ones",
    "area": "Values are mean heights over the steps that all have",
}


def _figures(row: MetricRow) -> Iterator[Entry]:
    texts = [text.strip() for text in display.aligned([cell.value for cell in row.cells])]
    for text, cell in zip(texts, row.cells, strict=True):
        words = text if cell.spread is None else f"{text} ±{spread_text(cell.spread)}"
        yield Entry(words + _delta(cell), "best" if cell.best else "")


def _delta(cell: Cell) -> str:
    return "" if cell.delta is None else f" ({signed(cell.delta)})" if cell.delta else " (=)"


def spread_text(value: float) -> str:
    """A spread to two digits that count."""
    if 0 < value < 1:
        return display.number(value, max(2, 1 - math.floor(math.log10(value))))
    return display.number(value, 2)


def _cell_notes(comparison: Comparison, rows: Sequence[MetricRow]) -> Iterator[str]:
    said = [
        f"{row.key} of {letter(subject)}: {cell.note}."
        for row in rows
        for subject, cell in zip(comparison.subjects, row.cells, strict=True)
        if cell.note
    ]
    yield from said[:NOTES]
    if len(said) > NOTES:
        yield f"{display.count(len(said) - NOTES)} more values have a note."


def _costs(comparison: Comparison) -> Iterator[Block]:
    if not comparison.costs:
        return
    yield Heading("Costs")
    rows: list[Row] = []
    for cost in comparison.costs:
        said = [
            f"{amount(cost.key, value)} ({words})" if words else amount(cost.key, value)
            for value, words in zip(cost.values, _ratios(comparison, cost.words), strict=True)
        ]
        rows.append([cost.key, *said])
    yield Grid(["", *map(letter, comparison.subjects)], rows)


def _ratios(comparison: Comparison, words: Sequence[str]) -> list[str]:
    return ["" if subject.base else said for subject, said in zip(comparison.subjects, words, strict=True)]


def amount(key: str, value: float | None) -> str:
    """What something cost, in its own unit."""
    if value is None:
        return display.NONE
    if key == "duration":
        return display.duration(round(value * 1e6))
    return display.size(round(value)) if key.endswith("bytes") else display.number(value)


def _origin(report: "Report") -> Iterator[Block]:
    origin = report.origin
    if origin is None:
        return
    yield Heading("How this was made")
    versions = ", ".join(f"{name} {text}" for name, text in origin.versions)
    yield Words(f"On {display.minute(origin.when)} UTC, with {versions}, by")
    yield Code(origin.command)
