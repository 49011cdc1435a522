"""The Overview screen: asks, and says what keys do."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from mlops_console.console import keymap
from mlops_console.console.overview.attention import AttentionPane
from mlops_console.console.overview.body import EVERY, OverviewBody
from mlops_console.console.overview.deciding import Deciding
from mlops_console.console.overview.nothing import nothing_watched
from mlops_console.console.widgets.empty import Empty
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.console.widgets.paned import MOVES, Refusing
from mlops_console.console.widgets.panel import Panel
from mlops_console.console.widgets.search import SearchingScreen, SearchLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from mlops_console.console.commands import Command
    from mlops_console.console.keymap import Key
    from mlops_console.records import Changed

AGES_SECONDS: Final = 20.0
AGAIN_SECONDS: Final = 45.0
"""What only time changes (stale monitors, reviews that fall due, snoozes that end) is asked so often."""
_MOVES: Final = MOVES | {"filter", "zoom"}


class OverviewScreen(Refusing, Deciding, SearchingScreen):
    """Figures, what needs attention, production, runs, projects, activity."""

    view = "overview"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = keymap.bindings("overview")
    CSS = "OverviewScreen #room { height: 1fr; }"

    def compose(self) -> "ComposeResult":
        """The parts."""
        from textual.containers import Container

        yield Header(self._crumbs())
        yield SearchLine()
        with Container(id="room"):
            yield OverviewBody()
            yield Empty()
        yield Panel()
        yield Footer()

    def on_mount(self) -> None:
        """Ask; keep ages right."""
        self.query_one(Empty).display = False
        self.set_interval(AGES_SECONDS, self.body.moved)
        self.set_interval(AGAIN_SECONDS, self._again)
        self.workspace_opened()

    # The workspace

    def workspace_opened(self) -> None:
        """Ask for everything."""
        self.body.feed.stale(*EVERY, at_once=True)

    def store_changed(self, changed: "Changed") -> None:
        """Ask again what may be different."""
        self.query_one(Header).refresh()
        feed = self.body.feed
        if changed.runs:
            feed.stale("figures", "attention", "running", "projects", "activity")
        if changed.decisions:
            feed.stale("attention", "production", "activity", at_once=True)
        if changed.drift:
            feed.stale("attention", "production", at_once=True)
        if changed.health and self.body.watched == 0:
            feed.stale(*EVERY)

    def _again(self) -> None:
        if self.is_current:
            self.body.feed.stale("attention", "production", "figures", "running")

    def on_screen_resume(self) -> None:
        """It is looked at again: time has passed."""
        if self.body.complete:
            self._again()

    def on_overview_body_came(self, event: OverviewBody.Came) -> None:
        """The first part is something to show."""
        empty = self.query_one(Empty)
        empty.display = self.body.watched == 0
        if empty.display:
            empty.say(nothing_watched())
        if event.part in ("figures", "attention") or self.body.attention.begun:
            self.console_app.release()
        if event.part == "attention" or self.body.watched == 0:
            self.console_app.answered()

    def on_overview_body_wanted(self, event: OverviewBody.Wanted) -> None:
        """Go there."""
        from mlops_console.console.going import open_place

        item = self.item
        why = item.what if item is not None and item.place == event.place else ""
        open_place(self.console_app, event.place, why)

    # What is said around the body

    def on_body_moved(self) -> None:
        """Other keys may do something now."""
        self.query_one(Header).show(self._crumbs(), private=self.body.private)
        self.query_one(Footer).refresh()

    def _crumbs(self) -> "Sequence[str]":
        import platform

        host = platform.node().partition(".")[0] or "here"
        workspace = self.console_app.workspace
        scope = workspace.scope if workspace is not None else ()
        if workspace is None or len(scope) != 1:
            return (host, "Overview")
        name = next((one.name for one in workspace.projects if one.key == scope[0]), "")
        return (host, name, "Overview") if name else (host, "Overview")

    def idle_reason(self, key: "Key") -> str | None:
        """Why a key does nothing now."""
        short = key.id.removeprefix("overview.")
        if short == key.id or short in _MOVES:
            return None
        pane = self.body.pane
        match short:
            case "undo":
                return None if self.deeds.can_undo else "nothing decided here yet"
            case "redo":
                return None if self.deeds.can_redo else "nothing undone"
            case "acknowledge":
                return self.why_no_acknowledgement()
            case "snooze":
                return self.why_no_snooze()
            case "snoozed":
                attention = self.body.attention
                return None if attention.snoozed or attention.shows_snoozed else "nothing is snoozed or muted"
            case "explain" if pane is self.body.production:
                return None if pane.count else "no model is in production"
            case "explain" | "copy_as":
                return None if self.item is not None else "nothing is under the cursor"
        return None if pane.count else "nothing is listed"

    def said(self, key: "Key") -> "Key":
        """A key in the words of now."""
        item = self.item
        if key.id == "overview.snooze" and item is not None and item.snoozed is not None:
            return replace(key, desc="wake: have it back now", short="wake")
        if key.id == "overview.acknowledge" and item is not None and item.kind in ("review", "floor"):
            return replace(key, desc="say that it was reviewed", short="reviewed")
        return key

    def step_back(self) -> bool:
        """Out of the panel, out of a filter, out of one pane alone, to the first pane."""
        return self.close_panel() or self.leave_search() or self.body.back()

    # Keys

    def action_enter(self) -> None:
        """Go where it is looked at."""
        self.body.pane.enter()

    def action_snoozed(self) -> None:
        """What is put off, in place of what is not."""
        self.body.go_to(self.body.attention)
        self.body.attention.turn_over()
        self.body.moved()

    def action_explain(self) -> None:
        """Everything about a matter, or about a model in production."""
        from mlops_console.console.overview.history import stands_of, told_of

        here = self.body.production.here if self.body.pane is self.body.production else None
        if self.item is not None:
            self.app.push_screen(told_of(self.item))
        elif here is not None:
            self.app.push_screen(stands_of(here))

    @property
    def searched(self) -> AttentionPane:
        """What is searched."""
        return self.body.attention

    def action_search(self) -> None:
        """Type words to look for."""
        self.body.go_to(self.body.attention)
        super().action_search()

    def action_copy(self) -> None:
        """What the cursor is on."""
        from mlops_console.console.clipboard import copy

        found = self.body.pane.copied()
        if found is not None:
            copy(self.app, found[1], f"the {found[0]}")

    def action_copy_as(self) -> None:
        """The command line that leads there."""
        from mlops_console.console.clipboard import copy

        item = self.item
        command = item.place.command if item is not None and item.place is not None else ""
        copy(self.app, command or "mlops-console overview", command or "mlops-console overview")

    def commands(self) -> "Sequence[Command]":
        """What can be typed here behind `:`."""
        from mlops_console.console.commands import Command

        return (Command("snoozed", "", "show what is snoozed", lambda _: self.action_snoozed()),)
