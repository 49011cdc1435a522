"""`mlops-console kpis [MODEL]`: how the KPIs of models stand; one module per word that does more."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import (
    cells,
    coloured,
    fitted,
    out,
    out_json,
    say,
    table,
    tell_notices,
    width,
)
from mlops_console.display import NONE, safe_text

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.kpis.model import KpiState

WORDS: Final[dict[str, str]] = {
    "review": "say that you have looked at a KPI: its next review is due an interval later",
    "report": "write a report for people who don't use terminals: one HTML page, or Markdown",
}
_LISTED: Final = "\n".join(f"  {word:<10}{about}" for word, about in WORDS.items())
EPILOG: Final = f"""\
{_LISTED}

mlops-console.toml names them: [models.NAME.kpis.KPI] metric, goal, floor, target, owner, review, worth.
Its value is what the newest labels of the model's monitor say, else what the champion was registered with;
`from` says which. Worth is of the value against the floor. docs/kpis.md says how it comes about.
--json prints a line per KPI: {{"project", "model", "kpi", "metric", "goal", "value", "interval", "source",
"at", "met", "floor", "target", "worth", "currency", "per", "owner", "version", "review_days", "reviewed",
"due", "overdue", "monitor", "how", "remarks", "versions", "windows"}}; `met` is reached, kept, not kept or
unknown. Exit codes: 0 done; with --check 1 where a floor is not kept, or a KPI with a floor has no value, and
2 where a mistake in mlops-console.toml may have lost one."""
_NAME: Final = 28
_INKS: Final = {"not kept": "failed", "unknown": "killed", "reached": "ok", "kept": "ok"}
_TREND: Final = 12
_FIRST_TO_GO: Final = ("project", "trend", "target", "owner", "worth", "review", "floor", "from")
"""Columns that are left out of a narrow terminal, by turns; --json has all."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("models", metavar="MODEL", nargs="*", help="only of these models (default: all)")
    parser.add_argument("--project", metavar="P", help="only of this project, by name or folder")
    parser.add_argument("--check", action="store_true", help="end with 1 where a floor is not kept")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout, one per KPI")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.kpis.kpi_json import kpi_json

    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        found, lost = chosen(workspace, asked.project, asked.models)
    if asked.json:
        for state in found:
            out_json(kpi_json(state))
    elif found:
        for line in _lines(found, time.time_ns() // 1_000):
            out(line)
        _tell(found)
    fails = any(one.kpi.floor is not None and one.met in ("not kept", "unknown") for one in found)
    if asked.check and lost:
        return 2
    return 1 if asked.check and fails else 0


def chosen(
    workspace: "Workspace", project: str | None, models: Sequence[str]
) -> "tuple[tuple[KpiState, ...], tuple[str, ...]]":
    """The KPIs that are meant, and mistakes by which some may be lost; says both where there are none.

    Raises:
        UsageError: There is no such project, or a model without KPIs was named.
    """
    from mlops_console.errors import UsageError
    from mlops_console.wishes.known import did_you_mean
    from mlops_console.workspace.kpis.standing import kpis, lost_in
    from mlops_console.workspace.registering.subject import project_of

    projects = None if project is None else [project_of(workspace, project)]
    every, lost = kpis(workspace, projects), lost_in(workspace, projects)
    for sentence in lost:
        say(safe_text(sentence, 4_096))
    known = [*dict.fromkeys(one.model for one in every)]
    for name in models:
        if name not in known:
            table_of = f"[models.{safe_text(name, 80)}.kpis.NAME] in mlops-console.toml makes one"
            hint = did_you_mean(name, known) if known else table_of
            raise UsageError(f"{safe_text(name, 80)} has no KPI", hint)
    if not every and not lost:
        say("No KPI: [models.NAME.kpis.KPI] in mlops-console.toml makes one.")
    return tuple(one for one in every if not models or one.model in models), lost


def _lines(states: "Sequence[KpiState]", now: int) -> Iterator[str]:
    from mlops_console.workspace.kpis import words

    columns = {
        "model": [fitted(one.model, _NAME) for one in states],
        "KPI": [fitted(one.kpi.name, _NAME) for one in states],
        "value": [words.value(one) for one in states],
        "stands": [coloured(words.standing(one), _INKS[one.met]) for one in states],
        "floor": [words.limit(one.kpi, one.kpi.floor) for one in states],
        "target": [words.limit(one.kpi, one.kpi.target) for one in states],
        "worth": [fitted(words.worth(one), 36) or NONE for one in states],
        "trend": [_trend(one) for one in states],
        "review": [_review(one, now) for one in states],
        "owner": [fitted(one.owner or "nobody", 16) for one in states],
        "from": [fitted(one.source if one.value is not None else NONE, 40) for one in states],
        "project": [fitted(one.project.name, _NAME) for one in states],
    }
    if len({one.project.key for one in states}) == 1:
        del columns["project"]
    for name in ("floor", "target", "worth", "trend", "review"):
        if all(one in (NONE, "") for one in columns[name]):
            del columns[name]
    for name in _FIRST_TO_GO:
        if _too_wide(columns):
            columns.pop(name, None)
    yield from table([*columns], [*columns.values()], [False] * len(columns))


def _too_wide(columns: "dict[str, list[str]]") -> bool:
    """Whether the terminal would break lines; where the output goes elsewhere nothing is left out."""
    room = width()
    needed = sum(max(map(cells, (name, *texts))) + 2 for name, texts in columns.items()) - 2
    return room is not None and needed > room


def _review(state: "KpiState", now: int) -> str:
    from mlops_console.workspace.kpis import words

    return coloured(words.review(state, now), "killed" if state.overdue else "") or NONE


def _trend(state: "KpiState") -> str:
    import sys

    import numpy as np

    from mlops_console.charts.spark import ASCII_STEPS, STEPS, sparkline
    from mlops_console.workspace.kpis import words

    values = words.trend(state)
    if len(values) < 2:
        return NONE
    wide = (sys.stdout.encoding or "").lower().startswith("utf")
    row = sparkline(np.array(values), _TREND, "", STEPS if wide else ASCII_STEPS)
    return "".join(text for text, _ in row)


def _tell(states: "Sequence[KpiState]") -> None:
    """What nobody measures, and how to get it; clocks that jump."""
    for one in states:
        name = f"{safe_text(one.model, 80)} {safe_text(one.kpi.name, 80)}"
        if one.value is None:
            say(f"{name}: {safe_text(one.source, 1_000)}. {safe_text(one.how, 1_000)}".rstrip())
        for remark in one.remarks:
            say(f"{name}: {safe_text(remark, 1_000)}")
