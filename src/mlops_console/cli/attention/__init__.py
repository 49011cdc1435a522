"""`mlops-console attention`: what needs a person, over all projects; one module per word that does more."""

import textwrap
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from mlops_console.cli.printing import cells, coloured, fitted, out, out_json, say, tell_notices, width
from mlops_console.display import age, count, day, iso, minute, safe_text

if TYPE_CHECKING:
    from mlops_console.journal.registry import Snooze
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.attention.model import Attention, Item, Quiet

WORDS: Final[dict[str, str]] = {
    "snooze": "put something off until a time, with a reason that everybody can read",
    "wake": "have something that was put off back now",
}
_LISTED: Final = "\n".join(f"  {word:<10}{about}" for word, about in WORDS.items())
EPILOG: Final = f"""\
{_LISTED}

The worst first: !! production is harmed or may be, ! it will be, ? a person is waited for. Each matter once,
with what follows from it, who owns it, the command that leads there, and its key, which `snooze` takes.
Nothing is judged and no data is read. docs/attention.md says what is listed when.
--json prints a line per matter: {{"key", "kind", "level", "project", "subject", "what", "effect", "since",
"owner", "view", "about", "detail", "command", "snoozed", "history", "quiet"}}; `snoozed` is null or
{{"until", "reason", "by", "at"}}, `history` lists such objects, the newest first (until null: woken), `quiet`
is null or who acknowledged or muted the monitor: {{"how", "until", "reason", "by", "at"}}.
Exit codes: 0 done; with --check 1 where something is bad (!!)."""
MARKS: Final = {"bad": "!!", "warn": "!", "ask": "?"}
_INKS: Final = {"bad": "failed", "warn": "killed", "ask": "running"}
_SUBJECT: Final = 24
_KIND: Final = 9
_INDENT: Final = "    "


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("--project", metavar="P", help="only of this project, by name or folder")
    parser.add_argument(
        "--snoozed",
        action="store_true",
        help="what was put off, acknowledged or muted: by whom, why, until when",
    )
    parser.add_argument("--check", action="store_true", help="end with 1 where something is bad")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout, one per matter")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace

    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        workspace.sweep()
        found = listed(workspace, asked.project)
    for problem in found.problems:
        say(safe_text(problem, 4096))
    shown = (*found.snoozed, *found.quiet) if asked.snoozed else found.items
    if asked.json:
        for item in shown:
            out_json(item_json(item))
    else:
        several = len({item.project.key for item in shown}) > 1
        room, now = width(), time.time_ns() // 1_000
        for item in shown:
            for line in lines(item, now, room, several=several):
                out(line)
        say(_summed(found, snoozed=asked.snoozed))
    return 1 if asked.check and any(item.level == "bad" for item in found.items) else 0


def listed(workspace: "Workspace", project: str | None) -> "Attention":
    """What needs attention in a project, or in all.

    Raises:
        UsageError: There is no such project.
    """
    from mlops_console.workspace.attention.listing import attention
    from mlops_console.workspace.registering.subject import project_of

    projects = None if project is None else [project_of(workspace, project)]
    return attention(workspace, projects)


def item_json(item: "Item") -> dict[str, Any]:
    """A matter as `--json` prints it."""
    place = item.place
    return {
        "key": item.key,
        "kind": item.kind,
        "level": item.level,
        "project": item.project.name,
        "subject": item.subject,
        "what": item.what,
        "effect": item.effect or None,
        "since": iso(item.since),
        "owner": item.owner or None,
        "view": place.view if place is not None else None,
        "about": place.subject if place is not None else None,
        "detail": (place.detail or None) if place is not None else None,
        "command": (place.command or None) if place is not None else None,
        "snoozed": None if item.snoozed is None else _snooze_json(item.snoozed),
        "history": [_snooze_json(one) for one in item.history],
        "quiet": None if item.quiet is None else {"how": item.quiet.how, **_snooze_json(item.quiet)},
    }


def _snooze_json(one: "Snooze | Quiet") -> dict[str, Any]:
    return {"until": iso(one.until), "reason": one.reason, "by": one.by, "at": iso(one.at)}


def lines(item: "Item", now: int, room: int | None, *, several: bool) -> Iterator[str]:
    """A matter for people: what it is, then what follows from it and how to get there."""
    subject = item.subject if not several else f"{item.project.name}: {item.subject}"
    mark = coloured(MARKS[item.level].ljust(2), _INKS[item.level])
    old = "" if item.since is None else age(now - item.since)
    name = fitted(subject, _SUBJECT) if room is not None and room < 100 else safe_text(subject, 200)
    kind = coloured(item.word.ljust(_KIND), _INKS[item.level])
    yield f"{mark}  {kind}  {coloured(name, 'strong')}  {coloured(old, 'muted')}".rstrip()
    yield from _wrapped(item.what, room)
    more = [one for one in (item.effect, item.owner and f"owner {item.owner}") if one]
    if more:
        yield from _wrapped("; ".join(more), room)
    if item.snoozed is not None:
        until = "" if item.snoozed.until is None else minute(item.snoozed.until)
        said = f"snoozed until {until} UTC by {item.snoozed.by}: {item.snoozed.reason}"
        yield from _wrapped(said, room)
    if item.quiet is not None:
        yield from _wrapped(quiet_said(item.quiet), room)
    command = item.place.command if item.place is not None else ""
    if command:
        yield _INDENT + coloured(safe_text(command, 4096), "muted")
    yield _INDENT + coloured(f"key {safe_text(item.key, 400)}", "muted")


def quiet_said(one: "Quiet") -> str:
    """`acknowledged by ana on 2026-11-20: the new dealers`."""
    end = f" until {minute(one.until)} UTC" if one.until is not None else ""
    return f"{one.how}{end} by {one.by} on {day(one.at)}: {one.reason}"


def _wrapped(text: str, room: int | None) -> Iterator[str]:
    shown = safe_text(text, 4096)
    if room is None or cells(shown) + len(_INDENT) <= room:
        yield _INDENT + shown
        return
    yield from textwrap.wrap(shown, max(20, room - 1), initial_indent=_INDENT, subsequent_indent=_INDENT)


def _summed(found: "Attention", *, snoozed: bool) -> str:
    """The last line, in words."""
    away = ", ".join(f"{count(n)} {way}" for n, way in found.away)
    if snoozed:
        return f"{away}." if away else "Nothing that asks for somebody is snoozed, acknowledged or muted."
    more = f" {away}: --snoozed lists what nobody is asked about." if away else ""
    if not found.items:
        return f"Nothing needs you.{more}"
    levels = {level: sum(one.level == level for one in found.items) for level in MARKS}
    told = ", ".join(f"{count(n)} {MARKS[level]}" for level, n in levels.items() if n)
    return f"{count(len(found.items))} to look at ({told}).{more}"
