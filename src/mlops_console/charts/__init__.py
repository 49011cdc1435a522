"""Charts as rows of styled text: scales, decimation, glyphs. Knows numbers, not the terminal.

`line_chart` draws curves, `scatter` points, `histogram` samples, `sparkline` a series in a few cells, `bar`,
`difference` and `interval` what stands beside a number. Styles are names (`series0`, `line`, `muted`);
whoever shows a chart gives them colours. The modules `svg_lines`, `svg_histogram` and `svg_intervals` draw
documents.
"""

from mlops_console.charts.bars import bar, difference, interval
from mlops_console.charts.histogram import Bins, HistogramOptions, histogram
from mlops_console.charts.lines import LETTER_CELLS, line_chart
from mlops_console.charts.model import Chart, ChartOptions, Curve, LegendEntry, Level, Row, Span, plain
from mlops_console.charts.prepared import Prepared
from mlops_console.charts.scatter import scatter
from mlops_console.charts.smoothing import ema, usual_weight
from mlops_console.charts.spark import sparkline

__all__ = [
    "LETTER_CELLS",
    "Bins",
    "Chart",
    "ChartOptions",
    "Curve",
    "HistogramOptions",
    "LegendEntry",
    "Level",
    "Prepared",
    "Row",
    "Span",
    "bar",
    "difference",
    "ema",
    "histogram",
    "interval",
    "line_chart",
    "plain",
    "scatter",
    "sparkline",
    "usual_weight",
]
