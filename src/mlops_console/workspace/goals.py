"""Which way is better, and which metric a person most likely looks at first, told by names."""

import re
from typing import Final, Literal, TypeAlias

Goal: TypeAlias = 'Literal["min", "max"] | None'


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LESS: Final = _set(
    "loss losses error err mse rmse mae mape smape medae msle rmsle perplexity ppl nll bpb bpc logloss"
    " crossentropy ece brier wer cer ter fid kid hinge deviance regret latency divergence kld kl eer"
    " hamming pinball crps"
)
_MORE: Final = _set(
    "acc accuracy auc auroc auprc rocauc prauc f1 fbeta f2 r2 map map50 map5095 ap precision recall"
    " sensitivity specificity bleu rouge meteor iou miou dice reward return returns score ndcg mrr hit kappa"
    " mcc psnr ssim jaccard throughput success winrate top1 top5 gain explained r2score balancedaccuracy"
)
_HELD_OUT: Final = _set("val valid validation test eval dev holdout heldout oof cv")
_TRAIN: Final = _set("train training batch iter")
_ASIDE: Final = _set(
    "lr epoch epochs step steps iteration iterations global time wall runtime seconds sec duration latency"
    " throughput fps memory mem gpu cpu ram disk network system grad norm gradnorm samples tokens examples"
    " momentum entropy kl eta learning rate pg0 pg1 pg2 per"
)
_CHOICE: Final = (
    "auc",
    "accuracy",
    "acc",
    "f1",
    "map5095",
    "map",
    "r2",
    "loss",
    "logloss",
    "rmse",
    "mae",
    "reward",
)


def words_of(key: str) -> list[str]:
    """The words of a metric's name, lower case: `val/F1_score` -> val, f1, score."""
    spaced = re.sub(r"(?<=[a-z]{2})(?=[A-Z])", " ", key[:200])
    return [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]


def goal_of(key: str) -> Goal:
    """`min` or `max` where the name says so. The last telling word decides: `acc_loss` is a loss."""
    words = words_of(key)
    whole = "".join(words)
    if "per" in words:
        # An error rate (of phonemes) by itself; before another word it divides: `samples_per_second`.
        at = len(words) - words[::-1].index("per")
        if at == len(words) or words[at] in _HELD_OUT | _TRAIN:
            return "min"
        words = words[: at - 1]
        whole = "".join(words)
    for word in (*reversed(words), whole):
        if word in _LESS:
            return "min"
        if word in _MORE:
            return "max"
    if "loss" in whole or "error" in whole:
        return "min"
    return "max" if "accuracy" in whole or "reward" in whole else None


def interest(key: str) -> float:
    """How likely a metric is what people compare runs by; 0 to 1, by its name alone."""
    words = words_of(key)
    goal = goal_of(key)
    score = 0.2 if goal is None else 0.6
    if any(word in _ASIDE for word in words) and goal is None:
        score = 0.05
    if goal is not None and any(word in {"latency", "throughput", "time"} for word in words):
        score = 0.1
    if any(word in _HELD_OUT for word in words):
        score += 0.3
    elif any(word in _TRAIN for word in words):
        score -= 0.1
    for place, word in enumerate(_CHOICE):
        if word in words or word == "".join(words):
            score += 0.1 * (1 - place / len(_CHOICE))
            break
    return max(0.0, min(1.0, score))
