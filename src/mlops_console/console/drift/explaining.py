"""What `i` says: why a verdict is what it is, what a figure means."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.drift.figures import statistics
from mlops_console.console.drift.over_time import named
from mlops_console.drift.judging.words import chance, percent

if TYPE_CHECKING:
    from mlops_console.console.drift.state import Opened
    from mlops_console.drift.model import Feature, ModelReport

Facts = list[tuple[str, str, str]]
_MEANS = {
    "DRIFT": "it moved by its limit or more, and chance does not do that",
    "WATCH": "it moved by less than the limit for drift, but more than the one to watch",
    "STABLE": "it did not move, and a move by the limit would have been seen",
    "NEGLIGIBLE": "it moved for certain, by so little that it does not matter",
    "TOO FEW ROWS": "a move by the limit could not have been seen in so few rows",
    "NOT JUDGED": "it is not a kind of column that is judged",
}
_MEASURES = {
    "PSI": "population stability index over ten parts; .10 and .25 are the limits that banks use",
    "KS": "largest distance of the two distribution functions: the share of rows that moved",
    "W1": "how far the values moved on average, in their own unit",
    "TV": "share of rows that would have to change their level",
    "V": "Cramer's V: 0 is alike, 1 is nothing in common",
    "JS": "Jensen-Shannon distance: 0 is alike, 1 is nothing in common",
}
_MODEL = {
    "HARMFUL": "the model does its work worse than on its reference",
    "BENIGN": "something drifted, and the model holds",
    "STABLE": "nothing drifted, and it performs as before",
    "UNVERIFIED": "there are no labels, and the estimate can't be relied on",
    "UNKNOWN": "there are neither labels nor an estimate",
}


def feature_facts(opened: "Opened", one: "Feature") -> Facts:
    """A feature: verdict, why, all checks, what the figures mean, since when."""
    measured = one.measured
    facts: Facts = [
        ("verdict", "text", f"{one.verdict}: {_MEANS[one.verdict]}"),
        ("because", "second", one.because or measured.why_not),
    ]
    if one.effect is not None:
        facts.append(("effect", "second", f"{percent(one.effect)} of rows moved"))
    if one.q is not None:
        words = f"{chance(one.q)}: the chance of that without a move, over all checks of the window"
        facts.append(("q", "second", words))
    for check in one.checks[1:]:
        if check.because and check.verdict in ("DRIFT", "WATCH"):
            facts.append((check.raw.name.replace("_", " "), "second", check.because))
    facts += [(label, "muted", f"{said}: {_MEASURES[label]}") for label, said in statistics(measured)]
    weight = (opened.importance or {}).get(measured.name)
    if weight is not None:
        facts.append(("weight", "second", f"{percent(weight)} of what the model hangs on"))
    drifts = [
        named(step.window)
        for at, step in enumerate(opened.course.steps)
        if opened.course.verdict(at, measured.name) == "DRIFT"
    ]
    facts.append(("drifts in", "second", ", ".join(drifts[-12:]) or "no window"))
    facts.append(("column", "muted", _column(one)))
    mute = opened.said.mutes
    facts += [
        ("muted", "second", f"until {display.minute(each.until)} UTC by {each.by}: {each.reason}")
        for each in mute
        if each.feature == measured.name and each.until is not None
    ][:1]
    return [fact for fact in facts if fact[2]]


def _column(one: "Feature") -> str:
    measured = one.measured
    kinds = f"{measured.kind}, {measured.dtype_ref or 'not in the reference'}"
    now = measured.dtype_cur or "not there any more"
    types = kinds if now == measured.dtype_ref else f"{kinds}, now {now}"
    before, after = display.count(measured.n_ref), display.count(measured.n_cur)
    return f"{types}; {before} values in the reference, {after} now"


def window_facts(opened: "Opened") -> Facts:
    """The window that is looked at: what the headline says in full."""
    told = opened.told
    if told is None:
        return [("!", "warn", opened.why_not or "no window is judged yet")]
    step = opened.course.steps[opened.at]
    facts: Facts = [("verdict", "text", told.verdict), ("because", "second", told.because)]
    if told.domain is not None:
        facts.append(("together", "second", told.domain.because))
    if told.model is not None:
        facts += model_facts(told.model)
    least, last = opened.watched.monitor.confirm
    alarm = (
        "labels say that its model is HARMFUL"
        if step.harmful
        else f"{step.hits} of the last {last} say DRIFT"
    )
    needed = "" if step.harmful else f", {least} are needed"
    facts.append(("alarm", "second", f"{'yes' if step.alarm else 'no'}: {alarm}{needed}"))
    judged = told.judged
    facts.append(("judged", "muted", f"by {judged.by} on {judged.host}, {display.minute(judged.at)} UTC"))
    facts += [("!", "warn", problem) for problem in (*judged.problems, *opened.problems)[:6]]
    if opened.watched.monitor.action:
        facts.append(("then", "second", opened.watched.monitor.action))
    return [fact for fact in facts if fact[2]]


def model_facts(model: "ModelReport") -> Facts:
    """Whether the model is harmed, metric by metric."""
    facts: Facts = [
        ("model", "text", f"{model.verdict}: {_MODEL[model.verdict]}"),
        ("because", "second", model.because),
    ]
    facts += [
        (one.metric, "second", one.because) for one in model.performance if one.because != model.because
    ]
    facts += [(f"worst in {at}", "second", one.because) for at, one in enumerate(model.slices[:6], 1)]
    if model.outside is not None:
        facts.append(
            ("outside", "muted", f"{percent(model.outside)} of rows lie outside what the reference has")
        )
    return [*facts, *(("!", "warn", problem) for problem in model.problems[:4])]
