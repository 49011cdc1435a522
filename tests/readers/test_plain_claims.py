"""Which runs a folder of plain files holds."""

import pytest
from tests.readers.plain_files import runs, write

ROWS = "step,loss\n0,1\n1,0.5\n2,0.25\n"
OTHER = "step,throughput\n0,100\n1,110\n"
LINES = '{"step":0,"loss":1}\n{"step":1,"loss":0.5}\n'
PARAMS = "lr: 0.1\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a/metrics.csv": ROWS}, ["a"]),
        ({"metrics.csv": ROWS, "config.yaml": PARAMS}, ["."]),
        ({"a/metrics.csv": ROWS, "a/eval.csv": ROWS}, ["a"]),
        ({"a/train.csv": ROWS, "a/val.csv": ROWS}, ["a"]),
        ({"a/loss.csv": ROWS, "a/accuracy.csv": OTHER}, ["a"]),
        ({"a/metrics.csv": ROWS, "a/timing.csv": OTHER, "a/config.yaml": PARAMS}, ["a"]),
        ({"a/metrics_rank0.csv": ROWS, "a/metrics_rank1.csv": ROWS}, ["a"]),
        (
            {"runs/run_0001.jsonl": LINES, "runs/run_0002.jsonl": LINES},
            ["runs/run_0001.jsonl", "runs/run_0002.jsonl"],
        ),
        ({"results/adam.csv": ROWS, "results/sgd.csv": ROWS}, ["results/adam.csv", "results/sgd.csv"]),
        ({"results/adam.csv": ROWS}, ["results/adam.csv"]),
        ({"exp_7/adam.csv": ROWS, "exp_7/config.yaml": PARAMS}, ["exp_7"]),
        (
            {"seeds/seed0.csv": ROWS, "seeds/seed1.csv": ROWS, "seeds/config.yaml": PARAMS},
            ["seeds/seed0.csv", "seeds/seed1.csv"],
        ),
        (
            {"r/a_train.csv": ROWS, "r/a_val.csv": ROWS, "r/b_train.csv": ROWS, "r/b_val.csv": ROWS},
            ["r/a_train.csv", "r/b_train.csv"],
        ),
        ({"a/history.json": '{"loss": [1, 0.5], "val_loss": [1, 0.6]}'}, ["a"]),
        ({"a/config.json": '{"lr": 0.1}', "a/metrics.json": '{"acc": 0.9}'}, ["a"]),
        ({"a/hparams.yaml": PARAMS, "a/results.json": '{"test": {"accuracy": 0.9, "n": 10}}'}, ["a"]),
        ({"a/metrics.csv": "", "a/config.yaml": PARAMS}, ["a"]),
        ({"a/training.log": "epoch,loss\n0,1\n1,0.5\n"}, ["a"]),
        ({"a/metrics.csv": ROWS, "a/events.out.tfevents.1.h.1.0": b""}, ["a"]),
    ],
)
def test_runs_are_found(tmp_path, files, expected):
    assert runs(write(tmp_path, files)) == expected


@pytest.mark.parametrize(
    "files",
    [
        {"data/houses.csv": "id,price\n1,2\n2,3\n"},
        {"lightning_logs/version_0/metrics.csv": ROWS, "lightning_logs/version_0/hparams.yaml": PARAMS},
        {"package.json": '{"name": "x", "version": "1.0", "scripts": {"test": "x"}}'},
        {"tsconfig.json": '{"compilerOptions": {"strict": true}}'},
        {"a/config.yaml": PARAMS},
        {"conf/config.yaml": PARAMS, "conf/optim/adam.yaml": "lr: 0.1\n"},
        {"a/model.json": '{"learner": {"loss": [1, 2, 3]}, "layers": [1, 2]}', "a/config.json": "{}"},
        {"a/vocab.json": '{"the": 0, "loss": 1, "accuracy": 2}', "a/config.json": "{}"},
        {"a/tokenizer.json": '{"model": {"vocab": {"loss": 1}}}', "a/config.json": '{"x": 1}'},
        {"coverage.json": '{"totals": {"percent_covered": 91.5}, "meta": {"test": 1}}', "a.toml": "x=1"},
        {"notebook.ipynb": '{"cells": [], "metadata": {}}'},
        {".vscode/settings.json": '{"editor.fontSize": 12}'},
        {"results.json": '{"text": "no numbers", "metrics": "none"}', "config.json": '{"x": 1}'},
        {"mlruns/1/abc/metrics/loss.csv": ROWS},
        {"wandb/run-1/files/metrics.csv": ROWS},
        {"a/catboost_info/learn_error.tsv": "iter\tLogloss\n0\t0.5\n1\t0.4\n"},
        {"a/.guild/metrics.csv": ROWS},
        {"dvclive/plots/metrics/train/acc.tsv": "step\tacc\n0\t0.5\n1\t0.6\n"},
        {"repo/params.yaml": PARAMS, "repo/metrics.json": '{"acc": 1}', "repo/dvc.yaml": "stages: {}\n"},
        {"s/1/run.json": "{}", "s/1/cout.txt": "", "s/1/metrics.json": "{}", "s/1/config.json": '{"a": 1}'},
        {"a/run.json": '{"format": "mlops-console-run", "version": 1}', "a/metrics.jsonl": LINES},
        {
            "coco/results.json": '[{"image_id": 1, "category_id": 2, "score": 0.5}]',
            "coco/config.json": '{"a": 1}',
        },
        {"a/result.json": LINES, "a/params.pkl": b"", "a/progress.csv": ROWS},
        {"a/metrics.csv": b"\x00\x01\x02" * 100},
        {"a/metrics.csv": ""},
    ],
)
def test_no_runs_are_made_up(tmp_path, files):
    assert runs(write(tmp_path, files)) == []


def test_thousands_of_alike_files_are_told_by_a_few_heads(tmp_path):
    from tests.conformance.reading import DiskFolder

    from mlops_console.readers.plain import READER

    write(tmp_path, {f"jsonl/run_{number:06d}.jsonl": LINES for number in range(300)})
    folder = DiskFolder(tmp_path, "jsonl")
    looked: list[str] = []
    head = folder.head
    folder.head = lambda name, limit=65536: (looked.append(name), head(name, limit))[1]
    assert len(READER.claims(folder)) == 300
    assert len(set(looked)) <= 3
