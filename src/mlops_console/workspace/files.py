"""The files of a run, as front ends show them: lists, previews, the end of a log, hashes.

Call these in a worker: a child process opens the files, and how long that takes is up to the files. What is
wrong with a file is said in the answer, never raised.
"""

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import json_text, safe_text
from mlops_console.errors import UsageError
from mlops_console.readers.previews.kinds import kind_of_name, log_rank
from mlops_console.readers.previews.model import Preview, Tail, nothing
from mlops_console.records import Json, Status
from mlops_console.store import details as questions
from mlops_console.workspace import hashes

if TYPE_CHECKING:
    from mlops_console.beneath import FileStat
    from mlops_console.workspace.opening import Workspace

__all__ = [
    "FileEntry", "Preview", "Tail", "entries", "is_running", "known_hashes", "location", "logs",
    "model_description", "preview", "sha256", "tail",
]  # fmt: skip

_OUTSIDE: Final = "It lies outside of the project, where nothing is looked at."


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that belongs to a run."""

    path: str
    """Relative to the run's folder (or that of the file that the run lives in); may begin with `../`."""
    size: int
    modified: int
    """Epoch microseconds."""
    kind: str
    """By its name: "text" "json" "yaml" "table" "image" "model" "log" "archive" "array" "html" "binary"."""
    read_by: str = ""
    """The reader of the tool that keeps its books in it; empty for what a person may look for."""


@dataclass(frozen=True, slots=True)
class _Home:
    """Where the files of a run lie."""

    root: str
    base: str
    """The folder that paths are relative to, itself relative to the project."""
    alone: str | None
    """The file that the run lives in, where it has no folder of its own."""
    says: Sequence[questions.SourceSays]

    def inside(self, path: str) -> str | None:
        """A file of the run relative to the project; None for what lies elsewhere."""
        found = posixpath.normpath(posixpath.join(self.base, path))
        return None if found.startswith(("../", "/")) or found in ("..", ".") else found

    def relative(self, path: str) -> str:
        """A file of the project relative to the run's folder."""
        return posixpath.relpath(path, self.base)


def entries(workspace: "Workspace", run_id: str) -> tuple[FileEntry, ...]:
    """Every file that belongs to the run: artifacts and source files, sorted by path."""
    return _entries(workspace, _home(workspace, run_id))


def meant(found: Sequence[FileEntry], shown: str) -> str:
    """Which file or folder of these is shown as this text: names that nobody can type are shown escaped."""
    paths = {part: None for entry in found for part in _with_folders(entry.path)}
    asked = shown.rstrip("/")
    if asked in paths:
        return asked
    for path in paths:
        if asked in (json_text(path), safe_text(path, len(path))):
            return path
    return shown


def _with_folders(path: str) -> Iterator[str]:
    while path.strip("/"):
        yield path
        path = posixpath.dirname(path)


def _entries(workspace: "Workspace", home: _Home) -> tuple[FileEntry, ...]:
    found: dict[str, FileEntry] = {}
    for source in home.says:
        for item in source.facts.get("artifacts", []):
            path = posixpath.normpath(item["path"])
            found.setdefault(path, FileEntry(path, item["size"], item["modified"], kind_of_name(path)))
    books: dict[str, tuple[str, str]] = {}
    for source in home.says:
        # What the plain reader reads are people's own tables and settings.
        keeper = "" if source.reader == "plain" else source.reader
        for path in source.files:
            books.setdefault(path, (home.relative(path), keeper))
    wanted = [path for path, (relative, _) in books.items() if relative not in found]
    for path, stat in workspace.viewer.look(home.root, wanted).items():
        relative, keeper = books[path]
        entry = _entry(relative, stat)
        found[relative] = replace(entry, kind=_kind_of_book(entry, keeper), read_by=keeper)
    return tuple(found[path] for path in sorted(found))


def _kind_of_book(entry: FileEntry, keeper: str) -> str:
    """MLflow keeps a text per tag, param and metric, by names that end like anything."""
    folder = posixpath.basename(posixpath.dirname(entry.path))
    return "text" if keeper == "mlflow" and folder in ("tags", "params", "metrics") else entry.kind


def logs(workspace: "Workspace", run_id: str) -> tuple[FileEntry, ...]:
    """The log files of the run, the likeliest first: also those that lie beside it by their names."""
    home = _home(workspace, run_id)
    found = {entry.path: entry for entry in _entries(workspace, home) if log_rank(entry.path) is not None}
    beside = workspace.viewer.look(home.root, list(_scheduled(home)), [home.base])
    for path, stat in beside.items():
        relative = home.relative(path)
        if relative not in found and (home.alone is None or _is_about(relative, home.alone)):
            found[relative] = _entry(relative, stat)

    def likely(entry: FileEntry) -> tuple[int, int, str]:
        return log_rank(entry.path) or 0, entry.path.count("/"), entry.path

    return tuple(sorted(found.values(), key=likely))


def preview(
    workspace: "Workspace",
    run_id: str,
    path: str,
    width: int,
    height: int,
    wanted: Callable[[], bool] | None = None,
) -> Preview:
    """A file as it can be looked at in so many cells.

    Where several are asked for, the newest goes first; `wanted`, asked now and then, says whether anybody
    still waits: once it says no, the answer comes at once, with the kind "skipped".
    """
    home = _home(workspace, run_id)
    place = home.inside(path)
    if place is None:
        return nothing(path, _OUTSIDE)
    return workspace.viewer.preview(home.root, place, width, height, wanted)


def tail(
    workspace: "Workspace", run_id: str, path: str, offset: int | None = None, limit: int = 65536
) -> Tail:
    """The last `limit` bytes of a log as lines; with the `offset` of an earlier answer, the lines since.

    More may be there than an answer holds: ask on while `offset` moves. Who is far behind goes on at the end;
    `skipped` says how much was left out.
    """
    home = _home(workspace, run_id)
    place = home.inside(path)
    if place is None:
        return Tail((), offset or 0, 0, 0, False, _OUTSIDE)
    return workspace.viewer.tail(home.root, place, offset, limit)


def model_description(workspace: "Workspace", run_id: str, path: str) -> Mapping[str, Json]:
    """What a model's own bytes say of it, without executing anything; `problem` where they can't be asked."""
    home = _home(workspace, run_id)
    place = home.inside(path)
    return {"problem": _OUTSIDE} if place is None else workspace.viewer.describe(home.root, place)


def sha256(
    workspace: "Workspace",
    run_id: str,
    path: str,
    progress: Callable[[int], None] | None = None,
    wanted: Callable[[], bool] | None = None,
) -> str:
    """The SHA-256 of a file, remembered until that changes, or of a model's folder.

    UsageError says why there is none.

    `progress` hears of the bytes gone through; a `wanted` that says no ends the work.
    """
    home = _home(workspace, run_id)
    place = home.inside(path)
    if place is None:
        raise UsageError(f"{safe_text(path, 80)}: {_OUTSIDE}")
    stat = workspace.viewer.look(home.root, [place]).get(place)
    known = None if stat is None else hashes.known(workspace, run_id, place, stat)
    if known is not None:
        return known
    found = workspace.viewer.sha256(home.root, place, progress, wanted)
    if isinstance(found, str):
        raise UsageError(f"{safe_text(path, 80)}: {found}")
    digest, stat = found
    if stat is not None:
        hashes.remember(workspace, run_id, place, stat, digest)
    return digest


def location(workspace: "Workspace", run_id: str, path: str) -> str:
    """Where a file of the run lies, for programs that a person opens it with.

    UsageError where it lies outside of the project, is gone, or is no regular file of its own.
    """
    home = _home(workspace, run_id)
    place = home.inside(path)
    if place is None:
        raise UsageError(f"{safe_text(path, 80)}: {_OUTSIDE}")
    if place not in workspace.viewer.look(home.root, [place]):
        raise UsageError(f"{safe_text(path, 80)} is not there any more, or is a link to somewhere else")
    return posixpath.join(home.root, place)


def is_running(workspace: "Workspace", run_id: str) -> bool:
    """Whether more may come; a run that is gone has ended."""
    rows = workspace.ask(lambda connection: questions.run_rows(connection, [run_id]))
    return run_id in rows and rows[run_id]["status"] == Status.RUNNING


def known_hashes(workspace: "Workspace", run_id: str, paths: Sequence[str]) -> dict[str, str]:
    """Of these files of the run, the hashes that are known without reading them."""
    home = _home(workspace, run_id)
    places = {place: path for path in paths if (place := home.inside(path)) is not None}
    known = hashes.known_of(workspace, run_id, home.root, list(places))
    return {places[place]: sha256 for place, sha256 in known.items()}


def _home(workspace: "Workspace", run_id: str) -> _Home:
    rows = workspace.ask(lambda connection: questions.run_rows(connection, [run_id]))
    if run_id not in rows:
        raise UsageError(f"there is no run {safe_text(run_id, 80)} any more")
    row = rows[run_id]
    says = workspace.ask(lambda connection: questions.says_of(connection, [row["run_id"]]))
    sources = says.get(row["run_id"], [])
    files = {path for source in sources for path in source.files}
    path = str(row["path"])
    if path in files and not any(file.startswith(path + "/") for file in files):
        return _Home(row["root"], posixpath.dirname(path) or ".", path, sources)
    return _Home(row["root"], path, None, sources)


def _scheduled(home: _Home) -> Iterator[str]:
    """Where a scheduler's log of this run may lie: its folder, or one above."""
    environment: dict[str, Any] = {}
    for source in home.says:
        environment = {**source.facts.get("environment", {}), **environment}
    names = [f"slurm-{job}.out" for job in _jobs(environment)]
    folder = home.base
    while names:
        for name in names:
            yield name if folder in (".", "") else f"{folder}/{name}"
        if folder in (".", ""):
            return
        folder = posixpath.dirname(folder)


def _jobs(environment: Mapping[str, Any]) -> list[str]:
    """A job's numbers as Slurm writes them into names, wherever an environment keeps its variables."""
    inner = [value for value in environment.values() if isinstance(value, dict)]
    variables = {key: value for part in (environment, *inner) for key, value in part.items()}
    variables = {key.rpartition(".")[2]: value for key, value in variables.items()}
    array = variables.get("SLURM_ARRAY_JOB_ID"), variables.get("SLURM_ARRAY_TASK_ID")
    words = [variables.get("SLURM_JOB_ID"), f"{array[0]}_{array[1]}" if all(array) else None]
    return [str(word) for word in words if word is not None and str(word).replace("_", "").isalnum()]


def _is_about(path: str, alone: str) -> bool:
    """Whether a log beside a run that is a single file is that run's: they have the name in common."""
    stem = posixpath.basename(alone).partition(".")[0]
    return "/" not in path.removeprefix("../") and path.partition(".")[0] == stem


def _entry(path: str, stat: "FileStat") -> FileEntry:
    return FileEntry(path, stat.size, stat.modified_ns // 1000, kind_of_name(path))
