"""Fetching sparklines for the rows in view and a screen around them, in a worker."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mlops_console.console.widgets.table.sparks import spark_levels

if TYPE_CHECKING:
    from mlops_console.console.widgets.table.sheet import Sheet

Fetch = Callable[[Any, str, Sequence[int]], "Sequence[bytes | None]"]
"""(frame, column key, rows) -> float32 samples of each row."""


class SparkWindow:
    """Keeps the sparklines of a sheet filled around what is seen; one fetch at a time, the newest wins.

    They are fetched before they come into view, so that paging draws each line once.
    """

    def __init__(
        self,
        fetch: Fetch,
        run_worker: Callable[[Callable[[], None]], object],
        came: "Callable[[Sheet, set[str]], None]",
    ) -> None:
        self._fetch = fetch
        self._run_worker = run_worker
        self._came = came
        self._lock = threading.Lock()
        self._wanted: tuple[Any, Sheet, int, int] | None = None
        self._running = False

    def seen(self, frame: Any, sheet: "Sheet", begin: int, end: int) -> None:
        """These lines are in view."""
        screen = end - begin
        if not sheet.sparks or not self._missing(sheet, begin - screen, end + screen):
            return
        with self._lock:
            self._wanted = (frame, sheet, begin, end)
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
            around = end - begin
            rows = self._missing(sheet, begin - 3 * around, end + 3 * around)
            for key, have in sheet.sparks.items():
                cells = next(column.width for column in sheet.columns if column.key == key)
                levels = spark_levels(self._fetch(frame, key, rows), cells)
                have.update(zip((str(sheet.ids[row]) for row in rows), levels, strict=True))
            self._came(sheet, {str(sheet.ids[row]) for row in rows})
