"""Rows of `facts`: what one source says of one run, as JSON, and what lookups need of it in columns."""

from collections.abc import Sequence
from typing import Final

import duckdb

from mlops_console.store.known import Facts, Known
from mlops_console.store.staging import Columns, encoded, staged

Said = tuple[int, int, Facts]
"""own_id, source_id, what it says."""

_SAID: Final = ("facts", "native_id", "same_as")


def write_facts(
    con: duckdb.DuckDBPyConnection, known: Known, fresh: Sequence[Said], moved: Sequence[Said]
) -> None:
    """Add what is said for the first time, replace what was said otherwise."""
    if moved:
        rows, text = staged(_columns(moved))
        sets = ", ".join(f"{name} = r.{name}" for name in _SAID)
        con.execute(
            f"UPDATE facts SET {sets} FROM {rows} r"
            " WHERE facts.own_id = r.own_id AND facts.source_id = r.source_id",
            [text],
        )
    if fresh:
        shown = {"run_id": ("INTEGER", [known.joins.shown(own) for own, _, _ in fresh])}
        rows, text = staged({**_columns(fresh), **shown})
        con.execute(f"INSERT INTO facts BY NAME SELECT * FROM {rows}", [text])


def _columns(said: Sequence[Said]) -> Columns:
    return {
        "own_id": ("INTEGER", [own for own, _, _ in said]),
        "source_id": ("INTEGER", [source for _, source, _ in said]),
        "facts": ("VARCHAR", [encoded(facts) for _, _, facts in said]),
        "native_id": ("VARCHAR", [facts.get("native_id") for _, _, facts in said]),
        "same_as": (
            "VARCHAR",
            [encoded(facts["same_as"]) if "same_as" in facts else None for _, _, facts in said],
        ),
    }
