"""Screens kept as text: what is written, and below it in which style each cell is.

`UPDATE_SNAPSHOTS=1 pytest tests/console` writes them anew; look at the difference before you keep it.
"""

import os
import re
from pathlib import Path
from typing import Any

from mlops_console.console.app import ConsoleApp
from mlops_console.console.theme import Palette, palette

FOLDER = Path(__file__).parents[1] / "snapshots"
GROUNDS = ("bg", "panel", "bar", "raised", "cursor", "cursor2")
INKS = ("text", "second", "muted", "accent", "ok", "warn", "bad", "faint", *"ABCDEFG", *GROUNDS)
CODES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def named(colour: Any, shade: Palette, tokens: tuple[str, ...]) -> str:
    if colour is None:
        return "default"
    text = colour.name if colour.triplet is None else colour.triplet.hex
    return next((token for token in tokens if shade.colour(token) == text), text)


def described(style: Any, shade: Palette) -> str:
    if style is None:
        return "plain"
    words = [f"{named(style.color, shade, INKS)} on {named(style.bgcolor, shade, GROUNDS)}"]
    words += [word for word in ("bold", "italic", "underline", "reverse") if getattr(style, word)]
    return " ".join(words)


def picture(app: ConsoleApp, cut: str = "") -> str:
    """The screen as text: rows, then the styles of their cells, then what the letters mean."""
    shade = palette(app)
    codes: dict[str, str] = {}
    rows, styles = [], []
    for strip in app.screen._compositor.render_strips():
        row = codes_of_row = ""
        for text, style, _ in strip:
            kind = described(style, shade)
            if text.isspace() and "underline" not in kind and "reverse" not in kind:
                kind = f"on {kind.partition(' on ')[2].split()[0]}"
            code = codes.setdefault(kind, CODES[len(codes)])
            row += text
            codes_of_row += code * len(text)
        rows.append(row.rstrip())
        styles.append(codes_of_row)
    legend = [f"{code}  {kind}" for kind, code in codes.items()]
    return "\n".join([*steady(rows, cut), "-" * 20, *styles, "-" * 20, *legend]) + "\n"


def steady(rows: list[str], cut: str) -> list[str]:
    """Without what differs from one machine and minute to the next: clock and run ids."""
    rows[0] = re.sub(r"\d\d:\d\d$", "14:02", rows[0])
    ids: dict[str, str] = {}
    named = (
        re.sub(r"\b[0-9a-f]{8}\b", lambda m: ids.setdefault(m[0], f"run-{len(ids):04d}"), row) for row in rows
    )
    return [re.sub(cut, lambda m: "~" * len(m[0]), row) for row in named] if cut else [*named]


def check(app: ConsoleApp, name: str, cut: str = "") -> None:
    """The screen is as it was kept; `cut` is how run ids look of which something hides the rest."""
    file = FOLDER / f"{name}.txt"
    now = picture(app, cut)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    assert now == file.read_text(encoding="utf-8"), (
        f"{file.name} differs; UPDATE_SNAPSHOTS=1 keeps the new one"
    )
