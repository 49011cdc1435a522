"""The Compare screen: asks, and says what keys do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, cast

from mlops_console.console import keymap
from mlops_console.console.clipboard import copy
from mlops_console.console.compare.body import CompareBody
from mlops_console.console.compare.differences import DifferencesPane
from mlops_console.console.compare.going import GoActions
from mlops_console.console.compare.saving import write_report
from mlops_console.console.compare.view import View
from mlops_console.console.compare.wishes import Wishes
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.console.widgets.paned import MOVES, Several
from mlops_console.console.widgets.search import SearchingScreen, SearchLine
from mlops_console.workspace.comparing.asking import compare
from mlops_console.workspace.comparing.judging import Judged, over_runs
from mlops_console.workspace.comparing.predicting import may_predict, over_rows
from mlops_console.workspace.comparing.subjects import other_seeds

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.commands import Command
    from mlops_console.console.keymap import Key
    from mlops_console.records import Changed
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.comparing.judging import Family
    from mlops_console.workspace.comparing.model import Asked, Comparison

NOBODY: Mapping[str, str] = MappingProxyType({})
PROGRESS_SECONDS = 0.5
AGAIN_SECONDS = 2.0
"""While runs are still on their way, they are compared anew at most this often."""


class CompareScreen(Several, GoActions, Wishes, SearchingScreen):
    """Runs, or groups of runs, beside each other. `marks` are letters that runs have elsewhere, by id.

    `among` are the runs among which they stand where more is asked than how they differ; none: only they.
    """

    view = "compare"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = keymap.bindings("compare")

    def __init__(self, asked: "Asked", marks: Mapping[str, str] = NOBODY, among: Sequence[str] = ()) -> None:
        super().__init__()
        self._among = among
        self.asked = asked
        self._marks = marks
        self.known: Comparison | None = None
        self._due = False

    def compose(self) -> "ComposeResult":
        """The parts."""
        yield Header(("Compare",))
        yield SearchLine()
        yield CompareBody(self._own_app.settings.chart, self._among)
        yield Footer()

    @property
    def _own_app(self) -> "ConsoleApp":
        return cast("ConsoleApp", self.app)

    def on_mount(self) -> None:
        """Ask; keep in sight how far longer work is."""
        self._ask()
        self.set_interval(PROGRESS_SECONDS, self._tick)

    def _tick(self) -> None:
        if self.body.view is not None and (self.body.view.predicting or self.body.pane.working):
            self.body.moved()

    # The workspace

    def workspace_opened(self) -> None:
        """Ask."""
        self._ask()

    def store_changed(self, changed: "Changed") -> None:
        """Ask again when one of these runs moved."""
        self.query_one(Header).refresh()
        known = self.known
        if known is not None and not self._due and not changed.runs.isdisjoint(known.runs):
            self._due = True
            self.set_timer(AGAIN_SECONDS, self._ask)

    def _ask(self) -> None:
        self._due = False
        asked = self.asked
        self.body.ask("compare", lambda workspace: compare(workspace, asked), self._came)

    def compare(self, asked: "Asked") -> None:
        """Compare anew."""
        self.asked = asked
        self._ask()

    def wonder(self, about: str, read: "Callable[[Workspace], Any]", took: "Callable[[Any], None]") -> None:
        """Read in a worker, take the answer on the screen."""
        self.body.ask(about, read, took)

    def _came(self, comparison: "Comparison") -> None:
        self.known = comparison
        before = self.body.view
        # What was judged before stays until there is better: nothing flickers while runs go on.
        same = before is not None and _alike(before.comparison, comparison)
        judged, kin = (before.judged, before.kin) if before is not None and same else (None, 0)
        self.body.show(View(comparison, self._marks, judged, kin=kin))
        self._tell()
        self.body.ask(
            "judge", lambda workspace: over_runs(workspace, comparison), partial(self._judged, comparison)
        )
        if comparison.asked.by is None and not same:
            runs = tuple(comparison.runs)
            self.body.ask(
                "kin", lambda workspace: other_seeds(workspace, runs), partial(self._kin, comparison)
            )

    def _kin(self, comparison: "Comparison", more: int) -> None:
        if more:
            self._again(comparison, kin=more)

    def _judged(self, comparison: "Comparison", found: "Family") -> None:
        view = self.body.view
        if self.known is not comparison or view is None:
            return
        more = may_predict(comparison)
        before = view.judged.over_rows if more and view.judged is not None else None
        self._again(comparison, judged=Judged(found, before), predicting=more)
        if more:
            self.body.ask(
                "rows",
                lambda workspace: over_rows(workspace, comparison, progress=self._progress),
                partial(self._predicted, comparison, found),
            )

    def _again(self, comparison: "Comparison", **changes: Any) -> None:
        """More is known of what is shown, unless something else is shown by now."""
        view = self.body.view
        if self.known is comparison and view is not None:
            self.body.show(replace(view, **changes))

    def _progress(self, share: float) -> None:
        # Told by a worker: the screen looks at it when it draws next.
        self.body.statistics.share = share

    def _predicted(self, comparison: "Comparison", runs: "Family", rows: "Family | None") -> None:
        self.body.statistics.share = None
        self._again(comparison, judged=Judged(runs, rows), predicting=False)

    def on_body_failed(self, event: CompareBody.Failed) -> None:
        """Say what did not work where the answer would stand."""
        if self.known is None:
            self.body.trouble = event.words
            self.body.moved()
        else:
            if event.about == "compare":
                self.asked = self.known.asked
            self._own_app.say(event.words, "bad")

    # What is said around the body

    def on_body_moved(self) -> None:
        """Other keys may do something now."""
        self.query_one(Footer).refresh()

    def _tell(self) -> None:
        known = self.known
        if known is None:
            return
        projects = list(dict.fromkeys(run.project for run in known.runs.values()))
        where = projects[0] if len(projects) == 1 else f"{len(projects)} projects"
        what = "runs" if known.asked.by is None else f"groups by {known.asked.by}"
        self.query_one(Header).show((where, "Runs", f"Compare {len(known.subjects)} {what}"))

    def idle_reason(self, key: "Key") -> str | None:
        """Why a key does nothing now."""
        short = key.id.removeprefix("compare.")
        if short == key.id or short in _ALWAYS:
            return None
        body = self.body
        if body.view is None:
            return "not compared yet"
        if short == "zoom":
            return None if body.wide and body.pane.beside else "it is alone already"
        if short in ("metric_next", "metric_previous"):
            return None if len(body.view.comparison.metrics) > 1 else "there is no other metric"
        if short in _CURVES:
            return None if not body.alone or body.pane is body.curves else "only on Curves"
        if short in ("everything", "search"):
            return None if not body.alone or body.pane is body.differences else "only on Differences"
        return None if short in body.pane.uses else f"not on {body.pane.name}"

    def step_back(self) -> bool:
        """Out of a search, out of one pane alone."""
        return self.leave_search() or self.body.back()

    @property
    def searched(self) -> DifferencesPane:
        """What is searched."""
        return self.body.differences

    # Keys

    def action_side(self, step: int) -> None:
        """Another subject."""
        self.body.pane.side(step)
        self.body.moved()

    def action_enter(self) -> None:
        """Judge by the metric that the cursor is on; open what it is on."""
        metric = self.body.differences.metric
        if self.body.pane is self.body.differences and metric is not None:
            self.compare(replace(self.asked, metrics=(metric,)))
        else:
            self.body.pane.enter()

    def action_explain(self) -> None:
        """Say in full what the cursor is on; in Differences also why the verdict is what it is."""
        body = self.body
        if body.pane is not body.differences:
            body.pane.explain()
        elif not body.differences.told_note():
            body.statistics.explain()

    def action_everything(self) -> None:
        """Only what differs, or all."""
        self.body.differences.turn()
        self.body.moved()

    def action_base(self) -> None:
        """Hold the others against the subject that the cursor is on."""
        subject = self.body.pane.subject
        known = self.known
        if subject is None or known is None:
            self._own_app.say("Go to a subject first: h l in Differences, j k in Statistics", "muted")
        elif subject.base:
            self._own_app.say(f"{subject.name} is the base already", "muted")
        else:
            self.compare(replace(self.asked, base=subject.key))

    def action_metric(self, step: int) -> None:
        """Judge by another metric."""
        known, view = self.known, self.body.view
        if known is None or view is None or not known.metrics:
            return
        keys = sorted(row.key for row in known.metrics)
        at = keys.index(view.metric.key) if view.metric is not None else -step
        self.compare(replace(self.asked, metrics=(keys[(at + step) % len(keys)],)))

    # Taking along

    def action_copy(self) -> None:
        """What the cursor is on."""
        found = self.body.pane.copied()
        if found is not None:
            copy(self.app, found[1], f"{found[0]} copied")

    def action_copy_as(self) -> None:
        """The command line that says the same."""
        from mlops_console.workspace.comparing.origin import command_line

        line = command_line(self.asked)
        copy(self.app, line, line)

    def action_write(self) -> None:
        """A report as a file."""
        write_report(self.body, self.asked)

    def commands(self) -> "Sequence[Command]":
        """What can be typed here behind `:`."""
        return (*self.find_commands(), *super().commands())


_ALWAYS = MOVES | {"copy_as", "write", "group", "value", "why", "parallel", "scatter"}
_CURVES = frozenset(
    {
        "focus", "difference", "log", "smooth", "time", "cursor_left", "cursor_right", "nearer", "farther",
        "pan_left", "pan_right", "reset",
    }
)  # fmt: skip


def _alike(before: "Comparison", now: "Comparison") -> bool:
    """Whether the same is asked of the same subjects."""
    return before.subjects == now.subjects and before.judged == now.judged
