"""What a proposal proposes is begun: trained anew, rolled back, labels collected; a panel asks first."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.console.drift.further import Further
from mlops_console.console.drift.over_time import named
from mlops_console.console.retraining.training import Training
from mlops_console.console.widgets.panel import Effect, Field, Form

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.diagnosing.proposing import Step
    from mlops_console.workspace.drifting.unlabelled import Unlabelled


class Starting(Further, Training):
    """Base of the Drift screen: the steps of a proposal, and their keys."""

    def begin_step(self, step: "Step | None") -> None:
        """Lead to where a step is done, and begin it there."""
        if step is None or step.place is None:
            return
        match step.binding:
            case "drift.retrain":
                self.action_retrain()
            case "drift.labels":
                self._collect(*step.told)
            case "drift.open":
                self._show_part(step)
            case binding:
                from mlops_console.console.going import open_place

                if step.place.view == "drift":
                    self.body.go_feature(step.place.detail)
                    self.body.moved()
                else:
                    open_place(self.console_app, step.place, begin=(binding, step.told) if binding else None)

    def _show_part(self, step: "Step") -> None:
        """The part of the rows that moved, and some of these rows."""
        body = self.body
        assert step.place is not None
        opened = body.opened
        if opened is None:
            return
        *part, window = step.told
        body.go_feature(step.place.detail)
        there = [at for at, one in enumerate(opened.course.steps) if one.window == window]
        if there:
            body.go_window(there[-1])
        body.go_to(body.segments)
        rows = body.segments.rows
        wanted = (step.place.detail, *part)
        at = next((at for at, one in enumerate(rows) if (one.feature, one.by, one.level) == wanted), None)
        # Of a window that was not looked at yet they come in a moment, and Enter shows the rows.
        if at is not None and there[-1:] == [opened.at]:
            body.segments.at = at
            body.segments.enter()
        body.moved()

    # Train anew

    def why_no_training(self) -> str | None:
        """Why there is no model to train."""
        watched = self.watched
        if watched is None:
            return "there is no monitor"
        return None if watched.monitor.model else "its file names no model"

    def action_retrain(self) -> None:
        """Show what would be run to train the model anew, or what runs."""
        watched = self.watched
        if watched is not None and watched.monitor.model:
            self.train_anew(watched.project.key, watched.monitor.model, watched.name)

    # Labels

    def why_no_labels(self) -> str | None:
        """Why there are none to collect."""
        opened = self.body.opened
        if opened is None or opened.told is None:
            return "no window is judged yet"
        return None if opened.watched.monitor.label else "its file names no label"

    def action_labels(self) -> None:
        """The rows of the window that is looked at that lack a label, as a file."""
        opened = self.body.opened
        if opened is not None and opened.told is not None:
            self._collect(opened.told.judged.window)

    def _collect(self, window: str) -> None:
        """Read the rows of a window, then ask where they are to be written."""
        watched, opened = self.watched, self.body.opened
        if watched is None or opened is None:
            return
        told = opened.told
        shown = told.judged if told is not None and told.judged.window == window else None

        def read(workspace: "Workspace") -> "tuple[str, Unlabelled, Path, Path] | None":
            from mlops_console.workspace.drifting.states.listing import windows
            from mlops_console.workspace.drifting.unlabelled import file_name, free_path, unlabelled

            every = () if shown is not None else windows(workspace, watched)
            judged = shown or next(
                (one.judged for one in reversed(every) if one.judged.window == window), None
            )
            if judged is None:
                return None
            folder = Path(workspace.places.store).parent / "reports"
            path = free_path(folder, file_name(watched.name, window))
            return window, unlabelled(workspace, watched, judged), folder, path

        def show(found: "tuple[str, Unlabelled, Path, Path] | None") -> None:
            self.console_app.say("", seconds=0.01)
            if found is not None and self.watched == watched:
                self._ask_where(*found)

        self.console_app.say("reading which rows lack a label", "muted", 60)
        self.body.ask("labels", read, show)

    def _ask_where(self, window: str, found: "Unlabelled", folder: Path, path: Path) -> None:
        watched = self.watched
        assert watched is not None
        if not found.rows:
            self.console_app.say(f"Every row of {named(window)} has a label", "muted")
            return

        def decide(texts: tuple[str, ...]) -> None:
            def write(workspace: "Workspace") -> Path:
                from mlops_console.workspace.drifting.unlabelled import write as written

                to = Path(texts[0]).expanduser()
                return written(found, to, folder if to.parent == folder else None)

            def said(to: Any) -> str:
                self.console_app.say(f"Wrote {display.count(found.rows)} rows to {to}", "ok", 20)
                return ""

            self.decide(write, said)

        to = Field("to", needed=True, hint="a file that is not there yet")
        to.edit.set(str(path))
        where = watched.monitor.labels or watched.monitor.current
        self.open_panel(
            Form(
                f"Collect labels of {display.safe_text(window, 60)}",
                display.safe_text(watched.name, 40),
                tuple(_effects(found, where)),
                (to,),
                "write the rows",
                decide,
            )
        )


def _effects(found: "Unlabelled", where: str) -> list[Effect]:
    """How many rows and which columns are written, and what becomes of them."""
    lacking, of = display.count(found.lacking), display.count(found.window)
    most = f"; the first {display.count(found.rows)} are written" if found.lacking > found.rows else ""
    rows = [Effect("rows", ((f"{lacking} of {of} lack a label{most}", "text"),))]
    part = found.part
    if part is not None and found.moved:
        many = f"{display.count(found.moved)} of {part.by} = {part.level}, where {part.feature} moved"
        rows.append(Effect("first", ((many, "second"),)))
    *shown, last = found.columns
    rows.append(
        Effect("columns", ((", ".join(shown), "second"), (f"; {last} is empty, to be filled in", "second")))
    )
    rows.append(
        Effect("who", (("only you can read the file; no other column leaves the project", "second"),))
    )
    rows.append(
        Effect("then", ((f"bring what is known into {where}: the window is judged by it", "second"),))
    )
    rows += [Effect("!", ((one, "warn"),)) for one in found.problems[:2]]
    return rows
