"""Every key of a screen, by what it is for; those that do nothing now say why."""

from typing import TYPE_CHECKING

from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.keymap import Key, keys_of, spell, views
from mlops_console.console.overlays.listing import Draw, Entry, Listing, words
from mlops_console.console.overlays.note import wrap
from mlops_console.console.widgets.footer import in_words_of

if TYPE_CHECKING:
    from mlops_console.console.widgets.footer import HasKeys

BLANK = Entry(words())


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
        keys = [in_words_of(self._of, key) for key in keys_of(self._of.view) if not key.hidden]
        keys = [key for key in keys if _matches(key, search)]
        groups: dict[str, list[list[Key]]] = {}
        for key in keys:
            rows = groups.setdefault(key.group, [])
            if key.pair and rows and rows[-1][0].pair == key.pair:
                rows[-1].append(key)
            else:
                rows.append([key])
        if self.app.size.width < 100 or search:
            return self._column(list(groups.items()))
        left, right = _balanced(list(groups.items()))
        halves = self._column(left), self._column(right)
        longest = max(map(len, halves))
        a, b = ([*half, *[BLANK] * (longest - len(half))] for half in halves)
        return [Entry(_beside(one, other)) for one, other in zip(a, b, strict=True)]

    def _column(self, groups: list[tuple[str, list[list[Key]]]]) -> list[Entry]:
        rows: list[Entry] = []
        for name, members in groups:
            if rows:
                rows.append(BLANK)
            rows.append(Entry(words((name, "second", True))))
            for keys in members:
                rows.append(Entry(self._row(keys)))
                rows += self._below(keys)
        return rows

    def _below(self, keys: list[Key]) -> list[Entry]:
        """A reason that has no room behind its key: its half that says what to do is the second one."""
        reason = self._of.idle_reason(keys[0])
        if not reason or not self._long(keys, reason):
            return []
        parts = wrap(reason, self.app.size.width - 24)
        return [Entry(words((" " * 12 + part, "muted", False))) for part in parts]

    def _long(self, keys: list[Key], reason: str) -> bool:
        desc = keys[0].pair if len(keys) > 1 else keys[0].desc
        return (
            self.app.size.width < 100
            and 10 + width_of(desc) + 2 + width_of(reason) > self.app.size.width - 12
        )

    def _row(self, keys: list[Key]) -> Draw:
        key = keys[0]
        reason = self._of.idle_reason(key)
        shown = " ".join(spell(one.on[0]) for one in keys)
        desc = key.pair if len(keys) > 1 else key.desc

        def draw(line: Line) -> None:
            start = line.at
            line.put(fit(shown, 9), "text" if reason is None else "muted", bold=reason is None)
            line.to(start + 10).put(desc, "second" if reason is None else "muted")
            if reason and not self._long(keys, reason):
                line.put("  " + reason, "muted", italic=True)

        return draw


Groups = list[tuple[str, list[list[Key]]]]


def _balanced(groups: Groups) -> tuple[Groups, Groups]:
    heights = [len(members) + 2 for _, members in groups]
    split = min(range(1, len(groups) + 1), key=lambda at: max(sum(heights[:at]), sum(heights[at:])))
    return groups[:split], groups[split:]


def _beside(left: Entry, right: Entry) -> Draw:
    def draw(line: Line) -> None:
        left.draw(line)
        line.to(max(line.at + 2, 50))
        right.draw(line)

    return draw


def _matches(key: Key, search: str) -> bool:
    text = " ".join((key.desc, key.group, *map(spell, key.on))).lower()
    return all(word in text for word in search.lower().split())
