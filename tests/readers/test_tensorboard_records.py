"""Every way in which records come: alike, mixed, odd, split, damaged. The truth is what was written."""

import os
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.readers.event_files import (
    Log,
    alike,
    event,
    image,
    points_of,
    random_log,
    read,
    read_all,
    record,
    scalar,
    version,
)

from mlops_console.readers.contract import Budget
from mlops_console.readers.tensorboard import gathered, stream

NAME = "events.out.tfevents.1700000000.box.7.0"
SEEDS = st.integers(0, 10**6)
SIZES = st.sampled_from([1, 5, 30, 400, 3000])
FEW = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("logs")


def write(root, data) -> None:
    (root / NAME).unlink(missing_ok=True)
    (root / NAME).write_bytes(data)


@FEW
@given(SEEDS, SIZES)
def test_everything_written_is_read(root, seed, size):
    log = random_log(seed, size)
    write(root, log.data)
    found, last = read_all(root, [NAME])
    assert alike(found, log.points)
    assert not last.problems


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.integers(1, 4000), st.sampled_from([512, 4096, 70_000]))
def test_budgets_and_windows_change_nothing(root, seed, points, piece):
    log = random_log(seed, 600)
    write(root, log.data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "PIECE", piece)
        found, last = read_all(root, [NAME], Budget(points, 60))
    assert alike(found, log.points)
    assert not last.problems


@FEW
@given(SEEDS, st.lists(st.floats(0, 1), max_size=4))
def test_a_file_that_grows_is_read_on(root, seed, cuts):
    log = random_log(seed, 300)
    data, found, cursor = bytes(log.data), {}, None
    write(root, b"")
    written = 0
    for end in sorted(int(cut * len(data)) for cut in [*cuts, 1]):
        with open(root / NAME, "ab") as file:
            file.write(data[written:end])
        written = end
        chunk = read(root, [NAME], cursor)
        assert not chunk.reset
        assert not chunk.problems
        cursor = chunk.cursor
        for tag, points in points_of(chunk).items():
            found.setdefault(tag, []).extend(points)
    assert alike(found, log.points)


@settings(max_examples=60, deadline=None)
@given(SEEDS, SIZES, st.floats(0, 1), st.integers(1, 255))
def test_a_flipped_byte_is_told_and_costs_one_record(root, seed, size, where, flip):
    log = random_log(seed, size)
    data = bytearray(log.data)
    at = min(int(where * len(data)), len(data) - 1)
    data[at] ^= flip
    write(root, data)
    found, last = read_all(root, [NAME])
    hit = max(number for number, start in enumerate(log.starts) if start <= at)
    ends = [*log.starts[1:], len(data)]
    if last.problems:
        assert log.starts[hit] <= last.problems[0].offset < ends[hit]
        assert last.problems[0].path == NAME
    else:  # a last record whose length grew looks unfinished
        assert at < log.starts[-1] + 8
    kept = Log()
    for number, (start, end) in enumerate(zip(log.starts, ends, strict=True)):
        if number != hit:
            kept.data += log.data[start:end]
    write(root, kept.data)
    assert alike(found, read_all(root, [NAME])[0])


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.floats(0, 1), st.integers(0, 400), st.binary(max_size=300))
def test_reading_goes_on_after_lost_or_foreign_bytes(root, seed, where, lost, foreign):
    log = random_log(seed, 200)
    at = int(where * len(log.data))
    torn = max(number for number, start in enumerate(log.starts) if start <= at)
    # What follows is longer than any record: a torn one must not look as if it were being written.
    one = event(1.7e9, 1, scalar(b"after", 1.0))
    starts = [*log.starts, *range(len(log.data), len(log.data) + 400 * len(one), len(one))]
    # Where a torn record swallows others whole, up to the very end of one, they are gone with it.
    assume(starts[torn + 1] + lost - len(foreign) not in starts[torn + 2 :])
    write(root, log.data[:at] + foreign + log.data[at + lost :] + one * 400)
    found, last = read_all(root, [NAME])
    assert len(found["after"]) >= 399
    before = sum(start < at for start in log.starts) - 1
    after = sum(start >= at + lost for start in log.starts)
    whole = Log()
    ends = [*log.starts[1:], len(log.data)]
    spared = [n for n in range(len(log.starts)) if n < before or n >= len(log.starts) - after]
    for number in spared:
        whole.data += log.data[log.starts[number] : ends[number]]
    write(root, whole.data)
    wanted, _ = read_all(root, [NAME])
    for tag, points in wanted.items():
        left = iter(map(repr, found.get(tag, [])))
        assert all(repr(point) in left for point in points), tag
    if foreign and not lost and at not in (*log.starts, len(log.data)):
        assert last.problems


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_survived(root, junk, framed):
    write(root, version(1.7e9) + (record(junk) if framed else junk) + event(1.7e9, 1, scalar(b"a", 1.0)))
    found, last = read_all(root, [NAME], Budget(10, 0))
    assert not last.more
    if framed:
        assert [value for _, _, value in found["a"]][-1:] == [1.0]


@pytest.mark.parametrize("cut", [1, 4, 11, 12, 13, 20])
def test_an_unfinished_record_is_waited_for(root, cut):
    first, second = event(1.7e9, 1, scalar(b"a", 1.0)), event(1.7e9, 2, scalar(b"a", 2.0))
    write(root, first + second[:cut])
    chunk = read(root, [NAME])
    assert (len(chunk.points), chunk.problems, chunk.more) == (1, (), False)
    with open(root / NAME, "ab") as file:
        file.write(second[cut:])
    chunk = read(root, [NAME], chunk.cursor)
    assert (chunk.points.step.tolist(), chunk.problems, chunk.reset) == ([2], (), False)


def test_zeros_of_a_crash_are_one_problem_and_end_when_writing_goes_on(root):
    first, second = event(1.7e9, 1, scalar(b"a", 1.0)), event(1.7e9, 2, scalar(b"a", 2.0))
    write(root, first + bytes(5000))
    chunk = read(root, [NAME])
    assert [(problem.offset, "damaged" in problem.what) for problem in chunk.problems] == [(len(first), True)]
    with open(root / NAME, "ab") as file:
        file.write(second)
    chunk = read(root, [NAME], chunk.cursor)
    assert chunk.points.step.tolist() == [2]
    assert [problem.what for problem in chunk.problems] == ["is damaged here: 5,000 bytes were left out"]
    assert read(root, [NAME], chunk.cursor).problems == chunk.problems


def test_many_damaged_places_are_summed_up(root):
    good, bad = event(1.7e9, 1, scalar(b"a", 1.0)), bytearray(event(1.7e9, 1, scalar(b"a", 1.0)))
    bad[-6] ^= 1
    write(root, (good + bytes(bad)) * 2000)
    found, last = read_all(root, [NAME])
    assert len(found["a"]) == 2000
    assert len(last.problems) == 21
    assert last.problems[-1].what == "1,980 more places in its event files are damaged"


def test_records_larger_than_a_window(root):
    dice = random.Random(3)
    log = Log()
    log.add(version(1.7e9))
    for step in range(1, 6):
        log.scalar(1.7e9, step, b"a", 0.5)
        log.add(event(1.7e9, step, image(b"i", dice.randbytes(stream.PIECE + 1000 * step))))
    data = dice.randbytes(stream.PIECE)
    log.add(event(1.7e9, 9, image(b"i", data), scalar(b"a", 7.0)), (b"a", 9, 1.7e9, 7.0))
    write(root, log.data)
    found, last = read_all(root, [NAME])
    assert alike(found, log.points)
    assert not last.problems


def test_an_event_of_more_numbers_than_the_budget(root):
    values = [scalar(f"tag{k}".encode(), k) for k in range(50)]
    write(root, b"".join(event(1.7e9, step, *values) for step in range(1, 4)))
    sizes, cursor, more = [], None, True
    while more:
        chunk = read(root, [NAME], cursor, Budget(20, 60))
        sizes.append(len(chunk.points))
        cursor, more = chunk.cursor, chunk.more
    assert sizes[:3] == [50, 50, 50]
    assert sum(sizes) == 150


def test_a_file_that_shrinks_while_it_is_read_is_no_trouble(root, monkeypatch):
    log = random_log(5, 3000)
    write(root, log.data)
    monkeypatch.setattr(stream, "PIECE", 4096)
    preadv = os.preadv

    def cut(fd, buffers, offset):
        if offset > 20_000:
            os.truncate(root / NAME, 10_000)
        return preadv(fd, buffers, offset)

    monkeypatch.setattr(os, "preadv", cut)
    chunk = read(root, [NAME])
    assert 0 < len(chunk.points) < sum(map(len, log.points.values()))
    monkeypatch.undo()
    chunk = read(root, [NAME], chunk.cursor)
    assert chunk.reset


def test_a_flood_of_tags_is_taken_in_portions(root, monkeypatch):
    monkeypatch.setattr(gathered, "_MANY_SERIES", 1000)
    monkeypatch.setattr(stream, "PIECE", 1 << 14)
    tags = [b"t%d" % number for number in range(3000)]
    write(root, b"".join(event(1.7e9, 1, scalar(tag, 1.0)) for tag in tags))
    found, cursor, more, reads = {}, None, True, 0
    while more:
        chunk = read(root, [NAME], cursor, Budget(10**6, 60))
        found |= points_of(chunk)
        cursor, more, reads = chunk.cursor, chunk.more, reads + 1
    assert reads > 1
    assert sorted(found) == sorted(tag.decode() for tag in tags)


def test_empty_records_keep_the_time_budget(root):
    write(root, record(b"") * 30_000 + event(1.7e9, 1, scalar(b"a", 1.0)))
    assert read(root, [NAME], None, Budget(10**6, 0)).more
    found, last = read_all(root, [NAME])
    assert len(found["a"]) == 1
    assert not last.problems
