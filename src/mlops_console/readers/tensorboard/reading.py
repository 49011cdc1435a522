"""Reading on in a folder of TensorBoard's event files, which is a run."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

import numpy as np

from mlops_console.beneath import FileStat, file_stat, reading, stat_beneath, why_not
from mlops_console.readers.artifacts import list_files
from mlops_console.readers.contract import Budget, Folder
from mlops_console.readers.tensorboard.cursor import Damage, FileState, State, decode, encode
from mlops_console.readers.tensorboard.family import parent_of
from mlops_console.readers.tensorboard.gathered import Gathered, micros_of
from mlops_console.readers.tensorboard.hparams import Session
from mlops_console.readers.tensorboard.naming import begun, named_as_events, run_name
from mlops_console.readers.tensorboard.scalars import ScalarTags
from mlops_console.readers.tensorboard.stream import Stream
from mlops_console.readers.tensorboard.walk import HEAD, begins_with_record
from mlops_console.records import Artifact, Chunk, ModelFile, Problem, RunFacts, RunKey, Source

NAME = "tensorboard"
_MOST_DAMAGE = 20
_FILES_PER_READ = 64
_READ_ANEW = 1 << 24
_MOST_TAGS = 4096


def claims(folder: Folder) -> Sequence[Source]:
    """One source for a folder's event files."""
    files = [name for name in folder.files if _is_event_file(folder, name)]
    if not files:
        return ()
    return (Source(NAME, folder.path, tuple(_below(folder.path, name) for name in sorted(files))),)


def read(root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
    """Read on in every file that grew; anew where one was replaced."""
    state = decode(cursor) if cursor else State()
    reset = state is None
    with np.errstate(invalid="ignore", over="ignore"):
        if state is not None:
            try:
                return _Reading(root, source, state, budget, fresh=not cursor).chunk(reset)
            except _Anew:
                reset = True
        return _Reading(root, source, State(), budget, fresh=True).chunk(reset)


class _Anew(Exception):  # noqa: N818 - an outcome, caught right above
    """What was read before doesn't hold: a file was replaced, or one went on after a later one was read."""


@dataclass
class _Reading:
    """One read of one source."""

    root: str
    source: Source
    state: State
    budget: Budget
    fresh: bool
    into: Gathered = field(default_factory=Gathered)
    session: Session = field(default_factory=Session)
    newest: int = 0

    def chunk(self, reset: bool) -> Chunk:
        """Read, and say what was found."""
        state = self.state
        before = self._times()
        tags = ScalarTags({bytes.fromhex(tag) for tag in state.tags})
        more = not self._read_files(Stream(self.into, tags, self.session, self.budget))
        state.tags = sorted(tag.hex() for tag in tags.tags)
        facts = self._facts(before, more)
        key = RunKey(self.source.path)
        return Chunk(facts, self.into.points(key), self._problems(), encode(state), more, reset)

    def _read_files(self, stream: Stream) -> bool:
        """Whether every file was read to its end."""
        files = self.state.files
        for path in sorted(self.source.files, key=_order):
            known = files.get(path)
            try:
                seen = stat_beneath(self.root, path)
                self.newest = max(self.newest, seen.modified_ns // 1000)
                if known and (known.inode, known.size, known.modified) == _stamp(seen):
                    continue
                with reading(self.root, path) as fd:
                    done = self._read_file(fd, path, stream)
            except OSError as error:
                self._refuse(path, error)
                continue
            if not done:
                return False
        return True

    def _read_file(self, fd: int, path: str, stream: Stream) -> bool:
        seen = file_stat(fd)
        files = self.state.files
        known = files.get(path) or self._renamed(path, seen)
        file = known or FileState(seen.inode)
        files[path] = file
        file.refused = ""
        if file.inode != seen.inode or seen.size < file.offset or _check(fd, file.offset) != file.check:
            raise _Anew
        self.into.touched.clear()
        done = stream.read(fd, seen.size, file, lambda offset, what: self._damaged(path, offset, what))
        file.check = stream.before(file.offset) or _check(fd, file.offset)
        file.size, file.modified = (seen.size, seen.modified_ns) if done else (-1, 0)
        if len(self.source.files) > 1:
            self._keep_order(path, file, known is None)
        return done

    def _keep_order(self, path: str, file: FileState, new: bool) -> None:
        """A series is one file's points after the other's: later points of an earlier file mean reading anew.

        That happens where two writers share a folder. Where so much was read that reading it anew would hold
        everything up, their points stay in the order in which they came.
        """
        tags = {crc32(tag) for tag in self.into.tags_of(self.into.touched)}
        unknown = new and bool(tags)
        later = [
            other for name, other in self.state.files.items() if _order(name) > _order(path) and other.offset
        ]
        read = sum(other.offset for other in self.state.files.values())
        if read <= _READ_ANEW and any(unknown or tags.intersection(other.tags) for other in later):
            raise _Anew
        file.tags = sorted(tags.union(file.tags))[:_MOST_TAGS]

    def _renamed(self, path: str, seen: FileStat) -> FileState | None:
        """What is known of a file under the name that it had before."""
        for old, file in self.state.files.items():
            if file.inode == seen.inode and old not in self.source.files:
                self.state.files[path] = self.state.files.pop(old)
                for place in self.state.damage:
                    place.file = path if place.file == old else place.file
                return file
        return None

    def _refuse(self, path: str, error: OSError) -> None:
        file = self.state.files.get(path)
        if not isinstance(error, FileNotFoundError):
            file = self.state.files.setdefault(path, FileState(-1))
        if file:
            file.refused = "" if isinstance(error, FileNotFoundError) else why_not(error)

    def _damaged(self, path: str, offset: int, what: str) -> None:
        damage = self.state.damage
        for place in damage:
            if place.file == path and place.offset == offset:
                place.what = what
                return
        if len(damage) < _MOST_DAMAGE:
            damage.append(Damage(path, offset, what))
        else:
            self.state.more_damage += 1

    def _problems(self) -> tuple[Problem, ...]:
        problems = [Problem(place.file, place.what, place.offset) for place in self.state.damage]
        problems += [Problem(path, file.refused) for path, file in self.state.files.items() if file.refused]
        if self.state.more_damage:
            words = f"{self.state.more_damage:,} more places in its event files are damaged"
            problems.append(Problem(self.source.path, words))
        if self.state.left_out:
            problems.append(Problem(self.source.path, self.state.left_out))
        return tuple(problems)

    def _times(self) -> tuple[int | None, int | None]:
        """When the run's first and last event were written."""
        files = [self.state.files[path] for path in sorted(self.state.files, key=_order)]
        first = next((file.first for file in files if file.first is not None), None)
        last = next((file.last for file in reversed(files) if file.last is not None), None)
        return micros_of(first), micros_of(last)

    def _facts(self, before: tuple[int | None, int | None], more: bool) -> tuple[RunFacts, ...]:
        state, session = self.state, self.session
        started, ended = self._times()
        parent = parent_of(self.root, self.source.path)
        adopted = parent != state.parent
        state.parent = parent
        artifacts, models = (None, None) if more or not self.newest else self._artifacts()
        moved = (started, ended) != before
        if not (self.fresh or moved or adopted or session or artifacts is not None):
            return ()
        path = self.source.path
        name = run_name(path, Path(self.root).name) if self.fresh else None
        return (
            RunFacts(
                RunKey(path),
                native_id=name,
                name=name,
                group=session.group,
                parent=RunKey(parent) if parent is not None and (self.fresh or adopted) else None,
                status=session.status,
                started=started,
                ended=ended,
                active=ended or self.newest or None,
                params=session.params,
                artifacts=artifacts,
                models=models,
            ),
        )

    def _artifacts(self) -> tuple[tuple[Artifact, ...] | None, tuple[ModelFile, ...] | None]:
        """The run's other files, None where they haven't changed; a long list is not made at every read."""
        state = self.state
        state.unlisted += 1
        if not self.fresh and state.unlisted <= state.listed // _FILES_PER_READ:
            return None, None
        own = {path.rpartition("/")[2] for path in self.source.files}
        found = list_files(self.root, self.source.path, skip=own, stop=_is_run)
        artifacts, models, state.left_out = found.artifacts, found.models, found.left_out
        digest = blake2b(
            repr((artifacts, models)).encode("utf-8", "surrogatepass"), digest_size=8
        ).hexdigest()
        changed = digest != state.listing
        state.listing, state.listed, state.unlisted = digest, len(artifacts), 0
        return (artifacts, models) if changed else (None, None)


def _is_event_file(folder: Folder, name: str) -> bool:
    named = named_as_events(name)
    return begins_with_record(folder.head(name, HEAD)) if named is None else named


def _is_run(_path: str, files: Sequence[str], _folders: Sequence[str]) -> bool:
    return any(named_as_events(name) for name in files)


def _order(path: str) -> tuple[int, str, str]:
    return begun(path.rpartition("/")[2])


def _stamp(seen: FileStat) -> tuple[int, int, int]:
    return seen.inode, seen.size, seen.modified_ns


def _check(fd: int, offset: int) -> int:
    """The bytes before a place in a file, to know the file again by."""
    return int.from_bytes(os.pread(fd, min(4, offset), max(offset - 4, 0)), "little") if offset else 0


def _below(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"
