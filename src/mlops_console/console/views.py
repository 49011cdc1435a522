"""The views that `1` to `8` switch between: each keeps its own screens, with what was chosen on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

from textual.app import App
from textual.screen import Screen

from mlops_console.records import Changed

OVERVIEW: Final = "overview"
RUNS: Final = "runs"
COMPARE: Final = "compare"
MODELS: Final = "models"
DRIFT: Final = "drift"
AUDIT: Final = "audit"


@dataclass(frozen=True, slots=True)
class Place:
    """A view as it is known by key and name."""

    key: str
    name: str
    title: str
    there: bool = True
    """Whether there is anything to show: keys of others only answer."""


PLACES: Final = (
    Place("1", OVERVIEW, "Overview"),
    Place("2", RUNS, "Runs"),
    Place("3", COMPARE, "Compare"),
    Place("4", MODELS, "Models"),
    Place("5", DRIFT, "Drift"),
    Place("6", "data", "Data", there=False),
    Place("7", "jobs", "Jobs", there=False),
    Place("8", AUDIT, "Audit"),
)
NAMES: Final = {place.name: place for place in PLACES}


@runtime_checkable
class Live(Protocol):
    """A screen that follows the store."""

    def store_changed(self, changed: Changed) -> None:
        """Something changed: ask again (in a worker) what is shown."""

    def workspace_opened(self) -> None:
        """The workspace is there now (`app.workspace`)."""


@runtime_checkable
class StepsBack(Protocol):
    """A screen with steps of its own to go back, such as a filter to clear."""

    def step_back(self) -> bool:
        """Go one back; False when there is none."""


class Viewing(App[int]):
    """The part of the application that knows its views; a view is a Textual mode of the same name."""

    def __init__(self, *, view: str = RUNS, **wishes: Any) -> None:
        # The mode to begin with is asked while the application is made.
        self.DEFAULT_MODE = view  # type: ignore[misc]
        super().__init__(**wishes)
        self._last: str | None = None
        self._from: dict[str, tuple[str, int]] = {}
        """View -> the one from which something was opened in it, and how many screens it has then: the
        step back."""
        self._missed: dict[str, Changed] = {}
        """What changed while another view was looked at."""
        self.add_mode(RUNS, self._first)
        for name, make in _SCREENS.items():
            self.add_mode(name, make)

    def first_screen(self) -> Screen[Any]:
        """The screen to begin with."""
        from mlops_console.console.runs.screen import RunsScreen

        return RunsScreen()

    def _first(self) -> Screen[Any]:
        # Asked when it is shown: by then it may be another.
        return self.first_screen()

    # Switching

    def action_view(self, name: str) -> None:
        """Show a view as it was left; where that is looked at already, what lies over it is closed."""
        place = NAMES[name]
        if place.there and name == self.current_mode:
            while len(self.screen_stack) > 1 and not self.screen.is_modal:
                self.pop_screen()
        elif place.there:
            self.show_view(name)
        else:
            self.say(f"{place.key} {place.title}: this view is not there yet", "muted")

    def action_last_view(self) -> None:
        """Show the view that was looked at before."""
        if self._last is None:
            self.say("No other view was looked at yet", "muted")
        else:
            self.show_view(self._last)

    def show_view(self, name: str) -> None:
        """Switch; its screens hear now of what changed meanwhile."""
        before = self.current_mode
        if name == before:
            return
        self._last = before
        self.switch_mode(name)
        missed = self._missed.pop(name, None)
        if missed:
            _pass_on(self.screen_stack, missed)

    def go_to_view(self, name: str) -> None:
        """Show a view from which Esc leads back here."""
        self._go(name, 1)

    def open_in_view(self, name: str, screen: Screen[Any]) -> None:
        """Show something new in a view, in place of what was shown there; Esc leads back here."""
        self._go(name, 2)
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if len(self.screen_stack) == 2:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _go(self, name: str, screens: int) -> None:
        if name != self.current_mode:
            self._from[name] = (self.current_mode, screens)
        self.show_view(name)

    async def action_back(self) -> None:
        """Back one step within the screen, else one crumb; never quits."""
        if isinstance(self.screen, StepsBack) and self.screen.step_back():
            return
        before, least = self._from.get(self.current_mode, ("", 1))
        if len(self.screen_stack) > least:
            self.pop_screen()
        elif before:
            self.show_view(before)

    # What is told to screens

    def pass_on(self, changed: Changed) -> None:
        """Tell the screens of the view that is looked at; others hear when they are shown."""
        here = self.current_mode
        for name in self._screen_stacks:
            if name != here:
                self._missed[name] = self._missed.get(name, Changed()) | changed
        _pass_on(self.screen_stack, changed)

    def pass_on_opened(self) -> None:
        """Tell all screens that the workspace is there."""
        for stack in self._screen_stacks.values():
            for screen in tuple(stack):
                if isinstance(screen, Live):
                    _tell(screen, screen.workspace_opened)

    def say(self, text: str, ink: str = "text", seconds: float = 5.0) -> None:
        """A message in the footer of the screen that is looked at; the application knows how."""


def _pass_on(stack: list[Screen[Any]], changed: Changed) -> None:
    for screen in stack:
        if isinstance(screen, Live):
            _tell(screen, screen.store_changed, changed)


def _tell(screen: Screen[Any], what: Callable[..., None], *about: Changed) -> None:
    """A screen that is not composed yet hears it as its first message after that: nothing is lost."""
    if screen.is_mounted:
        what(*about)
    else:
        screen.call_later(what, *about)


def _overview() -> Screen[Any]:
    from mlops_console.console.overview.screen import OverviewScreen

    return OverviewScreen()


def _nothing_compared() -> Screen[Any]:
    from mlops_console.console.compare.nothing import NothingCompared

    return NothingCompared()


def _models() -> Screen[Any]:
    from mlops_console.console.models.screen import ModelsScreen

    return ModelsScreen()


def _drift() -> Screen[Any]:
    from mlops_console.console.drift.screen import DriftScreen

    return DriftScreen()


def _audit() -> Screen[Any]:
    from mlops_console.console.audit.screen import AuditScreen

    return AuditScreen()


_SCREENS: Final[dict[str, Callable[[], Screen[Any]]]] = {
    OVERVIEW: _overview,
    COMPARE: _nothing_compared,
    MODELS: _models,
    DRIFT: _drift,
    AUDIT: _audit,
}
