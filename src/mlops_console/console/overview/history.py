"""Everything about a matter, with who put it off, until when and why."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.audit.telling import in_full
from mlops_console.console.overlays.note import Note
from mlops_console.console.overview.pane import age

if TYPE_CHECKING:
    from mlops_console.workspace.attention.model import Item

INKS = {"bad": "bad", "warn": "warn", "ask": "accent"}


def told_of(item: "Item") -> Note:
    """A sheet."""
    facts = [("what", INKS[item.level], " ".join(item.what.split()))]
    facts += [("effect", "text", item.effect)] if item.effect else []
    if item.since is not None:
        facts.append(("since", "second", f"{in_full(item.since)}, {age(item.since)} ago"))
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
