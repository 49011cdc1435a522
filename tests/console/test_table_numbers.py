"""Columns of numbers: the same look as `display.aligned` gives, row by row."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlops_console import display
from mlops_console.console.widgets.table.numbers import number_format

VALUES = st.floats(allow_nan=True, allow_infinity=True, width=32) | st.sampled_from(
    [0.0, 0.5, 0.9171, 3e-4, 18034.0]
)


def column(*values: float) -> list[str]:
    form = number_format(np.array(values, np.float64))
    return [form.text(value) for value in values]


@given(st.lists(VALUES, min_size=1, max_size=30))
def test_every_cell_has_the_columns_width(values: list[float]) -> None:
    cells = column(*values)
    assert {len(cell) for cell in cells} == {len(cells[0])}


@given(st.lists(st.floats(1e-2, 0.9999), min_size=1, max_size=20))
def test_it_is_the_same_rule_as_on_the_command_line(values: list[float]) -> None:
    assert column(*values) == display.aligned(values)


def test_points_stand_under_each_other_without_invented_zeros() -> None:
    assert column(0.9171, 0.5, 0.842) == [".9171", ".5   ", ".842 "]
    assert column(3.12, 0.913) == ["3.12 ", " .913"]


def test_nothing_is_a_dash_at_the_right() -> None:
    assert column(0.9171, float("nan")) == [".9171", "    -"]


def test_learning_rates_are_powers_of_ten() -> None:
    assert column(3.1e-3, 1e-4, 2e-4) == ["3.1e-3", "1.0e-4", "2.0e-4"]


def test_whole_numbers_have_thousands() -> None:
    assert column(18034.0, 7.0) == ["18,034", "     7"]


def test_a_rare_large_value_still_fits() -> None:
    values = [0.5] * 2000 + [-12345.678]
    form = number_format(np.array(values))
    assert len(form.text(-12345.678)) == form.width
