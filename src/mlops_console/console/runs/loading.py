"""Asking the workspace for runs, one question at a time, in a worker; the newest wish wins."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_console.console.runs.sheets import make_sheet
from mlops_console.console.runs.view import RunsView
from mlops_console.errors import ConsoleError

if TYPE_CHECKING:
    from mlops_console.console.widgets.table.sheet import Sheet

ALWAYS = ("run", "status", "age")


def now_us() -> int:
    """What ages are counted from."""
    return time.time_ns() // 1000


class Source(ABC):
    """What the screen asks of the workspace; the only place that knows its doors."""

    @abstractmethod
    def proposed(self) -> Sequence[Any]:
        """The columns to show where nobody has chosen."""

    @abstractmethod
    def known(self, keys: Sequence[str]) -> Sequence[Any]:
        """Columns by key; unknown keys are left out."""

    @abstractmethod
    def load(self, view: RunsView, columns: Sequence[Any]) -> Any:
        """The runs of a view, in its order."""

    @abstractmethod
    def resort(self, frame: Any, view: RunsView) -> Any:
        """The same runs in another order."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the screen wants to show."""

    view: RunsView
    cursor: str | None
    """The run that the cursor should stay on."""
    line: int
    """Where it should be if that run is gone."""
    room: int
    """Cells that the table has in a row."""
    anew: bool
    """Ask the store even if nothing but the order differs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A sheet, and where the cursor goes."""

    wish: Wish
    frame: Any
    sheet: "Sheet"
    line: int
    seconds: float


class Loader:
    """Runs wishes through the source, one after the other, skipping those that were overtaken."""

    def __init__(
        self,
        source: Source,
        run_worker: Callable[[Callable[[], None]], object],
        deliver: Callable[[Answer | ConsoleError], None],
    ) -> None:
        self._source = source
        self._run_worker = run_worker
        self._deliver = deliver
        self._lock = threading.Lock()
        self._wanted: Wish | None = None
        self._running = False
        self._frame: Any = None
        self._asked: tuple[object, ...] = ()

    def ask(self, wish: Wish) -> None:
        """Want this next; an unanswered wish before it is dropped, but its `anew` is kept."""
        with self._lock:
            if self._wanted is not None and self._wanted.anew and not wish.anew:
                wish = Wish(wish.view, wish.cursor, wish.line, wish.room, anew=True)
            self._wanted = wish
            if self._running:
                return
            self._running = True
        self._run_worker(self._work)

    def _work(self) -> None:
        while True:
            wish = self._next()
            if wish is None:
                return
            try:
                answer: Answer | ConsoleError = self._answer(wish)
            except ConsoleError as error:
                answer = error
            except Exception as error:  # noqa: BLE001 - the boundary: the screen says what went wrong
                answer = ConsoleError(f"The runs can't be shown: {error}")
            self._deliver(answer)

    def _next(self) -> Wish | None:
        with self._lock:
            wish, self._wanted = self._wanted, None
            self._running = wish is not None
        return wish

    def _answer(self, wish: Wish) -> Answer:
        started = time.thread_time()
        view = wish.view
        columns, shown = self._columns(view)
        asked = (view.where, view.archived, tuple(column.key for column in columns))
        if wish.anew or self._frame is None or asked != self._asked:
            self._frame = self._source.load(view, columns)
            self._asked = asked
        else:
            self._frame = self._source.resort(self._frame, view)
        sheet = make_sheet(self._frame, view, shown, now_us(), room=wish.room)
        line = sheet.find(wish.cursor)
        return Answer(
            wish, self._frame, sheet, line if line >= 0 else wish.line, time.thread_time() - started
        )

    def _columns(self, view: RunsView) -> tuple[list[Any], list[str]]:
        proposed = self._source.proposed() if not view.columns else ()
        shown = list(view.columns) or [column.key for column in proposed]
        wanted = dict.fromkeys(
            (*ALWAYS, *shown, *(key for key, _ in view.sort), *([view.group] if view.group else ()))
        )
        columns = {column.key: column for column in (*proposed, *self._source.known(tuple(wanted)))}
        return [columns[key] for key in wanted if key in columns], [key for key in shown if key in columns]
