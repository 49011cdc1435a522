"""Runs found from a run, as lists over the screen: the nearest, other seeds, the same twice, since when."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from mlops_console import display
from mlops_console.console.commands import Command
from mlops_console.console.overlays.listing import Entry, Listing, words
from mlops_console.errors import ConsoleError

if TYPE_CHECKING:
    from textual.screen import Screen

    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import Workspace

_LOG = logging.getLogger(__name__)
MOST = 5000
"""Among more runs duplicates are not looked for at once."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was found: a heading, and rows that may be runs to open."""

    heading: str
    rows: tuple[tuple[tuple[tuple[str, str], ...], str | None], ...]
    """(texts with their inks, the run to open or None)."""


class FoundRuns(Listing):
    """The list; Enter opens the run."""

    widest = 110
    nothing = "none"
    hint = (("Enter", "open"), ("Esc", "close"))

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.heading = sheet.heading
        self._sheet = sheet

    def entries(self, search: str) -> list[Entry]:
        """The rows."""
        width = min(self.widest, self.app.size.width) - 6
        found = []
        for texts, run in self._sheet.rows:
            shown, room = [], width
            for text, ink in texts:
                part = display.safe_text(text)
                part = part if len(part) <= room else part[: max(0, room - 1)] + "~" * (room > 0)
                room -= len(part)
                shown.append((part, ink))
            found.append(Entry(words(*shown), run))
        return found


class Finder:
    """The commands that find, for any screen that knows a run."""

    def __init__(
        self,
        screen: "Screen[Any]",
        this: Callable[[], str | None],
        among: Callable[[], Sequence[str]],
        metric: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._screen = screen
        self._this, self._among, self._metric = this, among, metric

    @property
    def _app(self) -> "ConsoleApp":
        return cast("ConsoleApp", self._screen.app)

    def commands(self) -> Sequence[Command]:
        """What can be typed behind `:`."""
        return (
            Command("nearest", "", "the runs with the most similar params", lambda _: self._nearest()),
            Command("seeds", "", "runs with the same params and other seeds", lambda _: self._seeds()),
            Command("duplicates", "", "runs that were recorded twice", lambda _: self._duplicates()),
            Command("since", "[METRIC]", "what changed since the last good run", self._since),
        )

    def _nearest(self) -> None:
        run = self._this()
        if run is None:
            self._app.say("There is no run under the cursor", "muted")
        else:
            self._find("the nearest runs", lambda workspace: _sheets().nearest_sheet(workspace, run))

    def _seeds(self) -> None:
        run = self._this()
        if run is None:
            self._app.say("There is no run under the cursor", "muted")
        else:
            self._find("other seeds", lambda workspace: _sheets().seeds_sheet(workspace, run))

    def _duplicates(self) -> None:
        runs = tuple(self._among())
        if len(runs) > MOST:
            self._app.say(f"Duplicates are looked for among {MOST:,} runs at most: filter them first", "warn")
        elif len(runs) < 2:
            self._app.say("There are no two runs to compare", "muted")
        else:
            self._find("duplicates", lambda workspace: _sheets().duplicates_sheet(workspace, runs))

    def _since(self, metric: str) -> None:
        run, key = self._this(), metric.strip() or self._metric()
        if run is None:
            self._app.say("There is no run under the cursor", "muted")
        elif key is None:
            self._app.say("Say by which metric: since METRIC", "warn")
        else:
            self._find("the last good run", lambda workspace: _sheets().since_sheet(workspace, run, key))

    def _find(self, what: str, read: "Callable[[Workspace], Sheet | str]") -> None:
        app, screen = self._app, self._screen
        workspace = app.workspace
        if workspace is None:
            return
        app.say(f"looking for {what}", "muted")

        def show(found: Sheet | str) -> None:
            if isinstance(found, str):
                if found:
                    app.say(found, "warn")
            elif app.screen is screen:
                screen.app.push_screen(FoundRuns(found), opened)

        def opened(run: Any) -> None:
            if run is not None:
                from mlops_console.console.run.screen import RunPage

                screen.app.push_screen(RunPage(run))

        def work() -> None:
            try:
                found: Sheet | str = read(workspace)
            except ConsoleError as error:
                found = str(error)
            except Exception as error:  # noqa: BLE001 - the boundary: it is said, and the rest goes on
                _LOG.exception("finding runs failed")
                found = f"That did not work: {error}"
            if app.is_running:
                app.call_from_thread(show, found)

        screen.run_worker(work, thread=True, group="find", exit_on_error=True)


def _sheets() -> Any:
    """What makes the lists: it costs more to import than those pay who look for nothing."""
    from mlops_console.console.compare import found

    return found
