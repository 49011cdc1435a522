"""What takes longer, or is taken along: the model is asked what it hangs on, a report is written."""

import time
from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.console.drift.leading import Leading
from mlops_console.console.widgets.panel import Effect, Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_console.journal.event import Event
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.diagnosing.examining import Runs
    from mlops_console.workspace.models import Resolved

_NAMED: Final = 8
"""Rows of what a model's file names."""
_TOLD_EVERY: Final = 0.3


class Further(Leading):
    """Base of the Drift screen: the report, and the question to the model."""

    def action_write(self) -> None:
        """The window that is looked at as a page."""
        from mlops_console.console.drift.report import write_report

        write_report(self.body)

    def why_no_model(self) -> str | None:
        """Why the model can't be asked."""
        opened = self.body.opened
        if opened is None:
            return "open a monitor first"
        return None if opened.watched.monitor.model else "its file names no model"

    def action_importance(self) -> None:
        """Show what would be loaded, then ask the model in a process of its own."""
        opened = self.body.opened
        if opened is None:
            return
        watched = opened.watched

        def read(workspace: "Workspace") -> "tuple[Resolved, Runs]":
            from mlops_console.errors import UsageError
            from mlops_console.workspace.diagnosing.examining import what_runs
            from mlops_console.workspace.diagnosing.weighing import version_of
            from mlops_console.workspace.models import Resolved, resolve_model

            version = version_of(workspace, watched)
            if version is None:
                model = display.safe_text(watched.monitor.model, 80)
                raise UsageError(f"no version of {model} stands where the monitor looks")
            found = resolve_model(workspace, watched.monitor.model, watched.project)
            resolved = Resolved(found.project, found.model, version)
            return resolved, what_runs(workspace, resolved)

        def show(found: "tuple[Resolved, Runs]") -> None:
            self.console_app.say("", seconds=0.01)
            if self.body.opened is not None and self.body.opened.watched == watched:
                self._ask_model(*found, watched.name)

        self.console_app.say("looking at the model's file", "muted")
        self.body.ask("model", read, show)

    def _ask_model(self, resolved: "Resolved", runs: "Runs", monitor: str) -> None:
        label = display.safe_text(resolved.version.label, 80)
        trusting = runs.asks and not runs.trusted

        def write(workspace: "Workspace", texts: tuple[str, ...]) -> "Event":
            from mlops_console.workspace.diagnosing.examining import Wanted, examine, trust

            if trusting:
                trust(workspace, resolved, runs)
            wanted = Wanted(monitor, metric="" if trusting else texts[0])
            return examine(workspace, resolved, wanted, progress=self._telling(label)).event

        typed = (
            Field("to load it", must="trust")
            if trusting
            else Field("metric", hint="which gets worse; empty: as the monitor has it", cells=24)
        )
        self.begin(
            f"Ask {label} what it hangs on",
            tuple(_effects(runs)),
            (typed,),
            "ask the model",
            write,
            f"{label} was asked: features rank by effect x weight",
            working=f"asking {label}",
        )

    def _telling(self, label: str) -> "Callable[[float], None]":
        """Is told in a worker how far it is."""
        app, panel = self.console_app, self.panel
        told = 0.0

        def show(words: str) -> None:
            panel.tell(words)
            app.say(words, "accent", 60)

        def progress(part: float) -> None:
            nonlocal told
            if time.monotonic() - told > _TOLD_EVERY:
                told = time.monotonic()
                app.call_later(show, f"asking {label}: {part:.0%}")

        return progress


def _effects(runs: "Runs") -> "list[Effect]":
    """What is loaded, and what that runs: as the command says it."""
    rows: list[tuple[str, Any, str]] = [
        ("loads", runs.path, "text"),
        ("", f"{runs.format}, {display.size(runs.size)}, sha256 {runs.sha256}", "muted"),
    ]
    if runs.asks:
        trusted = "; you trusted these bytes" if runs.trusted else ""
        rows.append(("runs", f"what it names, under your name{trusted}:", "second" if trusted else "warn"))
        named = runs.imports or ("(its imports can't be told)",)
        rows += [("", f"  {name}", "second") for name in named[:_NAMED]]
        if len(named) > _NAMED:
            rows.append(
                ("", f"  and {len(named) - _NAMED} more: drift importance --trust lists all", "second")
            )
        rows += [("dangerous", name, "bad") for name in runs.dangerous[:_NAMED]]
        rows += [("", sentence, "warn") for sentence in runs.warnings[:3]]
    else:
        rows.append(("runs", "nothing: a file of this kind holds no code", "second"))
    rows.append(
        ("then", "in a process of its own, with limits; the answer is kept with the version", "second")
    )
    return [Effect(label, ((text, ink),)) for label, text, ink in rows]
