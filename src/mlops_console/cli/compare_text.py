"""A comparison as people read it on a terminal."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.cli.printing import cells, coloured, fitted, table, width
from mlops_console.comparison.differing.facts import Absent, Several, Value
from mlops_console.display import safe_text
from mlops_console.workspace.comparing.contents import amount
from mlops_console.workspace.comparing.judging import tells
from mlops_console.workspace.comparing.saying import shown_p, signed

if TYPE_CHECKING:
    from mlops_console.comparison.differing import Row
    from mlops_console.comparison.model import Judgement
    from mlops_console.comparison.predictions.model import Slices
    from mlops_console.workspace.comparing.model import Comparison, Subject
    from mlops_console.workspace.comparing.report import Report

ROWS: Final = 40
"""So many rows of a section are printed; `--json` has all."""
REASONS: Final = 12
"""Of so many judgements each gives its reason in a line."""
_CELL: Final = 28
_SLICES: Final = 4


def lines(report: "Report") -> Iterator[str]:
    """Every line, safe to print."""
    comparison = report.comparison
    yield coloured(safe_text(report.sentence, 2000), "strong")
    yield from _who(comparison)
    yield from _differences(comparison)
    yield from _metrics(comparison)
    yield from _costs(comparison)
    yield from _code(report)
    yield from _statistics(report)
    for note in comparison.notes:
        yield coloured(f"note: {safe_text(note)}", "muted")


def _head(title: str, more: str = "") -> Iterator[str]:
    yield ""
    yield coloured(title, "strong") + (f"  {more}" if more else "")


def _called(subject: "Subject") -> str:
    return "base" if subject.base else subject.letter


def _who(comparison: "Comparison") -> Iterator[str]:
    by = f"by {safe_text(comparison.asked.by, 60)}" if comparison.asked.by else ""
    yield from _head("Compared", by)
    subjects = comparison.subjects
    columns = [
        [f"  {_called(subject)}" for subject in subjects],
        [fitted(subject.name, 48) for subject in subjects],
        [
            subject.runs[0] if len(subject.runs) == 1 else f"{display.count(len(subject.runs))} runs"
            for subject in subjects
        ],
    ]
    yield from list(table(["", "", ""], columns, [False, False, False]))[1:]


def _differences(comparison: "Comparison") -> Iterator[str]:
    found = comparison.differences
    count, total = found.count("params")
    yield from _head("Differences", f"{display.count(count)} of {display.count(total)} params")
    if not found.different:
        yield "  Nothing that is recorded differs."
        return
    sections = dict.fromkeys(row.section for row in found.different)
    for section in sections:
        rows = [row for row in found.different if row.section == section]
        if section != "params":
            yield f"  {coloured(section, 'muted')}"
        yield from _beside(comparison, rows[:ROWS])
        if len(rows) > ROWS:
            yield f"  {display.count(len(rows) - ROWS)} more: --json has them"


def _beside(comparison: "Comparison", rows: "Sequence[Row]") -> Iterator[str]:
    keys = [f"  {fitted(row.key, 40)}" for row in rows]
    columns = [[_shown(row.values[at]) for row in rows] for at in range(len(comparison.subjects))]
    yield from _blocks(comparison, keys, columns)


def _shown(value: Value) -> str:
    match value:
        case Absent():
            return display.NONE
        case Several():
            return fitted(" | ".join(_shown(one) for one in value.values), _CELL)
        case str():
            return fitted(value or '""', _CELL)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return display.number(value, 6)
        case _:
            return fitted(json.dumps(value), _CELL)


def _blocks(comparison: "Comparison", keys: Sequence[str], columns: Sequence[Sequence[str]]) -> Iterator[str]:
    """A column per subject; as many beside the base as the terminal has room for, then the next."""
    base = next(at for at, subject in enumerate(comparison.subjects) if subject.base)
    wide = [
        max(map(cells, (_called(s), *column))) for s, column in zip(comparison.subjects, columns, strict=True)
    ]
    left = (width() or 10_000) - max(map(cells, keys)) - wide[base] - 2
    block: list[int] = []
    room = left
    for at in [*(at for at in range(len(columns)) if at != base), None]:
        if block and (at is None or wide[at] + 2 > room):
            some = [base, *block]
            head = ["", *(_called(comparison.subjects[one]) for one in some)]
            yield from table(head, [keys, *(columns[one] for one in some)], [False, *[True] * len(some)])
            block, room = [], left
        if at is not None:
            block.append(at)
            room -= wide[at] + 2


def _metrics(comparison: "Comparison") -> Iterator[str]:
    at = comparison.asked.at
    yield from _head("Metrics", f"at step {display.count(at)}" if isinstance(at, int) else str(at))
    rows = [row for row in comparison.metrics if row.common or row.key in comparison.judged]
    rows = rows or list(comparison.metrics)
    if not rows:
        yield "  They have no metrics."
        return
    signs = {"min": " less is better", "max": " more is better", None: ""}
    keys = [f"  {fitted(row.key, 40)}{coloured(signs[row.goal], 'muted')}" for row in rows[:ROWS]]
    by_row = [_figures(comparison, [cell.value for cell in row.cells]) for row in rows[:ROWS]]
    spreads = [[f" ±{_spread(c.spread)}" if c.spread is not None else "" for c in row.cells]
               for row in rows[:ROWS]]  # fmt: skip
    columns = [
        [
            f"{'*' if row.cells[at].best else ''}{by_row[n][at]}{spreads[n][at]}"
            for n, row in enumerate(rows[:ROWS])
        ]
        for at in range(len(comparison.subjects))
    ]
    yield from _blocks(comparison, keys, columns)
    hidden = len(comparison.metrics) - min(len(rows), ROWS)
    if hidden:
        yield f"  {display.count(hidden)} more that not all have: --json has them"
    yield coloured("  * best; ± standard deviation over runs", "muted")


def _spread(value: float) -> str:
    """Two digits that count."""
    return (
        display.number(value, max(2, 1 - math.floor(math.log10(value))))
        if 0 < value < 1
        else display.number(value, 2)
    )


def _figures(comparison: "Comparison", values: "Sequence[float | None]") -> list[str]:
    return [text.strip() for text in display.aligned(list(values))]


def _costs(comparison: "Comparison") -> Iterator[str]:
    if not comparison.costs:
        return
    yield from _head("Costs")
    keys = [f"  {fitted(cost.key, 40)}" for cost in comparison.costs]
    columns = [
        [amount(cost.key, cost.values[at]) for cost in comparison.costs]
        for at in range(len(comparison.subjects))
    ]
    yield from _blocks(comparison, keys, columns)


def _code(report: "Report") -> Iterator[str]:
    if report.code:
        yield from _head("Code")
    for subject in report.comparison.others:
        if subject.key in report.code:
            yield f"  {_called(subject)}: {safe_text(report.code[subject.key])}"


def _statistics(report: "Report") -> Iterator[str]:
    for family in (report.judged.over_rows, report.judged.over_runs):
        if family is None:
            continue
        yield from _head("Statistics", safe_text(family.words))
        if family.problem:
            yield f"  {safe_text(family.problem)}"
        yield from _judgements(report.comparison, family.judgements)
        for note in family.notes:
            yield coloured(f"  {safe_text(note)}", "muted")
    for key, found in report.slices.items():
        yield from _slices(report.comparison, key, found)


def _slices(comparison: "Comparison", key: str, found: "Slices") -> Iterator[str]:
    subject = next(one for one in comparison.subjects if one.key == key)
    more = f"{safe_text(found.metric)} by slice, worst first; q over {display.count(found.looked)} slices"
    yield from _head(f"Where {_called(subject)} {fitted(subject.name, 40)} differs", more)
    if found.problem:
        yield f"  {safe_text(found.problem)}"
    told = [one for one in found.slices if one.difference is not None]
    some = told if len(told) <= 2 * _SLICES else [*told[:_SLICES], *told[-_SLICES:]]
    if not some:
        return
    columns = [
        [f"  {fitted(one.name, 48)}" for one in some],
        [signed(one.difference) for one in some],
        [display.count(one.n) for one in some],
        [display.number(one.q, 3) for one in some],
        [str(one.verdict) for one in some],
    ]
    yield from table(["", "difference", "rows", "q", "verdict"], columns, [False, True, True, True, False])


def _judgements(comparison: "Comparison", judged: "Sequence[Judgement]") -> Iterator[str]:
    if not judged:
        return
    names = {subject.key: subject for subject in comparison.subjects}
    head = ["", "metric", "difference", "95% interval", "p", "verdict", "n", "test"]
    columns = [
        [f"  {_called(names[one.b])} {fitted(names[one.b].name, 24)}" for one in judged],
        [fitted(one.metric, 32) for one in judged],
        [signed(one.difference) for one in judged],
        [f"[{signed(one.ci[0])}, {signed(one.ci[1])}]" if one.ci else display.NONE for one in judged],
        [shown_p(one) for one in judged],
        [one.verdict if tells(one) else "can't be said" for one in judged],
        [f"{display.count(one.n_a)}/{display.count(one.n_b)} {one.unit}" for one in judged],
        [fitted(one.test, 40) for one in judged],
    ]
    yield from table(head, columns, [False, False, True, False, True, False, True, False])
    if len(judged) <= REASONS:
        for one in judged:
            yield coloured(f"  {_called(names[one.b])}: {safe_text(one.because)}{_more(one)}", "muted")
    for note in dict.fromkeys(note for one in judged for note in one.notes):
        yield coloured(f"  {safe_text(note)}", "muted")


def _more(one: "Judgement") -> str:
    """How much it would still take."""
    power = f" Power {display.number(one.power, 2)}." if one.power is not None else ""
    if not one.more or one.unit != "runs":
        return power
    each = "run" if one.more == 1 else "runs"
    return f"{power} {display.count(one.more)} more {each} of each would settle it."
