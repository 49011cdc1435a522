"""`mlops-console approve MODEL@VERSION ALIAS`: consent that a version takes an alias."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from mlops_console.cli.printing import out, out_json, tell_notices
from mlops_console.display import iso, safe_text

if TYPE_CHECKING:
    from mlops_console.journal.event import Event

EPILOG = """\
Nothing moves by it: the gate `approvals` counts who has approved, other than who registered the version.
With --gate the consent is that a gate may fail for this move, which `override = "second"` asks for.

  approve churn@15 champion --reason "looked at the slices"
  approve churn@15 champion --gate slices --reason "twelve rows"
  approve churn@15 champion --withdraw --reason "mixed up the data"

--json prints one object per event: {"event", "kind", "model", "version", "alias", "gates", "by", "at"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@VERSION", help="churn@3, or churn@challenger")
    parser.add_argument("alias", metavar="ALIAS", help="the alias that it may take")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; stays in the journal")
    parser.add_argument("--gate", metavar="GATE", action="append", default=[], help="this gate may fail")
    parser.add_argument("--withdraw", action="store_true", help="take back what you approved or allowed")
    parser.add_argument("--project", metavar="PROJECT", help="the project's name or folder")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.models import resolve
    from mlops_console.workspace.promoting import consenting

    events: tuple[Event, ...]
    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        resolved = resolve(workspace, asked.version, asked.project)
        if asked.withdraw:
            events = consenting.withdraw(workspace, resolved, asked.alias, asked.reason)
        elif asked.gate:
            events = (consenting.allow(workspace, resolved, asked.alias, asked.gate, asked.reason),)
        else:
            events = (consenting.approve(workspace, resolved, asked.alias, asked.reason),)
    label = safe_text(resolved.version.label)
    for event in events:
        if asked.json:
            out_json(_object(event, resolved.version.number, resolved.model.name, asked))
        elif asked.withdraw:
            out(f"taken back: what you approved of {label} for {asked.alias}")
        elif asked.gate:
            out(f"{safe_text(', '.join(asked.gate))} may fail when {label} becomes {asked.alias}")
        else:
            out(f"{label} approved for {asked.alias}")
    return 0


def _object(event: "Event", version: int, model: str, asked: Namespace) -> dict[str, object]:
    return {
        "event": event.id,
        "kind": event.kind,
        "model": model,
        "version": version,
        "alias": asked.alias,
        "gates": event.body.get("gates", []),
        "by": event.by,
        "at": iso(event.at),
    }
