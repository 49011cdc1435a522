"""What scripts hand over, and what becomes of it on the disk."""

import argparse
import dataclasses
import json
import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mlops_console
from mlops_console.recording import Run
from mlops_console.recording.plain_values import number_text, plain


def begin(folder: Path, params: Any = None, **more: Any) -> Run:
    return mlops_console.run(params, folder=folder, capture=False, **more)


def metric_lines(run: Run) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in (run.folder / "metrics.jsonl").read_text().splitlines()]
    assert all(isinstance(line.pop("_time"), float) for line in found)
    return found


def events(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run.folder / "events.jsonl").read_text().splitlines()]


def run_json(run: Run) -> dict[str, Any]:
    found = json.loads((run.folder / "run.json").read_text())
    assert isinstance(found, dict)
    return found


def test_every_way_to_log_writes_the_same_lines(tmp_path: Path) -> None:
    with begin(tmp_path) as run:
        run.log(3, loss=0.5)
        run.log(3, {"val/loss": 0.25}, acc=1)
        run.log({"loss": 0.125}, step=7)
        run.log(loss=2)
    assert metric_lines(run) == [
        {"_step": 3, "loss": 0.5},
        {"_step": 3, "val/loss": 0.25, "acc": 1},
        {"_step": 7, "loss": 0.125},
        {"_step": 8, "loss": 2},
    ]


def test_numbers_of_libraries_are_numbers(tmp_path: Path) -> None:
    class Tensor:
        def __float__(self) -> float:
            return 0.75

    with begin(tmp_path) as run:
        run.log(np.int64(1), a=np.float32(0.5), b=np.int32(4), c=Tensor(), d=True, e=np.array(2.5))
    assert metric_lines(run) == [{"_step": 1, "a": 0.5, "b": 4.0, "c": 0.75, "d": 1.0, "e": 2.5}]


def test_what_is_not_finite_becomes_a_word_that_every_json_reader_takes(tmp_path: Path) -> None:
    with begin(tmp_path) as run:
        run.log(0, a=math.nan, b=math.inf, c=np.float64("-inf"))
        run.summary(best=math.nan)
    assert metric_lines(run) == [{"_step": 0, "a": "NaN", "b": "Infinity", "c": "-Infinity"}]
    assert events(run)[0]["values"] == {"best": "NaN"}


@given(st.floats() | st.integers())
def test_a_number_survives_its_text(value: float) -> None:
    try:
        again = float(json.loads(number_text(value)))
    except OverflowError:
        assert abs(value) > 1e308
        return
    assert again == float(value) or math.isnan(value)


def test_what_is_no_number_costs_a_word_and_not_the_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with begin(tmp_path) as run:
        for _ in range(3):
            run.log(0, note="good", none=None, many=np.zeros(3), huge=10**400, loss=1.0, _step=3)
        run.log("first", loss=2.0)  # type: ignore[arg-type]
    assert metric_lines(run) == [{"_step": 0, "loss": 1.0}] * 3 + [{"_step": 1, "loss": 2.0}]
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 6
    assert all(run.id in line and "training goes on" in line for line in said)
    end = json.loads((run.folder / "end.json").read_text())
    assert end["lost"]["count"] == 15


KEYS = st.text(min_size=1, max_size=20).filter(lambda key: key not in ("_step", "_time"))


@given(st.lists(st.dictionaries(KEYS, st.floats(), min_size=1, max_size=4), max_size=6))
def test_any_key_and_any_number_come_back(rows: list[dict[str, float]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, begin(Path(folder)) as run:
        for row in rows:
            run.log(row)
        found = metric_lines(run)
        assert [line.pop("_step") for line in found] == list(range(len(rows)))
        wanted = [{key: json.loads(number_text(value)) for key, value in row.items()} for row in rows]
        assert found == wanted


def test_params_of_every_shape(tmp_path: Path) -> None:
    @dataclasses.dataclass
    class Adam:
        lr: float = 0.1
        betas: tuple[float, float] = (0.9, 0.999)

    class Odd:
        def __repr__(self) -> str:
            return "an odd thing"

    given_params = {
        "optimizer": Adam(),
        "path": Path("/data"),
        "sizes": np.array([3, 4]),
        "seed": np.int64(7),
        "drop": math.inf,
        "odd": Odd(),
        "words": {"b", "a"},
        5: None,
    }
    with begin(tmp_path, given_params) as run:
        pass
    assert run_json(run)["params"] == {
        "optimizer": {"lr": 0.1, "betas": [0.9, 0.999]},
        "path": "/data",
        "sizes": [3, 4],
        "seed": 7,
        "drop": "Infinity",
        "odd": "an odd thing",
        "words": ["a", "b"],
        "5": None,
    }
    for shape in (argparse.Namespace(lr=0.1), Adam(0.1)):
        with begin(tmp_path, shape) as run:
            pass
        assert run_json(run)["params"]["lr"] == 0.1


def test_deep_and_circular_params_end_somewhere() -> None:
    circle: dict[str, Any] = {}
    circle["again"] = circle
    assert len(json.dumps(plain(circle))) < 10_000


def test_wrong_use_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="params"):
        begin(tmp_path, 3)
    with pytest.raises(ValueError, match="name"):
        begin(tmp_path, name=3)
    with begin(tmp_path) as run, pytest.raises(ValueError, match="status"):
        run.finish("done")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        begin(tmp_path / "file")


def test_a_run_names_itself_its_group_its_tags_and_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin(tmp_path, name="sweep ü/7", group="sweeps", tags=["baseline"]) as sweep:
        sweep.tag("team", "growth")
        with begin(tmp_path, parent=sweep, tags={"a": "b"}) as trial:
            pass
        monkeypatch.setenv("MLOPS_CONSOLE_PARENT", str(sweep.folder))
        with begin(tmp_path / "elsewhere") as other:
            pass
    assert sweep.folder.name == f"{sweep.id}-sweep---7"
    first = run_json(sweep)
    assert (first["name"], first["group"], first["tags"]) == ("sweep ü/7", "sweeps", {"baseline": ""})
    assert run_json(trial)["parent"] == {"path": f"../{sweep.folder.name}", "id": sweep.id}
    assert run_json(other)["parent"] == {"path": f"../../{sweep.folder.name}", "id": sweep.id}
    assert events(sweep)[0]["value"] == "growth"


def test_threads_log_whole_lines(tmp_path: Path) -> None:
    with begin(tmp_path) as run:
        work = [
            threading.Thread(target=lambda name=name: [run.log(at, {name: at}) for at in range(500)])
            for name in "abcd"
        ]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    found = metric_lines(run)
    for name in "abcd":
        assert [line["_step"] for line in found if name in line] == list(range(500))


def test_artifacts_are_noted_copied_or_only_named(tmp_path: Path) -> None:
    outside = tmp_path / "model.joblib"
    outside.write_bytes(b"weights")
    with begin(tmp_path / "runs") as run:
        inside = run.folder / "sub" / "plot.png"
        inside.parent.mkdir()
        inside.write_bytes(b"png")
        run.artifact(inside)
        run.artifact(outside)
        run.artifact(outside)
        run.artifact(outside, copy=False, sha256=False)
    found = [{key: event[key] for key in ("path", "size")} for event in events(run)]
    assert found == [
        {"path": "sub/plot.png", "size": 3},
        {"path": "artifacts/model.joblib", "size": 7},
        {"path": "artifacts/model-2.joblib", "size": 7},
        {"path": str(outside), "size": 7},
    ]
    assert (run.folder / "artifacts" / "model.joblib").read_bytes() == b"weights"
    assert "sha256" in events(run)[0]
    assert "sha256" not in events(run)[3]


def test_datasets_know_size_hash_and_rows(tmp_path: Path) -> None:
    import hashlib

    plain_csv, quoted, lines, folder = (tmp_path / name for name in ("a.csv", "b.csv", "c.jsonl", "images"))
    plain_csv.write_text("x,y\n1,2\n3,4")
    quoted.write_text('x\n"a\nb"\n')
    lines.write_text("{}\n{}\n")
    folder.mkdir()
    (folder / "1.png").write_bytes(b"123")
    with begin(tmp_path / "runs") as run:
        for path in (plain_csv, quoted, lines, folder):
            run.dataset(path)
        run.dataset(quoted, name="test", rows=9)
    first, second, third, fourth, fifth = events(run)
    assert (first["name"], first["size"], first["rows"]) == ("a.csv", 11, 2)
    assert first["sha256"] == hashlib.sha256(plain_csv.read_bytes()).hexdigest()
    assert "rows" not in second
    assert third["rows"] == 2
    assert (fourth["files"], fourth["size"]) == (1, 3)
    assert (fifth["name"], fifth["rows"]) == ("test", 9)


def test_a_missing_file_is_said_and_training_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with begin(tmp_path) as run:
        run.artifact("nowhere.bin")
        run.dataset(tmp_path / "nowhere.csv")
    assert events(run) == []
    assert capsys.readouterr().err.count("No such file") == 2
