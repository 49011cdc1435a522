"""Which windows a new model should know that those before did not teach."""

from typing import TYPE_CHECKING

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
    harmed = 0
    for one in reversed(counting):
        if not one.harmful:
            break
        harmed += 1
    return counting[-max(begun, harmed, 1) :]
