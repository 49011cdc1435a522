"""How values look to people and to programs: safe text, honest digits, times, JSON.

Text from files is hostile until proven otherwise: `safe_text` is the one door through which it reaches a
terminal. Numbers show no more digits than asked for and never zeros that were not measured.
"""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

MINUS: Final = "\N{MINUS SIGN}"
NONE: Final = "-"

_BIDI_AND_INVISIBLE = (
    "\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_BIDI_AND_INVISIBLE}]")


def safe_text(text: str, limit: int = 512) -> str:
    """Text that can be drawn: control, bidirectional and invisible characters made visible, length capped."""
    if len(text) > limit:
        text = text[: limit - 1] + "~"
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_visible, text)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"<{code:x}>"


def number(value: float | None, digits: int = 4) -> str:
    """A number to `digits` significant digits: `.9171`, `3.12`, `18,034`, `3.1e-3`; `-` for none."""
    if value is None:
        return NONE
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else MINUS + "inf"
    if value == 0:
        return "0"
    size = abs(value)
    if value == int(value) and size < 1e7:
        return count(int(value))
    if size < 1e-3 or size >= 1e7:
        return _scientific(value)
    decimals = digits if size < 1 else max(0, digits - 1 - math.floor(math.log10(size)))
    return _fixed(value, decimals)


def figures(value: float, interval: tuple[float, float] | None, most: int = 4) -> tuple[str, ...]:
    """A value, and the ends of its interval: digits below a tenth of what chance does are not shown.

    Args:
        value: The value.
        interval: Its ends; None: there is none.
        most: Decimals, at most.
    """
    ends = interval or ()
    size = max(map(abs, (value, *ends)))
    # What is too small or too large to be written out has digits of its own.
    if not ends or not 1e-3 <= size < 1e7 or not ends[0] < ends[1]:
        return tuple(number(one) for one in (value, *ends))
    half = (ends[1] - ends[0]) / 2
    decimals = max(0, min(most, 1 - math.floor(math.log10(half))))
    return tuple(_measured(one, decimals) for one in (value, *ends))


def signed(text: str) -> str:
    """A difference that is written already, with its sign: `+.0040`, `−.0058`; `0` stays."""
    return text if text.startswith(MINUS) or not text.strip("0.,-") else f"+{text}"


def share(value: float | None) -> str:
    """A share in two decimals: `.41`, `1.00`; `<.01` is not none, `>.99` not all; `-` where there is none."""
    if value is None or math.isnan(value):
        return NONE
    if 0.0 < value < 0.005:
        return "<.01"
    if 0.995 <= value < 1.0:
        return ">.99"
    return f"{max(0.0, value):.2f}".removeprefix("0")


def limit(value: float) -> str:
    """What a share is held against: `.10`, `.025`; nothing is rounded away that somebody wished."""
    return share(value) if abs(round(value, 2) - value) < 1e-9 else number(value, 3)


def _measured(value: float, decimals: int) -> str:
    """With so many decimals, all of them known: `.490`."""
    text = f"{abs(value):,.{decimals}f}".removeprefix("0" if decimals else "")
    zero = not text.strip("0.,")
    return f"{MINUS}{text}" if value < 0 and not zero else text


def _scientific(value: float) -> str:
    mantissa, exponent = f"{abs(value):.1e}".split("e")
    return _signed(value, f"{mantissa}e{int(exponent)}")


def _signed(value: float, text: str) -> str:
    return MINUS + text if value < 0 else text


def aligned(values: Sequence[float | None], digits: int = 4) -> list[str]:
    """A column of numbers: equal decimals where the sizes allow it, points under each other, `-` for none.

    Returns texts of equal width, right-aligned on the decimal point with blanks, never with zeros that were
    not measured (a value logged as 0.5 beside 0.9171 stays `.5`). Values too small or too large to write out
    look like `3.0e-5`; if that holds for over a third of the column, all of it does.
    """
    sizes = sorted(abs(v) for v in values if v is not None and math.isfinite(v) and v)
    middle = sizes[len(sizes) // 2] if sizes else 1.0
    decimals = digits if middle < 1 else max(0, digits - 1 - math.floor(math.log10(middle)))
    whole = bool(sizes) and all(v == int(v) for v in sizes) and sizes[-1] < _LARGE
    odd = sum(1 for v in sizes if not _SMALL <= v < _LARGE)
    if whole:
        texts = [number(v) for v in values]
    elif odd * 3 > len(sizes):
        texts = [_scientific(v) if v and math.isfinite(v) else number(v) for v in values]
    else:
        texts = [_written_out(v, decimals) for v in values]
    tails = [len(text) - _point(text) for text in texts]
    longest = max((t for t, s in zip(tails, texts, strict=True) if s != NONE), default=0)
    padded = [s + " " * (longest - t) if s != NONE else s for s, t in zip(texts, tails, strict=True)]
    width = max((len(text) for text in padded), default=0)
    return [text.rjust(width) for text in padded]


_SMALL: Final = 1e-4
_LARGE: Final = 1e7
"""Numbers within these bounds are written out in columns."""


def _written_out(value: float | None, decimals: int) -> str:
    """With so many decimals, or with as many more as two digits need; scientific out of the bounds."""
    if not value or not math.isfinite(value):
        return number(value)
    if not _SMALL <= abs(value) < _LARGE:
        return _scientific(value)
    return _fixed(value, max(decimals, 1 - math.floor(math.log10(abs(value)))))


def _point(text: str) -> int:
    found = re.search(r"[.e]", text)
    return found.start() if found and not text.endswith(("nan", "inf")) else len(text)


def _fixed(value: float | None, decimals: int) -> str:
    if value is None or not math.isfinite(value):
        return number(value)
    text = f"{abs(value):,.{decimals}f}"
    shortest = repr(abs(value))
    if "e" not in shortest:
        measured = len(shortest.partition(".")[2]) if not shortest.endswith(".0") else 0
        if measured < decimals:
            text = f"{abs(value):,.{measured}f}"
    return _signed(value, text[1:] if text.startswith("0.") else text)


def count(value: int) -> str:
    """A whole number with thousands marked: `18,034`."""
    return _signed(value, f"{abs(value):,}")


def counted(amount: int, thing: str) -> str:
    """`1 row`, `18,034 rows`."""
    return f"{count(amount)} {thing}{'' if amount == 1 else 's'}"


def size(octets: int) -> str:
    """A size in bytes: `512 B`, `2.1 GB` (powers of 1000)."""
    amount = float(octets)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if amount < 999.5 or unit == "TB":
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 99.5 else f"{amount:.2g} {unit}"


def duration(microseconds: int | None) -> str:
    """How long something took: `0.4s`, `12s`, `4m11s`, `2h05m`, `3d4h`."""
    if microseconds is None:
        return NONE
    whole = max(0, microseconds) / 1e6
    if whole < 10:
        return f"{whole:.1f}s"
    amount = round(whole)
    if amount < 60:
        return f"{amount}s"
    if amount < 3600:
        return f"{amount // 60}m{amount % 60:02d}s"
    if amount < 86400:
        return f"{amount // 3600}h{amount % 3600 // 60:02d}m"
    return f"{amount // 86400}d{amount % 86400 // 3600}h"


def age(microseconds: int | None) -> str:
    """How long ago, in one unit, as tables have it: `40s`, `6m`, `2h`, `3d`, `5w`, `2y`; `-` for none."""
    if microseconds is None:
        return NONE
    amount = max(0, microseconds // 1_000_000)
    for unit, length in (("y", 31_557_600), ("w", 604_800 * 2), ("d", 86_400), ("h", 3_600), ("m", 60)):
        if amount >= length:
            return f"{amount // (length // 2 if unit == 'w' else length)}{unit}"
    return f"{amount}s"


def span(microseconds: int | None) -> str:
    """The same as sentences have it: `9 d`, as in `9 d ago`."""
    text = age(microseconds)
    return text if text == NONE else f"{text[:-1]} {text[-1]}"


def iso(microseconds: int | None) -> str | None:
    """ISO 8601 in UTC, `2026-11-23T02:51:48.884704+00:00`; None for none or for what no calendar holds."""
    if microseconds is None:
        return None
    try:
        whole = datetime.fromtimestamp(microseconds // 1_000_000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return whole.replace(microsecond=microseconds % 1_000_000).isoformat()


def day(microseconds: int | None) -> str:
    """A date in UTC: `2026-11-23`."""
    return (iso(microseconds) or NONE)[:10]


def minute(microseconds: int | None) -> str:
    """A time in UTC, for a line of its own: `2026-11-23 14:05`."""
    return (iso(microseconds) or NONE)[:16].replace("T", " ")


def second(microseconds: int | None) -> str:
    """A time in UTC, where it matters more exactly: `2026-11-23 14:05:09`."""
    return (iso(microseconds) or NONE)[:19].replace("T", " ")


def json_number(value: float | None) -> float | int | str | None:
    """A number for JSON: non-finite ones are the strings `NaN`, `Infinity`, `-Infinity`."""
    if value is None or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def json_text(text: str) -> str:
    r"""Text for JSON as it was written; only bytes that were not UTF-8 are escaped (`\xff`)."""
    if text.isascii():
        return text
    return re.sub(
        "[\ud800-\udfff]",
        lambda m: f"\\x{ord(m[0]) - 0xDC00:02x}" if 0xDC80 <= ord(m[0]) <= 0xDCFF else f"\\u{ord(m[0]):04x}",
        text,
    )


def csv_line(values: Iterable[object]) -> str:
    """Values as a line of CSV, with its end; nothing stands for None."""
    import csv
    import io

    line = io.StringIO()
    # The writer puts quotes around those ends of lines alone that it writes itself, and readers want both.
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue().removesuffix("\r\n") + "\n"
