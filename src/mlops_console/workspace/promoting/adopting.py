"""Models that another tool has registered in a project: seen, shown beside ours, never written to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mlops_console.records import Project
from mlops_console.store import registered_elsewhere as questions

if TYPE_CHECKING:
    from mlops_console.journal.registry import Registry, Version
    from mlops_console.workspace.opening import Workspace

TOOL: Final = "mlflow"
_NO_ALIAS: Final = frozenset({"", "none", "archived"})


@dataclass(frozen=True, slots=True)
class ForeignVersion:
    """A version of a model in MLflow's registry."""

    model: str
    version: int | str
    aliases: tuple[str, ...]
    stage: str | None
    """`Staging`, `Production`, `Archived` of older MLflow; None: none."""
    run: str
    """The id of the run that it came from."""
    run_name: str
    path: str | None
    """Its files, relative to the project; None where they are not in it."""
    source: str
    """Where MLflow says that they are, where they are not in the project."""
    adopted: "Version | None" = None
    """The version of ours that it was registered as."""

    @property
    def label(self) -> str:
        """`churn v3 (champion)`, as it is shown."""
        said = [*self.aliases, *([self.stage] if self.stage else [])]
        return f"{self.model} v{self.version}" + (f" ({', '.join(said)})" if said else "")

    @property
    def takes(self) -> tuple[str, ...]:
        """The aliases that it would take in our registry: its own, and its stage as one."""
        stage = (self.stage or "").lower()
        return (*self.aliases, *([] if stage in _NO_ALIAS or stage in self.aliases else [stage]))


def found(
    workspace: "Workspace", project: Project, registry: "Registry | None" = None
) -> list[ForeignVersion]:
    """MLflow's registered versions in a project, by model, the newest first. A worker's work.

    With a `registry` they know as which of our versions they were adopted.
    """
    said = workspace.ask(lambda connection: questions.registered_elsewhere(connection, project.key))
    taken = adopted_in(registry) if registry is not None else {}
    every: dict[tuple[str, str], ForeignVersion] = {}
    for one in said:
        version = one.entry.get("version")
        number = version if isinstance(version, int) and not isinstance(version, bool) else str(version)
        key = (str(one.entry["model"]), str(number))
        known = every.get(key)
        if known is None or (known.path is None and one.model is not None):
            every[key] = _version(one, number, taken.get(key))
    return sorted(every.values(), key=_newest_first)


def adopted_in(registry: "Registry") -> Mapping[tuple[str, str], "Version"]:
    """(MLflow's model, its version) -> the version of ours that was made of it."""
    found: dict[tuple[str, str], Version] = {}
    for model in registry.models.values():
        for version in reversed(model.versions):
            theirs = version.registered.body.get(TOOL)
            if isinstance(theirs, dict) and not version.retracted:
                found[str(theirs.get("model")), str(theirs.get("version"))] = version
    return found


def _version(one: questions.SaidOfModel, number: int | str, adopted: "Version | None") -> ForeignVersion:
    details: Mapping[str, Any] = (one.model or {}).get("details") or {}
    missing = one.model is None or bool(details.get("missing"))
    aliases = one.entry.get("aliases")
    stage = one.entry.get("stage")
    return ForeignVersion(
        model=str(one.entry["model"]),
        version=number,
        aliases=tuple(map(str, aliases)) if isinstance(aliases, list) else (),
        stage=str(stage) if stage else None,
        run=one.run,
        run_name=one.run_name or one.run_path,
        path=None if missing or one.model is None else str(one.model["path"]),
        source=str(one.entry.get("source") or details.get("location") or ""),
        adopted=adopted,
    )


def _newest_first(one: ForeignVersion) -> tuple[str, int, str]:
    return one.model, -one.version if isinstance(one.version, int) else 0, str(one.version)
