"""The figures of a feature, before and now, as people write them."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.drift.judging.words import percent, valued

if TYPE_CHECKING:
    from mlops_console.drift.model import Feature, Measured

_STATISTICS: Final = (
    ("PSI", "psi"),
    ("KS", "ks"),
    ("W1", "wasserstein"),
    ("TV", "total_variation"),
    ("V", "cramers_v"),
    ("JS", "js_distance_base2"),
)
_TAIL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of both sides."""

    label: str
    before: str
    now: str
    change: str = ""
    matters: bool = False


def statistics(one: "Measured") -> list[tuple[str, str]]:
    """The usual measures of how far the sides are apart, as (name, figure)."""
    found = []
    for label, name in _STATISTICS:
        value = number(one, name)
        if value is not None:
            # Of all but PSI and W1 1 is the most.
            bounded = label not in ("PSI", "W1")
            found.append((label, display.share(value) if bounded else hundredths(value)))
    return found


def hundredths(value: float) -> str:
    """A figure that may be larger than 1: `.41`, `1.23`, `27.4`; `<.01` is not none."""
    if 0.995 <= value < 1.0:
        return "1.00"
    return display.share(value) if value < 10 else display.number(value, 3)


def number(one: "Measured", name: str) -> float | None:
    """A figure by its name; None: it was not measured."""
    value = one.statistics.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def facts(feature: "Feature") -> list[Fact]:
    """What tells both sides apart, the most telling first."""
    one = feature.measured
    if one.dtype_cur is None or one.dtype_ref is None:
        return []
    said = valued(one.kind)
    found = []
    for label, name in (("median", "median"), ("mean", "mean"), ("sd", "sd")):
        before, now = number(one, f"{name}_ref"), number(one, f"{name}_cur")
        if before is not None and now is not None:
            found.append(Fact(label, said(before), said(now), _change(one, before, now), matters=True))
    found[1:1] = _tail(one)
    missing = Fact(
        "missing",
        percent(one.missing_ref),
        percent(one.missing_cur),
        _points(one.missing_cur - one.missing_ref),
        matters=any(c.raw.name == "missing" and c.verdict in ("DRIFT", "WATCH") for c in feature.checks),
    )
    found.insert(2 if len(found) >= 2 else len(found), missing)
    outside = (number(one, "tails_ref"), number(one, "tails_cur"))
    if outside[0] is not None and outside[1] is not None:
        found.append(Fact("in the tails", percent(outside[0]), percent(outside[1])))
    for label, name in (("lowest", "minimum"), ("highest", "maximum")):
        before, now = number(one, f"{name}_ref"), number(one, f"{name}_cur")
        if before is not None and now is not None:
            found.append(Fact(label, said(before), said(now)))
    found += _level_facts(one)
    return found


def _tail(one: "Measured") -> list[Fact]:
    """As it was measured; of windows that were judged before that was kept, by the histogram."""
    before, now, said = number(one, "p95_ref"), number(one, "p95_cur"), valued(one.kind)
    if before is None or now is None:
        before, now = (quantile(one, side, _TAIL) for side in ("reference", "current"))
        said = partial(_about, one)
    if before is None or now is None:
        return []
    return [Fact("95th percentile", said(before), said(now), _change(one, before, now), matters=True)]


def _points(change: float) -> str:
    """The difference of two shares: `+3.2 points`, `−.1 points`; empty: none to speak of."""
    points = abs(100 * change)
    if points < 0.05:
        return ""
    said = f"{points:.0f}" if points >= 9.95 else f"{points:.1f}".removeprefix("0")
    return f"{display.MINUS if change < 0 else '+'}{said} points"


def _level_facts(one: "Measured") -> list[Fact]:
    new, gone = one.statistics.get("new_levels"), one.statistics.get("gone_levels")
    found = []
    if isinstance(new, list) and new:
        found.append(Fact("new levels", "-", display.count(len(new)), matters=True))
    if isinstance(gone, list) and gone:
        found.append(Fact("gone levels", display.count(len(gone)), "-", matters=True))
    return found


def _change(one: "Measured", before: float, now: float) -> str:
    """By how much of what it was, or of the spread where it was near nothing."""
    if one.kind == "date":
        days = (now - before) / 86_400
        return f"{days:+,.0f} d".replace("-", display.MINUS)
    if before == now:
        return ""
    sd = number(one, "sd_ref") or 0.0
    if abs(before) > 0.05 * sd and abs(before) > 0:
        share = 100 * (now / before - 1) * (1 if before > 0 else -1)
        shown = f"{share:+,.0f}%" if abs(share) < 1_000 else f"{share / 100:+,.0f} x"
        return shown.replace("-", display.MINUS) if abs(share) >= 0.5 else ""
    return f"{(now - before) / sd:+.1f} sd".replace("-", display.MINUS).replace("0.", ".") if sd else ""


def quantile(one: "Measured", side: str, share: float) -> float | None:
    """A quantile by the histogram that was kept: exact to a part of a bin; None: it has none there."""
    counts, edges = one.shapes.get(side), one.shapes.get("edges")
    if not (isinstance(counts, list) and isinstance(edges, list)) or len(edges) != len(counts) - 1:
        return None
    held = np.array([float(str(count)) for count in counts])
    total = held.sum()
    if not total or len(edges) < 2:
        return None
    # The first and last count lie beyond the edges: how far is not known.
    reached = np.cumsum(held) / total
    at = int(np.searchsorted(reached, share))
    if at == 0 or at >= len(held) - 1:
        return None
    begun = float(reached[at - 1])
    low, high = float(str(edges[at - 1])), float(str(edges[at]))
    return low + (high - low) * (share - begun) / max(1e-12, float(reached[at]) - begun)


def _about(one: "Measured", value: float) -> str:
    """No more digits than a bin supports."""
    edges = one.shapes.get("edges")
    if one.kind == "date" or not isinstance(edges, list) or len(edges) < 2:
        return valued(one.kind)(value)
    width = (float(str(edges[-1])) - float(str(edges[0]))) / (len(edges) - 1)
    if width <= 0:
        return valued(one.kind)(value)
    digits = 10.0 ** np.floor(np.log10(width / 2))
    return valued(one.kind)(float(round(value / digits) * digits))
