"""Terminal styles as values, and the shortest code that turns one into another."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_OFF: Final = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
}
_SEEN_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "51", "52", "53"})


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How a cell looks; equal looks are one object (`look`)."""

    attributes: frozenset[str]
    ink: str
    """The code of the foreground, empty for the terminal's own."""
    ground: str

    @property
    def code(self) -> str:
        """The parameters that set this look on a reset terminal."""
        return ";".join(part for part in (*sorted(self.attributes), self.ink, self.ground) if part)


@lru_cache(8192)
def _one(attributes: frozenset[str], ink: str, ground: str) -> Look:
    return Look(attributes, ink, ground)


@lru_cache(8192)
def look(parameters: str) -> Look:
    """The look that SGR parameters (`1;38;2;230;234;240;49`) set on a reset terminal."""
    attributes: set[str] = set()
    ink = ground = ""
    parts = parameters.split(";")
    at = 0
    while at < len(parts):
        part = parts[at]
        at += 1
        if part in ("38", "48"):
            length = 2 if parts[at : at + 1] == ["5"] else 4
            colour = ";".join([part, *parts[at : at + length]])
            at += length
            ink, ground = (colour, ground) if part == "38" else (ink, colour)
        elif part in ("", "0"):
            attributes.clear()
            ink = ground = ""
        elif part in ("39", "49"):
            ink, ground = ("", ground) if part == "39" else (ink, "")
        elif len(part) == 1 or part in ("21", "51", "52", "53"):
            attributes.add(part)
        elif part[0] in "39":
            ink = part
        elif part[0] in "41":
            ground = part
    return _one(frozenset(attributes), ink, ground)


PLAIN: Final = look("")


@lru_cache(8192)
def blank(style: Look) -> Look:
    """The look of a blank: all that its ground shows."""
    if style.attributes & _SEEN_ON_BLANKS:
        return style
    return _one(frozenset(), "", style.ground)


@lru_cache(16384)
def change(before: Look, after: Look) -> str:
    """The shortest sequence that makes `after` out of `before`."""
    if before is after:
        return ""
    if after is PLAIN:
        return "\x1b[0m"
    anew = "0;" + after.code
    removed = before.attributes - after.attributes
    if any(attribute not in _OFF for attribute in removed):
        return f"\x1b[{anew}m"
    offs = {_OFF[attribute] for attribute in removed}
    again = {a for a in after.attributes & before.attributes if _OFF.get(a) in offs}
    parts = [*sorted(offs), *sorted((after.attributes - before.attributes) | again)]
    if after.ink != before.ink:
        parts.append(after.ink or "39")
    if after.ground != before.ground:
        parts.append(after.ground or "49")
    stepped = ";".join(parts)
    return f"\x1b[{stepped if len(stepped) <= len(anew) else anew}m"
