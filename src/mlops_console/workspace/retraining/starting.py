"""Starting a training by a person's word: written down first, then left to a process of its own."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError, JournalError, UsageError
from mlops_console.journal.event import RETRAIN, RETRAINED, Event
from mlops_console.journal.places import Folder
from mlops_console.promotion.commands import filled
from mlops_console.wishes.model import Command
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.deciding.moving import reason_of
from mlops_console.workspace.retraining import folders
from mlops_console.workspace.retraining.model import Plan
from mlops_console.workspace.retraining.order import GRACE, Order, plain
from mlops_console.workspace.retraining.planning import already, here
from mlops_console.workspace.trust import trust, trusted

if TYPE_CHECKING:
    from mlops_console.journal.registry import Registry
    from mlops_console.records import Json
    from mlops_console.workspace.opening import Workspace

SUPERVISOR: Final = "mlops_console.workspace.retraining.supervising"
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Of the supervisor alone, which forks: a training sees none of it."""
_PATIENCE: Final = 120.0
"""Seconds for an interpreter to begin, on a machine that has much else to do."""
_ENDING: Final = 3.0
"""Seconds for a supervisor whose end is written down to be gone."""


def start(workspace: "Workspace", plan: Plan, reason: str, *, trusting: bool = False) -> Event:
    """Start what a plan says. A worker's work; on return a process of its own runs it.

    Args:
        workspace: Where.
        plan: What a person has seen.
        reason: Why; stays in the journal.
        trusting: Remember the command's text as trusted by this user: they have seen it in full.

    Raises:
        UsageError: It can't be started so, or one runs already; a sentence says what to do.
        JournalError: It can't be written down; nothing was started.
        ConsoleError: No process could be started for it.
    """
    reason = reason_of(reason)
    stated = _as_planned(plan)
    if plan.why_not and plan.running is None:
        raise UsageError(plan.why_not)
    if not trusted(workspace, plan.project, stated):
        if not trusting:
            raise UsageError(
                f"its command was never trusted by you: {safe_text(stated.text, len(stated.text) + 1)}",
                "trust it once you have read it: --trust, or mlops-console trust",
            )
        trust(workspace, plan.project, stated)
    place = _place(workspace, plan)
    try:
        guard = folders.alone(place)
        until = time.monotonic() + _ENDING
        while guard is None and time.monotonic() < until:
            _none_runs(workspace, plan)
            time.sleep(0.05)
            guard = folders.alone(place)
    except OSError as error:
        raise _unkept(place, error) from error
    if guard is None:
        _none_runs(workspace, plan)
        raise UsageError(
            f"somebody else just started to train {safe_text(plan.model, 80)} anew",
            f"mlops-console retrain {plan.model} --status tells who",
        )
    try:
        return _started(workspace, plan, stated, reason, place, guard)
    finally:
        os.close(guard)


def _as_planned(plan: Plan) -> Command:
    """The command as the file has it now; UsageError where that is not what was planned."""
    stated = read_wishes(plan.project.root).model(plan.model).retrain
    if plan.command is None or not plan.text:
        raise UsageError(plan.why_not or f"nobody has said how {safe_text(plan.model, 80)} is trained anew")
    if stated is None or stated.text != plan.text:
        raise UsageError(
            "mlops-console.toml has changed since this was planned: another command trains it now",
            "look at it again",
        )
    words = dict(plan.words)
    if plan.command.argv != tuple(filled(word, words) for word in stated.argv):
        raise UsageError("what was planned is not what the file says")
    return stated


def _none_runs(workspace: "Workspace", plan: Plan) -> None:
    """UsageError where a training of the model runs, whoever started it."""
    workspace.decisions.refresh()
    runs = here(workspace, plan.project, plan.model)
    if runs is not None:
        hint = f"wait for it, or stop it: mlops-console retrain {plan.model} --stop --reason TEXT"
        raise UsageError(already(runs), hint)


def _place(workspace: "Workspace", plan: Plan) -> Folder:
    """The folder of the model's trainings: in the project, or the user's own where that can't be written."""
    project, own = folders.places_of(plan.project, workspace.places)
    private = workspace.decisions.private(plan.project.key)
    for place in (own,) if private else (project, own):
        found = folders.below(place, plan.model)
        try:
            folders.make(found)
        except OSError as error:
            why = error
        else:
            folders.not_for_git(place)
            return found
    raise _unkept(found, why)


def _unkept(place: Folder, error: OSError) -> ConsoleError:
    why = (error.strerror or "it failed").lower()
    return ConsoleError(f"{place.shown} can't be written ({why}): nothing was started")


def _started(
    workspace: "Workspace", plan: Plan, stated: Command, reason: str, place: Folder, guard: int
) -> Event:
    _none_runs(workspace, plan)
    event = workspace.decisions.append(plan.project.key, RETRAIN, _body(workspace, plan, stated, reason))
    try:
        mine = Folder(place.root, f"{place.below}/{event.id}", f"{place.shown}/{event.id}")
        folders.make_own(mine)
        lock = folders.begun(mine)
        try:
            _supervise(workspace, plan, stated, event, mine, (lock, guard))
        finally:
            os.close(lock)
    except (OSError, ConsoleError) as error:
        why = str(error) if isinstance(error, ConsoleError) else (error.strerror or "it failed").lower()
        _never_ran(workspace, plan, event, why)
        raise ConsoleError(f"the training could not be started: {why}") from error
    folders.prune(place, event.id)
    return event


def _body(workspace: "Workspace", plan: Plan, stated: Command, reason: str) -> "dict[str, Json]":
    words = dict(plan.words)
    version = _version(workspace.decisions.registry(plan.project.key), plan.model, words.get("alias", ""))
    return {
        "model": plan.model,
        "version_id": version[0] if version else None,
        "version": version[1] if version else None,
        "monitor": plan.monitor,
        "window": plan.window,
        "command": stated.text,
        "reason": reason,
    }


def _version(registry: "Registry", model: str, alias: str) -> tuple[str, int] | None:
    known = registry.models.get(model)
    stands = known.aliases.get(alias) if known is not None else None
    if stands is None or stands.version is None:
        return None
    return stands.version.id, stands.version.number


def _never_ran(workspace: "Workspace", plan: Plan, event: Event, why: str) -> None:
    body: dict[str, Json] = {
        "model": plan.model, "retrain": event.id, "outcome": "failed",
        "because": f"it could not be started: {why}", "code": None, "seconds": 0.0,
    }  # fmt: skip
    with contextlib.suppress(JournalError):
        workspace.decisions.append(plan.project.key, RETRAINED, body)


def _supervise(
    workspace: "Workspace", plan: Plan, stated: Command, event: Event, mine: Folder, locks: tuple[int, int]
) -> None:
    assert plan.command is not None
    order = Order(
        plan.project.root, plan.project.key, plan.model, event.id, plan.command.argv, stated.cwd,
        stated.seconds, dict(plan.words), (mine.root, mine.below, mine.shown), plain(workspace.places), GRACE,
    )  # fmt: skip
    with tempfile.TemporaryFile() as told:
        told.write(order.packed())
        told.flush()
        told.seek(0)
        numbers = (told.fileno(), *locks)
        # -P: never import from the working folder, which may be somebody's project.
        words = [sys.executable, "-P", "-m", SUPERVISOR, *(str(one) for one in numbers)]
        with subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True, pass_fds=numbers, env={**os.environ, **_ONE_THREAD},
        ) as first:  # fmt: skip
            try:
                _, said = first.communicate(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                first.kill()
                raise ConsoleError(f"its process did not begin within {_PATIENCE:.0f} s") from None
    if first.returncode:
        last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise ConsoleError(f"its process ended at once ({safe_text(last, 200) or first.returncode})")
