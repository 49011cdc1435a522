"""The model's KPIs keep their floors."""

import math
from collections.abc import Sequence
from typing import Any

from mlops_console.display import number
from mlops_console.promotion.gates.words import BuiltIn, apart, exact, holder, near, shown, signed
from mlops_console.promotion.model import Evidence, GateResult
from mlops_console.wishes.model import Kpi


class Kpis(BuiltIn):
    """Floors of KPIs, in business terms."""

    name = "kpis"
    needs = frozenset({"metrics"})
    example = "kpis = true"
    about = "Every KPI of the model that has a floor keeps it."
    sees = (
        "`[models.NAME.kpis.KPI]` (metric, goal, floor, target, worth) and the version's metrics. `true` asks"
        ' all KPIs that have a floor, `["retention"]` the named ones. Where a KPI says what a unit is'
        " worth, so does the gate."
    )
    unknown_when = "the model has no KPI with a floor, or the version has no such metric."

    def mistakes(self, wish: Any) -> Sequence[str]:
        """Anything but true and names."""
        if wish is True:
            return ()
        if isinstance(wish, list | tuple) and wish and all(isinstance(one, str) and one for one in wish):
            return ()
        return (f'must be true, or names of KPIs such as ["retention"], not {shown(wish)}.',)

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result for each KPI."""
        every = {one.name: one for one in evidence.wishes.kpis}
        if wish is True:
            with_floor = [one for one in every.values() if one.floor is not None]
            if not with_floor:
                name = evidence.wishes.name or evidence.model
                because = f"No KPI with a floor is named: write [models.{name}.kpis.NAME] with floor = 0.9."
                return (self.unknown(because),)
            return [self._one(one, evidence) for one in with_floor]
        results = []
        for name in dict.fromkeys(wish):
            kpi = every.get(name)
            if kpi is None:
                because = f"The model has no KPI `{name}`{near(name, list(every))}."
                results.append(self.unknown(because, about=name))
            else:
                results.append(self._one(kpi, evidence))
        return results

    def _one(self, kpi: Kpi, evidence: Evidence) -> GateResult:
        op = ">=" if kpi.goal == "max" else "<="
        if kpi.floor is None or not math.isfinite(kpi.floor):
            because = f"The KPI `{kpi.name}` has no floor: write floor = 0.9 below it."
            return self.unknown(because, about=kpi.name)
        required = f"{op} {exact(kpi.floor)}"
        if evidence.candidate_metrics is None:
            return self.unknown("Nobody knows what this version reached.", required=required, about=kpi.name)
        value = evidence.candidate_metrics.get(kpi.metric)
        if value is None:
            there = near(kpi.metric, list(evidence.candidate_metrics))
            because = f"Version {evidence.version} has no metric `{kpi.metric}`{there}."
            return self.unknown(because, required=required, about=kpi.name)
        where = evidence.metric_notes.get(kpi.metric, "")
        if not math.isfinite(value):
            because = f"The value of `{kpi.metric}` is {number(value)}: that meets no floor."
            return self.said(
                "fail", number(value), required, because, evidence=where, value=value, about=kpi.name
            )
        met = meets(kpi, value, kpi.floor)
        measured, floor = apart(value, kpi.floor)
        because = f"`{kpi.metric}` is {measured} and the floor {floor}{_in_money(kpi, value)}."
        because += _target(kpi, value) + _gained(kpi, value, evidence)
        if not met and kpi.owner:
            because += f" {kpi.owner} owns this KPI."
        return self.said(
            "pass" if met else "fail",
            measured,
            f"{op} {floor}",
            because,
            evidence=where,
            value=value,
            about=kpi.name,
        )


def meets(kpi: Kpi, value: float, limit: float) -> bool:
    """Whether a value is as good as a floor or a target; what is no number meets none."""
    return value >= limit if kpi.goal == "max" else value <= limit


def above_floor(kpi: Kpi, value: float) -> float | None:
    """How much better than the floor, below 0 where it is worse; None: there is no floor, or no number."""
    if kpi.floor is None or not math.isfinite(value - kpi.floor):
        return None
    return value - kpi.floor if kpi.goal == "max" else kpi.floor - value


def worth(kpi: Kpi, amount: float) -> str:
    """What so much of the metric is worth; empty where nobody said."""
    if kpi.worth is None or not math.isfinite(kpi.worth) or not math.isfinite(kpi.worth * amount):
        return ""
    value = amount * kpi.worth
    # Cents of an estimate are no information.
    text = number(float(round(value))) if abs(value) >= 100 else number(value, 3)
    return " ".join(part for part in (text, kpi.currency, f"per {kpi.per}" if kpi.per else "") if part)


def _in_money(kpi: Kpi, value: float) -> str:
    gap = above_floor(kpi, value)
    told = worth(kpi, abs(gap)) if gap else ""
    return f": worth {told} {'more' if gap and gap > 0 else 'less'} than at the floor" if told else ""


def _target(kpi: Kpi, value: float) -> str:
    if kpi.target is None or not math.isfinite(kpi.target):
        return ""
    reached = meets(kpi, value, kpi.target)
    return f" The target of {exact(kpi.target)} is {'reached' if reached else 'not reached'}."


def _gained(kpi: Kpi, value: float, evidence: Evidence) -> str:
    before = (evidence.champion_metrics or {}).get(kpi.metric)
    if evidence.champion is None or before is None or not math.isfinite(before):
        return ""
    gap = value - before
    money = worth(kpi, gap if kpi.goal == "max" else -gap)
    told = f", {money}" if money and gap else ""
    return f" Against {holder(evidence)}: {signed(gap)}{told}."


GATE = Kpis()
