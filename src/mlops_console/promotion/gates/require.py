"""A metric reaches a floor, or what another alias reaches."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from mlops_console.display import number
from mlops_console.promotion.gates.words import BuiltIn, apart, exact, holder, near, shown
from mlops_console.promotion.model import Evidence, GateResult, Verdict
from mlops_console.wishes.known import ALIASES, nearest
from mlops_console.wishes.requirements import Misread, Requirement, parse_requirement


class Require(BuiltIn):
    """Metric floors and comparisons."""

    name = "require"
    needs = frozenset({"metrics"})
    example = 'require = ["auc >= 0.85", "auc >= champion - 0.002"]'
    about = "A metric reaches a number, or what the version on another alias reaches."
    sees = (
        "the metrics as they were when the versions were registered: the last value of a history, else the"
        " final value that the tool states, else the recorded evaluation. A comparison with an alias that no"
        " version held yet passes as *first*; where it was taken off, the last version that held it counts."
    )
    unknown_when = (
        "the version has no such metric, or the other alias's version has none, or its value is no number. A"
        " value of the version itself that is no number fails."
    )

    def mistakes(self, wish: Any) -> Sequence[str]:
        """Texts that are no requirement."""
        listed = [wish] if isinstance(wish, str) else wish
        if not isinstance(listed, list | tuple) or not listed:
            return (f'must be a list of requirements such as ["auc >= 0.85"], not {shown(wish)}.',)
        found = []
        for text in listed:
            read = parse_requirement(text) if isinstance(text, str) else None
            if read is None:
                found.append(f"must hold texts, not {shown(text)}.")
            elif isinstance(read, Misread):
                hint = f": {read.hint}" if read.hint else ""
                found.append(f"can't be understood: {shown(text)} {read}{hint}.")
        return found

    def check(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result for each requirement; those that can't be read cost the others nothing."""
        listed = [wish] if isinstance(wish, str) else wish
        if not isinstance(listed, list | tuple) or not listed:
            return super().check(wish, evidence)
        results: list[GateResult] = []
        for text in listed:
            if self.mistakes([text]):
                results += super().check([text], evidence)
            else:
                results.append(self._one(text, evidence))
        return results

    def _one(self, text: str, evidence: Evidence) -> GateResult:
        asked = parse_requirement(text)
        assert isinstance(asked, Requirement)
        about = str(asked)
        required = f"{asked.op} {asked.right}" if asked.alias else f"{asked.op} {exact(asked.bound or 0.0)}"
        if evidence.candidate_metrics is None:
            return self.unknown("Nobody knows what this version reached.", required=required, about=about)
        value = evidence.candidate_metrics.get(asked.metric)
        if value is None:
            there = near(asked.metric, list(evidence.candidate_metrics))
            because = f"Version {evidence.version} has no metric `{asked.metric}`{there}."
            return self.unknown(because, required=required, about=about)
        where = evidence.metric_notes.get(asked.metric, "")
        if not math.isfinite(value):
            because = f"The value of `{asked.metric}` is {number(value)}: that meets nothing."
            return self.said(
                "fail", number(value), required, because, evidence=where, value=value, about=about
            )
        if asked.alias is None:
            return self._held(asked, value, None, evidence, about)
        return self._against(asked, value, required, evidence, about)

    def _against(
        self, asked: Requirement, value: float, required: str, evidence: Evidence, about: str
    ) -> GateResult:
        alias = asked.alias or ""
        if evidence.holds and alias == evidence.alias:
            return self.itself(evidence, required, about)
        metrics = _metrics_of(alias, evidence)
        if metrics is None:
            if alias == evidence.alias and evidence.champion is not None:
                because = f"Nobody knows what {holder(evidence)} reached."
                return self.unknown(because, required=required, about=about)
            meant = _meant(alias, evidence)
            if meant:
                because = f"No version is `{alias}`, and no gates are named after it: did you mean `{meant}`?"
                return self.unknown(because, required=required, about=about)
            because = f"No version is {alias} now: there is nothing to be held against."
            return self.said(
                "pass", number(value), required, because, evidence="first", value=value, about=about
            )
        reached = metrics.get(asked.metric)
        if reached is None or not math.isfinite(reached):
            what = "has no" if reached is None else f"has {number(reached)} for its"
            there = near(asked.metric, list(metrics)) if reached is None else ""
            who = f"The last {alias}" if alias in evidence.taken_off else f"The version that is {alias} now"
            because = f"{who} {what} `{asked.metric}`{there}."
            return self.unknown(because, required=required, about=about)
        return self._held(asked, value, reached, evidence, about)

    def _held(
        self, asked: Requirement, value: float, reached: float | None, evidence: Evidence, about: str
    ) -> GateResult:
        limit = asked.limit(reached)
        measured, bound = apart(value, limit, written=reached is None)
        required = f"{asked.op} {bound}"
        where = evidence.metric_notes.get(asked.metric, "")
        if reached is not None:
            where = f"{_holder(asked.alias or '', evidence)} has {number(reached)}"
        met = asked.met(value, reached)
        if met:
            because = f"`{asked.metric}` is {measured}, and {asked.right} is {bound}."
            if reached is None:
                because = f"`{asked.metric}` is {measured}."
        else:
            short = number(abs(value - limit))
            because = (
                f"`{asked.metric}` is {measured}, off by {short} from {bound}"
                f"{f' ({asked.right})' if reached is not None else ''}: train on, or register a better run."
            )
        if asked.alias in evidence.taken_off:
            because += f" No version is {asked.alias} now: the last that was counts."
        verdict: Verdict = "pass" if met else "fail"
        return self.said(verdict, measured, required, because, evidence=where, value=value, about=about)


def _metrics_of(alias: str, evidence: Evidence) -> Mapping[str, float] | None:
    if alias == evidence.alias:
        return evidence.champion_metrics if evidence.champion is not None else None
    return evidence.aliases.get(alias)


def _meant(alias: str, evidence: Evidence) -> str | None:
    """The alias that was most likely meant by one that nobody holds: a slip would pass as first for ever."""
    known = [evidence.alias, *evidence.aliases, *evidence.wishes.gates, *ALIASES]
    return None if alias in known else nearest(alias, known)


def _holder(alias: str, evidence: Evidence) -> str:
    if alias == evidence.alias and evidence.champion is not None:
        return holder(evidence)
    return f"the last {alias}" if alias in evidence.taken_off else alias


GATE = Require()
