"""Runs as CSV: one line a run, every param, metric (its last value) and summary a column. Text is raw."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops_console.cli.printing import plain
from mlops_console.display import csv_line, iso

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.details import RunDetail

FIELDS = (
    "id",
    "project",
    "path",
    "source",
    "native_id",
    "name",
    "group",
    "parent",
    "status",
    "started",
    "ended",
)


def write_csv(workspace: "Workspace", projects: Sequence[str], ids: Sequence[str]) -> None:
    """Write the header (columns of what the runs of these projects have), then these runs in this order."""
    from mlops_console.workspace.columns import columns_of
    from mlops_console.workspace.details import details

    infos = columns_of(workspace, projects)
    keys = [info.column.key for info in infos if info.column.family in ("param", "tag", "metric", "summary")]
    del infos
    workspace.lighten()
    _write([*FIELDS, *keys])
    for detail in details(workspace, ids):
        values = _values(detail)
        _write([*_fields(detail), *(values.get(key) for key in keys)])


def _fields(run: "RunDetail") -> list[Any]:
    return [
        run.id, run.project, run.path, ",".join(run.readers), run.native_id, run.name, run.group, run.parent,
        run.status, iso(run.started), iso(run.ended),
    ]  # fmt: skip


def _values(run: "RunDetail") -> dict[str, Any]:
    found: dict[str, Any] = {f"param:{key}": value for key, value in run.params.items()}
    found.update({f"tag:{key}": value for key, value in run.tags.items()})
    found.update({f"summary:{key}": value for key, value in run.summary.items()})
    found.update({f"metric:{metric.key}": metric.last_value for metric in run.metrics})
    return found


def _write(values: list[Any]) -> None:
    import json

    cells = [plain(value) for value in values]
    line = csv_line(json.dumps(c) if isinstance(c, bool | list | dict) else c for c in cells)
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding))
