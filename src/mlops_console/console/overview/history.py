"""Everything about a matter, with who put it off, until when and why."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.audit.telling import in_full
from mlops_console.console.overlays.note import Note
from mlops_console.console.overview.pane import ago

if TYPE_CHECKING:
    from mlops_console.workspace.attention.model import Item
    from mlops_console.workspace.overview.model import Produced

INKS = {"bad": "bad", "warn": "warn", "ask": "accent"}


def told_of(item: "Item") -> Note:
    """A sheet."""
    facts = [("what", INKS[item.level], " ".join(item.what.split()))]
    facts += [("effect", "text", item.effect)] if item.effect else []
    if item.since is not None:
        facts.append(("since", "second", f"{in_full(item.since)}, {ago(item.since)}"))
    facts += [("owner", "second", item.owner)] if item.owner else []
    facts.append(("project", "second", f"{item.project.name}   {item.project.root}"))
    if item.place is not None and item.place.command:
        facts.append(("command", "second", item.place.command))
    if item.quiet is not None:
        end = f" until {in_full(item.quiet.until)}" if item.quiet.until is not None else ""
        said = f"{item.quiet.by}: {item.quiet.how}{end}: {item.quiet.reason}"
        facts.append((display.day(item.quiet.at), "second", said))
    for one in item.history[:20]:
        said = f"snoozed until {in_full(one.until)}" if one.until is not None else "woken"
        facts.append((display.day(one.at), "second", f"{one.by}: {said}: {one.reason}"))
    if not item.history:
        facts.append(("history", "muted", "nobody has snoozed it yet"))
    facts.append(("key", "muted", item.key))
    note = Note(f"{item.word}  {display.safe_text(item.subject, 60)}", facts)
    note.widest = 110
    return note


def stands_of(one: "Produced") -> Note:
    """Why a model in production stands as it does, and where its figures come from."""
    state, kpi = one.monitor, one.kpi
    facts = []
    if state is None:
        facts.append(("health", "muted", "unwatched: no monitor names this model"))
    else:
        from mlops_console.workspace.drifting.states.model import stands

        facts.append(("health", "text", stands(state)))
        facts.append(("because", "text", " ".join(state.because.split())))
        facts.append(("monitor", "second", f"{state.watched.name}, the worst of {one.monitors}"))
        if state.since is not None:
            facts.append(("since", "second", f"{in_full(state.since)}, {ago(state.since)}"))
        quiet = state.muted or state.acknowledged
        if quiet is not None:
            facts.append((display.day(quiet.at), "second", f"{quiet.by}: {quiet.reason}"))
    if kpi is not None:
        floor = display.number(kpi.kpi.floor, 3)
        facts.append(
            ("KPI", "second", f"{one.metric} {display.number(kpi.value, 3)}, floor {floor}: {kpi.met}")
        )
    if one.contested:
        facts.append(("contested", "warn", "two people moved champion at the same time"))
    facts += [("owner", "second", one.owner)] if one.owner else []
    facts.append(("champion", "second", f"since {in_full(one.since)}"))
    facts.append(("project", "second", f"{one.project.name}   {one.project.root}"))
    note = Note(f"{display.safe_text(one.model, 60)} v{one.version.number}", facts)
    note.widest = 110
    return note
