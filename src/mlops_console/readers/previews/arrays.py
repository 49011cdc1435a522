"""NumPy's files: shapes and types from their headers, and first values; nothing is unpickled."""

import os
import zipfile
import zlib
from itertools import islice
from math import prod
from typing import IO, Final

import numpy as np

from mlops_console import display
from mlops_console.readers.modelfiles.numpy_headers import FIRST, LONGEST, MAGIC, Header, header_in
from mlops_console.readers.previews.grid import grid
from mlops_console.readers.previews.model import Preview, Row
from mlops_console.readers.previews.opened import Opened, safe
from mlops_console.readers.previews.raw import binary

__all__ = ["MAGIC", "array", "arrays"]

_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip
_HEADER: Final = FIRST + LONGEST
_MEMBERS: Final = 200
_VALUES: Final = 64
_TRAITS: Final = ("array", "type", "shape", "values")


def array(file: Opened) -> Preview:
    """An `.npy` file."""
    header = header_in(file.head)
    if header is None:
        return binary(file, note="It begins like a NumPy array, but its header can't be read.")
    facts = file.facts(
        ("type", header.kind), ("shape", _shape(header.shape)), ("values", display.count(prod(header.shape)))
    )
    rows, note = _values(header, file.head)
    return Preview("array", file.name, facts, rows, note)


def arrays(file: Opened) -> Preview:
    """An `.npz` file: the arrays in it."""
    rows: list[list[str]] = []
    pickled = 0
    try:
        with os.fdopen(os.dup(file.fd), "rb") as opened, zipfile.ZipFile(opened) as archive:
            members = archive.infolist()
            for member in islice(members, _MEMBERS):
                header = header_in(_start(archive, member))
                name = member.filename.removesuffix(".npy")
                if header is None:
                    rows.append([name, "?", "", ""])
                else:
                    count = display.count(prod(header.shape))
                    rows.append([name, header.kind, _shape(header.shape), count])
                    pickled += "O" in header.kind
    except _BROKEN as error:
        return binary(file, note=f"It can't be read as NumPy arrays ({' '.join(str(error).split())[:120]}).")
    table, _ = grid(_TRAITS, ("", "", "", ""), rows, max(file.width, 60))
    left = len(members) - len(rows)
    notes = [f"{display.count(left)} more arrays are not listed."] if left else []
    if pickled:
        what = "One of them holds" if pickled == 1 else f"{display.count(pickled)} of them hold"
        notes.append(f"{what} pickled objects, which are not loaded.")
    note = " ".join(notes)
    return Preview(
        "array", file.name, file.facts(("arrays", display.count(len(members)))), (table[0], *table[2:]), note
    )


def _start(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The first bytes of a member, so few that a bomb has no time to go off."""
    if member.flag_bits & 1:
        return b""
    stream: IO[bytes]
    with archive.open(member) as stream:
        return stream.read(_HEADER)


def _values(header: Header, head: bytes) -> tuple[tuple[Row, ...], str]:
    """The first values of an array of plain numbers."""
    try:
        kind = np.dtype(header.kind)
    except (TypeError, ValueError, SyntaxError):
        return (), ""
    if kind.hasobject:
        return (), "Its values are pickled objects, which are not loaded."
    if kind.kind not in "biufcSU" or not kind.itemsize:
        return (), ""
    count = min(_VALUES, prod(header.shape), (len(head) - header.data) // kind.itemsize)
    values = np.frombuffer(head, kind, max(0, count), header.data).tolist()
    shown = [display.number(v) if isinstance(v, float) else safe(str(v), 40) for v in values]
    rows = [((", ".join(shown[at : at + 8]), "number"),) for at in range(0, len(shown), 8)]
    total = prod(header.shape)
    return tuple(rows), f"The first {count} of {display.count(total)} values." if total > count else ""


def _shape(sizes: tuple[int, ...]) -> str:
    return " x ".join(display.count(size) for size in sizes) if sizes else "one value"
