"""What moved in a feature, in a few words: for tables, where the whole sentence has no room."""

from typing import Final

from mlops_console.display import number, safe_text
from mlops_console.drift.judging.words import Value, percent, valued
from mlops_console.drift.model import Check, Feature, Measured
from mlops_console.records import Json

ARROW: Final = "→"
_LEVEL: Final = 20
_SHIFT: Final = 0.05
"""Medians nearer than so many standard deviations are the same for a few words."""
_SPREAD: Final = 1.2


def moved(feature: Feature, check: Check | None = None) -> str:
    """What the worst check of a feature saw (or this one): `median 21,904 → 43,820`, `"true" 55% → 80%`."""
    if check is None:
        check = feature.checks[0] if feature.checks else None
    one = feature.measured
    if check is None:
        return ""
    effect = percent(check.raw.effect or 0.0)
    match check.raw.name:
        case "type":
            return _types(one)
        case "missing":
            return f"no value {percent(one.missing_ref)} {ARROW} {percent(one.missing_cur)}"
        case "new_levels":
            return f"{effect} new: {_levels(one.statistics.get('new_levels'))}"
        case "gone_levels":
            return f"{effect} gone: {_levels(one.statistics.get('gone_levels'))}"
        case "infinite":
            return f"{effect} infinite"
        case "tails":
            return f"{effect} more extremes"
        case "range":
            return f"{effect} out of range"
        case "constant":
            return _constant(one)
        case _:
            return _level(one) if one.kind in ("categorical", "boolean") else _numbers(one)


def direction(feature: Feature) -> int:
    """1: values are larger than before, -1: smaller, 0: neither, or they are no numbers."""
    before, now, sd = (_number(feature.measured, name) for name in ("median_ref", "median_cur", "sd_ref"))
    if before is None or now is None or sd is None or abs(now - before) < _SHIFT * sd:
        return 0
    return 1 if now > before else -1 if now < before else 0


def _types(one: Measured) -> str:
    if one.dtype_cur is None:
        return "vanished"
    return "is new" if one.dtype_ref is None else f"{one.dtype_ref} {ARROW} {one.dtype_cur}"


def _constant(one: Measured) -> str:
    known = one.statistics
    if known.get("minimum_cur") is not None and known.get("minimum_cur") == known.get("maximum_cur"):
        return f"is always {_said(one)(_number(one, 'minimum_cur') or 0.0)} now"
    if known.get("minimum_ref") is not None:
        return f"was always {_said(one)(_number(one, 'minimum_ref') or 0.0)}"
    shape = one.shapes.get("current")
    alone = isinstance(shape, list) and sum(1 for count in shape if count) == 1
    return "is always the same now" if alone else "was always the same"


def _numbers(one: Measured) -> str:
    before, now, sd, later = (_number(one, name) for name in ("median_ref", "median_cur", "sd_ref", "sd_cur"))
    if before is None or now is None or sd is None or later is None:
        return ""
    said = _said(one)
    spread = max(sd, later) / min(sd, later) if min(sd, later) > 0 else 1.0
    if abs(now - before) < _SHIFT * sd and spread >= _SPREAD:
        return _change("sd", number(sd), number(later))
    if before == now:
        first, last = _number(one, "mean_ref"), _number(one, "mean_cur")
        if first is not None and last is not None:
            return _change("mean", said(first), said(last))
    return _change("median", said(before), said(now))


def _level(one: Measured) -> str:
    """The level whose share changed most."""
    levels, before, now = (one.shapes.get(part) for part in ("levels", "reference", "current"))
    if not (isinstance(levels, list) and isinstance(before, list) and isinstance(now, list)) or not levels:
        return ""
    shares = [
        (_share(a, one.n_ref), _share(b, one.n_cur), str(level))
        for level, a, b in zip(levels, before, now, strict=True)
    ]
    # Of levels that changed alike the first by name, as the sentence has it.
    first, last, level = min(shares, key=lambda each: (-round(abs(each[1] - each[0]), 9), each[2]))
    return _change(_quoted(level), percent(first), percent(last))


def _levels(names: Json) -> str:
    if not isinstance(names, list) or not names:
        return "levels"
    shown = ", ".join(_quoted(str(name)) for name in names[:2])
    return f"{shown}, …" if len(names) > 2 else shown


def _quoted(level: str) -> str:
    shown = safe_text(level, 200)
    return f'"{shown if len(shown) <= _LEVEL else shown[: _LEVEL - 1] + "~"}"'


def _share(count: Json, n: int) -> float:
    return float(count) / n if isinstance(count, (int, float)) and n else 0.0


def _number(one: Measured, name: str) -> float | None:
    value = one.statistics.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _said(one: Measured) -> Value:
    return valued(one.kind)


def _change(what: str, before: str, now: str) -> str:
    return f"{what} {before}" if before == now else f"{what} {before} {ARROW} {now}"
