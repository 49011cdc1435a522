"""What gates saw, as the JSON that goes into the journal beside the decision: raw text, of bounded size."""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from mlops_console.promotion.model import Evidence
from mlops_console.records import Json
from mlops_console.workspace.registering.recording_facts import plain

MOST: Final = 64 << 10
"""Bytes of it all, as it is written."""
_LISTED: Final = (1_000, 100, 20, 5, 0)
"""So many entries of each part, fewer until all of it fits."""
_DESCRIBED: Final = (
    "format",
    "size",
    "architecture",
    "unsafe_format",
    "dangerous",
    "not_scanned",
    "warnings",
)
_SAID: Final = 1_000


def as_json(evidence: Evidence) -> dict[str, Json]:
    """A JSON object; parts that don't fit are shortened, and counted in `left_out`."""
    for most in _LISTED:
        lost: dict[str, Json] = {}
        said = _parts(evidence, partial(_some, most, lost))
        if lost:
            said["left_out"] = lost
        if len(json.dumps(said)) <= MOST:
            return said
    return {"left_out": "all: it takes more room than an event has"}


def _parts(evidence: Evidence, some: Callable[[str, Any], Json]) -> dict[str, Json]:
    said: dict[str, Json] = {
        "model": evidence.model,
        "version": evidence.version,
        "alias": evidence.alias,
        "champion": evidence.champion,
        "holds": evidence.holds,
        "taken_off": some("taken_off", sorted(evidence.taken_off)),
        "author": {"by": evidence.author, "uid": evidence.author_uid, "proven": evidence.author_proven},
    }
    if evidence.candidate_metrics is not None:
        said["metrics"] = some("metrics", evidence.candidate_metrics)
        said["metrics_are"] = some("metrics_are", evidence.metric_notes)
        said["champion_metrics"] = some("champion_metrics", evidence.champion_metrics)
        said["aliases"] = {key: some("aliases", value) for key, value in evidence.aliases.items()}
    if evidence.judgements is not None or evidence.comparison_problem:
        said["judgements"] = some("judgements", [asdict(one) for one in evidence.judgements or ()])
        said["comparison_problem"] = evidence.comparison_problem
    if evidence.slices is not None or evidence.slices_problem:
        said["slices"] = some("slices", [asdict(one) for one in evidence.slices or ()])
        said["slices_problem"] = evidence.slices_problem
    if evidence.approvals is not None:
        said["approvals"] = some("approvals", [asdict(one) for one in evidence.approvals])
    if evidence.run is not None:
        said["run"] = _run(evidence.run, some)
    if evidence.integrity is not None:
        said["integrity"] = some("integrity", asdict(evidence.integrity))
    if evidence.description is not None:
        told = {key: evidence.description[key] for key in _DESCRIBED if key in evidence.description}
        said["description"] = {key: some("description", value) for key, value in told.items()}
    if evidence.card_missing is not None:
        said["card_missing"] = some("card_missing", evidence.card_missing)
    if evidence.drift is not None:
        said["drift"] = some("drift", [asdict(one) for one in evidence.drift])
    if evidence.commands:
        said["commands"] = [some("commands", _command(one)) for one in evidence.commands.values()]
    return {key: plain(value) for key, value in said.items()}


def _run(run: Any, some: Callable[[str, Any], Json]) -> Json:
    """The packages one by one are in the event that registered it: here it counts how many there were."""
    environment = run.get("environment")
    packages = environment.get("packages") if isinstance(environment, dict) else None
    return {
        "status": run.get("status"),
        "code": some("code", run.get("code")),
        "datasets": some("datasets", run.get("datasets")),
        "packages": len(packages) if isinstance(packages, dict | list) else 0,
    }


def _command(outcome: Any) -> dict[str, Any]:
    return {**asdict(outcome), "said": outcome.said[-_SAID:]}


def _some(most: int, lost: dict[str, Json], name: str, value: Any) -> Json:
    """The first entries."""
    if isinstance(value, dict | list | tuple) and len(value) > most:
        before = lost.get(name)
        lost[name] = (before if isinstance(before, int) else 0) + len(value) - most
        value = dict(list(value.items())[:most]) if isinstance(value, dict) else list(value)[:most]
    return plain(value)
