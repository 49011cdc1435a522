"""The page of one run: its sections, live; the keys, and what is said around them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from mlops_console.console import keymap
from mlops_console.console.commands import Command
from mlops_console.console.deeds import Deeds
from mlops_console.console.finding import Finder
from mlops_console.console.run.asking import Questions
from mlops_console.console.run.body import DENSE_BELOW, RunBody
from mlops_console.console.run.facts import History, RunView
from mlops_console.console.run.head import RunHead
from mlops_console.console.run.registering import RegisterRun
from mlops_console.console.run.watched import Watched
from mlops_console.console.runs.marks import Marks
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.console.widgets.search import SearchLine

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from mlops_console.console.keymap import Key
    from mlops_console.records import Changed
    from mlops_console.workspace import Workspace

__all__ = ["Questions", "RunPage"]
EVERYWHERE = frozenset({"tab", "tab_back", "copy", "copy_text", "note", "tag", "mark", "folder", "register"})
"""Keys that every section has, beside moving."""
OFTEN = frozenset({"scroll", "page", "end"})
"""Actions that always do something, or need no reason when they don't."""


class RunPage(RegisterRun):
    """One run. `order` is the list it was opened from: `n` and `N` walk through it."""

    view = "run"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = keymap.bindings("run")

    def __init__(
        self,
        run_id: str,
        order: Sequence[str] = (),
        questions: Questions | None = None,
        *,
        marks: Marks | None = None,
        deeds: Deeds | None = None,
    ) -> None:
        super().__init__(marks, deeds)
        self.run_id = run_id
        self.questions = questions or Questions()
        self._order = order
        self._here = ("", -1)
        """A run and its place in the list."""
        self._known: RunView | None = None
        self._varying: tuple[str, frozenset[str]] | None = None
        """The parameters that vary, and of which run's project."""
        self._watched = Watched(self.questions, self._tell)

    def compose(self) -> "ComposeResult":
        """The parts."""
        yield Header(("Runs", self.run_id[:8]))
        yield RunHead()
        yield SearchLine()
        yield RunBody(self.questions, self.console_app.settings.chart)
        yield Footer()

    def on_mount(self) -> None:
        """Ask for the run; keep durations of running runs right."""
        self._arrange()
        self.set_interval(1.0, self._tick)
        self._ask()

    def on_resize(self) -> None:
        """More charts may be in view."""
        self._arrange()
        self.call_after_refresh(self.body.resized)

    def _arrange(self) -> None:
        self.query_one(RunHead).set_class(self.app.size.height < DENSE_BELOW, "dense")

    # The workspace

    def workspace_opened(self) -> None:
        """Ask for the run."""
        self._ask()

    def store_changed(self, changed: "Changed") -> None:
        """Ask again when this run moved."""
        self.query_one(Header).refresh()
        if self.run_id in changed.runs:
            self._ask()
        self._watched.changed(self.body, self._known, changed)

    def _ask(self) -> None:
        run, questions, charts = self.run_id, self.questions, self.body.charts
        known = self._varying[1] if self._varying is not None and self._varying[0] == run else None

        def read(workspace: "Workspace") -> tuple[RunView, frozenset[str], Mapping[str, History]]:
            view = questions.view(workspace, run)
            first = self._known is None or self._known.id != run
            points = charts.first_points(workspace, view) if first else {}
            return view, questions.varying(workspace, view) if known is None else known, points

        self.body.ask("run", read, lambda found: self._came(*found))

    def on_body_failed(self, event: RunBody.Failed) -> None:
        """Say what could not be read where it would stand."""
        if self._known is None and event.about == "run":
            mark = self.marks.letter(self.run_id)
            self.query_one(RunHead).show(None, self.body.tab, trouble=event.words, mark=mark)
        elif not any(section.failed(event.about, event.words) for section in self.body.sections):
            self.say(event.words, "bad")

    def _came(self, view: RunView, varying: frozenset[str], points: "Mapping[str, History]") -> None:
        if view.id != self.run_id:
            return
        self._known, self._varying = view, (view.id, varying)
        self.body.show(view, varying, points)
        self._tell()

    def _tick(self) -> None:
        if self._known is not None and self._known.status == "running":
            self.query_one(RunHead).refresh()

    # What is said around the body

    def on_body_moved(self) -> None:
        """Keep what is said around it in step."""
        self._tell()

    def _tell(self) -> None:
        view, body = self._known, self.body
        if view is None:
            return
        name = view.name if view.name and view.name != view.id else ""
        self.query_one(Header).show((view.project, "Runs", f"{view.id[:8]} {name}".strip()))
        mark, watched = self.marks.letter(view.id), self._watched.of(body, view)
        self.query_one(RunHead).show(view, body.tab, body.section.aside(), mark=mark, watched=watched)
        search = self.query_one(SearchLine)
        if search.display:
            search.count(body.section.found)
        self.query_one(Footer).refresh()

    def idle_reason(self, key: "Key") -> str | None:
        """Why a key does nothing now."""
        short = key.id.removeprefix("run.")
        if short == key.id or key.action in OFTEN:
            return None
        section = self.body.section
        if short in ("next", "previous"):
            step = 1 if short == "next" else -1
            return None if section.matching or self._neighbour(step) is not None else "none left"
        if short == "undo":
            return None if self.deeds.can_undo else "nothing done yet"
        if short == "redo":
            return None if self.deeds.can_redo else "nothing undone"
        if short == "edit":
            return (found.why_not or None) if (found := section.edited()) is not None else None
        if short in EVERYWHERE:
            return None
        if short not in section.uses:
            names = [one.name for one in self.body.sections if short in one.uses]
            return "only on " + " and ".join(names) if len(names) <= 2 else f"not on {section.name}"
        return section.idle(short)

    def said(self, key: "Key") -> "Key":
        """A key in the words of the open section."""
        section, short = self.body.section, key.id.removeprefix("run.")
        if short in (words := section.words_now()):
            desc, word = words[short]
            key = replace(key, desc=desc, short=word, pair="")
        return replace(key, footer=section.first.index(short)) if short in section.first else key

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that does nothing here is not taken; `on_key` says why."""
        if not self.is_mounted or action not in _ACTIONS or action in OFTEN:
            return True
        run = f"{action}({', '.join(map(repr, parameters))})" if parameters else action
        key = _ACTIONS[action].get(run)
        return key is None or key.action == "run" or self.idle_reason(key) is None

    def on_key(self, event: "events.Key") -> None:
        """Say why a key did nothing."""
        pressed = event.character if event.character and event.is_printable else event.key
        for key in keymap.views()["run"].keys:
            if pressed in key.on and (reason := self.idle_reason(key)):
                self.say(f"{key.shown}   {self.said(key).desc}: {reason}", "muted")

    # Keys

    def action_tab(self, step: int) -> None:
        """Another section."""
        self.open((self.body.tab + step) % len(self.body.sections))

    def open(self, tab: int) -> None:
        """Open a section."""
        self._search_ends()
        self.body.open(tab)
        self._tell()

    def _search_ends(self) -> None:
        search = self.query_one(SearchLine)
        search.edit.set("")
        search.display = False
        self.set_focus(None)

    def action_scroll(self, step: int) -> None:
        """Rows, or charts one below the other."""
        self.body.section.move(step)

    def action_page(self, step: int, part: int) -> None:
        """A page of them."""
        self.body.section.page_by(step, part)

    def action_end(self, step: int) -> None:
        """The first or the last."""
        self.body.section.end(step)

    def action_side(self, step: int) -> None:
        """To the left or right."""
        self.body.section.side(step)

    def action_enter(self) -> None:
        """Open what the cursor is on."""
        self.body.section.enter()

    def action_chart(self, step: int) -> None:
        """The next chart, or the next of what the section has several of."""
        if self.body.section is self.body.charts:
            super().action_chart(step)
        else:
            self.body.section.beside(step)

    def action_zoom(self) -> None:
        """One chart, or one pane, alone."""
        if self.body.section is self.body.charts:
            super().action_zoom()
        else:
            self.body.section.zoom()

    def action_focus_curve(self) -> None:
        """One curve bright; a log is followed."""
        if self.body.section is self.body.charts:
            super().action_focus_curve()
        else:
            self.body.section.follow()

    def charts_moved(self) -> None:
        """Draw, and read what came into view."""
        self.body.fetch()

    def action_search(self) -> None:
        """Search in this section."""
        self.query_one(SearchLine).begin()
        self._tell()

    def on_search_line_typed(self) -> None:
        """Show what matches."""
        self.body.section.search(self.query_one(SearchLine).text)

    def on_search_line_left(self) -> None:
        """The keys work on the page again."""
        self.set_focus(None)

    def step_back(self) -> bool:
        """Out of a preview, out of a search."""
        if self.body.section.step_back():
            return True
        if self.query_one(SearchLine).display:
            self._search_ends()
            self.body.section.search("")
            return True
        return False

    def _neighbour(self, step: int) -> str | None:
        if self._here[0] != self.run_id:
            here = next((index for index, run in enumerate(self._order) if run == self.run_id), -1)
            self._here = (self.run_id, here)
        there = self._here[1] + step
        return str(self._order[there]) if self._here[1] >= 0 and 0 <= there < len(self._order) else None

    def action_run(self, step: int) -> None:
        """The next or previous match of a search that jumps, else run of the list."""
        if self.body.section.match(step):
            return
        run = self._neighbour(step)
        if run is None:
            self.say("No further run in the list", "muted")
            return
        self.run_id = run
        self.body.forget()
        self._ask()

    def on_run_body_opened(self, event: RunBody.Opened) -> None:
        """A relative's page, over this one."""
        self.app.push_screen(RunPage(event.run, questions=self.questions, marks=self.marks, deeds=self.deeds))

    def on_screen_resume(self) -> None:
        """On a relative's page runs are marked too."""
        self._tell()

    def marked(self) -> None:
        """Show the letter."""
        self._tell()

    def known(self) -> RunView | None:
        """The run that is shown."""
        return self._known

    def commands(self) -> Sequence[Command]:
        """What can be typed here behind `:`."""
        names = [section.name.lower() for section in self.body.sections]
        return (
            *self.say_commands(),
            *self.register_commands(),
            *Finder(self, lambda: self.run_id, lambda: self._order).commands(),
            Command("section", "NAME", "go to a section", self._go_to, lambda: names),
            Command("copy", "", "copy this section as text", lambda _: self.action_copy_text()),
        )

    def _go_to(self, name: str) -> None:
        names = [section.name.lower() for section in self.body.sections]
        found = [index for index, one in enumerate(names) if name and one.startswith(name.lower())]
        if found:
            self.open(found[0])
        else:
            self.say("Sections are " + ", ".join(names), "warn")


def _by_action() -> "dict[str, dict[str, Key]]":
    found: dict[str, dict[str, Key]] = {}
    for key in keymap.views()["run"].keys:
        found.setdefault(key.action, {})[key.run] = key
    return found


_ACTIONS = _by_action()
