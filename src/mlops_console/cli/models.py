"""`mlops-console models [MODEL]`: registered models, their versions, and where their aliases stand."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console.cli.printing import out, out_json, say, tell_notices
from mlops_console.display import counted, iso, json_number, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.cli.models_table import Watching
    from mlops_console.journal.registry import Move, Version
    from mlops_console.records import Project
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.model_rows import ModelRow, VersionRow

EPILOG = """\
  models                    every model: its champion, figure, versions
  models churn              the versions of one: how each stands, its figure, its run; notes and tags
  models churn@champion     one version alone (churn@3, churn@v3)
  models churn --timeline   every move of its aliases, the newest first

--json prints a line per version, the newest first: {"model", "version", "aliases", "run", "sha256",
"registered_by", "registered_at", "project", "id", "standing", "metric", "value", "metrics", "origin",
"artifact", "format", "size", "files", "copied", "from", "run_path", "run_name", "run_gone", "reason",
"notes", "tags", "intact", "monitors"} (and claimed, contested, retracted where they say something); with
--timeline a line per move: {"model", "alias", "version", "before", "way", "by", "at", "reason", "contested",
"holds", "because", "overridden", "project", "id"}. `run` is the run's id; what was recorded stays after its
files went. `intact`: whether the registry's copy is what was registered; null where that was not looked at:
only versions that an alias stands on, or the one that is named, are; only doctor reads large copies again.
`monitors`: those that watch it: {"monitor", "health", "because", "since", "window", "verdict", "alarm",
"stale_since", "muted_until", "acknowledged_by"}, from verdicts that are stored."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("model", metavar="MODEL", nargs="?", help="a model, or MODEL@VERSION, MODEL@ALIAS")
    parser.add_argument("--project", metavar="P", help="only of this project, by name or folder")
    parser.add_argument("--timeline", action="store_true", help="the moves of the aliases")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace

    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        _print(workspace, asked)
    return 0


def _print(workspace: "Workspace", asked: Namespace) -> None:
    from mlops_console.cli.models_table import all_models, one_model, timeline
    from mlops_console.workspace.drifting.states.shown import state_json

    rows, only = _rows(workspace, asked)
    whole = _intact(rows, only)
    watched = _watched(workspace, rows)
    for row in rows:
        if not asked.json:
            continue
        if asked.timeline:
            for move in _moves(row, only):
                out_json(move_object(row.project, move))
        else:
            for version in row.versions:
                if only is None or version.version.id == only.id:
                    said = [state_json(one) for one in watched(row, version.version)]
                    known = {"intact": whole.get(version.version.id), "monitors": said}
                    out_json({**version_object(row, version), **known})
    if not asked.json:
        lines = (
            (line for row in rows for line in timeline(row, _moves(row, only)))
            if asked.timeline
            else (line for row in rows for line in one_model(row, only, watched))
            if asked.model
            else all_models(rows, watched)
        )
        for line in lines:
            out(line)
        if not rows:
            say("No models are registered: `mlops-console register RUN MODEL` makes one.")
    _tell_contested(rows, asked)
    _tell_copies(rows, whole)
    _tell_problems(workspace, rows)
    for key in {row.project.key for row in rows}:
        workspace.decisions.point(key, [row.model.name for row in rows] if asked.model else None)


def _rows(workspace: "Workspace", asked: Namespace) -> "tuple[list[ModelRow], Version | None]":
    from mlops_console.workspace.model_rows import model_rows
    from mlops_console.workspace.models import resolve, resolve_model
    from mlops_console.workspace.registering.subject import project_of

    if asked.model is None:
        projects = [project_of(workspace, asked.project)] if asked.project is not None else None
        return model_rows(workspace, projects), None
    if "@" in asked.model:
        found = resolve(workspace, asked.model, asked.project)
        return model_rows(workspace, [found.project], [found.model.name]), found.version
    named = resolve_model(workspace, asked.model, asked.project)
    return model_rows(workspace, [named.project], [named.model.name]), None


def _watched(workspace: "Workspace", rows: "Sequence[ModelRow]") -> "Watching":
    """The monitors of a version, where any monitor is wished."""
    from mlops_console.wishes.reading import read_wishes
    from mlops_console.workspace.drifting.states.listing import by_version

    projects = {row.project.key: row.project for row in rows}
    found = {
        key: by_version(workspace, one) for key, one in projects.items() if read_wishes(one.root).monitors
    }
    return lambda row, version: found.get(row.project.key, {}).get(version.label, ())


def _moves(row: "ModelRow", only: "Version | None") -> "Sequence[Move]":
    if only is None:
        return row.model.moves
    return [
        move
        for move in row.model.moves
        if any(one is not None and one.id == only.id for one in (move.version, move.before))
    ]


def _intact(rows: "Sequence[ModelRow]", only: "Version | None") -> "dict[str, bool | None]":
    """By version id, whether the copies of those that are held, or asked for, are as they were registered."""
    from mlops_console.workspace.copies import intact

    found: dict[str, bool | None] = {}
    for row in rows:
        versions = (one.version for one in row.versions)
        wanted = [one for one in versions if (one.aliases if only is None else one.id == only.id)]
        found.update(intact(row.project.root, wanted))
    return found


def _tell_contested(rows: "Sequence[ModelRow]", asked: Namespace) -> None:
    """In a list of all models, where a model's own remarks are not shown."""
    for row in rows if asked.model is None or asked.timeline or asked.json else ():
        if row.contested:
            for remark in row.model.remarks:
                say(f"{safe_text(row.model.name)}: {safe_text(remark, 4096)}")


def _tell_copies(rows: "Sequence[ModelRow]", whole: "dict[str, bool | None]") -> None:
    from mlops_console.workspace.copies import next_step

    for row in rows:
        for shown in row.versions:
            version = shown.version
            if whole.get(version.id) is False:
                say(
                    f"The registry's copy of {safe_text(version.label)} is not what was registered:"
                    f" {safe_text(next_step(version), 4096)}; `mlops-console doctor` says what differs."
                )


def _tell_problems(workspace: "Workspace", rows: "Sequence[ModelRow]") -> None:
    told = 0
    for project in {row.project.key: row.project for row in rows}.values():
        told += len(workspace.decisions.registry(project.key).problems)
    if told:
        events = counted(told, "event")
        say(f"{events} could not be used: `mlops-console audit verify` names them.")


def version_object(row: "ModelRow", shown: "VersionRow") -> dict[str, Any]:
    """A version as `--json` prints it."""
    from mlops_console.workspace.model_rows import metrics_of

    version = shown.version
    run = version.run or {}
    found: dict[str, Any] = {
        "model": version.model,
        "version": version.number,
        "aliases": list(version.aliases),
        "run": shown.run_id or run.get("id"),
        "sha256": version.sha256 or None,
        "registered_by": version.registered.by,
        "registered_at": iso(version.registered.at),
        "project": row.project.name,
        "id": version.id,
        "standing": shown.standing,
        "metric": row.metric,
        "value": json_number(shown.value),
        "metrics": {key: json_number(value) for key, value in metrics_of(version).items()},
        "origin": version.origin,
        "artifact": version.artifact,
        "format": version.format,
        "size": version.size,
        "files": len(version.files),
        "copied": version.copied,
        "from": version.parent,
        "run_path": run.get("path"),
        "run_name": shown.run_name if version.run else None,
        "run_gone": shown.run_gone,
        "reason": version.registered.body.get("reason", ""),
        "notes": [{"id": one.id, "text": one.text, "by": one.by, "at": iso(one.at)} for one in version.notes],
        "tags": {one.name: one.value for one in version.tags},
    }
    if version.claimed != version.number:
        found["claimed"] = version.claimed
    if shown.standing == "contested":
        found["contested"] = [name for name in version.aliases if row.model.aliases[name].contested]
    if version.retracted:
        found["retracted"] = version.retracted
    return found


def move_object(project: "Project", move: "Move") -> dict[str, Any]:
    """A move as `--timeline --json` prints it."""
    body = move.event.body
    return {
        "model": body.get("model"),
        "alias": move.alias,
        "version": move.version.number if move.version is not None else None,
        "before": move.before.number if move.before is not None else None,
        "way": move.way,
        "by": move.event.by,
        "at": iso(move.event.at),
        "reason": body.get("reason", ""),
        "contested": move.contested,
        "holds": move.holds,
        "because": move.because,
        "overridden": body.get("overridden") or [],
        "project": project.name,
        "id": move.event.id,
    }
