"""What a window's judging is given, and what its verdict says of whose it is: plain values."""

from typing import TYPE_CHECKING, Any

from mlops_console.journal.authors import user_name
from mlops_console.workspace.drifting import monitors
from mlops_console.workspace.drifting.judged import FORM

if TYPE_CHECKING:
    from mlops_console.drift.windows.model import Window
    from mlops_console.workspace.drifting.checking import Look


def request_of(found: "Look", window: "Window") -> dict[str, Any]:
    """What the judging is given: plain values, so that a child can be."""
    assert found.referent is not None
    one = found.watched.monitor
    return {
        "root": found.watched.project.root,
        "name": f"{one.name} {window.name}",
        "files": [part.file.path for part in window.parts],
        "whole": all(part.whole for part in window.parts),
        "offset": window.parts[0].offset if window.parts else 0,
        "rows": window.rows,
        "by": one.window,
        "start": window.start,
        "end": window.end,
        "time": one.time,
        "zone": one.zone,
        "kinds": {
            "categorical": sorted(one.categorical),
            "numeric": sorted(one.numeric),
            "ignore": sorted(one.ignore),
            "only": sorted(one.features) or None,
            "time": one.time or None,
            "key": one.key or None,
        },
        "segments": list(one.segments),
        "classifier": found.watched.asks_classifier,
        "outcome": {
            "prediction": one.prediction,
            "score": one.score,
            "label": one.label,
            "key": one.key,
            "metric": one.metric,
            "labels": [file.path for file in found.labels],
        },
        "reference": dict(found.referent.given),
    }


def heading(found: "Look", window: "Window", labels: str) -> dict[str, Any]:
    """Who judged which rows, when, by which labels (a digest)."""
    import os
    import socket

    return {
        "form": FORM,
        "monitor": found.watched.name,
        "window": {
            "name": window.name,
            "start": window.start,
            "end": window.end,
            "files": [
                {
                    "path": part.file.path,
                    "size": part.file.size,
                    "modified_ns": part.file.modified_ns,
                    "inode": part.file.inode,
                    "offset": part.offset,
                    "rows": part.rows,
                }
                for part in window.parts
            ],
        },
        "labels": labels,
        "by": user_name(os.geteuid()),
        "host": socket.gethostname(),
        "at": monitors.now(),
    }
