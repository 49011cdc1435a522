"""Saying that one has looked at a KPI: what puts its next review off."""

from typing import TYPE_CHECKING

from mlops_console.display import json_number, safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.event import REVIEW, Event
from mlops_console.wishes.known import did_you_mean
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.deciding.moving import reason_of

if TYPE_CHECKING:
    from mlops_console.records import Json
    from mlops_console.workspace.kpis.model import KpiState
    from mlops_console.workspace.opening import Workspace


def review(workspace: "Workspace", project_key: str, model: str, kpi: str, reason: str) -> Event:
    """Write that somebody has looked at a KPI as it stands now.

    Args:
        workspace: The workspace.
        project_key: Where.
        model: Whose.
        kpi: Which; empty: all that the model has.
        reason: What was seen, and what follows from it.

    Raises:
        UsageError: There is no such KPI or model, or nothing was said.
        JournalError: It could not be written.
    """
    text = reason_of(reason)
    states = _of_model(workspace, project_key, model)
    state = next((one for one in states if one.kpi.name == kpi), None)
    if kpi and state is None:
        hint = did_you_mean(kpi, [one.kpi.name for one in states])
        raise UsageError(f"{safe_text(model, 80)} has no KPI {safe_text(kpi, 80)}", hint)
    body: dict[str, Json] = {
        "model": model,
        "kpi": kpi,
        "version": states[0].version,
        "value": None if state is None else json_number(state.value),
        "reason": text,
    }
    return workspace.decisions.append(project_key, REVIEW, body, _evidence(states, kpi))


def _of_model(workspace: "Workspace", project_key: str, model: str) -> "list[KpiState]":
    from mlops_console.workspace.kpis.standing import kpis

    shown = safe_text(model, 80)
    projects = [one for one in workspace.projects if one.key == project_key]
    registered = workspace.decisions.registry(project_key).models
    if model not in registered:
        known = sorted(registered)
        hint = did_you_mean(model, known) if known else f"mlops-console register RUN {shown} makes one"
        raise UsageError(f"no version of {shown} is registered: there is nothing to review", hint)
    states = [one for one in kpis(workspace, projects) if one.model == model]
    if not states:
        named = read_wishes(projects[0].root).models
        makes = f"[models.{shown}.kpis.NAME] in mlops-console.toml makes one"
        raise UsageError(
            f"{shown} has no KPI", makes if model in named or not named else did_you_mean(model, named)
        )
    return states


def _evidence(states: "list[KpiState]", kpi: str) -> "dict[str, Json]":
    """The figures that were there to be seen."""
    seen: list[Json] = [
        {
            "kpi": one.kpi.name,
            "metric": one.kpi.metric,
            "value": json_number(one.value),
            "interval": None if one.interval is None else [json_number(end) for end in one.interval],
            "source": one.source,
            "met": one.met,
            "floor": one.kpi.floor,
            "target": one.kpi.target,
        }
        for one in states
        if kpi in ("", one.kpi.name)
    ]
    return {"kpis": seen}
