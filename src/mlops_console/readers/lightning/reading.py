"""One read of one run of Lightning's, from where the last one left off."""

from collections.abc import Sequence
from pathlib import Path

from mlops_console.beneath import FileStat, file_stat, reading, stat_beneath, why_not
from mlops_console.readers.artifacts import list_files
from mlops_console.readers.contract import Budget
from mlops_console.readers.lightning.mark import CONFIG, HPARAMS, METRICS, is_events
from mlops_console.readers.lightning.params import Params, read_params
from mlops_console.readers.lightning.rows import MetricsFile
from mlops_console.readers.lightning.times import run_times
from mlops_console.readers.plain.file_problems import FileProblems
from mlops_console.readers.plain.files import AnewError, Pace
from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.state import FileState, State, digest, key_digests
from mlops_console.records import Artifact, Chunk, Json, ModelFile, Points, Problem, RunFacts, RunKey, Source

_DOCUMENTS = (CONFIG, HPARAMS)
"""The later one is believed: what the model got, over how it was asked for."""
_MANY = 200
_LIST_AGAIN = 10_000_000
_KIND = "lightning"

_Files = tuple[tuple[Artifact, ...] | None, tuple[ModelFile, ...] | None]


def read(root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
    """The reader's `read`."""
    state = State.decode(cursor) if cursor is not None else State(key=_KIND)
    if state is not None and state.key != _KIND:
        state = None
    reset, careful, pace = state is None, False, Pace(budget)
    for _ in range(4):
        run = _Reading(root, source, state or State(key=_KIND), pace, careful=careful)
        try:
            return run.chunk(reset)
        except AnewError:
            careful = careful or run.careful
            state, reset = None, True
    what = "The files change while they are read; they are read again when they change next."
    nothing = State(key=_KIND).encode()
    return Chunk((), Points.empty(), (Problem(source.path, what),), nothing, reset=True)


class _Reading:
    """Holds together what one read needs."""

    def __init__(self, root: str, source: Source, state: State, pace: Pace, *, careful: bool) -> None:
        self._root = root
        self._source = source
        self._state = state
        self._pace = pace
        self._gather = Gather()
        self._stats: dict[str, FileStat] = {}
        self._asked_to_be_careful = careful

    @property
    def careful(self) -> bool:
        """Whether an unfinished last line turned out to go on."""
        return any(file.careful for file in self._state.files.values())

    def chunk(self, reset: bool) -> Chunk:
        """Read on; raises AnewError when what was read before no longer holds."""
        table = next((path for path in self._source.files if _name(path) == METRICS), None)
        for path in self._source.files:
            if path != table or self._known(path):
                self._look(path)
        more = self._read_rows(table) if table is not None else False
        facts = self._facts(self._read_params())
        points = self._gather.points(RunKey(self._source.path))
        return Chunk(facts, points, self._problems(), self._state.encode(), more, reset)

    def _known(self, path: str) -> bool:
        """Whether a file was read to its end before, so that a look at it may tell that it needn't be."""
        return path in self._state.files and self._state.files[path].done

    def _look(self, path: str) -> None:
        try:
            self._stats[path] = stat_beneath(self._root, path)
        except OSError as error:
            self._refuse(path, error)

    def _refuse(self, path: str, error: OSError) -> None:
        """A file that is gone says nothing new; any other that can't be read is a problem."""
        if isinstance(error, FileNotFoundError) or is_events(_name(path)):
            return
        state = self._state.files.setdefault(path, FileState(kind="refused"))
        state.problems = _one(f"The file {why_not(error)}.")

    def _read_rows(self, path: str) -> bool:
        seen = self._stats.get(path)
        if self._known(path) and (seen is None or _stamp(self._state.files[path]) == _seen(seen)):
            return False
        state = self._state.files.setdefault(path, FileState())
        state.kind, state.done = "table", False
        state.careful = state.careful or self._asked_to_be_careful
        try:
            with reading(self._root, path) as fd:
                self._stats[path] = file_stat(fd)
                more = MetricsFile(fd, state, self._gather, "", {}).read(self._pace)
        except OSError as error:
            if not state.size and isinstance(error, FileNotFoundError):
                del self._state.files[path]
            self._refuse(path, error)
            return False
        state.done = not more
        return more

    def _read_params(self) -> Params | None:
        """What the files of params say, if any of them moved."""
        paths = [path for name in _DOCUMENTS for path in self._source.files if _name(path) == name]
        moved = False
        for path in paths:
            state = self._state.files.setdefault(path, FileState(kind="document"))
            seen = self._stats.get(path)
            now = _seen(seen) if seen else (0, -1, 0)
            if _stamp(state) != now:
                state.inode, state.size, state.modified = now
                moved = True
        if not moved:
            return None
        found = read_params(self._root, [path for path in paths if path in self._stats])
        for path in paths:
            if path in self._stats:
                trouble = found.problems.get(path)
                self._state.files[path].problems = _one(trouble) if trouble else {}
        keys = key_digests(found.values)
        if all(path in self._stats for path in paths):
            if set(self._state.told) - set(keys):
                raise AnewError
            self._state.told = keys
        else:
            self._state.told = sorted({*self._state.told, *keys})
        return found

    def _facts(self, found: Params | None) -> tuple[RunFacts, ...]:
        state, path = self._state, self._source.path
        if not self._stats:
            return ()
        artifacts, models = self._files()
        times = run_times(state, self._gather, self._stats, artifacts)
        values: dict[str, Json] = found.values if found else {}
        news = digest(repr(sorted(values.items())).encode("utf-8", "surrogatepass")) if found else state.docs
        project = Path(self._root)
        name = path.rpartition("/")[2] if path != "." else project.name
        facts = RunFacts(
            RunKey(path),
            native_id=name,
            name=name,
            group=_group(path, project),
            started=times.started,
            ended=times.ended,
            active=times.active,
            params=values if news != state.docs else {},
            artifacts=artifacts,
            models=models,
        )
        bare = (facts.started, facts.ended, facts.active, artifacts, models)
        said = digest(repr(bare).encode("utf-8", "surrogatepass"))
        if said == state.said and news == state.docs:
            return ()
        state.said, state.docs = said, news
        return (facts,)

    def _files(self) -> _Files:
        """The run's files; None when a run of many files was listed a moment ago."""
        newest = max((stat.modified_ns // 1000 for stat in self._stats.values()), default=0)
        if self._state.listed and newest < self._state.listed + _LIST_AGAIN:
            return None, None
        found = list_files(self._root, self._source.path, stop=_is_run)
        self._state.listed = newest if len(found.artifacts) > _MANY else 0
        self._state.left_out = found.left_out
        return found.artifacts, found.models

    def _problems(self) -> tuple[Problem, ...]:
        found = [
            Problem(path, what, offset)
            for path in self._source.files
            if path in self._state.files
            for what, offset in FileProblems(self._state.files[path].problems).sentences()
        ]
        if self._state.left_out:
            found.append(Problem(self._source.path, self._state.left_out))
        return tuple(found)


def _group(path: str, project: Path) -> str | None:
    """What the folders of a logger's versions lie in: the name that it was given."""
    above = path.rpartition("/")[0]
    if path == ".":
        return project.parent.name or None
    return above.rpartition("/")[2] or project.name or None


def _is_run(_path: str, files: Sequence[str], _folders: Sequence[str]) -> bool:
    return METRICS in files or any(is_events(name) for name in files)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _stamp(state: FileState) -> tuple[int, int, int]:
    return state.inode, state.size, state.modified


def _seen(stat: FileStat) -> tuple[int, int, int]:
    return stat.inode, stat.size, stat.modified_ns


def _one(sentence: str) -> dict[str, list[object]]:
    problems = FileProblems()
    problems.note("text", None, sentence)
    return problems.kept()
