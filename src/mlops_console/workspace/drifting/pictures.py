"""Both sides of a feature as one histogram, in the colours of a page."""

from typing import Final

import numpy as np

from mlops_console.charts.histogram import Bins, HistogramOptions
from mlops_console.charts.svg import Look
from mlops_console.charts.svg_histogram import histogram_svg
from mlops_console.documents.blocks import Picture
from mlops_console.documents.page import COLOURS
from mlops_console.drift.model import Measured, Report
from mlops_console.records import FloatArray, Json

_WIDTH, _HEIGHT = 640, 190
_LEVELS: Final = 16
_OTHERS: Final = "others"


def drawn(report: Report, picture: Picture) -> str:
    """A picture of the report as SVG; empty where there is nothing to see."""
    for one in report.features:
        if one.measured.name == picture.subject:
            bins = bins_of(one.measured)
            if bins is None:
                return ""
            look = Look(COLOURS, _WIDTH, _HEIGHT, desc=f"{picture.subject}, before and now. {one.because}")
            return histogram_svg(bins, look, HistogramOptions())
    return ""


def bins_of(one: Measured) -> Bins | None:
    """Shares of the rows with a value, bin by bin or by level; None: a side has none.

    What lies beyond the first and the last edge stands in the bins at the ends.
    """
    before, now = (_counts(one.shapes.get(side)) for side in ("reference", "current"))
    if before is None or now is None or not before.sum() or not now.sum():
        return None
    edges, names = one.shapes.get("edges"), one.shapes.get("levels")
    if isinstance(edges, list) and len(edges) == len(before) - 1 and len(edges) > 1:
        return Bins(_inside(before), _inside(now), np.array([float(str(edge)) for edge in edges]))
    if not isinstance(names, list):
        return None
    others = _counts(one.shapes.get("others"))
    rest = others if others is not None and len(others) == 2 else np.zeros(2)
    rest = rest + np.array([before[_LEVELS:].sum(), now[_LEVELS:].sum()])
    shown = [str(name) for name in names[:_LEVELS]] + ([_OTHERS] if rest.any() else [])
    sides = []
    for counts, more in zip((before, now), rest, strict=True):
        listed = np.append(counts[:_LEVELS], more) if rest.any() else counts[:_LEVELS]
        sides.append(listed / max(listed.sum(), 1.0))
    return Bins(sides[0], sides[1], names=shown)


def _inside(counts: FloatArray) -> FloatArray:
    held = counts[1:-1].copy()
    held[0] += counts[0]
    held[-1] += counts[-1]
    found: FloatArray = held / held.sum()
    return found


def _counts(value: Json) -> FloatArray | None:
    if not isinstance(value, list) or not all(isinstance(one, int) for one in value):
        return None
    return np.array(value, np.float64)
