r"""The filter language: `loss<0.2 status:running name~resnet (tag:baseline or -is:archived)`.

    filter  = any
    any     = every ("or" every)*
    every   = one ("and"? one)*
    one     = ("-" | "not") one | "(" any ")" | test | word
    test    = key (":" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~") value ("|" value)*
    word    = value ("|" value)*

Keys and values may stand in double quotes (`"val/loss"<.3`), in which `\"` and `\\` are a quote and a
backslash; what is quoted is taken literally. `parse` raises nothing but FilterError; `written` prints a
condition so that it reads back as the same one.
"""

from typing import Final, cast

from mlops_console.errors import FilterError
from mlops_console.store.conditions import Condition, Either, Every, Not, Operator, Test, Text, Word

LONGEST: Final = 4000
DEEPEST: Final = 40

_OPERATORS: Final = ("<=", ">=", "!=", "!~", "<", ">", "=", ":", "~")
_ENDS: Final = frozenset('()"|')
_KEYWORDS: Final = frozenset(("and", "or", "not"))


def parse(text: str) -> Condition:
    """The condition that a filter states; an empty filter holds for every run."""
    if len(text) > LONGEST:
        raise FilterError(f"the filter is longer than {LONGEST} characters", LONGEST)
    reading = _Reading(text)
    condition = reading.either(0)
    if not reading.at_end():
        raise FilterError("this ) closes nothing", reading.at, "remove it, or open a ( before")
    return condition


def written(condition: Condition) -> str:
    """The filter that reads back as this condition."""
    match condition:
        case Word(values):
            return "|".join(_word(value) for value in values)
        case Test(key, operator, values):
            name, wanted = _word(key), "|".join(_word(value) for value in values)
            before = " " if name[-1:] + operator in _OPERATORS else ""
            after = " " if wanted and operator + wanted[:1] in _OPERATORS else ""
            return name + before + operator + after + wanted
        case Not(part):
            return "-" + (f"({written(part)})" if isinstance(part, Every | Either) else written(part))
        case Every(parts):
            return " ".join(f"({written(p)})" if isinstance(p, Every | Either) else written(p) for p in parts)
        case Either(parts):
            return " or ".join(f"({written(p)})" if isinstance(p, Either) else written(p) for p in parts)


def quoted(text: str) -> str:
    """A text in quotes where a filter needs them, for those who compose filters."""
    plain = text and not text.startswith("-") and text.lower() not in _KEYWORDS
    if plain and not any(c.isspace() or c in _ENDS or c in "<>=!~:\\" for c in text):
        return text
    return _word(Text(text, True))


def _word(text: Text) -> str:
    if not text.quoted:
        return text.text
    return '"' + text.text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Reading:
    """One reading of a filter, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def at_end(self) -> bool:
        self._skip()
        return self.at >= len(self.text)

    def either(self, depth: int) -> Condition:
        parts = [self._every(depth)]
        while self._peek_keyword("or"):
            if parts[-1] == Every(()):
                raise FilterError("something is missing before `or`", self.at)
            self._keyword("or")
            if self._closing():
                raise FilterError("something is missing after `or`", self.at)
            parts.append(self._every(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self, depth: int) -> Condition:
        parts: list[Condition] = []
        while not self._closing() and not self._peek_keyword("or"):
            if self._keyword("and"):
                if not parts or self._closing() or self._peek_keyword("or") or self._peek_keyword("and"):
                    raise FilterError("`and` stands between two conditions", self.at)
                continue
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self, depth: int) -> Condition:
        if depth > DEEPEST:
            raise FilterError(
                "the filter is nested too deeply", self.at, "use fewer parentheses and minus signs"
            )
        start = self.at
        if self._take("-"):
            if self.at >= len(self.text) or self.text[self.at].isspace() or self.text[self.at] == ")":
                raise FilterError(
                    "nothing follows the minus sign", start, 'put a text with a minus in quotes: "-"'
                )
            return Not(self._one(depth + 1))
        if self._keyword("not"):
            if self._closing() or self._peek_keyword("and") or self._peek_keyword("or"):
                raise FilterError("something is missing after `not`", start)
            return Not(self._one(depth + 1))
        if self._take("("):
            inside = self.either(depth + 1)
            self._skip()
            if not self._take(")"):
                raise FilterError("this ( is not closed", start, "add a )")
            if inside == Every(()):
                raise FilterError("there is nothing between ( and )", start)
            return inside
        return self._term()

    def _term(self) -> Condition:
        key = self._value(in_key=True)
        before = self.at
        self._skip()
        operator = next((o for o in _OPERATORS if self.text.startswith(o, self.at)), None)
        if operator is None:
            self.at = before
            return Word((key, *self._alternatives(in_key=True)))
        self.at += len(operator)
        if not key.text:
            raise FilterError(f"a name is missing before {operator}", key.position)
        self._skip()
        if self._closing() or self.text[self.at] == "|":
            raise FilterError(
                f"a value is missing after {operator}", self.at, f"for example {_EXAMPLES[operator]}"
            )
        first = self._value(in_key=False)
        operator = ":" if operator == "=" else operator
        return Test(key, cast("Operator", operator), (first, *self._alternatives(in_key=False)))

    def _alternatives(self, in_key: bool) -> list[Text]:
        more: list[Text] = []
        while self._take("|"):
            if self.at >= len(self.text) or self.text[self.at].isspace() or self.text[self.at] in "()|":
                raise FilterError("a value is missing after |", self.at)
            more.append(self._value(in_key))
        return more

    def _value(self, in_key: bool) -> Text:
        start = self.at
        if self._take('"'):
            return Text(self._quoted(start), True, start)
        while self.at < len(self.text) and not self._ends(in_key):
            self.at += 1
        if self.at == start and not (in_key and self._operator_here()):
            raise FilterError("something is missing here", start)
        return Text(self.text[start : self.at], False, start)

    def _ends(self, in_key: bool) -> bool:
        char = self.text[self.at]
        return char.isspace() or char in _ENDS or (in_key and self._operator_here())

    def _operator_here(self) -> bool:
        return any(self.text.startswith(operator, self.at) for operator in _OPERATORS)

    def _quoted(self, start: int) -> str:
        chars: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char == '"':
                return "".join(chars)
            if char == "\\" and self.text[self.at : self.at + 1] in ('"', "\\"):
                char = self.text[self.at]
                self.at += 1
            chars.append(char)
        raise FilterError("this quote is not closed", start, 'add a "')

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _closing(self) -> bool:
        """Whether nothing more of this group follows."""
        self._skip()
        return self.at >= len(self.text) or self.text[self.at] == ")"

    def _take(self, char: str) -> bool:
        if not self.text.startswith(char, self.at):
            return False
        self.at += 1
        return True

    def _peek_keyword(self, word: str) -> bool:
        self._skip()
        end = self.at + len(word)
        if self.text[self.at : end].lower() != word:
            return False
        after = self.text[end : end + 1]
        if after and not after.isspace() and after not in '()"':
            return False
        rest = self.text[end:].lstrip()
        return not rest.startswith(_OPERATORS) or rest.startswith(("!", "-"))

    def _keyword(self, word: str) -> bool:
        if not self._peek_keyword(word):
            return False
        self.at += len(word)
        self._skip()
        return True


_EXAMPLES: Final = {
    ":": "status:running",
    "=": "status=running",
    "!=": "model!=xgb",
    "<": "loss<0.2",
    "<=": "loss<=0.2",
    ">": "auc>.9",
    ">=": "lr>=1e-4",
    "~": "name~resnet",
    "!~": "name!~test",
}
