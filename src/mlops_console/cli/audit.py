"""`mlops-console audit log` and `audit verify`: what was decided, and whether the journal is as written."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import Counter
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import coloured, out, out_json, plain, say, tell_notices
from mlops_console.display import counted, csv_line, iso, minute, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.audit import Checked, Entry, History

EPILOG = """\
audit log      decisions, the newest first: when (UTC), who, what, gates passed; in all projects or one
audit verify   reads every file of the journals again and names what is not as it was written: edits,
               removals (by what follows them, and by what you have seen), misplaced files. An author that a
               file's owner does not prove is a note, as after a clone; an error where mlops-console.toml
               says owners = "enforce"
--since and --until take 2026-11-23, 2026-11-23T14:05, today (UTC), or a length of time ago: 7d.
log --json prints a line per decision: {"project", "project_key", "id", "at", "by", "uid", "host",
"proven", "kind", "model", "sentence", "gates" ({"passed", "of"} or null), "overridden", "retracted", "clock",
"parents", "sha256", "body", "evidence"}.
verify --json prints a line per project: {"project", "project_key", "events", "errors", "notes", "private",
"findings": [{"severity" (error or note), "path", "event", "what"}]}.
verify exits 0 if there are no errors (notes alone are none), 1 if there are. It is about the journal:
whether the registry's copies of models are what was registered `mlops-console doctor` tells."""
WHAT: Final = ("log", "verify")
_ONLY_LOG: Final = ("model", "by", "kind", "since", "until", "limit", "csv")
_COLUMNS: Final = (
    "at", "by", "uid", "project", "model", "kind", "sentence", "gates_passed", "gates", "overridden",
    "retracted", "proven", "host", "id", "clock", "sha256",
)  # fmt: skip
_PROBLEMS: Final = 20
"""Files that can't be read that are told one by one before the log."""
_NOTES: Final = 3
"""Notes of one kind that are told one by one."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument(
        "what", metavar="{log,verify}", choices=WHAT,
        help="log: what was decided; verify: whether the journals are as they were written",
    )  # fmt: skip
    parser.add_argument("--project", metavar="P", help="only this project: its name, key or folder")
    parser.add_argument("--model", metavar="M", help="log: only what is about this model")
    parser.add_argument("--by", metavar="WHO", help="log: only what this user decided (login name or number)")
    parser.add_argument(
        "--kind", metavar="K", help="log: only this kind of decision: alias, register, approve …"
    )
    parser.add_argument("--since", metavar="T", help="log: not before this time")
    parser.add_argument("--until", metavar="T", help="log: only before this time")
    parser.add_argument("--limit", metavar="N", type=_count, help="log: so many at most, the newest")
    parser.add_argument(
        "--accept", action="store_true", help="verify: take what is gone as known; it is not told again"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON Lines on stdout")
    form.add_argument("--csv", action="store_true", help="log: CSV on stdout")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 10_000_000:
        raise ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace

    if asked.what == "verify":
        wrong = next((name for name in _ONLY_LOG if getattr(asked, name)), None)
        if wrong is not None:
            raise UsageError(f"`audit verify` takes no --{wrong}", "it reads the whole journal")
    elif asked.accept:
        raise UsageError("`audit log` takes no --accept", "`audit verify --accept`")
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        return _verify(workspace, asked) if asked.what == "verify" else _log(workspace, asked)


def _log(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.audit import Wanted, history, when

    wanted = Wanted(
        project=asked.project or "", model=asked.model or "", by=asked.by or "", kind=asked.kind or "",
        since=when(asked.since) if asked.since else None, until=when(asked.until) if asked.until else None,
        limit=asked.limit,
    )  # fmt: skip
    found = history(workspace, wanted, evidence=asked.json)
    _tell(found)
    if asked.csv:
        sys.stdout.write(csv_line(_COLUMNS))
        sys.stdout.writelines(csv_line(plain(_row(entry))) for entry in found.entries)
        return 0
    several = len({entry.project.key for entry in found.entries}) > 1
    for entry in found.entries:
        if asked.json:
            out_json(entry.as_json())
        else:
            out(_line(entry, several))
    if not found.entries and not asked.json:
        say("Nothing was decided." if wanted == Wanted(limit=asked.limit) else "No decision answers that.")
    return 0


def _tell(found: "History") -> None:
    for project in found.private:
        say(
            f"Private: {safe_text(project.root)} can't be written, so your decisions on it lie in your own"
            " folder and nobody else sees them. `mlops-console init --shared GROUP`, said by who owns it,"
            " lets a group decide there."
        )
    for project, problem in found.problems[:_PROBLEMS]:
        say(f"{safe_text(project.name)}: {safe_text(problem.path)} {safe_text(problem.what)}")
    if len(found.problems) > _PROBLEMS:
        say(f"{len(found.problems) - _PROBLEMS:,} more: `mlops-console audit verify` names them.")


def _line(entry: "Entry", several: bool) -> str:
    event = entry.event
    parts = [f"{minute(event.at):<16}", safe_text(event.by, 40) + ("" if event.proven else " (unproven)")]
    if several:
        parts.append(safe_text(entry.project.name, 40))
    said = safe_text(entry.sentence, 4096)
    if entry.gates is not None:
        said += coloured(f"  [gates {entry.gates[0]} of {entry.gates[1]}]", "muted")
    if entry.retracted:
        said += coloured(f"  [taken back by {safe_text(entry.retracted, 200)}]", "killed")
    if entry.unusable:
        said += coloured(f"  [could not be used: {safe_text(entry.unusable, 300)}]", "failed")
    return "  ".join([*parts, said])


def _row(entry: "Entry") -> list[object]:
    event, gates = entry.event, entry.gates or (None, None)
    return [
        iso(event.at), event.by, event.uid, entry.project.name, entry.model, event.kind,
        entry.sentence, *gates,
        " ".join(entry.overridden), entry.retracted, event.proven, event.host, event.id, event.clock,
        event.sha256,
    ]  # fmt: skip


def _verify(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.audit import check

    found = check(workspace, asked.project or "", take_as_known=asked.accept)
    for one in found:
        if asked.json:
            out_json(_object(one))
        else:
            for line in _verified(one):
                out(line)
    if not found and not asked.json:
        say("There is no project to verify.")
    elif not asked.json and any(_has_copies(workspace, one) for one in found):
        say("These are the journals; whether the copies of models are sound `mlops-console doctor` tells.")
    return 1 if any(one.errors for one in found) else 0


def _has_copies(workspace: "Workspace", one: "Checked") -> bool:
    models = workspace.decisions.registry(one.project.key).models.values()
    return any(version.copied for model in models for version in model.versions)


def _object(one: "Checked") -> dict[str, object]:
    return {
        "project": one.project.name,
        "project_key": one.project.key,
        "events": one.events,
        "errors": one.errors,
        "notes": len(one.findings) - one.errors,
        "private": one.private,
        "findings": [
            {"severity": f.severity, "path": f.path, "event": f.event or None, "what": f.what}
            for f in one.findings
        ],
    }


def _verified(one: "Checked") -> list[str]:
    name, notes = safe_text(one.project.name, 80), len(one.findings) - one.errors
    verdict = coloured(counted(one.errors, "error"), "failed") if one.errors else "as it was written"
    beside = f", {counted(notes, 'note')}" if notes else ""
    private = " (private)" if one.private else ""
    events = counted(one.events, "event")
    lines = [f"{coloured(name, 'strong')}{private}: {events}, {verdict}{beside}"]
    lines += [
        f"  {coloured('error', 'failed')}  {safe_text(f.path)} {safe_text(f.what)}"
        for f in one.findings
        if f.severity == "error"
    ]
    told: Counter[str] = Counter()
    total = Counter(f.what for f in one.findings if f.severity == "note")
    for f in one.findings:
        if f.severity == "note" and (total[f.what] <= _NOTES or not told[f.what]):
            told[f.what] += 1
            more = f" ({total[f.what] - 1:,} more like this)" if total[f.what] > _NOTES else ""
            lines.append(f"  note   {safe_text(f.path)} {safe_text(f.what)}{more}")
    return lines
