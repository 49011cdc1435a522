"""HDF5 files of Keras: groups, datasets and attributes, read with caps; loops and lies end the walk."""

import json
from dataclasses import dataclass, field

from mlops_console.readers.modelfiles.description import Draft, Tensor, elements
from mlops_console.readers.modelfiles.hdf5_objects import Object, end_of, links, object_at, root_of
from mlops_console.readers.modelfiles.keras import config_of
from mlops_console.readers.modelfiles.spans import Span

_MOST_OBJECTS = 5_000
_DEEPEST = 24
_OF_TRAINING = ("optimizer", "optimizer_weights")


@dataclass(slots=True)
class _Walk:
    span: Span
    draft: Draft
    met: set[int] = field(default_factory=set)
    total: int = 0
    hidden: int = 0


def describe(span: Span, draft: Draft) -> None:
    """The datasets with their types and shapes; what Keras says of the network in attributes."""
    root = root_of(span)
    walk = _Walk(span, draft)
    if root is None:
        draft.warn("Its HDF5 header is damaged, or of a kind that is not read here.")
        return
    if end_of(span) > span.size:
        draft.warn("It ends before the place where it says it ends: it is cut off or still being written.")
    waiting: list[tuple[str, int, int]] = [("", root, 0)]
    while waiting and len(walk.met) < _MOST_OBJECTS:
        path, at, depth = waiting.pop()
        if at in walk.met or depth > _DEEPEST:
            continue
        walk.met.add(at)
        found = object_at(span, at)
        if found is None:
            draft.warn("Parts of it can't be read: it is cut off or damaged.")
            continue
        _told(walk, path, found)
        inner = [(f"{path}/{name}".lstrip("/"), place, depth + 1) for name, place in links(span, found)]
        waiting.extend(reversed([link for link in inner if not link[0].startswith(_OF_TRAINING)]))
    if waiting:
        draft.warn(f"It holds more than the {_MOST_OBJECTS:,} objects that are looked at.")
    if walk.hidden:
        draft.warn(
            "Some of its groups are stored in a way that is not read here: not every tensor is listed."
        )
    elif walk.total or draft.tensors_total:
        draft.parameters = walk.total


def _told(walk: _Walk, path: str, found: Object) -> None:
    if found.shape is not None:
        walk.draft.add_tensor(Tensor(path[:300], found.dtype, found.shape))
        walk.total += elements(found.shape)
    walk.hidden += found.dense
    if path:
        return
    for key in ("keras_version", "backend"):
        walk.draft.tell(**{key: found.attributes.get(key)})
    config = found.attributes.get("model_config")
    if config:
        try:
            told = json.loads(config)
        except (ValueError, RecursionError):
            walk.draft.warn("Its model_config can't be read.")
            return
        if isinstance(told, dict):
            config_of(told, walk.draft)
