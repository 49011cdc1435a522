"""Which metric matters, which way is better, and which metrics share a chart."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from mlops_console.console.run.facts import Metric
from mlops_console.console.run.resources import is_system

_SPLITS: Final = {
    "train": "train",
    "training": "train",
    "tr": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "eval": "eval",
    "evaluation": "eval",
}
_LETTERS: Final = {"train": "t", "val": "v", "test": "s", "eval": "e"}
_INKS: Final = {"train": "series0", "val": "series1", "test": "series2", "eval": "series3"}
_DIGITS: Final = re.compile(r"(\d{1,9})")
_WORDS: Final = re.compile(r"[/._\-\s]+")


class Group(NamedTuple):
    """Metrics that are drawn in one chart: the same thing on train and validation data."""

    title: str
    prefix: str
    members: tuple[tuple[str, str, str, str], ...]
    """(letter, label, metric key, ink) of each curve."""
    shelf: str = ""
    """The heading it stands under; what decides stands first and under none."""

    @property
    def name(self) -> str:
        """Prefix and title."""
        return f"{self.prefix}/{self.title}" if self.prefix else self.title


SYSTEM: Final = "system"


@lru_cache(32_768)
def goal(key: str) -> Literal["min", "max"] | None:
    """Which way is better, where the name says so."""
    from mlops_console.workspace.goals import goal_of

    return goal_of(key)


@lru_cache(32_768)
def weight(key: str) -> float:
    """How much a metric decides, 0 to 1, by its name."""
    from mlops_console.workspace.goals import interest

    return interest(key)


def best(metric: Metric) -> tuple[float, int | None] | None:
    """The best value and its step, by the metric's direction; None for one that was measured once."""
    if metric.count < 2:
        return None
    match goal(metric.key):
        case "min" if metric.low is not None:
            return metric.low, metric.low_step
        case "max" if metric.high is not None:
            return metric.high, metric.high_step
    return None


def main_metric(metrics: Iterable[Metric]) -> str | None:
    """The metric that decides most; one that moves before one that has a single value."""
    ranked = sorted(metrics, key=lambda m: (-weight(m.key) - (0.1 if m.count > 1 else 0), m.key))
    return ranked[0].key if ranked else None


def by_weight(metrics: Iterable[Metric]) -> list[Metric]:
    """Metrics, the deciding ones first."""
    return sorted(metrics, key=lambda m: (-weight(m.key), m.key))


def split_of(key: str) -> tuple[str, str]:
    """The data a metric was measured on (train, val, test, eval or empty), and its name without that."""
    first, *rest = _WORDS.split(key, maxsplit=1)
    if (split := _SPLITS.get(first.lower())) and rest and rest[0]:
        return split, rest[0]
    last = _WORDS.split(key)[-1]
    name = key[: len(key) - len(last)].rstrip("/._- ")
    if (split := _SPLITS.get(last.lower())) and name:
        return split, name
    return "", key


def groups(metrics: Sequence[Metric]) -> list[Group]:
    """The charts of a run: the deciding ones first, then by prefix, the machine's last."""
    gathered: dict[str, dict[str, Metric]] = {}
    for metric in metrics:
        split, name = split_of(metric.key)
        members = gathered.setdefault(name, {})
        if split in members:
            # Two spellings of one split stay two charts: nothing is drawn over anything.
            members = gathered.setdefault(metric.key, {})
        members[split] = metric
    made = [_ranked(name, members) for name, members in gathered.items()]
    return [group for _, group in sorted(made, key=lambda pair: pair[0])]


Rank = tuple[int, str, float, list[tuple[int, str]]]


def _ranked(name: str, members: dict[str, Metric]) -> tuple[Rank, Group]:
    """A chart with its place: the shelf, there what decides by weight, the rest by name."""
    weights = [weight(metric.key) for metric in members.values()]
    group = _group(name, members)
    heaviest = max(weights)
    machine = all(is_system(metric.key) for metric in members.values())
    if machine:
        shelf, place = SYSTEM, 2
    elif heaviest >= 0.5 or len(members) > 1:
        shelf, place = "", 0
    else:
        split = next(iter(members))
        shelf = name.partition("/")[0] if "/" in name else split if "/" in members[split].key else ""
        place = 1 if shelf else 0
    decides = -heaviest if heaviest >= 0.5 and not machine else -0.1 if heaviest >= 0.1 else 0.0
    return (place, shelf, decides if place == 0 else 0.0, natural(name)), group._replace(shelf=shelf)


def natural(key: str) -> list[tuple[int, str]]:
    """A key to sort by: `layer2` before `layer10`."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _DIGITS.split(key)]


def _group(name: str, members: dict[str, Metric]) -> Group:
    prefix, _, title = name.rpartition("/")
    if len(members) == 1:
        split, metric = next(iter(members.items()))
        ink = _INKS.get(split, "series0")
        return Group(title or name, prefix, ((_LETTERS.get(split, ""), split, metric.key, ink),))
    order = ["train", "val", "test", "eval", ""]
    # The one without a split goes by its own name, and by a letter that no split has.
    own = next((char for char in (title or name).lower() if char.isalpha() and char not in "tvse"), "a")
    curves = (
        (_LETTERS.get(split, own), split or title or name, members[split].key, _INKS.get(split, "series4"))
        for split in order
        if split in members
    )
    return Group(title or name, prefix, tuple(curves))
