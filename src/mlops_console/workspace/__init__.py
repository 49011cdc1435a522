"""What both front ends use: open a workspace, ask it, decide in it, hear of changes.

The nouns are modules of plain functions that take the workspace (`runs`, `metrics`, `files`, `notes` …).
Importing this package loads neither the store nor numpy.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

__all__ = ["Workspace", "open_workspace"]


def open_workspace(
    folders: Sequence[Path] = (), store: str | None = None, watch: bool = False, at_hand: bool = False
) -> "Workspace":
    """Open the store and find the projects: these folders, else the watched ones.

    With `watch` the folders are remembered as watched; with `at_hand` the project around the working folder
    is one of them, also where nobody has read it yet: decisions need no runs. Close it, or use it as a
    context manager.
    """
    from mlops_console.workspace.opening import Workspace

    return Workspace(folders, store, watch=watch, at_hand=at_hand)


def __getattr__(name: str) -> object:
    if name == "Workspace":
        from mlops_console.workspace.opening import Workspace

        return Workspace
    raise AttributeError(name)
