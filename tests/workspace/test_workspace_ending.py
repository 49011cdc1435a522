"""Ends that people name: lengths of time, local days until they are over, moments."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.errors import UsageError
from mlops_console.workspace.ending import LATEST, in_the_future, until

NOW = int(datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp()) * 1_000_000


def utc(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kathmandu"])
def zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_a_length_of_time_is_from_now_on(zone):
    assert until("7d", NOW) == NOW + 7 * 86_400_000_000
    assert until(" 90m ", NOW) == NOW + 90 * 60_000_000
    assert until("2w", NOW) == NOW + 14 * 86_400_000_000


def test_a_day_lasts_until_it_is_over_here(zone):
    midnight = {"UTC": utc(2026, 12, 2), "America/New_York": utc(2026, 12, 2, 5),
                "Asia/Kathmandu": utc(2026, 12, 1, 18, 15)}[zone]  # fmt: skip
    assert until("2026-12-01", NOW) == midnight
    assert until("today", NOW) < until("tomorrow", NOW) < midnight


def test_a_moment_is_here_unless_it_names_a_zone(zone):
    assert until("2026-12-01T14:05Z", NOW) == utc(2026, 12, 1, 14, 5)
    assert until("2026-12-01t14:05:09+02:00", NOW) == utc(2026, 12, 1, 12, 5, 9)
    here = {"UTC": utc(2026, 12, 1, 14), "America/New_York": utc(2026, 12, 1, 19),
            "Asia/Kathmandu": utc(2026, 12, 1, 8, 15)}[zone]  # fmt: skip
    assert until("2026-12-01 14:00", NOW) == here


@pytest.mark.parametrize("zone", ["Europe/Berlin"], indirect=True)
def test_a_day_on_which_clocks_are_set_back_is_longer(zone):
    before = utc(2026, 10, 24, 12)
    assert until("2026-10-25", before) - until("2026-10-24", before) == 25 * 3_600_000_000


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11-23T11:59Z", "2020-01-01"])
def test_what_is_past_is_refused(text):
    with pytest.raises(UsageError, match=f"{text} is past"):
        until(text, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "7x",
        "soon",
        "2026-13-01",
        "2026-02-30",
        "-7d",
        "0d",
        "\x1b[31m",
        "9" * 400 + "d",
        "1" * 5_000,
    ],
)
def test_what_is_no_time_is_refused_in_a_sentence(text):
    with pytest.raises(UsageError) as refused:
        until(text, NOW)
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 200
    assert "7d" in refused.value.hint


def test_nothing_ends_after_the_last_day_of_any_calendar():
    assert in_the_future(LATEST, NOW) == LATEST
    for end in (LATEST + 1, 10**40):
        with pytest.raises(UsageError, match="after the year 9999"):
            in_the_future(end, NOW)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_an_end_in_the_future_or_refused(text):
    try:
        found = until(text, NOW)
    except UsageError:
        return
    assert NOW < found <= LATEST
