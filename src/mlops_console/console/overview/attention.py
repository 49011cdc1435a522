"""What needs attention: one line a matter, the worst first; the one under the cursor unfolds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, width_of
from mlops_console.console.overview.pane import OverviewPane, Place, age, ago, cells_of, put, some_of
from mlops_console.console.theme import REVERSE

if TYPE_CHECKING:
    from mlops_console.workspace.attention.model import Attention, Item

INKS: Final = {"bad": "bad", "warn": "warn", "ask": "accent"}
SIGNS: Final = {"bad": "!!", "warn": " !", "ask": " ?"}
KIND: Final = 9
SINCE: Final = 6
WORDS: Final = {
    "runs": "runs", "run": "run", "models": "model", "drift": "drift", "overview": "overview", "file": "edit",
}  # fmt: skip
"""Where Enter leads to."""
MONITORS: Final = frozenset({"harmful", "drift", "stale"})
"""Kinds that are acknowledged."""
REVIEWS: Final = frozenset({"review", "floor"})
"""Kinds that a review answers."""


class AttentionPane(OverviewPane):
    """The list."""

    name = "Needs attention"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.airy = True
        self.items: tuple[Item, ...] = ()
        self.snoozed: tuple[Item, ...] = ()
        """What nobody is asked about now: put off, then acknowledged and muted."""
        self._away: tuple[tuple[int, str], ...] = ()
        self.problems: tuple[str, ...] = ()
        self.shows_snoozed = False
        self.only = ""
        self.begun = False
        """Some of it is listed, and the rest is coming."""
        self.watching = ""
        """A sentence on what is watched, for when nothing needs anybody."""
        self._shown: Sequence[Item] = ()
        self._twins: frozenset[str] = frozenset()
        """Subjects that several projects have."""
        self._haystacks: dict[str, str] = {}

    # What is listed

    def begin(self, found: "Attention | None") -> None:
        """What comes first; nothing is said of what has not come."""
        if found is not None and found.items and not self.known:
            self.show(found)
            self.begun = True

    def show(self, found: "Attention") -> None:
        """A new state; the cursor stays on its matter, or at the top if it was left there."""
        self.known, self.trouble = True, ""
        stays, self.begun = not (self.begun and self.at == 0), False
        state = found.items, (*found.snoozed, *found.quiet), found.problems
        if state == (self.items, self.snoozed, self.problems):
            return
        self.items, self.snoozed, self.problems = state
        self._away = found.away
        self.shows_snoozed = self.shows_snoozed and bool(self.snoozed)
        self._haystacks.clear()
        self._choose(stays=stays)

    def turn_over(self) -> None:
        """What is put off in place of what is not, or back."""
        self.shows_snoozed = not self.shows_snoozed
        self.at = self.top = 0
        self._choose()

    def search(self, text: str) -> None:
        """Only matters with all of these words."""
        self.only = text.strip()
        self._choose()

    def _choose(self, *, stays: bool = True) -> None:
        here = self.item if stays else None
        every = self.snoozed if self.shows_snoozed else self.items
        words = self.only.lower().split()
        self._shown = [one for one in every if self._matches(one, words)] if words else every
        self._twins = twins(every)
        if here is not None:
            self.at = next((at for at, one in enumerate(self._shown) if one.key == here.key), self.at)
        self.at = max(0, min(self.at, len(self._shown) - 1))

    def _matches(self, item: "Item", words: Sequence[str]) -> bool:
        text = self._haystacks.get(item.key)
        if text is None:
            parts = (
                item.kind,
                item.word,
                item.level,
                item.subject,
                item.project.name,
                item.what,
                item.effect,
                item.owner,
            )
            text = self._haystacks[item.key] = " ".join(parts).lower()
        return all(word in text for word in words)

    @property
    def item(self) -> "Item | None":
        """The matter under the cursor."""
        return self._shown[self.at] if 0 <= self.at < len(self._shown) else None

    @property
    def matching(self) -> int:
        """How many are listed."""
        return len(self._shown)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._shown)

    def enter(self) -> None:
        """Go where it is looked at."""
        item = self.item
        if item is not None and item.place is not None:
            self.place.go(item.place)

    def copied(self) -> tuple[str, str] | None:
        """The sentence."""
        item = self.item
        return None if item is None else ("matter", f"{item.subject}: {item.what}")

    # Drawing

    def told(self, width: int) -> Line:
        """How many."""
        line = self.blank()
        if self.shows_snoozed:
            return line.put(self._away_said(width - 8), "accent").put("   v back", "muted")
        if not self.known:
            return line
        if self.begun:
            return line.put(f"{display.count(len(self.items))} so far", "muted")
        bad = sum(one.level == "bad" for one in self.items)
        line.put(display.count(len(self.items)) if self.items or self._away else "", "muted")
        if self.only:
            line.put(f"   {display.count(len(self._shown))} with ", "muted").put(self.only, "second")
        elif bad and len(self.items) > 8:
            line.put(f"   {display.count(bad)} bad", "bad")
        if self._away:
            line.put(f"   {self._away_said(width - line.at - 3)}", "muted")
        return line

    def _away_said(self, room: int) -> str:
        """`1 acknowledged, 2 muted, 1 snoozed`; one figure where there is no room for three."""
        said = ", ".join(f"{display.count(n)} {way}" for n, way in self._away)
        return said if len(said) <= room else f"{display.count(len(self.snoozed))} put off"

    def aside(self) -> Line:
        """The name of the last column."""
        return self.blank().put(("back in" if self.shows_snoozed else "since") if self.count else "", "muted")

    def empty(self, width: int) -> list[Line]:
        """Nobody is needed."""
        if self.only:
            return [self.blank().to(2).put(f'nothing listed has "{self.only}"', "muted")]
        if self.shows_snoozed:
            return [self.blank().to(2).put("nothing is snoozed, acknowledged or muted", "muted")]
        tick = self.place.glyphs.state("finished")
        lines = [self.blank().to(2).put(f"{tick} ", "ok").put("Nothing needs you.", "text")]
        lines += self.wrapped(self.watching, width, "muted", 2) if self.watching else []
        return lines + [line for one in self.problems[:2] for line in self.wrapped(one, width, "warn", 1)]

    def wanted(self, width: int) -> int:
        """Rows: with the one that unfolds, and air."""
        return 3 + self.count if self.count else 2 + len(self.nothing(width))

    def _rows(self, width: int, room: int, *, focused: bool) -> list[Line]:
        own = 2 if room >= min(4, self.count + 1) and room > 1 and self._unfolds else 1
        self._room = max(1, room - own + 1)
        self.top = max(0, min(self.top, self.at, self.count - self._room))
        self.top = max(self.top, self.at - self._room + 1)
        subject, project = self._cells(width)
        drawn = []
        for index in range(self.top, min(self.count, self.top + self._room)):
            item, here = self._shown[index], index == self.at
            ground = ("cursor" if focused else "cursor2") if here else "bg"
            line = self.blank(ground)
            if here and focused:
                reverse = self.place.colours.colour(ground) == REVERSE
                line.put(self.place.glyphs.focus, "accent", on="bg" if reverse else None)
            self._line(line.to(2), item, width, subject, project, here=here)
            drawn.append(line.to(width))
            if here and own == 2:
                drawn.append(self._unfolded(item, width, 2 + 3 + KIND + subject + project))
        return drawn

    @property
    def _unfolds(self) -> bool:
        return self.item is not None

    def _cells(self, width: int) -> tuple[int, int]:
        """Of the subject and of the project, with the gap behind each."""
        seen = self._shown[self.top : self.top + 60]
        several = len({one.project.key for one in seen}) > 1 and width >= 140
        named = [one.subject if several else self._name(one) for one in seen]
        most = 24 if width >= 150 else 18 if width >= 100 else 12
        most += 8 if any(one.subject in self._twins for one in seen) and not several else 0
        subject = 2 + cells_of(named, 5, most)
        return subject, 2 + cells_of([one.project.name for one in seen], 5, 20) if several else 0

    def _line(self, line: Line, item: "Item", width: int, subject: int, project: int, *, here: bool) -> None:
        ink = INKS[item.level]
        line.put(SIGNS[item.level], ink, bold=item.level == "bad").put(" ")
        put(line, item.word, KIND, ink)
        put(line, item.subject if project else self._name(item), subject - 2, "text").put("  ")
        if project:
            put(line, item.project.name, project - 2, "muted").put("  ")
        since = self._since(item)
        room = width - 2 - SINCE - 2 - line.at
        line.put(some_of(item.what, room), "text" if here else "second")
        line.to(width - 2 - width_of(since)).put(since, "second" if here else "muted")

    def _name(self, item: "Item") -> str:
        """Its subject, with the project where another has one of the same name: `tower ltv`."""
        twin = item.subject in self._twins and item.subject != item.project.name
        return f"{item.subject} {item.project.name}" if twin else item.subject

    def _since(self, item: "Item") -> str:
        if self.shows_snoozed:
            held = item.snoozed or item.quiet
            if held is None or held.until is None:
                return display.NONE
            from mlops_console.console.overview.pane import now

            return display.age(held.until - now())
        return age(item.since) if item.since is not None else ""

    def _unfolded(self, item: "Item", width: int, start: int) -> Line:
        line = self.blank("cursor2").to(start if width >= 100 else 14)
        put_off = item.snoozed is not None or item.quiet is not None
        effect = self._whose(item) if put_off else item.effect or self._whose(item)
        named = self.keys_of(item)
        keys = self._named(named)
        while len(named) > 1 and width - 2 - keys.at - 3 - line.at < width_of(display.safe_text(effect)):
            # The footer has the other keys; what follows from it stands only here.
            named = named[:-1]
            keys = self._named(named)
        room = width - 2 - keys.at - 3 - line.at
        line.put(some_of(effect, room), "muted")
        if not put_off and item.effect and item.owner and room - width_of(effect) > len(item.owner) + 10:
            line.put(f"   owner {item.owner}", "muted")
        return line.right(keys, width)

    def _named(self, keys: Sequence[tuple[str, str]]) -> Line:
        line = self.blank("cursor2")
        for key, word in keys:
            line.put("   " if line.at else "").put(key, "second", bold=True).put(f" {word}", "muted")
        return line

    def _whose(self, item: "Item") -> str:
        if item.snoozed is not None:
            return f"snoozed by {item.snoozed.by}: {item.snoozed.reason}"
        if item.quiet is not None:
            return f"{item.quiet.how} by {item.quiet.by} {ago(item.quiet.at)}: {item.quiet.reason}"
        return "   ".join(([f"owner {item.owner}"] if item.owner else []) + [f"in {item.project.name}"])

    def keys_of(self, item: "Item") -> list[tuple[str, str]]:
        """The keys that do something with it."""
        keys = [("Enter", WORDS[item.place.view])] if item.place is not None else []
        if item.snoozed is not None:
            return [*keys, ("m", "wake")]
        if item.quiet is not None:
            return keys
        if item.kind in MONITORS:
            keys.append(("x", "acknowledge"))
        elif item.kind in REVIEWS:
            keys.append(("x", "reviewed"))
        return [*keys, ("m", "snooze")]


def twins(items: "Sequence[Item]") -> frozenset[str]:
    """Subjects that several projects have."""
    first: dict[str, str] = {}
    found = {
        one.subject for one in items if first.setdefault(one.subject, one.project.key) != one.project.key
    }
    return frozenset(found)
