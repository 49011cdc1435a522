"""What a model answered, checked: somebody's code may answer anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from mlops_console.comparison.predictions.naming import METRICS, Kind, metric_named
from mlops_console.drift.diagnosis.model import ModelError
from mlops_console.records import FloatArray, IntArray

_USUAL: Final = {"binary": "auc", "multiclass": "accuracy", "regression": "mae"}
_RANKS: Final = ("auc", "ap")
_NO_FIGURE: Final = "ece"
"""Its bins make steps: what a column does to it is mostly chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What came true, by the model's own classes."""

    kind: Kind
    y: FloatArray
    """The number, or the place of the class."""
    rows: IntArray
    """Which rows have one that the model knows."""
    classes: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()


def truth_of(model: Any, labels: Sequence[Any]) -> Truth:
    """Labels as the model means them; rows without one, or of a class that it never learned, are left out.

    Raises:
        ModelError: None is left, or they are of one class.
    """
    classes = getattr(model, "classes_", None)
    if classes is None or np.ndim(classes) != 1 or len(classes) < 2:
        return _numbers(labels)
    places = {_plain(one): at for at, one in enumerate(np.asarray(classes).tolist())}
    found = [-1 if one is None else places.get(_plain(one), -2) for one in labels]
    y = np.array(found, np.float64)
    rows = np.flatnonzero(y >= 0)
    foreign = int((y == -2).sum())
    if not len(rows):
        words = ", ".join(str(one)[:40] for one in np.asarray(classes).tolist()[:5])
        raise ModelError(f"no label is of a class that the model knows ({words})")
    notes = [f"{foreign:,} rows have a label that the model never learned: left out."] if foreign else []
    if len(np.unique(y[rows])) < 2:
        raise ModelError("all labels are of one class: nothing can get worse")
    kind: Kind = "binary" if len(classes) == 2 else "multiclass"
    return Truth(kind, y[rows], rows, tuple(np.asarray(classes).tolist()), tuple(notes))


def _numbers(labels: Sequence[Any]) -> Truth:
    try:
        y = np.array([np.nan if one is None else float(one) for one in labels], np.float64)
    except (TypeError, ValueError) as error:
        raise ModelError("the labels are no numbers, and the model knows no classes") from error
    rows = np.flatnonzero(np.isfinite(y))
    if not len(rows):
        raise ModelError("no row has a label")
    return Truth("regression", y[rows], rows)


def metric_for(wish: str, truth: Truth, model: Any) -> tuple[str, tuple[str, ...]]:
    """Which metric it is weighed by, and what to know about that choice."""
    usual = _USUAL[truth.kind]
    if usual in _RANKS and not _scores(model):
        usual = "accuracy"
    if not wish:
        return usual, ()
    name = metric_named(wish)
    if name is None or truth.kind not in METRICS[name].kinds or name == _NO_FIGURE:
        return usual, (f"{wish[:60]} can't be worked out here: {METRICS[usual].words} is taken.",)
    needs = METRICS[name].needs
    unable = (needs == "score" and not _scores(model)) or (
        needs == "probability" and not hasattr(model, "predict_proba")
    )
    return (
        (usual, (f"The model gives no scores for {name}: {METRICS[usual].words} is taken.",))
        if unable
        else (name, ())
    )


def figure(metric: str, truth: Truth, model: Any, x: Any) -> float:
    """The metric of the model on these rows.

    Raises:
        ModelError: What it answered is no answer.
    """
    from sklearn import metrics as by

    y, many = truth.y, len(truth.y)
    if truth.kind == "regression":
        said = _checked(model.predict(x), many)
        found = {
            "mae": lambda: by.mean_absolute_error(y, said), "mse": lambda: by.mean_squared_error(y, said),
            "rmse": lambda: by.mean_squared_error(y, said) ** 0.5, "r2": lambda: by.r2_score(y, said),
            "medae": lambda: by.median_absolute_error(y, said),
        }[metric]()  # fmt: skip
        return float(found)
    if METRICS[metric].needs in ("score", "probability"):
        score = _score(model, x, many)
        found = {
            "auc": lambda: by.roc_auc_score(y, score), "ap": lambda: by.average_precision_score(y, score),
            "logloss": lambda: by.log_loss(y, np.clip(score, 0.0, 1.0), labels=[0, 1]),
            "brier": lambda: by.brier_score_loss(y, np.clip(score, 0.0, 1.0)),
        }[metric]()  # fmt: skip
        return float(found)
    places = _said(model, truth, x, many)
    more: dict[str, Any] = {} if truth.kind == "binary" else {"average": "macro"}
    found = {
        "accuracy": lambda: by.accuracy_score(y, places),
        "balanced_accuracy": lambda: by.balanced_accuracy_score(y, places),
        "mcc": lambda: by.matthews_corrcoef(y, places),
        "f1": lambda: by.f1_score(y, places, zero_division=0, **more),
        "precision": lambda: by.precision_score(y, places, zero_division=0, **more),
        "recall": lambda: by.recall_score(y, places, zero_division=0, **more),
    }[metric]()
    return float(found)


def worse(metric: str, base: float, now: float) -> float:
    """How much worse the second figure is."""
    return base - now if METRICS[metric].goal == "max" else now - base


def _scores(model: Any) -> bool:
    return hasattr(model, "predict_proba") or hasattr(model, "decision_function")


def _score(model: Any, x: Any, many: int) -> FloatArray:
    """Of the positive class."""
    if not hasattr(model, "predict_proba"):
        return _checked(model.decision_function(x), many)
    found = np.asarray(model.predict_proba(x))
    if found.ndim == 2 and found.shape[1] == 2:
        found = found[:, 1]
    return _checked(found, many)


def _said(model: Any, truth: Truth, x: Any, many: int) -> FloatArray:
    """Places of the classes that it predicts; one that it does not know itself is none."""
    found = np.asarray(model.predict(x))
    if found.shape not in ((many,), (many, 1)):
        raise ModelError(_shape(found, many))
    places = {_plain(one): at for at, one in enumerate(truth.classes)}
    return np.array([places.get(_plain(one), len(places)) for one in found.reshape(-1).tolist()], np.float64)


def _checked(answer: Any, many: int) -> FloatArray:
    try:
        found = np.asarray(answer, np.float64)
    except (TypeError, ValueError) as error:
        raise ModelError("the model answers with something other than numbers") from error
    if found.shape not in ((many,), (many, 1)):
        raise ModelError(_shape(found, many))
    found = found.reshape(-1)
    wrong = int((~np.isfinite(found)).sum())
    if wrong:
        raise ModelError(f"the model answers no number for {wrong:,} of {many:,} rows")
    return found


def _shape(found: Any, many: int) -> str:
    given = " x ".join(f"{extent:,}" for extent in found.shape) or "one"
    return f"the model answers {given} values for {many:,} rows"


def _plain(value: Any) -> str:
    """A class as text: 1, 1.0, "1" and true are the same."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value == int(value or 0):
        return str(int(value))
    word = str(value).strip()
    return {"True": "1", "False": "0", "true": "1", "false": "0"}.get(word, word)
