"""A baseline as the bytes of a file, and back: the same data gives the same bytes.

`mlops-console baseline 1`, a line feed, eight bytes that say how long the rest is unpacked, and the rest, by
zlib: four bytes that say how long the JSON is, the JSON, and the arrays that it refers to by place. What is
read is checked before anything is made of it; nothing in it is ever executed.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_args

from mlops_console.drift.baseline.arrays import Packing, Unpacking
from mlops_console.drift.baseline.checking import (
    Broken,
    count,
    listing,
    mapping,
    number,
    sensible,
    text,
    texts,
)
from mlops_console.drift.baseline.model import Baseline, Columns, Source
from mlops_console.drift.baseline.rows_form import MOST_COLUMNS, rows_from_json, rows_json
from mlops_console.drift.baseline.samples_form import sample_from_json, sample_json
from mlops_console.drift.model import Kind
from mlops_console.drift.tables.model import ColumnAbout
from mlops_console.errors import DataError

if TYPE_CHECKING:
    from mlops_console.drift.sample import Sample

MAGIC: Final = b"mlops-console baseline "
EDITION: Final = 1
MOST_PACKED: Final = 1 << 28
"""Bytes of a file."""
_MOST_UNPACKED: Final = 1 << 28
_MOST_FACTOR: Final = 1_032
"""zlib packs no bytes better than this."""
_LENGTH: Final = 8
_HEAD: Final = 4
_LEVEL: Final = 6
_KINDS: Final[Mapping[str, Kind]] = {one: one for one in get_args(Kind)}
_MOST_SAID: Final = 1_000


def packed(baseline: Baseline) -> bytes:
    """The bytes of its file. Neither its name nor its hash is in them."""
    arrays = Packing()
    kinds = {one.name: one.kind for one in baseline.about}
    said = {
        "rows": baseline.rows,
        "source": {
            "path": baseline.source.path, "sha256": baseline.source.sha256, "files": baseline.source.files
        },
        "means": baseline.means.said,
        "columns": [_column_json(one, baseline.profiles.get(one.name), arrays) for one in baseline.about],
        "held": rows_json(baseline.held, kinds, arrays),
        "performed": baseline.performed,
        "floors": dict(sorted(baseline.floors.items())),
        "problems": [*baseline.problems],
    }  # fmt: skip
    said["arrays"] = arrays.said
    head = json.dumps(
        said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()
    whole = len(head).to_bytes(_HEAD, "big") + head + arrays.bytes
    return MAGIC + b"%d\n" % EDITION + len(whole).to_bytes(_LENGTH, "big") + zlib.compress(whole, _LEVEL)


def unpacked(data: bytes, name: str) -> Baseline:
    """What was packed.

    Args:
        data: A file's bytes.
        name: What it is called in reports: `baseline churn@3`.

    Raises:
        DataError: They are no baseline, of a newer edition, damaged, or claim what can't be.
    """
    try:
        whole = memoryview(_opened(data))
        end = _HEAD + int.from_bytes(whole[:_HEAD], "big")
        sensible(end <= len(whole), "it is cut off")
        said = _parsed(bytes(whole[_HEAD:end]))
        arrays = Unpacking(said.get("arrays"), whole[end:])
        return _made(said, arrays, name, hashlib.sha256(data).hexdigest())
    except Broken as why:
        raise DataError(
            f"{name} can't be used: {why}", "make it anew: mlops-console drift baseline MODEL@VERSION"
        ) from why


def _opened(data: bytes) -> bytes:
    line, _, _ = data[: len(MAGIC) + 8].partition(b"\n")
    edition = line.removeprefix(MAGIC)
    if not line.startswith(MAGIC) or not edition.isdigit():
        raise Broken("it is no baseline")
    if int(edition) != EDITION:
        raise Broken(f"it is of edition {int(edition)}, which this version of mlops-console does not know")
    start = len(line) + 1 + _LENGTH
    length = int.from_bytes(data[len(line) + 1 : start], "big")
    sensible(len(data) > start, "it is cut off")
    claims = (
        length <= _MOST_UNPACKED and length <= _MOST_FACTOR * (len(data) - start) and len(data) <= MOST_PACKED
    )
    sensible(claims, "it claims to hold more than it can")
    unpacking = zlib.decompressobj()
    try:
        whole = unpacking.decompress(data[start:], length + 1)
    except zlib.error:
        raise Broken("it is damaged") from None
    sensible(len(whole) <= length, "it holds more than it claims")
    sensible(len(whole) == length and unpacking.eof, "it is cut off")
    sensible(not unpacking.unused_data, "there is more behind its end")
    return whole


def _parsed(head: bytes) -> dict[str, Any]:
    def none(_word: str) -> NoReturn:
        raise Broken("it holds numbers that are none")

    try:
        found = json.loads(head, parse_constant=none)
    except (ValueError, RecursionError):
        raise Broken("it is damaged") from None
    return mapping(found, "it")


def _made(said: Mapping[str, Any], arrays: Unpacking, name: str, sha256: str) -> Baseline:
    rows = count(said.get("rows"), "its number of rows")
    about, samples = [], {}
    for one in listing(said.get("columns"), "its columns", MOST_COLUMNS):
        column, sample = _column(mapping(one, "a column"), arrays)
        about.append(column)
        if sample is not None:
            sensible(sample.rows == rows, "a column has other rows than the rest")
            samples[column.name] = sample
    sensible(len({one.name for one in about}) == len(about), "two columns have one name")
    source = mapping(said.get("source"), "its source")
    means = mapping(said.get("means"), "what its columns mean")
    held = rows_from_json(said.get("held"), arrays)
    sensible(held.height <= rows, "it holds more rows than there were")
    performed = said.get("performed")
    floors = mapping(said.get("floors"), "its floors")
    return Baseline(
        name, rows, tuple(about), samples, held,
        Source(
            text(source.get("path"), "its source"), text(source.get("sha256"), "its source's hash", 64),
            count(source.get("files"), "the number of files"),
        ),
        Columns(**{part: text(means.get(part, ""), "a column's meaning") for part in Columns.__slots__}),
        None if performed is None else mapping(performed, "how the model did"),
        {text(key, "a floor"): number(value, "a floor") for key, value in floors.items()},
        texts(said.get("problems"), "its problems", _MOST_SAID), sha256,
    )  # fmt: skip


def _column_json(about: ColumnAbout, sample: "Sample | None", arrays: Packing) -> dict[str, Any]:
    said: dict[str, Any] = {"name": about.name, "dtype": about.dtype, "kind": about.kind}
    if about.why_not:
        said["why_not"] = about.why_not
    if sample is not None:
        said["sample"] = sample_json(sample, arrays)
    return said


def _column(said: dict[str, Any], arrays: Unpacking) -> "tuple[ColumnAbout, Sample | None]":
    kind = said.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Broken("a column is of a kind that is none")
    about = ColumnAbout(
        text(said.get("name"), "a column's name"), text(said.get("dtype"), "a column's type"), _KINDS[kind],
        text(said.get("why_not", ""), "why a column is not judged"),
    )  # fmt: skip
    return about, sample_from_json(said["sample"], arrays) if "sample" in said else None
