"""Which windows a new model should know that those before did not teach."""

from typing import TYPE_CHECKING

from mlops_console.workspace.drifting.states.health import harmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.drifting.standing import Told
    from mlops_console.workspace.drifting.states.model import MonitorState


def to_know(state: "MonitorState", counting: "Sequence[Told]") -> "Sequence[Told]":
    """Those since what drifts now began, else since the harm did; the newest one at least.

    Args:
        state: The monitor.
        counting: Its windows that count, the oldest first; none: none is returned.
    """
    onset = state.standing.onset
    begun = onset.windows if onset is not None else 0
    places = harmed(counting)
    known = len(counting) - places[1] if places is not None else 0
    return counting[-max(begun, known, 1) :]
