"""A filter as SQL: which runs a condition holds for. Every value is bound, never written into the text."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from mlops_console.errors import FilterError
from mlops_console.records import IntArray
from mlops_console.store.conditions import Condition, Either, Every, Not, Operator, Test, Text, Word
from mlops_console.store.database import Connection
from mlops_console.store.filter_fields import FIELD_NAMES, field_test
from mlops_console.store.filter_values import (
    looks_numeric,
    number_of,
    range_of,
    suggestion,
    text_equals,
)
from mlops_console.store.staging import sound

GoalOf = Callable[[str], str | None]

SCOPES: Final = {
    "metric": "last_value",
    "best": "best",
    "min": "min",
    "max": "max",
    "first": "first_value",
    "step": "last_step",
    "count": "count",
    "param": "param",
    "summary": "summary",
    "tag": "tag",
}
_KINDS: Final = ("metric", "param", "summary", "tag")
_OPPOSITE: Final = {"!=": ":", "!~": "~"}


@dataclass(slots=True)
class Sql:
    """A condition on `runs r`, with the values to bind in order."""

    text: str
    values: list[object] = field(default_factory=list)

    @staticmethod
    def joined(parts: Sequence["Sql"], word: str, otherwise: str) -> "Sql":
        """All of them with AND or OR between."""
        if not parts:
            return Sql(otherwise)
        text = f" {word} ".join(f"({part.text})" for part in parts)
        return Sql(text, [value for part in parts for value in part.values])


def matching(connection: Connection, condition: Condition, now: int, goal_of: GoalOf) -> IntArray:
    """The numbers of the runs that a condition holds for; FilterError where it asks for what there isn't."""
    sql = _Compiler(connection, now, goal_of).sql(condition)
    values = [sound(value) for value in sql.values]
    return connection.columns(f"SELECT run_id FROM runs r WHERE {sql.text}", values)["run_id"]


class _Compiler:
    """One filter, compiled; knows which keys there are."""

    def __init__(self, connection: Connection, now: int, goal_of: GoalOf) -> None:
        self._connection = connection
        self._now = now
        self._goal_of = goal_of

    def sql(self, condition: Condition) -> Sql:
        match condition:
            case Word(values):
                return Sql.joined([_anywhere(value.text) for value in values], "OR", "true")
            case Not(part):
                inner = self.sql(part)
                return Sql(f"NOT coalesce(({inner.text}), false)", inner.values)
            case Every(parts):
                return Sql.joined([self.sql(part) for part in parts], "AND", "true")
            case Either(parts):
                return Sql.joined([self.sql(part) for part in parts], "OR", "false")
            case Test():
                return self._test(condition)

    def _test(self, test: Test) -> Sql:
        key, name = test.key, test.key.text
        if not key.quoted and name.lower() in FIELD_NAMES:
            found = field_test(test, self._now, self._has_key)
            return Sql(*found)
        kinds = self._kinds(name)
        if not kinds and not key.quoted:
            scope, dot, inner = name.partition(".")
            if dot and scope in SCOPES:
                return self._scoped(test, scope, inner)
        if not kinds:
            raise self._unknown(key)
        return self._by_first_kind(test, kinds)

    def _by_first_kind(self, test: Test, kinds: Sequence[tuple[str, str, int]]) -> Sql:
        """A run's metric counts, else its param, else its summary, else its tag of that name."""
        parts: list[Sql] = []
        before: list[Sql] = []
        for kind, key, number in kinds:
            here = self._of_kind(test, kind, key, number)
            parts.append(Sql.joined([*before, here], "AND", "true"))
            has = self._having(kind, number)
            before.append(Sql(f"NOT ({has.text})", has.values))
        return Sql.joined(parts, "OR", "false")

    def _scoped(self, test: Test, scope: str, name: str) -> Sql:
        kind = scope if scope in ("param", "summary", "tag") else "metric"
        found = [(key, number) for found_kind, key, number in self._kinds(name) if found_kind == kind]
        if not found:
            raise self._unknown(Text(name, True, test.key.position), kind)
        return self._of_kind(test, scope, *found[0])

    def _of_kind(self, test: Test, scope: str, key: str, number: int) -> Sql:
        opposite = _OPPOSITE.get(test.operator)
        if opposite is not None:
            same = self._of_kind(Test(test.key, _as_operator(opposite), test.values), scope, key, number)
            has = self._having(scope if scope in _KINDS else "metric", number)
            return Sql(f"({has.text}) AND NOT ({same.text})", [*has.values, *same.values])
        if scope in ("param", "summary", "tag"):
            tests = Sql.joined([_value_test(test, value) for value in test.values], "OR", "false")
            return _in_values(number, tests)
        column = SCOPES[scope]
        if scope == "best":
            column = {"min": "min", "max": "max", None: "last_value"}[self._goal_of(key)]
        tests = Sql.joined([_figure_test(test, column, value) for value in test.values], "OR", "false")
        return _in_series(number, tests)

    def _having(self, kind: str, number: int) -> Sql:
        return _in_series(number, Sql("true")) if kind == "metric" else _in_values(number, Sql("true"))

    def _has_key(self, value: Text) -> tuple[str, list[object]]:
        kinds = self._kinds(value.text)
        if not kinds:
            raise self._unknown(value)
        found = Sql.joined([self._having(kind, number) for kind, _, number in kinds], "OR", "false")
        return found.text, found.values

    def _kinds(self, name: str) -> list[tuple[str, str, int]]:
        """(kind, key, its number) by precedence; another case is taken where the very one is unknown."""
        rows = self._connection.rows(
            "SELECT kind, key, min(key_id) FROM keys WHERE lower(key) = lower(?) GROUP BY ALL", [sound(name)]
        )
        exact = [row for row in rows if row[1] == sound(name)]
        return sorted(exact or rows, key=lambda row: (_KINDS.index(row[0]), row[1]))

    def _unknown(self, key: Text, kind: str = "metric, param or field") -> FilterError:
        names = sorted({name for (name,) in self._connection.rows("SELECT DISTINCT key FROM keys")})
        return FilterError(
            f"no run has a {kind} {key.text[:80]!r}",
            key.position,
            suggestion(key.text, [*names, *FIELD_NAMES]),
        )


def _as_operator(text: str) -> Operator:
    return "~" if text == "~" else ":"


def _anywhere(word: str) -> Sql:
    """In a run's id, names, path or group, or in the text of a param or tag."""
    lower = word.lower()
    names = " OR ".join(f'contains(lower(r."{name}"), ?)' for name in ("name", "path", "group", "native_id"))
    # numbers as text are only looked through for what could be one: they are most of the values
    texts = (
        "contains(lower(text), ?)" if looks_numeric(lower) else "number IS NULL AND contains(lower(text), ?)"
    )
    return Sql(
        f"starts_with(r.id, ?) OR coalesce({names}, false)"
        f' OR r.run_id IN (SELECT run_id FROM "values" WHERE {texts})',
        [lower, *[lower] * 4, lower],
    )


def _figure_test(test: Test, column: str, value: Text) -> Sql:
    if test.operator == "~":
        raise FilterError(f"{test.key.text} is a number", value.position, "compare it with <, <=, >, >= or :")
    span = range_of(value)
    if span is not None and test.operator == ":":
        return Sql(f"NOT isnan({column}::DOUBLE) AND {column} BETWEEN ? AND ?", list(span))
    number = number_of(value)
    if number is None:
        raise FilterError(f"{value.text[:80]!r} is not a number", value.position, "for example 0.2 or 1e-4")
    if math.isnan(number):
        return Sql(f"isnan({column}::DOUBLE)" if test.operator == ":" else "false")
    if test.operator == ":":
        # what was logged as 32-bit float is never exactly what a person types
        return Sql(
            f"NOT isnan({column}::DOUBLE) AND abs({column} - ?) <= 1e-6 * abs(?) OR {column} = ?",
            [number] * 3,
        )
    return Sql(f"NOT isnan({column}::DOUBLE) AND {column} {test.operator} ?", [number])


def _value_test(test: Test, value: Text) -> Sql:
    if test.operator == "~":
        return Sql("contains(lower(text), ?)", [value.text.lower()])
    number = number_of(value)
    if test.operator == ":":
        span = range_of(value)
        if span is not None:
            return Sql("NOT isnan(number) AND number BETWEEN ? AND ?", list(span))
        same = text_equals("text", value)
        if number is None:
            return Sql(*same)
        return Sql(f"{same[0]} OR number = ?", [*same[1], number])
    if number is None:
        raise FilterError(f"{value.text[:80]!r} is not a number", value.position, "compare texts with : or ~")
    return Sql(f"NOT isnan(number) AND number {test.operator} ?", [number])


def _in_series(number: int, tests: Sql) -> Sql:
    where = f"shown AND key_id = {int(number)} AND ({tests.text})"
    return Sql(f"r.run_id IN (SELECT run_id FROM series WHERE {where})", tests.values)


def _in_values(number: int, tests: Sql) -> Sql:
    where = f"key_id = {int(number)} AND ({tests.text})"
    return Sql(f'r.run_id IN (SELECT run_id FROM "values" WHERE {where})', tests.values)
