"""What KPIs ask of people: floors that are not kept, reviews that are overdue."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from mlops_console.display import count, day, safe_text
from mlops_console.promotion.gates.words import exact
from mlops_console.workspace.attention.asked import Asked, key_of
from mlops_console.workspace.attention.model import Item, Place
from mlops_console.workspace.kpis import words
from mlops_console.workspace.kpis.model import ByWindow, KpiState

_NAMED: Final = 4
Harmed = Mapping[tuple[str, str], Collection[str]]
"""(project key, monitor) of harmful monitors -> the metrics that labels call worse; empty: not known."""


def items(asked: Asked, states: Sequence[KpiState], harmed: Harmed) -> Iterator[Item]:
    """Everything about KPIs. What a harmful monitor says of the same metric is told there."""
    for state in states:
        if state.met == "not kept" and state.version is not None and not told_by_monitor(state, harmed):
            yield _floor(asked, state)
    by_model: dict[tuple[str, str], list[KpiState]] = {}
    for state in states:
        if state.overdue and state.due is not None:
            by_model.setdefault((state.project.key, state.model), []).append(state)
    for some in by_model.values():
        yield _review(asked, some)


def told_by_monitor(state: KpiState, harmed: Harmed) -> bool:
    """Whether a harmful monitor says the same: by labels, of the same metric."""
    metrics = harmed.get((state.project.key, state.monitor))
    if metrics is None or not any(not one.estimated for one in state.windows):
        return False
    if not metrics:
        return True
    from mlops_console.comparison.predictions.naming import metric_named

    return metric_named(state.kpi.metric) in {metric_named(one) or one for one in metrics}


def floors_told(states: Sequence[KpiState], harmed: Harmed) -> dict[tuple[str, str], str]:
    """(project key, monitor) -> the KPIs whose floor is not kept for what it says, with what that costs."""
    found: dict[tuple[str, str], list[str]] = {}
    for state in states:
        if state.met == "not kept" and state.version is not None and told_by_monitor(state, harmed):
            lost = words.worth(state)
            name = f"{safe_text(state.kpi.name, 60)} worse than its floor of {exact(state.kpi.floor or 0)}"
            found.setdefault((state.project.key, state.monitor), []).append(
                f"{name} ({safe_text(lost, 60)})" if lost else name
            )
    return {key: ", ".join(some[:_NAMED]) for key, some in found.items()}


def _floor(asked: Asked, state: KpiState) -> Item:
    begun, since = _begun(state)
    lost = words.worth(state)
    unsure = words.unsure(state)
    effect = [f"affects v{state.version}"]
    if lost:
        effect.append(f"{safe_text(lost, 80)} against the floor")
    return Item(
        key=key_of("floor", state.model, state.kpi.name, begun),
        kind="floor",
        level="warn" if unsure else "bad",
        project=state.project,
        subject=f"{state.model} {state.kpi.name}",
        what=safe_text(words.sentence(state), 400),
        effect=", ".join(effect),
        since=None if since is None else min(since, asked.now),
        owner=state.owner,
        place=_place(asked, state, "kpis", state.model),
    )


def _begun(state: KpiState) -> tuple[str, int | None]:
    """With what it fell under its floor: a window or the version registered so; since when that is known."""
    labelled = [one for one in state.windows if not one.estimated]
    if not labelled:
        since = max((one for v in state.versions if v.version == state.version for one in v.champion_from),
                    default=state.at)  # fmt: skip
        return f"v{state.version}", since
    first = labelled[-1]
    for one in reversed(labelled):
        if _kept(state, one):
            break
        first = one
    times = (first.said_at, first.end, first.start, state.at)
    return first.window, next((one for one in times if one is not None), None)


def _kept(state: KpiState, window: ByWindow) -> bool:
    from mlops_console.workspace.kpis.standing import met

    return met(state.kpi, window.value.value) in ("kept", "reached")


def _review(asked: Asked, some: Sequence[KpiState]) -> Item:
    """One for a model: `kpis review MODEL` says all of it at once."""
    oldest = min(some, key=lambda one: (one.due or 0, one.kpi.name))
    due = oldest.due or 0
    state = some[0]
    if len(some) == 1:
        last = "nobody ever did" if state.reviewed is None else f"last {words.reviewed(state)}"
        what = f"was to be reviewed by {day(due)}; {last}"
    else:
        names = ", ".join(safe_text(one.kpi.name, 40) for one in some[:_NAMED])
        more = f" and {count(len(some) - _NAMED)} more" if len(some) > _NAMED else ""
        what = f"{count(len(some))} KPIs were to be reviewed by {day(due)}: {names}{more}"
    subject = f"{state.model} {state.kpi.name}" if len(some) == 1 else state.model
    return Item(
        key=key_of("review", state.model, day(due)),
        kind="review",
        level="ask",
        project=state.project,
        subject=subject,
        what=what,
        effect=safe_text(words.sentence(state), 200) if len(some) == 1 else "",
        since=min(due, asked.now),
        owner=state.owner,
        place=_place(asked, state, "kpis", "review", state.model),
    )


def _place(asked: Asked, state: KpiState, *words: str) -> Place:
    number = "" if state.version is None else str(state.version)
    return Place("models", state.project.key, state.model, number, asked.command(state.project, *words))
