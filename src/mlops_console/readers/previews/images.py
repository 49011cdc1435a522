"""Pictures as half blocks, two pixels to a cell, decoded only when their size is reasonable."""

import os
import warnings
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.readers.previews.model import Preview, Row, Span
from mlops_console.readers.previews.opened import Opened

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MOST_PIXELS: Final = 32_000_000
"""A picture of more pixels is not decoded (a JPEG is: it can be decoded small)."""
_MOST_BYTES: Final = 128 << 20
_DRAFT_PIXELS: Final = 400_000_000
_ENLARGED: Final = 4
HALF: Final = "▀"


def picture(file: Opened) -> Preview:
    """A picture, as large as the cells allow, its shape kept."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # judged here, from the header, before anything is decoded
    with warnings.catch_warnings(), os.fdopen(os.dup(file.fd), "rb") as opened:
        warnings.simplefilter("ignore")
        opened.seek(0)
        try:
            image = Image.open(opened, formats=FORMATS)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            return _broken(file, error)
        wide, high = image.size
        facts = file.facts(
            ("pixels", f"{display.count(wide)} x {display.count(high)}"),
            ("format", f"{image.format} {image.mode}"),
        )
        why = _too_large(file, image)
        if why:
            return Preview("image", file.name, facts, (), why)
        try:
            rows = _drawn(image, file.width, file.height)
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError) as error:
            broken = _broken(file, error)
            return Preview("image", file.name, facts, broken.rows, broken.note)
    return Preview("image", file.name, facts, rows)


def _too_large(file: Opened, image: "Image") -> str:
    wide, high = image.size
    if wide < 1 or high < 1:
        return "The picture has no pixels."
    most = _DRAFT_PIXELS if image.format == "JPEG" else MOST_PIXELS
    if wide * high > most:
        return f"Not shown: {display.count(wide)} x {display.count(high)} pixels would take too much memory."
    if file.stat.size > _MOST_BYTES:
        return f"Not shown: a picture of {display.size(file.stat.size)} would take too long."
    return ""


def _drawn(image: "Image", width: int, height: int) -> tuple[Row, ...]:
    from PIL import Image, ImageOps

    if image.format == "JPEG":
        image.draft("RGB", (width * 2, height * 4))
        if image.size[0] * image.size[1] > MOST_PIXELS:
            raise ValueError("its pixels would take too much memory")
    image.load()
    small: Image.Image = image
    if small.mode.startswith("I") or small.mode == "F":
        low, high = (float(bound) for bound in small.getextrema())  # type: ignore[arg-type]
        scale = 255 / (high - low) if high > low else 0.0
        small = small.convert("F").point(lambda value: value * scale - low * scale).convert("L")
    if small.mode not in ("L", "RGB", "RGBA"):
        small = small.convert("RGBA" if "A" in small.mode or "transparency" in image.info else "RGB")
    small.thumbnail((width, height * 2), Image.Resampling.BOX, reducing_gap=2.0)
    times = min(width // small.width, height * 2 // small.height, _ENLARGED)
    if times > 1:
        small = small.resize((small.width * times, small.height * times), Image.Resampling.NEAREST)
    turned = ImageOps.exif_transpose(small)
    if turned.size != small.size:
        turned.thumbnail((width, height * 2))
    if turned.mode == "RGBA":
        # What draws with transparency draws for paper.
        turned = Image.alpha_composite(Image.new("RGBA", turned.size, "white"), turned)
    return _cells(turned.convert("RGB"))


def _cells(image: "Image") -> tuple[Row, ...]:
    """Rows of half blocks; cells of the same colours are one span."""
    wide, high = image.size
    pixels = [data.hex() for data in (image.tobytes()[at : at + 3] for at in range(0, wide * high * 3, 3))]
    rows: list[Row] = []
    for y in range(0, high, 2):
        row: list[Span] = []
        upper, lower = pixels[y * wide : (y + 1) * wide], pixels[(y + 1) * wide : (y + 2) * wide]
        start = 0
        for x in range(1, wide + 1):
            if x < wide and upper[x] == upper[start] and (not lower or lower[x] == lower[start]):
                continue
            style = f"#{upper[start]} on #{lower[start]}" if lower else f"#{upper[start]}"
            row.append((HALF * (x - start), style))
            start = x
        rows.append(tuple(row))
    return tuple(rows)


def _broken(file: Opened, error: Exception) -> Preview:
    from mlops_console.readers.previews.raw import hex_rows

    why = " ".join(str(error).split())[:160]
    if "cannot identify" in why:
        why = "it is none of " + ", ".join(FORMATS)
    return Preview(
        "image", file.name, file.facts(), hex_rows(file.head), f"The picture can't be decoded: {why}."
    )
