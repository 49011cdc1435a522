"""A screen on which models are trained anew: the panel before, the log while it runs, the stop."""

from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.console.deeds import Deeds
from mlops_console.console.keymap import bound, spell
from mlops_console.console.retraining.effects import effects
from mlops_console.console.retraining.words import became, began
from mlops_console.console.run.reading import now_us
from mlops_console.console.widgets.deciding import DecidingScreen
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.console.widgets.panel import Effect, Field, Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_console.journal.event import Event
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.retraining.model import Plan, Seen

_UNREAD: Final = "Its command is too long to be read here: mlops-console trust shows all of it"


class Training(DecidingScreen):
    """Base of the screens of models and of drift."""

    view = ""
    """The screen's section in the keymap."""

    def train_anew(self, project: str, model: str, monitor: str = "") -> None:
        """Work out what would be run, and ask; where one runs already: show it, and what stops it."""

        def read(workspace: "Workspace") -> "tuple[Plan, tuple[Seen, str] | None]":
            from mlops_console.console.retraining.log import looked
            from mlops_console.workspace.retraining.planning import plan

            found = plan(workspace, project, model, monitor)
            running = found.running
            return found, looked(workspace, project, model, running.said.event.id if running else "")

        def show(found: "tuple[Plan, tuple[Seen, str] | None]") -> None:
            self.console_app.say("", seconds=0.01)
            plan, newest = found
            if newest is not None and newest[0].state == "running":
                self._show_training(newest)
            elif plan.why_not or plan.command is None:
                self.console_app.say(
                    plan.why_not or f"mlops-console.toml names no command for {model}", "warn", 12
                )
            else:
                self._ask_to_train(plan, newest[0] if newest is not None else None)

        self.console_app.say("looking at what would be run", "muted")
        self.body.ask("training", read, show)

    def _ask_to_train(self, plan: "Plan", before: "Seen | None") -> None:
        model = display.safe_text(plan.model, 60)
        trusting = not plan.trusted
        width = self.app.size.width

        def decide(texts: tuple[str, ...]) -> None:
            if trusting and (self.app.size.width < width or self._hidden_rows() > 0):
                self.close_panel()
                self.console_app.say(_UNREAD, "warn", 12)
                return

            def start(workspace: "Workspace") -> Any:
                from mlops_console.workspace.retraining.starting import start as started

                return started(workspace, plan, texts[-1], trusting=trusting)

            key = spell(bound(f"{self.view}.retrain", self.console_app.settings.keys))
            words = f"{model} is trained anew   {key} shows what it prints"
            self._decide_apart(start, lambda _: self._began(words))
            self.panel.tell("starting it")

        reason = Field("reason", needed=True, hint="what it is to mend: it stays in the journal")
        fields = (Field("to run", must="trust", cells=9), reason) if trusting else (reason,)
        self.open_panel(
            Form(
                f"Train {model} anew",
                "in the journal of " + display.safe_text(plan.project.name, 40),
                tuple(effects(plan, width, before)),
                fields,
                "start it",
                decide,
            )
        )
        # Once it is decided a row more says so.
        if trusting and self._hidden_rows() >= 0:
            self.close_panel()
            self.console_app.say(_UNREAD, "warn", 12)

    def _hidden_rows(self) -> int:
        """How many rows of the panel the screen has no room for; negative: rows that are left."""
        width, height = self.app.size
        taken = sum(one.outer_size.height for one in (self.query_one(Header), self.query_one(Footer)))
        return self.panel.get_content_height(None, None, width) + taken - height

    def _decide_apart(self, do: "Callable[[Workspace], Any]", said: "Callable[[Any], str]") -> None:
        """As other things are decided, which don't wait for it: it takes half a minute at worst."""
        deeds, self.deeds = self.deeds, Deeds()
        try:
            self.decide(do, said)
        finally:
            self.deeds = deeds

    def _began(self, words: str) -> str:
        self.console_app.say(words, "ok", 12)
        return ""

    # While it runs, and after

    def show_log(self, project: str, model: str, event: str = "") -> None:
        """What a training printed, by the id of its event; else the newest one's."""

        def read(workspace: "Workspace") -> "tuple[Seen, str] | None":
            from mlops_console.console.retraining.log import looked

            return looked(workspace, project, model, event)

        def show(found: "tuple[Seen, str] | None") -> None:
            if found is None:
                self.console_app.say(f"{display.safe_text(model, 60)} was never trained from here", "muted")
            else:
                self._show_training(found)

        self.body.ask("training", read, show)

    def _show_training(self, found: "tuple[Seen, str]") -> None:
        from mlops_console.console.retraining.log import TrainingLog

        self.app.push_screen(TrainingLog(*found), self._ask_to_stop)

    def _ask_to_stop(self, one: "Seen | None") -> None:
        """Ask why it is to end."""
        if one is None:
            return
        model = display.safe_text(one.model, 60)

        def said(end: "Event | None") -> str:
            if end is None:
                return "it was asked to end, and no end is written down yet"
            outcome = display.safe_text(str(end.body.get("outcome")), 20)
            if outcome == "stopped":
                return self._began(f"Stopped: the training of {model}")
            return self._began(f"The training of {model} was quicker: {outcome}")

        def decide(texts: tuple[str, ...]) -> None:
            def do(workspace: "Workspace") -> Any:
                from mlops_console.workspace.retraining.following import stop

                return stop(workspace, one, texts[0])

            self._decide_apart(do, said)
            self.panel.tell("stopping it")

        self.open_panel(
            Form(
                f"Stop the training of {model}",
                "in the journal of " + display.safe_text(one.project.name, 40),
                (
                    Effect("began", ((began(one, now_us()), "second"),)),
                    Effect("now", ((became(one), "second"),)),
                    Effect("then", (("it ends with all that it started; what it wrote stays", "second"),)),
                ),
                (Field("reason", needed=True, hint="why: it stays in the journal"),),
                "stop it",
                decide,
            )
        )
