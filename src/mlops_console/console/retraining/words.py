"""What a training started from here is said to be, in one place for all views."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.audit.telling import moment

if TYPE_CHECKING:
    from mlops_console.workspace.retraining.model import Plan, Seen, State

INKS: "Final[dict[State, tuple[str, str]]]" = {
    "running": ("running", "accent"),
    "done": ("finished", "ok"),
    "failed": ("failed", "bad"),
    "late": ("killed", "warn"),
    "stopped": ("killed", "warn"),
    "lost": ("unknown", "warn"),
}
"""State -> the state of runs whose sign it has, and the ink."""


def became(one: "Seen") -> str:
    """What became of it: `done in 3 min`, `failed after 12 s: exit code 1`."""
    took, because = _took(one.seconds), one.said.because.rstrip(".")
    more = f": {because}" if because else ""
    match one.state:
        case "running":
            return f"running for {took}"
        case "done":
            return f"done in {took}"
        case "failed":
            return f"failed after {took}{more}"
        case "late":
            return f"its time was up after {took}"
        case "stopped":
            return f"stopped after {took}{more}"
        case "lost":
            return "lost: no end was written, and nothing of it runs any more"


def sentence(one: "Seen") -> str:
    """What its row in the history says: `trained it anew: done in 3 min`."""
    how = "trains" if one.state == "running" else "trained"
    for_ = f" for {one.said.monitor}" if one.said.monitor else ""
    return f"{how} it anew{for_}: {became(one)}"


def began(one: "Seen", now: int) -> str:
    """Who, since when, why: `ana, 09:14, answers tower 2013-09: the fault is mended`."""
    said = one.said
    answers = ", ".join(part for part in (said.monitor, said.window) if part)
    words = f"{said.event.by}, {moment(said.event.at, now).strip()}"
    words += f", answers {answers}" if answers else ""
    return f"{words}: {said.reason}" if said.reason else words


def at_most(plan: "Plan") -> str:
    """For how long it may run."""
    return _took(plan.command.seconds) if plan.command is not None else ""


def _took(seconds: float) -> str:
    return display.duration(int(max(0.0, min(seconds, 1e9)) * 1e6))
