"""Few values with limits as SVG: well-formed whatever they are, in their places."""

import math
import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from mlops_console.charts.model import Level
from mlops_console.charts.svg import Look
from mlops_console.charts.svg_points import Limit, Point, points_svg

LOOK = Look({"bg": "#fff", "series0": "#00f", "bad": "#f00", "text": "#000"}, 700, 230, "t")
NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.none()
POINTS = st.lists(
    st.builds(Point, st.text(max_size=8), NUMBERS, NUMBERS, NUMBERS, st.booleans()), max_size=30
)


@given(POINTS, NUMBERS, st.sampled_from(["", "below", "above"]))
def test_any_values_give_a_document(points, level, bad):
    limits = [] if level is None else [Limit(Level("floor", level, "bad"), bad)]
    svg = points_svg(points, LOOK, limits, [(0, "v1")] if points else [])
    ET.fromstring(svg)
    assert not re.search(r'="(-?inf|nan)', svg)


def test_values_stand_above_each_other_as_they_should():
    points = [Point("a", 1.0, 0.9, 1.1), Point("b", 3.0, 2.9, 3.1, words="3"), Point("c", 2.0, hollow=True)]
    svg = points_svg(points, LOOK, [Limit(Level("floor 1.5", 1.5, "bad"), "below")], [(1, "v2")])
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', svg)]
    assert heights[1] < heights[2] < heights[0]
    [shade] = re.findall(r'<rect x="0" y="([\d.]+)"', svg)
    assert heights[2] < float(shade) < heights[0]
    assert "floor 1.5" in svg
    assert ">v2<" in svg


def test_many_values_are_a_line_with_a_band():
    points = [Point(f"w{one}", math.sin(one), math.sin(one) - 0.1, math.sin(one) + 0.1) for one in range(500)]
    svg = points_svg(points, LOOK)
    assert "<circle" not in svg
    assert 'fill-opacity="0.16"' in svg


def test_nothing_to_see():
    assert "no points" in points_svg([], LOOK)
    assert "no points" in points_svg([Point("a", None)], LOOK)
