"""A run's files and the models among them."""

import os

import pytest
from tests.readers.plain_files import write

from mlops_console.readers.artifacts import list_files, model_format


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
    artifacts, models = list_files(str(tmp_path), "run")
    assert [file.path for file in artifacts] == [".hidden/x", "a/model.onnx", "b.txt"]
    assert (artifacts[2].size, artifacts[2].modified) == (2, 5_000_000)
    assert [(model.path, model.format) for model in models] == [("run/a/model.onnx", "onnx")]


def test_stops_at_other_runs_and_caps(tmp_path):
    write(tmp_path, {"a/1": "", "b/mark": "", "b/c/2": "", "d/e/f/g": ""})
    stopped, _ = list_files(str(tmp_path), ".", stop=lambda _path, files, _folders: "mark" in files)
    assert [file.path for file in stopped] == ["a/1", "d/e/f/g"]
    assert [file.path for file in list_files(str(tmp_path), ".", max_depth=2)[0]] == [
        "a/1",
        "b/c/2",
        "b/mark",
    ]
    assert len(list_files(str(tmp_path), ".", max_files=2)[0]) == 2
    assert [file.path for file in list_files(str(tmp_path), ".", skip={"b", "a/1"})[0]] == ["d/e/f/g"]


def test_a_folder_that_is_gone_holds_nothing(tmp_path):
    assert list_files(str(tmp_path), "nothing") == ((), ())


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
