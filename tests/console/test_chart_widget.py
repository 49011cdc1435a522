"""A chart with its heading, drawn as lines of a widget."""

import numpy as np
import pytest
from tests.console.chart_stage import ChartView, OneApp
from tests.console.standins_run import drawn

from mlops_console.charts import ChartOptions, Curve
from mlops_console.console.theme import PALETTES
from mlops_console.console.widgets.chart import Picture, ink_of

X = np.arange(30.0)


def picture(**options):
    curves = [
        Curve("t", "train", X, np.exp(-X / 9), "series0"),
        Curve("v", "val", X, np.exp(-X / 12), "series1"),
    ]
    return Picture("loss", curves, ChartOptions(**options), "log axis")


async def test_heading_legend_and_picture():
    app = OneApp(ChartView(picture()))
    async with app.run_test(size=(80, 14)):
        rows = drawn(app)
    assert rows[0].startswith("  loss  log axis")
    assert rows[0].rstrip().endswith("t train .0399   v val .0892")
    assert rows[-1].split()[-1] == "29"
    assert any("⠀" < char < "⣿" for row in rows for char in row)


def test_without_points_it_says_so():
    rows = Picture("auc", [], ChartOptions()).lines(80, 12, PALETTES["dark"], "bg", "braille")
    said = ["".join(text for text, _ in row.runs) for row in rows]
    assert said[0].startswith("auc")
    assert "no points yet" in "".join(said)


def test_a_picture_is_drawn_once_until_something_moves():
    shown = picture()
    assert shown.chart(60, 12, "braille") is shown.chart(60, 12, "braille")
    assert shown.chart(60, 12, "braille") is not shown.chart(61, 12, "braille")


def test_the_cursor_takes_the_place_of_the_newest_value():
    rows = picture(cursor=5.0, x_unit="epochs").lines(80, 12, PALETTES["dark"], "bg", "braille")
    heading = "".join(text for text, _ in rows[0].runs)
    assert "epoch 5" in heading
    assert ".5738" in heading


@pytest.mark.parametrize("theme", sorted(PALETTES))
def test_every_style_has_a_colour_in_every_theme(theme):
    palette = PALETTES[theme]
    names = [
        "series0",
        "series6",
        "series9",
        "series0.dim",
        "series0.raw",
        "rest",
        "spark",
        "line",
        "muted",
        "bad",
    ]
    for name in names:
        assert palette.style(ink_of(palette, name, "bg"), "bg") is not None
    assert ink_of(palette, "series0.dim", "bg") != palette.colour("A")


def crowded(count, width, title="loss"):
    curves = [Curve(chr(65 + n), f"a run {n}", X, X + n, f"series{n}") for n in range(count)]
    rows = Picture(title, curves, ChartOptions()).lines(width, 10, PALETTES["dark"], "bg", "braille")
    return "".join(text for text, _ in rows[0].runs)


def test_a_legend_gives_up_names_before_curves():
    assert "A a run 0 29   B a run 1 30" in crowded(2, 60)
    assert "A 29   B 30   C 31" in crowded(3, 40)
    heading = crowded(20, 60)
    assert heading.rstrip().endswith("more")
    assert "A 29" in heading
    assert len(heading) <= 60
    assert crowded(2, 60, "a title that is longer than the chart is wide, by far").startswith("a title that")
