"""Asking MLflow's tables, of whatever version they are, and however odd what lies in them."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from mlops_console.readers.mlflow.database.connecting import ERRORS, error_code, why_not

Row = tuple[Any, ...]

METRICS = "metrics"
RUNS = "runs"
LONGEST_TEXT = 65_536
"""Characters of a text that are kept."""
_MOST_ROWS = 2_000_000
_MOST_ODD = 50_000
_KNOWN = (
    RUNS,
    METRICS,
    "experiments",
    "params",
    "tags",
    "inputs",
    "input_tags",
    "datasets",
    "logged_models",
    "logged_model_params",
    "logged_model_tags",
    "logged_model_metrics",
    "model_versions",
    "registered_model_aliases",
)
_LONG = frozenset(
    {
        "value",
        "dataset_source",
        "dataset_schema",
        "dataset_profile",
        "param_value",
        "tag_value",
        "artifact_uri",
        "artifact_location",
        "source",
        "source_name",
    }
)
"""Columns that may hold long texts. (The metrics' `value` is asked for elsewhere.)"""


class Tables:
    """The tables that are really tables: a view or a virtual table that has the name of one is left alone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.notes: dict[str, str] = {}
        """What could not be read of a table."""
        self._columns: dict[str, frozenset[str]] = {}
        names = ", ".join(f"'{name}'" for name in _KNOWN)
        asked = f"SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name IN ({names})"
        for (name,) in connection.execute(asked).fetchall():
            table = text(name)
            found = connection.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
            # Columns that are computed (hidden > 1) run what somebody wrote.
            self._columns[table] = frozenset(text(row[1]).lower() for row in found if row[6] == 0)

    def has(self, table: str, *columns: str) -> bool:
        """Whether there is such a table with such columns."""
        return self._columns.get(table, frozenset()).issuperset(columns) and table in self._columns

    def indexed(self, table: str, column: str) -> bool:
        """Whether rows can be found by this column without looking at all of them."""
        with suppress(*ERRORS):
            for row in self._connection.execute(f'PRAGMA index_list("{table}")').fetchall():
                name = text(row[1]).replace('"', '""')
                first = self._connection.execute(f'PRAGMA index_info("{name}")').fetchone()
                if first and first[2] is not None and text(first[2]).lower() == column:
                    return True
        return False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is asked inside sees one state of the database."""
        try:
            self._connection.execute("BEGIN").close()
        except ERRORS as error:
            why_not(error)
        try:
            yield
        finally:
            if self._connection.in_transaction:
                with suppress(*ERRORS):  # nothing was written: there is nothing to keep
                    self._connection.execute("ROLLBACK").close()

    def rows(self, table: str, columns: Sequence[str], rest: str = "") -> list[Row]:
        """Rows of some columns (NULL where the table has no such column), those that can be read."""
        if table not in self._columns:
            return []
        listed = ", ".join(self._column(table, name) for name in columns)
        asked = f'SELECT {listed} FROM "{table}" {rest}'
        found: list[Row] = []
        try:
            for row in self._connection.execute(asked):
                found.append(row)
                if len(found) >= _MOST_ROWS:
                    self.notes[table] = f"holds so many {table} that not all are read"
                    break
        except ERRORS as error:
            self._note(table, error)
            if error_code(error) == sqlite3.SQLITE_TOOBIG:
                return self._one_by_one(table, listed, rest)
        return found

    def run(self, asked: str, *values: Any) -> sqlite3.Cursor:
        """A question of a caller's own, who minds the errors."""
        return self._connection.execute(asked, values)

    def _column(self, table: str, name: str) -> str:
        if name == "rowid" or "(" in name:
            return name
        if name not in self._columns[table]:
            return "NULL"
        return f'substr("{name}", 1, {LONGEST_TEXT + 1})' if name in _LONG else f'"{name}"'

    def _one_by_one(self, table: str, listed: str, rest: str) -> list[Row]:
        """The rows that are not too large."""
        found: list[Row] = []
        try:
            numbers = self._connection.execute(f'SELECT rowid FROM "{table}" {rest}').fetchmany(_MOST_ODD)
        except ERRORS:
            return found
        for (number,) in numbers:
            try:
                asked = f'SELECT {listed} FROM "{table}" WHERE rowid = ?'
                found += self._connection.execute(asked, (number,)).fetchall()
            except ERRORS as error:
                self._note(table, error)
        return found

    def _note(self, table: str, error: Exception) -> None:
        self.notes[table] = f"the table {table} {why_not(error)}; what can be read of it is shown"


def text(found: Any) -> str:
    """A column's value as text, empty for nothing; cut where it is longer than is kept."""
    if found is None:
        return ""
    if isinstance(found, bytes):
        kept = found.decode("utf-8", "surrogateescape")
        return kept if len(kept) <= LONGEST_TEXT else kept[:LONGEST_TEXT] + "…"
    return str(found)


def plain(found: Any) -> Any:
    """A column's value with text as text; numbers and nothing as they are."""
    return text(found) if isinstance(found, bytes) else found
