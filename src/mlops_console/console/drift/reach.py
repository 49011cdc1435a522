"""How far the values of a histogram reach: its axis names the largest value, also where that lies beyond."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_console.drift.judging.words import valued

if TYPE_CHECKING:
    from mlops_console.charts.model import Chart
    from mlops_console.drift.model import Measured


def reaching(chart: "Chart", bins: int, measured: "Measured") -> "Chart":
    """The chart with the largest value at the right end of its axis, where it lies beyond."""
    text = _largest(measured)
    if not text or not chart.rows or not chart.rows[-1] or bins < 1:
        return chart
    end = chart.left + (chart.width - chart.left) // bins * bins
    said = "".join(part for part, _ in chart.rows[-1]).ljust(end)
    begin = end - len(text)
    # A label that stands in the way is left out whole, and so is half a number beside it.
    while begin > chart.left and said[begin - 1] != " ":
        said = said[: begin - 1] + " " + said[begin:]
        begin -= 1
    if end - len(text) < chart.left + len(text):
        return chart
    said = said[: end - len(text)] + text
    ink = chart.rows[-1][0][1]
    return replace(chart, rows=(*chart.rows[:-1], ((said, ink),)))


def _largest(one: "Measured") -> str:
    """As `to 412` where it lies beyond the last edge; empty where it is not known, or in the last bin."""
    edges, known = one.shapes.get("edges"), [one.statistics.get(f"maximum_{side}") for side in ("ref", "cur")]
    found = [
        float(value) for value in known if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if not found or not isinstance(edges, list) or not edges:
        return ""
    largest = max(found)
    return f"to {valued(one.kind)(largest)}" if largest > float(str(edges[-1])) else ""
