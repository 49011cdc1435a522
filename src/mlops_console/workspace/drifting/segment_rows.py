"""Rows of a part of a window that moved, for people to look at; of a live console its child reads them."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_console.display import safe_text
from mlops_console.errors import DataError, UsageError
from mlops_console.workspace.drifting.checking import Look, look
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.requesting import request_of

if TYPE_CHECKING:
    from mlops_console.drift.model import Segment
    from mlops_console.drift.windows.model import Window
    from mlops_console.workspace.drifting.judged import JudgedWindow
    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class SegmentRows:
    """Some of them."""

    columns: tuple[str, ...]
    """The one that parts the rows first, then the one that moved."""
    rows: tuple[tuple[str, ...], ...]
    matching: int
    """So many of those that were looked through."""
    looked: int
    problems: tuple[str, ...] = ()


def rows_of(
    workspace: "Workspace", watched: "Watched", judged: "JudgedWindow", segment: "Segment"
) -> SegmentRows:
    """Some rows of the window that are of the segment. A worker's work.

    Raises:
        UsageError: The window's files are not there any more, or are not looked through yet.
        DataError: They can't be read.
    """
    found, window = window_of(workspace, watched, judged)
    kind = next((one.kind for one in judged.features if one.name == segment.by), "categorical")
    one = watched.monitor
    beside = [name for name in (one.key, one.time, one.prediction, one.score, one.label) if name]
    moved = [each.name for each in judged.features if each.name not in (segment.by, segment.feature)]
    request = {
        **request_of(found, window),
        "by": segment.by,
        "level": segment.level,
        "feature": segment.feature,
        "kind": kind,
        "beside": [*beside, *moved],
    }
    form = answered(workspace, "rows of segment", request)
    return SegmentRows(
        tuple(form["columns"]),
        tuple(tuple(row) for row in form["rows"]),
        int(form["matching"]),
        int(form["looked"]),
        tuple(form["problems"]),
    )


def window_of(workspace: "Workspace", watched: "Watched", judged: "JudgedWindow") -> "tuple[Look, Window]":
    """The window that was judged, as its files stand now.

    Raises:
        UsageError: They are not there any more, or are not looked through yet.
    """
    found = _looked(workspace, watched)
    window = next((one for one, key in found.keys if key.rows == judged.key.rows), None)
    if window is None or found.referent is None:
        name = safe_text(judged.window, 80)
        raise UsageError(f"the rows of {name} are not there any more: its files are gone, or changed since")
    return found, window


def _looked(workspace: "Workspace", watched: "Watched") -> Look:
    if not workspace.live:
        return look(watched, workspace.places, References(lambda: workspace))
    following = workspace.monitors.following
    found = following.looks().get((watched.project.key, watched.name)) if following is not None else None
    if found is None:
        name = safe_text(watched.name, 80)
        raise UsageError(f"the files of {name} are not looked through yet: try again in a moment")
    return found


def answered(workspace: "Workspace", job: str, request: dict[str, Any]) -> dict[str, Any]:
    """What a job says of the rows: in the analysis child of a live console, else in this process.

    Raises:
        DataError: They can't be read.
    """
    if not workspace.live:
        from mlops_console.analysis.jobs import function

        found: dict[str, Any] = json.loads(function(job)(request=request))
        return found
    from mlops_console.analysis.messages import Done

    answer = workspace.analyst.ask(job, {"request": request}, wanted=lambda: True)
    if isinstance(answer, Done):
        told: dict[str, Any] = json.loads(answer.value)
        return told
    raise DataError(getattr(answer, "why", "nobody answered").rstrip("."))
