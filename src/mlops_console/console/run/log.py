"""The Log section: the end of a run's log, followed while it grows; search by jumping, several files."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.run.log_feed import LogFeed
from mlops_console.console.run.logtext import LogLine
from mlops_console.console.run.section import Edited, Page, Section, head_rows, scroll_bar, share_seen
from mlops_console.console.run.texts import wrapped

if TYPE_CHECKING:
    from mlops_console.console.run.facts import RunView

SIDE: Final = 16
"""Cells that `h` and `l` go sideways."""


class LogSection(Section):
    """Lines, the newest last; `f` keeps the newest in view."""

    name = "Log"
    uses: ClassVar[frozenset[str]] = frozenset(
        {"search", "focus", "chart_next", "chart_previous", "left", "right"}
    )
    words: ClassVar[Mapping[str, tuple[str, str]]] = {
        "focus": ("follow what is written, or stop", "follow"),
        "chart_previous": ("previous log file", "] file"),
        "chart_next": ("next log file", ""),
        "left": ("lines to the left", ""),
        "right": ("rest of long lines", ""),
        "next": ("next match, else next run of the list", "next run"),
        "previous": ("previous match, else previous run", ""),
        "copy": ("copy the found line, else the id", "copy"),
        "search": ("search in the log", "search"),
        "edit": ("open this log in your editor", "editor"),
    }

    first: ClassVar[tuple[str, ...]] = ("tab", "focus", "search", "edit")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.feed = LogFeed(page, self._grown)
        self.following = True
        self._top = 0
        self._left = 0
        self._pattern = ""
        self._matches: list[int] = []
        self._match = -1

    def show(self, view: "RunView") -> None:
        """Another state; a run that has just begun to write gets its log."""
        super().show(view)
        self.feed.show(view)

    def forget(self) -> None:
        """Another run, another log; what is searched for stays."""
        self.feed.forget()
        self._begin()

    def _begin(self) -> None:
        self._matches, self._match, self._top, self._left = [], -1, 0, 0
        self.following = True

    def opened(self) -> None:
        """Read, and go on reading while it is looked at."""
        super().opened()
        self.feed.watch("section", True)

    def closed(self) -> None:
        """Nobody looks: nothing is read."""
        super().closed()
        self.feed.watch("section", False)

    def failed(self, about: str, words: str) -> bool:
        """Say it where the lines would stand; it is tried again."""
        if about in ("log", "logs"):
            self.feed.failed(words)
        return about in ("log", "logs")

    def _grown(self, begin: int, gone: int) -> None:
        if gone or begin == 0:
            self._top = max(0, self._top - gone)
            self._matches, self._match, begin = [], -1, 0
        if self._pattern:
            self._matches += self._found_from(begin)
            if self._match < 0 and self._matches:
                self._match = len(self._matches) - 1
        if self.following:
            self._top = self._last

    def _found_from(self, begin: int) -> list[int]:
        lines, wanted = self.feed.lines, self._pattern.lower()
        return [index for index in range(begin, len(lines)) if wanted in lines[index].text.lower()]

    # Drawing

    @property
    def _room(self) -> int:
        return max(1, self.page.size.height - head_rows(self.page))

    @property
    def _last(self) -> int:
        return max(0, self.feed.count - self._room)

    def line(self, y: int) -> Line:
        """A row."""
        page, feed = self.page, self.feed
        if self.following:
            self._top = self._last
        if y == 0:
            return self._heading()
        if not feed.count and feed.known:
            return self._nothing(y)
        index = self._top + y - head_rows(self.page)
        if y < head_rows(self.page) or not 0 <= index < feed.count:
            return page.blank()
        found = self._match >= 0 and self._matches[self._match] == index
        row = Line(page.colours, "cursor" if found else "bg")
        if found:
            row.put(page.glyphs.focus, "accent")
        put_log_line(row.to(2), feed.at(index), page.size.width - 3, self._left, self._pattern)
        return scroll_bar(page, row, y, self._top, feed.count + head_rows(self.page))

    def _heading(self) -> Line:
        page, feed = self.page, self.feed
        row, file = page.blank().to(2), feed.file
        if file is None:
            row.put("Log", "text", bold=True)
            return row.put("" if feed.files is not None else "  asking", "muted")
        width = page.size.width
        name = display.safe_text(file.path)
        row.put(fit(name, min(width // 2, width_of(name))), "text", bold=True)
        words = "following" if self.following else "stopped"
        row.put("  " + words, "accent" if self.following and feed.live else "muted")
        right = page.blank()
        at, count = feed.place
        if count > 1 and width >= 60:
            right.put(f"file {at} of {count}   ", "muted")
        if feed.skipped and width >= 100:
            right.put(f"{display.size(feed.skipped)} before   ", "muted")
        right.put(display.size(feed.size or file.size), "muted")
        return row.right(right, width, 3) if row.at + right.at + 6 < width else row

    def _nothing(self, y: int) -> Line:
        row = self.page.blank().to(2)
        feed = self.feed
        if feed.problem:
            says = feed.problem
        elif feed.file is not None:
            says = "Nothing is written in it yet. New lines appear here."
        else:
            says = (
                "No log among its files. What a run writes to output.log, train.log, *.out or stdout in its"
                " folder appears here as it grows, for example:\n\n  python train.py > output.log 2>&1"
            )
        lines = wrapped(says, min(self.page.size.width - 4, 92))
        ink = "warn" if feed.problem else "muted"
        index = y - head_rows(self.page)
        return row.put(lines[index], ink) if 0 <= index < len(lines) else row

    def aside(self) -> str:
        """How far down."""
        return share_seen(self._top, self._room, self.feed.count)

    def idle(self, short: str) -> str | None:
        """What there is nothing for."""
        if short in ("chart_next", "chart_previous"):
            return None if self.feed.place[1] > 1 else "there is one log"
        return None if self.feed.count else "no log here"

    # Keys

    def _show_from(self, top: int) -> None:
        self._top = max(0, min(top, self._last))
        self.following = self._top >= self._last
        self.page.moved()

    def move(self, step: int) -> None:
        """A line up stops following; the last line goes on with it."""
        self._show_from(self._top + step)

    def page_by(self, step: int, part: int) -> None:
        """A page, or half of one."""
        self._show_from(self._top + step * max(1, self._room // part))

    def end(self, step: int) -> None:
        """The first line that was read, or the newest."""
        self._show_from(self._last if step > 0 else 0)
        if step < 0 and self.feed.skipped:
            self.page.say(f"{display.size(self.feed.skipped)} of the log lie before this", "muted")

    def side(self, step: int) -> None:
        """Sideways, through long lines."""
        seen = range(self._top, min(self._top + self._room, self.feed.count))
        longest = max((len(self.feed.at(index).text) for index in seen), default=0)
        most = max(0, longest - self.page.size.width // 2)
        self._left = max(0, min(most, self._left + step * SIDE))
        self.page.moved()

    def beside(self, step: int) -> None:
        """The next or previous log file."""
        self._begin()
        self.feed.turn(step)
        self.page.moved()

    def follow(self) -> None:
        """Keep the newest line in view, or stop."""
        self.following = not self.following
        self.page.moved()

    # Search

    @property
    def found(self) -> int:
        """How many lines match."""
        return len(self._matches)

    def search(self, pattern: str) -> None:
        """Find, and go to the newest match that is not below what is seen."""
        self._pattern = pattern
        self._matches = self._found_from(0) if pattern else []
        seen = self._top + self._room
        above = sum(1 for index in self._matches if index < seen) - 1
        self._match = max(0, above) if self._matches else -1
        self._to_match()

    def _to_match(self) -> None:
        if self._match >= 0:
            at = self._matches[self._match]
            if not self._top <= at < self._top + self._room:
                self._top = max(0, min(at - self._room // 2, self._last))
            self.following = False
        self.page.moved()

    @property
    def matching(self) -> bool:
        """Whether something was found."""
        return bool(self._matches)

    def match(self, step: int) -> bool:
        """The next or previous match."""
        if not self._pattern:
            return False
        if self._matches:
            self._match = (self._match + step) % len(self._matches)
            self._to_match()
        return True

    def copied(self) -> tuple[str, str] | None:
        """The line that was found."""
        if self._match < 0:
            return None
        return "line", self.feed.lines[self._matches[self._match]].text

    def edited(self) -> Edited:
        """The log that is shown."""
        file = self.feed.file
        return Edited("", "no log here") if file is None else Edited(file.path)

    def text(self) -> str:
        """All lines that are here."""
        return "".join(self.feed.at(index).text + "\n" for index in range(self.feed.count))


def put_log_line(row: Line, line: LogLine, end: int, left: int = 0, pattern: str = "") -> Line:
    """Draw a line of a log up to a column: its time muted, what was found in the accent."""
    text, moment = line.text[left : left + 4 * max(1, end)], max(0, line.moment - left)
    pieces = [(text[:moment], "muted", False), *_marked(text[moment:], line.ink, pattern)]
    for index, (piece, ink, bold) in enumerate(pieces):
        room = end - row.at
        shown = display.safe_text(piece, 4 * max(1, end))
        more = any(rest for rest, _, _ in pieces[index + 1 :])
        if width_of(shown) > room or (more and width_of(shown) == room):
            return row.put(fit(shown, room), ink, bold=bold)
        row.put(shown, ink, bold=bold)
    return row


def _marked(text: str, ink: str, pattern: str) -> list[tuple[str, str, bool]]:
    if not pattern:
        return [(text, ink, False)]
    pieces: list[tuple[str, str, bool]] = []
    lowered, wanted, at = text.lower(), pattern.lower(), 0
    while (found := lowered.find(wanted, at)) >= 0 and len(lowered) == len(text):
        pieces += [(text[at:found], ink, False), (text[found : found + len(wanted)], "accent", True)]
        at = found + len(wanted)
    return [*pieces, (text[at:], ink, False)]
