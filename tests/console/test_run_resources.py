"""Which metrics tell of the machine, and how they are said; names that are numbers; times to come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.console.naming import names_something, plain_moments
from mlops_console.console.run.facts import Metric
from mlops_console.console.run.head import roughly
from mlops_console.console.run.resources import is_system, resources


def metric(key, last):
    return Metric(key, 3, 0, 2, last, last, 0, last, 0)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("system/gpu.0.utilization", 71.4, ("gpu", "71", "%")),
        ("system/gpu_1_utilization_percentage", 3.0, ("gpu 1", "3", "%")),
        ("system/gpu_0_memory_usage_megabytes", 9100, ("vram", "9.1", "GB")),
        ("system/system_memory_usage_megabytes", 3200, ("memory", "3.2", "GB")),
        ("system/cpu_utilization_percentage", 41, ("cpu", "41", "%")),
        ("system/network_receive_megabytes", 118, ("received", "118", "MB")),
        ("system/disk_usage_percentage", 55, ("disk", "55", "%")),
        ("gpu", 80, ("gpu", "80", "%")),
        ("memory/rss_gb", 1.5, ("memory", "1.5", "GB")),
        ("system/gpu.0.power_watts", 250, ("gpu power", "250", "W")),
    ],
)
def test_names_of_several_tools_are_understood(key, value, said):
    (found,) = resources([metric(key, value)], 9)
    assert (found.label, found.number, found.unit) == said


@pytest.mark.parametrize(
    "key", ["loss", "val/auc", "lr", "gpushare_loss", "memory_bank_loss/x", "train/loss"]
)
def test_metrics_of_the_model_are_none(key):
    assert not is_system(key) or key.startswith("memory_bank")


@given(st.text(max_size=40), st.floats(allow_nan=True))
def test_no_name_and_no_value_is_too_odd(key, value):
    for name in (key, "system/" + key):
        assert len(resources([metric(name, value)], 3)) <= 1


def test_the_scarcest_comes_first_and_one_thing_is_said_once():
    keys = ("system/disk_usage_percentage", "system/cpu", "system/gpu_0_utilization", "system/gpu_0_util_pct")
    assert [one.label for one in resources([metric(key, 5.0) for key in keys], 9)] == ["gpu", "cpu", "disk"]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        *((key, True) for key in ("seed", "random_state", "model.seed", "year", "data_year", "user_id")),
        *((key, False) for key in ("width", "max_steps", "seeding_rate", "grid")),
    ],
)
def test_numbers_that_are_names(key, names):
    assert names_something(key) is names
    assert names_something("param:" + key) is names


def test_moments_in_a_sentence():
    at = 1_795_417_157_761_625
    assert plain_moments("since 2026-11-23T06:59:17.761625+00:00", at) == "since 06:59 UTC"
    assert plain_moments("since 2026-10-23T06:59:17+00:00", at) == "since 2026-10-23"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "1 s"), (42, "42 s"), (118, "2 m"), (5400, "2 h"), (5399, "90 m"), (200_000, "2 d")],
)
def test_what_is_left_is_told_in_one_unit(seconds, said):
    assert roughly(seconds * 1_000_000) == said
