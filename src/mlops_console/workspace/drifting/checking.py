"""Judging what is new: which windows are complete and not judged yet, and having them judged, once."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mlops_console.drift.judged_form import plain
from mlops_console.drift.windows.cutting import cut, rested
from mlops_console.drift.windows.listing import files_of
from mlops_console.drift.windows.model import Cut, DataFile, Memory, Window
from mlops_console.errors import ConsoleError
from mlops_console.settings import Places
from mlops_console.workspace.drifting import monitors
from mlops_console.workspace.drifting.judged import (
    JudgedFolder,
    JudgedWindow,
    Key,
    Listed,
    digest,
    key_of,
    with_labels,
)
from mlops_console.workspace.drifting.monitors import FileMemory, Watched
from mlops_console.workspace.drifting.referring import Referent
from mlops_console.workspace.drifting.requesting import heading, request_of

Work = Callable[[str, dict[str, Any]], Mapping[str, Any]]
"""Has a job of `analysis.over_windows` done: its name and what it is given -> what came out; a ConsoleError
says why there is nothing."""
Refer = Callable[[Watched], Referent]
"""The reference of a monitor; a ConsoleError says why there is none."""

LABELLED: Final = 0.9
"""Share of rows with a label from which on those that come after the delay judge a window no more."""
_RECENT: Final = 60
"""Windows that labels are looked for, the newest."""
_WAITS: Final = 900.0
"""Seconds to wait for another process that judges windows of the same monitor."""
_TICK: Final = 0.1


@dataclass(frozen=True, slots=True)
class New:
    """A window that is to be judged."""

    window: Window
    key: Key
    labels: str = ""
    """Not empty: it was judged, but not by these labels (a digest)."""


@dataclass(slots=True)
class Look:
    """A monitor as it stands."""

    watched: Watched
    folder: JudgedFolder
    cut: Cut = field(default_factory=lambda: Cut(()))
    referent: Referent | None = None
    keys: tuple[tuple[Window, Key], ...] = ()
    """Complete windows in their order."""
    listed: Listed = field(default_factory=Listed)
    new: tuple[New, ...] = ()
    why_not: str = ""
    """Why nothing of it can be judged, a sentence."""
    problems: list[str] = field(default_factory=list)
    labels: tuple[DataFile, ...] = ()
    """Files of labels that are finished."""
    unlabelled: str = ""
    """Why labels can't be read, a sentence; empty: they can, or nobody had to."""
    resting: bool = False
    """Whether there are others, which may still be written."""


def look(
    watched: Watched,
    where: Places,
    refer: Refer,
    memory: Memory | None = None,
    *,
    again: bool = False,
    at: int | None = None,
) -> Look:
    """What there is of a monitor, and what is new.

    Args:
        watched: Which.
        where: The user's folders.
        refer: Finds references.
        memory: What is known of its files; None: as it is kept, and kept again.
        again: Whether windows that were judged by other settings are judged anew, all of them; without it
            only as many as confirm an alarm.
        at: The time, epoch microseconds; None: now.
    """
    found = Look(watched, JudgedFolder(watched.project, watched.name, where))
    one = watched.monitor
    if one.unusable:
        where_it_stands = next((m.line for m in watched.mistakes if m.line), None)
        line = f"mlops-console.toml:{where_it_stands}: " if where_it_stands else ""
        found.why_not = f"{line}{one.unusable}."
        return found
    kept = FileMemory.of(watched, where) if memory is None else memory
    instant = monitors.now() if at is None else at
    found.cut = cut(one.current, watched.project.root, watched.cutting, instant, kept)
    if isinstance(kept, FileMemory):
        kept.save(found.cut.files)
    found.problems += found.cut.problems
    try:
        found.referent = refer(watched)
    except ConsoleError as error:
        hint = f" {error.hint[0].upper()}{error.hint[1:]}." if error.hint else ""
        found.why_not = f"{str(error).rstrip('.')}.{hint}"
    settings = watched.measured_by(found.referent.identity) if found.referent else []
    found.keys = tuple(
        (window, key_of(window.name, window.identity, settings))
        for window in found.cut.windows
        if window.complete
    )
    found.listed = found.folder.list()
    if found.referent is not None:
        found.labels = _label_files(watched, instant, found)
        found.new = (*_new(found, again), *_newly_labelled(found))
    return found


def _new(found: Look, again: bool) -> list[New]:
    judged = {(key.window, key.rows) for key in found.listed.keys}
    recent = len(found.keys) - (len(found.keys) if again else found.watched.monitor.confirm[1])
    return [
        New(window, key)
        for place, (window, key) in enumerate(found.keys)
        if key not in found.listed.keys and (place >= recent or (key.window, key.rows) not in judged)
    ]


def _label_files(watched: Watched, instant: int, found: Look) -> tuple[DataFile, ...]:
    if not watched.monitor.labels:
        return ()
    files, problems = files_of(watched.monitor.labels, watched.project.root)
    found.problems += problems
    finished = tuple(one for one in files if rested(one, watched.cutting, instant))
    found.resting = len(finished) < len(files)
    return finished


def labels_digest(files: tuple[DataFile, ...]) -> str:
    """Of the labels that there are; empty where there are none."""
    return digest([[one.path, one.size, one.modified_ns] for one in files], 12) if files else ""


def _newly_labelled(found: Look) -> list[New]:
    """Judged windows that other labels have come for since."""
    labels = labels_digest(found.labels)
    if not labels:
        return []
    due = []
    for window, key in found.keys[-_RECENT:]:
        if key not in found.listed.keys:
            continue
        if key.labels_file(labels) in found.listed.labels.get(key.file, ()):
            continue
        judged = found.folder.read(key)
        if judged is None:
            continue
        judged = with_labels(judged, found.folder, found.listed)
        if judged.labels != labels and not _settled(judged, window, found.watched):
            due.append(New(window, key, labels))
    return due


def _settled(judged: JudgedWindow, window: Window, watched: Watched) -> bool:
    """Whether its labels had all the time that they were given, and most of them came."""
    end = window.end or max(part.file.modified_ns // 1_000 for part in window.parts)
    in_time = max(judged.at, judged.labelled_at) >= end + int(watched.monitor.delay_seconds * 1e6)
    shares = (
        [one.labelled for one in judged.model.performance if one.labelled is not None] if judged.model else []
    )
    return in_time and bool(shares) and max(shares) >= LABELLED


def judge(found: Look, new: New, work: Work, *, wait: bool = True) -> bool:
    """Have a window judged and kept, unless somebody else did.

    Args:
        found: Of which it is.
        new: The window.
        work: Does it.
        wait: Whether to wait while another process judges windows of this monitor.

    Returns:
        Whether it is judged now, by whomever; False: another process is at it, or it could not be (told in
        the look's problems).
    """
    lock = found.folder.lock()
    try:
        begun = time.monotonic()
        while not lock.take():
            if not wait:
                return False
            if time.monotonic() - begun > _WAITS:
                break
            time.sleep(_TICK)
        file = new.key.labels_file(new.labels) if new.labels else new.key.file
        if found.folder.has(file) and file not in found.folder.damaged:
            return True
        return _judged(found, new, file, work)
    finally:
        lock.close()


def without_damaged(found: Look) -> tuple[str, ...]:
    """Take damaged files away, so that their windows are judged anew; a sentence for each."""
    return tuple(
        f"{file} was damaged: what it judged is judged anew."
        for file in sorted(found.folder.damaged)
        if found.folder.remove(file)
    )


def _parting(judged: JudgedWindow, segments: Sequence[str]) -> list[dict[str, Any]]:
    """The columns that part its rows, as far as parting needs what was measured of them."""
    from dataclasses import replace

    from mlops_console.drift.diagnosis.cutting import candidates

    there = {*segments, *(one.name for one in judged.features)}
    found = candidates(judged.features, segments, there)
    return [plain(replace(one, statistics={}, checks=())) for one in found]


def _judged(found: Look, new: New, file: str, work: Work) -> bool:
    given = request_of(found, new.window)
    if new.labels:
        judged = found.folder.read(new.key)
        if judged is None:
            return False
        given["drifted"] = judged.drifted
        given["domain"] = plain(judged.domain)
        given["outside"] = judged.model.outside if judged.model is not None else None
        given["features"] = _parting(judged, given["segments"])
    try:
        form = work("judge labels" if new.labels else "judge window", given)
    except ConsoleError as error:
        _not_judged(found, new, str(error), labels=bool(new.labels))
        return False
    if not unchanged(new.window, found):
        found.problems.append(
            f"{new.window.name}: its files changed while it was judged; the next check does."
        )
        return False
    if file in found.folder.damaged:
        found.folder.remove(file)
    form = dict(form)
    labels = new.labels or labels_digest(found.labels)
    if unread := form.pop("unlabelled", ""):
        _not_judged(found, new, unread, labels=True)
        labels = ""  # The next check asks for them again.
    found.folder.keep(file, {**heading(found, new.window, labels), **form})
    return True


def _not_judged(found: Look, new: New, why: str, *, labels: bool) -> None:
    said = f"{new.window.name}: {why.rstrip('.')}."
    found.problems.append(said)
    if labels:
        found.unlabelled = said


def unchanged(window: Window, found: Look) -> bool:
    """Whether the files are still those that the window was cut from."""
    from pathlib import Path

    root = found.watched.project.root
    for part in window.parts:
        try:
            seen = Path(root, part.file.path).lstat()
        except OSError:
            return False
        same = (seen.st_size, seen.st_mtime_ns) == (part.file.size, part.file.modified_ns)
        if not same and not (part.file.grows and seen.st_size >= part.file.size):
            return False
    return True
