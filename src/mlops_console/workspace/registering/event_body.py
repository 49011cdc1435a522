"""What keeps a version explainable: of its run, of its model's bytes, of what their tools say."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mlops_console.errors import UsageError
from mlops_console.records import Json, Project
from mlops_console.workspace.registering import choosing_artifact
from mlops_console.workspace.registering.choosing_artifact import Chosen
from mlops_console.workspace.registering.recording_facts import (
    Parts,
    facts_of,
    nothing_known,
    plain,
    run_reference,
)
from mlops_console.workspace.registering.subject import Subject

if TYPE_CHECKING:
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Workspace

_MOST_OWN: Final = 500
"""So many metrics of a model's own are kept beside those of its run."""


def explained(workspace: "Workspace", subject: Subject) -> dict[str, Json]:
    """The parts of the body that keep it explainable, and what kind of model it is."""
    if subject.evaluation is not None:
        from mlops_console.workspace.registering.external import checked, external_body

        return {
            "origin": "external", "run": None, "artifact": None, "format": "external",
            "signature": {"inputs": [], "outputs": []}, **external_body(checked(subject.evaluation)),
        }  # fmt: skip
    from mlops_console.workspace.registering.describing_model import described

    chosen = subject.chosen
    assert chosen is not None
    told = described(workspace, subject.project.root, chosen)
    run = subject.run or _run_it_names(workspace, subject.project, told.run_id)
    facts = nothing_known() if run is None else facts_of(run, _diff_sha256(workspace, run))
    own = facts["environment"]
    assert isinstance(own, dict)
    parts = Parts()
    parts.mapping("environment", {**told.environment, **own})
    parts.mapping("signature", told.signature)
    left_out = {**_mapping(facts.get("left_out")), **parts.left_out}
    return {
        **_own_metrics(facts, chosen),
        **parts.body,
        **({"left_out": left_out} if left_out else {}),
        "origin": choosing_artifact.origin_of(chosen, told.format, run is not None),
        "run": None if run is None else run_reference(run),
        "artifact": plain(chosen.path),
        "format": told.format,
    }


def _run_it_names(workspace: "Workspace", project: Project, native_id: str) -> "RunDetail | None":
    """The run that a model says it came from, where this project has it."""
    if not native_id:
        return None
    from mlops_console.store.runs import named
    from mlops_console.workspace.details import details

    rows = workspace.ask(lambda connection: named(connection, native_id))
    for found in details(workspace, [str(row[0]) for row in rows]):
        if found.native_id == native_id and found.project_key == project.key:
            return found
    return None


def _own_metrics(facts: Mapping[str, Json], chosen: Chosen) -> dict[str, Json]:
    """What MLflow 3 measured of the model itself stands beside what was measured of its run."""
    listed = chosen.details.get("metrics")
    metrics = dict(_mapping(facts.get("metrics")))
    for one in listed if isinstance(listed, list) else ():
        value = one.get("value") if isinstance(one, dict) else None
        if isinstance(one, dict) and isinstance(value, int | float) and len(metrics) < _MOST_OWN:
            metrics.setdefault(str(one.get("key")), {"last": value, "min": value, "max": value, "count": 1})
    return {**facts, "metrics": metrics}


def _diff_sha256(workspace: "Workspace", run: "RunDetail") -> str | None:
    """The hash of the run's uncommitted changes, where it has them in a file that may be read."""
    from mlops_console.recording import layout
    from mlops_console.workspace.files import sha256

    if run.gone or "recorded" not in run.readers:
        return None
    try:
        return sha256(workspace, run.id, layout.DIFF)
    except UsageError:
        return None


def _mapping(said: Any) -> Mapping[str, Json]:
    return said if isinstance(said, dict) else {}
