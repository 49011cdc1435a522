"""The lines of a run's log, read as they are written; only while somebody looks."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.run.logtext import LogLine, in_traceback, tinted
from mlops_console.console.run.section import Page

if TYPE_CHECKING:
    from textual.timer import Timer

    from mlops_console.console.run.facts import RunView
    from mlops_console.workspace.files import FileEntry, Tail

LIVE_SECONDS: Final = 0.25
QUIET_SECONDS: Final = 2.0
QUIET_AFTER: Final = 20
"""So many times in a row nothing was new: ask less often."""
FIRST_BYTES: Final = 262_144
MORE_BYTES: Final = 1_048_576
LINES_MOST: Final = 20_000


class LogFeed:
    """One log file of a run at a time; whoever looks calls `watch`."""

    def __init__(self, page: Page, grown: Callable[[int, int], None]) -> None:
        self._page = page
        self._grown = grown
        """Told from which line on there are new ones, and how many old ones went."""
        self.lines: list[LogLine] = []
        self.files: Sequence[FileEntry] | None = None
        """None: not asked yet."""
        self.partial: LogLine | None = None
        """The line that is being written, as it stands."""
        self.skipped = 0
        """Bytes that lie before the first line."""
        self.size = 0
        self.problem = ""
        self.read_once = False
        self._view: RunView | None = None
        self._at = 0
        self._offset: int | None = None
        self._timer: Timer | None = None
        self._still = 0
        self._lookers: set[str] = set()

    @property
    def file(self) -> "FileEntry | None":
        """The log that is read."""
        return self.files[self._at] if self.files else None

    @property
    def place(self) -> tuple[int, int]:
        """Which file it is, of how many."""
        return self._at + 1, len(self.files or ())

    @property
    def count(self) -> int:
        """How many there are to be seen."""
        return len(self.lines) + (self.partial is not None)

    def at(self, index: int) -> LogLine:
        """One of them."""
        return self.lines[index] if index < len(self.lines) or self.partial is None else self.partial

    def end(self, most: int) -> "list[LogLine]":
        """The last of them."""
        last = [] if self.partial is None else [self.partial]
        return [*self.lines[-most:], *last][-most:]

    @property
    def live(self) -> bool:
        """Whether more may come."""
        return self._view is not None and self._view.status == "running"

    @property
    def known(self) -> bool:
        """Whether it is known what there is of it: lines, or nothing."""
        return self.read_once or self.files == () or bool(self.problem)

    @property
    def polling(self) -> bool:
        """Whether it will be read again."""
        return self._timer is not None

    def show(self, view: "RunView") -> None:
        """Another state of the run."""
        self._view = view
        if self._lookers:
            self._begin()

    def forget(self) -> None:
        """Another run."""
        self.files, self._at, self._view = None, 0, None
        self._clear()

    def watch(self, who: str, looks: bool) -> None:
        """Somebody looks at the log now, or doesn't any more."""
        if looks:
            self._lookers.add(who)
            self._begin()
        else:
            self._lookers.discard(who)
            if not self._lookers:
                self._stop()

    def turn(self, step: int) -> None:
        """The next or previous file."""
        if self.files:
            self._at = (self._at + step) % len(self.files)
            self._clear()
            self._read()

    def _clear(self) -> None:
        self.lines, self.partial, self._offset, self.skipped, self.size = [], None, None, 0, 0
        self.problem, self._still, self.read_once = "", 0, False
        self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _begin(self) -> None:
        if self._view is None:
            return
        if self.problem:
            self._stop()
        if not self.files:
            run, questions = self._view.id, self._page.questions
            self._page.ask("logs", lambda workspace: questions.logs(workspace, run), self._found)
        elif self._timer is None:
            self._read()

    def _found(self, files: "Sequence[FileEntry]") -> None:
        self.files, self.problem = tuple(files), ""
        self._read()
        self._page.moved()

    def _read(self) -> None:
        self._stop()
        file, view = self.file, self._view
        if file is None or view is None or not self._lookers:
            return
        run, path, offset = view.id, file.path, self._offset
        limit = FIRST_BYTES if offset is None else MORE_BYTES
        questions = self._page.questions
        self._page.ask(
            "log",
            lambda workspace: questions.tail(workspace, run, path, offset, limit),
            lambda tail: self._came(path, offset, tail),
        )

    def _came(self, path: str, offset: int | None, tail: "Tail") -> None:
        if self.file is None or self.file.path != path:
            return
        if offset != self._offset:
            # Asked while another answer was on its way: these lines, or some of them, are here already.
            if self._timer is None and self._lookers:
                self._timer = self._page.later(LIVE_SECONDS, self._read)
            return
        before = self.partial.text if self.partial is not None else ""
        grew = bool(tail.lines) or tail.partial != before
        moved = grew or tail.restarted or not self.read_once or tail.problem != self.problem
        if tail.restarted or not self.read_once:
            self.lines, self.skipped = [], tail.skipped
        elif tail.skipped:
            self._add((f"~ {display.size(tail.skipped)} left out here",))
        self.problem, self._offset, self.size, self.read_once = tail.problem, tail.offset, tail.size, True
        self._add(tail.lines)
        self.partial = next(tinted((tail.partial,), in_traceback(self.lines)), None) if tail.partial else None
        if moved:
            self._page.moved()
        self._still = 0 if grew else self._still + 1
        if self._lookers:
            often = (self.live and self._still < QUIET_AFTER) or (tail.lines and tail.offset < tail.size)
            self._stop()
            self._timer = self._page.later(LIVE_SECONDS if often else QUIET_SECONDS, self._read)

    def failed(self, words: str) -> None:
        """It could not be read; try again in a while."""
        self.problem = words
        self._stop()
        if self._lookers:
            self._timer = self._page.later(QUIET_SECONDS, self._begin)
        self._page.moved()

    def _add(self, lines: Sequence[str]) -> None:
        begin = len(self.lines)
        self.lines += tinted(lines, in_traceback(self.lines))
        gone = max(0, len(self.lines) - LINES_MOST)
        del self.lines[:gone]
        self._grown(max(0, begin - gone), gone)
