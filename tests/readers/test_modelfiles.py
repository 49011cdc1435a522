"""Model files are told by their bytes and described as the libraries that wrote them would."""

import hashlib
import json
import os
import shutil
import subprocess

import pytest
from tests.readers.model_files import FORMATS, SAMPLES, describe, identify, written

from mlops_console import beneath
from mlops_console.readers import modelfiles
from mlops_console.readers.artifacts import list_files

TRUTH = json.loads((SAMPLES / "truth.json").read_text())["runs"][0]["models"]


def shapes(tensors):
    return {tensor.name: list(tensor.shape) for tensor in tensors}


@pytest.mark.parametrize("name", FORMATS)
def test_formats_are_told_by_bytes(name):
    assert identify(SAMPLES / name) == FORMATS[name]
    assert describe(SAMPLES / name).format == FORMATS[name]


def test_every_sample_has_its_format():
    files = {path.name for path in SAMPLES.iterdir() if path.is_file()} - {"truth.json"}
    assert files == set(FORMATS)


@pytest.mark.parametrize("true", TRUTH, ids=lambda true: true["path"])
def test_what_the_libraries_say_is_what_is_told(true):
    told = describe(SAMPLES / true["path"].removeprefix("models/"))
    assert told.format == true["format"]
    assert told.size == (SAMPLES / true["path"].removeprefix("models/")).stat().st_size
    assert told.parameters == true.get("params", told.parameters)
    if "estimator" in true:
        assert told.architecture.startswith(true["estimator"])
    if "tensors" in true:
        assert shapes(told.tensors) == true["tensors"]
        assert told.tensors_total == len(true["tensors"])
    for key in ("opset", "ir_version", "producer", "dtype", "metadata"):
        if key in true:
            assert told.details[key] == true[key]
    for key, listed in (("inputs", told.inputs), ("outputs", told.outputs)):
        assert [tensor.name for tensor in listed] == true.get(key, [tensor.name for tensor in listed])


@pytest.mark.parametrize(
    ("name", "architecture", "inputs", "details"),
    [
        ("named.ubj", "XGBoost", 4, {"trees": 3, "objective": "reg:squarederror", "version": "3.2.0"}),
        ("named_model.json", "XGBoost", 4, {"trees": 3, "feature_names": ["age", "rooms", "tax", "crime"]}),
        ("model.ubj", "XGBoost", 30, {"trees": 25, "objective": "binary:logistic", "booster": "gbtree"}),
        ("lgb_model.txt", "LightGBM", 4, {"trees": 3, "feature_names": ["age", "rooms", "tax", "crime"]}),
        ("model.cbm", "CatBoost", None, {"trees": 25, "objective": "Logloss", "depth": 4}),
        ("forest.pkl", "RandomForestClassifier", 30, {"sklearn_version": "1.9.1"}),
        ("ridge.joblib.lz4", "Ridge", 4, {"compression": "lz4"}),
        ("dense_model.json", "Sequential", 64, {"layers": ["InputLayer", "Dense", "Dense"]}),
        ("legacy.h5", "Sequential", 4, {"keras_version": "2.15.0", "layers": ["InputLayer", "Dense"]}),
        ("xgb_sklearn.pkl", "XGBRegressor", None, {}),
    ],
)
def test_kinds_and_columns(name, architecture, inputs, details):
    told = describe(SAMPLES / name)
    assert told.architecture == architecture
    assert [tensor.shape[-1] for tensor in told.inputs] == ([inputs] if inputs else [])
    assert {key: told.details[key] for key in details} == details
    json.dumps(told.as_json(), allow_nan=False)


@pytest.mark.parametrize(
    ("name", "tensors", "parameters"),
    [
        (
            "legacy.h5",
            {"model_weights/dense/dense/kernel:0": [4, 2], "model_weights/dense/dense/bias:0": [2]},
            10,
        ),
        ("latest.weights.h5", {"layers/dense/vars/0": [4, 2], "layers/dense/vars/1": [2]}, 10),
        ("tiny.gguf", {"blk.0.attn_q.weight": [8, 4], "output_norm.weight": [8]}, 40),
        ("net.onnx", {"W": [4, 2], "B": [2]}, 10),
        ("object_weights.npz", {"a": [2], "b": [2, 3]}, 8),
        (
            "mlp_script.pt",
            {"0.weight": [16, 30], "0.bias": [16], "2.weight": [2, 16], "2.bias": [2]},
            530,
        ),
        (
            "epoch=2-step=60.ckpt",
            {"net.0.weight": [16, 64], "net.0.bias": [16], "net.2.weight": [10, 16], "net.2.bias": [10]},
            1210,
        ),
    ],
)
def test_tensors_and_parameters(name, tensors, parameters):
    told = describe(SAMPLES / name)
    assert shapes(told.tensors) == tensors
    assert told.parameters == parameters


def test_a_lightning_checkpoint_says_what_it_was_trained_with():
    told = describe(SAMPLES / "epoch=2-step=60.ckpt")
    assert (told.details["epoch"], told.details["global_step"]) == (2, 60)
    assert told.details["hyper_parameters"]["hidden"] == 16


def test_an_onnx_model_names_its_operators_and_symbolic_sizes():
    told = describe(SAMPLES / "net.onnx")
    assert told.inputs[0].as_json() == {"name": "x", "dtype": "float32", "shape": ["batch", 4]}
    assert told.details["operators"] == {"MatMul": 1, "Relu": 1}
    assert told.details["metadata.author"] == "x"


def test_weights_outside_of_the_folder_are_said_and_not_opened():
    told = describe(SAMPLES / "outside.onnx")
    assert told.details["external_data"] == ["../../secret.bin"]
    assert "outside of its own folder" in " ".join(told.warnings)


def test_skops_names_the_types_it_would_not_trust(tmp_path):
    told = describe(SAMPLES / "logreg.skops")
    assert not told.unsafe_format
    assert "untrusted_types" not in told.details
    schema = {"__class__": "Thing", "__module__": "evil.things", "__loader__": "ObjectNode", "content": {}}
    import zipfile

    with zipfile.ZipFile(tmp_path / "odd.skops", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", json.dumps(schema))
    odd = describe(tmp_path / "odd.skops")
    assert odd.details["untrusted_types"] == ["evil.things.Thing"]
    assert "evil.things.Thing" in " ".join(odd.warnings)


@pytest.mark.parametrize("kind", ["zlib", "gzip", "bz2", "xz", "lzma"])
def test_every_compression_of_joblib(tmp_path, kind):
    import joblib
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.5).fit([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [0.5, 3.0]], [0, 1, 1, 0])
    path = tmp_path / "model.joblib"
    joblib.dump(model, path, compress=(kind, 3))
    assert identify(path) == f"sklearn-joblib-{kind}"
    told = describe(path)
    assert told.architecture == "LogisticRegression"
    assert told.details["params"]["C"] == 0.5
    assert shapes(told.tensors)["coef_"] == [1, 2]


def test_a_pickle_is_a_pickle_whatever_is_in_it(tmp_path):
    import pickle

    path = written(tmp_path, "counts.pkl", pickle.dumps({"a": 1}))
    assert identify(path) == "pickle"
    told = describe(path)
    assert told.unsafe_format
    assert told.details["holds"] == "a dict"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("model.json", b'{"loss": 1}'),
        ("model.txt", b"Linear(10, 2)\n"),
        ("pytorch_model.bin", b"\x00\x01\x02\x03\x04"),
        ("model.zip", b"PK\x05\x06" + bytes(18)),
        ("predictions.npz", b"PK\x03\x04"),
        ("optimizer.pt", b"PK\x03\x04"),
        ("training_args.bin", b"\x80\x02}."),
        ("notes.md", b"x"),
    ],
)
def test_other_files_are_no_models(tmp_path, name, data):
    assert identify(written(tmp_path, name, data)) is None


@pytest.mark.parametrize("data", [b"", b"x", b"<html>no model here</html>"])
def test_a_name_without_the_bytes_is_said_to_be_one(tmp_path, data):
    path = written(tmp_path, "best.pt", data)
    assert identify(path) == "unrecognised"
    assert describe(path).warnings


def test_an_unchanged_file_is_not_opened_again(tmp_path):
    path = tmp_path / "model.safetensors"
    shutil.copy(SAMPLES / "mlp.safetensors", path)
    assert identify(path) == "safetensors"
    before = beneath.opened()
    for _ in range(5):
        assert list_files(str(tmp_path), ".").models[0].format == "safetensors"
    assert beneath.opened() == before
    shutil.copy(SAMPLES / "net.onnx", path)
    assert identify(path) == "onnx"


def test_a_folder_that_is_a_model_is_one_model(tmp_path):
    for name in ("saved_model", "sharded", "mlflow_model", "bert"):
        shutil.copytree(SAMPLES / name, tmp_path / "run" / name)
    shutil.copy(SAMPLES / "forest.pkl", tmp_path / "run" / "mlflow_model" / "model.pkl")
    listed = list_files(str(tmp_path), "run")
    artifacts, models = listed.artifacts, listed.models
    assert {(model.path, model.format) for model in models} == {
        ("run/bert/model.safetensors", "safetensors"),
        ("run/mlflow_model", "mlflow"),
        ("run/saved_model", "tf-savedmodel"),
        ("run/sharded", "huggingface"),
    }
    assert "mlflow_model/model.pkl" in {file.path for file in artifacts}


def test_weights_in_several_files_in_the_runs_own_folder(tmp_path):
    shutil.copytree(SAMPLES / "sharded", tmp_path / "run")
    models = list_files(str(tmp_path), "run").models
    assert [(m.path, m.format) for m in models] == [
        ("run/model.safetensors.index.json", "safetensors-sharded")
    ]
    told = modelfiles.describe(str(tmp_path), models[0].path)
    assert (told.parameters, told.architecture) == (24, "LlamaForCausalLM")


def test_model_folders_are_described(tmp_path):
    saved = describe(SAMPLES / "saved_model")
    assert saved.inputs[0].as_json() == {"name": "keras_tensor", "dtype": "float32", "shape": [None, 64]}
    assert saved.details["signatures"][-1] == "serving_default"
    shards = describe(SAMPLES / "sharded")
    assert (shards.parameters, shards.tensors_total) == (24, 2)
    bert = modelfiles.describe(str(SAMPLES), "bert/model.safetensors")
    assert (bert.architecture, bert.parameters) == ("BertForSequenceClassification", 3346)
    shutil.copytree(SAMPLES / "mlflow_model", tmp_path / "m")
    shutil.copy(SAMPLES / "logreg.skops", tmp_path / "m" / "model.skops")
    model = describe(tmp_path / "m")
    assert model.details["flavors"] == ["python_function", "sklearn"]
    assert model.architecture == "Pipeline(StandardScaler, LogisticRegression)"
    assert model.inputs[0].shape == (None, 8)
    assert model.details["run_id"] == "0d3d571f08c947688c4cea417c426d56"


def test_the_digest_of_a_file_and_of_a_folder(tmp_path):
    beats = []
    one = modelfiles.digest(str(SAMPLES), "net.onnx", beats.append)
    assert one == hashlib.sha256((SAMPLES / "net.onnx").read_bytes()).hexdigest()
    assert beats[-1] == (SAMPLES / "net.onnx").stat().st_size
    shell = r"find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum"
    shutil.copytree(SAMPLES / "saved_model", tmp_path / "m")
    said = subprocess.run(shell, shell=True, cwd=tmp_path / "m", capture_output=True, check=True, text=True)
    assert modelfiles.digest(str(tmp_path), "m") == said.stdout.split()[0]
    (tmp_path / "m" / "link").symlink_to("/etc/passwd")
    assert modelfiles.digest(str(tmp_path), "m") == said.stdout.split()[0]
    with pytest.raises(OSError, match="link"):
        modelfiles.digest(str(tmp_path / "m"), "link")


def test_a_file_that_is_gone_or_a_link_is_said_to_be(tmp_path):
    assert "is gone" in describe(tmp_path / "model.pt").warnings[0]
    os.symlink("/etc/passwd", tmp_path / "model.pt")
    assert "link" in describe(tmp_path / "model.pt").warnings[0]
    os.mkfifo(tmp_path / "model.onnx")
    assert "not a regular file" in describe(tmp_path / "model.onnx").warnings[0]


def test_checkpoints_below_a_model_folder_are_models_of_their_own(tmp_path):
    shutil.copytree(SAMPLES / "sharded", tmp_path / "run" / "out")
    shutil.copytree(SAMPLES / "bert", tmp_path / "run" / "out" / "checkpoint-5")
    shutil.copy(SAMPLES / "mlp_state.pt", tmp_path / "run" / "out" / "head.pt")
    models = list_files(str(tmp_path), "run").models
    assert [(model.path, model.format) for model in models] == [
        ("run/out", "huggingface"),
        ("run/out/checkpoint-5/model.safetensors", "safetensors"),
        ("run/out/head.pt", "torch-state-dict"),
    ]


def test_an_index_of_pytorch_files_has_them_looked_into(tmp_path):
    shutil.copy(SAMPLES / "mlp_state.pt", tmp_path / "pytorch_model-00001-of-00002.bin")
    table = {
        "0.weight": "pytorch_model-00001-of-00002.bin",
        "x": "pytorch_model-00002-of-00002.bin",
        "y": "../z.bin",
    }
    index = written(tmp_path, "pytorch_model.bin.index.json", json.dumps({"weight_map": table}).encode())
    assert [(m.path, m.format) for m in list_files(str(tmp_path), ".").models] == [
        (index.name, "torch-sharded")
    ]
    told = describe(index)
    assert told.unsafe_format
    assert told.parameters == 530
    assert "outside of its own folder" in " ".join(told.warnings)
    assert "pytorch_model-00002-of-00002.bin is gone." in told.warnings


def test_a_folder_with_more_pickles_than_are_looked_at_says_so(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "MLmodel").write_text("flavors: {python_function: {loader_module: x}}\n")
    for number in range(12):
        shutil.copy(SAMPLES / "forest.pkl", tmp_path / "m" / f"{number}.pkl")
    assert any("12 files" in sentence for sentence in describe(tmp_path / "m").warnings)


def test_an_mlflow_folder_whose_text_is_damaged(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "MLmodel").write_text("flavors: [unclosed\n")
    told = describe(tmp_path / "m")
    assert told.format == "mlflow"
    assert any(sentence.startswith("MLmodel:") for sentence in told.warnings)
