"""Colours by meaning: the palettes of the four themes, and the styles made from them.

Nothing else in the console names a colour. A widget asks `palette(app)` and draws with token names:
`palette.style("second")` is the style of an ordinary value on the canvas, `palette.style("accent", "bar")`
the same meaning on the header. The `ansi` theme uses only the terminal's own 16 colours and no tints, so
it also serves NO_COLOR: there the cursor row is reversed and states stand by glyph and word.
"""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from rich.color import Color, ColorSystem
from rich.style import Style

if TYPE_CHECKING:
    from rich.console import Console
    from textual.app import App
    from textual.theme import Theme

COLOR_SYSTEMS: Final = {
    "standard": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
}
REVERSE: Final = "reverse"
"""As a background: swap the terminal's own colours."""

STATE_INKS: Final = {
    "running": ("accent", "accent"),
    "finished": ("ok", "second"),
    "failed": ("bad", "bad"),
    "killed": ("warn", "warn"),
    "unknown": ("muted", "second"),
    "queued": ("muted", "muted"),
}
"""Status -> tokens of its glyph and of its word."""


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """The colours of one theme, by what they mean."""

    name: str
    dark: bool
    ansi: bool
    bg: str
    panel: str
    bar: str
    raised: str
    cursor: str
    cursor2: str
    fail_bg: str
    common: str
    line: str
    faint: str
    text: str
    second: str
    muted: str
    accent: str
    ok: str
    warn: str
    bad: str
    base: str
    series: tuple[str, ...]
    """Colours of the letters A to G, in order."""

    def colour(self, token: str) -> str:
        """The colour of a token; `A` to `G` (and on, in turns) are the series; a colour stays itself."""
        if token in _TOKENS:
            return str(getattr(self, token))
        if len(token) <= 2 and token.isupper():
            return self.series[letter_number(token) % len(self.series)]
        return token

    def style(
        self,
        ink: str = "text",
        on: str = "bg",
        *,
        bold: bool = False,
        italic: bool = False,
        underline: bool = False,
    ) -> Style:
        """The style of a token (or colour) on a background token; on the cursor row `muted` is `second`."""
        return _style(self, ink, on, bold, italic, underline)

    def dim(self, ink: str, share: float = 0.5, on: str = "bg") -> str:
        """A colour moved towards a background by `share` (0 = itself, 1 = the background)."""
        if self.ansi:
            return "bright_black" if share > 0 else self.colour(ink)
        return _mix(self.colour(ink), self.colour(on), share)

    def sgr(self, ink: str, on: str, console: "Console") -> str:
        """The parameters that set a style on the terminal of a console."""
        drawn = self.style(ink, on).render("x", color_system=COLOR_SYSTEMS.get(console.color_system or ""))
        return drawn.partition("m")[0].removeprefix("\x1b[") if drawn.startswith("\x1b[") else ""


_TOKENS = frozenset(f.name for f in fields(Palette)) - {"name", "dark", "ansi", "series"}


def letter(index: int) -> str:
    """The letter of the mark with this number: A to Z, AA to ZZ; two cells are all there are, then `+`."""
    if index < 26:
        return chr(65 + index)
    return chr(64 + index // 26) + chr(65 + index % 26) if index < 702 else "+"


def letter_number(name: str) -> int:
    """The number of a mark's letter: the inverse of `letter`."""
    number = 0
    for char in name:
        number = number * 26 + ord(char) - 64
    return number - 1


@lru_cache(4096)
def _style(palette: Palette, ink: str, on: str, bold: bool, italic: bool, underline: bool) -> Style:
    if on == "cursor" and ink == "muted":
        ink = "second"
    colour, ground = palette.colour(ink), palette.colour(on)
    if ground == REVERSE:
        return Style(reverse=True, bold=bold or None, italic=italic or None, underline=underline or None)
    if on == "cursor" and ink.isupper():
        colour = _readable(colour, ground, palette.text)
    return Style(
        color=colour,
        bgcolor=ground,
        bold=bold or None,
        italic=italic or None,
        underline=underline or None,
    )


def _channels(colour: str) -> tuple[int, int, int]:
    return tuple(Color.parse(colour).get_truecolor())  # type: ignore[return-value]


def _mix(colour: str, ground: str, share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(_channels(colour), _channels(ground), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, ground: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    a, b = sorted((_luminance(colour), _luminance(ground)))
    return (b + 0.05) / (a + 0.05)


def _readable(colour: str, ground: str, towards: str) -> str:
    for step in range(11):
        stepped = _mix(colour, towards, step / 10)
        if contrast(stepped, ground) >= 4.5:
            return stepped
    return towards


DARK: Final = Palette(
    name="dark",
    dark=True,
    ansi=False,
    bg="#0d1117",
    panel="#131922",
    bar="#171e29",
    raised="#1c2430",
    cursor="#203354",
    cursor2="#1a2230",
    fail_bg="#2c1a1d",
    common="#3c4a60",
    line="#2b3442",
    faint="#4a5566",
    text="#e6eaf0",
    second="#aab4c2",
    muted="#7f8b9b",
    accent="#8ab4ff",
    ok="#6fcf97",
    warn="#e5b454",
    bad="#ff7b72",
    base="#c6ced9",
    series=("#5cb8f0", "#f0a23c", "#35c9a0", "#d58fc0", "#efe06a", "#ff8a5c", "#7d9bff"),
)
LIGHT: Final = Palette(
    name="light",
    dark=False,
    ansi=False,
    bg="#fcfcfb",
    panel="#f3f4f5",
    bar="#eaecef",
    raised="#e6e9ed",
    cursor="#d7e4fb",
    cursor2="#eaeef4",
    fail_bg="#fbe7e5",
    common="#b9c3d1",
    line="#d3d8de",
    faint="#a3acb8",
    text="#1b2129",
    second="#434d5a",
    muted="#5c6675",
    accent="#1d4fc0",
    ok="#17703f",
    warn="#825400",
    bad="#b3231c",
    base="#4a5361",
    series=("#0a6fb0", "#a85500", "#00785a", "#994a82", "#7a6a00", "#bd4a00", "#3d4fc4"),
)
CONTRAST: Final = Palette(
    name="contrast",
    dark=True,
    ansi=False,
    bg="#000000",
    panel="#0b0b0b",
    bar="#1c1c1c",
    raised="#242424",
    cursor="#0a3f8f",
    cursor2="#2a2a2a",
    fail_bg="#331800",
    common="#5a5a5a",
    line="#8a8a8a",
    faint="#8a8a8a",
    text="#ffffff",
    second="#e4e4e4",
    muted="#bdbdbd",
    accent="#8fd0ff",
    ok="#5ec8ff",
    warn="#f5e663",
    bad="#ffa257",
    base="#ffffff",
    series=("#56b4e9", "#e69f00", "#2fd0a5", "#e79fc8", "#f0e442", "#ff8b4d", "#9fb4ff"),
)
ANSI: Final = Palette(
    name="ansi",
    dark=True,
    ansi=True,
    bg="default",
    panel="default",
    bar="default",
    raised="default",
    cursor=REVERSE,
    cursor2="default",
    fail_bg="default",
    common="bright_black",
    line="bright_black",
    faint="bright_black",
    text="default",
    second="default",
    muted="bright_black",
    accent="bright_blue",
    ok="green",
    warn="yellow",
    bad="red",
    base="default",
    series=("bright_cyan", "bright_yellow", "bright_green", "bright_magenta", "cyan", "bright_red", "blue"),
)
PALETTES: Final = {p.name: p for p in (DARK, LIGHT, CONTRAST, ANSI)}


def palette(app: "App[Any]") -> Palette:
    """The palette of the theme that the app shows now."""
    return PALETTES.get(app.theme, DARK)


def themes() -> "list[Theme]":
    """The palettes as Textual themes; their tokens are style-sheet variables (`$bar`, `$cursor2`)."""
    from textual.theme import Theme

    made = []
    for shade in PALETTES.values():
        tokens = {name.replace("_", "-"): _css(getattr(shade, name)) for name in _TOKENS}
        made.append(
            Theme(
                name=shade.name,
                primary=_css(shade.accent),
                secondary=_css(shade.muted),
                warning=_css(shade.warn),
                error=_css(shade.bad),
                success=_css(shade.ok),
                accent=_css(shade.accent),
                foreground=_css(shade.text),
                background=_css(shade.bg),
                surface=_css(shade.bg),
                panel=_css(shade.panel),
                dark=shade.dark,
                ansi=shade.ansi,
                variables={
                    **{f"c-{name}": value for name, value in tokens.items()},
                    "ansi-background": "ansi_black",
                    "ansi-foreground": "ansi_white",
                    "veil": "transparent" if shade.ansi else f"{shade.bg} 58%",
                },
            )
        )
    return made


def _css(colour: str) -> str:
    if colour.startswith("#"):
        return colour
    return "ansi_default" if colour == REVERSE else f"ansi_{colour}"
