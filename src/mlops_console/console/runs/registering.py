"""From a run to a version of a model: the panel that says what is copied, and asks for name and reason."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from mlops_console import display
from mlops_console.console.asking import tried
from mlops_console.console.commands import Command
from mlops_console.console.runs.base import RunsBase
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from textual.screen import Screen

    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.widgets.panel import Form, Panel
    from mlops_console.workspace import Workspace

TOLD_EVERY: Final = 0.2
"""Seconds between words about how far copying is."""


@dataclass(frozen=True, slots=True)
class _Registrable:
    """A run, and what of it could be registered."""

    id: str
    name: str
    project: str
    artifact: str
    """The model file or folder; empty: which one has to be said."""
    trouble: str
    """Why it has to be said."""
    size: int
    next_of: dict[str, int]
    """Model of its project -> the number of its next version."""


class Registering:
    """The panel in which a run is registered, on whichever screen shows the run."""

    def __init__(self, screen: "Screen[Any]", back: Callable[[], object]) -> None:
        self._screen = screen
        self._back = back
        """Called when the panel is gone: the keys go back to where they were."""

    @property
    def _app(self) -> "ConsoleApp":
        return cast("ConsoleApp", self._screen.app)

    @property
    def _panel(self) -> "Panel":
        """Where it is decided; made when it is first needed."""
        from mlops_console.console.widgets.footer import Footer
        from mlops_console.console.widgets.panel import Panel

        found = self._screen.query(Panel)
        if found:
            return found.first()
        panel = Panel()
        self._screen.mount(panel, before=self._screen.query_one(Footer))
        return panel

    def begin(self, run: str | None, model: str = "") -> None:
        """Open the panel for a run; `model` is what its field begins with."""
        if run is None:
            self._app.say("There is no run under the cursor", "muted")
            return

        def show(found: tuple[Any, str]) -> None:
            if found[1]:
                self._app.say(found[1], "bad")
            elif self._screen.is_current:
                self._panel.begin(self._form(found[0], model))

        self._ask(lambda workspace: _registrable(workspace, run), show)

    def _from_worker(self, call: Callable[..., object], *arguments: Any) -> None:
        app = self._app
        if app.is_running:
            app.call_from_thread(call, *arguments)

    def _ask(self, do: "Callable[[Workspace], Any]", took: Callable[[tuple[Any, str]], None]) -> None:
        workspace = self._app.workspace
        if workspace is None:
            return

        def work() -> None:
            found = tried(do, workspace)
            self._from_worker(took, found)

        self._screen.run_worker(work, thread=True, group="register", exit_on_error=True)

    def _form(self, one: _Registrable, model: str) -> "Form":
        from mlops_console.console.widgets.panel import Effect, Field, Form

        name = model or next(iter(one.next_of), "") or one.project
        taken = ", ".join(f"{each} (next is v{number})" for each, number in list(one.next_of.items())[:4])
        what = f"{one.artifact}, {display.size(one.size)}" if one.size else one.artifact
        which = ((what, "text"),) if what else (("which file?  ", "warn"), (one.trouble, "second"))
        effects = [
            Effect("registers", which),
            Effect("copies", (("its files, hashed, into .mlops-console/models of the project", "second"),)),
            Effect("keeps", (("its params, metrics, data, code and environment beside them", "second"),)),
            Effect("models", ((taken or "none yet in this project", "second"),)),
        ]  # fmt: skip
        fields = (
            Field("model", needed=True, cells=32),
            Field("artifact", needed=True, hint="a file or folder of the run"),
            Field("reason", hint="why this one; may stay empty"),
        )
        fields[0].edit.set(name)
        fields[1].edit.set(one.artifact)

        def decide(texts: tuple[str, ...]) -> None:
            self._ask(lambda workspace: self._registered(workspace, one.id, texts), self._done)

        return Form(f"Register run {one.name} as a version", "", effects, fields, "register", decide)

    def _registered(self, workspace: "Workspace", run: str, texts: tuple[str, ...]) -> str:
        from mlops_console.workspace.registering.registering import CopyRepairedError, register

        told = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                self._from_worker(self._copying, done, total)

        model, artifact, reason = texts
        try:
            version = register(
                workspace, model, run=run, artifact=artifact or None, reason=reason, progress=progress
            )
        except CopyRepairedError as repaired:
            return f"It is {repaired.version.label} already; {repaired}"
        return f"Registered {version.model} v{version.number}   4 shows it"

    def _copying(self, done: int, total: int) -> None:
        self._panel.tell(f"copying and hashing, {display.size(done)} of {display.size(total)}")

    def _done(self, found: tuple[Any, str]) -> None:
        if found[1]:
            self._panel.refuse(found[1])
        else:
            self.close()
            self._app.say(str(found[0]), "ok")

    def close(self) -> None:
        """Back to what is shown."""
        self._panel.close()
        self._back()


class RegisterActions(RunsBase):
    """`P` on a run of the list."""

    def __init__(self) -> None:
        super().__init__()
        self._registering = Registering(self, self._to_the_table)

    def _to_the_table(self) -> None:
        self.table.focus()

    def register_commands(self) -> Sequence[Command]:
        """What can be registered behind `:`."""
        return (register_command(self._registering, lambda: self.table.run),)

    def action_register(self) -> None:
        """Open the panel for the run under the cursor."""
        self._registering.begin(self.table.run)

    def on_panel_closed(self) -> None:
        """It was given up."""
        self._registering.close()


def register_command(registering: Registering, run: Callable[[], str | None]) -> Command:
    """`:register`, for the run that is looked at."""
    return Command(
        "register",
        "[MODEL]",
        "register this run's model as a version",
        lambda model: registering.begin(run(), model),
    )


def _registrable(workspace: "Workspace", run: str) -> _Registrable:
    from mlops_console.workspace.details import detail
    from mlops_console.workspace.registering.choosing_artifact import of_run

    found = detail(workspace, run)
    sizes = {one.path: one.size or 0 for one in found.artifacts}
    artifact = trouble = ""
    try:
        artifact = of_run(found).path
    except UsageError as error:
        trouble = f"{error.hint or error}"
    registry = workspace.decisions.registry(found.project_key)
    next_of = {
        name: model.versions[0].number + 1 for name, model in registry.models.items() if model.versions
    }
    name = found.name or found.id[:8]
    return _Registrable(found.id, name, found.project, artifact, trouble, sizes.get(artifact, 0), next_of)
