"""What every reader must hold, whichever format it reads.

It runs over all registered readers (also those of installed plug-ins) and their sample projects: the cases of
`tests/corpus/<reader>/`, and what `samples.py` makes. For a reader that is not installed yet:

    MLOPS_CONSOLE_READER=my_package.reader:READER MLOPS_CONSOLE_SAMPLES=projects pytest tests/conformance

Each folder in `projects` is one small project with runs in the reader's format.
"""

import os
import pickle
import random
import re
import shutil
import sys
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.reading import Story, claimed, files_of, read_on, settled
from tests.conformance.samples import Build, readers, samples

from mlops_console.readers.contract import Budget, Reader
from mlops_console.records import Chunk, Source

SAMPLES = samples()
TINY = Budget(points=1, seconds=60)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_written: list[str] | None = None


def _watch(event: str, args: tuple) -> None:
    if _written is not None and event == "open" and isinstance(args[2], int) and args[2] & _WRITING:
        _written.append(str(args[0]))


sys.addaudithook(_watch)


@pytest.fixture(params=SAMPLES, ids=[f"{name}-{sample}" for name, sample, _ in SAMPLES])
def sample(request, tmp_path) -> tuple[Reader, Path]:
    name, _, build = request.param
    return readers()[name], build(tmp_path)


def same(one: Story, other: Story) -> None:
    """Both stories tell the same runs, points and troubles."""
    assert {key: settled(facts) for key, facts in one.facts.items()} == {
        key: settled(facts) for key, facts in other.facts.items()
    }
    ours, theirs = one.series(), other.series()
    assert ours.keys() == theirs.keys()
    for key, block in ours.items():
        np.testing.assert_array_equal(block, theirs[key], err_msg=str(key))
    assert sorted(map(str, one.problems)) == sorted(map(str, other.problems))


def sound(chunk: Chunk, source: Source) -> None:
    """A chunk is well-formed, and can cross a pipe."""
    points = chunk.points
    assert len(points.series) == len(points.counts) == len(set(points.series))
    assert points.counts.sum() == len(points.step) == len(points.wall) == len(points.value)
    assert (points.step.dtype, points.wall.dtype, points.value.dtype) == (np.int64, np.int64, np.float64)
    assert isinstance(chunk.cursor, bytes)
    for path in [run.key.path for run in chunk.facts] + [problem.path for problem in chunk.problems]:
        assert not path.startswith("/")
        assert ".." not in path.split("/")
    for problem in chunk.problems:
        assert problem.what.strip()
    pickle.dumps(chunk)


def test_samples_hold_runs(sample):
    reader, root = sample
    sources = claimed(reader, root)
    assert sources
    for source in sources:
        assert source.reader == reader.name
        story = read_on(reader, root, source)
        assert story.facts
        assert not story.problems


def test_same_input_same_answer(sample):
    reader, root = sample
    for source in claimed(reader, root):
        first = reader.read(str(root), source, None, Budget())
        again = reader.read(str(root), source, None, Budget())
        assert (first.facts, first.problems, first.cursor, first.more) == (
            again.facts,
            again.problems,
            again.cursor,
            again.more,
        )
        sound(first, source)


def test_nothing_new_at_a_second_look(sample):
    reader, root = sample
    for source in claimed(reader, root):
        story = read_on(reader, root, source)
        chunk = reader.read(str(root), source, story.cursor, Budget())
        assert len(chunk.points) == 0
        assert not chunk.facts
        assert not chunk.more
        assert not chunk.reset
        assert chunk.problems == story.problems


def test_resumes_anywhere(sample):
    reader, root = sample
    for source in claimed(reader, root):
        slow = read_on(reader, root, source, budget=TINY)
        assert slow.resets == 0
        same(slow, read_on(reader, root, source))


def test_keeps_its_budget(sample):
    reader, root = sample
    for source in claimed(reader, root):
        for points in (1, 100):
            chunk = reader.read(str(root), source, None, Budget(points, 60))
            assert len(chunk.points) <= points + 4096


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_wherever_writing_was_interrupted(sample, tmp_path, seed):
    reader, root = sample
    dice = random.Random(seed)
    for number, source in enumerate(claimed(reader, root)[:4]):
        copy = tmp_path / f"growing-{number}"
        shutil.copytree(root, copy, symlinks=True)
        whole = {file: (root / file).read_bytes() for file in files_of(root, source)}
        for file in whole:
            (copy / file).unlink()
        story, written = Story(), dict.fromkeys(whole, 0)
        while written != {file: len(data) for file, data in whole.items()}:
            file = dice.choice(_writable(whole, written))
            stop = min(len(whole[file]), written[file] + dice.randint(1, max(8, len(whole[file]) // 6)))
            with open(copy / file, "ab") as out:
                out.write(whole[file][written[file] : stop])
            written[file] = stop
            read_on(reader, copy, source, story)
        same(story, read_on(reader, copy, source))
        same(story, read_on(reader, root, source))


def _writable(whole: dict[str, bytes], written: dict[str, int]) -> list[str]:
    """Files that can grow next: several at once, but of those that one program numbers only the first."""
    found: dict[str, str] = {}
    for file, data in whole.items():
        if written[file] < len(data):
            found.setdefault(re.sub(r"\d+", "#", file), file)
    return list(found.values())


def test_a_cursor_of_nobody_means_reading_anew(sample):
    reader, root = sample
    for source in claimed(reader, root):
        chunk = reader.read(str(root), source, b"\x00no cursor", Budget())
        assert chunk.reset
        story = Story()
        story.apply(chunk)
        same(read_on(reader, root, source, story), read_on(reader, root, source))


def test_a_replaced_file_is_read_anew(sample):
    reader, root = sample
    for source in claimed(reader, root)[:2]:
        story = read_on(reader, root, source)
        for file in files_of(root, source):
            data = (root / file).read_bytes()
            (root / file).unlink()
            (root / file).write_bytes(data)
        read_on(reader, root, source, story)
        same(story, read_on(reader, root, source))


def test_a_shrunken_file_is_told_or_read_anew(sample):
    reader, root = sample
    for source in claimed(reader, root)[:2]:
        story = read_on(reader, root, source)
        for file in files_of(root, source):
            os.truncate(root / file, (root / file).stat().st_size // 2)
        read_on(reader, root, source, story)
        at_once = read_on(reader, root, source)
        assert story.problems == at_once.problems
        for key, block in at_once.series().items():
            np.testing.assert_array_equal(block, story.series()[key])


def test_vanished_files_take_nothing_back(sample):
    reader, root = sample
    for source in reversed(claimed(reader, root)):
        story = read_on(reader, root, source)
        for file in files_of(root, source):
            (root / file).unlink()
        chunk = reader.read(str(root), source, story.cursor, Budget())
        sound(chunk, source)
        assert not chunk.reset
        shutil.rmtree(root / source.path, ignore_errors=True)
        sound(reader.read(str(root), source, story.cursor, Budget()), source)
        sound(reader.read(str(root), source, None, Budget()), source)


@pytest.mark.parametrize("instead", ["link", "fifo", "folder", "loop", "linked folder"])
def test_never_leaves_the_root(sample, tmp_path, instead):
    reader, root = sample
    outside = tmp_path / "outside"
    outside.mkdir()
    for source in claimed(reader, root)[:2]:
        kept = {file: (root / file).read_bytes() for file in files_of(root, source)}
        for file, data in kept.items():
            name = file.rpartition("/")[2]
            (outside / name).write_bytes(data.replace(b"loss", b"hidden").replace(b"acc", b"hidden"))
            (root / file).unlink()
            if instead == "link":
                (root / file).symlink_to(outside / name)
            elif instead == "fifo":
                os.mkfifo(root / file)
            elif instead == "folder":
                (root / file).mkdir()
            elif instead == "loop":
                (root / file).symlink_to(name)
        if instead == "linked folder" and source.path != ".":
            place = root / next(iter(kept)).rpartition("/")[0]
            shutil.rmtree(place)
            place.symlink_to(outside, target_is_directory=True)
        chunk = reader.read(str(root), source, None, Budget())
        sound(chunk, source)
        assert len(chunk.points) == 0
        assert not any(facts.params for facts in chunk.facts)
        claimed(reader, root)
        break


def test_writes_nothing(sample, monkeypatch):
    global _written
    reader, root = sample
    # Modules that are loaded only now are no writing of theirs.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = _tree(root)
    _written = []
    try:
        for source in claimed(reader, root):
            read_on(reader, root, source)
        assert _written == []
    finally:
        _written = None
    assert _tree(root) == before


def _tree(root: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in root.rglob("*")
    }


DAMAGE = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "repeat", "truncate", "digits", "deep"]),
        st.floats(0, 1),
        st.integers(1, 255),
        st.binary(min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, damage: list[tuple[str, float, int, bytes]]) -> bytes:
    for kind, where, number, junk in damage:
        at = int(where * len(data))
        if kind == "flip" and data:
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ number]) + data[at + 1 :]
        elif kind == "cut":
            data = data[:at] + data[at + number :]
        elif kind == "insert":
            data = data[:at] + junk + data[at:]
        elif kind == "repeat":
            data = data[:at] + data[max(0, at - number) :]
        elif kind == "digits":
            data = data[:at] + b"9" * 5_000 + data[at:]
        elif kind == "deep":
            data = data[:at] + b'[{"a":' * 300 + data[at:]
        else:
            data = data[:at]
    return data


@pytest.mark.parametrize(
    ("name", "build"), [(name, build) for name, _, build in SAMPLES], ids=[f"{n}-{s}" for n, s, _ in SAMPLES]
)
def test_damage_never_raises(tmp_path_factory, name: str, build: Build):
    reader = readers()[name]
    root = build(tmp_path_factory.mktemp("damaged"))
    sources = claimed(reader, root)
    files = {source.path: files_of(root, source) for source in sources}
    kept = {file: (root / file).read_bytes() for source in sources for file in files[source.path]}

    before = {source.path: read_on(reader, root, source) for source in sources}

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(which=st.integers(0, 10_000), damage=DAMAGE, live=st.booleans())
    def check(which: int, damage: list, live: bool) -> None:
        source = sources[which % len(sources)]
        file = files[source.path][which % len(files[source.path])]
        story = deepcopy(before[source.path]) if live else Story()
        try:
            (root / file).write_bytes(damaged(kept[file], damage))
            claimed(reader, root)
            for _ in range(200):
                chunk = reader.read(str(root), source, story.cursor, Budget(points=2_000))
                sound(chunk, source)
                story.apply(chunk)
                if not chunk.more:
                    break
            assert not chunk.more
        finally:
            (root / file).write_bytes(kept[file])

    check()
