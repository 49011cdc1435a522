"""`mlops-console promote MODEL@VERSION ALIAS`: let a version take an alias, if its gates pass."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from mlops_console.cli.printing import Progress, out, out_json, say, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.promotion.model import GateResult
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.deciding.plan import Plan
    from mlops_console.workspace.models import Resolved

EPILOG = """\
The gates are those that mlops-console.toml lists for the alias, and always whether the version's files are
what was registered. One that fails or can't tell refuses: exit code 1, a sentence for each, nothing written.

  promote churn@3 champion --dry-run              what it would do, replace and rest on; nothing is written
  promote churn@3 champion --reason "auc +.004"   do it
  promote churn@3 champion --allow-failing ece --reason "scores are ranked, never thresholded"
                                                  past a failing gate: shown with the version for ever
  promote churn challenger --remove --reason "trial ended"    take an alias off

Where mlops-console.toml says `override = "second-person"` for the alias, somebody else has to say
`approve MODEL@VERSION ALIAS --gate GATE` first; `override = "never"` lets no gate be passed over; integrity
never can be. Somebody who moved the alias meanwhile is named, and nothing is written.
On a terminal the version has to be typed to confirm it; --yes does without.
--json prints {"project", "model", "alias", "moved", "refused", "because", "version", "holder", "before",
"event", "at", "by", "gates", "overridden", "contested", "notes"}: "version" is the one asked for,
"holder" the one that has the alias now; with --dry-run what would be done.
Exit codes: 0 done (or it stands there already); 1 a gate refuses; 2 it could not be done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@VERSION", help="churn@3, or churn@challenger")
    parser.add_argument("alias", metavar="ALIAS", help="what it takes: champion, challenger, any name")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument(
        "--allow-failing", metavar="GATE", action="append", default=[],
        help="promote though this gate does not pass; may be said again",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, write nothing")
    parser.add_argument("--remove", action="store_true", help="take the alias off the model MODEL instead")
    parser.add_argument("--no-commands", action="store_true", help="run none of the project's commands")
    parser.add_argument("--yes", action="store_true", help="don't ask for the version to be typed")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.deciding.moving import alias_of, reason_of

    alias_of(asked.alias)
    if not asked.dry_run:
        reason_of(asked.reason)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        return _remove(workspace, asked) if asked.remove else _promote(workspace, asked)


def _promote(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.cli.decided import tell, version_words
    from mlops_console.workspace.deciding.deciding import promote
    from mlops_console.workspace.models import resolve

    resolved = resolve(workspace, asked.version, asked.project)
    asks = sys.stdin.isatty() and sys.stderr.isatty() and not asked.yes and not asked.json
    if asked.dry_run or asks:
        code = _planned(workspace, resolved, asked)
        if asked.dry_run or code:
            return code
        _confirm(resolved.version.number)
    progress = Progress()
    try:
        outcome = promote(
            workspace,
            resolved,
            asked.alias,
            asked.reason,
            allow_failing=asked.allow_failing,
            run_commands=not asked.no_commands,
            progress=progress,
        )
    finally:
        progress.done()
    model, alias = resolved.model.name, asked.alias
    words = (
        f"{safe_text(model)} {safe_text(alias)} is {version_words(outcome.version)} now"
        f" (was {version_words(outcome.before)})"
    )
    if outcome.refused and not asked.json:
        _tell_gates(resolved, asked.alias, outcome.gates)
    code = tell(outcome, resolved.project, model, alias, words, asked.json)
    if outcome.refused:
        say(f"{safe_text(resolved.version.label)} was not promoted: nothing was written.")
        for line in outcome.because.split("\n") if asked.json else ():
            say(safe_text(line, 4_096))
        _tell_way_past(resolved, asked, outcome.gates)
    elif outcome.moved and not asked.json:
        _tell_targets(workspace, resolved, alias)
    return code


def _planned(workspace: "Workspace", resolved: "Resolved", asked: Namespace) -> int:
    """Show what would be done; 1 where it would be refused."""
    import os

    from mlops_console.cli.decided import REFUSED, plan_lines
    from mlops_console.wishes.reading import read_wishes
    from mlops_console.workspace.deciding.overriding import passed_over
    from mlops_console.workspace.deciding.plan import plan
    from mlops_console.workspace.judging.judging import judge

    progress = Progress()
    try:
        found = judge(
            workspace, resolved, asked.alias,
            promoter_uid=os.getuid(), run_commands=not asked.no_commands, progress=progress,
        )  # fmt: skip
    finally:
        progress.done()
    wishes = read_wishes(resolved.project.root).model(resolved.model.name)
    planned = plan(workspace, resolved, asked.alias, gates=found.results, wishes=wishes)
    table = wishes.gates.get(asked.alias, {})
    over, because = passed_over(resolved, asked.alias, table, found.results, asked.allow_failing)
    refused = bool(because) and not planned.already
    for mistake in found.mistakes:
        say(safe_text(mistake))
    if asked.json:
        said = {"would_be_refused": refused, "because": because or None, "overridden": list(over)}
        said["mistakes"] = list(found.mistakes)
        out_json({**planned.as_json(), **said})
    else:
        for line in plan_lines(planned):
            out(line)
        for one in found.results:
            if one.gate not in asked.allow_failing:  # said above, with the gates
                because = because.replace(f" {one.gate}: {one.because}", "", 1)
        _tell_would(planned, over, because if refused else "")
        if refused:
            _tell_way_past(resolved, asked, found.results)
    return REFUSED if refused else 0


def _tell_would(planned: "Plan", over: tuple[str, ...], because: str) -> None:
    if because:
        say(f"It would be refused. {safe_text(because, 4_096)}")
    elif over:
        say("It would go past " + ", ".join(safe_text(one, 120) for one in over) + ", shown for ever.")


def _tell_way_past(resolved: "Resolved", asked: Namespace, results: "Sequence[GateResult]") -> None:
    from mlops_console.wishes.reading import read_wishes
    from mlops_console.workspace.deciding.overriding import way_past

    table = read_wishes(resolved.project.root).model(resolved.model.name).gates.get(asked.alias, {})
    say(safe_text(way_past(resolved, asked.alias, table, results, asked.allow_failing), 4_096))


def _confirm(number: int) -> None:
    """UsageError unless the version is typed."""
    sys.stderr.write(f"Type v{number} to confirm: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() not in (f"v{number}", str(number)):
        raise UsageError("not confirmed: nothing was written")


def _tell_gates(resolved: "Resolved", alias: str, results: object) -> None:
    from mlops_console.cli.gates import lines
    from mlops_console.workspace.judging.judging import GateRun

    state = resolved.model.aliases.get(alias)
    for line in lines(resolved, alias, GateRun(results, {}, state.version if state else None)):  # type: ignore[arg-type]
        out(line)


def _tell_targets(workspace: "Workspace", resolved: "Resolved", alias: str) -> None:
    """Which targets go on serving another version."""
    from mlops_console.workspace.deciding.plan import serving

    try:
        model = workspace.decisions.registry(resolved.project.key).models[resolved.model.name]
    except (ConsoleError, KeyError):
        return
    state = resolved.model.aliases.get(alias)
    for one in serving(model, alias, state.version if state else None, resolved.version):
        serves = f"v{one.version}" if one.version is not None else "another version"
        name = safe_text(one.target, 120)
        label = f"{safe_text(model.name)}@{safe_text(alias)}"
        say(f"{name} still serves {serves}: mlops-console deploy {label} {name}")


def _remove(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.cli.decided import tell, version_words
    from mlops_console.workspace.deciding.deciding import remove
    from mlops_console.workspace.models import resolve, resolve_model

    if asked.dry_run or asked.allow_failing:
        raise UsageError("--remove asks no gates: neither --dry-run nor --allow-failing goes with it")
    name, at, _ = asked.version.partition("@")
    found = resolve_model(workspace, name, asked.project)
    if at:
        version = resolve(workspace, asked.version, asked.project).version
        if asked.alias not in version.aliases:
            raise UsageError(
                f"{safe_text(asked.alias, 80)} does not stand on {safe_text(version.label)}",
                f"models {safe_text(name, 80)} says where it stands",
            )
    outcome = remove(workspace, found, asked.alias, asked.reason)
    words = f"{safe_text(asked.alias)} is off {safe_text(name)} (was {version_words(outcome.before)})"
    return tell(outcome, found.project, name, asked.alias, words, asked.json)
