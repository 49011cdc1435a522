"""Where keys of a TOML file stand: `tomllib` says what a file says, and keeps no lines.

One pass over the text, as long as the text is, whatever it holds. On text that is no TOML it finds what it
finds: whoever asks has `tomllib` for the verdict. It also refuses what would take `tomllib` very long.
"""

import re
import tomllib
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys from the top down; a number is a place in an array, from 0."""

DEEPEST: Final = 64
"""Keys of more parts, and values nested deeper, are refused."""
_MARKED: Final = 1_000
"""So many items of an array have lines of their own."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*")
_INLINE_BLANK: Final = re.compile(r"[ \t]*+")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]++")
_SCALAR: Final = re.compile(r"[^,\]}\n#]*+")
_REST: Final = re.compile(r"[^\n]*+")
# Repeated groups are greedy: Python before 3.11.5 matches possessive ones wrongly.
_STRINGS: Final = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"""(?:[^\\"]++|\\.|"{1,2}(?!"))*"{3,5}',
        r"'''(?:[^']++|'{1,2}(?!'))*'{3,5}",
        r'"(?:[^\\"\n]++|\\[^\n])*"',
        r"'[^'\n]*+'",
    )
)


class TooDeepError(ValueError):
    """A key of too many parts, or a value nested too deep."""

    def __init__(self, line: int) -> None:
        super().__init__(f"is nested deeper than {DEEPEST} levels")
        self.line = line


class Lines:
    """The line of every key and table, from 1."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self._lines = lines

    def line(self, path: Path) -> int | None:
        """The line of a key; where it has none, of the nearest one that holds it."""
        while path:
            found = self._lines.get(path)
            if found is not None:
                return found
            path = path[:-1]
        return None

    def first(self, *paths: Path) -> Path:
        """The first of these keys that the file holds; the first of all where it holds none."""
        return next((path for path in paths if path in self._lines), paths[0])


NOWHERE: Final = Lines({})


def locate(text: str) -> Lines:
    """Where the keys of this text stand.

    Raises:
        TooDeepError: It is nested deeper than anybody means.
    """
    scanner = _Scanner(text)
    scanner.scan()
    return Lines(scanner.lines)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._last: dict[Path, int] = {}
        """Array of tables -> the number of its newest one."""
        self._line, self._counted = 1, 0

    def scan(self) -> None:
        base: Path = ()
        while self._skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                base = self._header(2 if self.text.startswith("[[", self.at) else 1)
            else:
                self._pair(base, 0)
            self._skip(_REST)

    def _header(self, brackets: int) -> Path:
        line = self._here()
        self.at += brackets
        path: Path = ()
        key = self._key()
        for place, part in enumerate(key):
            path = (*path, part)
            self.lines.setdefault(path, line)
            if path in self._last and (place < len(key) - 1 or brackets == 1):
                path = (*path, self._last[path])
        if brackets == 2:
            self._last[path] = self._last.get(path, -1) + 1
            path = (*path, self._last[path])
        self.lines[path] = line
        return path

    def _pair(self, base: Path, depth: int) -> None:
        line = self._here()
        path = base
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        if self.text.startswith("=", self.at):
            self.at += 1
            self._value(path, depth + 1)

    def _value(self, path: Path, depth: int) -> None:
        if depth > DEEPEST:
            raise TooDeepError(self._here())
        self._skip(_INLINE_BLANK)
        first = self.text[self.at : self.at + 1]
        if first == "[":
            self._array(path, depth)
        elif first == "{":
            self._table(path, depth)
        elif first in ('"', "'") and first:
            self._string()
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path, depth: int) -> None:
        self.at += 1
        number = 0
        while self._skip(_BLANK) < len(self.text) and self.text[self.at] != "]":
            before = self.at
            if number < _MARKED:
                self.lines.setdefault((*path, number), self._here())
            self._value((*path, number), depth + 1)
            number += 1
            self._to_next(before)
        self.at += 1

    def _table(self, path: Path, depth: int) -> None:
        self.at += 1
        while self._skip(_BLANK) < len(self.text) and self.text[self.at] != "}":
            before = self.at
            self._pair(path, depth)
            self._to_next(before)
        self.at += 1

    def _to_next(self, before: int) -> None:
        """Past a comma; and past anything at all, so that what is no TOML comes to an end too."""
        self._skip(_BLANK)
        if self.text.startswith(",", self.at) or self.at == before:
            self.at += 1

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(_INLINE_BLANK)
            part = self._key_part()
            if part is None:
                return parts
            parts.append(part)
            if len(parts) > DEEPEST:
                raise TooDeepError(self._here())
            self._skip(_INLINE_BLANK)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _key_part(self) -> str | None:
        bare = _BARE.match(self.text, self.at)
        if bare:
            self.at = bare.end()
            return bare[0]
        if not self.text.startswith(('"', "'"), self.at):
            return None
        raw = self._string()
        if raw.startswith('"') and "\\" in raw:
            try:
                return str(tomllib.loads(f"key = {raw}")["key"])
            except ValueError:
                return raw
        return raw[1:-1]

    def _string(self) -> str:
        for pattern in _STRINGS:
            found = pattern.match(self.text, self.at)
            if found:
                self.at = found.end()
                return found[0]
        self.at = len(self.text)
        return ""

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _here(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = max(self._counted, self.at)
        return self._line


def dotted(path: Path) -> str:
    """A path as one writes it: `models.churn.gates.champion.require[1]`."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            shown += ("." if shown else "") + (part if _BARE.fullmatch(part) else _quoted(part))
    return shown


def _quoted(part: str) -> str:
    import json

    return json.dumps(part, ensure_ascii=False)
