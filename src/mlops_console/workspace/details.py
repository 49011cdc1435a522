"""Everything that is known of a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import json_text, safe_text
from mlops_console.errors import UsageError
from mlops_console.records import Artifact, Json, ModelFile, Problem
from mlops_console.store import details as questions
from mlops_console.store import metrics as metric_questions
from mlops_console.store import problems as problem_questions
from mlops_console.store import runs as run_questions
from mlops_console.store.merging import conflicts
from mlops_console.workspace.metrics import MetricSummary, summary_of

if TYPE_CHECKING:
    from mlops_console.store.database import Connection
    from mlops_console.workspace.opening import Workspace

AT_ONCE: Final = 1000
_FIRST: Final = 100
_PIECES: Final = 100_000
"""So many params, metrics, packages … are held at once, about: some runs have six, some have thousands."""


@dataclass(frozen=True, slots=True)
class SourceDetail:
    """One source of a run, and what it says, as JSON values by fact."""

    reader: str
    path: str
    files: tuple[str, ...]
    gone: bool
    says: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run as all its sources together describe it. Times are epoch microseconds."""

    id: str
    project: str
    project_key: str
    root: str
    """The project's folder."""
    path: str
    native: str
    native_id: str | None
    name: str | None
    group: str | None
    parent: str | None
    parent_native_id: str | None
    status: str
    reason: str | None
    started: int | None
    ended: int | None
    active: int | None
    seen: int | None
    host: str | None
    pid: int | None
    gone: bool
    archived: bool
    deleted: str | None
    """The reader of the tool that has deleted it."""
    readers: tuple[str, ...]
    params: Mapping[str, Json]
    tags: Mapping[str, Json]
    summary: Mapping[str, Json]
    environment: Mapping[str, Json]
    metrics: tuple[MetricSummary, ...]
    artifacts: tuple[Artifact, ...]
    models: tuple[ModelFile, ...]
    datasets: tuple[Mapping[str, Json], ...]
    problems: tuple[Problem, ...]
    sources: tuple[SourceDetail, ...]
    conflicts: tuple[Mapping[str, Any], ...]
    """Where sources disagree: `what`, `key`, `says` (reader -> value, the believed one first)."""


def detail(workspace: "Workspace", run_id: str) -> RunDetail:
    """One run; UsageError if there is none with this id."""
    for found in details(workspace, [run_id], spark=True):
        return found
    raise UsageError(f"there is no run {safe_text(run_id, 80)} any more")


def details(workspace: "Workspace", run_ids: Sequence[str], *, spark: bool = False) -> Iterator[RunDetail]:
    """These runs in this order, fetched as they are taken; runs that vanished meanwhile are left out.

    The samples of the metrics' histories come only with `spark`. Memory is bounded: fewer are fetched at once
    where much is known of each.
    """
    start, size = 0, _FIRST
    while start < len(run_ids):
        some = list(run_ids[start : start + size])
        start += size
        found = workspace.ask(partial(_details, run_ids=some, spark=spark))
        held = sum(map(_pieces, found)) // max(len(found), 1)
        size = min(AT_ONCE, 2 * size, max(1, _PIECES // max(held, 1)))
        yield from found
        found.clear()


def _pieces(run: RunDetail) -> int:
    parts = (run.params, run.tags, run.summary, run.metrics, run.artifacts, run.datasets, run.problems)
    inner = sum(len(value) for value in run.environment.values() if isinstance(value, (dict, list)))
    return sum(map(len, parts)) + len(run.environment) + inner


def _details(connection: "Connection", run_ids: Sequence[str], spark: bool) -> list[RunDetail]:
    rows = questions.run_rows(connection, run_ids)
    numbers = [row["run_id"] for row in rows.values()]
    says = questions.says_of(connection, numbers)
    figures = metric_questions.figures(connection, numbers, spark)
    sources = sorted({s.source_id for of_run in says.values() for s in of_run})
    problems = problem_questions.problems_of(connection, sources)
    tags = questions.user_tags(connection, run_ids)
    return [
        _detail(
            rows[run_id],
            says.get(number, []),
            figures.get(number, []),
            problems,
            tags.get(run_id, {}),
        )
        for run_id in run_ids
        if run_id in rows
        for number in [rows[run_id]["run_id"]]
    ]


def _detail(
    row: Mapping[str, Any],
    says: Sequence[questions.SourceSays],
    figures: Sequence[tuple[Any, ...]],
    problems: Mapping[int, list[Problem]],
    tags: Mapping[str, str],
) -> RunDetail:
    values = questions.merged_values(says, tags)
    environment: dict[str, Json] = {}
    for source in reversed(says):
        environment.update(source.facts.get("environment", {}))
    same = (
        "native",
        "native_id",
        "name",
        "group",
        "parent",
        "parent_native_id",
        "started",
        "ended",
        "active",
    )
    return RunDetail(
        **{name: row[name] for name in (*same, "id", "project", "project_key", "root", "path", "status")},
        **{name: row[name] for name in ("seen", "host", "pid", "deleted")},
        reason=row["status_reason"],
        gone=bool(row["gone"]),
        archived=bool(row["archived"]),
        readers=tuple(str(row["readers"] or "").split(",")),
        params=values["params"],
        tags=values["tags"],
        summary=values["summary"],
        environment=environment,
        metrics=tuple(summary_of(figure) for figure in figures),
        artifacts=tuple(
            Artifact(a["path"], a["size"], a["modified"]) for a in _each_once(says, "artifacts").values()
        ),
        models=tuple(
            ModelFile(m["path"], m["format"], m.get("sha256"), m.get("details", {}))
            for m in _each_once(says, "models").values()
        ),
        datasets=tuple(dataset for source in says for dataset in source.facts.get("datasets", [])),
        problems=tuple(problem for source in says for problem in problems.get(source.source_id, [])),
        sources=tuple(SourceDetail(s.reader, s.path, s.files, s.gone, s.facts) for s in says),
        conflicts=tuple(conflicts(questions.told(says))),
    )


def _each_once(says: Sequence[questions.SourceSays], fact: str) -> dict[str, dict[str, Any]]:
    """Files by path: the most believed source that lists one describes it."""
    found: dict[str, dict[str, Any]] = {}
    for source in says:
        for item in source.facts.get(fact, []):
            found.setdefault(item["path"], item)
    return found


def resolve(workspace: "Workspace", name: str, project: str | None = None) -> str:
    """The id of the run that this names: its id, a unique prefix of it, its path, or a name of its own.

    Where several fit, those count that are in the project of this key, else in the one around the working
    folder.
    """
    text = json_text(name.rstrip("/") or name)
    found = workspace.ask(lambda connection: run_questions.named(connection, text))
    if not found:
        found = workspace.ask(lambda connection: _by_full_path(connection, text))
    if len(found) > 1:
        found = _close(workspace, text, project) or found
    if len(found) == 1:
        return str(found[0][0])
    if found:
        raise UsageError(f"{safe_text(name, 80)!r} names several runs", "say which: " + _candidates(found))
    near = workspace.ask(lambda connection: run_questions.near(connection, text))
    hint = "near it: " + _candidates(near) if near else "`mlops-console runs` lists them"
    raise UsageError(f"there is no run {safe_text(name, 80)!r}", hint)


def _close(workspace: "Workspace", text: str, project: str | None) -> list[tuple[Any, ...]]:
    """Of several runs of a name those in a project: the one named, else the one at hand."""
    from mlops_console.workspace.models import project_around

    at_hand = project_around(workspace) if project is None else None
    key = at_hand.key if at_hand is not None else project
    if key is None:
        return []
    return workspace.ask(lambda connection: run_questions.named(connection, text, project=key))


def _by_full_path(connection: "Connection", text: str) -> list[tuple[Any, ...]]:
    """A path that begins with its project's folder, as a shell completes it."""
    import os

    full = os.path.realpath(text)
    found = []
    for _, _, project, root, _, _ in run_questions.projects(connection):
        if full == root or full.startswith(root.rstrip("/") + "/"):
            inner = os.path.relpath(full, root)
            named = run_questions.named(connection, inner)
            found += [row for row in named if row[2:4] == (inner, project)]
    return found


def _candidates(rows: Sequence[tuple[Any, ...]]) -> str:
    """By name, or by path where that alone tells them apart."""
    said = [(name, project) for _, name, _, project in rows]
    return ", ".join(
        f"{run_id} ({safe_text(str(path if not name or said.count((name, project)) > 1 else name), 60)}"
        f" in {safe_text(str(project), 30)})"
        for run_id, name, path, project in rows
    )
