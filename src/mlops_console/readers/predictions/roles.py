"""Which column of a table of predictions is which, by its name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

COLUMNS: Final = 2_000
"""A table with more columns is no table of predictions that is read here."""
_KEYS: Final = (
    "id", "key", "row_id", "rowid", "sample_id", "example_id", "record_id", "uid", "uuid", "index", "idx",
    "row", "row_index", "sample", "unnamed_0", "",
)  # fmt: skip
_LABELS: Final = frozenset((
    "label", "labels", "y_true", "ytrue", "true_y", "target", "targets", "y", "actual", "actuals",
    "truth", "true", "gt", "ground_truth", "groundtruth", "class", "true_label", "true_class",
    "label_true", "y_test", "y_actual", "observed", "outcome", "expected",
))  # fmt: skip
_SCORES: Final = frozenset((
    "score", "scores", "y_score", "yscore", "prob", "probs", "proba", "probability",
    "probabilities", "y_prob", "y_proba", "yprob", "p1", "p_1", "prob_1", "proba_1", "prob1",
    "proba1", "probability_1", "pred_prob", "pred_proba", "predicted_probability",
    "prediction_score", "pred_score", "positive_probability", "p_positive", "prob_positive",
    "logit", "logits", "raw_score", "decision_function",
))  # fmt: skip
_PREDICTED: Final = frozenset((
    "prediction", "predictions", "y_pred", "ypred", "pred", "preds", "predicted", "y_hat", "yhat",
    "predicted_label", "pred_label", "predicted_class", "pred_class", "label_pred",
    "predicted_value", "forecast", "estimate", "oof", "oof_pred", "oof_prediction",
))  # fmt: skip
_NUMBERED: Final = re.compile(r"^(p|prob|proba|probability)_?(\d{1,4})$")
"""The probability of one of several classes."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns that somebody chose by name; None: whatever the names tell."""

    key: str | None = None
    """Empty: none, rows go by their order."""
    label: str | None = None
    score: str | None = None
    predicted: str | None = None
    """Empty: none."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column is which, by the file's own names."""

    key: str | None
    label: str
    score: str
    """A score, or what was predicted where there is no score."""
    predicted: str | None
    """The predicted label, where there is a score beside it."""
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why columns can't be told apart, and among which to choose."""

    what: str
    """A sentence."""
    candidates: dict[str, tuple[str, ...]]
    """By role (`key`, `label`, `score`) the columns that could be it."""


def plain(name: str) -> str:
    """A name as it is looked up: `Y True` is `y_true`."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def roles(names: Sequence[str], choice: Choice | None = None) -> Roles | Unclear:
    """Tell key, label and score by name; what can't be told is said, with the candidates."""
    choice = choice or Choice()
    for chosen in (choice.key, choice.label, choice.score, choice.predicted):
        if chosen and chosen not in names:
            return Unclear(f"There is no column {chosen[:80]}; there are {_listed(names)}.", {})
    low = {name: plain(name) for name in names}
    label = choice.label if choice.label is not None else _only([n for n in names if low[n] in _LABELS])
    if isinstance(label, tuple):
        return _unclear("label", label, names)
    left = [name for name in names if name != label]
    said = [name for name in left if low[name] in _PREDICTED]
    found = choice.score if choice.score is not None else _only(_scores(left, low) or said)
    if isinstance(found, tuple):
        classes = tuple(name for name in left if _NUMBERED.match(low[name]))
        if classes and not found:
            given = f"There are probabilities of {len(classes)} classes ({_listed(classes)})"
            return Unclear(f"{given}, but no predicted label.", {"score": classes})
        return _unclear("score", found, names)
    left = [name for name in left if name != found]
    beside = _only([name for name in said if name != found])
    told = beside if isinstance(beside, str) else None
    predicted = (told if choice.predicted is None else choice.predicted) or None
    left = [name for name in left if name != predicted]
    key = _key(left, low) if choice.key is None else choice.key
    if choice.key == "":
        # Chosen: none. (Found by itself, a column without a name is an index that was written along.)
        key = None
    return Roles(key, label, found, predicted, tuple(name for name in left if name != key))


def _scores(names: list[str], low: dict[str, str]) -> list[str]:
    """Columns of scores; of probabilities of two classes the second, of several none."""
    numbered = [found for name in names if (found := _NUMBERED.match(low[name]))]
    several = any(int(found[2]) > 1 for found in numbered)
    return [n for n in names if low[n] in _SCORES and not (several and _NUMBERED.match(low[n]))]


def _only(found: Sequence[str]) -> str | tuple[str, ...]:
    return found[0] if len(found) == 1 else tuple(found)


def _key(names: list[str], low: dict[str, str]) -> str | None:
    """The best name for a key; a single `…_id` where there is none."""
    for wanted in _KEYS:
        for name in names:
            if low[name] == wanted:
                return name
    endings = [name for name in names if low[name].endswith(("_id", "_key", "_uuid"))]
    return endings[0] if len(endings) == 1 else None


def _unclear(role: str, found: Sequence[str], names: Sequence[str]) -> Unclear:
    if found:
        what = f"{len(found)} columns could be the {role}: {_listed(found)}. Choose one."
        return Unclear(what, {role: tuple(found)})
    return Unclear(f"No column is named like a {role}; there are {_listed(names)}.", {role: tuple(names)})


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:40] or "(no name)" for name in names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown or "none"
