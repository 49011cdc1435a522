"""A KPI as JSON."""

from typing import TYPE_CHECKING, Any

from mlops_console.display import iso, json_number

if TYPE_CHECKING:
    from mlops_console.journal.registry import Review
    from mlops_console.workspace.kpis.model import ByVersion, ByWindow, KpiState


def kpi_json(state: "KpiState") -> dict[str, Any]:
    """Everything about one, in plain values."""
    kpi = state.kpi
    return {
        "project": state.project.name,
        "model": state.model,
        "kpi": kpi.name,
        "metric": kpi.metric,
        "goal": kpi.goal,
        "value": json_number(state.value),
        "interval": None if state.interval is None else [json_number(end) for end in state.interval],
        "source": state.source,
        "at": iso(state.at),
        "met": state.met,
        "floor": kpi.floor,
        "target": kpi.target,
        "worth": state.worth,
        "currency": kpi.currency or None,
        "per": kpi.per or None,
        "owner": state.owner or None,
        "version": state.version,
        "review_days": kpi.review_days,
        "reviewed": None if state.reviewed is None else _review(state.reviewed),
        "due": iso(state.due),
        "overdue": state.overdue,
        "monitor": state.monitor or None,
        "how": state.how or None,
        "remarks": list(state.remarks),
        "versions": [_version(one) for one in state.versions],
        "windows": [_window(one) for one in state.windows],
    }


def _review(one: "Review") -> dict[str, Any]:
    return {
        "by": one.by,
        "at": iso(one.at),
        "kpi": one.kpi or None,
        "version": one.version,
        "value": json_number(one.value),
        "reason": one.reason,
    }


def _version(one: "ByVersion") -> dict[str, Any]:
    return {
        "version": one.version,
        "value": json_number(one.value),
        "registered": iso(one.registered),
        "champion_from": [iso(at) for at in one.champion_from],
    }


def _window(one: "ByWindow") -> dict[str, Any]:
    return {
        "window": one.window,
        "start": iso(one.start),
        "end": iso(one.end),
        "version": one.version,
        "value": json_number(one.value.value),
        "low": json_number(one.value.low),
        "high": json_number(one.value.high),
        "rows": one.value.n,
        "estimated": one.estimated,
    }
