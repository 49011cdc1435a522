"""Watched folders that are not there: unmounted, renamed far away or deleted. What was read of them stays."""

from collections.abc import Iterator
from shlex import quote

from mlops_console.display import safe_text
from mlops_console.workspace.attention.asked import Asked, key_of
from mlops_console.workspace.attention.model import Item, Place
from mlops_console.workspace.projects import vanished


def items(asked: Asked) -> Iterator[Item]:
    """One for each that a person has watched; a folder that was read once may go."""
    for project in vanished(asked.workspace.places, asked.projects):
        yield Item(
            key=key_of("wishes", "folder", project.root),
            kind="wishes",
            level="warn",
            project=project,
            subject=project.name,
            what=f"its folder {safe_text(project.root, 300)} is not there; its runs are kept",
            effect="nothing new is read, and no monitor of it judges",
            place=Place(
                "overview",
                project.key,
                command=f"mlops-console unwatch {quote(safe_text(project.root, 4096))}",
            ),
        )
