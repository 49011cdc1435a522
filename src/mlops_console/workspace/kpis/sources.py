"""Where the value of a KPI comes from, and what would have it measured."""

from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from mlops_console.display import count, safe_text
from mlops_console.wishes.known import nearest
from mlops_console.wishes.locating import dotted
from mlops_console.workspace.judging.evidence_metrics import metrics_of
from mlops_console.workspace.kpis.reigns import Reigns, reigns_of
from mlops_console.workspace.model_rows import CHAMPION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.journal.registry import Model, Version
    from mlops_console.wishes.model import Kpi
    from mlops_console.workspace.kpis.measured import Production, Seen
    from mlops_console.workspace.kpis.model import ByWindow


@dataclass(frozen=True, slots=True)
class Known:
    """A model as its KPIs are read from it."""

    name: str
    model: "Model | None"
    """None: no version is registered."""
    champion: "Version | None"
    metrics: "tuple[tuple[Version, dict[str, float]], ...]"
    """What each version was registered with, the oldest first; withdrawn ones left out."""
    reigns: Reigns

    @property
    def number(self) -> int | None:
        """The champion's."""
        return None if self.champion is None else self.champion.number

    @property
    def recorded(self) -> dict[str, float]:
        """What the champion was registered with."""
        return next((said for one, said in self.metrics if one.number == self.number), {})


def known_of(name: str, model: "Model | None") -> Known:
    """What a model's decisions say of it."""
    if model is None:
        return Known(name, None, None, (), Reigns())
    state = model.aliases.get(CHAMPION)
    champion = state.version if state is not None else None
    shown = (
        one
        for one in reversed(model.versions)
        if not one.retracted or (champion is not None and one.id == champion.id)
    )
    return Known(name, model, champion, tuple((one, metrics_of(one)[0]) for one in shown), reigns_of(model))


def value_of(
    kpi: "Kpi", known: Known, production: "Production", now: int
) -> tuple[float | None, tuple[float, float] | None, str, int | None]:
    """The value, its interval, where it comes from, when it was measured."""
    newest = production.newest(now)
    if newest is not None:
        window, at = newest
        said = window.value
        return said.value, (said.low, said.high), f"labels of {window.window}{_whose(window, known)}", at
    recorded = known.recorded.get(kpi.metric)
    if known.champion is None:
        return None, None, _nobody(kpi, known), None
    number = count(known.champion.number)
    if recorded is not None:
        return recorded, None, f"recorded with v{number}", known.champion.registered.at
    close = nearest(kpi.metric, known.recorded)
    there = f", it has `{close}`" if close else ""
    return None, None, f"nobody measures `{kpi.metric}`: v{number} was registered without it{there}", None


def _whose(window: "ByWindow", known: Known) -> str:
    """Of which version, where that is not the one that is champion now."""
    other = window.version is not None and known.number is not None and window.version != known.number
    return f", of v{count(window.version or 0)}" if other else ""


def _nobody(kpi: "Kpi", known: Known) -> str:
    if not known.metrics:
        return "no version is registered"
    newest, said = known.metrics[-1]
    return f"no version is champion; v{count(newest.number)} is the newest" + (
        "" if kpi.metric in said else f", registered without `{kpi.metric}`"
    )


def how(kpi: "Kpi", known: Known, value: float | None, seen: "Sequence[Seen]") -> str:
    """What would have it measured, where no labels do."""
    from mlops_console.comparison.predictions.naming import METRICS, metric_named

    name = quote(safe_text(known.name, 120))
    if value is None and not known.metrics:
        return f"Register a version: mlops-console register RUN {name}"
    if value is None and known.champion is None:
        return f"Promote one: mlops-console promote {name}@{known.metrics[-1][0].number} champion"
    metric = metric_named(kpi.metric)
    if metric is not None and not (seen and METRICS[metric].goal != kpi.goal):
        return _by_labels(known.name, metric, seen)
    if value is not None:
        return ""
    key = safe_text(kpi.metric, 120)
    said = quote(f"{key}=VALUE")
    return f"Log {key} in training, or say it: mlops-console register … --metric {said}"


def turned(kpi: "Kpi", seen: "Sequence[Seen]") -> str:
    """Why labels are not taken for it although they tell a metric of its name."""
    from mlops_console.comparison.predictions.naming import METRICS, metric_named

    metric = metric_named(kpi.metric) if seen else None
    if metric is None or METRICS[metric].goal == kpi.goal:
        return ""
    better = "more" if METRICS[metric].goal == "max" else "less"
    return f'Labels are not taken for it: of {metric} {better} is better, and it says goal = "{kpi.goal}".'


def passed_over(production: "Production", now: int) -> str:
    """Which labels are not taken because their time is still to come, a sentence."""
    window = production.ahead(now)
    return f"Labels of {window} are not taken for its value: that is still to come." if window else ""


def _by_labels(model: str, metric: str, seen: "Sequence[Seen]") -> str:
    monitors = [one.watched.monitor for one in seen]
    table = dotted(("monitors", monitors[0].name if monitors else "NAME"))
    if not monitors:
        return f'For labels of production: [{table}] with model = "{safe_text(model, 120)}", score and label.'
    awaits = next((one for one in seen if one.watched.monitor.label), None)
    if awaits is not None:
        name = safe_text(awaits.watched.name, 120)
        if any(one.labelled for one in awaits.windows):
            return f"For labels of production: those of {name} don't tell {metric}."
        return f"For labels of production: no window of {name} has any yet."
    return f"For labels of production: give [{table}] its score and label."
