"""Everything that is checked of one feature. Thresholds play no part: a stored window is judged again."""

from collections.abc import Mapping
from typing import Final

from mlops_console.drift.judging import power
from mlops_console.drift.judging.chances import shares_differ
from mlops_console.drift.judging.levels import level_checks
from mlops_console.drift.judging.numeric import infinite_check, number_checks
from mlops_console.drift.judging.words import percent, valued
from mlops_console.drift.model import JUDGED, Raw
from mlops_console.drift.pair import Pair
from mlops_console.drift.sample import LevelSample, NumericSample, Sample
from mlops_console.drift.tables.model import ColumnAbout
from mlops_console.records import Json

_FAMILIES: Final[Mapping[str, str]] = {
    "integer": "number", "decimal number": "number", "date": "date", "date and time": "date",
}  # fmt: skip
_EMPTY: Final = "empty"
"""How the type of a column without a single value is said: it contradicts no other."""


def checks_of(
    reference_about: ColumnAbout | None,
    current_about: ColumnAbout | None,
    pair: Pair | None,
    statistics: Mapping[str, Json],
) -> tuple[Raw, ...]:
    """The checks of one feature, in no order that means anything; none for what is not judged.

    Args:
        reference_about: What the column is there; None: the reference has no such column.
        current_about: The same of the current window.
        pair: Both samples; None: they can't be held against each other.
        statistics: What `measures.statistics_of` says of the pair: `ks` and `ks_p` are taken from it.
    """
    if reference_about is None or current_about is None:
        return _one_sided(reference_about, current_about)
    if reference_about.kind not in JUDGED:
        return ()
    out = _type(reference_about, current_about, pair)
    if pair is None:
        return tuple(out)
    reference, current = pair.reference, pair.current
    out += _missing(reference, current)
    counted = pair.bins
    if isinstance(reference, NumericSample) and isinstance(current, NumericSample):
        infinite = infinite_check(reference, current)
        out += [infinite] if infinite is not None else []
        ks, p = statistics.get("ks"), statistics.get("ks_p")
        if counted is not None and isinstance(ks, (int, float)) and isinstance(p, (int, float)):
            said = valued(reference_about.kind)
            return (*out, *number_checks(reference, current, counted, float(ks), float(p), said))
    if counted is not None and isinstance(reference, LevelSample) and isinstance(current, LevelSample):
        return (*out, *level_checks(reference, current, counted, pair.levels))
    return (*out, _nothing(reference, current))


def _one_sided(reference: ColumnAbout | None, current: ColumnAbout | None) -> tuple[Raw, ...]:
    """A column that the model may have learned from and that is gone is certain; one more harms nobody."""
    if reference is not None and reference.kind in JUDGED:
        return (
            Raw(
                "type",
                1.0,
                None,
                said="The column vanished: the current window has none of this name",
                certain=True,
            ),
        )
    if current is not None and current.kind in JUDGED:
        return (
            Raw(
                "type",
                None,
                None,
                said="The reference has no such column: there is nothing to compare it with",
            ),
        )
    return ()


def _type(reference: ColumnAbout, current: ColumnAbout, pair: Pair | None) -> list[Raw]:
    """Numbers that became text are certain; levels that are written the same are the same."""
    was, now = reference.dtype, current.dtype
    if was == now or _EMPTY in (was, now):
        return []
    changed = _FAMILIES.get(was, was) != _FAMILIES.get(now, now)
    said = (
        f"The type changed from {was} to {now}"
        if changed
        else f"Was {was}, is {now} now: compared as numbers"
    )
    if not changed and _FAMILIES.get(was) == "date":
        said = f"Was {was}, is {now} now: compared as times"
    if changed and pair is not None and pair.form == "levels" and _have_common(pair):
        return [Raw("type", None, None, said=f"{said}, its levels are written the same")]
    return [Raw("type", None, None, said=said, certain=changed)]


def _have_common(pair: Pair) -> bool:
    bins = pair.bins
    return bins is not None and bool(((bins.reference > 0) & (bins.current > 0)).any())


def _missing(reference: Sample, current: Sample) -> list[Raw]:
    n, m = reference.rows, current.rows
    if not n or not m or not (reference.missing or current.missing):
        return []
    was, now = reference.missing / n, current.missing / m
    said = f"{percent(now)} of rows have no value, before {percent(was)}"
    return [
        Raw(
            "missing", abs(now - was), shares_differ(reference.missing, n, current.missing, m),
            power.visible_share(n, m, (reference.missing + current.missing) / (n + m), power.LEVEL), said,
        )
    ]  # fmt: skip


def _nothing(reference: Sample, current: Sample) -> Raw:
    sides = [name for name, side in (("reference", reference), ("current window", current)) if not side.n]
    said = f"No row of the {' and the '.join(sides)} has a value to compare" if sides else "Can't be compared"
    return Raw("distribution", None, None, said=said)
