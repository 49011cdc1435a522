"""Why a check has its verdict, in a sentence with the figures."""

from typing import Final

from mlops_console.display import count
from mlops_console.drift.judging.bounds import Bounds
from mlops_console.drift.judging.words import chance, percent, rows
from mlops_console.drift.model import CheckName, Measured, Raw, Verdict

_WHOLE: Final[frozenset[CheckName]] = frozenset({"missing", "type", "infinite"})
"""About all rows, not only those with a value: how many there are says their own sentence."""


def because(
    one: Measured, raw: Raw, q: float | None, verdict: Verdict, bounds: Bounds, visible: float | None
) -> str:
    """What was seen, how sure that is, and which limit it is held against."""
    said = raw.said.rstrip(".") or f"{percent(raw.effect or 0.0)} of rows moved"
    said = said[:1].upper() + said[1:]
    if q is None or verdict == "NOT JUDGED":
        return f"{said}."
    if verdict == "TOO FEW ROWS":
        return _too_few(one, raw, said, visible, q)
    if verdict == "STABLE":
        return _stable(one, raw, said, visible, q)
    return f"{said} ({_sure(one, raw, q)}); {_limit(verdict, bounds)}."


def _sure(one: Measured, raw: Raw, q: float) -> str:
    if raw.name in _WHOLE:
        return f"q {chance(q)}"
    return f"q {chance(q)}, n {count(one.n_ref)} v {count(one.n_cur)}"


def _limit(verdict: Verdict, bounds: Bounds) -> str:
    drift, watch = percent(bounds.drift), percent(bounds.watch)
    if verdict == "DRIFT":
        if bounds.moves:
            return f"{drift} is the limit, for the reference moves that much by itself"
        return f"{drift} is the limit"
    if verdict == "WATCH":
        return f"watched from {watch} on, drift from {drift}"
    return f"sure, but below the {watch} from which on it is watched"


def _stable(one: Measured, raw: Raw, said: str, visible: float | None, q: float) -> str:
    if raw.name != "distribution":
        return f"{said} (q {chance(q)}: may be chance)."
    shown = f"; a move of {percent(visible)} would have been seen" if visible is not None else ""
    return f"{said}, which may be chance ({_sure(one, raw, q)}){shown}."


def _too_few(one: Measured, raw: Raw, said: str, visible: float | None, q: float) -> str:
    if raw.name != "distribution":
        return f"{said} (q {chance(q)}: may be chance)."
    if visible is None:
        return f"{said}."
    what = f"{rows(one.n_cur)} against {count(one.n_ref)}"
    if visible >= 1.0:
        return f"{what} could have shown no move at all. {said}, which may be chance (q {chance(q)})."
    return (
        f"{what} could only have shown a move of {percent(visible)} or more. "
        f"{said}, which may be chance (q {chance(q)})."
    )
