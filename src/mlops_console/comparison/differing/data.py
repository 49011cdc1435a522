"""The data of a run: by its bytes where they are known, else by rows or by where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mlops_console import display
from mlops_console.records import Json

_HASHES: Final = ("sha256", "digest", "hash", "md5", "version")
_ORIGINS: Final = ("source", "path", "uri", "url")
_SHORT: Final = 12


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is known of a data set."""

    name: str
    mark: str
    """`sha256:71fe…`: what tells its bytes; empty where nothing does."""
    origin: str
    rows: int | None


def datasets(said: Sequence[Mapping[str, Json]]) -> dict[str, Dataset]:
    """Data sets by name; where two have one name, the second gets a number."""
    found: dict[str, Dataset] = {}
    for one in said:
        origin = next((str(one[key]) for key in _ORIGINS if one.get(key)), "")
        name = str(one.get("name") or one.get("path") or origin or "data")
        key = next((key for key in _HASHES if one.get(key) not in (None, "")), "")
        rows = one.get("rows")
        unique, number = name, 1
        while unique in found:
            number += 1
            unique = f"{name} ({number})"
        found[unique] = Dataset(
            unique,
            f"{key}:{one[key]}" if key else "",
            origin,
            rows if isinstance(rows, int) and not isinstance(rows, bool) else None,
        )
    return found


def as_values(said: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """Data sets as one text each, for a row: hash, rows, else where it comes from."""
    found: dict[str, Json] = {}
    for name, one in datasets(said).items():
        parts = [one.mark.partition(":")[2][:_SHORT]] if one.mark else []
        parts += [f"{display.count(one.rows)} rows"] if one.rows is not None else []
        found[name] = "  ".join(parts) or one.origin
    return found
