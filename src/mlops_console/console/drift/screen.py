"""The Drift screen: asks, and says what keys do."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from mlops_console.console import keymap
from mlops_console.console.clipboard import copy
from mlops_console.console.commands import Command
from mlops_console.console.drift import asking
from mlops_console.console.drift.body import DriftBody
from mlops_console.console.drift.nothing import no_monitor
from mlops_console.console.drift.starting import Starting
from mlops_console.console.drift.state import SPANS
from mlops_console.console.widgets.empty import Empty
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.console.widgets.paned import MOVES, Refusing
from mlops_console.console.widgets.panel import Panel

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from mlops_console.console.drift.state import MonitorKey, Shown
    from mlops_console.console.keymap import Key
    from mlops_console.records import Changed
    from mlops_console.workspace import Workspace

_INSIDE: Final = frozenset(
    {
        "span", "bins", "log", "heat", "earlier", "later", "monitor_next", "monitor_back", "acknowledge",
        "mute_feature", "reference", "reference_back", "thresholds", "proposal", "filter", "zoom",
        "write", "importance", "labels",
    }
)  # fmt: skip
"""Keys that need a monitor to be open."""
_WITH_WINDOW: Final = frozenset(
    {"pane", "pane_back", "span", "bins", "log", "heat", "thresholds", "filter", "zoom", "mute_feature"}
)
"""Keys that need a window of it to be judged."""


class DriftScreen(Refusing, Starting):
    """Monitors, and one of them with what moved in it."""

    view = "drift"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = keymap.bindings("drift")
    CSS = "DriftScreen #room { height: 1fr; }"

    def __init__(self, key: "MonitorKey | None" = None, feature: str = "") -> None:
        super().__init__()
        self._key, self._feature = key, feature

    def compose(self) -> "ComposeResult":
        """The parts."""
        from textual.containers import Container

        yield Header(("Drift",))
        with Container(id="room"):
            yield DriftBody(self.console_app.settings.chart)
            yield Empty()
        yield Panel()
        yield Footer()

    def on_mount(self) -> None:
        """Ask; keep ages right."""
        self.query_one(Empty).display = False
        self.set_interval(20.0, self.body.moved)
        if self._key is not None:
            self.body.looking.want(self._key, self._feature)
        self._ask()

    # The workspace

    def workspace_opened(self) -> None:
        """Ask."""
        self._ask()

    def store_changed(self, changed: "Changed") -> None:
        """Ask again when something was judged or decided."""
        self.query_one(Header).refresh()
        if changed.drift or changed.decisions:
            self._ask()

    def _ask(self) -> None:
        self.body.ask("monitors", asking.monitors, self._came)

    def _came(self, shown: "Shown") -> None:
        empty = self.query_one(Empty)
        empty.display = not shown.monitors
        if not shown.monitors:
            empty.say(no_monitor(shown))
        again = self.body.opened is not None
        self.body.show(shown)
        if again:
            self.body.again()
        if self.body.looking.missed is not None:
            self.console_app.say("That monitor is not there any more", "warn")
        self.console_app.release()

        def stands(workspace: "Workspace") -> "Shown":
            return asking.standing(workspace, shown)

        if shown.monitors:
            self.body.ask("states", stands, self.body.show)

    # What is said around the body

    def on_body_moved(self) -> None:
        """Other keys may do something now."""
        opened, one = self.body.opened, self.body.feature
        crumbs = ["Drift"]
        if opened is not None:
            project, name = opened.watched.project.name, opened.watched.name
            # Where there is little room the first goes: the project stays beside a name that two have.
            twin = name in self.body.looking.shown.twins()
            crumbs = ["Drift", f"{name} {project}"] if twin else [project, "Drift", name]
            crumbs += [one.measured.name] if one is not None and self.body.over is None else []
            crumbs += [self.body.over.name] if self.body.over is not None else []
        private = self.body.looking.shown.private
        here = opened.watched.project.key in private if opened is not None else False
        self.query_one(Header).show(crumbs, private=here)
        self.query_one(Footer).refresh()

    def idle_reason(self, key: "Key") -> str | None:
        """Why a key does nothing now."""
        short = key.id.removeprefix("drift.")
        if short == key.id:
            return None
        if not self.body.looking.shown.monitors:
            return "" if short in MOVES else "there is no monitor"
        if short in ("pane", "pane_back") and (not self.body.inside or self.body.over is not None):
            return ""
        if short in _INSIDE and not self.body.inside:
            return "open a monitor first"
        if short in _WITH_WINDOW and self.body.opened is not None and self.body.opened.blind:
            return "no window is judged yet"
        return self._idle(short)

    def _idle(self, short: str) -> str | None:
        body = self.body
        match short:
            case "undo":
                return None if self.deeds.can_undo else "nothing said yet"
            case "redo":
                return None if self.deeds.can_redo else "nothing undone"
            case "acknowledge":
                return self.why_no_acknowledgement()
            case "mute_feature":
                return self.why_no_feature()
            case "reference":
                return self.why_no_reference()
            case "reference_back":
                return None if self.pinned is not None else "it is held to what its file names"
            case "importance":
                return self.why_no_model()
            case "retrain":
                return self.why_no_training()
            case "labels":
                return self.why_no_labels()
            case "write":
                return self.why_no_reference()
            case "proposal":
                return self.why_no_proposal()
            case "span":
                known = len(body.opened.course.steps) if body.opened is not None else 0
                return f"all {known} windows are shown" if known <= SPANS[0] else None
            case "earlier":
                there = body.opened is not None and body.opened.at > 0
                return None if there else "there is no earlier window"
            case "later":
                return (
                    None
                    if body.opened is not None and not body.opened.newest
                    else "this is the newest window"
                )
            case "metric_next" | "metric_back":
                return None if len(body.model.metrics) > 1 else "there is only one metric"
            case "monitor_next" | "monitor_back":
                return None if len(body.looking.shown.monitors) > 1 else "there is only this monitor"
            case "more" | "less":
                return None if body.over is body.quiet else "only where thresholds are tried: T"
            case "open":
                return None if body.pane.count and body.pane not in (body.sight, body.model) else ""
            case "zoom":
                return None if body.wide else "it is alone already"
        return None

    def said(self, key: "Key") -> "Key":
        """A key in the words of now."""
        body, opened = self.body, self.body.opened
        match key.id:
            case "drift.open":
                word = {
                    body.monitors: "open",
                    body.features: "segments" if body.wide else "histogram",
                    body.segments: "rows",
                    body.windows: "this window",
                }.get(body.pane)
                return replace(key, short=word or "")
            case "drift.heat" if body.over is body.heat:
                return replace(key, desc="back to the monitor", short="back")
            case "drift.thresholds" | "drift.bins" if body.over is body.quiet:
                return replace(key, short="")
            case "drift.more" | "drift.less" if body.over is body.quiet:
                return replace(key, short="higher" if key.id == "drift.more" else "lower", footer=5)
            case "drift.edit" | "drift.copy" if body.over is body.quiet:
                return replace(key, short="the file" if key.id == "drift.edit" else "copy", footer=6)
            case "drift.edit" if opened is not None and opened.blind:
                return replace(key, short="edit the file", footer=12)
            case "drift.mute" if opened is not None and opened.said.muted(body.now) is not None:
                return replace(key, desc="let the monitor speak again", short="unmute")
        return key

    def step_back(self) -> bool:
        """Out of the panel, out of a pane alone, from a monitor to all of them."""
        return self.close_panel() or self.body.back()

    # Keys

    def action_enter(self) -> None:
        """Open what the cursor is on: who moved where there is room for the histogram beside, else that."""
        body = self.body
        if body.inside and body.pane is body.features:
            body.go_to(body.segments if body.wide else body.sight)
        else:
            body.pane.enter()
            body.moved()

    def action_span(self) -> None:
        """Another span of time."""
        span = self.body.turn_span()
        many = f"the last {span} windows" if span else "all windows"
        self.console_app.say(f"Over time: {many}", "muted")

    def action_bins(self) -> None:
        """Other bins."""
        self.console_app.say(self.body.sight.turn_bins(), "muted")
        self.body.moved()

    def action_log(self) -> None:
        """Heights by the logarithm."""
        self.console_app.say(self.body.sight.turn_log(), "muted")
        self.body.moved()

    def action_heat(self) -> None:
        """All features over all windows, and back."""
        body = self.body
        if body.over is body.heat:
            body.back()
        else:
            body.go_to(body.heat)

    def action_window(self, step: int) -> None:
        """An earlier or a later window."""
        if self.body.opened is not None:
            self.body.go_window(self.body.opened.at + step)

    def action_monitor(self, step: int) -> None:
        """Another monitor."""
        self.body.turn_monitor(step)

    def action_metric(self, step: int) -> None:
        """Another metric of the model."""
        if self.body.model.turn_metric(step) is not None:
            if self.body.pane is not self.body.model:
                self.body.go_to(self.body.model)
            self.body.moved()

    def action_nudge(self, step: int) -> None:
        """Another threshold, tried at once."""
        self.body.quiet.nudge(step)

    def action_copy(self) -> None:
        """What the cursor is on."""
        found = self.body.pane.copied()
        if found is not None:
            what, text = found
            copy(self.app, text, f"the {what}")

    def action_copy_as(self) -> None:
        """The command line that says the same."""
        watched = self.watched
        if watched is not None:
            command = f"mlops-console drift windows {watched.name}"
            copy(self.app, command, command)

    def action_folder(self) -> None:
        """The folder of what the monitor looks at, on the desktop."""
        import os

        from mlops_console.console.elsewhere import folder_of, open_folder

        watched = self.watched
        if watched is None:
            return
        folder = folder_of(watched.project.root, watched.monitor.current.partition("*")[0])
        if not Path(folder).is_dir():
            folder = watched.project.root
        if not open_folder(folder, os.environ):
            copy(self.app, folder, folder)

    def commands(self) -> Sequence[Command]:
        """What can be typed here behind `:`."""
        names = lambda: [one.watched.name for one in self.body.looking.shown.monitors]  # noqa: E731
        return [
            Command("monitor", "NAME", "look at a monitor", self._monitor, names),
            Command("feature", "NAME", "go to a feature", self._go_feature, self._features),
        ]

    def _features(self) -> list[str]:
        return [one.measured.name for one in self.body.ranked]

    def _monitor(self, name: str) -> None:
        found = [
            one for one in self.body.looking.shown.monitors if name and one.watched.name.startswith(name)
        ]
        if found:
            self.body.open_monitor(found[0].key)
        else:
            self.console_app.say("There is no monitor of that name", "warn")

    def _go_feature(self, name: str) -> None:
        near = [one for one in self._features() if name and one.startswith(name)]
        if near and self.body.go_feature(near[0]):
            self.body.moved()
        else:
            self.console_app.say("There is no feature of that name", "warn")
