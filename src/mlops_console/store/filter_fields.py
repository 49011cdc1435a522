"""What filters can ask of a run itself: names, status, times, `is:` and `has:`."""

import difflib
from collections.abc import Callable, Sequence
from typing import Final

from mlops_console.errors import FilterError
from mlops_console.records import Status
from mlops_console.store.conditions import Test, Text
from mlops_console.store.filter_values import length_of, span_of, text_equals

Found = tuple[str, list[object]]
"""SQL on `runs r`, and the values to bind."""

_TEXTS: Final = {
    "name": "coalesce(r.name, CASE WHEN r.native <> '' THEN r.native ELSE r.path END)",
    "path": "r.path",
    "group": 'r."group"',
    "host": "r.host",
    "reason": "r.status_reason",
    "native_id": "r.native_id",
    "id": "r.id",
    "run": "r.id",
    "parent": "r.parent",
    "status": "r.status",
    "source": "r.readers",
    "project": "(SELECT p.name FROM projects p WHERE p.project_id = r.project_id)",
}
_TIMES: Final = {
    "started": "r.started",
    "ended": "CASE WHEN r.status <> 'running' THEN r.ended END",
    "active": "r.active",
}
_SPANS: Final = (*_TIMES, "age", "took")
_AGE: Final = "coalesce(r.started, r.active, r.seen)"
_TOOK: Final = "(CASE WHEN r.status = 'running' THEN {now} ELSE coalesce(r.ended, r.active) END - r.started)"

_IS: Final = {
    "archived": "r.archived",
    "deleted": "r.deleted IS NOT NULL",
    "gone": "r.gone",
    "live": "r.status = 'running'",
    "ended": "r.status IN ('finished', 'failed', 'killed')",
    "child": "r.parent IS NOT NULL OR r.parent_native_id IS NOT NULL",
    **{str(status): f"r.status = '{status}'" for status in Status},
}
_TAGGED: Final = 'r.run_id IN (SELECT v.run_id FROM "values" v JOIN keys k USING (key_id) WHERE {})'
_HAS: Final = {
    "problem": "r.run_id IN (SELECT f.run_id FROM facts f JOIN problems x USING (source_id))",
    "metric": "r.run_id IN (SELECT run_id FROM series WHERE shown)",
    "group": 'r."group" IS NOT NULL',
    "parent": "r.parent IS NOT NULL",
    **{kind: _TAGGED.format(f"k.kind = '{kind}'") for kind in ("param", "tag", "summary")},
    **{
        kind: f"r.run_id IN (SELECT run_id FROM facts WHERE json_array_length(facts, '$.{kind}s') > 0)"
        for kind in ("model", "artifact", "dataset")
    },
}
FIELD_NAMES: Final = (*_TEXTS, *_TIMES, "age", "took", "is", "has", "tag")


def field_test(test: Test, now: int, has_key: Callable[[Text], Found]) -> Found:
    """The comparison of a field with its values."""
    name = test.key.text.lower()
    operator = test.operator
    if operator in ("!=", "!~"):
        same = Test(test.key, ":" if operator == "!=" else "~", test.values)
        text, values = field_test(same, now, has_key)
        return f"NOT coalesce(({text}), false)", values
    found = [_one(name, operator, test, value, now, has_key) for value in test.values]
    return " OR ".join(f"({text})" for text, _ in found), [v for _, values in found for v in values]


def _one(
    name: str, operator: str, test: Test, value: Text, now: int, has_key: Callable[[Text], Found]
) -> Found:
    if name in ("is", "has", "tag"):
        if operator not in (":", "~"):
            raise FilterError(f"write {name}:{value.text[:40]}", test.key.position)
        return _tag(operator, value) if name == "tag" else _word(name, value, has_key)
    if name in _SPANS and operator == "~":
        hint = "compare with <, <=, >, >= or :"
        raise FilterError("times can't be searched for text", value.position, hint)
    if name in _TIMES:
        return _moment(_TIMES[name], operator, value, now)
    if name == "age":
        return _length(f"({now} - {_AGE})", operator, value)
    if name == "took":
        return _length(_TOOK.format(now=now), operator, value)
    if operator not in (":", "~"):
        raise FilterError(
            f"{name} is a text", test.key.position, f"compare it with {name}:{value.text[:40]} or ~"
        )
    return _text(name, operator, value)


def _word(name: str, value: Text, has_key: Callable[[Text], Found]) -> Found:
    word = value.text.lower()
    known = _IS if name == "is" else _HAS
    if name == "has" and word.endswith("s") and word[:-1] in known:
        word = word[:-1]
    if word in known and not (value.quoted and name == "has"):
        return known[word], []
    if name == "has":
        return has_key(value)
    raise FilterError(f"a run can't be {word[:40]!r}", value.position, _one_of(word, list(known)))


def _tag(operator: str, value: Text) -> Found:
    """A tag whose key or value is this."""
    if operator == "~":
        contains = "contains(lower(v.text), ?) OR contains(lower(k.key), ?)"
        return _TAGGED.format(f"k.kind = 'tag' AND ({contains})"), [value.text.lower()] * 2
    text, of_text = text_equals("v.text", value)
    key, of_key = text_equals("k.key", value)
    return _TAGGED.format(f"k.kind = 'tag' AND ({text} OR {key})"), [*of_text, *of_key]


def _one_of(word: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, names, 1)
    return f"did you mean {near[0]}?" if near else "one of " + ", ".join(names)


def _text(name: str, operator: str, value: Text) -> Found:
    column, text = _TEXTS[name], value.text.lower()
    if name == "status":
        names = [str(status) for status in Status]
        if operator == ":" and "*" not in text and text not in names:
            raise FilterError(f"there is no status {text[:40]!r}", value.position, _one_of(text, names))
    if operator == "~":
        return f"contains(lower({column}), ?)", [text]
    if name in ("id", "run", "parent"):
        return f"starts_with({column}, ?)", [text]
    if name == "source":
        return f"list_contains(string_split({column}, ','), ?)", [text]
    same, values = text_equals(column, value)
    if name == "path":
        below = text.rstrip("/") + "/"
        return f"{same} OR starts_with(lower({column}), ?)", [*values, below]
    return same, values


def _moment(column: str, operator: str, value: Text, now: int) -> Found:
    start, after = span_of(value, now)
    return _compared(column, operator, (start, after), after - 1)


def _length(column: str, operator: str, value: Text) -> Found:
    low, next_one = length_of(value)
    return _compared(column, operator, (low, next_one), low)


def _compared(column: str, operator: str, span: tuple[int, int], up_to: int) -> Found:
    """`:` means within the span, `<=` up to a moment in it, all else its beginning."""
    match operator:
        case "<" | ">" | ">=":
            return f"{column} {operator} ?", [span[0]]
        case "<=":
            return f"{column} <= ?", [up_to]
        case ":":
            return f"{column} >= ? AND {column} < ?", list(span)
    raise AssertionError(operator)
