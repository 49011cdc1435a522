"""The glyphs that states and marks are drawn with: one set for UTF-8 terminals, one in ASCII."""

import os
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Every sign that is not a letter or a digit; each is one cell wide."""

    ascii: bool
    states: dict[str, str]
    focus: str
    scroll: str
    down: str
    up: str
    crumb: str
    live: str
    warning: str
    waiting: str
    picked: str
    rule: str
    spark: str
    """Eight heights of a bar, lowest first; sparklines use the first six."""
    caret: str
    open: str
    closed: str

    def state(self, status: str) -> str:
        """The glyph of a status."""
        return self.states.get(status, self.states["unknown"])


UNICODE: Final = Glyphs(
    ascii=False,
    states={
        "running": "»",
        "finished": "✓",
        "failed": "✗",
        "killed": "∅",
        "unknown": "?",
        "queued": "◦",
    },
    focus="▌",
    scroll="▐",
    down="▾",
    up="▴",
    crumb="›",
    live="»",
    warning="!",
    waiting="◦",
    picked="✓",
    rule="─",
    spark="▁▂▃▄▅▆▇█",
    caret="▏",
    open="▾",
    closed="▸",
)
ASCII: Final = Glyphs(
    ascii=True,
    states={"running": ">", "finished": "*", "failed": "x", "killed": "o", "unknown": "?", "queued": "."},
    focus="|",
    scroll="|",
    down="v",
    up="^",
    crumb=">",
    live=">",
    warning="!",
    waiting=".",
    picked="*",
    rule="-",
    spark="_.-=+*#@",
    caret="_",
    open="v",
    closed=">",
)


def speaks_utf8(environ: "os._Environ[str] | dict[str, str]") -> bool:
    """Whether the locale says that the terminal takes UTF-8."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environ.get(name):
            return "utf-8" in value.lower() or "utf8" in value.lower()
    return False


def choose(wish: str) -> Glyphs:
    """The set for a wish (`auto`, `unicode`, `ascii`)."""
    if wish == "auto":
        return UNICODE if speaks_utf8(os.environ) else ASCII
    return ASCII if wish == "ascii" else UNICODE
