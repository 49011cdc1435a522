"""Which folders are Lightning's, and what their tables say while they grow, are rewritten and break."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conformance.reading import Story, claimed, read_on

from mlops_console.readers.contract import Budget
from mlops_console.readers.lightning import READER
from mlops_console.readers.plain import READER as PLAIN
from mlops_console.readers.tensorboard import READER as TENSORBOARD
from mlops_console.records import NO_TIME

RUN = "lightning_logs/version_0"
ROWS = "epoch,step,loss\r\n0,0,1.0\r\n0,1,0.5\r\n"
PLAINLY = "step,loss\n0,1.0\n1,0.5\n"
EVENTS = "events.out.tfevents.1795402824.gpu01.7557.0"


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode() if isinstance(text, str) else text)
    return root


def read(root: Path, story: Story | None = None, budget: Budget | None = None) -> Story:
    (source,) = claimed(READER, root)
    return read_on(READER, root, source, story, budget)


def table(root: Path, text: str | bytes) -> Story:
    return read(write(root, {f"{RUN}/metrics.csv": text, f"{RUN}/hparams.yaml": "lr: 0.1\n"}))


def points(story: Story) -> dict[str, list[tuple[int, float]]]:
    return {
        key: list(zip(block[0].astype(int).tolist(), block[2].tolist(), strict=True))
        for (_, key), block in story.series().items()
    }


def facts(story: Story) -> dict:
    (found,) = story.facts.values()
    return found


@pytest.mark.parametrize(
    ("files", "run"),
    [
        ({f"{RUN}/metrics.csv": ROWS, f"{RUN}/hparams.yaml": "{}\n"}, RUN),
        ({f"{RUN}/metrics.csv": "loss,step\r\n1.0,0\r\n"}, RUN),  # Fabric
        ({f"{RUN}/metrics.csv": ""}, RUN),
        ({f"{RUN}/hparams.yaml": "lr: 1\n"}, RUN),
        ({f"{RUN}/hparams.yaml": "lr: 1\n", f"{RUN}/{EVENTS}": b""}, RUN),
        ({f"{RUN}/{EVENTS}": b""}, RUN),
        ({"version_2/metrics.csv": ROWS}, "version_2"),
        ({"logs/net/best/metrics.csv": "acc,epoch,loss,step\r\n1,0,1,0\r\n"}, "logs/net/best"),
        ({"a/metrics.csv": ROWS, "a/hparams.yaml": "x: 1\n", "a/checkpoints/last.ckpt": b""}, "a"),
        ({"a/metrics.csv": "loss,epoch,step,acc\n1,0,0,\n", "a/hparams.yaml": "x: 1\n"}, "a"),  # 1.x
        ({"a/metrics.csv": "loss,step\r\n1,0\r\n", "a/epoch=1-step=2.ckpt": b""}, "a"),
        ({"a/hparams.yaml": "x: 1\n", f"a/{EVENTS}": b""}, "a"),
        ({"metrics.csv": ROWS, "hparams.yaml": "x: 1\n", "checkpoints/last.ckpt": b""}, "."),
    ],
)
def test_its_runs_are_found_and_left_alone_by_the_reader_of_plain_files(tmp_path, files, run):
    root = write(tmp_path, files)
    assert [source.path for source in claimed(READER, root)] == [run]
    assert claimed(PLAIN, root) == []


@pytest.mark.parametrize(
    "files",
    [
        {"a/metrics.csv": PLAINLY, "a/config.yaml": "lr: 1\n"},
        {"a/metrics.csv": PLAINLY, "a/hparams.yaml": "lr: 1\n"},
        {"a/metrics.csv": PLAINLY, "a/checkpoints/model.pt": b""},
        {"a/metrics.csv": "epoch,loss,step\n0,1,0\n0,1,1\n"},
        {"version_1/metrics.csv": "iteration,loss\n0,1\n1,0.5\n"},
    ],
)
def test_what_plain_projects_write_is_left_to_the_reader_of_plain_files(tmp_path, files):
    root = write(tmp_path, files)
    assert claimed(READER, root) == []
    assert len(claimed(PLAIN, root)) == 1


def test_a_run_in_our_own_format_is_left_alone(tmp_path):
    import mlops_console

    with mlops_console.run({"lr": 1}, folder=tmp_path, name="version_0", capture=False) as run:
        run.log(0, loss=1.0)
    for folder in tmp_path.iterdir():
        (folder / "metrics.csv").write_text(ROWS)
    assert claimed(READER, tmp_path) == []


def test_events_beside_the_table_are_the_same_run(tmp_path):
    root = write(tmp_path, {f"{RUN}/metrics.csv": ROWS, f"{RUN}/{EVENTS}": b""})
    (ours,), (theirs,) = claimed(READER, root), claimed(TENSORBOARD, root)
    assert ours.path == theirs.path == RUN
    assert f"{RUN}/{EVENTS}" in ours.files
    assert not read(root).problems


@pytest.mark.parametrize("first", ["lightning", "plain", "tensorboard"])
def test_the_readers_load_in_any_order(first):
    code = f"from mlops_console.readers.{first} import READER; assert READER.name == {first!r}"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_epoch_is_a_metric_and_blanks_are_none(tmp_path):
    story = table(tmp_path, "epoch,step,loss,val/acc\r\n0,0,1.5,\r\n0,1,,0.25\r\n1,1,nan,inf\r\n")
    found = points(story)
    assert found["epoch"] == [(0, 0.0), (1, 0.0), (1, 1.0)]
    assert found["val/acc"] == [(1, 0.25), (1, np.inf)]
    assert found["loss"][0] == (0, 1.5)
    assert np.isnan(found["loss"][1][1])
    assert not story.problems
    assert all((block[1] == NO_TIME).all() for block in story.series().values())


def test_what_a_run_is_called(tmp_path):
    story = table(tmp_path, ROWS)
    said = facts(story)
    assert (said["name"], said["native_id"], said["group"]) == ("version_0", "version_0", "lightning_logs")
    assert said["params"] == {"lr": 0.1}
    assert [file.path for file in said["artifacts"]] == ["hparams.yaml", "metrics.csv"]


def test_the_project_itself_names_what_lies_in_it(tmp_path):
    root = write(tmp_path / "churn", {"version_0/metrics.csv": ROWS})
    assert facts(read(root))["group"] == "churn"


def test_times_come_from_the_files_and_the_oldest_is_kept(tmp_path):
    root = write(tmp_path, {f"{RUN}/metrics.csv": ROWS, f"{RUN}/hparams.yaml": "lr: 1\n"})
    write(root, {f"{RUN}/checkpoints/epoch=0.ckpt": b""})
    for name, when in (("hparams.yaml", 100), ("metrics.csv", 160), ("checkpoints/epoch=0.ckpt", 170)):
        os.utime(root / RUN / name, (when, when))
    story = read(root)
    assert (facts(story)["started"], facts(story)["ended"]) == (100_000_000, 170_000_000)
    os.utime(root / RUN / "hparams.yaml", (180, 180))  # testing logs the params again
    read(root, story)
    assert (facts(story)["started"], facts(story)["ended"]) == (100_000_000, 180_000_000)


def test_a_copy_leaves_the_times_to_the_event_file(tmp_path):
    root = write(tmp_path, {f"{RUN}/metrics.csv": ROWS, f"{RUN}/{EVENTS}": b""})
    for name in ("metrics.csv", EVENTS):
        os.utime(root / RUN / name, (1_800_000_000, 1_800_000_000))
    assert "started" not in facts(read(root))


def test_a_column_of_times_gives_wall_times(tmp_path):
    story = table(tmp_path, "created_at,loss,step\n1795403425.5,1,0\n1795403426.5,2,1\n")
    (block,) = story.series().values()
    assert block[1].tolist() == [1_795_403_425_500_000, 1_795_403_426_500_000]
    assert facts(story)["started"] == 1_795_403_425_500_000
    dated = table(tmp_path, "created_at,loss,step\n2026-11-23T08:00:00+00:00,1,0\n")
    (block,) = dated.series().values()
    assert block[1].tolist() == [1_795_420_800_000_000]


def test_rows_that_are_added_are_read_on_and_a_torn_one_waits(tmp_path):
    story = table(tmp_path, ROWS + "0,2")
    assert points(story)["loss"] == [(0, 1.0), (1, 0.5)]
    assert not story.problems
    with open(tmp_path / RUN / "metrics.csv", "ab") as out:
        out.write(b"5,0.25\r\n1,26,0.125\r\n")
    read(tmp_path, story)
    assert points(story)["loss"] == [(0, 1.0), (1, 0.5), (25, 0.25), (26, 0.125)]
    assert story.resets == 0


def test_a_new_metric_rewrites_the_file_and_it_is_read_anew(tmp_path):
    story = table(tmp_path, ROWS)
    write(tmp_path, {f"{RUN}/metrics.csv": "acc,epoch,loss,step\r\n,0,1.0,0\r\n,0,0.5,1\r\n0.9,1,,1\r\n"})
    read(tmp_path, story)
    assert story.resets == 1
    assert points(story) == {
        "epoch": [(0, 0.0), (1, 0.0), (1, 1.0)],
        "loss": [(0, 1.0), (1, 0.5)],
        "acc": [(1, 0.9)],
    }


def test_a_resumed_version_counts_repeated_steps(tmp_path):
    story = table(tmp_path, ROWS)
    with open(tmp_path / RUN / "metrics.csv", "ab") as out:
        out.write(b"epoch,step,loss\r\n0,1,0.4\r\nepoch,step,loss,acc\r\n1,2,0.3,0.9\r\n")
    read(tmp_path, story)
    assert points(story)["loss"] == [(0, 1.0), (1, 0.5), (1, 0.4), (2, 0.3)]
    assert points(story)["acc"] == [(2, 0.9)]
    assert not story.problems


def test_names_with_commas_and_names_that_occur_twice(tmp_path):
    story = table(tmp_path, 'step,"loss, train",acc,acc,\r\n0,1.0,0.5,0.75,\r\n')
    assert points(story) == {"loss, train": [(0, 1.0)], "acc": [(0, 0.5)]}
    (problem,) = story.problems
    assert "same name (acc)" in problem.what


@pytest.mark.parametrize("rows", [3, 2000])
def test_damage_in_rows_is_told_once_and_the_rest_is_kept(tmp_path, rows):
    lines = [
        "epoch,step,loss",
        *(f"0,{step},{step / 8}" for step in range(rows)),
        "0,7,oops",
        "0,8",
        "0,9,1.0",
    ]
    story = table(tmp_path, "\r\n".join([*lines, ""]))
    assert len(points(story)["loss"]) == rows + 1
    assert {problem.what for problem in story.problems} == {
        "A cell among numbers is no number ('oops'); it is left out.",
        "A row has 2 cells instead of 3; the row is left out.",
    }
    assert all(problem.offset for problem in story.problems)


def test_ten_thousand_metrics(tmp_path):
    names = ",".join(["epoch", "step", *(f"metric/{number:05d}" for number in range(10_000))])
    rows = [f"0,{step}," + ",".join(["0.5"] * 10_000) for step in range(4)]
    story = table(tmp_path, "\r\n".join([names, *rows, ""]))
    assert len(story.points) == 10_001
    assert all(len(series) == 4 for series in points(story).values())


def test_a_line_without_end_is_capped(tmp_path):
    root = write(tmp_path, {f"{RUN}/metrics.csv": ROWS})
    path = root / RUN / "metrics.csv"
    with open(path, "ab") as out:
        out.write(b"9" * (8 << 20))
        out.write(b"\n0,2,0.25\n")
    story = Story()
    (source,) = claimed(READER, root)
    chunk = READER.read(str(root), source, None, Budget(seconds=0))
    assert chunk.more
    story.apply(chunk)
    read(root, story)
    assert points(story)["loss"] == [(0, 1.0), (1, 0.5), (2, 0.25)]
    assert "longer than 1 MiB" in story.problems[0].what


NUMBERS = st.one_of(
    st.floats().map(repr),
    st.integers(-(10**18), 10**18).map(str),
    st.sampled_from(
        ["", " ", "nan", "NaN", "-inf", "Infinity", "1e400", "-0", "+1", "1_0", "0x10", "1.", ".5", "5%"]
    ),
    st.sampled_from(["True", "tensor(0.5)", "null", "None", "é", "1 2", "--1", "1e5e", "infinit", "١"]),
)


@settings(max_examples=150, deadline=None)
@given(odd=st.lists(NUMBERS, min_size=1, max_size=6), sparse=st.booleans(), at=st.integers(0, 1100))
def test_whole_columns_say_what_single_rows_say(tmp_path_factory, odd, sparse, at):
    rows = [f"{step},{'' if sparse and step % 3 else step / 7},{step / 3}" for step in range(1100)]
    rows[at:at] = [f"{at},0.5,{cell}" for cell in odd]
    text = "\r\n".join(["step,loss,acc", *rows, ""])
    at_once = table(tmp_path_factory.mktemp("whole"), text)
    root = write(
        tmp_path_factory.mktemp("rows"), {f"{RUN}/metrics.csv": text, f"{RUN}/hparams.yaml": "lr: 0.1\n"}
    )
    (source,) = claimed(READER, root)
    slow = read_on(READER, root, source, budget=Budget(points=1, seconds=60))
    assert at_once.problems == slow.problems
    for key, block in at_once.series().items():
        np.testing.assert_array_equal(block, slow.series()[key])
