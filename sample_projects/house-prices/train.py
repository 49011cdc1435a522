"""Predict house prices with several regressors; every experiment is a folder of plain files.

    python train.py            # makes data/houses.csv and all experiments anew

Boosting and networks write their history (`metrics.csv` or `metrics.jsonl`), every experiment its settings
(`params.yaml`) and its final test scores (`scores.json`).
"""

import csv
import json
import shutil
import warnings
from pathlib import Path

import joblib
import numpy as np
import yaml
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge, SGDRegressor
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
COLUMNS = ["area_m2", "rooms", "built", "floor", "km_to_centre", "energy_class", "garden", "price_keur"]
EXPERIMENTS = {
    "2026-09-14-ridge": {"model": "ridge", "alpha": 1.0},
    "2026-09-14-ridge-strong": {"model": "ridge", "alpha": 100.0},
    "2026-09-15-sgd": {"model": "sgd", "lr": 0.01, "penalty": "l2", "epochs": 60},
    "2026-09-15-sgd-slow": {"model": "sgd", "lr": 0.001, "penalty": "l2", "epochs": 60},
    "2026-09-16-gbr-depth2": {"model": "gbr", "lr": 0.1, "depth": 2, "trees": 150, "subsample": 1.0},
    "2026-09-16-gbr-depth3": {"model": "gbr", "lr": 0.1, "depth": 3, "trees": 150, "subsample": 1.0},
    "2026-09-16-gbr-depth5": {"model": "gbr", "lr": 0.1, "depth": 5, "trees": 150, "subsample": 1.0},
    "2026-09-17-gbr-slow": {"model": "gbr", "lr": 0.03, "depth": 3, "trees": 150, "subsample": 0.7},
    "2026-09-17-gbr-huber": {"model": "gbr", "lr": 0.1, "depth": 3, "trees": 150, "loss": "huber"},
    "2026-09-21-mlp-32": {"model": "mlp", "lr": 0.01, "hidden": [32], "epochs": 60, "seed": 3},
    "2026-09-21-mlp-64x32": {"model": "mlp", "lr": 0.01, "hidden": [64, 32], "epochs": 60, "seed": 3},
    "2026-09-22-mlp-64x32-lr3e-3": {"model": "mlp", "lr": 0.003, "hidden": [64, 32], "epochs": 60, "seed": 3},
}


def make_houses(path, number=600):
    """A table of houses whose prices follow a formula with noise; not a real town."""
    dice = np.random.default_rng(11)
    area = np.round(dice.gamma(9, 12, number) + 25)
    rooms = np.clip(np.round(area / 27 + dice.normal(0, 0.7, number)), 1, 9)
    built = np.clip(np.round(dice.normal(1978, 28, number)), 1890, 2025)
    floor = dice.integers(0, 6, number)
    away = np.round(dice.gamma(2.2, 2.6, number), 1)
    energy = np.clip(np.round((2030 - built) / 18 + dice.normal(0, 1, number)), 1, 8)
    garden = (dice.random(number) < np.where(floor == 0, 0.6, 0.08)).astype(int)
    price = (
        40 + 4.1 * area * np.exp(-away / 14) + 9 * rooms - 7 * energy + 24 * garden + 0.25 * (built - 1950)
    )
    price = np.round(price * np.exp(dice.normal(0, 0.09, number)), 1)
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for row in zip(area, rooms, built, floor, away, energy, garden, price, strict=True):
            rows.writerow([f"{value:g}" for value in row])


def load(path):
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return train_test_split(table[:, :-1], table[:, -1], test_size=0.25, random_state=5)


def rmse(truth, guess):
    return float(np.sqrt(np.mean((truth - guess) ** 2)))


def write_csv(path, rows):
    with path.open("w", newline="") as file:
        out = csv.DictWriter(file, rows[0], lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def boost(params, x_train, x_test, y_train, y_test):
    model = GradientBoostingRegressor(
        learning_rate=params["lr"],
        max_depth=params["depth"],
        n_estimators=params["trees"],
        subsample=params.get("subsample", 1.0),
        loss=params.get("loss", "squared_error"),
        random_state=0,
    ).fit(x_train, y_train)
    stages = zip(model.staged_predict(x_train), model.staged_predict(x_test), strict=True)
    rows = [
        {"step": step, "train_rmse": round(rmse(y_train, seen), 3), "val_rmse": round(rmse(y_test, new), 3)}
        for step, (seen, new) in enumerate(stages, 1)
    ]
    return model, rows


def by_epoch(model, params, x_train, x_test, y_train, y_test):
    scale = StandardScaler().fit(x_train)
    middle, spread = y_train.mean(), y_train.std()
    rows = []
    for epoch in range(1, params["epochs"] + 1):
        model.partial_fit(scale.transform(x_train), (y_train - middle) / spread)
        guess = model.predict(scale.transform(x_test)) * spread + middle
        row = {"epoch": epoch, "val_rmse": round(rmse(y_test, guess), 3)}
        if hasattr(model, "loss_"):
            row["train_loss"] = round(float(model.loss_), 5)
        row["val_mae"] = round(mean_absolute_error(y_test, guess), 3)
        rows.append(row)
    return guess, rows


def train(folder, params, parts):
    x_train, x_test, y_train, y_test = parts
    folder.mkdir(parents=True)
    (folder / "params.yaml").write_text(
        yaml.safe_dump({"data": "data/houses.csv", **params}, sort_keys=False)
    )
    if params["model"] == "gbr":
        model, rows = boost(params, *parts)
        guess = model.predict(x_test)
        write_csv(folder / "metrics.csv", rows)
    elif params["model"] == "ridge":
        model = make_pipeline(StandardScaler(), Ridge(params["alpha"])).fit(x_train, y_train)
        guess = model.predict(x_test)
        joblib.dump(model, folder / "model.joblib")
    else:
        if params["model"] == "sgd":
            model = SGDRegressor(eta0=params["lr"], penalty=params["penalty"], random_state=0)
        else:
            model = MLPRegressor(
                hidden_layer_sizes=params["hidden"],
                learning_rate_init=params["lr"],
                random_state=params["seed"],
            )
        guess, rows = by_epoch(model, params, *parts)
        write_lines(folder / "metrics.jsonl", rows)
    scores = {
        "rmse": rmse(y_test, guess),
        "mae": mean_absolute_error(y_test, guess),
        "r2": r2_score(y_test, guess),
    }
    rounded = {key: round(float(value), 4) for key, value in scores.items()}
    (folder / "scores.json").write_text(json.dumps(rounded, indent=2) + "\n")
    if folder.name.endswith("gbr-depth3"):
        worst = np.argsort(-np.abs(y_test - guess))[:25]
        write_csv(
            folder / "worst_predictions.csv",
            [
                {"house": int(at), "price": y_test[at], "predicted": round(float(guess[at]), 1)}
                for at in worst
            ],
        )


def main():
    table, experiments = HERE / "data" / "houses.csv", HERE / "experiments"
    make_houses(table)
    shutil.rmtree(experiments, ignore_errors=True)
    parts = load(table)
    for name, params in EXPERIMENTS.items():
        print(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            train(experiments / name, params, parts)


if __name__ == "__main__":
    main()
