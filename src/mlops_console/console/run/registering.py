"""From a run's page to a version of a model, as from the list of runs."""

from collections.abc import Sequence

from mlops_console.console.commands import Command
from mlops_console.console.deeds import Deeds
from mlops_console.console.run.editing import Editing
from mlops_console.console.runs.marks import Marks
from mlops_console.console.runs.registering import Registering, register_command


class RegisterRun(Editing):
    """`P` on a run's page."""

    def __init__(self, marks: Marks | None = None, deeds: Deeds | None = None) -> None:
        super().__init__(marks, deeds)
        self._registering = Registering(self, lambda: self.set_focus(None))

    def register_commands(self) -> Sequence[Command]:
        """What can be registered behind `:`."""
        return (register_command(self._registering, lambda: self.run_id),)

    def action_register(self) -> None:
        """Open the panel for the run."""
        self._registering.begin(self.run_id)

    def on_panel_closed(self) -> None:
        """It was given up."""
        self._registering.close()
