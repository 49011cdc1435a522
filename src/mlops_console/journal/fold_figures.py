"""What was found out about a model's figures: reviews of its KPIs, and the importance of columns."""

import math
from typing import Final

from mlops_console.journal.event import Event
from mlops_console.journal.fold_reading import (
    MOST_NUMBER,
    UnusableError,
    loose_text,
    optional_object,
    quoted,
    text,
    whole,
)
from mlops_console.journal.registry import Importance, Review
from mlops_console.records import Json

MOST_KPI: Final = 1_000
"""Characters of a KPI's name."""


def review_of(event: Event) -> Review:
    """A review, as its event says; UnusableError where it says none."""
    body = event.body
    kpi, value = body.get("kpi"), body.get("value")
    if not isinstance(kpi, str) or len(kpi) > MOST_KPI:
        raise UnusableError("`kpi` is no name of one")
    number = None if body.get("version") is None else whole(body, "version", 1, MOST_NUMBER)
    return Review(
        event.id,
        kpi,
        number,
        None if value is None else _number(value, "`value`"),
        loose_text(body, "reason"),
        event.by,
        event.at,
    )


def importance_of(event: Event) -> Importance:
    """How important columns are, as its event says; UnusableError where it does not."""
    body = event.body
    said = optional_object(body, "features")
    if not said:
        raise UnusableError("it names no features")
    source = optional_object(body, "source") or {}
    return Importance(
        event.id,
        text(body, "metric"),
        {name: _mean_and_deviation(name, one) for name, one in said.items()},
        whole(body, "left_out") if body.get("left_out") is not None else 0,
        whole(body, "rows"),
        whole(body, "repeats"),
        text(body, "sha256"),
        loose_text(source, "path"),
        event.by,
        event.at,
    )


def _mean_and_deviation(name: str, said: Json) -> tuple[float, float]:
    if not isinstance(said, list) or len(said) != 2:
        raise UnusableError(f"the importance of {quoted(name)} is not a mean and a deviation")
    mean, deviation = (_number(one, f"the importance of {quoted(name)}") for one in said)
    if deviation < 0:
        raise UnusableError(f"the importance of {quoted(name)} has a deviation below zero")
    return mean, deviation


def _number(value: Json, what: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise UnusableError(f"{what} is no finite number")
