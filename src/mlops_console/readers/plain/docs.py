"""The whole files of a source: params, final values, and histories dumped as one JSON document."""

from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from mlops_console.beneath import FileStat, read_small, stat_beneath, why_not
from mlops_console.readers.plain.document import MAX_BYTES, Document, read_document
from mlops_console.readers.plain.file_problems import FileProblems
from mlops_console.readers.plain.files import AnewError, Pace
from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.names import Named, labels
from mlops_console.readers.plain.state import FileState
from mlops_console.readers.plain.words import is_metric_word, split_of, tokens
from mlops_console.readers.structured import MAX_BYTES as SMALL
from mlops_console.readers.structured import flatten, kind_of, load
from mlops_console.records import FloatArray, IntArray, Json

_SETTINGS = frozenset({"lr", "learning", "momentum", "wd", "eps", "epsilon", "temperature"})
_Series = tuple[IntArray, IntArray | None, FloatArray]


@dataclass(slots=True)
class Docs:
    """What a source's whole files say now."""

    params: dict[str, Json] = field(default_factory=dict)
    finals: dict[str, Json] = field(default_factory=dict)
    series: dict[str, dict[str, _Series]] = field(default_factory=dict)
    """By file, then by metric."""
    failed: bool = False
    """A file could not be read just now: what it said before stands."""


@dataclass(frozen=True, slots=True)
class Doc:
    """One whole file and what it is taken for."""

    path: str
    file: Named
    params: bool
    companion: bool = False
    """`adam.json` beside `adam.csv`: may hold params or final values."""


def changed(root: str, docs: list[Doc], states: dict[str, FileState]) -> bool:
    """Whether any of the files is not as it was when it was last read; takes note of how they are."""
    moved = False
    for doc in docs:
        try:
            now = stat_beneath(root, doc.path)
        except OSError:
            now = FileStat(-1, 0, 0)
        state = states.setdefault(doc.path, FileState(kind="document"))
        if (state.size, state.modified, state.inode) != (now.size, now.modified_ns, now.inode):
            state.size, state.modified, state.inode = now.size, now.modified_ns, now.inode
            moved = True
        moved = moved or not state.done
    return moved


def read_docs(root: str, docs: list[Doc], states: dict[str, FileState], rows_beside: list[Named]) -> Docs:
    """Read all of them."""
    found = Docs()
    parsed: dict[str, Document] = {}
    for doc in docs:
        state = states[doc.path]
        try:
            data = read_small(root, doc.path, SMALL if doc.params else MAX_BYTES)
        except OSError as error:
            state.problems = _one(f"The file {why_not(error)}.")
            found.failed = True
            continue
        if doc.params or doc.file.form == "yaml":
            problems = _structured(doc, data, found)
        else:
            document = parsed[doc.path] = read_document(data, doc.file.strong, "")
            problems = document.problems
            found.failed = (
                found.failed or any(text.startswith("Not read") for text in problems) or not data.strip()
            )
            _take_finals(doc, document, found, len(docs) - sum(each.params for each in docs))
        state.problems = _one(" ".join(problems)) if problems else {}
    stems = {file.stem for file in rows_beside}
    telling = [doc for doc in docs if doc.path in parsed and len(parsed[doc.path].gather.series())]
    names = labels([*rows_beside, *(doc.file for doc in telling)]) if telling else {}
    for doc in telling:
        if doc.file.stem not in stems:
            label = names[doc.file.name]
            series = parsed[doc.path].gather.series()
            found.series[doc.path] = {_labelled(key, label): each for key, each in series.items()}
    return found


def give_out(found: Docs, states: dict[str, FileState], gather: Gather, pace: Pace) -> bool:
    """Hand on the points that were not handed on before; True when the budget ended it."""
    for path, state in states.items():
        if state.kind != "document":
            continue
        series = found.series.get(path, {})
        if not found.failed and set(state.emitted) - set(series):
            raise AnewError
        for key, (steps, walls, values) in series.items():
            start, known = state.emitted.get(key, (0, ""))
            if start and (len(steps) < start or _digest(steps[:start], values[:start]) != known):
                raise AnewError
            if start == len(steps):
                continue
            if pace.over(gather.count):
                return True
            stop = min(len(steps), start + pace.left(gather.count))
            part = slice(start, stop)
            wall = None if walls is None else walls[part]
            gather.saw(wall)
            gather.add(key, steps[part], wall, values[part])
            pace.worked()
            state.emitted[key] = (stop, _digest(steps[:stop], values[:stop]))
            if stop < len(steps):
                return True
        state.done = True
    return False


def _structured(doc: Doc, data: bytes, found: Docs) -> list[str]:
    kind = kind_of(doc.file.name)
    assert kind is not None
    loaded = load(data, kind)
    problems = list(loaded.problems)
    if loaded.value is None:
        found.failed = True
        return problems
    flat, cut = flatten(loaded.value)
    if cut:
        problems.append(f"More than {len(flat):,} params; the rest is left out.")
    if not flat and loaded.value not in ({}, None):
        problems.append("Holds no names with values; no params are read from it.")
    if doc.params:
        found.params.update(flat)
    else:
        found.finals.update({key: value for key, value in flat.items() if not isinstance(value, list | dict)})
    return problems


def _take_finals(doc: Doc, document: Document, found: Docs, count: int) -> None:
    found.params.update(document.params)
    if doc.companion and not doc.file.final and not _outcomes(document.finals):
        found.params.update(document.finals)
        return
    if not doc.file.final and not doc.file.strong and not any(map(is_metric_word, document.finals)):
        return
    part = doc.file.part if count > 1 else ""
    for key, value in document.finals.items():
        first = split_of(key.replace("_", ".").split(".", maxsplit=1)[0])
        found.finals[key if not part or first == part else f"{part}.{key}"] = value


def _outcomes(finals: dict[str, Json]) -> bool:
    """Whether values sound like results rather than settings (`lr` may be either)."""
    telling = [key for key in finals if _SETTINGS.isdisjoint(tokens(key)) and is_metric_word(key)]
    return len(telling) * 2 >= len(finals)


def _labelled(key: str, label: str) -> str:
    from mlops_console.readers.plain.table import labelled

    return labelled(key, label)


def _one(text: str) -> dict[str, list[object]]:
    problems = FileProblems()
    problems.note("text", None, text)
    return problems.kept()


def _digest(steps: IntArray, values: FloatArray) -> str:
    found = blake2b(np.ascontiguousarray(steps).tobytes(), digest_size=8)
    found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()
