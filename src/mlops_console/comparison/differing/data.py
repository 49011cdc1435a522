"""The data of two runs: the same bytes, other bytes under the same name, or nobody knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mlops_console import display
from mlops_console.records import Json

Standing: TypeAlias = Literal["same", "changed", "added", "removed", "unknown"]
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


@dataclass(frozen=True, slots=True)
class DataChange:
    """A data set of two runs."""

    name: str
    standing: Standing
    before: Dataset | None
    after: Dataset | None
    words: str


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


def data_changes(
    before: Sequence[Mapping[str, Json]], after: Sequence[Mapping[str, Json]]
) -> tuple[DataChange, ...]:
    """What became of each data set; what changed first."""
    one, other = datasets(before), datasets(after)
    found = [_change(name, one.get(name), other.get(name)) for name in {**one, **other}]
    order = ("changed", "removed", "added", "unknown", "same")
    return tuple(sorted(found, key=lambda change: (order.index(change.standing), change.name)))


def _change(name: str, before: Dataset | None, after: Dataset | None) -> DataChange:
    if before is None or after is None:
        standing: Standing = "added" if before is None else "removed"
        return DataChange(name, standing, before, after, f"{name} is only {_side(standing)}")
    size = _rows(before.rows, after.rows)
    moved = before.origin != after.origin and before.origin and after.origin
    kind, _, _ = before.mark.partition(":")
    if before.mark and after.mark and after.mark.startswith(kind + ":"):
        if before.mark == after.mark:
            words = f"{name} is the same by its {kind}" + (", from another place" if moved else "")
            return DataChange(name, "same", before, after, words)
        return DataChange(name, "changed", before, after, f"{name} has another {kind}{size}")
    if before.rows is not None and after.rows is not None and before.rows != after.rows:
        return DataChange(name, "changed", before, after, f"{name} changed{size}")
    if moved:
        return DataChange(name, "changed", before, after, f"{name} comes from another place{size}")
    why = "neither has a hash" if not before.mark and not after.mark else "their hashes can't be compared"
    return DataChange(name, "unknown", before, after, f"whether {name} changed is not known: {why}")


def _side(standing: Standing) -> str:
    return "in the second" if standing == "added" else "in the first"


def _rows(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return ""
    if before == after:
        return f", still {display.count(after)} rows"
    more = after - before
    sign = "+" if more > 0 else ""
    return f", {sign}{display.count(more)} rows ({display.count(before)} became {display.count(after)})"
