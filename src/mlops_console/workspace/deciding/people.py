"""Who may decide on a project, as the permissions of its journal have it."""

import os
import stat
from dataclasses import dataclass

from mlops_console import beneath
from mlops_console.journal.authors import group_name, members, user_name
from mlops_console.ours import JOURNAL, OURS


@dataclass(frozen=True, slots=True)
class People:
    """Who can write the journal; root always can, and is not named for that."""

    names: tuple[str, ...] = ()
    """Login names, sorted."""
    everyone: bool = False
    """Every user of this machine may."""
    group: str = ""
    """The group that it is shared with."""
    unlisted: bool = False
    """Nobody can say who is in the group: it has no entry on this machine."""

    def others(self, *but: str) -> tuple[str, ...]:
        """All of them but these."""
        return tuple(name for name in self.names if name not in but)

    def sentence(self, *but: str) -> str:
        """Who may, leaving some out, as a sentence."""
        if self.everyone:
            return "every other user of this machine may"
        others = self.others(*but)
        if others and not self.unlisted:
            shown = ", ".join(others[:8]) + (f" and {len(others) - 8} more" if len(others) > 8 else "")
            return f"{shown} may" + (f" (the group {self.group})" if self.group else "")
        if self.unlisted:
            return f"whoever is in the group {self.group} may"
        if self.group:
            return f"nobody else is in the group {self.group}, which may write the journal"
        return "nobody else may write the journal: `mlops-console init --shared GROUP` lets a group"


def people_of(root: str) -> People:
    """Who may write a project's journal; nobody where that can't be told."""
    for below in (JOURNAL, OURS, "."):
        try:
            fd = beneath.open_folder(root, below)
        except OSError:
            continue
        try:
            return _of(os.fstat(fd))
        finally:
            os.close(fd)
    return People()


def _of(seen: os.stat_result) -> People:
    if seen.st_mode & stat.S_IWOTH:
        return People(everyone=True)
    owner = user_name(seen.st_uid)
    if not seen.st_mode & stat.S_IWGRP:
        return People((owner,))
    group, others = group_name(seen.st_gid), members(seen.st_gid)
    if others is None:
        return People((owner,), group=group, unlisted=True)
    return People(tuple(sorted({owner, *others})), group=group)
