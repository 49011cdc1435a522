"""Metrics as JSON lines and JSON documents."""

import json
import math

import pytest
from tests.conformance.reading import claimed, read_on
from tests.readers.plain_files import OneRun, write

from mlops_console.readers.plain import READER

LOSS = [(0, 1.5), (1, 1.25), (2, 1.0)]
ROWS = [{"step": step, "loss": value} for step, value in LOSS]


def lines(rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        lines(ROWS),
        lines(ROWS).rstrip(),
        "".join(map(json.dumps, ROWS)),
        lines(ROWS).replace("\n", "\r\n"),
        "\n".join(["// a comment", "", *map(json.dumps, ROWS), ""]),
        lines({"loss": value} for _, value in LOSS),
        lines({"epoch": 9, "global_step": step, "loss": str(value)} for step, value in LOSS),
        lines({"metric": "loss", "value": value, "step": step} for step, value in LOSS),
        lines([{"config": {"lr": 0.1}}, *ROWS]),
        lines({**row, "msg": "saved", "best": True, "shape": [1, 2], "val": None} for row in ROWS),
    ],
)
def test_ways_to_write_lines(tmp_path, text):
    run = OneRun(tmp_path, {"a/metrics.jsonl": text})
    assert run.metrics == {"loss": LOSS}
    assert run.problems == []


def test_rows_of_different_shapes_keep_their_order(tmp_path):
    rows = [
        {"step": step, "loss": step / 2} | ({"acc": step / 4} if step % 3 == 0 else {}) for step in range(10)
    ]
    run = OneRun(tmp_path, {"a/log.jsonl": lines(rows)})
    assert run.metrics["loss"] == [(step, step / 2) for step in range(10)]
    assert run.metrics["acc"] == [(step, step / 4) for step in (0, 3, 6, 9)]


def test_nested_rows_are_dotted_and_params_in_them_are_params(tmp_path):
    rows = [
        {"args": {"lr": 0.1, "net": {"depth": 2}}},
        {"epoch": 1, "train": {"loss": 2}, "val": {"loss": 3}},
    ]
    run = OneRun(tmp_path, {"a/log.jsonl": lines([*rows, {"epoch": 2, "train": {"loss": 1}}])})
    assert run.metrics == {"train.loss": [(1, 2), (2, 1)], "val.loss": [(1, 3)]}
    assert run.params == {"lr": 0.1, "net.depth": 2}


def test_modes_part_the_metrics(tmp_path):
    rows = [{"mode": "train", "epoch": 1, "loss": 2.0}, {"mode": "val", "epoch": 1, "loss": 3.0}]
    assert OneRun(tmp_path, {"a/log.json": lines(rows * 2)}).metrics["val/loss"] == [(1, 3), (1, 3)]


def test_numbers_json_does_not_have(tmp_path):
    words = ("NaN", "Infinity", "-Infinity", "null")
    text = "".join(f'{{"step":{step},"loss":{word}}}\n' for step, word in enumerate(words))
    values = [value for _, value in OneRun(tmp_path, {"a/metrics.jsonl": text}).metrics["loss"]]
    assert math.isnan(values[0])
    assert values[1:] == [math.inf, -math.inf]


@pytest.mark.parametrize(
    "document",
    [
        ROWS,
        {"loss": [1.5, 1.25, 1.0]},
        {"step": [0, 1, 2], "loss": [1.5, 1.25, 1.0]},
        {"history": {"loss": [1.5, 1.25, 1.0]}},
        {"history": ROWS},
        {"loss": [[0, 1.5], [1, 1.25], [2, 1.0]]},
        {"loss": [[1795403425.5, 0, 1.5], [1795403426.5, 1, 1.25], [1795403427.5, 2, 1.0]]},
        {"loss": {"steps": [0, 1, 2], "values": [1.5, 1.25, 1.0]}},
        {"0": {"loss": 1.5}, "1": {"loss": 1.25}, "2": {"loss": 1.0}},
        {"epoch_0": {"loss": 1.5}, "epoch_1": {"loss": 1.25}, "epoch_2": {"loss": 1.0}},
        {"loss": {"0": 1.5, "1": 1.25, "2": 1.0}},
        {"config": {"lr": 0.1}, "loss": [1.5, 1.25, 1.0], "best": 1.0, "confusion": [[1, 2], [3, 4]]},
    ],
)
def test_ways_to_dump_a_history(tmp_path, document):
    run = OneRun(tmp_path, {"a/history.json": json.dumps(document)})
    assert run.metrics == {"loss": LOSS}
    assert run.problems == []


def test_nested_histories_and_final_values(tmp_path):
    document = {"train": {"auc": [0.5, 0.6]}, "valid": {"auc": [0.4, None]}, "best_auc": 0.6, "note": "x"}
    run = OneRun(tmp_path, {"a/evals_result.json": json.dumps(document), "a/params.json": '{"eta": 0.1}'})
    assert run.metrics == {"train.auc": [(0, 0.5), (1, 0.6)], "valid.auc": [(0, 0.4)]}
    assert run.summary["best_auc"] == 0.6
    assert run.params == {"eta": 0.1}


def test_final_values_beside_a_history(tmp_path):
    final = {"test": {"acc": 0.9}, "per_class_f1": [0.1, 0.2], "n_params": 10}
    run = OneRun(tmp_path, {"a/metrics.jsonl": lines(ROWS), "a/metrics.json": json.dumps(final)})
    assert run.metrics == {"loss": LOSS}
    assert run.summary == {"test.acc": 0.9, "n_params": 10}


def test_final_values_of_several_splits_are_kept_apart(tmp_path):
    files = {
        f"a/{split}_results.json": json.dumps({"acc": value})
        for split, value in (("val", 0.8), ("test", 0.7))
    }
    run = OneRun(tmp_path, {**files, "a/config.yaml": "lr: 1\n"})
    assert run.summary == {"val.acc": 0.8, "test.acc": 0.7}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.yaml", "lr: 1e-3\nnet:\n  layers: [1, 2]\n  act: null\nuse: yes\n"),
        ("args.json", '{"lr": 0.001, "net": {"layers": [1, 2], "act": null}, "use": true}'),
        ("hparams.toml", 'lr = 0.001\nuse = true\n[net]\nlayers = [1, 2]\nact = "relu"\n'),
        ("my_train_config.yml", "lr: 0.001\nnet: {layers: [1, 2], act: ~}\nuse: true\n"),
        ("experiment.yaml", "lr: 0.001\nnet: {layers: [1, 2], act: ~}\nuse: true\n"),
    ],
)
def test_params_beside_a_history(tmp_path, name, text):
    run = OneRun(tmp_path, {"a/metrics.jsonl": lines(ROWS), f"a/{name}": text})
    assert run.params["lr"] == 0.001
    assert run.params["net.layers"] == [1, 2]
    assert run.params["use"] is True
    assert "net.act" in run.params


def test_params_above_a_folder_of_logs(tmp_path):
    run = OneRun(
        tmp_path, {"exps/exp_7/logs/metrics.jsonl": lines(ROWS), "exps/exp_7/config.yaml": "lr: 1\n"}
    )
    assert run.facts["key"].path == "exps/exp_7"
    assert (run.facts["name"], run.facts["group"]) == ("exp_7", "exps")
    assert run.params == {"lr": 1}
    assert {file.path for file in run.facts["artifacts"]} == {"config.yaml", "logs/metrics.jsonl"}


def test_file_runs_have_their_own_and_the_shared_params(tmp_path):
    files = {f"results/{name}.csv": "step,loss\n0,1\n1,2\n" for name in ("adam", "sgd")}
    files |= {"results/config.yaml": "lr: 1\nseed: 0\n", "results/adam.json": '{"lr": 2, "beta": 0.9}'}
    write(tmp_path, files)
    facts = {}
    for source in claimed(READER, tmp_path):
        for key, found in read_on(READER, tmp_path, source).facts.items():
            facts[key.path] = found
    assert facts["results/adam.csv"]["params"] == {"lr": 2, "seed": 0, "beta": 0.9}
    assert facts["results/sgd.csv"]["params"] == {"lr": 1, "seed": 0}
    assert (facts["results/sgd.csv"]["name"], facts["results/sgd.csv"]["group"]) == ("sgd", "results")
    assert [file.path for file in facts["results/adam.csv"]["artifacts"]] == ["adam.csv", "adam.json"]
