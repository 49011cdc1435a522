"""How a run stands, from what was declared and what can be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mlops_console.display import iso
from mlops_console.records import Process, Status

SILENCE: Final = 600_000_000
"""Microseconds after which a run without a sign of life is not called running, unless told otherwise."""

Alive = Callable[[Process], bool | None]

_ENDED: Final = frozenset({Status.FINISHED, Status.FAILED, Status.KILLED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a run's status follows from."""

    id: str
    project_id: int
    declared: str | None
    reason: str | None
    """Why, in the words of the tool that declared it."""
    active: int | None
    process: Process | None


def settled(status: str | None) -> bool:
    """Whether only new data can change it."""
    return status != Status.RUNNING


def effective(run: Standing, now: int, silence: int, alive: Alive) -> tuple[str, str | None]:
    """Status and its reason. Killed needs evidence: the recorded process is known to be gone."""
    if run.declared in _ENDED:
        return str(run.declared), run.reason
    silent = run.active is None or now - run.active > silence
    since = iso(run.active) or "it was found"
    if run.declared == Status.RUNNING:
        living = alive(run.process) if run.process is not None else None
        if run.process is not None and living is False:
            return Status.KILLED.value, f"process {run.process.pid} is gone"
        if not silent or living:
            return Status.RUNNING.value, run.reason
        if run.process is not None:
            return Status.RUNNING.value, f"stale since {since}"
        return Status.UNKNOWN.value, f"says running, silent since {since}"
    if run.declared is not None:
        return str(run.declared), run.reason
    if silent:
        return Status.UNKNOWN.value, f"no end seen, silent since {since}"
    return Status.RUNNING.value, None
