"""Train small networks on handwritten digits and log them to TensorBoard.

    python train.py            # all runs of this folder, anew

Needs scikit-learn and tensorboardX.
"""

import math
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import f1_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from tensorboardX import SummaryWriter
from tensorboardX.summary import hparams

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from clock import Clock  # noqa: E402

EPOCHS = 40
BASE = {
    "hidden": 64,
    "activation": "relu",
    "solver": "adam",
    "lr": 1e-3,
    "batch_size": 64,
    "alpha": 1e-4,
    "seed": 1,
}
RUNS = {
    "2026-10-05_baseline": ("2026-10-05T09:12:00", {}),
    "2026-10-05_lr3e-3": ("2026-10-05T09:31:00", {"lr": 3e-3}),
    "2026-10-05_lr1e-2": ("2026-10-05T09:50:00", {"lr": 1e-2}),
    "2026-10-06_wide": ("2026-10-06T13:02:00", {"hidden": 256}),
    "2026-10-06_wide-l2": ("2026-10-06T13:40:00", {"hidden": 256, "alpha": 1e-1}),
    "2026-10-06_tanh": ("2026-10-06T14:20:00", {"activation": "tanh"}),
    "2026-10-07_sgd-lr1e-1": ("2026-10-07T08:45:00", {"solver": "sgd", "lr": 1e-1}),
    "2026-10-07_sgd-lr5": ("2026-10-07T09:05:00", {"solver": "sgd", "lr": 5.0}),
    "2026-10-08_small": ("2026-10-08T10:10:00", {"hidden": 16, "lr": 3e-3}),
    "2026-10-08_batch256": ("2026-10-08T10:25:00", {"batch_size": 256, "lr": 3e-3}),
    "2026-10-09_wide-long": ("2026-10-09T16:30:00", {"hidden": 256, "alpha": 1e-2}),
}
RESUMED = "2026-10-09_wide-long"
"""Interrupted at epoch 26, resumed from its checkpoint of epoch 20 the next morning."""


def data():
    features, digits = load_digits(return_X_y=True)
    return train_test_split(features / 16.0, digits, test_size=0.3, random_state=0, stratify=digits)


def network(params):
    return MLPClassifier(
        hidden_layer_sizes=(params["hidden"],),
        activation=params["activation"],
        solver=params["solver"],
        learning_rate_init=params["lr"],
        batch_size=params["batch_size"],
        alpha=params["alpha"],
        random_state=params["seed"],
        momentum=0.9,
    )


def measure(model, features, digits):
    chances = np.nan_to_num(model.predict_proba(features), nan=0.1)
    guesses = chances.argmax(axis=1)
    return {
        "loss": log_loss(digits, chances, labels=range(10)),
        "accuracy": float((guesses == digits).mean()),
        "f1": f1_score(digits, guesses, average="macro", zero_division=0),
    }


def train(folder, params, epochs, model=None, keep_at=None):
    """One stretch of training; the model as it was after epoch `keep_at`."""
    import copy

    x_train, x_val, y_train, y_val = data()
    model, kept = model or network(params), None
    writer = SummaryWriter(str(folder))
    experiment, started, finished = hparams(params, {"val/accuracy": 0.0})
    writer.file_writer.add_summary(experiment)
    writer.file_writer.add_summary(started)
    for epoch in epochs:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                model.partial_fit(x_train, y_train, classes=range(10))
            except ValueError:  # weights that are no longer finite
                model.loss_ = math.nan
        writer.add_scalar("train/loss", model.loss_, epoch)
        if not math.isfinite(model.loss_):
            break
        measured = measure(model, x_val, y_val)
        for key, value in measured.items():
            writer.add_scalar(f"val/{key}", value, epoch)
        if epoch >= 8 and measured["accuracy"] < 0.2:
            break  # it learns nothing: given up
        if epoch == keep_at:
            kept = copy.deepcopy(model)
    else:
        if keep_at is None:  # neither diverged nor about to be interrupted
            writer.file_writer.add_summary(finished)
    writer.close()
    return kept


def main():
    runs = HERE / "runs"
    shutil.rmtree(runs, ignore_errors=True)
    clock = Clock("2026-10-05T09:12:00", 200)
    with clock.running():
        for name, (when, change) in RUNS.items():
            clock.jump(when)
            params = BASE | change
            print(name)
            if name == RESUMED:
                kept = train(runs / name, params, range(26), keep_at=20)
                clock.jump("2026-10-10T08:02:00")
                train(runs / name, params, range(21, EPOCHS + 20), model=kept)
            else:
                train(runs / name, params, range(EPOCHS))


if __name__ == "__main__":
    main()
