"""Which customers leave? One training, recorded with `mlops_console.run`.

python train.py --model logreg --seed 1
"""

import argparse
import csv
import json
import warnings
from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score, roc_curve
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import mlops_console

DATA = "data/customers.csv"


def options(words=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=["logreg", "mlp", "gbm"], default="logreg")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--hidden", type=int, default=16)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--impute", choices=["median", "none"], default="median")
    return parser.parse_args(words)


def parts(args):
    with Path(DATA).open() as file:
        rows = list(csv.reader(file))[1:]
    table = np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])
    x_train, x_val, y_train, y_val = train_test_split(
        table[:, :-1], table[:, -1], test_size=0.3, random_state=args.seed, stratify=table[:, -1]
    )
    if args.impute == "median":
        fill = SimpleImputer(strategy="median").fit(x_train)
        x_train, x_val = fill.transform(x_train), fill.transform(x_val)
    scale = StandardScaler().fit(x_train)
    return scale.transform(x_train), scale.transform(x_val), y_train, y_val


def model_of(args):
    if args.model == "logreg":
        return SGDClassifier(
            loss="log_loss", learning_rate="constant", eta0=args.lr, random_state=args.seed, alpha=1e-3
        )
    if args.model == "mlp":
        return MLPClassifier(
            hidden_layer_sizes=(args.hidden,), learning_rate_init=args.lr, random_state=args.seed
        )
    return GradientBoostingClassifier(
        learning_rate=args.lr, max_depth=args.depth, warm_start=True, n_estimators=1, random_state=args.seed
    )


def fit_once(model, step, features, target):
    if isinstance(model, GradientBoostingClassifier):
        model.n_estimators = step
        model.fit(features, target)
    else:
        model.partial_fit(features, target, classes=[0.0, 1.0])


def params_of(args):
    """Only what this model has."""
    foreign = {"logreg": {"hidden", "depth"}, "mlp": {"depth"}, "gbm": {"hidden"}}[args.model]
    return {key: value for key, value in vars(args).items() if key not in foreign}


def train(args, name=None, stop_at=None):
    with mlops_console.run(
        params_of(args), name=name or f"{args.model}-s{args.seed}", group="baselines"
    ) as run:
        run.dataset(DATA, name="customers")
        x_train, x_val, y_train, y_val = parts(args)
        model = model_of(args)
        for step in range(1, args.epochs + 1):
            fit_once(model, step, x_train, y_train)
            seen, new = model.predict_proba(x_train)[:, 1], model.predict_proba(x_val)[:, 1]
            run.log(step, {"train/logloss": log_loss(y_train, seen), "val/logloss": log_loss(y_val, new)})
            run.log(step, {"val/auc": roc_auc_score(y_val, new)})
            if step == stop_at:
                run.finish("killed", "ended by SIGTERM")
                return
        run.summary(auc=roc_auc_score(y_val, new), average_precision=average_precision_score(y_val, new))
        if args.model == "logreg":
            joblib.dump(model, run.folder / "model.joblib")
            run.artifact(run.folder / "model.joblib")
        (run.folder / "report.json").write_text(
            json.dumps({"churned": int(y_val.sum()), "of": len(y_val)}) + "\n"
        )
        with (run.folder / "roc.csv").open("w") as file:
            file.write("false_positive_rate,true_positive_rate\n")
            file.writelines(f"{a:.4f},{b:.4f}\n" for a, b, _ in zip(*roc_curve(y_val, new), strict=True))
        run.artifact(run.folder / "roc.csv")


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        train(options())
