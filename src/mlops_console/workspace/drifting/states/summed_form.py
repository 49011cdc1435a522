"""Windows summed up as JSON and back: thousands of figures are read before a list of monitors is shown."""

from collections.abc import Sequence
from typing import Any, Final, get_args

from mlops_console.drift.judged_form import made, plain
from mlops_console.drift.model import Verdict
from mlops_console.workspace.drifting.states.summing import Figure, Row, Summed

_WORDS: Final = frozenset(get_args(Verdict))
_HELD: Final = frozenset(("worse", "same", "better", "unknown"))
_NUMBERS: Final = (float, int)
_WIDTH: Final = 16


def compact(one: Summed) -> dict[str, Any]:
    """Plain values."""
    form: dict[str, Any] = plain(one)
    return form


def restored(form: Any) -> Summed:
    """The window again; ValueError, TypeError or KeyError where it is none."""
    figures = tuple([_figure(*one) for one in form["figures"]])
    held = tuple([_row(one) for one in form["held"]])
    rest = made(Summed, {**form, "figures": [], "held": []})
    named = {name: getattr(rest, name) for name in _REST}
    return Summed(**named, figures=figures, held=held)


_REST: Final = tuple(name for name in Summed.__slots__ if name not in ("figures", "held"))


def _figure(name: Any, verdict: Any, effect: Any, severity: Any) -> Figure:
    if type(name) is not str or verdict not in _WORDS or type(severity) not in _NUMBERS:
        raise ValueError("no feature")
    if effect is not None and type(effect) not in _NUMBERS:
        raise ValueError("no effect")
    return Figure(name, verdict, effect, severity)


def _row(form: Sequence[Any]) -> Row:
    """A metric, checked."""
    metric, goal, verdict, *figures = form
    if type(metric) is not str or goal not in ("min", "max") or verdict not in _HELD or len(form) != _WIDTH:
        raise ValueError("no metric")
    there = [one for one in figures[1:] if one is not None]
    whole = all(figures[at : at + 4].count(None) in (0, 4) for at in (1, 5, 9))
    if not whole or not {type(one) for one in there}.issubset(_NUMBERS):
        raise ValueError("no figures")
    return tuple(form)
