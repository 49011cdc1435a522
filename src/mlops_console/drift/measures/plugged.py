"""Measures that other packages bring: what is wrong with one is a warning, and says nothing of a feature."""

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from mlops_console.drift.measures.contract import Form, Measure, Score
from mlops_console.drift.pair import Pair
from mlops_console.plugins import words
from mlops_console.records import Json

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class Guarded:
    """A stranger's measure. One that can't be loaded applies to nothing."""

    def __init__(self, name: str, measure: Measure | None) -> None:
        self.name = name
        self._measure = measure
        self.accepts: frozenset[Form] = measure.accepts if measure is not None else frozenset()

    def score(self, pair: Pair) -> Score | None:
        """What it says, as far as JSON can hold it; nothing more once it has failed."""
        if self._measure is None:
            return None
        try:
            found = self._measure.score(pair)
            return _clean(found) if found is not None else None
        except Exception as error:  # noqa: BLE001 - a stranger's code must not keep others from being measured
            _warn(f"The measure plug-in {self.name} failed: {words(error)}. It is left out.")
            self._measure = None
            return None


@cache
def plugged(point: "EntryPoint") -> Measure:
    """The measure behind an entry point; a broken one costs a warning."""
    try:
        found = point.load()
        measure: Measure = found() if isinstance(found, type) else found
        wrong = _wrong(measure, point.name)
    except Exception as error:  # noqa: BLE001 - a stranger's module may raise anything
        wrong = words(error)
    if wrong:
        _warn(f"The measure plug-in {point.name} ({point.value}) can't be used: {wrong}.")
        return Guarded(point.name, None)
    return Guarded(point.name, measure)


def _wrong(measure: Measure, name: str) -> str:
    if measure.name != name:
        return f"it is named {measure.name!r}"
    strangers = sorted(map(str, set(measure.accepts) - {"numeric", "levels"}))
    if strangers or not measure.accepts:
        return f"it accepts {', '.join(strangers) or 'nothing'}"
    return "" if callable(measure.score) else "it can't be asked"


def _clean(said: Score) -> Score:
    extra = {str(name): _json(value) for name, value in said.extra.items()}
    return Score(_number(said.value), _number(said.p_value), int(said.n_ref), int(said.n_cur), extra)


def _number(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _json(value: Any) -> Json:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_json(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _json(one) for name, one in value.items()}
    return _number(value)


def _warn(sentence: str) -> None:
    import warnings

    warnings.warn(sentence, RuntimeWarning, stacklevel=2)
