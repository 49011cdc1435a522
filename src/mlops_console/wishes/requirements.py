"""What a model must reach: `auc >= 0.85`, `auc >= champion - 0.002`, `loss < champion * 0.99`.

    requirement = metric  (">=" | ">" | "<=" | "<")  bound
    bound       = number
                | alias  [("+" | "-") number]
                | alias "*" number  [("+" | "-") number]
                | number "*" alias  [("+" | "-") number]

A name that holds blanks or signs is quoted, with backticks or double quotes; the quote itself is doubled.
"""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mlops_console.wishes.naming import why_no_alias

Op: TypeAlias = Literal[">=", ">", "<=", "<"]

OPS: Final[dict[Op, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
MOST: Final = 1_000
"""Characters in a requirement."""

_BLANK: Final = re.compile(r"[ \t]*+")
_METRIC: Final = re.compile(r"[^\s<>=!≥≤`\"']++")
_OP: Final = re.compile(r"[<>=!≥≤]++")
_NUMBER: Final = re.compile(r"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?(?![\w.%,])", re.ASCII)
_ALIAS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*+")
_GLUED: Final = re.compile(r"(.*[A-Za-z].*)-(\.?\d+(?:\.\d+)?)")
_QUOTED: Final = re.compile(r"`((?:[^`]|``)+)`(?!`)|\"((?:[^\"]|\"\")+)\"(?!\")")
_EXAMPLE: Final = "write `auc >= 0.85` or `auc >= champion - 0.002`"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A bound for a metric: a number, or what another alias reaches times `factor` plus `offset`."""

    metric: str
    op: Op
    bound: float | None = None
    """None: it is `alias`'s."""
    alias: str | None = None
    offset: float = 0.0
    factor: float = 1.0

    def limit(self, reached: float | None = None) -> float:
        """The number to hold the metric against.

        Args:
            reached: What the version on `alias` reaches; not asked for where the bound is a number.
        """
        if self.bound is not None:
            return self.bound
        return math.nan if reached is None else reached * self.factor + self.offset

    def met(self, value: float, reached: float | None = None) -> bool:
        """Whether a value meets it; what is not a number meets nothing."""
        return OPS[self.op](value, self.limit(reached))

    def __str__(self) -> str:
        """As one writes it; reading that gives the same requirement."""
        return f"{_shown(self.metric, _METRIC)} {self.op} {self.right}"

    @property
    def right(self) -> str:
        """What stands on the right: `0.85`, `champion - 0.002`."""
        if self.bound is not None:
            return repr(self.bound)
        shown = _shown_alias(self.alias or "")
        if self.factor != 1:
            shown += f" * {self.factor!r}"
        if self.offset:
            shown += f" {'-' if self.offset < 0 else '+'} {abs(self.offset)!r}"
        return shown


@dataclass(frozen=True, slots=True)
class Misread:
    """A requirement that can't be read: why, where in its text (from 0), and what to write."""

    what: str
    place: int
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.what} (at character {self.place + 1})"


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, what: str, place: int, hint: str = "") -> None:
        self.misread = Misread(what, place, hint)


def parse_requirement(text: str) -> Requirement | Misread:
    """Read one requirement; what can't be read comes back as `Misread`."""
    if len(text) > MOST:
        return Misread(f"has {len(text):,} characters; {MOST:,} are the most", MOST)
    try:
        return _Reader(text).requirement()
    except _Wrong as wrong:
        return wrong.misread


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def requirement(self) -> Requirement:
        metric = self._metric()
        op = self._op()
        requirement = self._bound(metric, op)
        self._blank()
        if self.at < len(self.text):
            raise _Wrong(f"{self._rest()} does not belong here", self.at, self._why_rest())
        return requirement

    def _metric(self) -> str:
        self._blank()
        quoted = self._quoted()
        if quoted is not None:
            return quoted
        found = _METRIC.match(self.text, self.at)
        if not found:
            raise _Wrong("names no metric", self.at, _EXAMPLE)
        self.at = found.end()
        return found[0]

    def _op(self) -> Op:
        self._blank()
        found = _OP.match(self.text, self.at)
        if not found:
            if self.at >= len(self.text):
                raise _Wrong("compares with nothing", self.at, _EXAMPLE)
            raise _Wrong(
                f"{self._rest()} stands where >=, >, <= or < is expected",
                self.at,
                "a metric whose name holds blanks is quoted with backticks",
            )
        for op in OPS:
            if found[0] == op:
                self.at = found.end()
                return op
        nearest = {"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<="}.get(found[0])
        raise _Wrong(
            f"{found[0]} is no comparison",
            self.at,
            f"write {nearest}" if nearest else "use >=, >, <= or <",
        )

    def _bound(self, metric: str, op: Op) -> Requirement:
        self._blank()
        number = self._number()
        if number is not None:
            self._blank()
            if not self._sign("*"):
                return Requirement(metric, op, bound=number)
            alias, factor = self._alias(), number
            self._blank()
        else:
            alias, factor = self._alias(), 1.0
            self._blank()
            if self._sign("*"):
                factor = self._needed_number()
                self._blank()
        if factor <= 0:
            raise _Wrong(f"{alias} times {factor:g} is nothing to be held against", self.at)
        offset = 0.0
        if self._sign("+"):
            offset = self._needed_number(signed=False)
        elif self._sign("-"):
            offset = -self._needed_number(signed=False)
        return Requirement(metric, op, alias=alias, offset=offset or 0.0, factor=factor)

    def _alias(self) -> str:
        self._blank()
        start = self.at
        quoted = self._quoted()
        if quoted is None:
            self._check_word()
            found = _ALIAS.match(self.text, self.at)
            if not found:
                raise _Wrong(
                    f"{self._rest()} is neither a number nor an alias" if self._rest() else "has no bound",
                    self.at,
                    _EXAMPLE,
                )
            self.at = found.end()
            quoted = found[0]
        why = why_no_alias(quoted)
        if why:
            raise _Wrong(f"{quoted!r} is no alias: it {why}", start)
        return quoted

    def _check_word(self) -> None:
        """Words that look like an alias and are more likely a slip."""
        word = self.text[self.at :].split(None, 1)[0] if self.text[self.at :].strip() else ""
        if word.endswith("%"):
            raise _Wrong(f"{word} is no number", self.at, "write 0.85 for 85%, or `champion * 0.99`")
        if word[:1].isdigit() or word[:1] in ("+", "-", "."):
            raise _Wrong(f"{word} is no number", self.at, "write it like 0.85 or 1e-3; quote an alias")
        if word.lower().strip("+-") in ("nan", "inf", "infinity"):
            raise _Wrong(f"{word} is no number to be held against", self.at)
        if "@" in word:
            raise _Wrong(f"{word} is no alias", self.at, f"name just the alias: {word.rpartition('@')[2]}")
        name = _ALIAS.match(word)
        glued = _GLUED.fullmatch(name[0]) if name else None
        if name and glued:
            word = name[0]
            raise _Wrong(
                f"{word} may be an alias, or {glued[1]} less {glued[2]}",
                self.at,
                f'write `{glued[1]} - {glued[2]}` with blanks, or quote the alias: "{word}"',
            )

    def _needed_number(self, *, signed: bool = True) -> float:
        self._blank()
        place = self.at
        number = self._number()
        if number is None or (not signed and self.text[place] in "+-"):
            rest = self.text[place:].strip()
            hint = "a share of it is `champion * 0.99`" if "%" in rest else _EXAMPLE
            raise _Wrong(f"{rest or 'nothing'} stands where a number is expected", place, hint)
        return number

    def _number(self) -> float | None:
        found = _NUMBER.match(self.text, self.at)
        if not found:
            return None
        number = float(found[0])
        if not math.isfinite(number):
            raise _Wrong(f"{found[0]} is larger than any number", self.at)
        self.at = found.end()
        return number

    def _quoted(self) -> str | None:
        if not self.text.startswith(("`", '"'), self.at):
            return None
        found = _QUOTED.match(self.text, self.at)
        if not found:
            raise _Wrong("a quoted name has no end", self.at)
        self.at = found.end()
        quote = found[0][0]
        return found[0][1:-1].replace(quote * 2, quote)

    def _sign(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        self.at += 1
        return True

    def _blank(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _rest(self) -> str:
        return self.text[self.at :].strip()

    def _why_rest(self) -> str:
        if self._rest().startswith(("and", "or", ",", "&", "|")):
            return "write each requirement as an item of its own in the list"
        if "%" in self._rest():
            return "a share of it is `champion * 0.99`"
        return _EXAMPLE


def _shown(name: str, bare: re.Pattern[str]) -> str:
    return name if bare.fullmatch(name) else "`" + name.replace("`", "``") + "`"


def _shown_alias(name: str) -> str:
    plain = _ALIAS.fullmatch(name) and not name[0].isdigit() and not _GLUED.fullmatch(name)
    return name if plain and name.lower() not in ("nan", "inf", "infinity") else f'"{name}"'
