"""Models that MLflow has registered in a project: shown beside ours, adopted when asked, never written to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import safe_text
from mlops_console.errors import ReleaseError, UsageError
from mlops_console.journal.event import ALIAS
from mlops_console.records import Json, Project
from mlops_console.store import registered_elsewhere as questions
from mlops_console.wishes.naming import why_no_alias

if TYPE_CHECKING:
    from mlops_console.journal.registry import Registry, Version
    from mlops_console.workspace.opening import Workspace
    from mlops_console.workspace.registering.registering import Progress

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


def found(workspace: "Workspace", project: Project) -> list[ForeignVersion]:
    """MLflow's registered versions in a project, by model, the newest first. A worker's work."""
    said = workspace.ask(lambda connection: questions.registered_elsewhere(connection, project.key))
    taken = adopted_in(workspace.decisions.registry(project.key)) if said else {}
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


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of one of MLflow's versions."""

    foreign: ForeignVersion
    version: "Version | None"
    """Ours; None: it could not be registered."""
    new: bool = False
    """It was registered now; else it was before."""
    aliases: tuple[str, ...] = ()
    """That it took."""
    because: str = ""
    """Why not, or why it did not take an alias."""


def adopt(
    workspace: "Workspace",
    project: Project,
    wanted: Sequence[ForeignVersion],
    *,
    aliases: Collection[str] | None = None,
    reason: str = "",
    progress: "Progress | None" = None,
) -> list[Adopted]:
    """Register MLflow's versions as ours, the oldest first, with the aliases that they hold there.

    An alias that stands somewhere in our registry already is never moved by adopting: gates are for that.

    Args:
        workspace: The workspace.
        project: The project whose registry they are in.
        wanted: The versions, as `found` tells them.
        aliases: Only these are taken over; None: all.
        reason: What is written beside it.
        progress: Hears of the bytes copied.
    """
    newest = _holders(wanted)
    done = []
    for foreign in sorted(wanted, key=_newest_first, reverse=True):
        made = _registered(workspace, project, foreign, reason, progress)
        if made.version is not None:
            takes = [
                alias
                for alias in foreign.takes
                if newest[foreign.model, alias] == foreign and (aliases is None or alias in aliases)
            ]
            made = _with_aliases(workspace, project, made, takes, reason)
        done.append(made)
    return sorted(done, key=lambda one: _newest_first(one.foreign))


def _holders(wanted: Sequence[ForeignVersion]) -> dict[tuple[str, str], ForeignVersion]:
    """(model, alias) -> the version that takes it: several may be in one stage, then it is the newest."""
    found: dict[tuple[str, str], ForeignVersion] = {}
    for one in sorted(wanted, key=_newest_first):
        for alias in one.takes:
            found.setdefault((one.model, alias), one)
    return found


def _registered(
    workspace: "Workspace",
    project: Project,
    foreign: ForeignVersion,
    reason: str,
    progress: "Progress | None",
) -> Adopted:
    from mlops_console.workspace.registering.registering import register

    known = adopted_in(workspace.decisions.registry(project.key)).get((foreign.model, str(foreign.version)))
    if known is not None:
        return Adopted(foreign, known, because="it was adopted before")
    if foreign.path is None:
        where = f": MLflow has it at {safe_text(foreign.source, 160)}" if foreign.source else ""
        return Adopted(foreign, None, because=f"its files are not in the project{where}")
    theirs: dict[str, Json] = {
        "model": foreign.model, "version": foreign.version, "stage": foreign.stage,
        "aliases": list(foreign.aliases),
    }  # fmt: skip
    try:
        made = register(
            workspace, foreign.model, run=foreign.run, artifact=foreign.path, again=True,
            reason=reason or f"adopted from MLflow: {foreign.label}", adopted=theirs, progress=progress,
        )  # fmt: skip
    except (UsageError, ReleaseError) as error:
        return Adopted(foreign, None, because=str(error))
    return Adopted(foreign, made, new=True)


def _with_aliases(
    workspace: "Workspace", project: Project, made: Adopted, takes: Sequence[str], reason: str
) -> Adopted:
    version = made.version
    assert version is not None
    taken: list[str] = []
    words = [made.because] if made.because else []
    for alias in takes:
        wrong = why_no_alias(alias)
        model = workspace.decisions.registry(project.key).models[version.model]
        state = model.aliases.get(alias)
        if wrong:
            words.append(f"the alias {safe_text(alias, 60)!r} {wrong}")
        elif state is not None and state.version is not None:
            if state.version.id != version.id:
                words.append(f"{alias} stands on {state.version.label}: promote it to move that")
        else:
            body: dict[str, Json] = {
                "model": version.model, "alias": alias, "version_id": version.id, "version": version.number,
                "from_version_id": None, "from_version": None, "way": "adopt", "overridden": [], "gates": [],
                "reason": reason or f"as in MLflow: {made.foreign.label}",
            }  # fmt: skip
            workspace.decisions.append(project.key, ALIAS, body)
            taken.append(alias)
    return replace(made, aliases=tuple(taken), because="; ".join(words))
