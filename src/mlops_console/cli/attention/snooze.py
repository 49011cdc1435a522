"""`mlops-console attention snooze KEY`: put something off."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import out, out_json, tell_notices
from mlops_console.display import iso, minute, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.attention.model import Item

EPILOG: Final = """\
KEY is what `mlops-console attention` prints, or the beginning of one. Kept in the project's journal: nobody
is asked about it until then. As soon as it is another matter (another alarm, another error) it is back.

  attention snooze drift:loans:2013-03 --until 7d --reason "known: new pricing, retraining runs"
  attention snooze errors:cuda --until 2026-12-01 --reason "cluster is full until then"

--json prints {"key", "project", "what", "until", "reason", "by", "at", "event"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("key", metavar="KEY", help="of the matter, or the beginning of it")
    parser.add_argument("--until", metavar="TIME", default="", help="7d, 12h, or 2026-12-01")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.attention import listed
    from mlops_console.cli.note import tell_private
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.attention.snoozing import snooze
    from mlops_console.workspace.deciding.moving import reason_of
    from mlops_console.workspace.ending import until

    if not asked.until.strip():
        raise UsageError("say until when: --until 7d", "it is back after that, whatever happens")
    reason, end = reason_of(asked.reason), until(asked.until)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        workspace.sweep()
        found = listed(workspace, asked.project)
        item = meant((*found.items, *found.snoozed), asked.key)
        event = snooze(workspace, item.project.key, item, end, reason)
        tell_private(workspace, item.project.key)
    if asked.json:
        out_json({"key": item.key, "project": item.project.name, "what": item.what, "until": iso(end),
                  "reason": reason, "by": event.by, "at": iso(event.at), "event": event.id})  # fmt: skip
        return 0
    subject = safe_text(item.subject, 200)
    out(f"snoozed until {minute(end)} UTC: {subject}: {safe_text(item.what, 1_000)}")
    return 0


def meant(items: "Sequence[Item]", key: str) -> "Item":
    """The matter that a key or its beginning names.

    Raises:
        UsageError: None has it, or several do.
    """
    fits = [one for one in items if one.key == key] or [one for one in items if one.key.startswith(key)]
    if len(fits) == 1 and key:
        return fits[0]
    shown = safe_text(key, 120)
    if not fits or not key:
        from difflib import get_close_matches

        near = get_close_matches(key, [one.key for one in items], 3, 0.5) or [one.key for one in items[:3]]
        hint = "near it: " + ", ".join(safe_text(one, 120) for one in near) if near else ""
        raise UsageError(f"nothing that needs attention has the key {shown!r}",
                         hint or "`mlops-console attention` lists them")  # fmt: skip
    if len({one.key for one in fits}) == 1:
        named = ", ".join(f"--project {safe_text(one.project.name, 80)}" for one in fits[:8])
        raise UsageError(f"several projects have {shown}", f"say which: {named}")
    named = ", ".join(safe_text(one.key, 120) for one in fits[:8])
    raise UsageError(f"{shown} begins several keys", f"say which: {named}")
