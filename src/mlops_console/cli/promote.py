"""`mlops-console promote MODEL@VERSION ALIAS`: move an alias to a version, if its gates let it."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any, Final

from mlops_console.cli.printing import Progress, out, out_json, say, tell_notices
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from mlops_console.journal.registry import Version
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.promoting.deciding import Outcome

EPILOG = """\
Asks every gate that mlops-console.toml lists for the alias, and always whether the model's files are what was
registered. All pass: the alias moves, and what the gates saw is kept with the decision for ever. One fails or
can't tell: nothing is written, and it says what is in the way.

  promote churn@15 champion --reason "auc +.004, five seeds"
  promote churn@15 champion --allow-failing slices --reason "..."   past a gate that fails, by name
  promote churn champion --remove --reason "..."                    the alias stands nowhere then

`override` in the alias's table says who may let a gate fail; integrity never may. Exits 0 if it moved, 1 if a
gate refuses, 2 if it could not be done. --dry-run asks the gates and writes nothing.
--json prints one object: {"moved", "model", "alias", "version", "before", "event", "because", "gates",
"overridden", "notes"}."""
REFUSED: Final = 1


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@VERSION", help="churn@3, or churn@challenger")
    parser.add_argument("alias", metavar="ALIAS", help="champion, challenger, or any other name")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; stays in the journal")
    parser.add_argument(
        "--allow-failing", metavar="GATE", action="append", default=[], help="a gate that may fail, by name"
    )
    parser.add_argument("--project", metavar="PROJECT", help="the project's name or folder")
    parser.add_argument("--remove", action="store_true", help="take the alias off the model instead")
    parser.add_argument("--dry-run", action="store_true", help="ask the gates and write nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        if asked.remove:
            return _removed(workspace, asked)
        return _promoted(workspace, asked)


def _promoted(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.models import resolve
    from mlops_console.workspace.promoting.deciding import promote

    resolved = resolve(workspace, asked.version, asked.project)
    progress = Progress()
    try:
        found = promote(
            workspace,
            resolved,
            asked.alias,
            asked.reason,
            allow_failing=asked.allow_failing,
            write=not asked.dry_run,
            progress=progress,
        )
    finally:
        progress.done()
    for mistake in found.gates.mistakes if found.gates is not None else ():
        say(safe_text(mistake))
    if asked.json:
        out_json(outcome_object(found, resolved.model.name, asked.alias))
    elif found.moved:
        tell_moved(found, asked.alias)
    else:
        _tell_gates(found, asked.alias)
    return REFUSED if found.because else 0


def _tell_gates(found: "Outcome", alias: str) -> None:
    from mlops_console.cli.gates import gate_table

    assert found.gates is not None
    label = _label(found.version)
    if found.because:
        out(f"{label} does not become {alias}: a gate refuses")
    else:
        out(f"{alias} would move from {_label(found.before)} to {label}")
    for line in gate_table(found.gates.results):
        out(line)
    for line in ("", *found.because.splitlines()) if found.because else ():
        out(line)


def _removed(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.models import resolve_model
    from mlops_console.workspace.promoting.deciding import remove

    found = resolve_model(workspace, asked.version, asked.project)
    done = remove(workspace, found, asked.alias, asked.reason)
    if asked.json:
        out_json(outcome_object(done, found.model.name, asked.alias))
    else:
        tell_moved(done, asked.alias)
    return 0


def tell_moved(found: "Outcome", alias: str) -> None:
    """What was decided, for people."""
    where = f"stands on {_label(found.version)}" if found.version is not None else "stands nowhere"
    before = f"; it stood on {_label(found.before)}" if found.before is not None else ""
    gates = ""
    if found.gates is not None:
        passing = sum(one.verdict == "pass" for one in found.gates.results)
        gates = f"  {passing} of {len(found.gates.results)} gates pass"
    out(f"{alias} {where}{before}{gates}")
    for gate in found.overridden:
        out(f"  allowed to fail: {safe_text(gate)}")
    for note in found.notes:
        say(note)


def _label(version: "Version | None") -> str:
    return safe_text(version.label) if version is not None else "nothing"


def outcome_object(found: "Outcome", model: str, alias: str) -> dict[str, Any]:
    """What `--json` prints of a move."""
    return {
        "moved": found.moved,
        "model": model,
        "alias": alias,
        "version": found.version.number if found.version is not None else None,
        "before": found.before.number if found.before is not None else None,
        "event": found.event.id if found.event is not None else None,
        "because": found.because,
        "gates": [one.as_json() for one in found.gates.results] if found.gates is not None else [],
        "overridden": list(found.overridden),
        "notes": list(found.notes),
    }
