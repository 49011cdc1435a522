"""Power where scipy has no value of the noncentral t."""

import pytest

from mlops_console.comparison.statistics import Sample, judge


def test_power_of_a_clear_difference_is_not_none():
    """0.9999907: by numerical integration of the normal over the chi distribution (scipy.integrate.quad)."""
    a = Sample("a", [0.6, 0.62, 0.63], ("1", "2", "3"))
    b = Sample("b", [0.7, 0.71, 0.72, 0.73], ("1", "4", "2", "3"))
    found = judge("auc", "max", a, b)
    assert found.test == "Welch t"
    assert found.power == pytest.approx(0.9999907, abs=1e-6)
