"""`mlops-console adopt MODEL[@VERSION]`: register what MLflow has registered."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.cli.printing import Progress, out, out_json, say, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.records import Project
    from mlops_console.workspace.registering.adopting import Adopted, ForeignVersion

EPILOG = """\
MLflow's registered models are read from the project (its file store or database) and never written to.
Without MODEL what was found is listed. MODEL means all versions of it, MODEL@3 and MODEL@champion one.
Each becomes a version of ours with its files, hashes and run; its aliases, and its stage as an alias in lower
case, are taken over where no version of ours holds them: an alias that stands is only moved by `promote`.
--json prints a line per version: {"project", "model", "version", "aliases", "stage", "run", "path",
"adopted": {"version", "id", "sha256", "aliases", "new"} or null, "because"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument(
        "name", metavar="MODEL[@VERSION]", nargs="?", help="a model that MLflow has registered"
    )
    parser.add_argument("--all", action="store_true", help="every model that was found")
    parser.add_argument(
        "--alias", metavar="A", action="append", help="take over this alias only; may be given several times"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.registering.adopting import adopt, found
    from mlops_console.workspace.registering.subject import project_of

    if asked.name and asked.all:
        raise UsageError("--all means every model: leave the name away")
    progress = Progress()

    def bar(done: int, total: int) -> None:
        progress(f"{display.size(done)} of {display.size(total)} copied and hashed")

    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        projects = [project_of(workspace, asked.project)] if asked.project else list(workspace.projects)
        seen = [(one, found(workspace, one)) for one in projects]
        if not asked.name and not asked.all:
            _list([(one, version) for one, versions in seen for version in versions], asked.json)
            return 0
        code = 0
        for project, wanted in _wanted(seen, asked.name):
            try:
                done = adopt(
                    workspace, project, wanted, aliases=asked.alias, reason=asked.reason, progress=bar
                )
            finally:
                progress.done()
            code = max(code, _tell(project, done, asked.json))
    return code


def _wanted(
    seen: "Sequence[tuple[Project, list[ForeignVersion]]]", name: str | None
) -> "list[tuple[Project, list[ForeignVersion]]]":
    if name is None:
        if not any(versions for _, versions in seen):
            raise UsageError("no model that MLflow has registered was found", "scan the folder of its store")
        return [(project, versions) for project, versions in seen if versions]
    model, mark, which = name.rpartition("@") if "@" in name else (name, "", "")
    fits = [(project, [v for v in versions if v.model == model]) for project, versions in seen]
    fits = [(project, versions) for project, versions in fits if versions]
    if not fits:
        known = sorted({version.model for _, versions in seen for version in versions})
        listed = ", ".join(safe_text(one, 60) for one in known[:12])
        raise UsageError(
            f"MLflow has registered no model {safe_text(model, 80)!r}", f"it has {listed}" if listed else ""
        )
    if len(fits) > 1:
        listed = ", ".join(safe_text(project.name, 60) for project, _ in fits)
        raise UsageError(f"several projects have a model {safe_text(model, 80)!r}", f"--project: {listed}")
    if not mark:
        return fits
    project, versions = fits[0]
    number = which.removeprefix("v") if which[1:].isdigit() else which
    meant = [v for v in versions if str(v.version) == number or which in v.takes]
    if not meant:
        raise UsageError(
            f"MLflow's {safe_text(model, 80)} has no version {safe_text(which, 60)!r}",
            "it has " + ", ".join(safe_text(v.label, 80) for v in versions[:12]),
        )
    return [(project, meant[:1])]


def _list(seen: "Sequence[tuple[Project, ForeignVersion]]", as_json: bool) -> None:
    for project, version in seen:
        if as_json:
            out_json(_object(project, version))
            continue
        where = version.path or f"not in the project: {version.source}"
        ours = f"adopted as {version.adopted.label}" if version.adopted else "not adopted"
        out(f"{safe_text(version.label)}  {safe_text(where)}  {safe_text(ours)}")
    if not seen and not as_json:
        say("No model that MLflow has registered was found.")
        say("  `mlops-console scan FOLDER` reads the folder that its store is in")
    elif not as_json and not all(version.adopted for _, version in seen):
        say("`mlops-console adopt MODEL`, or --all, registers them here.")


def _tell(project: "Project", done: "Sequence[Adopted]", as_json: bool) -> int:
    for one in done:
        if as_json:
            out_json({**_object(project, one.foreign), **_outcome(one)})
            continue
        if one.version is None:
            say(f"{safe_text(one.foreign.label)} was not adopted: {safe_text(one.because)}.")
            continue
        took = f"  {', '.join(map(safe_text, one.aliases))}" if one.aliases else ""
        out(f"{safe_text(one.version.label)}  from MLflow's {safe_text(one.foreign.label)}{took}")
        if one.because:
            say(f"{safe_text(one.version.label)}: {safe_text(one.because)}.")
    return 2 if done and all(one.version is None for one in done) else 0


def _object(project: "Project", version: "ForeignVersion") -> dict[str, Any]:
    ours = version.adopted
    return {
        "project": project.name,
        "model": version.model,
        "version": version.version,
        "aliases": list(version.aliases),
        "stage": version.stage,
        "run": version.run,
        "path": version.path,
        "adopted": {"version": ours.number, "id": ours.id, "sha256": ours.sha256} if ours else None,
    }


def _outcome(one: "Adopted") -> dict[str, Any]:
    if one.version is None:
        return {"adopted": None, "because": one.because}
    ours = {"version": one.version.number, "id": one.version.id, "sha256": one.version.sha256}
    return {"adopted": {**ours, "aliases": list(one.aliases), "new": one.new}, "because": one.because}
