"""From a monitor to what it leads to: words over the screen, the project's file, the model, what to do."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.console.drift.deciding import Deciding
from mlops_console.console.drift.explaining import feature_facts, model_facts, window_facts
from mlops_console.console.overlays.note import Note
from mlops_console.console.widgets.footer import Footer
from mlops_console.settings import PROJECT_FILE
from mlops_console.workspace.drifting.states.health import harmed

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.diagnosing.proposing import Proposal, Step


class Leading(Deciding):
    """Base of the Drift screen: what is reached from it."""

    def action_explain(self) -> None:
        """Why what the cursor is on says what it says."""
        body = self.body
        opened = body.opened
        said = body.pane.explained()
        if said is not None:
            self._note(*said)
        elif opened is None:
            return
        elif body.pane is body.model and opened.told is not None and opened.told.model is not None:
            self._note("Is the model harmed?", [*model_facts(opened.told.model)])
        elif body.feature is not None and body.pane in (body.features, body.sight):
            self._note(body.feature.measured.name, feature_facts(opened, body.feature))
        else:
            self._note(opened.watched.name, window_facts(opened))

    def action_explain_window(self) -> None:
        """Why the monitor says what it says."""
        opened = self.body.opened
        if opened is not None:
            self._note(opened.watched.name, window_facts(opened))

    def _note(self, heading: str, facts: list[tuple[str, str, str]]) -> None:
        note = Note(display.safe_text(heading, 60), facts)
        note.widest = 100
        self.app.push_screen(note)

    # Other thresholds

    def action_thresholds(self) -> None:
        """What would make the alarm go quiet."""
        body = self.body
        if body.over is body.quiet:
            body.back()
        else:
            body.go_to(body.quiet)

    def action_edit(self) -> None:
        """The monitor in the project's file."""
        from mlops_console.console.going import open_place
        from mlops_console.workspace.attention.model import Place
        from mlops_console.workspace.drifting.quieting import line_of

        watched = self.watched
        if watched is None:
            return
        path = str(Path(watched.project.root, PROJECT_FILE))

        def show(line: int) -> None:
            open_place(self.console_app, Place("file", watched.project.key, path, str(line or 1)))

        self.body.ask("line", lambda _: line_of(watched), show)

    # What to do

    def why_no_proposal(self) -> str | None:
        """Why `P` does nothing."""
        opened = self.body.opened
        if opened is None or not opened.course.steps:
            return "no window is judged yet"
        steps = opened.course.steps
        model = steps[-1].model
        says = harmed(steps) is not None or (model is not None and model.verdict == "HARMFUL")
        return None if says else "neither labels nor its newest window say that a model is harmed"

    def action_proposal(self) -> None:
        """What could be done, each with its reasons and the key that starts it."""
        reading = self.body.looking.reading
        if reading is None:
            return

        def read(workspace: "Workspace") -> "Proposal | None":
            from mlops_console.workspace.diagnosing.proposing import proposal

            return proposal(workspace, reading.state(workspace))

        def show(found: Any) -> None:
            if found is None:
                self.console_app.say(
                    "There is nothing to propose: nothing says that a model is harmed", "muted"
                )
                return
            from mlops_console.console.drift.proposed import Proposed

            self.query_one(Footer).hush()
            self.app.push_screen(Proposed(found), self.begin_step)

        self.console_app.say("working out what could be done", "muted")
        self.body.ask("proposal", read, show)

    def begin_step(self, step: "Step | None") -> None:
        """Begin what was chosen of it."""
        raise NotImplementedError

    # Filter

    def action_filter(self) -> None:
        """Only features with some letters in their name."""
        from mlops_console.console.drift.searching import FeatureSearch

        body = self.body
        if body.pane is not body.features:
            body.go_to(body.features)
        self.app.push_screen(FeatureSearch(body))

    # Rows

    def on_drift_body_rows_wanted(self, event: Any) -> None:
        """The rows of a segment, read in the analysis child."""
        from mlops_console.console.drift.rows import show_rows

        show_rows(self, event.segment)
