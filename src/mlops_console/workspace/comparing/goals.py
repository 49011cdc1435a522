"""Which way a metric is better: what a person said, else what its name tells."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from mlops_console.comparison.model import Goal
from mlops_console.settings import read_state
from mlops_console.workspace.goals import goal_of
from mlops_console.workspace.keeping import drop, keep

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

_LONG: Final = 60


def said_goals(workspace: "Workspace") -> Mapping[str, Goal | None]:
    """Metric -> what a person said; None where they said that it has no goal."""
    found: dict[str, Goal | None] = {}
    for item in read_state(workspace.places, "goals").values():
        if isinstance(item.get("metric"), str):
            goal = item.get("goal")
            found[item["metric"]] = goal if goal in ("min", "max") else None
    return found


def say_goal(workspace: "Workspace", metric: str, goal: Goal | None) -> None:
    """Remember which way a metric is better, for all comparisons to come; None: neither is."""
    if goal == goal_of(metric):
        drop(workspace.places, "goals", _name(metric))
    else:
        keep(workspace.places, "goals", _name(metric), {"metric": metric, "goal": goal})


def _name(metric: str) -> str:
    """A file name has room for short names only."""
    if len(metric) <= _LONG and metric.isascii():
        return metric
    return (
        metric[:16].encode("ascii", "ignore").decode()
        + blake2b(metric.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    )
