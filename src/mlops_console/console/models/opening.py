"""From a version to what it came from: its run, its comparison with the champion, its card, its files."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_console.console.clipboard import copy
from mlops_console.console.elsewhere import edit, editor
from mlops_console.console.models import asking
from mlops_console.console.models.body import ModelsBody
from mlops_console.console.models.sheet import VersionSheet
from mlops_console.console.models.state import CHAMPION, run_of
from mlops_console.console.widgets.deciding import DecidingScreen
from mlops_console.errors import ConsoleError, UsageError

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.models.state import Shown
    from mlops_console.journal.registry import Version
    from mlops_console.workspace import Workspace


class OpenActions(DecidingScreen):
    """Base of the Models screen: what is reached from it."""

    @property
    def workspace(self) -> "Workspace | None":
        """The workspace, once it is open."""
        return self.console_app.workspace

    @property
    def body(self) -> ModelsBody:
        """What lies between header and footer."""
        return self.query_one(ModelsBody)

    def changed(self, shown: "Shown") -> None:
        """The registries are others now."""

    def action_enter(self) -> None:
        """Versions of a model; a version's record, or its gates where panes are shown one at a time."""
        body = self.body
        if body.pane is not body.versions or not body.versions.inside:
            body.pane.enter()
        elif body.wide:
            self.action_explain()
        else:
            body.go_to(body.gates)

    def action_explain(self) -> None:
        """All that is recorded of the version, or said of the gate or decision, under the cursor."""
        body = self.body
        if body.pane is body.history:
            body.history.enter()
        elif body.pane is body.gates or body.pane is body.evidence:
            self._explain_gate()
        elif body.held is not None and body.version is not None:
            self.app.push_screen(VersionSheet(body.held, body.version), self._go_from_sheet)

    def _explain_gate(self) -> None:
        from mlops_console.console.overlays.note import Note

        one = self.body.gates.result
        if one is not None:
            facts = (
                ("verdict", {"pass": "ok", "fail": "bad"}.get(one.verdict, "text"), one.verdict),
                ("measured", "text", one.measured),
                ("limit", "second", one.required),
                ("because", "second", one.because),
                ("evidence", "second", one.evidence),
            )
            self.app.push_screen(Note(one.gate, [fact for fact in facts if fact[2]]))

    def _go_from_sheet(self, run: Any) -> None:
        if isinstance(run, str):
            from mlops_console.console.run.screen import RunPage

            self.app.push_screen(RunPage(run))

    # Against the champion

    def why_no_compare(self) -> str | None:
        """Why the version can't be compared with the champion."""
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            return "no model is registered"
        champion = held.holder(CHAMPION)
        if champion is None:
            return "there is no champion yet"
        if champion.id == version.id:
            return "this is the champion"
        without = next((one for one in (version, champion) if run_of(one)[0] is None), None)
        return f"v{without.number} comes from no run" if without is not None else None

    def action_compare(self) -> None:
        """The Compare screen of the two runs, the champion's as the base."""
        held, version = self.body.held, self.body.version
        champion = held.holder(CHAMPION) if held is not None else None
        if held is None or version is None or champion is None:
            return
        base, run = run_of(champion)[0], run_of(version)[0]
        if base is None or run is None:
            return
        if base == run:
            self.console_app.say(f"v{version.number} and v{champion.number} come from the same run", "muted")
            return
        from mlops_console.console.compare.screen import CompareScreen
        from mlops_console.workspace.comparing.model import Asked

        metrics = (held.wishes.metric,) if held.wishes.metric else ()
        asked = Asked((base, run), base=base, metrics=metrics)
        self.console_app.open_in_view("compare", CompareScreen(asked))

    # Taking along

    def action_copy(self) -> None:
        """What the cursor is on."""
        found = self.body.pane.copied()
        if found is not None:
            what, text = found
            copy(self.app, text, f"the {what}" if what else text)

    def action_card(self) -> None:
        """The card of the version, to be read in the person's editor or pager."""
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            return
        self.console_app.say(f"writing the card of v{version.number}", "muted", 60)

        def show(card: str) -> None:
            self.console_app.say("Its words are those of mlops-console.toml; `export` keeps it", "muted")
            read_elsewhere(self.console_app, f"{version.model}-v{version.number}.md", card)

        self.body.ask("card", lambda workspace: asking.card(workspace, held, version), show)

    def action_copy_path(self) -> None:
        """The path of the version's files."""
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            return
        path = files_of(held.project.root, version)
        if path is None:
            self.console_app.say(f"v{version.number} has no files here: it is {version.origin}", "muted")
        else:
            copy(self.app, path, path)


def read_elsewhere(app: "ConsoleApp", name: str, text: str) -> None:
    """Show a text in the person's editor, else pager, as a file that can't be written."""
    try:
        command = _reader()
        with tempfile.TemporaryDirectory(prefix="mlops-console-") as folder:
            path = Path(folder, name)
            path.write_text(text, encoding="utf-8", errors="replace")
            path.chmod(0o400)
            edit(app, command, str(path))
    except (ConsoleError, OSError) as error:
        hint = getattr(error, "hint", "")
        app.say(f"{error}; {hint}" if hint else str(error), "warn")


def _reader() -> list[str]:
    try:
        return editor(os.environ)
    except UsageError:
        pager = shutil.which("less") or shutil.which("more")
        if pager is None:
            raise
        return [pager]


def files_of(root: str, version: "Version") -> str | None:
    """Where a version's files are: the registry's own copy, else where they were registered from."""
    if version.copied:
        from mlops_console.promotion.kept import kept_path

        kept = kept_path(root, version.model, version.sha256)
        if kept is not None:
            return str(kept)
    return str(Path(root, version.artifact)) if version.artifact else None
