"""What stands where nothing is watched."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.widgets.empty import Words


def nothing_watched() -> "Sequence[Words]":
    """What to do."""
    return [
        [("Nothing is watched yet", "text", True)],
        [],
        [("The overview tells what needs you, over all folders that are watched.", "muted", False)],
        [],
        [("mlops-console DIR", "second", False), ("   watches a folder from now on", "muted", False)],
        [("mlops-console demo", "second", False), ("  shows all of it on a small project", "muted", False)],
        [],
        [
            ("q", "text", True),
            ("  quit   ", "muted", False),
            ("?", "text", True),
            ("  every key", "muted", False),
        ],
    ]
