"""Every key of a screen, by what it is for; those that do nothing now say why."""

from typing import TYPE_CHECKING

from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.keymap import Key, keys_of, spell, views
from mlops_console.console.overlays.listing import Entry, Listing

if TYPE_CHECKING:
    from mlops_console.console.widgets.footer import HasKeys

LEFT = ("Move", "Look", "Everywhere")


class Keys(Listing):
    """The help."""

    typing = True
    nothing = "no key does that here"

    def __init__(self, screen: "HasKeys") -> None:
        super().__init__()
        self._of = screen
        self.heading = f"Keys in {views()[screen.view].title}" if screen.view in views() else "Keys"

    def entries(self, search: str) -> list[Entry]:
        """Groups side by side where there is room, else under each other."""
        keys = [key for key in keys_of(self._of.view) if not key.hidden and _matches(key, search)]
        groups: dict[str, list[Key]] = {}
        for key in keys:
            groups.setdefault(key.group, []).append(key)
        if self.app.size.width < 100 or search:
            return self._column([(name, groups[name]) for name in groups])
        left = self._column([(name, groups[name]) for name in LEFT if name in groups])
        right = self._column([(name, members) for name, members in groups.items() if name not in LEFT])
        blank = Entry(lambda line: line)
        longest = max(len(left), len(right))
        left += [blank] * (longest - len(left))
        right += [blank] * (longest - len(right))
        return [Entry(_beside(a, b)) for a, b in zip(left, right, strict=True)]

    def _column(self, groups: list[tuple[str, list[Key]]]) -> list[Entry]:
        rows: list[Entry] = []
        for name, members in groups:
            if rows:
                rows.append(Entry(lambda line: line))
            rows.append(Entry(lambda line, name=name: line.put(name, "second", bold=True)))  # type: ignore[misc]
            rows += [Entry(self._key(key)) for key in members]
        return rows

    def _key(self, key: Key):  # type: ignore[no-untyped-def]
        reason = self._of.idle_reason(key)
        shown = " ".join(spell(on) for on in key.on[:2])

        def draw(line: Line) -> None:
            start = line.at
            line.put(fit(shown, 10), "text" if reason is None else "muted", bold=reason is None)
            line.to(start + 11).put(key.desc, "second" if reason is None else "muted")
            if reason:
                line.put("  " + reason, "muted", italic=True)

        return draw


def _beside(left: Entry, right: Entry):  # type: ignore[no-untyped-def]
    def draw(line: Line) -> None:
        left.draw(line)
        line.to(max(line.at + 2, 52))
        right.draw(line)

    return draw


def _matches(key: Key, search: str) -> bool:
    text = " ".join((key.desc, key.group, *map(spell, key.on))).lower()
    return all(word in text for word in search.lower().split())


def widest(keys: list[Key]) -> int:
    """Cells of the longest description."""
    return max((width_of(key.desc) for key in keys), default=0)
