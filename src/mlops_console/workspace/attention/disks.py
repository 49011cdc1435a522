"""Disks of watched folders without room: what is decided, judged or trained there is lost."""

import os
from collections.abc import Iterator
from shlex import quote
from typing import Final

from mlops_console.display import counted, safe_text, size
from mlops_console.records import Project
from mlops_console.workspace.attention.asked import Asked, key_of
from mlops_console.workspace.attention.model import Item, Place

LITTLE: Final = 1_000_000_000
"""Bytes that a training's next checkpoint can fill."""
NOTHING: Final = 100_000_000
"""Bytes with which nobody should begin anything."""


def items(asked: Asked) -> Iterator[Item]:
    """One for each disk, told by the first of its projects."""
    found: dict[int, list[Project]] = {}
    for project in sorted(asked.projects, key=lambda one: (one.name, one.key)):
        found.setdefault(project.device, []).append(project)
    for projects in found.values():
        try:
            told = os.statvfs(projects[0].root)
        except OSError:
            continue
        free = told.f_bavail * told.f_frsize
        # Some file systems don't tell their size, and what can only be read is written by nobody.
        if free < LITTLE and told.f_blocks and not told.f_flag & os.ST_RDONLY:
            yield _item(projects, free)


def _item(projects: list[Project], free: int) -> Item:
    first, others = projects[0], len(projects) - 1
    beside = f", with {counted(others, 'more project')} on it" if others else ""
    return Item(
        key=key_of("disk", first.root),
        kind="disk",
        level="bad" if free < NOTHING else "warn",
        project=first,
        subject=first.name,
        what=f"{size(free)} left on the disk of {safe_text(first.root, 300)}{beside}",
        effect="what runs, verdicts and decisions have to write there is lost"
        if free < NOTHING
        else "a few checkpoints fill it",
        place=Place("overview", first.key, command=f"df -h {quote(first.root)}"),
    )
