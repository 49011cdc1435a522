"""Reading one table: each key's value, as what it must be, or a mistake with its line and the default."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mlops_console.errors import SettingsError
from mlops_console.wishes.known import did_you_mean
from mlops_console.wishes.locating import Lines, Path, dotted
from mlops_console.wishes.model import Mistake

MOST_MISTAKES: Final = 200
MOST_KEYS: Final = 500
"""In one table: what holds for all is laid over each of them, and somebody waits for it."""
_KINDS: Final[dict[type, str]] = {
    bool: "true or false", int: "a whole number", float: "a number", str: "text", list: "a list",
    dict: "a table",
}  # fmt: skip


@dataclass(slots=True)
class Mistakes:
    """Collects what can't be used."""

    lines: Lines
    found: list[Mistake] = field(default_factory=list)
    _said: set[tuple[Path, str]] = field(default_factory=set)

    @property
    def full(self) -> bool:
        """Whether more of them are not listed, so that no hint need be looked for."""
        return len(self.found) > MOST_MISTAKES

    def add(self, path: Path, what: str, hint: str = "") -> None:
        """One more; what holds for every model is said once."""
        if (path, what) in self._said:
            return
        if self.full:
            return
        self._said.add((path, what))
        if len(self.found) < MOST_MISTAKES:
            self.found.append(Mistake(dotted(path), what, self.lines.line(path), hint))
        else:
            self.found.append(Mistake("", f"more than {MOST_MISTAKES} mistakes: the rest is not listed"))


def shown(value: object) -> str:
    """A value in a sentence."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= 60 else text[:59] + "~"


def kind_of(value: object) -> str:
    """What a value is, in words."""
    return _KINDS.get(type(value), "a date or time")


class Table:
    """One table of the file; whoever reads it asks key by key, then for what nobody knows."""

    def __init__(
        self,
        path: Path,
        values: Mapping[str, Any],
        mistakes: Mistakes,
        origins: Mapping[str, Path] | None = None,
    ) -> None:
        self.path, self.values, self.mistakes = path, values, mistakes
        self._origins = origins or {}
        self.wrong: list[str] = []
        """Keys with a mistake, here or below."""

    def at(self, key: str) -> Path:
        """Where a key of it stands."""
        return self._origins.get(key, (*self.path, key))

    def say(self, key: str, what: str, hint: str = "") -> None:
        """Note a mistake at a key."""
        self.wrong.append(key)
        self.mistakes.add(self.at(key), what, hint)

    def known(self, *keys: str) -> list[str]:
        """Note a mistake for every other key; which they are."""
        others = [key for key in self.values if key not in keys]
        for key in others:
            self.say(key, "is not known here", "" if self.mistakes.full else did_you_mean(key, keys))
        return others

    def text(self, key: str, default: str = "") -> str:
        """Text."""
        value = self.values.get(key, default)
        if isinstance(value, str):
            return value
        self.say(key, f"must be text, not {kind_of(value)}")
        return default

    def choice(self, key: str, allowed: Sequence[str], meant: Mapping[str, str] | None = None) -> str | None:
        """One of a few words; None where the key is not there."""
        value = self.values.get(key)
        if value is None or (isinstance(value, str) and value in allowed):
            return value
        near = (meant or {}).get(value.lower()) if isinstance(value, str) else None
        known = ", ".join(f'"{one}"' for one in allowed)
        self.say(key, f"is {shown(value)}", f'did you mean "{near}"?' if near else f"use one of {known}")
        return None

    def number(self, key: str) -> float | None:
        """A finite number; None where the key is not there."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.say(key, f"must be a number, not {kind_of(value)}")
            return None
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
        self.say(key, f"is {shown(value)}, which is no number to be held against")
        return None

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.say(key, f"must be a whole number from {least:,} to {most:,}; {default} holds")
        return default

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.say(key, f"must be true or false, not {kind_of(value)}")
        return default

    def seconds(self, key: str, default: float | None, most: float) -> float | None:
        """A length of time such as `90s`, `10m`, `30d`."""
        from mlops_console.settings import seconds

        value = self.values.get(key)
        if value is None:
            return default
        try:
            length = seconds(value)
        except (SettingsError, OverflowError):
            self.say(key, f"{shown(value)} is no length of time", 'write "90s", "10m", "2h" or "3d"')
            return default
        if length <= most:
            return length
        self.say(
            key, f"{shown(value)} is longer than can be waited for", f"{most / 86400:g} days are the most"
        )
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = self.values.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list):
            self.say(key, f"must be a list of texts, not {kind_of(value)}")
            return ()
        for place, one in enumerate(listed):
            if not isinstance(one, str):
                self.wrong.append(key)
                self.mistakes.add((*self.at(key), place), f"must be text, not {kind_of(one)}")
        return tuple(one for one in listed if isinstance(one, str))

    def table(self, key: str) -> "Table | None":
        """A table in it; None where the key is not there, or is no table."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, dict) and len(value) > MOST_KEYS:
            self.say(key, f"holds {len(value):,} keys; {MOST_KEYS} are the most")
            return None
        if isinstance(value, dict):
            return Table(self.at(key), value, self.mistakes)
        self.say(key, f"must be a table, not {kind_of(value)}", f"begin it with [{dotted(self.at(key))}]")
        return None

    def tables(self) -> "Iterator[tuple[str, Table]]":
        """All tables in it by name, when nothing but tables may be in it."""
        for key in self.values:
            table = self.table(key)
            if table is not None:
                yield key, table
