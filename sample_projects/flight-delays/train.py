"""Which flights will be late? One training, recorded with `mlops_console.run`.

python train.py --model gbm --seed 1
python train.py --upto 2013-10           on all that is known of flights up to that month, as `retrain` does
"""

import argparse
import warnings
from pathlib import Path

import joblib
import polars as pl
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

import mlops_console

DATA = "data/flights.parquet"
LEVELS = ["carrier", "origin", "weekday"]
NUMBERS = ["hour", "distance"]
WEATHER = ["temp", "dewp", "humid", "wind_speed", "precip", "pressure", "visib"]


def options(words=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=["logreg", "gbm"], default="gbm")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lr", type=float, default=0.06)
    parser.add_argument("--trees", type=int, default=120)
    parser.add_argument("--leaves", type=int, default=31)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--weather", choices=["yes", "no"], default="yes")
    parser.add_argument("--data", default=DATA)
    parser.add_argument("--upto", metavar="MONTH", help="add the months that are known, this one the last")
    parser.add_argument("--name", help="of the run")
    return parser.parse_args(words)


def known(args):
    """A file with the flights of `data` and those of all months up to `upto` that have labels by now."""
    import score_months

    months = sorted(path.stem for path in Path("predictions").glob("*.parquet"))
    there = [month for month in months if month <= args.upto and Path(f"labels/{month}.parquet").exists()]
    print(f"{args.data} and {', '.join(there) or 'no month that has labels'}", flush=True)
    score_months.gather(out := f"data/upto-{args.upto}.parquet", there, args.data)
    return out


def halves(args):
    """A sample with replacement of the flights to train on, and all flights to test on."""
    flights = pl.read_parquet(args.data)
    early, test = flights.filter(pl.col("split") == "train"), flights.filter(pl.col("split") == "test")
    return early.sample(fraction=1.0, with_replacement=True, seed=args.seed), test


def turned(args, early):
    """What makes numbers of flights for a model, as learnt from `early`: takes columns by their names."""
    numbers = NUMBERS + (WEATHER if args.weather == "yes" else [])
    if args.model == "logreg":
        levels = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        scale = make_pipeline(SimpleImputer(), StandardScaler())
    else:
        levels = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
        scale = StandardScaler(with_mean=False, with_std=False)
    both = [("levels", levels, LEVELS), ("numbers", scale, numbers)]
    return ColumnTransformer(both, sparse_threshold=0).fit(early[LEVELS + numbers])


def fits(args, x, y):
    """The model after each step."""
    if args.model == "logreg":
        model = SGDClassifier(
            loss="log_loss", learning_rate="constant", eta0=args.lr, alpha=1e-4, random_state=args.seed
        )
        for epoch in range(1, args.epochs + 1):
            model.partial_fit(x, y, classes=[0, 1])
            yield epoch, model
        return
    model = HistGradientBoostingClassifier(
        learning_rate=args.lr,
        max_leaf_nodes=args.leaves,
        max_iter=1,
        warm_start=True,
        categorical_features=[0, 1, 2],
        random_state=args.seed,
    )
    for trees in range(4, args.trees + 1, 4):
        model.max_iter = trees
        model.fit(x, y)
        yield trees, model


def params_of(args):
    """Only what this model has."""
    foreign = {"logreg": {"trees", "leaves"}, "gbm": {"epochs"}}[args.model] | {"name"}
    foreign |= set() if args.upto else {"upto"}
    foreign |= {"data"} if args.data == DATA else set()
    return {key: value for key, value in vars(args).items() if key not in foreign}


def train(args, name=None):
    group = args.model + ("-no-weather" if args.weather == "no" else "")
    if args.model == "gbm" and args.leaves != 31:
        group += f"-{args.leaves}-leaves"
    with mlops_console.run(params_of(args), name=name or f"{group}-s{args.seed}", group=group) as run:
        run.dataset(args.data, name="flights")
        early, test = halves(args)
        turn = turned(args, early)
        x_train, y_train, x_test = turn.transform(early), early["late"].to_numpy(), turn.transform(test)
        late = test["late"].to_numpy()
        for step, model in fits(args, x_train, y_train):
            score = model.predict_proba(x_test)[:, 1]
            run.log(step, {"train/logloss": log_loss(y_train, model.predict_proba(x_train)[:, 1])})
            if args.upto:
                print(f"step {step}: auc {roc_auc_score(late, score):.4f}", flush=True)
            run.log(step, {"test/logloss": log_loss(late, score), "test/auc": roc_auc_score(late, score)})
        run.summary(auc=roc_auc_score(late, score), accuracy=accuracy_score(late, score > 0.5))
        seen = test.select(
            pl.col("flight").alias("flight_id"),
            pl.col("late").alias("label"),
            "carrier",
            "origin",
            "weekday",
            "hour",
            "distance",
            "precip",
        )
        table = seen.with_columns(score=pl.Series(score.round(5), dtype=pl.Float32))
        table.write_parquet(run.folder / "predictions.parquet", compression="zstd", compression_level=19)
        run.artifact(run.folder / "predictions.parquet")
        if args.seed == 1:
            # All of it, so that whoever has the model can ask it with flights as they are.
            joblib.dump(make_pipeline(turn, model), run.folder / "model.joblib", compress=3)
            run.artifact(run.folder / "model.joblib")


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        args = options()
        if args.upto:
            args.data = known(args)
        train(args, args.name or (f"upto-{args.upto}" if args.upto else None))
