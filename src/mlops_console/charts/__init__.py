"""Charts as rows of styled text: scales, decimation, glyphs. Knows numbers, not the terminal.

`line_chart` draws curves, `sparkline` a series in a few cells. Styles are names (`series0`, `line`,
`muted`); whoever shows a chart gives them colours.
"""

from mlops_console.charts.lines import line_chart
from mlops_console.charts.model import Chart, ChartOptions, Curve, LegendEntry, Level, Row, Span, plain
from mlops_console.charts.prepared import Prepared
from mlops_console.charts.smoothing import ema, usual_weight
from mlops_console.charts.spark import sparkline

__all__ = [
    "Chart",
    "ChartOptions",
    "Curve",
    "LegendEntry",
    "Level",
    "Prepared",
    "Row",
    "Span",
    "ema",
    "line_chart",
    "plain",
    "sparkline",
    "usual_weight",
]
