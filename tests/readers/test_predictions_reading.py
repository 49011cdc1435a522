"""Tables of predictions: found, told apart, read; hostile ones refused with a sentence."""

import os
import struct
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.readers.predictions import Choice, Predictions, Roles, Unclear, find, look, read, roles
from mlops_console.records import Problem


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return name


def text(values: object) -> list[str | None]:
    assert isinstance(values, tuple)
    codes, names = values
    return [None if code < 0 else names[code] for code in codes]


@pytest.mark.parametrize(
    ("names", "key", "label", "score", "predicted"),
    [
        (["id", "y_true", "y_prob"], "id", "y_true", "y_prob", None),
        (["Row ID", "Actual", "Prediction"], "Row ID", "Actual", "Prediction", None),
        (["", "target", "pred", "score"], "", "target", "score", "pred"),
        (["customer_id", "label", "p0", "p1"], "customer_id", "label", "p1", None),
        (["user_id", "session_id", "y", "y_pred"], None, "y", "y_pred", None),
        (["key", "index", "truth", "oof"], "key", "truth", "oof", None),
        (["id", "y", "p0", "p1", "p2", "pred"], "id", "y", "pred", None),
    ],
)
def test_columns_are_told_by_their_names(
    names: list[str], key: str | None, label: str, score: str, predicted: str | None
) -> None:
    found = roles(names)
    assert isinstance(found, Roles)
    assert (found.key, found.label, found.score, found.predicted) == (key, label, score, predicted)
    assert set(found.others) == set(names) - {key, label, score, predicted}


@pytest.mark.parametrize(
    ("names", "said", "candidates"),
    [
        (["a", "b"], "No column is named like a label; there are a, b.", {"label": ("a", "b")}),
        (["label", "target", "score"], "2 columns could be the label", {"label": ("label", "target")}),
        (["y", "score", "prob"], "2 columns could be the score: score, prob.", {"score": ("score", "prob")}),
        (["y", "p_0", "p_1", "p_2"], "probabilities of 3 classes", {"score": ("p_0", "p_1", "p_2")}),
        (["y", "x"], "No column is named like a score", {"score": ("y", "x")}),
    ],
)
def test_what_is_unclear_is_said(names: list[str], said: str, candidates: dict) -> None:
    found = roles(names)
    assert isinstance(found, Unclear)
    assert said in found.what
    assert found.candidates == candidates


def test_somebody_may_choose() -> None:
    names = ["id", "label", "target", "score", "prob"]
    found = roles(names, Choice(key="", label="target", score="prob"))
    assert found == Roles(None, "target", "prob", None, ("id", "label", "score"))
    wrong = roles(names, Choice(label="nothing"))
    assert isinstance(wrong, Unclear)
    assert wrong.what == "There is no column nothing; there are id, label, target, score, prob."


TABLE = """id;y_true;score;plan;age;joined
7;yes;.9;pro;31;2026-01-02
8;no; 0.25 ;free;;2026-01-03
9;;oops;;40;2026-01-02
10;no;.5;pro;22;
"""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_is_read_into_columns(tmp_path: Path, kind: str) -> None:
    name = written(tmp_path, "preds.csv", TABLE)
    if kind == "parquet":
        frame = pl.read_csv(tmp_path / name, separator=";", try_parse_dates=True)
        frame = frame.with_columns(
            pl.Series("score", [0.9, 0.25, None, 0.5]), pl.col("plan").cast(pl.Categorical)
        )
        frame.write_parquet(tmp_path / "preds.parquet")
        name = "preds.parquet"
    found = read(str(tmp_path), name)
    assert isinstance(found, Predictions)
    assert found.keys is not None
    assert found.keys.tolist() == [7, 8, 9, 10]
    assert text(found.labels) == ["yes", "no", None, "no"]
    np.testing.assert_array_equal(found.scores, [0.9, 0.25, np.nan, 0.5])
    assert text(found.columns["plan"]) == ["pro", "free", None, "pro"]
    np.testing.assert_array_equal(found.columns["age"], [31, np.nan, 40, 22])
    assert text(found.columns["joined"]) == ["2026-01-02", "2026-01-03", "2026-01-02", None]
    if kind == "csv":
        assert found.notes == ("The score column holds 1 values that are no numbers (oops …).",)
    short = read(str(tmp_path), name, others=False)
    assert isinstance(short, Predictions)
    assert short.columns == {}


@pytest.mark.parametrize(
    ("cells", "keys"),
    [
        (["1", "2", "30"], [1, 2, 30]),
        (["1.0", "2.0", "30.0"], [1.0, 2.0, 30.0]),
        (["a1", "2", ""], ["a1", "2", None]),
        (["99999999999999999999", "1x", "2"], ["99999999999999999999", "1x", "2"]),
    ],
)
def test_keys(tmp_path: Path, cells: list[str], keys: list) -> None:
    rows = "\n".join(f"{cell},1,.5" for cell in cells)
    found = read(str(tmp_path), written(tmp_path, "p.csv", f"id,y,score\n{rows}\n"))
    assert isinstance(found, Predictions)
    assert found.keys is not None
    assert found.keys.tolist() == keys


def test_a_column_that_repeats_is_no_key(tmp_path: Path) -> None:
    rows = "".join(f"{at % 3},{at % 2},.5\n" for at in range(20))
    found = read(str(tmp_path), written(tmp_path, "p.csv", f"user_id,y,score\n{rows}"))
    assert isinstance(found, Predictions)
    assert found.keys is None
    assert "user_id" in found.columns
    assert found.notes == ("user_id is no key: most of its values repeat.",)


def test_truth_values_are_numbers(tmp_path: Path) -> None:
    found = read(str(tmp_path), written(tmp_path, "p.csv", "id,y,score\n1,True,.5\n2,false,.1\n"))
    assert isinstance(found, Predictions)
    assert list(found.labels) == [1, 0]


def test_files_are_found_by_name_and_by_header(tmp_path: Path) -> None:
    good = "id,y_true,score\n1,0,.5\n"
    for name in ("test_predictions.csv", "sub/val_preds.csv", "table.csv", "oof.csv"):
        written(tmp_path, name, good)
    written(tmp_path, "metrics.csv", "step,loss\n1,2\n")
    written(tmp_path, "predictions_of_two.csv", "id,label,target,score\n1,2,3,4\n")
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.csv")]
    found = find([*names, "model.pkl"], str(tmp_path))
    assert [one.path for one in found] == [
        "test_predictions.csv", "sub/val_preds.csv", "oof.csv", "predictions_of_two.csv", "table.csv"
    ]  # fmt: skip
    assert [one.sure for one in found] == [True, True, True, False, True]
    assert "2 columns could be the label" in found[3].why
    unopened = find(names)
    assert {one.path for one in unopened} == set(names) - {"metrics.csv", "table.csv"}


def test_hostile_files_are_refused_with_a_sentence(tmp_path: Path) -> None:
    root = str(tmp_path)
    (tmp_path / "outside.csv").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "fifo.csv")
    written(tmp_path, "empty.csv", "")
    (tmp_path / "zeros.csv").write_bytes(b"id,y,score\n\0\0\0\0")
    written(tmp_path, "wide.csv", ",".join(f"c{at}" for at in range(3_000)))
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(2 << 30)
    (tmp_path / "cut.parquet").write_bytes(b"PAR1" + b"x" * 40 + struct.pack("<I", 1 << 30) + b"PAR1")
    (tmp_path / "lies.parquet").write_bytes(b"PAR1" + b"x" * 40 + struct.pack("<I", 20) + b"PAR1")
    said = {}
    for name in ("outside.csv", "fifo.csv", "empty.csv", "zeros.csv", "wide.csv", "huge.csv", "cut.parquet",
                 "lies.parquet", "gone.csv", "../up.csv"):  # fmt: skip
        found = read(root, name)
        assert isinstance(found, Problem), name
        said[name] = found.what
        assert isinstance(look(root, name), Unclear)
    assert said["outside.csv"].startswith("is a link")
    assert said["wide.csv"] == "has 3,000 columns; at most 2,000 are read"
    assert said["huge.csv"] == "holds more than 537 MB, the most that is read"
    assert said["empty.csv"] == "is empty"
    assert said["cut.parquet"].startswith("is cut off")


def test_a_parquet_file_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    rows = 10_000_001
    pl.DataFrame(
        {
            "y": pl.repeat(0, rows, dtype=pl.Int8, eager=True),
            "score": pl.repeat(0, rows, dtype=pl.Int8, eager=True),
        }
    ).write_parquet(tmp_path / "p.parquet")
    found = read(str(tmp_path), "p.parquet")
    assert isinstance(found, Problem)
    assert found.what == "holds more than 10,000,000 rows, the most that are read of such a file"


@given(
    st.binary(max_size=200),
    st.sampled_from([b"id,y,score\n", b"y\tscore\n", b"PAR1", b"\xef\xbb\xbfid;y;pred\n"]),
)
def test_nothing_raises(tmp_path_factory: pytest.TempPathFactory, tail: bytes, head: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    (folder / "preds.csv").write_bytes(head + tail)
    found = read(str(folder), "preds.csv")
    assert isinstance(found, Predictions | Unclear | Problem)
    if isinstance(found, Predictions):
        assert len(found.labels if not isinstance(found.labels, tuple) else found.labels[0]) == found.rows
    find(["preds.csv"], str(folder))


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_names_have_an_answer(names: list[str]) -> None:
    found = roles(names)
    if isinstance(found, Unclear):
        assert found.what
    else:
        assert found.label in names
        assert found.score in names
        assert found.label != found.score
