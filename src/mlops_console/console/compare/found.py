"""What was found, as rows of a list."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.comparison.differing.facts import Absent, Several
from mlops_console.comparison.sentences import sentence
from mlops_console.console.finding import Sheet
from mlops_console.workspace.comparing import finding

if TYPE_CHECKING:
    from mlops_console.comparison.why.finding import Difference
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.comparing.model import Outcome

NAME = 28
"""Cells of a run's name."""
Cells = tuple[tuple[str, str], ...]


def _names(workspace: "Workspace", runs: Sequence[str]) -> dict[str, str]:
    from mlops_console.workspace.details import details

    return {run.id: run.name or run.path or run.id[:8] for run in details(workspace, list(runs))}


def _named(name: str) -> tuple[str, str]:
    shown = name if len(name) <= NAME else name[: NAME - 1] + "~"
    return shown.ljust(NAME + 2), "text"


def nearest_sheet(workspace: "Workspace", run: str) -> Sheet | str:
    """The nearest runs; a sentence where there are none to be had."""
    outcome = finding.nearest(workspace, run)
    if outcome.value is None:
        return _why(outcome)
    names = _names(workspace, [run, *(one.run for one in outcome.value)])
    rows = [
        (
            (_named(names.get(one.run, one.run)), (_apart(one.total), "muted"), *_differing(one.differing)),
            one.run,
        )
        for one in outcome.value
    ]
    return Sheet(f"Nearest to {names.get(run, run)}", tuple(rows))


def _apart(total: int) -> str:
    said = "same params" if not total else "1 differs" if total == 1 else f"{display.count(total)} differ"
    return said.ljust(13)


def _differing(differing: "Sequence[Difference]") -> Cells:
    cells: list[tuple[str, str]] = []
    for one in differing:
        cells += [(one.key + " ", "muted"), (f"{said(one.mine)} to {said(one.theirs)}   ", "second")]
    return tuple(cells)


def said(value: object) -> str:
    """A value of a param in few cells."""
    if value is None or isinstance(value, Absent):
        return display.NONE
    if isinstance(value, Several):
        return ", ".join(map(said, value.values))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return display.number(float(value)) if abs(value) < 1e300 else str(value)
    return display.safe_text(str(value), 40)


def seeds_sheet(workspace: "Workspace", run: str) -> Sheet | str:
    """The repetitions of a run."""
    outcome = finding.repetitions(workspace, run)
    if outcome.value is None:
        return _why(outcome)
    found = outcome.value
    names = _names(workspace, [run, *found.other_seed, *found.same_seed])
    kinds = (("other seed", found.other_seed), ("same seed too", found.same_seed))
    rows = [((_named(names.get(one, one)), (kind, "muted")), one) for kind, runs in kinds for one in runs]
    by = f", by {', '.join(found.seeds[:3])}" if found.seeds else ""
    return Sheet(f"Same params as {names.get(run, run)}{by}", tuple(rows))


def duplicates_sheet(workspace: "Workspace", runs: Sequence[str]) -> Sheet | str:
    """Which of these runs are the same."""
    outcome = finding.duplicates(workspace, runs)
    if outcome.value is None:
        return _why(outcome)
    names = _names(workspace, [run for one in outcome.value for run in one.runs])
    rows: list[tuple[Cells, str | None]] = []
    for one in outcome.value:
        rows.append((((sentence(one.words), "second"),), None))
        rows += [(((names.get(run, run), "text"),), run) for run in one.runs]
    counted = display.count(len(runs))
    return (
        Sheet(f"Duplicates among {counted} runs", tuple(rows))
        if rows
        else f"No duplicates among {counted} runs"
    )


def since_sheet(workspace: "Workspace", run: str, metric: str) -> Sheet | str:
    """What changed since the last good run."""
    outcome = finding.since_last_good(workspace, run, metric)
    if outcome.value is None:
        return _why(outcome)
    since, found = outcome.value, outcome.value.found
    names = _names(workspace, [since.runs[at] for at in (found.good, found.bad) if at is not None])
    rows: list[tuple[Cells, str | None]] = [(((sentence(found.words), "second"),), None)]
    for title, at in (("last good", found.good), ("first bad", found.bad)):
        if at is not None:
            name = names.get(since.runs[at], since.runs[at])
            rows.append((((f"{title}  ", "muted"), (name, "text")), since.runs[at]))
    if found.commits:
        rows.append(((("to bisect  ", "muted"), (found.commits, "text")), None))
    for one in found.changed:
        ink = "text" if one.standing == "suspect" else "muted"
        before, after = one.row.values[0], one.row.values[1]
        change = f"{one.row.key}  {said(before)} to {said(after)}  "
        rows.append((((change, ink), (f"{one.standing}: {one.words}", "muted")), None))
    return Sheet(f"Since {metric} was last good", tuple(rows))


def _why(outcome: "Outcome[Any]") -> str:
    return sentence(outcome.problem) or "Nobody could say"
