"""Register a version: choose its files, copy and hash them, keep what is known, write it down, in this order.

Killed anywhere before the event is written, nothing is registered: what remains is a copy that nobody refers
to, and that the same bytes take up when they are registered next.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import JournalError, UsageError
from mlops_console.journal.event import REGISTER
from mlops_console.journal.fold_reading import MOST_NUMBER
from mlops_console.records import Json, Project
from mlops_console.wishes.naming import why_no_name
from mlops_console.workspace.registering.event_body import explained
from mlops_console.workspace.registering.recording_facts import Parts, plain
from mlops_console.workspace.registering.subject import Subject, subject_of

if TYPE_CHECKING:
    from mlops_console.journal.registry import Model, Version
    from mlops_console.workspace.opening import Workspace

MOST_FILES: Final = 2_000
"""So many files are named in the event; of more it has their number, and the hash over all of them."""
MOST_REASON: Final = 4_096
Progress = Callable[[int, int], None]
"""(bytes done, bytes in all)"""


class CopyRepairedError(UsageError):
    """Nothing new was registered, but the copy of a version was missing or damaged, and is whole again."""

    exit_code = 0

    def __init__(self, version: "Version") -> None:
        super().__init__(f"the copy of {version.label} was repaired", "--again makes a new version of it")
        self.version = version


def register(
    workspace: "Workspace",
    model: str,
    *,
    run: str | None = None,
    artifact: str | None = None,
    path: str | None = None,
    parent: str | None = None,
    external: Mapping[str, Json] | None = None,
    reason: str = "",
    project: Project | str | None = None,
    again: bool = False,
    adopted: Mapping[str, Json] | None = None,
    progress: Progress | None = None,
) -> "Version":
    """Register a new version of a model. A worker's work: it reads and copies the model's files.

    Args:
        workspace: The workspace.
        model: The model's name.
        run: The run that made it: its id, path or name.
        artifact: Which of the run's files or folders it is, where there are several.
        path: Instead: a file or folder in the project, as a person types it or relative to the project.
        parent: `churn@2`, the version that it was fine-tuned from.
        external: Instead: the recorded evaluation of a model that is somewhere else (see `external`).
        reason: What its author says.
        project: Where there is no run that tells.
        again: Register bytes that are a version of this model already once more.
        adopted: `{"model", "version", "stage"}` in MLflow's registry, where it is adopted from there.
        progress: Hears of the bytes gone through.

    Raises:
        UsageError: Something named does not exist, is ambiguous, or is a version already.
        CopyRepairedError: It is a version already, whose copy was put right by this.
        ReleaseError: The files could not be read or copied, or changed meanwhile.
        JournalError: It could not be written down.
    """
    _check(model, reason, (run, path, external))
    subject = subject_of(workspace, model, run, artifact, path, external, project)
    body = explained(workspace, subject)
    body["from"] = _parent(workspace, subject.project, parent)
    body["reason"] = reason.strip()
    if adopted is not None:
        body["mlflow"] = dict(adopted)
        body["origin"] = "mlflow"
    files, fresh = _files(subject, progress)
    body.update(files)
    return _written(workspace, subject, body, again, fresh)


def _check(model: str, reason: str, sources: Sequence[object]) -> None:
    wrong = why_no_name(model)
    if wrong:
        raise UsageError(f"the model's name {safe_text(model, 60)!r} {wrong}", "for example churn")
    if len(reason) > MOST_REASON:
        raise UsageError(f"the reason has {len(reason):,} characters; {MOST_REASON:,} are the most")
    if sum(given is not None for given in sources) != 1:
        raise UsageError("name a run, a file or folder (--path), or an evaluation (--external)")


def _parent(workspace: "Workspace", project: Project, name: str | None) -> Json:
    if name is None:
        return None
    from mlops_console.workspace.models import resolve

    found = resolve(workspace, name, project=project.key)
    version = found.version
    return {"model": version.model, "version_id": version.id, "version": version.number}


def _files(subject: Subject, progress: Progress | None) -> tuple[dict[str, Json], bool]:
    """Copy and hash the files; whether the registry had no sound copy of them before."""
    chosen = subject.chosen
    if chosen is None:
        return {"files": [], "sha256": "", "size": 0, "copied": False}, False
    from mlops_console.workspace.registering.keeping_files import kept_files

    kept = kept_files(subject.project, subject.model, chosen, progress)
    parts = Parts()
    entries = [{"path": plain(f.path), "size": f.size, "sha256": f.sha256} for f in kept.files]
    parts.listing("files", entries if len(entries) <= MOST_FILES else [])
    if parts.left_out or len(entries) > MOST_FILES:
        parts.body["files"] = []
    said: dict[str, Json] = {"sha256": kept.sha256, "size": kept.size, "copied": kept.copied}
    return {**parts.body, "files_total": len(entries), **said}, kept.fresh


def _written(
    workspace: "Workspace", subject: Subject, body: dict[str, Json], again: bool, fresh: bool
) -> "Version":
    decisions = workspace.decisions
    decisions.refresh()
    known = decisions.registry(subject.project.key).models.get(subject.model)
    same = _same_bytes(known, body["sha256"])
    if same is not None and same.copied and fresh and not again:
        raise CopyRepairedError(same)
    if same is not None and not again:
        raise UsageError(
            f"these bytes are {same.label} already: nothing was registered",
            "--again makes a new version of them",
        )
    numbers = [max(one.number, one.claimed) for one in known.versions] if known else []
    # A number that somebody made up must not be the last one: what is taken gives way to the next free one.
    number = min(max(numbers, default=0) + 1, MOST_NUMBER)
    body = {"model": subject.model, "version": number, **body}
    event = decisions.append(subject.project.key, REGISTER, body)
    registered = decisions.registry(subject.project.key).models.get(subject.model)
    for version in registered.versions if registered else ():
        if version.id == event.id:
            return version
    raise JournalError(
        f"{safe_text(subject.model)} was written down as {event.id}, but can't be read back",
        "`mlops-console audit verify` tells what is wrong with the journal",
    )


def _same_bytes(model: "Model | None", sha256: Json) -> "Version | None":
    """The newest version with these bytes that nobody took back."""
    for version in model.versions if model and sha256 else ():
        if version.sha256 == sha256 and not version.retracted:
            return version
    return None
