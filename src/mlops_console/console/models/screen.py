"""The Models screen: asks, and says what keys do."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from mlops_console.console import keymap
from mlops_console.console.models import asking
from mlops_console.console.models.body import ModelsBody
from mlops_console.console.models.nothing import nothing_registered
from mlops_console.console.models.retraining import Retraining
from mlops_console.console.widgets.empty import Empty
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.console.widgets.paned import MOVES, Refusing
from mlops_console.console.widgets.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from mlops_console.console.commands import Command
    from mlops_console.console.keymap import Key
    from mlops_console.console.models.state import Shown
    from mlops_console.records import Changed

LOOK_SECONDS: Final = 10.0
"""Between looks at the targets."""


class ModelsScreen(Refusing, Retraining):
    """Versions, gates, audit, evidence."""

    view = "models"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = keymap.bindings("models")
    CSS = "ModelsScreen #room { height: 1fr; }"

    def compose(self) -> "ComposeResult":
        """The parts."""
        from textual.containers import Container

        yield Header(("Models",))
        with Container(id="room"):
            yield ModelsBody()
            yield Empty()
        yield Panel()
        yield Footer()

    def on_mount(self) -> None:
        """Ask; keep ages right."""
        self.query_one(Empty).display = False
        self.set_interval(20.0, self.body.redraw)
        self.set_interval(LOOK_SECONDS, self.body.look_at_targets)
        self._ask()

    # The workspace

    def workspace_opened(self) -> None:
        """Ask."""
        self._ask()

    def store_changed(self, changed: "Changed") -> None:
        """Ask again when somebody decided something."""
        self.query_one(Header).refresh()
        if changed.decisions:
            self._ask()
        elif changed.drift:
            self.body.look_at_monitors()

    def _ask(self) -> None:
        self.body.ask("models", asking.models, self._came)

    def _came(self, shown: "Shown") -> None:
        empty = self.query_one(Empty)
        empty.display = not shown.models
        if not shown.models:
            empty.say(nothing_registered(self.workspace, shown))
        self.body.show(shown)
        self.body.moved()
        self.console_app.release()
        self.changed(shown)

    # What is said around the body

    def on_body_moved(self) -> None:
        """Other keys may do something now."""
        held, version = self.body.held, self.body.version
        crumbs = ["Models"]
        if held is not None and self.body.versions.inside:
            crumbs = [held.project.name, "Models", held.model.name]
            crumbs += [f"v{version.number}"] if version is not None else []
        private = self.body.versions.shown.private
        here = held.project.key in private if held is not None else bool(private)
        self.query_one(Header).show(crumbs, private=here)
        self.query_one(Footer).refresh()

    def idle_reason(self, key: "Key") -> str | None:
        """Why a key does nothing now."""
        short = key.id.removeprefix("models.")
        if short == key.id:
            return None
        held, version = self.body.held, self.body.version
        if short in MOVES:
            return None if held is not None else ""
        if held is None or version is None:
            return "no model is registered" if self.body.known else "still reading"
        match short:
            case "undo":
                return None if self.deeds.can_undo else "nothing said yet"
            case "redo":
                return None if self.deeds.can_redo else "nothing undone"
            case "zoom":
                return None if self.body.wide else "it is alone already"
            case "alias_next" | "alias_previous":
                return None if len(held.aliases) > 1 else f"there is only {self.body.alias}"
            case "rollback":
                return self.why_no_rollback()
            case "retrain":
                return self.why_no_training()
            case "approve":
                return self.why_no_approval()
            case "promote" if version.retracted:
                return "this version was withdrawn"
            case "deploy":
                return self.why_no_deploy()
            case "compare":
                return self.why_no_compare()
            case "commands":
                return None if self.has_commands() else "no gate here is a command"
        return None

    def said(self, key: "Key") -> "Key":
        """A key in the words of now."""
        version, alias = self.body.version, self.body.alias
        if version is None:
            return key
        match key.id:
            case "models.promote":
                return replace(key, desc=f"promote v{version.number}")
            case "models.deploy":
                return replace(key, desc=f"deploy v{version.number}")
            case "models.rollback":
                return replace(key, desc=f"roll {alias} back")
            case "models.approve":
                allows = self.allows()
                word = "allow" if allows else "approve"
                what = (
                    f"let {allows} fail for v{version.number}"
                    if allows
                    else f"approve v{version.number} for {alias}"
                )
                return replace(key, desc=what, short=word)
        return key

    def step_back(self) -> bool:
        """Out of the panel, out of one pane alone, from versions to models."""
        return self.close_panel() or self.body.back()

    # Keys

    def action_alias(self, step: int) -> None:
        """The gates for another alias."""
        self.body.turn_alias(step)

    def commands(self) -> "Sequence[Command]":
        """What can be typed here behind `:`."""
        return [*self.model_commands(), *self.training_commands()]
