"""JSON objects, one a row -> points: whole blocks of alike rows at once, odd ones singly."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.numbers import LARGEST_STEP, number, wall_of, walls, whole_steps
from mlops_console.readers.plain.state import FileState
from mlops_console.readers.plain.table import labelled
from mlops_console.readers.plain.words import EPOCH_RANK, PARAMS, normal, role_of, split_of
from mlops_console.readers.structured import MAX_DEPTH
from mlops_console.records import NO_TIME, Json

_NUMBERS = frozenset({int, float})
_FEW_SHAPES = 16


class TooDeepError(ValueError):
    """A row is nested deeper than is read."""


class Rows:
    """Turns rows into points; `state` keeps the count of rows without a step."""

    def __init__(self, state: FileState, gather: Gather, label: str, params: dict[str, Json]) -> None:
        self._state = state
        self._gather = gather
        self._label = label
        self._params = params

    def block(self, rows: Sequence[dict[str, Any]]) -> bool:
        """Take many rows if all of them are flat and all numbers; False: nothing was taken."""
        shapes: dict[tuple[str, ...], list[int]] = {}
        for place, row in enumerate(rows):
            shapes.setdefault(tuple(row), []).append(place)
            if len(shapes) > _FEW_SHAPES:
                return False
        columns: dict[str, list[tuple[Any, ...]]] = {}
        seen = []
        for keys, places in shapes.items():
            shape = _shape(keys)
            if shape is None:
                return False
            step, wall, metrics = shape
            chosen = rows if len(shapes) == 1 else [rows[place] for place in places]
            flat = [value for row in chosen for value in row.values()]
            if not set(map(type, flat)) <= _NUMBERS:
                return False
            try:
                table = np.array(flat, np.float64).reshape(len(chosen), len(keys))
            except OverflowError:
                return False
            steps, good = whole_steps(table[:, step])
            if not good.all():
                return False
            when = walls(table[:, wall]) if wall is not None else None
            order = np.array(places, np.int64)
            seen.append(when)
            for index in metrics:
                columns.setdefault(keys[index], []).append((order, steps, when, table[:, index]))
        for when in seen:
            self._gather.saw(when)
        for key, parts in columns.items():
            self._put(key, parts)
        return True

    def one(self, row: Mapping[str, Any]) -> None:
        """Take one row of any shape."""
        flat: dict[str, Any] = {}
        self._flatten(row, "", flat, 1)
        step, wall = _step_in(flat), _wall_in(flat)
        part = next((flat[key] for key in flat if role_of(key).kind == "split"), None)
        split = split_of(part) if isinstance(part, str) else None
        found: dict[str, float] = {}
        named = _named(flat)
        if named is not None:
            found[named[0]] = named[1]
        else:
            for key, value in flat.items():
                if role_of(key).kind in ("metric", "also-step", "name", "value"):
                    count = _count(value)
                    if count is not None:
                        found[key] = count
        if wall is not None:
            self._gather.saw(np.array([wall], np.int64))
        if not found:
            return
        if step is None:
            step = self._state.rows
            self._state.rows += 1
        for key, count in found.items():
            name = labelled(labelled(key, split or ""), self._label)
            self._gather.one(name, step, NO_TIME if wall is None else wall, count)

    def _put(self, key: str, parts: list[tuple[Any, ...]]) -> None:
        name = labelled(key, self._label)
        if len(parts) == 1:
            _, steps, when, values = parts[0]
            self._gather.add(name, steps, when, np.ascontiguousarray(values))
            return
        order = np.argsort(np.concatenate([part[0] for part in parts]), kind="stable")
        steps = np.concatenate([part[1] for part in parts])[order]
        values = np.concatenate([part[3] for part in parts])[order]
        when = [np.full(len(part[1]), NO_TIME, np.int64) if part[2] is None else part[2] for part in parts]
        self._gather.add(name, steps, np.concatenate(when)[order], values)

    def _flatten(self, row: Mapping[str, Any], prefix: str, flat: dict[str, Any], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise TooDeepError
        for key, value in row.items():
            if isinstance(value, dict):
                if not prefix and normal(key) in PARAMS:
                    self._params.update(flat_params(value))
                else:
                    self._flatten(value, f"{prefix}{key}.", flat, depth + 1)
            elif not isinstance(value, list):
                flat[prefix + key] = value
            elif _depth(value, depth) > MAX_DEPTH:
                raise TooDeepError


def flat_params(found: Mapping[str, Any], prefix: str = "", depth: int = 1) -> dict[str, Json]:
    """Nested params as flat dotted keys."""
    flat: dict[str, Json] = {}
    for key, value in found.items():
        if isinstance(value, dict) and value and depth < MAX_DEPTH:
            flat.update(flat_params(value, f"{prefix}{key}.", depth + 1))
        else:
            flat[prefix + key] = value
    return flat


@lru_cache(1024)
def _shape(keys: tuple[str, ...]) -> tuple[int, int | None, tuple[int, ...]] | None:
    """(step, wall time, metrics) by place for rows with these keys; None for keys that need a closer look."""
    roles = [role_of(key) for key in keys]
    kinds = [role.kind for role in roles]
    steps = sorted(
        (role.rank, place) for place, role in enumerate(roles) if role.kind in ("step", "also-step")
    )
    if not steps or "split" in kinds or ("name" in kinds and "value" in kinds):
        return None
    if steps[0][0] >= EPOCH_RANK and "batch" in kinds:
        return None
    wall = kinds.index("wall") if "wall" in kinds else None
    if kinds.count("wall") > 1:
        return None
    metrics = tuple(
        place for place, kind in enumerate(kinds) if kind in ("metric", "also-step", "name", "value")
    )
    return steps[0][1], wall, metrics


def _step_in(flat: Mapping[str, Any]) -> int | None:
    best: tuple[int, float] | None = None
    batched = False
    for key, value in flat.items():
        role = role_of(key)
        batched = batched or role.kind == "batch"
        if role.kind in ("step", "also-step"):
            count = _count(value)
            if count is not None and abs(count) < LARGEST_STEP and (best is None or role.rank < best[0]):
                best = (role.rank, count)
    if best is None or (batched and best[0] >= EPOCH_RANK):
        return None
    return int(np.floor(best[1]))


def _wall_in(flat: Mapping[str, Any]) -> int | None:
    for key, value in flat.items():
        if (
            role_of(key).kind == "wall"
            and isinstance(value, int | float | str)
            and not isinstance(value, bool)
        ):
            try:
                found = wall_of(value)
            except OverflowError:
                continue
            if found is not None:
                return found
    return None


def _named(flat: Mapping[str, Any]) -> tuple[str, float] | None:
    """The metric of a row that names it: {"metric": "loss", "value": 0.5}."""
    name = value = None
    for key, here in flat.items():
        kind = role_of(key).kind
        if kind == "name" and isinstance(here, str) and here.strip():
            name = name or here.strip()
        elif kind == "value":
            value = _count(here) if value is None else value
    return (name, value) if name is not None and value is not None else None


def _count(value: Any) -> float | None:
    """A metric's value; None for flags, texts and nothing."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    return number(value) if isinstance(value, str) and len(value) <= 64 else None


def _depth(value: list[Any], above: int) -> int:
    """How deep a list goes, as far as it matters."""
    layer: list[Any] = [value]
    depth = above
    while layer and depth <= MAX_DEPTH:
        depth += 1
        inner = [child for one in layer for child in (one.values() if isinstance(one, dict) else one)]
        layer = [child for child in inner if isinstance(child, list | dict)]
    return depth
