"""What was kept of a fold, unpacked model by model when somebody looks at it."""

import json
import threading
from bisect import bisect_right
from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence, ValuesView
from itertools import accumulate, islice
from typing import Any, Generic, TypeAlias, TypeVar

from mlops_console.journal.event import Event
from mlops_console.journal.fold_ancestry import Ancestry, Node
from mlops_console.journal.fold_models import ModelFold
from mlops_console.journal.fold_packing import opened, pack, sealed, uncollected, unpack
from mlops_console.journal.fold_shown import Beside
from mlops_console.journal.fold_streams import Stream
from mlops_console.journal.fold_subjects import as_json, from_json, part_of
from mlops_console.journal.registry import Model

Said: TypeAlias = tuple[tuple[int, str], str]
K = TypeVar("K")
V = TypeVar("V")


class Part:
    """The kept events of one model, of all runs, monitors or items. For any thread."""

    def __init__(self, said: Sequence[Any], ids: Sequence[str], packed: bytes, ancestry: Ancestry) -> None:
        self.said = said
        self.name, self.count, self.there, problems, missing, self._counts, _ = said
        self.problems: list[Said] = [((clock, event_id), what) for (clock, event_id), what in problems]
        self.missing = frozenset(missing)
        self.ids = ids
        self.packed = packed
        self._ancestry = ancestry
        self._lock = threading.RLock()
        self._streams: list[Stream] | None = None
        self._model: Model | None = None
        self._beside: Beside | None = None

    def taken(self) -> list[Stream]:
        """What it comes to, for the one who goes on with it: what others look at here stays as it is."""
        with self._lock:
            streams = self._unpacked()
            self._show(streams)
            self._streams = []
            return streams

    def model(self) -> Model:
        """The model; there is one."""
        with self._lock:
            if self._model is None:
                self._show(self._unpacked())
        if self._model is None:
            raise KeyError(self.name)
        return self._model

    def beside(self) -> Beside:
        """What was said of other things than models."""
        with self._lock:
            if self._beside is None:
                self._show(self._unpacked())
            return self._beside or Beside()

    def _show(self, streams: list[Stream]) -> None:
        beside = Beside()
        for stream in streams:
            if isinstance(stream.fold, ModelFold):
                self._model = self._model or stream.fold.show()
            beside.put(stream.subject, stream.fold)
        if self._beside is None:
            self._beside = beside

    def _unpacked(self) -> list[Stream]:
        if self._streams is None:
            events = iter(unpack(self.packed))
            self._streams = [
                Stream.of(from_json(self.name, subject), self._ancestry, [*islice(events, count)])
                for subject, count in self._counts
            ]
        return self._streams


class Shelf:
    """All that was kept, part by part."""

    def __init__(self, packed: bytes) -> None:
        (said, ids, self._graph), chunks = opened(packed, 3)
        head = json.loads(said)
        self.twins: list[str] = head["twins"]
        self._ids: list[str] = json.loads(ids)
        self._starts = [0, *accumulate(one[1] for one in head["parts"])]
        self._rows = dict(zip(self._ids, range(len(self._ids)), strict=True))
        self.ancestry = Ancestry(head["heads"], head["named"], self.graph)
        self.parts: dict[str, Part] = {}
        self._names = [str(one[0]) for one in head["parts"]]
        at = 0
        for one, start in zip(head["parts"], self._starts, strict=False):
            ids_there = self._ids[start : start + one[1]]
            self.parts[one[0]] = Part(one, ids_there, bytes(chunks[at : at + one[6]]), self.ancestry)
            at += one[6]
        self.loose: list[Event] = unpack(bytes(chunks[at:]))

    def __len__(self) -> int:
        """Events in the parts that nobody took."""
        return sum(part.count for part in self.parts.values())

    def name_of(self, event_id: str) -> str | None:
        """In which part an event is that nobody took; None: in none."""
        row = self._rows.get(event_id)
        if row is None:
            return None
        name = self._names[bisect_right(self._starts, row) - 1]
        return name if name in self.parts else None

    def graph(self) -> dict[str, Node]:
        """Every kept event by its SHA-256."""
        shas, clocks, parents, moves = json.loads(self._graph)
        moving = set(moves)
        return {
            sha: Node(
                clock,
                (shas[known],)
                if isinstance(known, int)
                else tuple(shas[one] if isinstance(one, int) else one for one in known),
                at in moving,
            )
            for at, (sha, clock, known) in enumerate(zip(shas, clocks, parents, strict=True))
        }


class Snapshot:
    """A fold as it is now, to be packed without holding up whoever goes on with it."""

    def __init__(
        self,
        parts: Sequence[Part],
        streams: Sequence[Stream],
        loose: Sequence[Event],
        ancestry: Ancestry,
        twins: Sequence[str],
    ) -> None:
        self._parts = parts
        together: dict[str, list[Stream]] = {}
        for stream in streams:
            together.setdefault(part_of(stream.subject), []).append(stream)
        self._taken = [
            (_told(name, some), [event for stream in some for event in stream.events])
            for name, some in together.items()
        ]
        self._loose = loose
        self._nodes = dict(ancestry.nodes())
        self._head = {"heads": ancestry.heads, "named": sorted(ancestry.absent()), "twins": twins}

    def packed(self) -> bytes:
        """Parts that nobody took as they are, the others anew."""
        told = [part.said for part in self._parts]
        ids = [event_id for part in self._parts for event_id in part.ids]
        chunks = [part.packed for part in self._parts]
        for said, events in self._taken:
            chunk = pack(events)
            told.append([*said, len(chunk)])
            ids += [event.id for event in events]
            chunks.append(chunk)
        return sealed([{**self._head, "parts": told}, ids, _graph(self._nodes)], [*chunks, pack(self._loose)])


def _told(name: str, streams: Sequence[Stream]) -> list[Any]:
    fold = streams[0].fold
    return [
        name,
        sum(len(stream.events) for stream in streams),
        isinstance(fold, ModelFold) and fold.there,
        [said for stream in streams for said in stream.fold.problems],
        sorted({sha for stream in streams for sha in stream.fold.missing}),
        [[as_json(stream.subject), len(stream.events)] for stream in streams],
    ]


def _graph(nodes: Mapping[str, Node]) -> list[Any]:
    rows = {sha: at for at, sha in enumerate(nodes)}
    parents: list[Any] = []
    for node in nodes.values():
        known = [rows.get(sha, sha) for sha in node.parents]
        parents.append(known[0] if len(known) == 1 and isinstance(known[0], int) else known)
    return [
        [*nodes],
        [node.clock for node in nodes.values()],
        parents,
        [at for at, node in enumerate(nodes.values()) if node.moves],
    ]


class Models(Mapping[str, Model]):
    """Models by name, in order; each is unpacked when it is looked at."""

    def __init__(self, shown: Mapping[str, Model | Part]) -> None:
        self._shown = shown

    def __getitem__(self, name: str) -> Model:
        one = self._shown[name]
        return one.model() if isinstance(one, Part) else one

    def values(self) -> ValuesView[Model]:
        """All of them."""
        return self._all().values()

    def items(self) -> ItemsView[str, Model]:
        """All of them, by name."""
        return self._all().items()

    def _all(self) -> dict[str, Model]:
        with uncollected():
            return {name: self[name] for name in self._shown}

    def __contains__(self, name: object) -> bool:
        return name in self._shown

    def __iter__(self) -> Iterator[str]:
        return iter(self._shown)

    def __len__(self) -> int:
        return len(self._shown)

    def __repr__(self) -> str:
        return f"Models({', '.join(self)})"


class Kept(Mapping[K, V], Generic[K, V]):
    """What was said of runs, of monitors or of items, unpacked when it is looked at."""

    def __init__(self, part: Part, which: Callable[[Beside], Mapping[K, V]]) -> None:
        self._part = part
        self._which = which

    def _all(self) -> Mapping[K, V]:
        return self._which(self._part.beside())

    def __getitem__(self, key: K) -> V:
        return self._all()[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
