"""`mlops-console register RUN MODEL`: register a version of a model."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.cli.printing import Progress, out, out_json, say, tell_notices
from mlops_console.display import iso, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from mlops_console.journal.registry import Version
    from mlops_console.records import Project
    from mlops_console.workspace import Workspace

EPILOG = """\
A version is a model's files with their SHA-256, and what keeps it explainable once the run's folder is gone:
params, metrics, data, code and environment as the run captured them. The files are copied into the project's
own registry (.mlops-console/models) unless mlops-console.toml says `copy = false` for the model.

  register RUN churn                             the run's model file, where it has one
  register RUN churn --artifact checkpoint-500   a file or folder, relative to the run or the project
  register --path models/churn.onnx churn        a file or folder of the project, without a run
  register RUN churn --from churn@2              fine-tuned from another version
  register --external eval.json churn            a model somewhere else, with its recorded evaluation
  register --metric auc=0.91 churn               the same, told here

eval.json holds {"metrics": {"auc": 0.91}, ...}: `dataset`, `params`, `tags` and whatever else is to be kept.
--json prints {"project", "model", "version", "id", "origin", "run", "artifact", "format", "sha256", "size",
"files", "copied", "from", "registered_by", "registered_at", "left_out"}. `run` is the run's id.
Where these bytes are a version already, nothing is registered (exit code 2), unless the registry's copy of
them was damaged or gone: then it is put right, which is said (exit code 0; "repaired": true)."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument(
        "names", metavar="[RUN] MODEL", nargs="+", help="a run's id, its beginning, path or name; the model"
    )
    parser.add_argument("--artifact", metavar="PATH", help="which file or folder of the run the model is")
    parser.add_argument("--path", metavar="PATH", help="a file or folder of the project, without a run")
    parser.add_argument("--external", metavar="FILE", help="a JSON file: the evaluation of a hosted model")
    parser.add_argument(
        "--metric", metavar="KEY=VALUE", action="append", default=[], help="a metric of a hosted model"
    )
    parser.add_argument(
        "--from", dest="parent", metavar="MODEL@VERSION", help="the version that it was fine-tuned from"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, or what is special about it")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder, where no run tells")
    parser.add_argument("--again", action="store_true", help="also where these bytes are a version already")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.models import project_around
    from mlops_console.workspace.registering.registering import CopyRepairedError, register

    run_name, model = _names(asked)
    external = _evaluation(asked)
    progress = Progress()

    def bar(done: int, total: int) -> None:
        progress(f"{display.size(done)} of {display.size(total)} copied and hashed")

    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        workspace.sweep()
        try:
            version = register(
                workspace,
                model,
                run=run_name,
                artifact=asked.artifact,
                path=asked.path,
                parent=asked.parent,
                external=external,
                reason=asked.reason,
                project=asked.project,
                again=asked.again,
                progress=bar,
            )
        except CopyRepairedError as found:
            _print_repaired(found.version, _project_of(workspace, found.version), asked.json)
            return 0
        finally:
            progress.done()
        project, around = _project_of(workspace, version), project_around(workspace)
    elsewhere = around is None or around.key != project.key
    _print(version, project, asked.json, elsewhere)
    return 0


def _project_of(workspace: "Workspace", version: "Version") -> "Project":
    """Where it was registered."""
    for one in workspace.projects:
        model = workspace.decisions.registry(one.key).models.get(version.model)
        if model is not None and any(known.id == version.id for known in model.versions):
            return one
    raise AssertionError(version.label)


def _names(asked: Namespace) -> tuple[str | None, str]:
    alone = asked.path is not None or asked.external is not None or bool(asked.metric)
    if asked.path is not None and (asked.external is not None or asked.metric):
        raise UsageError("--path and an external evaluation are two things", "register them one by one")
    if alone and len(asked.names) == 1:
        return None, asked.names[0]
    if not alone and len(asked.names) == 2:
        return asked.names[0], asked.names[1]
    if alone:
        raise UsageError("name the model alone: with --path, --external or --metric there is no run")
    raise UsageError("name a run and a model", "`mlops-console runs` lists the runs")


def _evaluation(asked: Namespace) -> Mapping[str, Any] | None:
    from mlops_console.workspace.registering.external import evaluation_file, evaluation_of

    if asked.external is None:
        return evaluation_of(asked.metric) if asked.metric else None
    found = evaluation_file(asked.external)
    if asked.metric:
        stated, said = evaluation_of(asked.metric)["metrics"], found["metrics"]
        assert isinstance(stated, dict)
        assert isinstance(said, dict)
        found = {**found, "metrics": {**said, **stated}}
    return found


def version_object(version: "Version", project: "Project") -> dict[str, Any]:
    """A version that was just registered, as `--json` prints it."""
    body = version.registered.body
    found = {
        "project": project.name,
        "model": version.model,
        "version": version.number,
        "id": version.id,
        "origin": version.origin,
        "run": (version.run or {}).get("id"),
        "artifact": version.artifact,
        "format": version.format,
        "sha256": version.sha256 or None,
        "size": version.size,
        "files": body.get("files_total", len(version.files)),
        "copied": version.copied,
        "from": version.parent,
        "registered_by": version.registered.by,
        "registered_at": iso(version.registered.at),
    }
    return {**found, "left_out": body["left_out"]} if body.get("left_out") else found


def _print_repaired(version: "Version", project: "Project", as_json: bool) -> None:
    if as_json:
        out_json({**version_object(version, project), "repaired": True})
    else:
        out(f"the copy of {safe_text(version.label)} was repaired")


def _print(version: "Version", project: "Project", as_json: bool, elsewhere: bool) -> None:
    if as_json:
        out_json(version_object(version, project))
        return
    body = version.registered.body
    what = [version.format]
    if version.sha256:
        files = body.get("files_total", len(version.files))
        what += [display.size(version.size), f"{files:,} files" if files != 1 else "1 file"]
        what.append("sha256 " + version.sha256[:12])
        what.append("copied into the registry" if version.copied else "hashed where it is, not copied")
    out(f"{safe_text(version.label)}  {'  '.join(what)}")
    if elsewhere:
        out(f"  in the project {safe_text(project.name, 80)}, {safe_text(project.root, 200)}")
    if version.parent:
        out(f"  fine-tuned from {safe_text(str(version.parent['model']))}@{version.parent['version']}")
    left_out = body.get("left_out")
    if isinstance(left_out, dict):
        lost = ", ".join(f"{count:,} of its {safe_text(part)}" for part, count in left_out.items())
        say(f"Too much to be written down: {lost} left out.")
