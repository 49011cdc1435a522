"""Every key of a screen, by what it is for; those that do nothing now say why."""

from typing import TYPE_CHECKING, Final

from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.keymap import Key, keys_of, spell, views
from mlops_console.console.overlays.listing import Draw, Entry, Listing, words
from mlops_console.console.overlays.note import wrap
from mlops_console.console.widgets.footer import in_words_of

if TYPE_CHECKING:
    from mlops_console.console.widgets.footer import HasKeys

BLANK = Entry(words())
_KEYS: Final = 10
"""Cells of the keys."""
_EDGE: Final = 3
_BETWEEN: Final = 3
"""Cells between two columns."""


class Keys(Listing):
    """The help."""

    typing = True
    nothing = "no key does that here"
    widest = 132

    def __init__(self, screen: "HasKeys") -> None:
        super().__init__()
        self._of = screen
        self.heading = f"Keys in {views()[screen.view].title}" if screen.view in views() else "Keys"

    def entries(self, search: str) -> list[Entry]:
        """Groups side by side where there is room, else under each other."""
        keys = [in_words_of(self._of, key) for key in keys_of(self._of.view) if not key.hidden]
        keys = [key for key in keys if _matches(key, search)]
        groups: dict[str, list[list[Key]]] = {}
        for key in keys:
            rows = groups.setdefault(key.group, [])
            if key.pair and rows and rows[-1][0].pair == key.pair:
                rows[-1].append(key)
            else:
                rows.append([key])
        inner = min(self.widest, self.app.size.width - (12 if self.app.size.width >= 100 else 0)) - 2 * _EDGE
        if self.app.size.width < 100 or search:
            return self._column(list(groups.items()), inner)
        half = (inner - _BETWEEN) // 2
        all_of_them = list(groups.items())
        heights = [len(self._column([group], half)) + 1 for group in all_of_them]
        split = min(
            range(1, len(heights) + 1), key=lambda at: max(sum(heights[:at]), sum(heights[at:])), default=1
        )
        halves = self._column(all_of_them[:split], half), self._column(all_of_them[split:], half)
        longest = max(map(len, halves))
        a, b = ([*part, *[BLANK] * (longest - len(part))] for part in halves)
        return [Entry(_beside(one, other, half)) for one, other in zip(a, b, strict=True)]

    def _column(self, groups: list[tuple[str, list[list[Key]]]], room: int) -> list[Entry]:
        rows: list[Entry] = []
        for name, members in groups:
            if rows:
                rows.append(BLANK)
            rows.append(Entry(words((name, "second", True))))
            for keys in members:
                rows += self._rows(keys, room)
        return rows

    def _rows(self, keys: list[Key], room: int) -> list[Entry]:
        """What a key does, and why it does nothing now: under each other where that is more than a row."""
        key = keys[0]
        reason = self._of.idle_reason(key)
        shown = " ".join(spell(one.on[0]) for one in keys)
        said = wrap(key.pair if len(keys) > 1 else key.desc, room - _KEYS)
        aside = bool(reason) and width_of(said[-1]) + 2 + width_of(reason or "") <= room - _KEYS
        below = wrap(reason, room - _KEYS - 2) if reason and not aside else []

        def draw(at: int) -> Draw:
            def row(line: Line) -> None:
                start = line.at
                idle = reason is not None
                if not at:
                    line.put(fit(shown, _KEYS - 1), "muted" if idle else "text", bold=not idle)
                if at < len(said):
                    line.to(start + _KEYS).put(said[at], "muted" if idle else "second")
                    last = aside and at == len(said) - 1
                    line.put(f"  {reason}" if last else "", "muted", italic=True)
                else:
                    line.to(start + _KEYS + 2).put(below[at - len(said)], "muted", italic=True)

            return row

        return [Entry(draw(at)) for at in range(len(said) + len(below))]


def _beside(left: Entry, right: Entry, half: int) -> Draw:
    def draw(line: Line) -> None:
        start = line.at
        left.draw(line)
        line.to(start + half + _BETWEEN)
        right.draw(line)

    return draw


def _matches(key: Key, search: str) -> bool:
    text = " ".join((key.desc, key.group, *map(spell, key.on))).lower()
    return all(word in text for word in search.lower().split())
