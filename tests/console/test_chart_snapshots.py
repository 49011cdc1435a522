"""Charts as they look: every glyph set, theme and kind."""

import numpy as np
import pytest
from tests.console import snapshots
from tests.console.chart_stage import ChartView, OneApp

from mlops_console.charts import Bins, ChartOptions, Curve, HistogramOptions, Level, histogram, scatter
from mlops_console.console.run.remarks import Remark
from mlops_console.console.widgets.chart import Picture, put_row
from mlops_console.console.widgets.rows import Rows

X = np.arange(41.0)
FALLING = 0.2 + 0.5 * np.exp(-X / 9)
WAVES = 0.02 * np.sin(X * 1.9)


def losses(**options):
    curves = [
        Curve("t", "train", X, FALLING + WAVES, "series0"),
        Curve("v", "val", X, FALLING + np.maximum(X - 20, 0) * 0.005 - WAVES / 2, "series1"),
    ]
    remark = Remark("!", "warn", "val lowest at epoch 22 (.2543); train fell since")
    chosen = ChartOptions(x_unit="epochs", x_end=60, letters=True, **options)
    return Picture("loss", curves, chosen, remark=remark)


class ShapeView(Rows):
    DEFAULT_CSS = "ShapeView { height: 1fr; }"

    def __init__(self, chart):
        super().__init__()
        self.chart = chart

    def line(self, y):
        if y >= len(self.chart.rows):
            return self.blank()
        return put_row(self.blank(), self.chart.rows[y], self.colours, self.ground)


async def check(view, name, size=(60, 14), theme="dark", glyphs="unicode"):
    app = OneApp(view, glyphs)
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        await pilot.pause()
        snapshots.check(app, name)


@pytest.mark.parametrize("glyphs", ["braille", "quadrant", "block"])
async def test_glyphs(glyphs):
    await check(ChartView(losses(), glyphs), f"chart-{glyphs}")


async def test_ascii():
    await check(ChartView(losses()), "chart-ascii", glyphs="ascii")


@pytest.mark.parametrize("theme", ["light", "contrast", "ansi"])
async def test_themes(theme):
    await check(ChartView(losses(focus="v", smoothing=0.6)), f"chart-focus-{theme}", theme=theme)


async def test_log_axis_level_and_cursor():
    options = {"log_y": True, "cursor": 12.2, "levels": (Level("prod", 0.4),)}
    await check(ChartView(losses(**options)), "chart-cursor", size=(90, 16))


async def test_band_and_losses():
    y = FALLING.copy()
    y[15:18] = np.nan
    y[30] = np.inf
    curves = [
        Curve("A", "mean of 5", X, FALLING + 0.1, "series0", FALLING + 0.05, FALLING + 0.2),
        Curve("B", "one", X, y - 0.1, "series1"),
    ]
    await check(ChartView(Picture("auc", curves, ChartOptions(letters=True))), "chart-band")


SHARES = np.array([0.02, 0.1, 0.3, 0.3, 0.18, 0.1]), np.array([0.02, 0.05, 0.15, 0.3, 0.28, 0.2])


@pytest.mark.parametrize("theme", ["dark", "ansi"])
async def test_histogram(theme):
    chart = histogram(Bins(*SHARES, np.arange(7) * 10.0), 50, 12, HistogramOptions(shades=theme == "ansi"))
    await check(ShapeView(chart), f"histogram-{theme}", (50, 12), theme)


async def test_scatter():
    noise = np.sin(np.arange(60) * 7.3)
    x = np.linspace(0, 10, 60)
    groups = [
        Curve("", "runs", x, x * 2 + noise * 4, "muted"),
        Curve("A", "a", x[20:21], x[20:21] * 2, "series0"),
    ]
    await check(ShapeView(scatter(groups, 60, 14, line=True)), "scatter")
