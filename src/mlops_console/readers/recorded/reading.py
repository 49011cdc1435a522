"""Reading on in a run of our own format."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from mlops_console import beneath
from mlops_console.readers.artifacts import Listed, list_files
from mlops_console.readers.contract import Budget, Folder
from mlops_console.readers.recorded.documents import Documents, decode, raw
from mlops_console.readers.recorded.facts import facts, lost, moment
from mlops_console.readers.recorded.mark import is_recorded
from mlops_console.readers.recorded.metrics import Place, ReplacedError, read_on
from mlops_console.readers.recorded.rows import Gathered
from mlops_console.recording import layout
from mlops_console.records import NO_TIME, Chunk, Points, Problem, RunFacts, RunKey, Source

NAME = "recorded"
_WATCHED = (layout.RUN, layout.METRICS, layout.EVENTS, layout.END)
"""The files that change while a run goes on."""


@dataclass(slots=True)
class _Cursor:
    """What was read before."""

    place: Place
    run: str = ""
    """Hash of `run.json`."""
    end: str = ""
    """Hash of `end.json`, empty while there is none."""
    seen: str = ""
    """Moves when events or the run's folder do: then the facts are gathered again."""
    problems: tuple[Problem, ...] = ()
    """What is wrong in the small files; that a file can't be read at all is found out anew each time."""

    def encode(self) -> bytes:
        told = [(problem.path, problem.what, problem.offset) for problem in self.problems]
        return json.dumps([1, self.place.as_json(), self.run, self.end, self.seen, told]).encode()

    @staticmethod
    def decode(data: bytes) -> "_Cursor | None":
        """None for bytes that are no cursor of ours."""
        try:
            version, place, run, end, seen, told = json.loads(data)
            if version != 1:
                return None
            problems = tuple(Problem(path, what, offset) for path, what, offset in told)
            return _Cursor(Place.from_json(place), run, end, seen, problems)
        except (ValueError, TypeError):
            return None


def claims(folder: Folder) -> Sequence[Source]:
    """A folder with our mark in its `run.json` is one run; its files may come later."""
    if not is_recorded(folder):
        return ()
    above = _above(folder.path)
    return (Source(NAME, folder.path, tuple(above + name for name in _WATCHED)),)


def read(root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
    """Go on in the metrics; the small files are read anew where they changed."""
    before = _Cursor.decode(cursor) if cursor is not None else None
    try:
        chunk = _read(root, source, before or _Cursor(Place()), budget)
    except ReplacedError:
        before = None
        chunk = _read(root, source, _Cursor(Place()), budget)
    anew = cursor is not None and before is None
    return replace(chunk, reset=True) if anew else chunk


def _read(root: str, source: Source, cursor: _Cursor, budget: Budget) -> Chunk:
    above = _above(source.path)
    problems: list[Problem] = []
    run, end = raw(root, above + layout.RUN, problems), raw(root, above + layout.END, problems)
    # A file that vanished takes nothing back: what it said stands until there is another one.
    now_run, now_end = _hash(run) or cursor.run, _hash(end) or cursor.end
    if (cursor.run and cursor.run != now_run) or (cursor.end and cursor.end != now_end):
        raise ReplacedError
    if cursor.run and run is None:
        return Chunk((), Points.empty(), cursor.problems, cursor.encode())
    gathered = Gathered()
    more = _read_metrics(root, above + layout.METRICS, cursor.place, budget, gathered, problems)
    key = RunKey(source.path)
    active = gathered.newest if gathered.newest != NO_TIME else None
    seen = _seen(root, source.path, now_end)
    said: RunFacts | None = RunFacts(key, active=active) if active else None
    if (seen != cursor.seen or cursor.run != now_run) and not (cursor.end and end is None):
        documents = decode(root, above, run, end)
        files = _files(root, source.path)
        said = facts(key, documents, files.artifacts, files.models)
        said = replace(said, active=active or _last_sign(root, above, documents))
        cursor.problems = (*documents.problems, *lost(documents, above + layout.END))
        if files.left_out:
            cursor.problems += (Problem(source.path, files.left_out),)
    cursor.run, cursor.end, cursor.seen = now_run, now_end, seen
    told = tuple(Problem(above + layout.METRICS, what, offset) for what, offset in cursor.place.problems)
    return Chunk(
        facts=(said,) if said else (),
        points=gathered.points(key),
        problems=(*problems, *cursor.problems, *told),
        cursor=cursor.encode(),
        more=more,
    )


def _read_metrics(
    root: str, path: str, place: Place, budget: Budget, into: Gathered, problems: list[Problem]
) -> bool:
    try:
        return read_on(root, path, place, budget, into)
    except FileNotFoundError:
        return False
    except OSError as error:
        problems.append(Problem(path, beneath.why_not(error)))
        return False


def _seen(root: str, folder: str, end: str) -> str:
    """What tells that there may be other facts: events, the folder's entries, the end."""
    return f"{_stat(root, f'{_above(folder)}{layout.EVENTS}')} {_folder_time(root, folder)} {end}"


def _stat(root: str, path: str) -> str:
    try:
        found = beneath.stat_beneath(root, path)
    except OSError:
        return "-"
    return f"{found.size} {found.modified_ns} {found.inode}"


def _folder_time(root: str, folder: str) -> str:
    import os

    try:
        descriptor = beneath.open_folder(root, folder)
    except OSError:
        return "-"
    try:
        return str(os.fstat(descriptor).st_mtime_ns)
    finally:
        os.close(descriptor)


def _files(root: str, folder: str) -> Listed:
    def another_run(_path: str, names: Sequence[str], _folders: Sequence[str]) -> bool:
        return layout.RUN in names

    return list_files(root, folder, skip=layout.FILES, stop=another_run)


def _last_sign(root: str, above: str, documents: Documents) -> int | None:
    """The newest time that the small files name, else when the run's file was written."""
    times: list[Any] = [documents.run.get("started"), (documents.end or {}).get("ended")]
    times += [event.get(layout.TIME) for event in documents.events[-1:]]
    known = [time for time in map(moment, times) if time is not None]
    if known:
        return max(known)
    try:
        return beneath.stat_beneath(root, above + layout.RUN).modified_ns // 1000
    except OSError:
        return None


def _above(folder: str) -> str:
    return "" if folder == "." else f"{folder}/"


def _hash(data: bytes | None) -> str:
    return "" if data is None else blake2b(data, digest_size=8).hexdigest()
