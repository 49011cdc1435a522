"""What the Models view knows: models of all projects, with the words and signs for how a version stands."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from mlops_console.journal.registry import Model, Version
    from mlops_console.records import Json, Project
    from mlops_console.wishes.model import ModelWishes

CHAMPION: Final = "champion"
CHALLENGER: Final = "challenger"


class Sign(NamedTuple):
    """How something stands: its state of the glyph set, a word, and the inks of both."""

    state: str
    word: str
    ink: str
    word_ink: str


@dataclass(frozen=True)
class Held:
    """A registered model of a project."""

    project: "Project"
    model: "Model"
    wishes: "ModelWishes"
    shared_name: bool = False
    """Another project has a model of this name."""

    @property
    def key(self) -> tuple[str, str]:
        """What stays while it changes: (project's key, name)."""
        return self.project.key, self.model.name

    @property
    def called(self) -> str:
        """Its name; with its project's where that is needed to tell."""
        return f"{self.project.name}/{self.model.name}" if self.shared_name else self.model.name

    @cached_property
    def aliases(self) -> tuple[str, ...]:
        """Aliases that stand somewhere or have gates, champion first; champion where there are none."""
        names = {*self.model.aliases, *self.wishes.gates} or {CHAMPION}
        return tuple(sorted(names, key=lambda name: (name != CHAMPION, name)))

    def holder(self, alias: str) -> "Version | None":
        """The version that an alias stands on."""
        state = self.model.aliases.get(alias)
        return state.version if state is not None else None

    @cached_property
    def metric(self) -> str | None:
        """The metric its versions are told apart by: the wished one, else the most telling that most have."""
        if self.wishes.metric:
            return self.wishes.metric
        from mlops_console.workspace.goals import interest

        often = Counter(key for version in self.model.versions for key in metrics_of(version))
        return max(often, key=lambda key: (interest(key), often[key], key), default=None)

    def sign(self, version: "Version") -> Sign:
        """How a version stands: its aliases, else what became of it."""
        if version.retracted:
            return Sign("killed", "withdrawn", "warn", "muted")
        if version.aliases:
            first = sorted(version.aliases, key=lambda name: (name != CHAMPION, name))
            word = first[0] if len(first) == 1 else f"{first[0]} +{len(first) - 1}"
            if any(self.model.aliases[name].contested for name in first if name in self.model.aliases):
                return Sign("warning", word, "warn", "warn")
            if first[0] == CHAMPION:
                return Sign("finished", word, "ok", "ok")
            return Sign("queued", word, "accent", "accent")
        left = self._left.get(version.id)
        if left is not None:
            back = left == "rollback"
            return Sign("killed" if back else "none", "rolled back" if back else "before", *_LEFT[back])
        champion = self.holder(CHAMPION)
        if champion is None or version.number > champion.number:
            return Sign("queued", "candidate", "accent", "accent")
        return Sign("none", "not picked", "muted", "muted")

    @cached_property
    def _left(self) -> Mapping[str, str]:
        """Version -> the way in which it lost an alias last."""
        found: dict[str, str] = {}
        for move in self.model.moves:
            if move.holds and move.before is not None:
                found.setdefault(move.before.id, move.way)
        return found


_LEFT: Final = {True: ("warn", "warn"), False: ("muted", "muted")}


def metrics_of(version: "Version") -> Mapping[str, float]:
    """What was measured of a version when it was registered: the last values, then what its tool stated."""
    found: dict[str, float] = {}
    body = version.registered.body
    for part in ("evaluation", "summary", "metrics"):
        said = body.get(part)
        if isinstance(said, dict):
            for key, value in said.items():
                told = value.get("last") if isinstance(value, dict) else value
                if isinstance(told, (int, float)) and not isinstance(told, bool):
                    found[key] = float(told)
    return found


def since(held: Held, version: "Version") -> tuple[int, str]:
    """Since when a version stands as it stands, and by whom: its newest alias, else its registration."""
    stands = [held.model.aliases[name] for name in version.aliases if name in held.model.aliases]
    newest = max(stands, key=lambda state: state.since, default=None)
    if newest is not None:
        return newest.since, newest.by
    return version.registered.at, version.registered.by


def standing_as(version: "Version") -> str:
    """The alias by which a version is known, champion first; empty: it has none."""
    return min(version.aliases, key=lambda name: (name != CHAMPION, name), default="")


def run_of(version: "Version") -> "tuple[str | None, str]":
    """The run a version was made by: (its id, what it is called); else what it comes from."""
    run: Mapping[str, Json] | None = version.run
    if not run:
        return None, version.origin
    identity = run.get("id")
    name = run.get("name") or run.get("native_id") or run.get("path") or identity
    return (identity if isinstance(identity, str) else None), str(name or "-")


@dataclass(frozen=True)
class Shown:
    """All models of the projects in scope, and what could not be used."""

    models: tuple[Held, ...] = ()
    problems: tuple[str, ...] = ()
    projects: Mapping[str, "Project"] = field(default_factory=dict)
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    """Model -> how many of its versions are in MLflow's registry and not in ours."""
    private: frozenset[str] = frozenset()
    """Keys of the projects whose decisions are kept among the user's own files: they can't be written."""

    def find(self, key: tuple[str, str] | None) -> Held | None:
        """The model of this key."""
        return next((held for held in self.models if held.key == key), None)
