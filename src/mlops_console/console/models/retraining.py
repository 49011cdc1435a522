"""A model is trained anew from its page, and what was trained before is looked at; what others begin here."""

from typing import TYPE_CHECKING

from mlops_console.console.commands import Command
from mlops_console.console.models.remarking import Remarking
from mlops_console.console.retraining.training import Training
from mlops_console.journal.event import RETRAIN
from mlops_console.wishes.locating import dotted

if TYPE_CHECKING:
    from collections.abc import Sequence


class Retraining(Remarking, Training):
    """Base of the Models screen: `F`, and the trainings of the history."""

    def why_no_training(self) -> str | None:
        """Why the model can't be trained anew."""
        held = self.body.held
        if held is None:
            return "no model is registered"
        if held.wishes.retrain is not None or any(one.outcome == "open" for one in held.model.retrainings):
            return None
        return f"mlops-console.toml does not say how: [{dotted(('models', held.model.name, 'retrain'))}]"

    def action_retrain(self) -> None:
        """Show what would be run, or what runs."""
        held = self.body.held
        if held is not None:
            self.train_anew(held.project.key, held.model.name)

    def action_enter(self) -> None:
        """Of a training the log, else what is opened here."""
        body = self.body
        told = body.history.told_here if body.pane is body.history else None
        if told is not None and told.event.kind == RETRAIN:
            self.show_training(told.event.id)
        else:
            super().action_enter()

    def show_training(self, event: str = "") -> None:
        """What a training of the model printed; without an id: the newest one's."""
        held = self.body.held
        if held is not None:
            self.show_log(held.project.key, held.model.name, event)

    def training_commands(self) -> "Sequence[Command]":
        """What can be typed here behind `:`."""
        return (Command("training", "", "what the last training printed", lambda _: self.show_training()),)

    # What is begun here from elsewhere

    def begin_with(self, binding: str, told: "tuple[str, ...]") -> None:
        """Begin what a key of this view begins, as soon as the model is looked at.

        Args:
            binding: The key's name in the keymap.
            told: Of a rollback: the alias, and the version that it is said to go to.
        """
        if binding == "models.rollback" and len(told) == 2:
            self._roll_back(*told)
        elif binding == "models.retrain":
            self.action_retrain()

    def _roll_back(self, alias: str, number: str) -> None:
        from mlops_console.workspace.deciding.stood import before_this

        body = self.body
        held = body.held
        if held is None:
            return
        if alias in held.aliases:
            body.alias = alias
            body.moved()
        back = before_this(held.model, alias)
        why = self.why_no_rollback()
        if why:
            self.console_app.say(why, "muted")
        elif back is None or str(back.number) != number:
            self.console_app.say(
                f"{alias} does not go back to v{number} any more: it was moved since", "warn"
            )
        else:
            self.action_rollback()
