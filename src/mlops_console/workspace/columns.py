"""The columns that runs can be shown in: what there is, and what to show when nobody has chosen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from mlops_console.errors import UsageError
from mlops_console.workspace.goals import Goal, goal_of, interest

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace
    from mlops_console.workspace.shelf import Census

Kind: TypeAlias = Literal[
    "id", "text", "status", "number", "integer", "time", "age", "duration", "spark", "flag"
]

PARAMS: Final = 4
METRICS: Final = 3
MOST: Final = 14


@dataclass(frozen=True, slots=True)
class Column:
    """One column of runs."""

    key: str
    """`run`, `status`, `param:lr`, `metric:val/loss` (last value), `best:`, `min:`, `max:`, `step:`,
    `spark:`, `summary:`, `tag:`."""
    title: str
    kind: Kind
    goal: Goal = None
    """Which way is better, where the name tells."""

    @property
    def family(self) -> str:
        """What stands before the colon: `param`, `metric`, ...; empty for a field of the run itself."""
        family, colon, _ = self.key.partition(":")
        return family if colon else ""

    @property
    def name(self) -> str:
        """What stands behind the colon, or the whole key."""
        return self.key.partition(":")[2] or self.key


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column that could be shown, and why one would."""

    column: Column
    present: int
    """Runs that have a value."""
    distinct: int
    """Different values among them (for metrics: 2 stands for several)."""
    moving: bool = False
    """A metric with a history that changes."""
    projects: frozenset[int] = frozenset()
    """Numbers of the projects that have this metric, where there are several."""


FIELDS: Final[dict[str, Column]] = {
    column.key: column
    for column in (
        Column("run", "run", "id"),
        Column("name", "name", "text"),
        Column("status", "status", "status"),
        Column("project", "project", "text"),
        Column("group", "group", "text"),
        Column("path", "path", "text"),
        Column("source", "source", "text"),
        Column("parent", "parent", "id"),
        Column("started", "started", "time"),
        Column("ended", "ended", "time"),
        Column("active", "active", "time"),
        Column("took", "took", "duration", "min"),
        Column("age", "age", "age"),
        Column("gone", "gone", "flag"),
        Column("archived", "archived", "flag"),
    )
}

_OF_METRICS: Final = ("best", "min", "max", "first", "step", "count", "spark")
FAMILIES: Final = ("param", "tag", "summary", "metric", *_OF_METRICS)


def column_of(key: str, numeric: bool = True) -> Column:
    """The column of a key; `numeric` says whether a param's, tag's or summary's values are numbers."""
    if key in FIELDS:
        return FIELDS[key]
    family, _, name = key.partition(":")
    if family not in FAMILIES or not name:
        raise UsageError(
            f"there is no column {key!r}", "columns are " + ", ".join(FIELDS) + ", param:NAME, metric:NAME"
        )
    if family == "spark":
        last = name.rsplit("/", 1)[-1]
        return Column(key, f"{last} curve" if len(last) <= 8 else last, "spark")
    if family in ("step", "count"):
        return Column(key, f"{family} {name}", "integer")
    if family in ("best", "min", "max", "first"):
        return Column(key, f"{family} {name}", "number", goal_of(name))
    if family == "metric":
        return Column(key, name, "number", goal_of(name))
    kind: Kind = "number" if numeric and family != "tag" else "text"
    return Column(key, name, kind, goal_of(name) if family == "summary" else None)


def columns_of(workspace: "Workspace", scope: Sequence[str] = ()) -> list[ColumnInfo]:
    """Every column that the runs of these projects (none: all) could be shown in; fields first."""
    return list(_census(workspace, scope).infos)


def default_columns(workspace: "Workspace", scope: Sequence[str] = ()) -> list[Column]:
    """What varies and what moves: the columns a person wants to see before having said so."""
    census = _census(workspace, scope)
    return proposed(census.infos, census.runs, census.projects, census.readers)


def _census(workspace: "Workspace", scope: Sequence[str]) -> "Census":
    asked = tuple(scope) or workspace.scope
    return workspace.ask(lambda connection: workspace.shelf.census(connection, asked))


def proposed(infos: Sequence[ColumnInfo], runs: int, projects: int, readers: int) -> list[Column]:
    """The columns to show of so many runs from so many projects and kinds of source."""
    metrics = _metrics(infos, runs)
    chosen = [FIELDS["run"], FIELDS["name"], FIELDS["status"]]
    if projects > 1:
        chosen.append(FIELDS["project"])
    params = _params(infos, runs)[:PARAMS]
    places = {info.column.key: place for place, info in enumerate(infos)}
    chosen += [info.column for info in sorted(params, key=lambda info: places[info.column.key])]
    chosen += [info.column for info in _one_for_each_project(metrics)[: max(METRICS, min(projects, 5))]]
    moving = next((info for info in metrics if info.moving), None)
    end = [column_of(f"spark:{moving.column.name}")] if moving is not None else []
    end += [FIELDS["source"]] if readers > 1 else []
    end += [FIELDS["took"], FIELDS["age"]]
    return [*chosen[: MOST - len(end)], *end]


def main_metric(infos: Sequence[ColumnInfo], runs: int) -> Column | None:
    """The metric that runs are most likely compared by."""
    metrics = _metrics(infos, runs)
    return metrics[0].column if metrics else None


def _metrics(infos: Sequence[ColumnInfo], runs: int) -> list[ColumnInfo]:
    with_history = {info.column.name for info in infos if info.column.family == "metric"}
    rated = [
        (_metric_worth(info, runs), -place, info)
        for place, info in enumerate(infos)
        if info.present
        and (
            info.column.family == "metric"
            or (
                info.column.family == "summary"
                and info.column.kind == "number"
                and info.column.name not in with_history
            )
        )
    ]
    rated.sort(key=lambda one: (one[0], one[1]), reverse=True)
    best = rated[0][0] if rated else 0.0
    return [info for worth, _, info in rated if worth >= 0.25 * best]


def _one_for_each_project(metrics: Sequence[ColumnInfo]) -> list[ColumnInfo]:
    """The metrics, those first that bring a project its first column."""
    served: set[int] = set()
    first: list[ColumnInfo] = []
    for info in metrics:
        if not info.projects or not info.projects <= served:
            first.append(info)
            served |= info.projects
    return first + [info for info in metrics if info not in first]


def _metric_worth(info: ColumnInfo, runs: int) -> float:
    share = info.present / max(runs, 1)
    worth = (0.05 + interest(info.column.name)) * math.sqrt(share)
    if info.column.family == "summary":
        worth *= 0.8
    return worth * (1.0 if info.moving or info.distinct > 1 else 0.5)


def _params(infos: Sequence[ColumnInfo], runs: int) -> list[ColumnInfo]:
    """Params that vary, the most telling first: in most runs, with few different values."""
    varying = [
        info
        for info in infos
        if info.column.family == "param" and info.distinct > 1 and info.present >= MIN_SHARE * runs
    ]
    return sorted(varying, key=lambda info: _param_worth(info, runs), reverse=True)


MIN_SHARE: Final = 0.1
"""A column that fewer of many runs have would be mostly empty."""

_KNOWN: Final = frozenset(
    (
        "lr", "learning_rate", "batch_size", "model", "arch", "optimizer", "depth", "max_depth", "dropout",
        "weight_decay", "n_estimators", "layers", "hidden", "epochs", "dataset", "alpha", "c", "gamma",
    )
)  # fmt: skip
_DULL: Final = (
    "seed",
    "path",
    "dir",
    "name",
    "id",
    "version",
    "url",
    "date",
    "time",
    "host",
    "output",
    "device",
)


def _param_worth(info: ColumnInfo, runs: int) -> float:
    share = info.present / max(runs, 1)
    last = info.column.name.rsplit(".", 1)[-1].lower()
    worth = share
    if info.column.kind == "text" and info.distinct > max(12, 0.5 * info.present):
        worth *= 0.3  # a path or a label that differs everywhere says nothing the name does not say
    if last in _KNOWN:
        worth *= 1.5
    if any(word in last for word in _DULL):
        worth *= 0.4
    return worth
