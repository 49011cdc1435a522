"""Which alias: a list over the screen, with where each stands now."""

from typing import TYPE_CHECKING

from mlops_console.console.models.state import CHALLENGER, CHAMPION, Held
from mlops_console.console.overlays.listing import Entry, Listing, words

if TYPE_CHECKING:
    from mlops_console.journal.registry import Version


class AliasList(Listing):
    """Enter takes one."""

    widest = 72
    hint = (("Enter", "choose"), ("Esc", "cancel"))

    def __init__(self, held: Held, version: "Version", first: str) -> None:
        super().__init__()
        self.heading = f"Promote v{version.number} to"
        self._held = held
        names = dict.fromkeys((first, *held.aliases, CHAMPION, CHALLENGER))
        self._names = [name for name in names if held.holder(name) is not version]

    @property
    def names(self) -> list[str]:
        """What can be chosen."""
        return self._names

    def entries(self, search: str) -> list[Entry]:
        """The aliases."""
        cells = max(map(len, self._names), default=0) + 2
        rows = []
        for name in self._names:
            holder = self._held.holder(name)
            stands = f"stands on v{holder.number}" if holder is not None else "stands nowhere yet"
            gates = " with gates" if name in self._held.wishes.gates else ""
            rows.append(Entry(words((name.ljust(cells), "text", True), (stands + gates, "muted")), name))
        return rows
