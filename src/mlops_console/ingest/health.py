"""How the pipeline is doing, for the header and for people who wonder."""

from dataclasses import dataclass
from typing import Literal

State = Literal["live", "polling", "scanning", "stopped"]


@dataclass(frozen=True, slots=True)
class Health:
    """A snapshot."""

    state: State = "stopped"
    watching: int = 0
    """Folders whose changes are told at once."""
    watchable: int = 0
    """Folders that it would be worth to watch so."""
    folders: int = 0
    """Folders met so far while the projects are walked through."""
    of: int = 0
    """Folders met the last time; 0 when it is the first."""
    waiting: int = 0
    """Sources still to be read."""
    role: Literal["owner", "follower"] = "owner"
    words: str = ""
    notices: tuple[str, ...] = ()
