"""Charts as documents: whole, safe, and showing what the screen shows."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlops_console.charts import Bins, ChartOptions, Curve, Level, Prepared
from mlops_console.charts.svg import Look
from mlops_console.charts.svg_histogram import histogram_svg
from mlops_console.charts.svg_lines import line_svg

DARK = {"bg": "#000000", "text": "#ffffff", "series0": "#111111", "series1": "#222222", "bad": "#ff0000"}
HOSTILE = 'evil"><script>alert(1)</script>&\x1b[31m\u202e]]>'
SVG = "{http://www.w3.org/2000/svg}"


def parsed(document):
    root = ET.fromstring(document)
    assert root.tag == SVG + "svg"
    assert "<script" not in document
    assert not re.search(r"(?<!xmlns=\")https?://", document)
    return root


def words(root):
    return [element.text or "" for element in root.iter(SVG + "text")]


def curve(y, letter="A", label="val", x=None):
    y = np.asarray(y, float)
    return Curve(letter, label, np.arange(float(len(y))) if x is None else x, y, "series0")


def test_a_line_chart_names_what_it_shows():
    y = np.linspace(1, 0.2, 100)
    document = line_svg(
        [curve(y), curve(y / 2, "B", "train")._replace(ink="series1")],
        Look(DARK, title="loss"),
        ChartOptions(x_unit="epochs", levels=(Level("production", 0.5),)),
    )
    root = parsed(document)
    said = words(root)
    assert said.count("A") == said.count("B") == 2  # in the legend, and where the curve ends
    assert "loss" in said
    assert "production" in said
    assert "99 epochs" in said
    assert root.find(SVG + "title").text == "loss"
    assert "val .2" in root.find(SVG + "desc").text
    assert root.get("role") == "img"


def test_colours_are_those_of_the_palette():
    document = line_svg([curve(np.arange(9))], Look(DARK, title="x"))
    assert '"#111111"' in document
    assert '"#000000"' in document


def test_text_from_files_is_only_text():
    bins = Bins(np.array([0.4, 0.6]), names=[HOSTILE, "b"])
    for document in (
        line_svg([curve(np.arange(9), HOSTILE[:1], HOSTILE)], Look(DARK, title=HOSTILE, desc=HOSTILE)),
        histogram_svg(bins, Look(DARK, title=HOSTILE)),
        line_svg([curve(np.arange(9))], Look({"bg": '"/><script>', "text": HOSTILE.replace("\x1b", "")})),
    ):
        parsed(document)


def test_a_large_curve_is_a_small_document_that_keeps_its_spike():
    y = np.sin(np.arange(100_000) / 9_000)
    y[54_321] = 40.0
    document = line_svg([Prepared(curve(y))], Look(DARK, title="x"))
    assert len(document) < 60_000
    spike = line_svg([curve(np.where(y > 30, y, 0))], Look(DARK, title="x"))
    heights = [float(value) for value in re.findall(r"V([\d.]+)", spike)]
    assert max(heights) - min(heights) > 100


def test_no_number_is_marked():
    y = np.linspace(1, 0, 50)
    y[10:20] = np.nan
    y[30] = np.inf
    document = line_svg([curve(y)], Look(DARK, title="x"))
    assert document.count('"#ff0000"') >= 2
    assert any("10 nan" in text and "1 inf" in text for text in words(parsed(document)))
    assert len(re.findall(r"M[\d.]+ [\d.]+", document.partition("</svg>")[0])) >= 3  # three stretches


def test_a_band_is_an_area():
    x = np.arange(50.0)
    document = line_svg([Curve("A", "mean", x, x, "series0", x - 5, x + 5)], Look(DARK, title="x"))
    assert 'fill-opacity="0.16"' in document
    assert re.search(r'd="M0 [\d.]+L', document)


def test_a_histogram_says_its_numbers():
    document = histogram_svg(
        Bins(np.array([0.4, 0.6]), np.array([0.5, 0.5]), np.array([0.0, 1.0, 2.0])),
        Look(DARK, title="amount"),
    )
    titles = [element.text for element in parsed(document).iter(SVG + "title")]
    assert "0 to 1: 40%, now 50%" in titles


def test_nothing_to_draw_is_said():
    for document in (
        line_svg([], Look(DARK, title="x")),
        line_svg([curve([np.nan] * 4)], Look(DARK, title="x")),
        histogram_svg(Bins(np.zeros(3)), Look(DARK, title="x")),
    ):
        assert "no points" in words(parsed(document))


@settings(deadline=None, max_examples=80)
@given(
    hnp.arrays(np.float64, st.integers(0, 80), elements=st.floats(allow_nan=True, allow_infinity=True)),
    st.sampled_from([(720, 320), (80, 40), (300, 900)]),
    st.booleans(),
    st.sampled_from([0.0, 0.9]),
)
def test_no_data_breaks_a_document(values, size, log, smoothing):
    look = Look(DARK, *size, title="x")
    options = ChartOptions(log_y=log, log_x=log, smoothing=smoothing)
    for document in (
        line_svg([curve(values)], look, options),
        line_svg([curve(values, x=values[::-1].copy())], look, options),
        histogram_svg(Bins(values, values[::-1].copy()), look),
    ):
        parsed(document)
        assert "nan" not in "".join(re.findall(r' [dxy]\d?="[^"]*"', document))
        assert "inf" not in "".join(re.findall(r' [dxy]\d?="[^"]*"', document))


@pytest.mark.parametrize("many", [30])
def test_a_long_legend_wraps(many):
    curves = [curve(np.arange(9) + n, chr(65 + n % 26), f"a-rather-long-name-{n}") for n in range(many)]
    said = words(parsed(line_svg(curves, Look(DARK, 720, 500, title="x"))))
    assert sum("a-rather-long-name" in text for text in said) == many
