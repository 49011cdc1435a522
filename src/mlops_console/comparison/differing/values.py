"""Two values of a key, line by line or element by element."""

import difflib
import json
import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from mlops_console.comparison.differing.facts import Absent, Several, Value
from mlops_console.display import counted, json_text

Mark: TypeAlias = Literal["+", "-", " ", "@"]
MOST_LINES: Final = 2000
"""So many lines or elements of either are laid beside each other."""
LONG: Final = 60
"""A text with more characters is worth a diff of its own."""
CONTEXT: Final = 3
_LONGEST_LINE: Final = 2000
_WORDS: Final = re.compile(r"\s+|[^\s]+")


class Line(NamedTuple):
    """A line of a diff."""

    mark: Mark
    """`-` only before, `+` only after, a blank for both, `@` for words of ours: what was left out."""
    text: str


def worth_a_diff(*values: Value) -> bool:
    """Whether values are too long for a cell: lists, nested values, texts of several lines or long ones."""
    return any(
        isinstance(value, (list, dict)) or (isinstance(value, str) and (len(value) > LONG or "\n" in value))
        for value in values
    )


def value_diff(before: Value, after: Value) -> tuple[Line, ...]:
    """How a value became another: a unified diff by elements, by lines, or by words of one long line.

    Only what changed and `CONTEXT` lines around it; a line of ours (`@`) counts what is left out.
    Values that are equal give no lines.
    """
    if before == after and type(before) is type(after):
        return ()
    if isinstance(before, str) and isinstance(after, str) and "\n" not in before + after:
        if max(len(before), len(after)) > LONG:
            return _by_words(before, after)
        return tuple(Line(mark, text) for mark, text in (("-", before), ("+", after)))  # type: ignore[arg-type]
    return lines_diff(_lines(before), _lines(after))


def lines_diff(before: Sequence[str], after: Sequence[str], context: int = CONTEXT) -> tuple[Line, ...]:
    """A unified diff of two lists of lines."""
    whole = len(before), len(after)
    same = _same_start(before, after)
    # What is equal at the start is no work for the matcher, however long it is.
    skipped = max(0, same - context)
    before, after = before[skipped:], after[skipped:]
    left = max(len(before), len(after)) > MOST_LINES
    first, second = ([line[:_LONGEST_LINE] for line in part[:MOST_LINES]] for part in (before, after))
    found: list[Line] = []
    at = -skipped
    for group in difflib.SequenceMatcher(None, first, second).get_grouped_opcodes(context):
        gap = group[0][1] - at
        if gap:
            found.append(Line("@", counted(gap, "equal line")))
        for tag, a, b, c, d in group:
            if tag == "equal":
                found += [Line(" ", line) for line in first[a:b]]
            else:
                found += [Line("-", line) for line in first[a:b]]
                found += [Line("+", line) for line in second[c:d]]
        at = group[-1][2]
    if left:
        limit = f"only the first {skipped + MOST_LINES:,} lines were compared"
        found.append(Line("@", f"{limit}; there are {whole[0]:,} before and {whole[1]:,} after"))
    elif found and len(first) - at:
        gap = len(first) - at
        found.append(Line("@", counted(gap, "equal line")))
    return tuple(found)


def _same_start(before: Sequence[str], after: Sequence[str]) -> int:
    for at, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return at
    return min(len(before), len(after))


def _by_words(before: str, after: str) -> tuple[Line, ...]:
    """A long line against another: stretches of words that are in one, the other or both."""
    first, second = (_WORDS.findall(text)[: 2 * MOST_LINES] for text in (before, after))
    found: list[Line] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, first, second).get_opcodes():
        if tag == "equal":
            found.append(Line(" ", _shortened("".join(first[a:b]))))
            continue
        parts: tuple[tuple[Mark, str], ...] = (("-", "".join(first[a:b])), ("+", "".join(second[c:d])))
        found += [Line(mark, text[:_LONGEST_LINE]) for mark, text in parts if text]
    if max(len(before), len(after)) > sum(map(len, first)) and max(len(first), len(second)) == 2 * MOST_LINES:
        found.append(Line("@", "only the beginnings were compared"))
    return tuple(found)


def _shortened(text: str) -> str:
    return text if len(text) <= 2 * LONG else f"{text[:LONG]} ~ {text[-LONG:]}"


def _lines(value: Value) -> list[str]:
    if isinstance(value, Absent):
        return []
    if isinstance(value, Several):
        return [line for one in value.values for line in _lines(one)]
    if isinstance(value, str):
        return value.splitlines()
    if isinstance(value, list):
        return [item if isinstance(item, str) else _written(item) for item in value]
    if isinstance(value, dict):
        return _written(value, indent=2).splitlines()
    return [_written(value)]


def _written(value: object, indent: int | None = None) -> str:
    return json_text(json.dumps(value, ensure_ascii=False, indent=indent, default=str))
