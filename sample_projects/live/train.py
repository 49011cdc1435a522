"""Several trainings side by side on scikit-learn's handwritten digits, recorded as they go.

    python train.py --folder runs              # four at a time, twelve in all, some minutes
    python train.py --folder runs --only 3     # one of them

Each training is a process of its own and takes a step every 0.1 to 0.3 seconds, so that there is something to
watch. All of them stop when this script does.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

TRAININGS = [
    {"model": "mlp", "hidden": 64, "lr": 1e-3, "batch_size": 64, "alpha": 1e-4, "steps": 700, "seed": 1},
    {"model": "mlp", "hidden": 128, "lr": 3e-3, "batch_size": 128, "alpha": 1e-4, "steps": 500, "seed": 1},
    {
        "model": "sgd",
        "loss": "log_loss",
        "lr": 1e-2,
        "batch_size": 64,
        "alpha": 1e-4,
        "steps": 900,
        "seed": 1,
    },
    {"model": "mlp", "hidden": 32, "lr": 3e-2, "batch_size": 32, "alpha": 1e-3, "steps": 250, "seed": 1},
    {
        "model": "sgd",
        "loss": "log_loss",
        "lr": 1e-1,
        "batch_size": 32,
        "alpha": 1e-4,
        "steps": 300,
        "seed": 2,
    },
    {"model": "mlp", "hidden": 64, "lr": 1e3, "batch_size": 64, "alpha": 1e-4, "steps": 500, "seed": 2},
    {"model": "mlp", "hidden": 256, "lr": 1e-3, "batch_size": 128, "alpha": 1e-2, "steps": 600, "seed": 2},
    {"model": "mlp", "hidden": 64, "lr": 1e-2, "batch_size": 256, "alpha": 1e-4, "steps": 500, "seed": 2},
    {
        "model": "sgd",
        "loss": "modified_huber",
        "lr": 1e-2,
        "batch_size": 64,
        "alpha": 1e-3,
        "steps": 600,
        "seed": 3,
    },
    {"model": "mlp", "hidden": 16, "lr": 3e-3, "batch_size": 32, "alpha": 1e-4, "steps": 700, "seed": 3},
    {"model": "mlp", "hidden": 128, "lr": 1e-3, "batch_size": 64, "alpha": 1e-1, "steps": 800, "seed": 3},
    {
        "model": "sgd",
        "loss": "log_loss",
        "lr": 1e-3,
        "batch_size": 64,
        "alpha": 1e-5,
        "steps": 900,
        "seed": 3,
    },
]
AT_ONCE = 4


def network(params):
    from sklearn.linear_model import SGDClassifier
    from sklearn.neural_network import MLPClassifier

    if params["model"] == "sgd":
        return SGDClassifier(
            loss=params["loss"],
            learning_rate="constant",
            eta0=params["lr"],
            alpha=params["alpha"],
            random_state=params["seed"],
        )
    return MLPClassifier(
        hidden_layer_sizes=(params["hidden"],),
        learning_rate_init=params["lr"],
        alpha=params["alpha"],
        batch_size=params["batch_size"],
        random_state=params["seed"],
    )


def train(folder, number):
    """One training: a minibatch a step, validation every tenth."""
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.metrics import log_loss
    from sklearn.model_selection import train_test_split

    import mlops_console

    params = TRAININGS[number]
    dice = np.random.default_rng(params["seed"])
    features, digits = load_digits(return_X_y=True)
    x_train, x_val, y_train, y_val = train_test_split(features / 16.0, digits, test_size=0.3, random_state=0)
    name = f"{params['model']}-{params.get('hidden') or params['loss']}-lr{params['lr']:g}"
    with mlops_console.run(params, name=name, folder=folder, group="digits") as run:
        model = network(params)
        for step in range(params["steps"]):
            batch = dice.integers(0, len(x_train), params["batch_size"])
            model.partial_fit(x_train[batch], y_train[batch], classes=range(10))
            chances = model.predict_proba(x_train[batch])
            loss = log_loss(y_train[batch], chances, labels=range(10))
            run.log(step, loss=loss)
            if step > 100 and loss > 20:
                raise FloatingPointError(f"loss {loss:.1f} after {step} steps: it does not learn")
            if step % 10 == 0:
                chances = model.predict_proba(x_val)
                accuracy = float((chances.argmax(axis=1) == y_val).mean())
                loss = log_loss(y_val, chances, labels=range(10))
                run.log(step, {"val/loss": loss, "val/accuracy": accuracy})
            time.sleep(dice.uniform(0.1, 0.3))
        run.summary(accuracy=accuracy)


def stop_with_parent():
    """End this process as soon as the pipe from its parent closes, however the parent went."""

    def wait():
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def train_all(folder):
    """All trainings, some at a time; none outlives this process."""
    children, stopping, starting = [], threading.Event(), threading.Lock()

    def one(number):
        words = [sys.executable, __file__, "--folder", folder, "--only", str(number), "--child"]
        quiet = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        with starting:
            if stopping.is_set():
                return
            child = subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=quiet)
            children.append(child)
        child.wait()

    def stop(*_):
        stopping.set()
        with starting:
            for child in children:
                child.terminate()
        for child in children:
            try:
                child.wait(3)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with ThreadPoolExecutor(AT_ONCE) as workers:
        list(workers.map(one, range(len(TRAININGS))))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default="runs")
    parser.add_argument("--only", type=int, choices=range(len(TRAININGS)))
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        stop_with_parent()
    if args.only is None:
        train_all(args.folder)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        train(args.folder, args.only)


if __name__ == "__main__":
    main()
