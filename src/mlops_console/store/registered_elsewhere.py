"""Questions about models that another tool has registered, as its runs say."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mlops_console.store.database import Connection


class SaidOfModel(NamedTuple):
    """What a run's source says of one registered version."""

    run: str
    """The run's id."""
    run_name: str | None
    run_path: str
    entry: Mapping[str, Any]
    """`model`, `version`, `aliases`, `stage`, perhaps `source`."""
    model: Mapping[str, Any] | None
    """The model file that it is: `path`, `format`, `details`; None where none was found."""


def registered_elsewhere(connection: Connection, project: str) -> list[SaidOfModel]:
    """Every registered version that the sources of a project's runs know of."""
    rows = connection.rows(
        "SELECT r.id, r.name, r.path, f.facts FROM facts f JOIN runs r USING (run_id)"
        " JOIN projects p USING (project_id)"
        " WHERE p.key = ? AND contains(f.facts, '\"registered') ORDER BY r.path, r.id",
        [project],
    )
    return [
        SaidOfModel(run, name, path, entry, model)
        for run, name, path, facts in rows
        for entry, model in _entries(json.loads(facts))
    ]


def _entries(facts: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    models = facts.get("models")
    for model in models if isinstance(models, list) else ():
        details = model.get("details")
        for entry in _listed(details.get("registered") if isinstance(details, dict) else None):
            yield entry, model
    environment = facts.get("environment")
    if isinstance(environment, dict):
        for entry in _listed(environment.get("registered_models")):
            yield entry, None


def _listed(said: object) -> list[Mapping[str, Any]]:
    """Entries of the shape that readers give them; tags of that name may hold anything."""
    entries = said if isinstance(said, list) else []
    return [one for one in entries if isinstance(one, dict) and isinstance(one.get("model"), str)]
