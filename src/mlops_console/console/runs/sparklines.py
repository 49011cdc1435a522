"""Fetching sparklines for the rows in view and a screen around them, in a worker."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from mlops_console.console.widgets.table.sparks import spark_levels

if TYPE_CHECKING:
    from mlops_console.console.widgets.table.sheet import Sheet

NEAR: Final = 2
FAR: Final = 24
"""Screens above and below: so many should be there, so many are fetched when one is not."""
Fetch = Callable[[Any, str, Sequence[int]], "Sequence[bytes | None]"]
"""(frame, column key, rows) -> float32 samples of each row."""


class SparkWindow:
    """Keeps the sparklines of a sheet filled around what is seen; one fetch at a time, the newest wins.

    What is around is fetched while nobody pages: a line whose curve is there is drawn once.
    """

    def __init__(
        self,
        fetch: Fetch,
        run_worker: Callable[[Callable[[], None]], object],
        came: "Callable[[Sheet, set[str]], None]",
        later: Callable[[Callable[[], None]], object],
    ) -> None:
        self._fetch = fetch
        self._run_worker = run_worker
        self._came = came
        self._later = later
        self._seen: tuple[Any, Sheet, int, int] | None = None
        self._lock = threading.Lock()
        self._wanted: tuple[Any, Sheet, int, int] | None = None
        self._running = False

    def seen(self, frame: Any, sheet: "Sheet", begin: int, end: int) -> None:
        """These lines are in view."""
        self._seen = (frame, sheet, begin, end)
        if not sheet.sparks:
            return
        near = NEAR * (end - begin)
        if self._missing(sheet, begin, end):
            self._ask(self._seen)
        elif self._missing(sheet, begin - near, end + near):
            seen = self._seen
            self._later(lambda: self._ask(seen) if seen is self._seen else None)

    def _ask(self, wanted: "tuple[Any, Sheet, int, int]") -> None:
        with self._lock:
            self._wanted = wanted
            if self._running:
                return
            self._running = True
        self._run_worker(self._work)

    @staticmethod
    def _missing(sheet: "Sheet", begin: int, end: int) -> list[int]:
        have = next(iter(sheet.sparks.values()))
        lines = range(max(0, begin), min(end, sheet.count))
        return [row for line in lines if (row := sheet.row(line)) >= 0 and str(sheet.ids[row]) not in have]

    def _work(self) -> None:
        while True:
            with self._lock:
                wanted, self._wanted = self._wanted, None
                self._running = wanted is not None
            if wanted is None:
                return
            frame, sheet, begin, end = wanted
            around = FAR * (end - begin)
            rows = self._missing(sheet, begin - around, end + around)
            for key, have in sheet.sparks.items():
                cells = next(column.width for column in sheet.columns if column.key == key)
                levels = spark_levels(self._fetch(frame, key, rows), cells)
                have.update(zip((str(sheet.ids[row]) for row in rows), levels, strict=True))
            self._came(sheet, {str(sheet.ids[row]) for row in rows})
