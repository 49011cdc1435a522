"""One read of one plain source, from where the last one left off."""

from hashlib import blake2b

from mlops_console.beneath import FileStat, file_stat, read_range, reading, stat_beneath, why_not
from mlops_console.readers.artifacts import list_files
from mlops_console.readers.contract import Budget
from mlops_console.readers.plain.docs import Doc, Docs, changed, give_out, read_docs
from mlops_console.readers.plain.file_problems import FileProblems
from mlops_console.readers.plain.files import AnewError, Growing, Pace
from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.home import home_of, is_run_of_its_own
from mlops_console.readers.plain.names import Named, labels, named
from mlops_console.readers.plain.pieces import decode, encoding_of
from mlops_console.readers.plain.sketch import is_lines, sketch
from mlops_console.readers.plain.state import FileState, State, digest, key_digests
from mlops_console.readers.plain.times import Times, log_began, run_times
from mlops_console.records import Artifact, Chunk, Json, ModelFile, Problem, RunFacts, Source

_Files = tuple[tuple[Artifact, ...] | None, tuple[ModelFile, ...] | None]
_HEAD = 1 << 16
_SURE_IT_IS_A_LOG = 4096
_MANY = 200
_LIST_AGAIN = 10_000_000


def read(root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
    """The reader's `read`."""
    state = State.decode(cursor) if cursor is not None else State()
    careful: set[str] = set()
    reset = state is None
    pace = Pace(budget)
    for _ in range(4):
        session = Session(root, source, state or State(), pace, careful)
        try:
            return session.run(reset)
        except AnewError:
            careful |= {path for path, file in session.state.files.items() if file.careful}
            state, reset = State(), True
    return session.stuck()


class Session:
    """Holds together what one read needs."""

    def __init__(self, root: str, source: Source, state: State, pace: Pace, careful: set[str]) -> None:
        self.state = state
        self._root = root
        self._source = source
        self._pace = pace
        self._careful = careful
        self._gather = Gather()
        self._home = home_of(root, source)
        self._paths = list(dict.fromkeys((*source.files, *self._home.params)))
        self._stats: dict[str, FileStat] = {}

    def run(self, reset: bool) -> Chunk:
        """Read on; raises AnewError when what was read before no longer holds."""
        state = self.state
        key = self._home.key.path
        if state.key not in ("", key):
            raise AnewError
        state.key = key
        files = {path: named(path.rpartition("/")[2]) for path in self._paths}
        kinds = {path: self._kind(path, file) for path, file in files.items()}
        rows = {path: file for path, file in files.items() if kinds[path] in ("table", "lines")}
        prefixes = self._labels(rows)
        more = False
        for path in sorted(rows, key=lambda path: rows[path].order):
            more = self._read_rows(path, prefixes[path]) or more
        docs = self._docs(files, kinds)
        found, waiting = self._read_docs(docs, list(rows.values()))
        more = more or waiting
        facts = self._facts(files, kinds, docs, found)
        points = self._gather.points(self._home.key)
        return Chunk(facts, points, self._problems(), state.encode(), more, reset)

    def stuck(self) -> Chunk:
        """The files change faster than they can be read: say so, and try again at the next change."""
        what = "The files change while they are read; they are read again when they change next."
        problem = Problem(self._source.path, what)
        return Chunk((), Gather().points(self._home.key), (problem,), State().encode(), reset=True)

    def _file(self, path: str) -> FileState:
        state = self.state.files.setdefault(path, FileState())
        state.careful = state.careful or path in self._careful
        return state

    def _kind(self, path: str, file: Named) -> str:
        """What a file holds, by its name, else by its head: "" while that can't be told."""
        if file.form == "table":
            return "table"
        if file.form == "lines":
            return "lines"
        if file.form == "text" or (file.form == "json" and not file.params):
            return self._sniffed(path, file)
        return "document" if file.form else ""

    def _sniffed(self, path: str, file: Named) -> str:
        known = self.state.files.get(path)
        if known is not None and known.kind in ("table", "lines", "log"):
            return known.kind
        try:
            with reading(self._root, path) as fd:
                head = read_range(fd, 0, _HEAD)
        except OSError:
            return known.kind if known is not None else "document" if file.form == "json" else ""
        encoding, mark = encoding_of(head)
        text = decode(head[mark:], encoding).lstrip("\ufeff \t\r\n")
        if file.form == "json":
            kind = "lines" if is_lines(text) else "document"
            if known is not None and known.kind not in ("", kind):
                raise AnewError
            return kind
        seen = sketch(file, head)
        if seen is not None:
            return seen.form
        return "log" if len(head) >= _SURE_IT_IS_A_LOG or text.count("\n") > 2 else ""

    def _labels(self, rows: dict[str, Named]) -> dict[str, str]:
        """What goes before each file's metric keys."""
        by_name = labels(list(rows.values())) if rows else {}
        found = {path: by_name[file.name] or self._home.label for path, file in rows.items()}
        said = digest(repr(sorted(found.items())).encode("utf-8", "surrogatepass"))
        if self.state.labels and self.state.labels != said:
            raise AnewError
        self.state.labels = said
        return found

    def _read_rows(self, path: str, label: str) -> bool:
        state = self._file(path)
        try:
            with reading(self._root, path) as fd:
                self._stats[path] = file_stat(fd)
                kind = self._kind(path, named(path.rpartition("/")[2]))
                state.kind = kind
                params: dict[str, Json] = {}
                more = Growing(fd, state, self._gather, label, params).read(self._pace)
                self.state.row_params.update(params)
                return more
        except OSError as error:
            if state.kind or not isinstance(error, FileNotFoundError):
                state.problems = _text(f"The file {why_not(error)}.")
            return False

    def _docs(self, files: dict[str, Named], kinds: dict[str, str]) -> list[Doc]:
        found = []
        for path, file in files.items():
            if kinds[path] == "document":
                params = file.params or (file.form in ("yaml", "toml") and not file.final)
                found.append(Doc(path, file, params, self._home.is_file and bool(file.rest)))
        # Where several files give a param, the more particular one counts: args over config, own over shared.
        return sorted(found, key=lambda doc: (bool(doc.file.rest), _particular(doc.file), doc.path))

    def _read_docs(self, docs: list[Doc], rows: list[Named]) -> tuple[Docs | None, bool]:
        """What the whole files say if any of them moved; whether the budget ended it."""
        state = self.state
        if not changed(self._root, docs, state.files):
            return None, False
        if self._pace.over(self._gather.count):
            for doc in docs:
                state.files[doc.path].done = False
            return None, True
        found = read_docs(self._root, docs, state.files, rows)
        waiting = give_out(found, state.files, self._gather, self._pace)
        keys = key_digests([*(f"p{key}" for key in found.params), *(f"s{key}" for key in found.finals)])
        if not found.failed:
            if set(state.told) - set(keys):
                raise AnewError
            state.told = keys
        else:
            state.told = sorted(set(state.told) | set(keys))
        return found, waiting

    def _facts(
        self, files: dict[str, Named], kinds: dict[str, str], docs: list[Doc], found: Docs | None
    ) -> tuple[RunFacts, ...]:
        state, home = self.state, self._home
        params = {**state.row_params, **(found.params if found else {})}
        finals = found.finals if found else {}
        text = repr((sorted(params.items()), sorted(finals.items()))) if found or state.row_params else ""
        news = digest(text.encode("utf-8", "surrogatepass")) if text else state.docs
        artifacts, models = self._artifacts(files)
        times = self._times(kinds, docs, artifacts)
        facts = RunFacts(
            key=home.key,
            native_id=home.name,
            name=home.name,
            group=home.group,
            started=times.started,
            ended=times.ended,
            active=times.active,
            params=params if news != state.docs else {},
            summary=finals if news != state.docs else {},
            artifacts=artifacts,
            models=models,
        )
        bare = (facts.started, facts.ended, facts.active, facts.artifacts, facts.models)
        said = blake2b(repr(bare).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        if said == state.said and news == state.docs:
            return ()
        state.said, state.docs = said, news
        return (facts,)

    def _artifacts(self, files: dict[str, Named]) -> _Files:
        """The run's files; None when a run of many files was listed a moment ago."""
        for path in self._paths:
            if path not in self._stats:
                try:
                    self._stats[path] = stat_beneath(self._root, path)
                except OSError:
                    continue
        home = self._home
        if home.is_file:
            own = [
                path
                for path in self._paths
                if path in self._stats and (files[path].rest or path == home.key.path)
            ]
            return tuple(_artifact(path, self._stats[path]) for path in sorted(own)), ()
        newest = max((stat.modified_ns // 1000 for stat in self._stats.values()), default=0)
        if self.state.listed and newest < self.state.listed + _LIST_AGAIN:
            return None, None
        found = list_files(self._root, home.folder, stop=is_run_of_its_own)
        self.state.listed = newest if len(found.artifacts) > _MANY else 0
        self.state.left_out = found.left_out
        return found.artifacts, found.models

    def _times(self, kinds: dict[str, str], docs: list[Doc], artifacts: tuple[Artifact, ...] | None) -> Times:
        state = self.state
        walls = ((state.first_wall, self._gather.first_wall), (state.last_wall, self._gather.last_wall))
        state.first_wall = min((at for at in walls[0] if at is not None), default=None)
        state.last_wall = max((at for at in walls[1] if at is not None), default=None)
        modified = {path: stat.modified_ns // 1000 for path, stat in self._stats.items()}
        params = {doc.path for doc in docs if doc.params}
        seen = [*modified.values(), *(file.modified for file in artifacts or ())]
        state.oldest = min([*seen, *([state.oldest] if state.oldest is not None else [])], default=None)
        logs = (log_began(self._root, path) for path in sorted(kinds) if kinds[path] in ("log", ""))
        return run_times(
            (state.first_wall, state.last_wall),
            min((at for at in logs if at is not None), default=None),
            [modified[path] for path in params if path in modified],
            [at for path, at in modified.items() if path not in params],
            [file.modified for file in artifacts or ()],
            state.oldest,
        )

    def _problems(self) -> tuple[Problem, ...]:
        found = [
            Problem(path, what, offset)
            for path in self._paths
            if path in self.state.files
            for what, offset in FileProblems(self.state.files[path].problems).sentences()
        ]
        if self.state.left_out:
            found.append(Problem(self._home.folder, self.state.left_out))
        return tuple(found)


def _particular(file: Named) -> int:
    for rank, words in enumerate(
        (("config", "cfg", "conf", "configs"), ("params", "hparams"), ("args", "flags"))
    ):
        if any(word in file.pieces for word in words):
            return rank
    return 0


def _artifact(path: str, stat: FileStat) -> Artifact:
    return Artifact(path.rpartition("/")[2], stat.size, stat.modified_ns // 1000)


def _text(sentence: str) -> dict[str, list[object]]:
    problems = FileProblems()
    problems.note("text", None, sentence)
    return problems.kept()
