"""Windows of a monitor, cut from real files: names, bounds, what is complete; files are read once."""

# ruff: noqa: DTZ001 - times that name no zone are what is cut

import os
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.windows import Cutting, Remembered, calendar, cut
from mlops_console.drift.windows.listing import files_of, natural

NOW = int(datetime(2013, 6, 15, 12, tzinfo=UTC).timestamp() * 1e6)
OLD = NOW // 1_000_000 - 7_200


def write(path, times, *, at=OLD, **columns):
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame({"at": times, "x": list(range(len(times))), **columns})
    if path.suffix == ".csv":
        frame.write_csv(path)
    elif path.suffix == ".jsonl":
        frame.write_ndjson(path)
    else:
        frame.write_parquet(path)
    os.utime(path, (at, at))


def day(month, number, hour=0):
    return datetime(2013, month, number, hour)


def windows(root, by="day", place="logs", now=NOW, memory=None, **more):
    time = "" if by in ("file", "rows") else "at"
    cutting = Cutting(by, time, **more)
    return cut(place, str(root), cutting, now, Remembered() if memory is None else memory)


def names(found):
    return [one.name for one in found.windows]


class Counting(Remembered):
    def __init__(self):
        super().__init__()
        self.missed = 0

    def get(self, file, what):
        found = super().get(file, what)
        self.missed += found is None
        return found


def test_days_over_files(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 1), day(6, 1, 23), day(6, 2)])
    write(tmp_path / "logs/b.parquet", [day(6, 2, 5), day(6, 4)])
    found = windows(tmp_path)
    assert names(found) == ["2013-06-01", "2013-06-02", "2013-06-04"]
    assert [one.rows for one in found.windows] == [2, 2, 1]
    assert found.gaps == ("2013-06-03",)
    assert [len(one.parts) for one in found.windows] == [1, 2, 1]
    assert all(one.complete for one in found.windows)
    assert found.problems == ()


def test_weeks_begin_on_monday_and_are_named_by_iso(tmp_path):
    write(tmp_path / "logs/a.parquet", [datetime(2012, 12, 30), datetime(2012, 12, 31), datetime(2013, 1, 6)])
    found = windows(tmp_path, "week")
    assert names(found) == ["2012-W52", "2013-W01"]
    assert [one.rows for one in found.windows] == [1, 2]


def test_months_in_a_zone(tmp_path):
    write(tmp_path / "logs/a.parquet", [datetime(2013, 3, 31, 22, 30), datetime(2013, 4, 2)])
    zoned = pl.read_parquet(tmp_path / "logs/a.parquet").with_columns(
        pl.col("at").dt.replace_time_zone("UTC")
    )
    assert names(windows(tmp_path, "month", zone="Europe/Berlin")) == ["2013-03", "2013-04"]
    zoned.write_parquet(tmp_path / "logs/a.parquet")
    os.utime(tmp_path / "logs/a.parquet", (OLD, OLD))
    assert names(windows(tmp_path, "month", zone="Europe/Berlin")) == ["2013-04"]
    assert names(windows(tmp_path, "month")) == ["2013-03", "2013-04"]


def test_a_day_on_which_clocks_change_has_23_or_25_hours():
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    hours = [
        (end - start) / 3_600e6
        for start, end in (
            calendar.span(date(2024, 3, 31), "day", berlin),
            calendar.span(date(2024, 10, 27), "day", berlin),
            calendar.span(date(2024, 6, 1), "day", berlin),
        )
    ]
    assert hours == [23, 25, 24]


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(["day", "week", "month"]))
def test_windows_of_a_calendar_follow_each_other(at, unit):
    first = calendar.first_of(at, unit)
    after = calendar.following(first, unit)
    assert first <= at < after
    assert calendar.first_of(after, unit) == after
    assert calendar.span(first, unit, UTC)[1] == calendar.span(after, unit, UTC)[0]
    assert calendar.first_of(after - timedelta(days=1), unit) == first


def test_the_newest_day_is_complete_when_it_is_over_and_its_files_rest(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 14), day(6, 15, 11)])
    first, last = windows(tmp_path).windows
    assert first.complete
    assert (last.complete, last.why_not) == (False, "the day is not over.")
    midnight = int(datetime(2013, 6, 16, tzinfo=UTC).timestamp() * 1e6)
    assert not windows(tmp_path, now=midnight + 59_000_000).windows[-1].complete
    assert windows(tmp_path, now=midnight + 60_000_000).windows[-1].complete


def test_a_row_of_tomorrow_does_not_end_today(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 14), day(6, 15, 11), day(6, 16, 1)])
    found = windows(tmp_path).windows
    assert [one.complete for one in found] == [True, False, False]
    assert {one.why_not for one in found[1:]} == {"the day is not over."}


def test_a_file_that_changed_just_now_is_still_being_written(tmp_path):
    write(tmp_path / "logs/a.jsonl", ["2013-06-01T00:00:00"], at=NOW // 1_000_000 - 5)
    write(tmp_path / "logs/b.jsonl", ["2013-06-02T00:00:00"])
    first, last = windows(tmp_path).windows
    assert (first.complete, first.why_not) == (False, "it is still being written.")
    assert last.complete
    assert windows(tmp_path, settle=1.0).windows[0].complete
    assert windows(tmp_path, "file").windows[0].why_not == "it is still being written."


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_file_that_says_itself_that_it_is_whole_need_not_rest(tmp_path, ending):
    for number in (1, 2):
        place = tmp_path / f"logs/{number}.{ending}"
        place.parent.mkdir(exist_ok=True)
        frame = pl.DataFrame({"at": [day(6, number)] * 500, "x": range(500)})
        frame.write_parquet(place) if ending == "parquet" else frame.write_ipc(place)
        os.utime(place, (NOW // 1_000_000 - 5,) * 2)
    assert [one.complete for one in windows(tmp_path, "file").windows] == [True, True]
    assert [one.complete for one in windows(tmp_path).windows] == [True, True]
    data = place.read_bytes()
    for left in (1, 3, 8, len(data) // 2, len(data) - 4):
        place.write_bytes(data[:-left])
        os.utime(place, (NOW // 1_000_000 - 5,) * 2)
        assert windows(tmp_path, "file").windows[-1].why_not == "it is still being written."


def test_a_day_of_several_files_waits_for_more_even_when_all_are_whole(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 1)])
    write(tmp_path / "logs/b.parquet", [day(6, 1, 12)])
    write(tmp_path / "logs/c.parquet", [day(6, 2)], at=NOW // 1_000_000 - 5)
    assert [one.complete for one in windows(tmp_path).windows] == [True, False]


def test_a_log_that_grows_keeps_its_older_days(tmp_path):
    log = tmp_path / "logs/all.csv"
    write(log, [day(6, 1), day(6, 2)], at=NOW // 1_000_000 - 5)
    before = windows(tmp_path)
    assert [one.complete for one in before.windows] == [True, False]
    with log.open("a") as file:
        file.write("2013-06-02T10:00:00.000000,2\n2013-06-03T00:00:00.000000,3\n")
    os.utime(log, (NOW // 1_000_000 - 4,) * 2)
    after = windows(tmp_path)
    assert [one.complete for one in after.windows] == [True, True, False]
    assert after.windows[0].identity == before.windows[0].identity
    assert after.windows[1].identity != before.windows[1].identity


def test_a_file_rewritten_with_other_values_is_another_window(tmp_path):
    write(tmp_path / "logs/a.csv", [day(6, 1), day(6, 2)])
    before = windows(tmp_path)
    frame = pl.read_csv(tmp_path / "logs/a.csv").with_columns(x=pl.Series([7, 1]))
    frame.write_csv(tmp_path / "logs/a.csv")
    os.utime(tmp_path / "logs/a.csv", (OLD + 1, OLD + 1))
    after = windows(tmp_path)
    assert before.windows[0].identity != after.windows[0].identity
    assert before.windows[1].identity == after.windows[1].identity


def test_files_as_windows_in_the_order_of_their_numbers(tmp_path):
    for number in (10, 9, 1):
        write(tmp_path / f"logs/x/part-{number}.parquet", [day(6, 1)])
    assert names(windows(tmp_path, "file")) == ["part-1.parquet", "part-9.parquet", "part-10.parquet"]
    (tmp_path / "logs/x/part-11.parquet").write_bytes(b"")
    os.utime(tmp_path / "logs/x/part-11.parquet", (OLD, OLD))
    assert windows(tmp_path, "file").windows[-1].why_not == "the file is empty."


def test_one_file_is_a_window_of_its_name(tmp_path):
    write(tmp_path / "one.parquet", [day(6, 1)])
    write(tmp_path / "in/a/x.csv", [day(6, 1)])
    write(tmp_path / "in/b/x.csv", [day(6, 1)])
    assert names(windows(tmp_path, "file", place="one.parquet")) == ["one.parquet"]
    assert names(windows(tmp_path, "file", place="in")) == ["a/x.csv", "b/x.csv"]


def test_windows_of_rows_over_files(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 1)] * 7)
    write(tmp_path / "logs/b.parquet", [day(6, 1)] * 6)
    found = windows(tmp_path, "rows", rows=5)
    assert names(found) == ["rows 0-4", "rows 5-9", "rows 10-12"]
    assert [one.complete for one in found.windows] == [True, True, False]
    assert found.windows[-1].why_not == "3 of 5 rows have come."
    assert [(part.offset, part.rows) for part in found.windows[1].parts] == [(5, 2), (0, 3)]
    write(tmp_path / "logs/c.parquet", [day(6, 1)] * 2)
    more = windows(tmp_path, "rows", rows=5)
    assert [one.identity for one in more.windows[:2]] == [one.identity for one in found.windows[:2]]
    assert all(one.complete for one in more.windows)


def test_windows_of_rows_end_before_a_file_that_can_not_be_read(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 1)] * 7)
    (tmp_path / "logs/b.parquet").write_bytes(b"PAR1 nothing")
    os.utime(tmp_path / "logs/b.parquet", (OLD, OLD))
    write(tmp_path / "logs/c.parquet", [day(6, 1)] * 7)
    found = windows(tmp_path, "rows", rows=5)
    assert names(found) == ["rows 0-4", "rows 5-6"]
    assert "b.parquet" in found.problems[0]


def test_rows_without_a_time_and_of_the_future_are_counted(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 1), None, datetime(2099, 1, 1)])
    write(tmp_path / "logs/b.csv", [day(6, 15, 3), None])
    found = windows(tmp_path)
    assert names(found) == ["2013-06-01", "2013-06-15"]
    assert not found.windows[-1].complete, "a row of 2099 must not end the day"
    assert found.problems == (
        "2 of 5 rows have no time in `at`: they are in no window.",
        "1 rows are of the future, by this machine's clock: not judged.",
    )


def test_a_clock_that_stands_in_the_past_judges_nothing_of_later(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 1)])
    found = windows(tmp_path, now=0)
    assert found.windows == ()
    assert "of the future" in found.problems[0]


def test_what_can_not_be_read_is_told_and_hurts_no_other(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 1)])
    (tmp_path / "logs/b.parquet").write_bytes(b"PAR1 half of it")
    os.utime(tmp_path / "logs/b.parquet", (OLD, OLD))
    pl.DataFrame({"y": [1]}).write_parquet(tmp_path / "logs/c.parquet")
    os.utime(tmp_path / "logs/c.parquet", (OLD, OLD))
    os.mkfifo(tmp_path / "logs/d.parquet")
    os.symlink("/etc/passwd", tmp_path / "logs/e.csv")
    found = windows(tmp_path)
    assert names(found) == ["2013-06-01"]
    assert len(found.problems) == 2
    assert "b.parquet" in found.problems[0]
    assert "logs/c.parquet has no column at" in found.problems[1]


def test_a_file_being_written_beside_it_lets_the_newest_window_wait(tmp_path):
    write(tmp_path / "logs/a.parquet", [day(6, 1), day(6, 2)])
    (tmp_path / "logs/b.parquet").write_bytes(b"PAR1 half of it")
    os.utime(tmp_path / "logs/b.parquet", (NOW // 1_000_000 - 5,) * 2)
    found = windows(tmp_path)
    assert [one.complete for one in found.windows] == [True, False]
    assert found.windows[-1].why_not == "a file beside it is still being written."
    assert found.problems == ()


def test_nothing_there(tmp_path):
    assert windows(tmp_path).problems == ("logs is not there.",)
    (tmp_path / "logs").mkdir()
    assert windows(tmp_path).problems == ("logs holds no data files.",)
    assert windows(tmp_path, place="logs/*.parquet").problems == ("logs/*.parquet holds no data files.",)


def test_files_are_read_once(tmp_path):
    for number in range(1, 10):
        write(tmp_path / f"logs/{number}.parquet", [day(6, number), day(6, number, 2)])
    memory = Counting()
    first = windows(tmp_path, memory=memory)
    assert memory.missed == 9
    assert windows(tmp_path, memory=memory) == first
    assert memory.missed == 9
    write(tmp_path / "logs/5.parquet", [day(6, 5)], at=OLD + 1)
    assert windows(tmp_path, memory=memory).windows[4].rows == 1
    assert memory.missed == 10


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("logs", ["logs/a.csv", "logs/b.parquet", "logs/in/c.parquet"]),
        ("logs/*.parquet", ["logs/b.parquet"]),
        ("logs/**/*.parquet", ["logs/b.parquet", "logs/in/c.parquet"]),
        ("logs/[ab].*", ["logs/a.csv", "logs/b.parquet"]),
        ("logs/in/c.parquet", ["logs/in/c.parquet"]),
        ("./logs/in/", ["logs/in/c.parquet"]),
    ],
)
def test_places(tmp_path, place, expected):
    write(tmp_path / "logs/a.csv", [day(6, 1)])
    write(tmp_path / "logs/b.parquet", [day(6, 1)])
    write(tmp_path / "logs/in/c.parquet", [day(6, 1)])
    for other in (".hidden.csv", "_SUCCESS.csv", "notes.txt", "in/.tmp/x.csv"):
        (tmp_path / "logs" / other).parent.mkdir(exist_ok=True)
        (tmp_path / "logs" / other).write_text("at\n")
    assert [one.path for one in files_of(place, str(tmp_path))[0]] == expected
    whole = f"{tmp_path}/{place.removeprefix('./')}"
    assert [one.path for one in files_of(whole, "/nowhere")[0]] == [f"{tmp_path}/{one}" for one in expected]


def test_a_folder_of_the_project_is_not_followed_through_a_link(tmp_path):
    write(tmp_path / "elsewhere/a.csv", [day(6, 1)])
    (tmp_path / "project").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "project/logs")
    files, problems = files_of("logs", str(tmp_path / "project"))
    assert files == []
    assert "link" in problems[0]


def test_names_are_ordered_by_their_numbers():
    assert sorted(["a10", "a9", "a", "b1", "a9b"], key=natural) == ["a", "a9", "a9b", "a10", "b1"]
