"""What a registered version hangs on, worked out on current data and kept with it.

A pickle runs code as it is loaded: only one whose bytes this user has trusted is, in a process of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mlops_console import beneath
from mlops_console.display import safe_text
from mlops_console.drift.diagnosis.model import Form, Weighed
from mlops_console.drift.judged_form import made
from mlops_console.errors import DataError, UsageError
from mlops_console.journal.event import IMPORTANCE, Event
from mlops_console.workspace.deciding.moving import again, not_withdrawn, private_note
from mlops_console.workspace.diagnosing.current_rows import Rows, rows_for
from mlops_console.workspace.trust import trust_file, trusts_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_console.records import Json
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

MOST_BYTES: Final = 1 << 30
"""Of a model that is loaded."""
MOST_KEPT: Final = 500
"""Features in an event; the least important ones are left out."""
_HOLDERS: Final = ("model.pkl", "model.joblib", "model.skops", "model.onnx", "model.pickle")
"""Which file of a folder is the model: as MLflow's flavors name them."""
JOB: Final = "weigh model"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person says of how it is worked out; empty: as the monitor of the model says."""

    monitor: str = ""
    data: str = ""
    """A file, folder or glob, in place of a monitor's newest window."""
    label: str = ""
    metric: str = ""
    features: tuple[str, ...] = ()
    """In the model's order; only of a model that knows no names."""
    repeats: int = 5
    rows: int = 5_000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Runs:
    """What would be loaded, and what that would run."""

    path: str
    """The model's file, relative to the project."""
    format: str
    form: Form
    sha256: str
    """Of that file."""
    size: int
    asks: bool
    """Whether loading it runs what it names."""
    trusted: bool
    imports: tuple[str, ...] = ()
    """What it names, as far as its bytes tell."""
    dangerous: tuple[str, ...] = ()
    """Those of them that are known as dangerous."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What was found out and kept."""

    event: Event
    weighed: Weighed
    source: str
    left_out: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def ranked(self) -> "Sequence[tuple[str, float, float, float]]":
        """(name, mean, deviation, share), the most important first."""
        features = self.weighed.features
        total = sum(max(0.0, mean) for mean, _ in features.values())
        ordered = sorted(features.items(), key=lambda one: (-one[1][0], one[0]))
        return [
            (name, mean, spread, max(0.0, mean) / total if total > 0 else 0.0)
            for name, (mean, spread) in ordered
        ]


def what_runs(workspace: "Workspace", resolved: "Resolved") -> Runs:
    """The file that would be loaded; nothing is.

    Raises:
        DataError: Its files are gone or are not what was registered, or no such model can be asked.
    """
    from mlops_console.workspace.judging.evidence_files import files_of, place_of

    project, version = resolved.project, resolved.version
    label, place = safe_text(version.label, 120), place_of(project, version)
    if place is None:
        raise DataError(f"the files of {label} are not here")
    found = files_of(workspace, project, version, describe=True)
    wrong = (*found.integrity.problems, *found.integrity.unreadable)
    if wrong:
        raise DataError(f"{label} can't be asked: {wrong[0].rstrip('.')}")
    path, sha256 = _file_of(resolved, place)
    told = found.description or {}
    if path != place:
        told = workspace.viewer.describe(project.root, path)
    format_ = str(told.get("format") or version.format)
    form = _form(format_, label)
    try:
        size = beneath.stat_beneath(project.root, path).size
    except OSError as error:
        raise DataError(f"the file of {label} {beneath.why_not(error)}") from error
    if size > MOST_BYTES:
        raise DataError(f"the file of {label} is larger than {MOST_BYTES >> 30} GiB")
    details = told.get("details")
    imports = details.get("imports") if isinstance(details, dict) else None
    return Runs(
        path, format_, form, sha256, size, form == "pickle", trusts_file(workspace, project, sha256),
        _texts(imports), _texts(told.get("dangerous")), _texts(told.get("warnings")),
    )  # fmt: skip


def trust(workspace: "Workspace", resolved: "Resolved", runs: Runs) -> None:
    """Remember that this user lets exactly these bytes be loaded. StoreError where that can't be kept."""
    trust_file(workspace, resolved.project, runs.sha256)


def examine(
    workspace: "Workspace",
    resolved: "Resolved",
    wanted: Wanted | None = None,
    *,
    progress: "Callable[[float], None] | None" = None,
) -> Made:
    """Work out what a version hangs on, and keep it. A worker's work: seconds to minutes.

    Args:
        workspace: The workspace.
        resolved: The version.
        wanted: On which rows, and how.
        progress: Told how far it is, 0 to 1; may raise to have it given up.

    Raises:
        UsageError: It is not trusted, was withdrawn, or nobody says which data.
        DataError: The model or the data can't be used.
        JournalError: It could not be written.
    """
    asked = wanted or Wanted()
    resolved = again(workspace, resolved)
    not_withdrawn(resolved.version)
    runs = what_runs(workspace, resolved)
    label = safe_text(resolved.version.label, 120)
    if runs.asks and not runs.trusted:
        raise UsageError(
            f"loading {label} runs what its file names, and you have not trusted it",
            f"look at it and let it run: mlops-console drift importance {label} --trust",
        )
    rows = rows_for(workspace, resolved, asked.monitor, asked.data, asked.label)
    answer = _work(workspace, _request(resolved, asked, runs, rows), progress)
    weighed = made(Weighed, answer)
    return _kept(workspace, resolved, weighed, rows)


def _request(resolved: "Resolved", asked: Wanted, runs: Runs, rows: Rows) -> dict[str, Any]:
    from mlops_console.wishes.reading import read_wishes

    metric = asked.metric or rows.metric
    if not metric:
        metric = read_wishes(resolved.project.root).model(resolved.model.name).metric
    return {
        "model": {
            "root": resolved.project.root, "path": runs.path, "size": runs.size, "sha256": runs.sha256,
            "form": runs.form, "vouched": runs.trusted,
        },
        "window": rows.window,
        "data": rows.data,
        "label": rows.label,
        "features": list(asked.features),
        "metric": metric,
        "repeats": asked.repeats,
        "rows": asked.rows,
        "seed": asked.seed,
    }  # fmt: skip


def _work(
    workspace: "Workspace", request: Mapping[str, Any], progress: "Callable[[float], None] | None"
) -> Mapping[str, Any]:
    """In the analysis child where the workspace is live, else here; the model has a process of its own."""
    import json

    from mlops_console.analysis.jobs import function
    from mlops_console.analysis.messages import Done

    if not workspace.live:
        packed = function(JOB)(request=request, progress=progress)
    else:
        answer = workspace.analyst.ask(JOB, {"request": request}, progress)
        if not isinstance(answer, Done):
            raise DataError(getattr(answer, "why", "nobody waited for it").rstrip("."))
        packed = answer.value
    found: Mapping[str, Any] = json.loads(packed)
    return found


def _kept(workspace: "Workspace", resolved: "Resolved", weighed: Weighed, rows: Rows) -> Made:
    version, project = resolved.version, resolved.project
    ordered = sorted(weighed.features.items(), key=lambda one: (-one[1][0], one[0]))
    left_out = max(0, len(ordered) - MOST_KEPT)
    features: dict[str, Json] = {name: [mean, spread] for name, (mean, spread) in ordered[:MOST_KEPT]}
    body: dict[str, Json] = {
        "model": version.model,
        "version_id": version.id,
        "version": version.number,
        "metric": weighed.metric,
        "features": features,
        "left_out": left_out,
        "rows": weighed.rows,
        "repeats": weighed.repeats,
        "sha256": version.sha256,
        "source": {"path": rows.shown, "sha256": rows.sha256 or None},
    }
    event = workspace.decisions.append(project.key, IMPORTANCE, body)
    notes = (*weighed.notes, *private_note(workspace, project))
    return Made(event, weighed, rows.shown, left_out, notes)


def _file_of(resolved: "Resolved", place: str) -> tuple[str, str]:
    """The one file that is the model, relative to the project, and its hash."""
    version, root = resolved.version, resolved.project.root
    if not Path(root, place).is_dir():
        return place, version.sha256
    known = {one.path: one.sha256 for one in version.files}
    inside = next((name for name in (*_HOLDERS, *known) if name in known), "")
    if inside not in _HOLDERS and len(known) != 1:
        raise DataError(
            f"{safe_text(version.label, 120)} is a folder, and none of its files is known as the model",
            "a file of joblib, pickle, skops or ONNX can be asked",
        )
    return f"{place}/{inside}", known[inside]


def _form(format_: str, label: str) -> Form:
    if "skops" in format_:
        return "skops"
    if format_ == "onnx":
        return "onnx"
    if "pickle" in format_ or "joblib" in format_:
        return "pickle"
    raise DataError(
        f"{label} is {safe_text(format_, 60)}: only models of joblib, pickle, skops and ONNX can be asked"
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()
