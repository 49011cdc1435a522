"""The values of trainings that people start from here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from mlops_console.journal.registry import Retraining
from mlops_console.records import Project
from mlops_console.wishes.model import Command

State: TypeAlias = Literal["running", "done", "failed", "late", "stopped", "lost"]
"""lost: no end was written, and nothing runs any more: the box went down, or somebody killed all of it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A training that was started from here, and what became of it."""

    project: Project
    model: str
    said: Retraining
    state: State
    seconds: float
    """How long it has run, or ran."""
    log: Path | None
    """What it printed; None: not kept any more."""
    tail: str = ""
    """The last line that it printed, raw."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be started, shown before it is."""

    project: Project
    model: str
    command: Command | None
    """As it would be run, its names filled in; None: the project's file names none."""
    words: tuple[tuple[str, str], ...]
    """What is told to it, `("window", "2013-10")`: in the command's words, and in its environment."""
    trusted: bool
    """Whether this user has trusted the text as it stands in the file."""
    text: str
    """The text that is trusted: as the file has it."""
    monitor: str = ""
    window: str = ""
    running: Seen | None = None
    """What runs already for this model, whoever started it."""
    why_not: str = ""
    """Why it can't be started; empty: it can."""
