"""Our own run format read back: what the recorder wrote, and what others may write alike."""

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.readers.recorded_runs import FolderOnDisk, history, read, read_all, source_of, write_run

import mlops_console
from mlops_console.readers.recorded import READER, is_recorded
from mlops_console.records import NO_TIME, Chunk, RunKey, Status


def facts_of(chunk: Chunk) -> Any:
    (only,) = chunk.facts
    return only


def test_everything_that_was_recorded_comes_back(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("x,y\n1,2\n")
    params = {"lr": 0.1, "net": {"layers": [64, 32], "drop": None}}
    runs = tmp_path / "runs"
    with mlops_console.run(params, name="first", folder=runs, group="g", tags=["baseline"]) as run:
        for step in range(5):
            run.log(step, loss=1 / (step + 1))
        run.log(5, {"val/loss": math.nan})
        run.tag("team", "growth")
        run.dataset(data, name="train")
        run.summary(acc=0.5)
        run.summary(acc=0.75, worst=math.inf)
        (run.folder / "model.joblib").write_bytes(b"weights")
        run.artifact(run.folder / "model.joblib")
        (run.folder / "plots").mkdir()
        (run.folder / "plots" / "roc.csv").write_text("a,b\n1,2\n")
    path = f"runs/{run.folder.name}"
    chunk = read_all(tmp_path, path)
    facts = facts_of(chunk)
    assert facts.key == RunKey(path)
    assert (facts.native_id, facts.name, facts.group) == (run.id, "first", "g")
    assert (facts.status, facts.status_reason) == (Status.FINISHED, None)
    assert facts.started < facts.active <= facts.ended
    assert facts.params == {"lr": 0.1, "net.layers": [64, 32], "net.drop": None}
    assert facts.tags == {"baseline": "", "team": "growth"}
    assert facts.summary == {"acc": 0.75, "worst": "Infinity"}
    assert [artifact.path for artifact in facts.artifacts] == ["model.joblib", "plots/roc.csv"]
    assert [(model.path, model.format, len(model.sha256)) for model in facts.models] == [
        (f"{path}/model.joblib", "unrecognised", 64)
    ]
    (dataset,) = facts.datasets
    assert (dataset["name"], dataset["rows"], dataset["path"]) == ("train", 1, str(data))
    assert facts.environment["python"].startswith("3.")
    assert "pytest" in facts.environment["command"] or "-c" in facts.environment["command"]
    assert "numpy" in facts.environment["packages"]
    assert facts.process.pid > 0
    assert facts.process.started > 0
    assert history(chunk, "loss") == [(step, 1 / (step + 1)) for step in range(5)]
    ((step, value),) = history(chunk, "val/loss")
    assert step == 5
    assert math.isnan(value)
    assert chunk.problems == ()


def test_a_run_without_an_end_says_that_it_runs(tmp_path: Path) -> None:
    run = mlops_console.run(folder=tmp_path, capture=False)
    run.log(0, loss=1)
    facts = facts_of(read_all(tmp_path, run.folder.name))
    assert (facts.status, facts.ended) == (Status.RUNNING, None)
    assert facts.process is not None
    run.finish("failed", "no data")
    facts = facts_of(read_all(tmp_path, run.folder.name))
    assert (facts.status, facts.status_reason) == (Status.FAILED, "no data")


def test_a_live_run_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    run = mlops_console.run(folder=tmp_path, capture=False)
    run.log(0, loss=1)
    source = source_of(tmp_path, run.folder.name)
    first = read(tmp_path, source, None)
    assert history(first, "loss") == [(0, 1.0)]
    quiet = read(tmp_path, source, first.cursor)
    assert (len(quiet.points), quiet.facts, quiet.reset) == (0, (), False)
    run.log(1, loss=2)
    second = read(tmp_path, source, quiet.cursor)
    assert history(second, "loss") == [(1, 2.0)]
    (said,) = second.facts
    assert said.active == int(second.points.wall[-1])
    run.summary(acc=1)
    third = read(tmp_path, source, second.cursor)
    assert facts_of(third).summary == {"acc": 1}
    run.finish()
    last = read(tmp_path, source, third.cursor)
    assert facts_of(last).status is Status.FINISHED
    assert not last.reset


def test_the_reason_is_one_line_and_the_rest_is_kept(tmp_path: Path) -> None:
    write_run(tmp_path, {})
    error = {"type": "ValueError", "message": "\nno data\nin s3"}
    (tmp_path / "run" / "end.json").write_text(json.dumps({"status": "failed", "error": error}))
    facts = facts_of(read_all(tmp_path, "run"))
    assert facts.status_reason == "ValueError: no data"
    assert facts.environment["error"] == "\nno data\nin s3"


def test_a_parent_is_found_by_its_folder(tmp_path: Path) -> None:
    with mlops_console.run(folder=tmp_path / "runs", capture=False) as parent:
        trial = mlops_console.run(folder=tmp_path / "runs", capture=False, parent=parent)
    trial.finish()
    facts = facts_of(read_all(tmp_path, f"runs/{trial.folder.name}"))
    assert facts.parent == RunKey(f"runs/{parent.folder.name}")
    assert facts.parent_native_id == parent.id
    write_run(tmp_path, {"parent": {"path": "../../../etc", "id": "x"}})
    assert facts_of(read_all(tmp_path, "run")).parent is None


def test_a_run_inside_a_run_keeps_its_files(tmp_path: Path) -> None:
    with mlops_console.run(folder=tmp_path, capture=False) as outer:
        (outer.folder / "notes.txt").write_text("")
        with mlops_console.run(folder=outer.folder / "trials", capture=False) as inner:
            (inner.folder / "model.pt").write_bytes(b"x")
    facts = facts_of(read_all(tmp_path, outer.folder.name))
    assert [artifact.path for artifact in facts.artifacts] == ["notes.txt"]
    assert facts.models == ()


def test_the_project_itself_may_be_the_run(tmp_path: Path) -> None:
    write_run(tmp_path, {"id": "x"}, '{"_step":0,"loss":1}\n')
    (tmp_path / "run" / "model.pt").write_bytes(b"x")
    chunk = read_all(tmp_path / "run", ".")
    assert facts_of(chunk).models[0].path == "model.pt"
    assert source_of(tmp_path / "run", ".").files[0] == "run.json"


LINES = """{"loss": 1}
{"_step": 7, "_time": 1700000000.5, "loss": 0.5, "acc": true}

{"loss": 0.25, "_time": "now"}\r
{"_step": 8.0, "loss": "-Infinity", "acc": null}
{"_step": 9, "loss": NaN}"""


def test_other_languages_may_write_less_and_otherwise(tmp_path: Path) -> None:
    write_run(tmp_path, {"started": 1700000000, "params": {"lr": 1}}, LINES)
    (tmp_path / "run" / "end.json").write_text('{"status": "finished", "ended": "2023-11-14T23:13:20+01:00"}')
    chunk = read_all(tmp_path, "run")
    assert chunk.problems == ()
    facts = facts_of(chunk)
    assert (facts.name, facts.process, facts.status) == (None, None, Status.FINISHED)
    assert facts.started == facts.ended == 1_700_000_000_000_000
    loss = history(chunk, "loss")
    assert [step for step, _ in loss] == [0, 7, 2, 8, 9]
    assert [value for _, value in loss[:4]] == [1.0, 0.5, 0.25, -math.inf]
    assert math.isnan(loss[4][1])
    assert history(chunk, "acc") == [(7, 1.0)]
    assert set(chunk.points.wall.tolist()) == {NO_TIME, 1_700_000_000_500_000}


def test_a_tail_that_is_still_written_waits(tmp_path: Path) -> None:
    metrics = write_run(tmp_path, {}, '{"_step":0,"loss":1}\n{"_step":1,"lo')
    source = source_of(tmp_path, "run")
    first = read(tmp_path, source, None)
    assert (history(first, "loss"), first.problems) == ([(0, 1.0)], ())
    with metrics.open("a") as file:
        file.write('ss":2}\n')
    assert history(read(tmp_path, source, first.cursor), "loss") == [(1, 2.0)]


BAD = [
    ("not json", "no JSON object", 21),
    ("[1, 2]", "no JSON object", 21),
    ("[" * 100_000, "no JSON object", 21),
    ('{"_step":1,"loss":1},{"_step":2,"loss":1}', "no JSON object", 21),
    ('{"_step":1.5,"loss":3}', "a step that is no whole number", None),
    ('{"_step":1,"note":"good"}', "values of 'note' that are no numbers", None),
    ('{"_step":1,"x":' + "9" * 5000 + "}", "no JSON object", 21),
]


@pytest.mark.parametrize(("line", "what", "offset"), BAD)
def test_a_bad_line_is_told_and_the_rest_read(
    tmp_path: Path, line: str, what: str, offset: int | None
) -> None:
    write_run(tmp_path, {}, '{"_step":0,"loss":1}\n' + line + '\n{"_step":2,"loss":3}\n')
    chunk = read_all(tmp_path, "run")
    assert history(chunk, "loss") == [(0, 1.0), (2, 3.0)]
    (problem,) = chunk.problems
    assert what in problem.what
    assert (problem.path, problem.offset) == ("run/metrics.jsonl", offset)


def test_a_line_without_end_is_stepped_over(tmp_path: Path) -> None:
    write_run(tmp_path, {}, '{"_step":0,"loss":1}\n' + "x" * 3_000_000 + '\n{"_step":2,"loss":3}\n')
    chunk = read_all(tmp_path, "run", points=1)
    assert history(chunk, "loss") == [(0, 1.0), (2, 3.0)]
    assert [problem.what for problem in chunk.problems] == [
        "holds a line of more than 1 MiB, which is left out"
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "mlops-console-run"', "\xff" * 10])
def test_a_damaged_run_file_is_told_and_metrics_still_read(tmp_path: Path, text: str) -> None:
    write_run(tmp_path, {}, '{"_step":0,"loss":1}\n')
    source = source_of(tmp_path, "run")
    (tmp_path / "run" / "run.json").write_text(text, encoding="latin-1")
    chunk = read(tmp_path, source, None)
    assert history(chunk, "loss") == [(0, 1.0)]
    assert [problem.path for problem in chunk.problems] == ["run/run.json"]
    assert facts_of(chunk).status is None


@pytest.mark.parametrize(
    "field", ["id", "name", "group", "started", "params", "tags", "process", "parent", "git"]
)
@pytest.mark.parametrize(
    "value", [None, 3, [1], "x", {"a": [{}]}, {"path": 3, "pid": "x", "host": 3}, 1e300, True]
)
def test_no_field_needs_to_be_what_it_should_be(tmp_path: Path, field: str, value: Any) -> None:
    write_run(tmp_path, {field: value}, "{}\n")
    (tmp_path / "run" / "end.json").write_text(json.dumps({"status": value, "ended": value, "error": value}))
    event = json.dumps({"event": "tag", "key": value, "path": value, "values": value})
    (tmp_path / "run" / "events.jsonl").write_text(event + "\n")
    facts = facts_of(read_all(tmp_path, "run"))
    assert facts.key == RunKey("run")


def test_lost_lines_and_a_newer_format_are_told(tmp_path: Path) -> None:
    write_run(tmp_path, {"version": 2}, "")
    lost = {"status": "finished", "lost": {"count": 3, "because": "can't write: No space left on device"}}
    (tmp_path / "run" / "end.json").write_text(json.dumps(lost))
    chunk = read_all(tmp_path, "run")
    assert [problem.what for problem in chunk.problems] == [
        "is written in version 2 of the format; what is understood of it is shown",
        "3 logged values could not be recorded; the first: can't write: No space left on device",
    ]


def test_one_lost_value_is_one(tmp_path: Path) -> None:
    end = write_run(tmp_path, {}, "").parent / "end.json"
    end.write_text(json.dumps({"lost": {"count": 1, "because": "no room"}}))
    assert "1 logged value could not be" in read_all(tmp_path, "run").problems[0].what


@pytest.mark.parametrize("change", ["shrunk", "rewritten", "other run", "other end"])
def test_a_replaced_file_is_read_anew(tmp_path: Path, change: str) -> None:
    metrics = write_run(tmp_path, {"id": "a"}, '{"_step":0,"loss":1}\n{"_step":1,"loss":2}\n')
    end = tmp_path / "run" / "end.json"
    end.write_text('{"status": "finished"}')
    source = source_of(tmp_path, "run")
    first = read(tmp_path, source, None)
    wanted = [(0, 1.0), (1, 2.0)]
    if change == "shrunk":
        metrics.write_text('{"_step":0,"loss":1}\n')
        wanted = [(0, 1.0)]
    elif change == "rewritten":
        metrics.write_text('{"_step":0,"loss":5}\n{"_step":1,"loss":6}\n{"_step":2,"loss":7}\n')
        wanted = [(0, 5.0), (1, 6.0), (2, 7.0)]
    elif change == "other run":
        write_run(tmp_path, {"id": "b"}, metrics.read_text())
    else:
        end.write_text('{"status": "failed"}')
    second = read(tmp_path, source, first.cursor)
    assert second.reset
    assert history(second, "loss") == wanted
    assert facts_of(second).status is (Status.FAILED if change == "other end" else Status.FINISHED)


@pytest.mark.parametrize("gone", ["run.json", "metrics.jsonl", "end.json"])
def test_what_vanished_file_said_stands_until_there_is_another(tmp_path: Path, gone: str) -> None:
    text = '{"_step":0,"loss":1}\n'
    metrics = write_run(tmp_path, {"id": "a"}, text)
    (tmp_path / "run" / "end.json").write_text('{"status": "finished"}')
    source = source_of(tmp_path, "run")
    first = read(tmp_path, source, None)
    kept = (tmp_path / "run" / gone).read_text()
    (tmp_path / "run" / gone).unlink()
    second = read(tmp_path, source, first.cursor)
    assert (second.reset, len(second.points), second.problems) == (False, 0, ())
    assert all(facts.status is not Status.RUNNING for facts in second.facts)
    (tmp_path / "run" / gone).write_text(kept)
    metrics.write_text(text + '{"_step":1,"loss":2}\n')
    third = read(tmp_path, source, second.cursor)
    assert not third.reset
    assert history(third, "loss") == [(1, 2.0)]


def test_a_cursor_of_somebody_else_starts_anew(tmp_path: Path) -> None:
    write_run(tmp_path, {}, '{"_step":0,"loss":1}\n')
    for cursor in (b"", b"{}", b"[1]", b"\xff", b'[1,[0,0,"",false,[]],3]'):
        chunk = read(tmp_path, source_of(tmp_path, "run"), cursor)
        assert chunk.reset
        assert history(chunk, "loss") == [(0, 1.0)]


def test_the_budget_ends_a_read_and_the_next_goes_on(tmp_path: Path) -> None:
    rows = [f'{{"_step":{step},"a":{step},"b":0.5}}' for step in range(30_000)]
    write_run(tmp_path, {}, "\n".join(rows) + "\n")
    source = source_of(tmp_path, "run")
    first = read(tmp_path, source, None, points=1000)
    assert first.more
    assert 1000 <= len(first.points) < 20_000
    whole = read_all(tmp_path, "run", points=1000)
    assert [step for step, _ in history(whole, "a")] == list(range(30_000))


def test_files_that_are_none_are_not_followed(tmp_path: Path) -> None:
    write_run(tmp_path, {}, "")
    (tmp_path / "secret").write_text('{"_step":0,"loss":1}\n')
    (tmp_path / "run" / "metrics.jsonl").unlink()
    (tmp_path / "run" / "metrics.jsonl").symlink_to(tmp_path / "secret")
    chunk = read_all(tmp_path, "run")
    assert len(chunk.points) == 0
    assert "links are not followed" in chunk.problems[0].what


def test_a_trouble_that_is_over_is_no_longer_told(tmp_path: Path) -> None:
    metrics = write_run(tmp_path, {}, "")
    source = source_of(tmp_path, "run")
    metrics.unlink()
    metrics.mkdir()
    first = read(tmp_path, source, None)
    assert [problem.what for problem in first.problems] == ["is not a regular file"]
    metrics.rmdir()
    metrics.write_text('{"_step":0,"loss":1}\n')
    second = read(tmp_path, source, first.cursor)
    assert (second.problems, history(second, "loss")) == ((), [(0, 1.0)])


def test_only_our_mark_makes_a_folder_ours(tmp_path: Path) -> None:
    write_run(tmp_path, {"id": "x"})
    assert is_recorded(FolderOnDisk(tmp_path, "run"))
    for text in ("{}", '{"format": "other"}', '{"name": "mlops-console-run"}'):
        (tmp_path / "run" / "run.json").write_text(text)
        assert READER.claims(FolderOnDisk(tmp_path, "run")) == ()
    shutil.rmtree(tmp_path / "run")
    assert not is_recorded(FolderOnDisk(tmp_path, "."))


NUMBER = (
    st.floats()
    | st.integers(-(2**70), 2**70)
    | st.booleans()
    | st.none()
    | st.just("NaN")
    | st.text(max_size=3)
)
ROW = st.dictionaries(st.sampled_from(["_step", "_time", "a", "b{", "c", "é"]), NUMBER, max_size=5)


@given(st.lists(ROW, max_size=30), st.data())
def test_reading_in_pieces_is_reading_at_once(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    import tempfile

    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        metrics = write_run(root, {}, "")
        source, cursor = source_of(root, "run"), None
        pieces: dict[str, list[tuple[int, float]]] = {}
        for cut in [*cuts, len(text)]:
            metrics.write_bytes(text[:cut])
            chunk = read(root, source, cursor)
            assert not chunk.reset
            cursor = chunk.cursor
            for _, key in chunk.points.series:
                pieces.setdefault(key, []).extend(history(chunk, key))
        whole = read(root, source, None)
    assert set(pieces) == {key for _, key in whole.points.series}
    for key, points in pieces.items():
        np.testing.assert_array_equal(np.array(points), np.array(history(whole, key)))


@given(st.binary(max_size=300), st.binary(max_size=100), st.binary(max_size=100))
def test_any_bytes_are_read_without_a_word_too_loud(metrics: bytes, events: bytes, end: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_run(root, {}, "").write_bytes(metrics)
        (root / "run" / "events.jsonl").write_bytes(events)
        (root / "run" / "end.json").write_bytes(end)
        chunk = read_all(root, "run")
        assert chunk.points.counts.sum() == len(chunk.points)


def test_what_other_trackers_call_a_run_is_told(tmp_path: Path) -> None:
    write_run(tmp_path, {"same_as": {"mlflow": "f00", "odd": ["x"], "": "y", "wandb": 7}})
    (tmp_path / "run" / "events.jsonl").write_text(
        '{"event":"same_as","tool":"mlflow","id":"f00"}\n{"event":"same_as","tool":"mlflow","id":"ba5"}\n'
        '{"event":"same_as","tool":7,"id":null}\n{"event":"same_as"}\n'
    )
    said = facts_of(read_all(tmp_path, "run"))
    assert said.same_as == (("mlflow", "f00"), ("wandb", "7"), ("mlflow", "ba5"))
