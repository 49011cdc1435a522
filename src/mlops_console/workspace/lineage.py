"""Where a run comes from and what belongs to it: parent, children, same configuration, data, models."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mlops_console.comparison.repeats import is_repeat
from mlops_console.records import Json, ModelFile
from mlops_console.store import lineage as questions
from mlops_console.workspace.details import detail

if TYPE_CHECKING:
    from mlops_console.store.database import Connection
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Workspace

MOST_CHILDREN: Final = 200
MOST_SAME: Final = 50


@dataclass(frozen=True, slots=True)
class Relative:
    """A run beside another one."""

    id: str
    name: str
    status: str
    relation: str
    """`parent`, `child`, `same config`, `other seed`."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """How a run hangs together with others."""

    parent: Relative | None
    children: tuple[Relative, ...]
    """The first of them, in the order in which they began."""
    children_total: int
    same_config: tuple[Relative, ...]
    """Runs of the project with the same parameters, their seeds apart; the newest first."""
    datasets: tuple[Mapping[str, Json], ...]
    models: tuple[ModelFile, ...]
    versions: tuple[str, ...] = ()
    """What was registered of it, the newest first, each with where it stands: `delays@3 champion`."""


def lineage(workspace: "Workspace", run_id: str) -> Lineage:
    """A run's relatives, data and models; UsageError if there is no such run."""
    run = detail(workspace, run_id)

    def ask(connection: "Connection") -> tuple[Any, ...]:
        parent = questions.relatives(connection, [run.parent]) if run.parent else {}
        children, total = questions.children(connection, run_id, MOST_CHILDREN)
        aside = [number for key, number in questions.param_keys(connection).items() if is_repeat(key)]
        same = questions.same_params(connection, run_id, aside, MOST_SAME)
        seeds = questions.param_texts(connection, [run_id, *(one.id for one in same)], aside)
        return parent, children, total, same, seeds

    parents, children, total, same, seeds = workspace.ask(ask)
    parent = None
    if run.parent in parents:
        parent = _relative(parents[run.parent], "parent")
    elif run.parent or run.parent_native_id:
        parent = Relative(
            "", run.parent_native_id or run.parent or "", "", "parent", "not in a watched folder"
        )
    return Lineage(
        parent,
        tuple(_relative(child, "child") for child in children),
        total,
        tuple(
            _relative(kin, "same config" if seeds[kin.id] == seeds[run_id] else "other seed") for kin in same
        ),
        run.datasets,
        run.models,
        _versions(workspace, run),
    )


def _versions(workspace: "Workspace", run: "RunDetail") -> tuple[str, ...]:
    models = workspace.decisions.registry(run.project_key).models.values()
    return tuple(
        " ".join((one.label, *one.aliases))
        for model in models
        for one in model.versions
        if one.run and (one.run.get("path"), one.run.get("native", "")) == (run.path, run.native)
    )


def _relative(kin: questions.Kin, relation: str) -> Relative:
    return Relative(kin.id, kin.name or kin.path, kin.status, relation)
