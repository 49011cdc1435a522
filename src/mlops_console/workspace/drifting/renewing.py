"""A new reference for a monitor: a baseline of the rows of a judged window, kept and pinned by an event."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from mlops_console import beneath, digesting
from mlops_console.display import safe_text
from mlops_console.errors import DataError, UsageError
from mlops_console.journal.event import REFERENCE, Event
from mlops_console.wishes.known import did_you_mean
from mlops_console.workspace.baselines import files as baseline_files
from mlops_console.workspace.deciding.moving import reason_of
from mlops_console.workspace.drifting import referring
from mlops_console.workspace.drifting.checking import Look, look, unchanged
from mlops_console.workspace.drifting.monitors import Watched, still
from mlops_console.workspace.drifting.referring import References, Referent
from mlops_console.workspace.drifting.requesting import request_of
from mlops_console.workspace.drifting.states import listing as states

if TYPE_CHECKING:
    from mlops_console.drift.baseline.building import Built
    from mlops_console.drift.windows.model import Window
    from mlops_console.journal.registry import Registry
    from mlops_console.records import Json
    from mlops_console.workspace.drifting.judged import JudgedWindow, Key
    from mlops_console.workspace.opening import Workspace

Progress = Callable[[str], None]
_LISTED: Final = 12


def pin_reference(
    workspace: "Workspace",
    watched: Watched,
    reason: str,
    window: str = "",
    progress: Progress | None = None,
) -> Event:
    """Have a monitor held against the rows of one of its judged windows from now on. A worker's work.

    A baseline is made of them, in the analysis child where the workspace is live, and kept like those of
    versions. It holds as long as the file and the aliases name the reference that they name now.

    Args:
        workspace: The workspace.
        watched: The monitor.
        reason: Why; stays in the journal.
        window: Which; empty: the newest judged one.
        progress: Told what is being done; may raise to have it given up.

    Raises:
        UsageError: There is no such monitor or window, it is not judged, or there is no reason.
        DataError: Its rows can't be read, or are not those that were judged.
        JournalError: It can't be written.
    """
    reason = reason_of(reason)
    watched = still(watched)
    found = _looked(workspace, watched)
    meant, judged = _meant(found, window)
    told = progress or _quiet
    told(f"reading {meant.name}")
    summed = _sum(watched, meant)
    built = _built(workspace, _request(found, meant, judged, summed), told)
    if not unchanged(meant, found):
        raise DataError(f"{safe_text(meant.name, 160)} changed while it was read", "try again later")
    project = watched.project
    sha256 = baseline_files.write(workspace, project, watched.name, built.packed)
    body: dict[str, Json] = {
        "monitor": watched.name,
        "window": meant.name,
        "replaces": referring.replaced(workspace, watched),
        "sha256": sha256,
        "size": len(built.packed),
        "rows": built.rows,
        "columns": built.columns,
        "source": {"path": summed[0], "sha256": summed[1]},
        "reason": reason,
    }
    return workspace.decisions.append(project.key, REFERENCE, body)


def unpin_reference(workspace: "Workspace", watched: Watched, reason: str) -> Event:
    """Have a monitor held against what its file names again.

    Raises:
        UsageError: It is, there is no such monitor, or there is no reason.
        JournalError: It can't be written.
    """
    reason = reason_of(reason)
    watched = still(watched)

    def check(registry: "Registry") -> None:
        said = registry.monitors.get(watched.name)
        if said is None or not said.references or not said.references[0].sha256:
            name = safe_text(watched.name, 80)
            raise UsageError(f"{name} is held against what its file names: there is nothing to take back")

    body: dict[str, Json] = {
        "monitor": watched.name,
        "window": "",
        "replaces": "",
        "sha256": None,
        "size": 0,
        "rows": 0,
        "columns": 0,
        "source": None,
        "reason": reason,
    }
    return workspace.decisions.append(watched.project.key, REFERENCE, body, check=check)


def caution(workspace: "Workspace", watched: Watched, window: str = "") -> str:
    """What a person should know before a window becomes the reference, a sentence; empty: nothing.

    Where labels say that the model does its work worse in it, its figure there is what later windows are
    held to: the harm would not be told any more.

    Args:
        workspace: The workspace.
        watched: The monitor.
        window: Which; empty: the newest judged one.
    """
    counting = [one for one in states.windows(workspace, watched) if not one.superseded]
    meant = [one for one in counting if not window or one.judged.window == window][-1:]
    if not meant or not meant[0].harmful:
        return ""
    name = safe_text(meant[0].judged.window, 120)
    return (
        f"The model is HARMFUL in {name}: as the reference, what it gets wrong there counts as usual,"
        " and later windows like it are not told as harmed."
    )


def _looked(workspace: "Workspace", watched: Watched) -> Look:
    """Its windows, by what is known of its files."""
    if workspace.live:  # whose process opens no data itself
        following = workspace.monitors.following
        key = (watched.project.key, watched.name)
        found = following.looks().get(key) if following is not None else None
        if found is None or found.watched.monitor != watched.monitor:
            name = safe_text(watched.name, 80)
            raise UsageError(f"the files of {name} are not looked through yet", "try again in a moment")
    else:
        found = look(watched, workspace.places, References(lambda: workspace))
    if watched.monitor.unusable:
        raise UsageError(found.why_not)
    return found


def _meant(found: Look, name: str) -> "tuple[Window, JudgedWindow | None]":
    """The window that is meant, and how it was judged last; UsageError where it can't be a reference."""
    complete = {window.name: (window, key) for window, key in found.keys}
    monitor = safe_text(found.watched.name, 80)
    if not complete:
        raise UsageError(f"{monitor} has no complete window", found.why_not)
    if name and name not in complete:
        _no_such(found, name, list(complete))
    listed = found.folder.list()
    for window, key in [complete[name]] if name else reversed(complete.values()):
        keys = [one for one in listed.keys if (one.window, one.rows) == (key.window, key.rows)]
        judged = _judged(found, keys)
        if judged is not None:
            return window, judged
        if found.referent is None and (name or window is found.keys[-1][0]):
            return window, None  # nothing could be judged yet: this is its first reference
    what = safe_text(name, 120) if name else f"no window of {monitor}"
    was = "was not judged" if name else "was judged"
    raise UsageError(f"{what} {was} yet", f"mlops-console drift check {monitor}")


def _no_such(found: Look, name: str, known: list[str]) -> None:
    for one in found.cut.windows:
        if one.name == name:
            raise UsageError(f"{safe_text(name, 120)} is not complete: {safe_text(one.why_not, 200)}")
    shown = [safe_text(one, 60) for one in known[-_LISTED:]]
    hint = did_you_mean(safe_text(name, 60), shown)
    raise UsageError(f"{safe_text(found.watched.name, 80)} has no window {safe_text(name, 120)}", hint)


def _judged(found: Look, keys: "list[Key]") -> "JudgedWindow | None":
    read = (found.folder.read(key) for key in sorted(keys, key=lambda one: one.file))
    return max((one for one in read if one is not None), key=lambda one: (one.at, one.key.file), default=None)


def _sum(watched: Watched, window: "Window") -> tuple[str, str, int]:
    """Path, SHA-256 and number of the window's files."""
    hashes = []
    for file in dict.fromkeys(part.file.path for part in window.parts):
        path = PurePosixPath(file)
        root, below = (str(path.parent), path.name) if path.is_absolute() else (watched.project.root, file)
        try:
            with beneath.reading(root, below) as descriptor:
                hashes.append((file, digesting.of_descriptor(descriptor)))
        except OSError as error:
            raise DataError(f"{safe_text(file, 160)} {beneath.why_not(error)}") from error
    if len(hashes) == 1:
        return hashes[0][0], hashes[0][1], 1
    return f"{watched.monitor.current} ({window.name})", digesting.whole(hashes), len(hashes)


def _request(
    found: Look, window: "Window", judged: "JudgedWindow | None", summed: tuple[str, str, int]
) -> dict[str, Any]:
    asked = found if found.referent is not None else replace(found, referent=Referent("", (), {}))
    return {
        **request_of(asked, window),
        "name": f"window {window.name}",
        "source": list(summed),
        # How much the data moves by itself can't be told from one window: what was known of it still holds.
        "floors": dict(judged.floors) if judged is not None else {},
    }


def _built(workspace: "Workspace", request: dict[str, Any], told: Progress) -> "Built":
    if not workspace.live:
        from mlops_console.analysis.over_references import reference_of

        return reference_of(request)
    from mlops_console.analysis.messages import Done, Lost

    answer = workspace.analyst.ask(
        "make reference", {"request": request}, lambda _part: told("making the reference")
    )
    if isinstance(answer, Done):
        made: Built = answer.value
        return made
    raise DataError(answer.why.removesuffix(".") if isinstance(answer, Lost) else "nobody waited for it")


def _quiet(_words: str) -> None:
    """Nobody listens."""
