"""Files of terabytes of which next to nothing was ever written."""

import os
import time

import pytest
from tests.conformance.reading import claimed, read_on
from tests.readers.mlflow_runs import make_run, points, read, values

from mlops_console import beneath
from mlops_console.readers.lightning import READER as LIGHTNING

HOLE = 1 << 40


def grow(path, at, text):
    with open(path, "r+b") as file:
        file.truncate(at)
        file.seek(at)
        file.write(text)


@pytest.fixture(autouse=True)
def _holes_are_told(tmp_path):
    probe = tmp_path / "probe"
    probe.write_bytes(b"")
    os.truncate(probe, HOLE)
    with beneath.reading(str(tmp_path), "probe") as fd:
        if beneath.past_hole(fd, 0) != HOLE:
            pytest.skip("the file system does not tell of holes")
    probe.unlink()


def test_a_metric_file_with_a_hole_costs_nothing_and_is_read_behind_it(tmp_path):
    folder = make_run(tmp_path, metrics={"loss": points(2), "acc": points(3)})
    os.truncate(folder / "metrics/loss", HOLE)
    began = time.process_time()
    story = read(tmp_path)
    assert values(story, "loss") == [(0, 1.0), (1, 0.5)]
    assert len(values(story, "acc")) == 3
    assert [problem.path.rpartition("/")[2] for problem in story.problems] == ["loss"]
    grow(folder / "metrics/loss", HOLE, b"\n" + points(3, 2).encode())
    story = read(tmp_path, story)
    assert [step for step, _ in values(story, "loss")] == [0, 1, 2, 3, 4]
    assert time.process_time() - began < 3


def test_a_line_of_gigabytes_that_holds_bytes_leaves_room_for_others(tmp_path):
    """A read keeps its budget in a line without an end, too."""
    folder = make_run(tmp_path, metrics={"acc": points(3)})
    (folder / "metrics/loss").write_bytes(b"1" * (64 << 20))
    story = read(tmp_path)
    assert len(values(story, "acc")) == 3
    assert len(story.problems) == 1


def test_a_table_with_a_hole_costs_nothing(tmp_path):
    folder = tmp_path / "version_0"
    folder.mkdir()
    (folder / "hparams.yaml").write_text("lr: 0.1\n")
    (folder / "metrics.csv").write_text("epoch,step,loss\n0,1,0.5\n")
    os.truncate(folder / "metrics.csv", HOLE)
    (source,) = claimed(LIGHTNING, tmp_path)
    began = time.process_time()
    story = read_on(LIGHTNING, tmp_path, source)
    assert time.process_time() - began < 3
    assert [len(block[0]) for block in story.series().values()] == [1, 1]
    assert len(story.problems) == 1
