"""No part of the data on which it is worse than the present holder of the alias."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mlops_console.display import count
from mlops_console.promotion.gates.words import BuiltIn, exact, finite, holder, keys_wrong, shown, signed
from mlops_console.promotion.model import Evidence, GateResult, SliceFound

_KEYS: Final = ("margin", "metric", "strict")
_NAMED: Final = 3
_Q: Final = 0.05


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the file wants."""

    margin: float
    metric: str = ""
    """Empty: the model's."""
    strict: bool = False
    """The difference alone decides, also where it may be chance."""


def wanted(wish: Any) -> Wanted:
    """The wish as values; it must have no mistakes."""
    if isinstance(wish, Mapping):
        margin = finite(wish.get("margin")) or 0.0
        return Wanted(margin, str(wish.get("metric", "")), wish.get("strict") is True)
    return Wanted(finite(wish) or 0.0)


class Slices(BuiltIn):
    """No slice worse than a margin."""

    name = "slices"
    needs = frozenset({"slices"})
    example = "slices = 0.01"
    about = (
        "No slice of the predictions is worse than the version that holds the alias by more than a margin."
    )
    sees = (
        "the rows that both versions' runs predicted, by every column that they hold, or by those that the"
        " model's `slices` names. A slice fails where its difference is beyond the margin and chance hardly"
        " explains it: q < .05, after the correction over all slices. `{ margin = 0.01, strict = true }` lets"
        " the difference alone decide, which small slices fail by chance. `metric` names another metric."
    )
    unknown_when = (
        "there are no predictions of both, the metric can't be computed from them, or a column is not there."
    )

    def mistakes(self, wish: Any) -> Sequence[str]:
        """Keys and values that it has not."""
        margin = finite(wish)
        if isinstance(wish, Mapping):
            found = keys_wrong(wish, _KEYS)
            margin = finite(wish.get("margin"))
            if margin is None or margin < 0:
                found.append("needs a margin that is not below 0: margin = 0.01.")
            if "metric" in wish and not (isinstance(wish["metric"], str) and wish["metric"]):
                found.append(f"names no metric: {shown(wish['metric'])}.")
            if not isinstance(wish.get("strict", False), bool):
                found.append(f"has strict = {shown(wish['strict'])}: write true or false.")
            return found
        if margin is None or margin < 0:
            return (f"must be a margin such as 0.01, not {shown(wish)}.",)
        return ()

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result: of the worst slice."""
        asked = wanted(wish)
        required = f">= {exact(-asked.margin)}"
        if evidence.champion is None:
            return (self.first(evidence, required),)
        if evidence.holds:
            return (self.itself(evidence, required),)
        found = evidence.slices
        if found is None or evidence.slices_problem:
            why = evidence.slices_problem or "Nobody knows how the two differ on parts of the data."
            return (self.unknown(why, required=required),)
        known = [(one, one.difference) for one in found]
        told = sorted(
            ((one, gap) for one, gap in known if gap is not None and math.isfinite(gap)),
            key=lambda two: two[1],
        )
        if not told:
            return (self.unknown("No slice has rows enough to be judged.", required=required),)
        counted = told if asked.strict else [(one, gap) for one, gap in told if _is_shown(one)]
        beyond = [two for two in counted if two[1] < -asked.margin]
        return (self._result(asked, required, told, beyond, len(found) - len(told), evidence),)

    def _result(
        self,
        asked: Wanted,
        required: str,
        told: "list[tuple[SliceFound, float]]",
        beyond: "list[tuple[SliceFound, float]]",
        silent: int,
        evidence: Evidence,
    ) -> GateResult:
        against = holder(evidence)
        rest = (
            f" {count(silent)} more {'has' if silent == 1 else 'have'} too few rows to be judged."
            if silent
            else ""
        )
        if beyond:
            worst, gap = beyond[0]
            named = ", ".join(f"{one.name} ({signed(gap)})" for one, gap in beyond[:_NAMED])
            more = f" and {count(len(beyond) - _NAMED)} more" if len(beyond) > _NAMED else ""
            because = f"Worse than {against} by more than {exact(asked.margin)} where {named}{more}.{rest}"
            return self.said("fail", signed(gap), required, because, evidence=_named(worst), value=gap)
        maybe = [two for two in told if two[1] < -asked.margin]
        within = [two for two in told if two[1] >= -asked.margin]
        many = f"{count(len(told))} slice{'s' if len(told) != 1 else ''}"
        because = f"None of {many} is worse than {against} by more than {exact(asked.margin)}.{rest}"
        if maybe:
            chance = f"{count(len(maybe))} may be: {maybe[0][0].name} ({signed(maybe[0][1])}) the most"
            because = (
                f"None of {many} is shown to be worse than {against} by more than {exact(asked.margin)};"
                f" {chance}, which chance explains as well.{rest}"
            )
        if not within:
            return self.said("pass", "none shown", required, because, evidence=many)
        one, gap = within[0]
        return self.said("pass", signed(gap), required, because, evidence=_named(one), value=gap)


def _is_shown(one: SliceFound) -> bool:
    """Whether chance hardly explains it; with neither q nor interval nobody can tell, so it counts."""
    if one.q is not None and math.isfinite(one.q):
        return one.q < _Q
    if one.ci is None or not all(math.isfinite(end) for end in one.ci):
        return True
    return not min(one.ci) <= 0 <= max(one.ci)


def _named(one: SliceFound) -> str:
    return f"{one.name}, {count(one.n)} rows"


GATE = Slices()
