"""Metrics that predictions can answer for, by the names people log them under."""

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mlops_console.comparison.model import Goal

Kind: TypeAlias = Literal["binary", "multiclass", "regression"]
Needs: TypeAlias = Literal["score", "probability", "label", "number"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of predictions."""

    name: str
    goal: Goal
    kinds: tuple[Kind, ...]
    needs: Needs
    """What of a model's predictions it looks at."""
    words: str
    aliases: tuple[str, ...] = ()


_BINARY: Final[tuple[Kind, ...]] = ("binary",)
_CLASSES: Final[tuple[Kind, ...]] = ("binary", "multiclass")
_NUMBERS: Final[tuple[Kind, ...]] = ("regression",)

METRICS: Final = {
    metric.name: metric
    for metric in (
        Metric(
            "auc", "max", _BINARY, "score", "area under the ROC curve",
            ("roc_auc", "auroc", "rocauc", "roc_auc_score", "auc_roc"),
        ),
        Metric(
            "ap", "max", _BINARY, "score", "average precision",
            ("average_precision", "pr_auc", "auprc", "aucpr", "auc_pr", "average_precision_score"),
        ),
        Metric(
            "logloss", "min", _BINARY, "probability", "mean log loss",
            ("log_loss", "cross_entropy", "binary_logloss", "binary_crossentropy", "bce", "nll"),
        ),
        Metric("brier", "min", _BINARY, "probability", "Brier score", ("brier_score", "brier_score_loss")),
        Metric(
            "ece", "min", _BINARY, "probability", "expected calibration error",
            ("expected_calibration_error", "calibration_error"),
        ),
        Metric("accuracy", "max", _CLASSES, "label", "accuracy", ("acc", "accuracy_score", "top1")),
        Metric(
            "f1", "max", _CLASSES, "label", "F1",
            ("f1_score", "fscore", "macro_f1", "f1_macro", "f1_binary"),
        ),
        Metric("precision", "max", _CLASSES, "label", "precision", ("precision_score", "precision_macro")),
        Metric(
            "recall", "max", _CLASSES, "label", "recall",
            ("recall_score", "recall_macro", "sensitivity", "tpr"),
        ),
        Metric(
            "balanced_accuracy", "max", _CLASSES, "label", "balanced accuracy",
            ("bal_acc", "balanced_acc", "balanced_accuracy_score", "bacc"),
        ),
        Metric("mcc", "max", _CLASSES, "label", "Matthews correlation", ("matthews", "matthews_corrcoef")),
        Metric("mae", "min", _NUMBERS, "number", "mean absolute error", ("mean_absolute_error", "l1")),
        Metric("mse", "min", _NUMBERS, "number", "mean squared error", ("mean_squared_error", "l2")),
        Metric("rmse", "min", _NUMBERS, "number", "root mean squared error", ("root_mean_squared_error",)),
        Metric("r2", "max", _NUMBERS, "number", "R squared", ("r2_score", "r_squared", "rsquared")),
        Metric(
            "medae", "min", _NUMBERS, "number", "median absolute error",
            ("median_absolute_error", "mdae", "median_ae"),
        ),
    )
}  # fmt: skip
_ALIASES: Final = {alias: name for name, m in METRICS.items() for alias in (name, *m.aliases)}
_AROUND: Final = re.compile(
    r"^(?:(?:best|final|last|mean|val|valid|validation|test|eval|oof|cv|holdout|metrics?)_)+"
    r"|(?:_(?:best|final|last|mean|val|valid|validation|test|eval|oof|cv|holdout))+$"
)


def metric_named(key: str) -> str | None:
    """Which metric of predictions a logged key means: `val/roc_auc` is `auc`; None: none of them."""
    word = re.sub(r"[^a-z0-9]+", "_", key.casefold()).strip("_")
    for name in (word, _AROUND.sub("", word), word.rpartition("_")[2]):
        if name in _ALIASES and not word.startswith("train"):
            return _ALIASES[name]
        word_left = _AROUND.sub("", name)
        if word_left in _ALIASES and not word.startswith("train"):
            return _ALIASES[word_left]
    return None
