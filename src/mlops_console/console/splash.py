"""The first thing seen: the last screen, dimmed, written before anything heavy is imported.

Standard library only. The screen is kept as plain rows and one style when the console closes; it is drawn
where the terminal has the same size, and replaced by the first real frame without a blank in between.
"""

import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TextIO

from mlops_console.settings import Places, places, write_state

if TYPE_CHECKING:
    from pathlib import Path

ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"
LEAVE = "\x1b[?7h\x1b[?1049l\x1b[?25h"
KIND: Literal["screen"] = "screen"
NAME = "runs"
NOTHING = "\x1b[2J\x1b[1;3H\x1b[2mmlops-console\x1b[0m"


def terminal() -> "TextIO | None":
    """The stream that leads to the terminal: standard error, or standard output where that is turned away."""
    for stream in (sys.__stderr__, sys.__stdout__):
        if stream is not None and stream.isatty():
            return stream
    return None


def show(store: str | None) -> bool:
    """Draw the kept screen, if there is one; whether the terminal is now in our hands."""
    stream = terminal()
    if stream is None or os.environ.get("TERM", "dumb") == "dumb":
        return False
    columns, rows = os.get_terminal_size(stream.fileno())
    picture = _drawn(_kept(places(store).state / KIND / f"{NAME}.json"), columns, rows)
    text = ENTER + (picture or NOTHING)
    stream.flush()
    os.write(stream.fileno(), text.encode("utf-8", "replace"))
    return True


def pictured(store: str | None) -> bool:
    """Whether a screen was kept."""
    return (places(store).state / KIND / f"{NAME}.json").is_file()


def leave() -> None:
    """Give the terminal back, when the console could not start."""
    stream = terminal()
    if stream is not None:
        os.write(stream.fileno(), LEAVE.encode())


def keep(where: Places, lines: Sequence[str], style: str) -> None:
    """Keep a screen for the next start; `style` are the SGR parameters to draw it in."""
    longest = max((len(line) for line in lines), default=0)
    write_state(where, KIND, NAME, {"columns": longest, "lines": list(lines), "style": style})


def _kept(file: "Path") -> dict[str, Any]:
    try:
        item = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return item if isinstance(item, dict) else {}


def _drawn(item: dict[str, Any], columns: int, rows: int) -> str:
    match item:
        case {"columns": int(width), "lines": [*lines], "style": str(style)} if (
            width <= columns
            and len(lines) == rows
            and all(isinstance(line, str) and line.isprintable() for line in lines)
            and not style.strip("0123456789;")
        ):
            drawn = (f"\x1b[{y};1H{line.rstrip()}" for y, line in enumerate(lines, 1))
            return f"\x1b[0;{style}m\x1b[2J{''.join(drawn)}\x1b[0m"
    return ""
