"""`mlops-console metrics RUN...`: figures of metrics, or all points of one."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.cli.printing import fitted, out, out_json, table, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.records import NO_TIME

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.metrics import Series

EPILOG = """\
Without --key, a table of all metrics; with it (it may be repeated), their points.
--json prints a line per run and metric: {"run", "key", "count", "step": [...], "time": [...], "value": [...]}
--csv prints a line per point: run,key,step,time,value
Points are in the order in which they were logged; times are ISO 8601 in UTC, null or empty where unknown."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("runs", metavar="RUN", nargs="+", help="a run's id, its beginning, path or name")
    parser.add_argument("--key", metavar="KEY", action="append", default=[], help="a metric; may be repeated")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON Lines on stdout")
    form.add_argument("--csv", action="store_true", help="CSV on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.details import resolve
    from mlops_console.workspace.metrics import histories

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        ids = [resolve(workspace, name) for name in asked.runs]
        keys = _known(workspace, ids, asked.key)
        if not asked.key and not asked.json and not asked.csv:
            _figures(workspace, ids)
            return 0
        series = histories(workspace, ids, keys or None)
    if asked.json:
        for one in series:
            out_json(
                {
                    "run": one.run_id,
                    "key": one.key,
                    "count": len(one.step),
                    "step": one.step.tolist(),
                    "time": [_time(wall) for wall in one.wall.tolist()],
                    "value": one.value.tolist(),
                }
            )
    elif asked.csv:
        _csv(series)
    else:
        _points(series)
    return 0


def _known(workspace: "Workspace", ids: Sequence[str], asked: Sequence[str]) -> list[str]:
    import difflib

    from mlops_console.workspace.metrics import metric_keys

    known = metric_keys(workspace, ids)
    for key in asked:
        if key not in known:
            near = difflib.get_close_matches(key, known, 3, 0.4) or known[:5]
            hint = "they have " + ", ".join(safe_text(name, 60) for name in near) if near else ""
            which = "this run" if len(ids) == 1 else "these runs"
            raise UsageError(f"{which} logged no metric {safe_text(key, 80)!r}", hint)
    return list(asked)


def _figures(workspace: "Workspace", ids: Sequence[str]) -> None:
    from mlops_console.workspace.details import details

    rows = [(run, metric) for run in details(workspace, ids) for metric in run.metrics]
    head = ["run", "metric", "points", "first", "last", "min", "max", "step", "nan"]
    columns = [
        [run.id for run, _ in rows],
        [fitted(metric.key, 48) for _, metric in rows],
        [display.count(metric.count) for _, metric in rows],
        [display.number(metric.first_value) for _, metric in rows],
        [display.number(metric.last_value) for _, metric in rows],
        [display.number(metric.min) for _, metric in rows],
        [display.number(metric.max) for _, metric in rows],
        [display.count(metric.last_step) for _, metric in rows],
        [display.count(metric.nan_count) if metric.nan_count else display.NONE for _, metric in rows],
    ]
    for line in table(head, columns, [False, False, *[True] * 7]):
        out(line)


def _points(series: "Sequence[Series]") -> None:
    rows = [
        (one.run_id, one.key, *point)
        for one in series
        for point in zip(one.step.tolist(), one.wall.tolist(), one.value.tolist(), strict=True)
    ]
    columns = [
        [row[0] for row in rows],
        [fitted(row[1], 48) for row in rows],
        [str(row[2]) for row in rows],
        [(_time(row[3]) or display.NONE)[:23].replace("T", " ") for row in rows],
        display.aligned([row[4] for row in rows], 6),
    ]
    for line in table(["run", "metric", "step", "time", "value"], columns, [False, False, True, False, True]):
        out(line)


def _csv(series: "Sequence[Series]") -> None:
    sys.stdout.write(display.csv_line(["run", "key", "step", "time", "value"]))
    for one in series:
        key = display.json_text(one.key)
        for step, wall, value in zip(one.step.tolist(), one.wall.tolist(), one.value.tolist(), strict=True):
            values = [one.run_id, key, step, _time(wall) or "", display.json_number(value)]
            sys.stdout.write(display.csv_line(values))


def _time(wall: int) -> str | None:
    return None if wall == NO_TIME else display.iso(wall)
