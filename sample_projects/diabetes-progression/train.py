"""How far does diabetes progress within a year? Trainings tracked with MLflow.

    pip install mlflow scikit-learn
    python train.py     # all of them; into mlruns/ up to MLflow 2, into mlflow.db since 3
    mlops-console .

The 442 patients come with scikit-learn; nothing is fetched.
"""

import itertools

import mlflow
import numpy as np
from mlflow.models import infer_signature
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge, SGDRegressor
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

EXPERIMENT = "diabetes-progression"
MODEL = "diabetes-progression"
TREES = 40


def parts(seed=0):
    table = load_diabetes(as_frame=True, scaled=False).frame
    data = mlflow.data.from_pandas(table, targets="target", name="diabetes")
    x_train, x_val, y_train, y_val = train_test_split(
        table.drop(columns="target"), table["target"], test_size=0.3, random_state=seed
    )
    return data, x_train, x_val, y_train, y_val


def final(model, x_val, y_val):
    guess = model.predict(x_val)
    return {
        "val_rmse": root_mean_squared_error(y_val, guess),
        "val_mae": mean_absolute_error(y_val, guess),
        "val_r2": r2_score(y_val, guess),
    }


def keep(model, x_train):
    """Log the model; its version in the registry."""
    signature = infer_signature(x_train, model.predict(x_train))
    logged = mlflow.sklearn.log_model(
        model, "model", signature=signature, registered_model_name=MODEL, pip_requirements=["scikit-learn"]
    )
    return logged.registered_model_version


def call(alias, version):
    """Give a version of the model a name that moves."""
    mlflow.MlflowClient().set_registered_model_alias(MODEL, alias, version)


def baseline(alpha=1.0):
    data, x_train, x_val, y_train, y_val = parts()
    with mlflow.start_run(run_name="ridge", tags={"stage": "baseline"}):
        mlflow.log_input(data, context="training")
        mlflow.log_params({"model": "ridge", "alpha": alpha})
        model = make_pipeline(StandardScaler(), Ridge(alpha)).fit(x_train, y_train)
        mlflow.log_metrics(final(model, x_val, y_val))
        weights = dict(zip(x_train.columns, model[-1].coef_.round(3).tolist(), strict=True))
        mlflow.log_dict(weights, "weights.json")
        call("champion", keep(model, x_train))


def descent(rate, epochs=30):
    """Fails where the rate is too high."""
    data, x_train, x_val, y_train, y_val = parts()
    scale = StandardScaler().fit(x_train)
    x_train, x_val = scale.transform(x_train), scale.transform(x_val)
    with mlflow.start_run(run_name=f"sgd-{rate:g}", tags={"stage": "baseline"}):
        mlflow.log_input(data, context="training")
        mlflow.log_params({"model": "sgd", "eta0": rate, "epochs": epochs})
        model = SGDRegressor(learning_rate="constant", eta0=rate, random_state=0)
        for epoch in range(1, epochs + 1):
            with np.errstate(all="ignore"):
                model.partial_fit(x_train, y_train)
                loss = float(np.sqrt(np.mean((y_val - model.predict(x_val)) ** 2)))
            mlflow.log_metrics({"val_rmse": loss}, step=epoch)
            if not loss < 1e9:
                raise FloatingPointError(f"diverged in epoch {epoch}")


def trees(data, x_train, x_val, y_train, y_val, **params):
    """One of the search's trainings; its model and what it reached."""
    name = "-".join(f"{key.rpartition('_')[2]}{value}" for key, value in params.items())
    with mlflow.start_run(run_name=name, nested=True, tags={"stage": "search"}) as run:
        mlflow.log_input(data, context="training")
        mlflow.log_params({"model": "gbm", "n_estimators": TREES, **params})
        model = GradientBoostingRegressor(n_estimators=TREES, random_state=0, **params).fit(x_train, y_train)
        both = zip(model.staged_predict(x_train), model.staged_predict(x_val), strict=True)
        for step, (seen, new) in enumerate(both, 1):
            mlflow.log_metrics(
                {
                    "train_rmse": root_mean_squared_error(y_train, seen),
                    "val_rmse": root_mean_squared_error(y_val, new),
                },
                step=step,
            )
        mlflow.log_metrics({key: v for key, v in final(model, x_val, y_val).items() if key != "val_rmse"})
        return run.info.run_id, model, root_mean_squared_error(y_val, model.predict(x_val))


def search():
    data, *rest = parts()
    with mlflow.start_run(run_name="gbm-search", tags={"stage": "search"}):
        mlflow.log_params({"model": "gbm", "rates": [0.03, 0.1, 0.3], "depths": [1, 3]})
        tried = [
            trees(data, *rest, learning_rate=rate, max_depth=depth)
            for rate, depth in itertools.product([0.03, 0.1, 0.3], [1, 3])
        ]
        best, model, reached = min(tried, key=lambda one: one[2])
        mlflow.log_metrics({"best_val_rmse": reached})
        mlflow.set_tag("best_run", best)
    with mlflow.start_run(run_id=best):
        call("challenger", keep(model, rest[0]))


def mistake():
    """A run that somebody deleted: MLflow keeps it until `mlflow gc`."""
    with mlflow.start_run(run_name="ridge-wrong-target") as run:
        mlflow.log_params({"model": "ridge", "alpha": 1.0})
        mlflow.log_metrics({"val_rmse": 0.0})
    mlflow.delete_run(run.info.run_id)


STEPS = (baseline, lambda: descent(0.01), lambda: descent(10.0), mistake, search)


def main():
    mlflow.set_experiment(EXPERIMENT)
    for step in STEPS:
        try:
            step()
        except FloatingPointError as error:
            print(error)


if __name__ == "__main__":
    main()
