"""Params, tags and summaries of runs on their way into the tables, people's own tags over those of tools."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import duckdb

from mlops_console.records import Json
from mlops_console.store.known import Known
from mlops_console.store.merging import Told, values_of
from mlops_console.store.staging import scalar_text, staged

Keys = list[tuple[int, str, str]]
"""Rows to add to `keys`."""
_NUMBER: Final = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
"""Tools such as MLflow keep every parameter as text; one written like a number sorts and filters as one."""


def write_values(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    runs: Mapping[int, tuple[Sequence[Told] | None, Sequence[Told]]],
    tags: Mapping[int, Mapping[str, str]],
    keys: Keys,
) -> None:
    """Values of runs (what was told before, None where that is not known; what is told now) that moved."""
    stale: list[int] = []
    run_ids: list[int] = []
    key_ids: list[int] = []
    texts: list[str] = []
    numeric: list[bool] = []
    for run, (before, told) in runs.items():
        old, new = None if before is None else values_of(before), values_of(told)
        own = tags.get(run, {})
        if old == new and (new or not own):
            continue
        if old is None or old or own:
            stale.append(run)
        for (kind, key), value in (with_tags(new, own) if own else new).items():
            text, number = scalar_text(value)
            run_ids.append(run)
            key_ids.append(known.key_id(kind, key, keys))
            texts.append(text)
            numeric.append(number or (kind == "param" and _NUMBER.fullmatch(text) is not None))
    if stale:
        con.execute(f'DELETE FROM "values" WHERE run_id IN ({", ".join(map(str, stale))})')
    if run_ids:
        rows, text = staged(
            {
                "run_id": ("INTEGER", run_ids),
                "key_id": ("INTEGER", key_ids),
                "text": ("VARCHAR", texts),
                "numeric": ("BOOLEAN", numeric),
            }
        )
        con.execute(
            'INSERT INTO "values" SELECT run_id, key_id, text,'
            f" CASE WHEN numeric THEN TRY_CAST(text AS DOUBLE) END FROM {rows}",
            [text],
        )


def with_tags(values: Mapping[tuple[str, str], Json], tags: Mapping[str, str]) -> dict[tuple[str, str], Json]:
    """What sources say, and people's own tags over it."""
    return {**values, **{("tag", name): value for name, value in tags.items()}}


def write_keys(con: duckdb.DuckDBPyConnection, keys: Sequence[tuple[int, str, str]]) -> None:
    """Add keys that were met for the first time."""
    if keys:
        rows, text = staged(
            {
                "key_id": ("INTEGER", [number for number, _, _ in keys]),
                "kind": ("VARCHAR", [kind for _, kind, _ in keys]),
                "key": ("VARCHAR", [key for _, _, key in keys]),
            }
        )
        con.execute(f"INSERT INTO keys SELECT * FROM {rows}", [text])
