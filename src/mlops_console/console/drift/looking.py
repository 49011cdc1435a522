"""Which monitor and window is looked at, and how its figures come: the newest first, the rest after it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_console.console.drift import asking
from mlops_console.console.drift.state import Listed, MonitorKey, Opened, Shown

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.states.model import MonitorState

Ask = Callable[[str, "Callable[[Workspace], Any]", Callable[[Any], None]], None]


class Looking:
    """What the panes of the Drift view show."""

    def __init__(self, ask: Ask, came: Callable[[str], None]) -> None:
        self._ask = ask
        self._came = came
        """Is told that there is something new; the name of a feature to go to, or nothing."""
        self.shown = Shown()
        self.known = False
        self.opened: Opened | None = None
        self.reading: asking.Reading | None = None
        self._state: MonitorState | None = None
        self._chosen = False
        """Whether a person chose the window: else it is the newest, whichever that is."""
        self._wanted: tuple[MonitorKey, str] | None = None

    @property
    def listed(self) -> Listed | None:
        """The monitor that is looked at."""
        return self.shown.find(self.reading.key) if self.reading is not None else None

    def show(self, shown: Shown) -> None:
        """A new state of the monitors; where there is but one it is opened."""
        first = not self.known
        before = {one.key: one.state for one in self.shown.monitors}
        self.known = True
        # How they stood stays until it is known how they stand, and so does their order.
        places = {key: at for at, key in enumerate(before)}
        listed = [replace(one, state=one.state or before.get(one.key)) for one in shown.monitors]
        if not any(one.state for one in shown.monitors):
            listed.sort(key=lambda one: places.get(one.key, len(places)))
        self.shown = replace(shown, monitors=tuple(listed))
        if self._wanted is not None and shown.find(self._wanted[0]) is not None:
            self.open(*self._wanted)
        elif first and len(shown.monitors) == 1 and self.reading is None:
            self.open(shown.monitors[0].key)

    def again(self, feature: str) -> None:
        """Something was judged or decided: read the monitor that is looked at again."""
        found, reading = self.listed, self.reading
        if reading is None:
            return
        if found is None:
            self.close()
            return
        if found.watched != reading.watched:
            self.reading = asking.Reading(found.watched)
        self._read(feature)

    def want(self, key: MonitorKey, feature: str = "") -> None:
        """Open a monitor, now or as soon as it is known."""
        if self.known and self.shown.find(key) is not None:
            self.open(key, feature)
        else:
            self._wanted = (key, feature)

    @property
    def missed(self) -> MonitorKey | None:
        """The monitor that was asked for and is not there."""
        return self._wanted[0] if self._wanted is not None and self.known else None

    def open(self, key: MonitorKey, feature: str = "") -> None:
        """Look at one monitor."""
        found = self.shown.find(key)
        self._wanted = None
        if found is None:
            return
        self._state, self._chosen = found.state, False
        self.opened = Opened(found.watched, state=found.state)
        self.reading = asking.Reading(found.watched)
        self._read(feature)

    def close(self) -> None:
        """Look at all of them."""
        self.reading, self.opened, self._wanted = None, None, None

    def turn(self, step: int) -> bool:
        """The next monitor, in the order of the list; whether there is another."""
        keys = [one.key for one in self.shown.monitors]
        if self.reading is None or len(keys) < 2 or self.reading.key not in keys:
            return False
        self.open(keys[(keys.index(self.reading.key) + step) % len(keys)])
        return True

    def window(self, at: int, feature: str) -> bool:
        """Look at another window; whether there is one at this place."""
        opened, reading = self.opened, self.reading
        if opened is None or reading is None or not 0 <= at < len(opened.course.steps):
            return False
        if at == opened.at:
            return False
        self._chosen = at < len(opened.course.steps) - 1
        key = opened.course.steps[at].key
        # Where it is shows at once; what it says comes in a moment.
        self.opened = replace(opened, at=at)

        def took(found: Opened | None) -> None:
            if found is not None and reading is self.reading:
                self._take(found, feature)

        self._ask("window", lambda workspace: reading.window(workspace, key), took)
        return True

    def _read(self, feature: str) -> None:
        reading, opened = self.reading, self.opened
        if reading is None:
            return
        kept = None
        if opened is not None and opened.told is not None and self._chosen:
            kept = opened.told.judged.key

        def took(found: Opened) -> None:
            if reading is self.reading:
                self._take(found, feature)
                self._more(reading)

        def stands(state: "MonitorState") -> None:
            if reading is self.reading and self.opened is not None:
                self._state = state
                self._take(self.opened, "")

        self._ask("monitor", lambda workspace: reading.newest(workspace, kept), took)
        self._ask("state", reading.state, stands)

    def _more(self, reading: asking.Reading) -> None:
        opened = self.opened
        if opened is None or opened.course.complete or reading is not self.reading:
            return
        told = opened.told

        def took(found: Opened) -> None:
            now = self.opened
            if reading is self.reading and now is not None:
                # Another window may be looked at by now.
                at = found.at
                if now.told is not None and now.told is not found.told:
                    key = now.told.judged.key
                    places = [place for place, step in enumerate(found.course.steps) if step.key == key]
                    at = places[0] if places else -1
                    found = replace(found, told=now.told)
                self._take(replace(found, at=at), "")
                self._more(reading)

        self._ask("older", lambda workspace: reading.more(workspace, told), took)

    def _take(self, found: Opened, feature: str) -> None:
        self.opened = replace(found, state=self._state)
        self._came(feature)
