"""Which run of another tracker this very run is, where a script uses one as well.

Nothing is imported for it: a tracker that the script uses is loaded already. Nothing here raises or waits.
"""

import sys
from collections.abc import Callable
from typing import Any

LOOK_EVERY = 5.0
"""Seconds between looks, which happen as values are logged."""

_MOST = 2
"""So many runs of one tracker tell that this run is none of them."""
_LONGEST = 200


class Trackers:
    """What was noticed so far."""

    def __init__(self, note: Callable[[str, str], None]) -> None:
        self._note = note
        self._seen: dict[str, set[str]] = {}
        self._sure: set[str] = set()

    def begin(self) -> None:
        """A tracker's run that is open already is this one; what comes later lies within it."""
        for tool, inmost, _ in _looks():
            found = _found(inmost)
            if found:
                self._sure.add(tool)
                self._tell(tool, found)

    def look(self) -> None:
        """A tracker's run that was opened since then: the outermost one, on the thread that looks."""
        for tool, _, outmost in _looks():
            if tool not in self._sure and len(self._seen.get(tool, ())) < _MOST:
                found = _found(outmost)
                if found:
                    self._tell(tool, found)

    def _tell(self, tool: str, found: str) -> None:
        seen = self._seen.setdefault(tool, set())
        if found not in seen:
            seen.add(found)
            self._note(tool, found)


def _looks() -> list[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """(tool, its inmost open run, its outmost one) of the trackers that are loaded."""
    looks: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = []
    if "mlflow" in sys.modules:
        looks.append(("mlflow", _mlflow, _mlflow_outmost))
    if "wandb" in sys.modules:
        looks.append(("wandb", _wandb, _wandb))
    return looks


def _found(look: Callable[[], Any]) -> str | None:
    try:
        found = look()
    except Exception:  # noqa: BLE001 - a stranger's module, maybe half imported, must not cost the training
        return None
    return found if isinstance(found, str) and 0 < len(found) <= _LONGEST else None


def _mlflow() -> Any:
    active = sys.modules["mlflow"].active_run()
    return None if active is None else active.info.run_id


def _mlflow_outmost() -> Any:
    active = sys.modules["mlflow"].active_run()
    if active is None:
        return None
    stack = getattr(sys.modules.get("mlflow.tracking.fluent"), "_active_run_stack", None)
    own = stack if stack is None or isinstance(stack, list) else stack.get()  # one for each thread
    if own:
        return own[0].info.run_id
    return active.data.tags.get("mlflow.parentRunId") or active.info.run_id


def _wandb() -> Any:
    run = sys.modules["wandb"].run
    return None if run is None else run.id
