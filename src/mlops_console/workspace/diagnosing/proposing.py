"""What could be done where a model is harmed: train anew, go back, collect labels. Nothing is done here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from mlops_console.workspace.attention.model import Place
from mlops_console.workspace.diagnosing.weighing import version_of
from mlops_console.workspace.drifting.standing import Told
from mlops_console.workspace.drifting.states import listing as states
from mlops_console.workspace.drifting.states.health import harmed
from mlops_console.workspace.drifting.states.model import MonitorState

if TYPE_CHECKING:
    from mlops_console.journal.registry import Model, Version
    from mlops_console.workspace.opening import Workspace

Way: TypeAlias = Literal["source", "retrain", "roll back", "labels"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that could be done."""

    way: Way
    what: str
    """What to do, a sentence that begins with the deed: `Roll back to delays@1.`"""
    because: tuple[str, ...]
    """What speaks for it, and what it goes by: a sentence each."""
    against: tuple[str, ...] = ()
    """What speaks against it."""
    advised: bool = True
    """Whether more speaks for it than against."""
    command: str = ""
    """The command line that does it; empty: none is known."""
    cwd: str = ""
    """Where that was run from, absolute; empty: anywhere, or not known."""
    start: str = ""
    """The command line of ours that starts it, open at its end where a reason is wanted; empty: none does."""
    place: Place | None = None
    """Where it is started in the console."""
    binding: str = ""
    """The name in the keymap of what starts it there: `models.rollback`; empty: being there is all."""
    told: tuple[str, ...] = ()
    """What that is told: `models.rollback` alias and version, `drift.open` column, level and window,
    `drift.labels` the window."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do about a harmed model, with reasons."""

    monitor: str
    project: str
    """Key of the project."""
    version: str
    """`delays@2`: the version that is harmed; empty: not known which."""
    window: str
    because: str
    """What the harm is, a sentence with its figures."""
    sure: bool
    """Whether labels say so; False: an estimate does."""
    steps: tuple[Step, ...]
    """What is advised first, first."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a proposal is made of."""

    workspace: "Workspace"
    state: MonitorState
    harmed: Told
    """The window that says so."""
    windows: tuple[Told, ...]
    """All that were judged, also those that were judged anew since; the oldest first."""
    model: "Model | None"
    version: "Version | None"
    sure: bool

    @property
    def counting(self) -> Sequence[Told]:
        """The windows that count."""
        return [one for one in self.windows if not one.superseded]


def proposal(workspace: "Workspace", state: MonitorState) -> Proposal | None:
    """What to do about the model that a monitor says is harmed; None: it says no such thing.

    From stored verdicts, the journal and what the store knows of the version's run; no data is read. A
    worker's work: all windows of the monitor are.
    """
    from mlops_console.workspace.diagnosing.remedies import labels, retrain, roll_back, source

    if state.standing.newest is None:
        return None
    watched = state.watched
    windows = states.windows(workspace, watched)
    window = _harmed([one for one in windows if not one.superseded])
    if window is None or window.model is None:
        return None
    version = version_of(workspace, watched)
    models = workspace.decisions.registry(watched.project.key).models
    case = Case(
        workspace, state, window, tuple(windows), models.get(watched.monitor.model), version, window.harmful
    )
    found = [one for one in (source(case), retrain(case), roll_back(case), labels(case)) if one is not None]
    # An estimate is confirmed before anything else is done.
    found.sort(key=lambda one: (not one.advised, not case.sure and one.way != "labels"))
    return Proposal(
        watched.name,
        watched.project.key,
        version.label if version is not None else "",
        window.judged.window,
        window.model.because,
        case.sure,
        tuple(found),
    )


def _harmed(windows: Sequence[Told]) -> Told | None:
    """The newest window that labels call harmed, as health goes by; else the newest, by an estimate."""
    places = harmed(windows)
    if places is not None:
        return windows[places[0]]
    newest = windows[-1] if windows else None
    says = newest is not None and newest.model is not None and newest.model.verdict == "HARMFUL"
    return newest if says else None
