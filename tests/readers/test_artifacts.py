"""A run's files and the models among them."""

import os

import pytest
from tests.readers.plain_files import write

from mlops_console.readers.artifacts import Listed, list_files, model_format


def test_lists_what_lies_below_sorted_and_without_links(tmp_path):
    write(
        tmp_path,
        {
            "run/b.txt": "12",
            "run/a/model.onnx": "\x08\n\x12\x08skl2onnx",
            "run/.hidden/x": "",
            "other/c": "",
            "run/.git/x": "",
        },
    )
    (tmp_path / "run/link").symlink_to(tmp_path / "other/c")
    (tmp_path / "run/folder").symlink_to(tmp_path / "other")
    os.mkfifo(tmp_path / "run/fifo")
    os.utime(tmp_path / "run/b.txt", (5, 5))
    listed = list_files(str(tmp_path), "run")
    assert [file.path for file in listed.artifacts] == [".hidden/x", "a/model.onnx", "b.txt"]
    assert (listed.artifacts[2].size, listed.artifacts[2].modified) == (2, 5_000_000)
    assert [(model.path, model.format) for model in listed.models] == [("run/a/model.onnx", "onnx")]
    assert not listed.left_out


def test_stops_at_other_runs_and_caps(tmp_path):
    write(tmp_path, {"a/1": "", "b/mark": "", "b/c/2": "", "d/e/f/g": ""})
    listed = list_files(str(tmp_path), ".", stop=lambda _path, files, _folders: "mark" in files)
    assert _paths(listed) == ["a/1", "d/e/f/g"]
    shallow = list_files(str(tmp_path), ".", max_depth=2)
    assert _paths(shallow) == ["a/1", "b/c/2", "b/mark"]
    assert shallow.left_out == "1 folder in it lies more than 2 deep; what lies there is left out"
    assert len(list_files(str(tmp_path), ".", max_files=2).artifacts) == 2
    assert _paths(list_files(str(tmp_path), ".", skip={"b", "a/1"})) == ["d/e/f/g"]


def test_what_is_too_much_is_counted(tmp_path):
    write(tmp_path, {f"run/{folder}/{name:02}": "" for folder in "abc" for name in range(20)})
    listed = list_files(str(tmp_path), "run", max_files=25)
    assert _paths(listed) == [*(f"a/{name:02}" for name in range(20)), *(f"b/{name:02}" for name in range(5))]
    assert listed.left_out.startswith("holds 60 files; the first 25 are listed, 35 are left out")


def test_counting_ends_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr("mlops_console.readers.artifacts._MOST_COUNTED", 30)
    write(tmp_path, {f"run/{folder}/{name:02}": "" for folder in "abc" for name in range(20)})
    assert "at least" in list_files(str(tmp_path), "run", max_files=5).left_out
    write(tmp_path, {f"wide/{name:02}": "" for name in range(60)})
    assert "at least 25 are left out" in list_files(str(tmp_path), "wide", max_files=5).left_out


def test_a_folder_that_cant_be_read_is_told(tmp_path):
    write(tmp_path, {"run/a": "", "run/shut/b": ""})
    (tmp_path / "run/shut").chmod(0)
    listed = list_files(str(tmp_path), "run")
    assert _paths(listed) in (["a"], ["a", "shut/b"])
    assert bool(listed.left_out) == (len(listed.artifacts) == 1)


def test_a_folder_that_is_gone_holds_nothing(tmp_path):
    assert list_files(str(tmp_path), "nothing") == Listed()


def _paths(listed):
    return [file.path for file in listed.artifacts]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("model.pt", "torch"),
        ("best.pth.tar", "torch"),
        ("epoch=2-step=60.ckpt", "torch"),
        ("m.safetensors", "safetensors"),
        ("net.onnx", "onnx"),
        ("forest.pkl", "pickle"),
        ("logreg.joblib.gz", "joblib"),
        ("logreg.skops", "skops"),
        ("dense.keras", "keras"),
        ("w.weights.h5", "hdf5"),
        ("weights.npz", "npz"),
        ("MODEL.PT", "torch"),
        ("predictions.npz", None),
        ("optimizer.pt", None),
        ("rng_state.pth", None),
        ("metrics.csv", None),
        (".pt", None),
    ],
)
def test_models_are_known_by_their_names(name, word):
    assert model_format(name) == word
