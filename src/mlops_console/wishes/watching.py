"""What a project says about being watched: `[watch]`."""

from typing import Final

from mlops_console.wishes.model import WatchWishes
from mlops_console.wishes.tables import Table

WATCH_KEYS: Final = ("prune", "silence", "max_depth")
_YEAR: Final = 366 * 86_400.0


def read_watch(top: Table) -> WatchWishes:
    """`[watch]`; what can't be used leaves the default."""
    usual = WatchWishes()
    table = top.table("watch")
    if table is None:
        return usual
    table.known(*WATCH_KEYS)
    prune = table.texts("prune")
    silence = table.seconds("silence", usual.silence_seconds, _YEAR)
    depth = table.whole("max_depth", usual.max_depth, 1, 256)
    return WatchWishes(
        usual.prune if "prune" in table.wrong else prune,
        usual.silence_seconds if silence is None else silence,
        depth,
    )
