"""What readers would hand to the store, in short."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlops_console.records import NO_TIME, Chunk, Points, Problem, Project, RunFacts, RunKey, Source
from mlops_console.store import Read, Store, points_of

PROJECT = Project("feedc0ffee00", "demo", "/somewhere/demo", 5, 77)
NOW = 1_760_000_000_000_000

Rows = Sequence[tuple[int, int, float]]


def points(by_series: Mapping[tuple[str, str], Rows]) -> Points:
    """Points of (run path, metric) series, given as (step, wall, value) rows."""
    rows = [row for some in by_series.values() for row in some]
    return Points(
        tuple((RunKey(path), metric) for path, metric in by_series),
        np.array([len(some) for some in by_series.values()], np.int64),
        np.array([step for step, _, _ in rows], np.int64),
        np.array([wall for _, wall, _ in rows], np.int64),
        np.array([value for _, _, value in rows], np.float64),
    )


def curve(values: Sequence[float], first: int = 0, wall: int | None = NOW) -> Rows:
    """Points at steps first, first + 1, ..."""
    return [
        (first + i, NO_TIME if wall is None else wall + i * 1_000_000, float(value))
        for i, value in enumerate(values)
    ]


def reading(
    path: str = "runs/a",
    *facts: RunFacts,
    metrics: Mapping[str, Rows] | None = None,
    series: Mapping[tuple[str, str], Rows] | None = None,
    cursor: bytes = b"cursor",
    reader: str = "tensorboard",
    reset: bool = False,
    more: bool = False,
    anew: bool = False,
    problems: Sequence[Problem] = (),
    fingerprint: bytes = b"mark",
) -> Read:
    """One chunk of the source at `path`, which is also its run unless told otherwise."""
    found = series if series is not None else {(path, name): rows for name, rows in (metrics or {}).items()}
    chunk = Chunk(facts, points(found), tuple(problems), cursor, more, reset)
    return Read(PROJECT.key, Source(reader, path, (f"{path}/events",)), fingerprint, chunk, anew)


def asked(store: Store, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Rows of an answer."""
    connection = store.connect()
    try:
        return connection.rows(sql, parameters)
    finally:
        connection.close()


def history(store: Store, path: str, metric: str, *, shown: bool = True) -> Rows:
    """The points of a metric of a run as the store holds them."""
    connection = store.connect()
    try:
        ids = connection.rows(
            "SELECT series_id FROM series JOIN runs USING (run_id) JOIN keys USING (key_id)"
            " WHERE path = ? AND kind = 'metric' AND key = ? AND shown = ?",
            [path, metric, shown],
        )
        found = points_of(connection, [i for (i,) in ids])
    finally:
        connection.close()
    assert len(found) <= 1
    return [
        (step, wall, value)
        for steps, walls, values in found.values()
        for step, wall, value in zip(steps.tolist(), walls.tolist(), values.tolist(), strict=True)
    ]
