"""The candidate against the present holder of an alias, by the statistics of the Compare screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from mlops_console.display import count
from mlops_console.errors import UsageError
from mlops_console.promotion.model import Judged, SliceFound
from mlops_console.workspace.comparing.asking import compare
from mlops_console.workspace.comparing.judging import over_runs, tells
from mlops_console.workspace.comparing.model import CONFIG, Asked, Comparison
from mlops_console.workspace.comparing.predicting import may_predict, over_rows, slices

if TYPE_CHECKING:
    from mlops_console.comparison.model import Goal, Judgement
    from mlops_console.comparison.predictions.model import Slice, Slices
    from mlops_console.journal.registry import Version
    from mlops_console.records import Project
    from mlops_console.workspace.comparing.working_out import Wanted
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Workspace

NO_RUN: Final = "has no run to be compared by: it was registered from {origin}."


@dataclass(frozen=True, slots=True)
class Sides:
    """The two runs, or why there are none."""

    candidate: str = ""
    champion: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Judgements, what answers first; or why there are none."""

    judgements: tuple[Judged, ...] | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FoundSlices:
    """Slices, or why they can't be told."""

    slices: tuple[SliceFound, ...] | None = None
    problem: str = ""


def sides_of(workspace: "Workspace", project: "Project", candidate: "Version", champion: "Version") -> Sides:
    """The runs of both versions, where the store has them."""
    ids = []
    for version in (candidate, champion):
        label = f"Version {version.number}"
        if version.run is None:
            origin = "an evaluation" if version.origin == "external" else "a path"
            return Sides(problem=f"{label} {NO_RUN.format(origin=origin)}")
        run = run_of(workspace, project, version)
        if run is None:
            name = version.run.get("name") or version.run.get("path")
            return Sides(
                problem=f"The run of version {version.number} ({name}) is gone: nothing to compare by."
            )
        ids.append(run.id)
    if ids[0] == ids[1]:
        return Sides(
            problem="Both versions are of the same run: there is nothing that could differ by chance."
        )
    return Sides(ids[0], ids[1])


def run_of(workspace: "Workspace", project: "Project", version: "Version") -> "RunDetail | None":
    """A version's run in this user's store: ids differ between machines, paths in the project don't."""
    from mlops_console.display import json_text
    from mlops_console.store.runs import named
    from mlops_console.workspace.details import details

    said = version.run or {}
    for key in ("id", "path", "native_id"):
        word = said.get(key)
        if not isinstance(word, str) or not word:
            continue
        rows = workspace.ask(partial(named, text=word))
        for run in details(workspace, [str(row[0]) for row in rows]):
            same = (json_text(run.path), json_text(run.native)) == (said.get("path"), said.get("native"))
            again = bool(said.get("native_id")) and run.native_id == said.get("native_id")
            if run.project_key == project.key and (same or again):
                return run
    return None


def judgements(
    workspace: "Workspace",
    sides: Sides,
    metric: str,
    goals: "Mapping[str, Goal]",
    over: str = "",
    wanted: "Wanted | None" = None,
) -> Found:
    """Judge one metric over the seeds of both configurations, and over the rows of both runs' predictions.

    Seeds answer where they can. Rows are not asked then: they say less.
    """
    if sides.problem:
        return Found(problem=sides.problem)
    made: list[Judged] = []
    problems: list[str] = []
    for unit in (over,) if over else ("runs", "rows"):
        judge = _over_runs if unit == "runs" else _over_rows
        one = judge(workspace, sides, metric, goals, wanted)
        if isinstance(one, str):
            problems.append(one)
        elif tells(one):
            return Found((_judged(one),))
        else:
            made.append(_judged(one))
    # What can't tell says best itself why: first what was asked first.
    return Found(tuple(made), "" if made else " ".join(dict.fromkeys(problems)))


def slices_between(
    workspace: "Workspace",
    sides: Sides,
    metric: str,
    columns: Sequence[str],
    goals: "Mapping[str, Goal]",
    wanted: "Wanted | None" = None,
) -> FoundSlices:
    """How the two differ on parts of the rows that both predicted; by all columns, or the named ones."""
    if sides.problem:
        return FoundSlices(problem=sides.problem)
    try:
        comparison = _beside(workspace, sides, metric, goals)
    except UsageError as error:
        return FoundSlices(problem=_told(error))
    if not may_predict(comparison):
        return FoundSlices(problem=_no_predictions(comparison))
    outcome = slices(workspace, comparison, comparison.others[0], metric, wanted=wanted)
    found = outcome.value
    if found is None or found.problem:
        why = (found.problem if found else "") or outcome.problem or "Nobody waited for the slices."
        return FoundSlices(problem=why if why.endswith(".") else f"{why}.")
    goal = found.goal or goals.get(metric)
    if goal is None:
        how = 'write goal = "max" or "min"'
        return FoundSlices(problem=f"Nobody said whether more or less of `{metric}` is better: {how}.")
    chosen = [one for one in found.slices if not columns or one.column in columns]
    return FoundSlices(
        tuple(_slice(one, 1 if goal == "max" else -1) for one in chosen), _lacking(found, chosen, columns)
    )


def _slice(one: "Slice", turn: int) -> SliceFound:
    """In the direction that is better."""
    difference = None if one.difference is None else turn * one.difference
    ci = None if one.ci is None else (turn * one.ci[0], turn * one.ci[1])
    return SliceFound(one.name, one.n, difference, ci, one.q)


def _lacking(found: "Slices", chosen: "Sequence[Slice]", columns: Sequence[str]) -> str:
    """Which slices were asked for and are not there, a sentence."""
    there = {one.column for one in chosen}
    for name in columns:
        if name not in there:
            skipped = dict(found.skipped).get(name)
            why = "the predictions have no such column" if skipped is None else f"it {skipped}"
            return f"There are no slices by `{name}`: {why}."
    if chosen:
        return ""
    for name, why in found.skipped:
        return f"There are no slices by `{name}`: it {why}."
    return "The predictions have no columns to make slices by."


def _over_runs(
    workspace: "Workspace", sides: Sides, metric: str, goals: "Mapping[str, Goal]", wanted: "Wanted | None"
) -> "Judgement | str":
    """The configurations of both runs, each with all its seeds."""
    asked = Asked((sides.champion, sides.candidate), CONFIG, None, (metric,), goals)
    try:
        comparison = compare(workspace, asked)
    except UsageError as error:
        return _told(error)
    if len(comparison.subjects) != 2 or sides.candidate not in comparison.others[0].runs:
        return "The two configurations can't be told apart."
    family = over_runs(workspace, comparison, (metric,), wanted=wanted)
    found = [one for one in family.judgements if one.metric == metric]
    return found[0] if found else family.problem or "Nobody waited for the comparison."


def _over_rows(
    workspace: "Workspace", sides: Sides, metric: str, goals: "Mapping[str, Goal]", wanted: "Wanted | None"
) -> "Judgement | str":
    """The two models themselves, on the rows that both predicted."""
    try:
        comparison = _beside(workspace, sides, metric, goals)
    except UsageError as error:
        return _told(error)
    if not may_predict(comparison):
        return _no_predictions(comparison)
    family = over_rows(workspace, comparison, (metric,), wanted=wanted)
    if family is None:
        return _no_predictions(comparison)
    found = [one for one in family.judgements if one.metric == metric]
    return found[0] if found else family.problem or "Nobody waited for the comparison."


def _beside(workspace: "Workspace", sides: Sides, metric: str, goals: "Mapping[str, Goal]") -> Comparison:
    asked = Asked((sides.champion, sides.candidate), None, None, (metric,), goals, goal=goals.get(metric))
    return compare(workspace, asked)


def _no_predictions(comparison: Comparison) -> str:
    from mlops_console.workspace.comparing.predicted_files import tables_of

    without = [run.name or run.path for run in comparison.runs.values() if not tables_of(run)]
    who = " and ".join(without[:2]) or "the two runs"
    return f"There are no predictions of {who} to compare rows by."


def _judged(one: "Judgement") -> Judged:
    one = replace(one, p=one.p if one.p_holm is None else one.p_holm)
    if one.unit == "rows":
        many = f"{count(one.pairs or one.n_b)} rows"
    elif one.pairs:
        many = f"{count(one.pairs)} seeds"
    else:
        many = f"{count(one.n_b)} against {count(one.n_a)} runs"
    return Judged(
        one.metric, one.goal, one.verdict, one.difference, one.ci, one.p, many, one.because, one.unit
    )


def _told(error: UsageError) -> str:
    words = f"{error}: {error.hint}" if error.hint else str(error)
    return f"{words[:1].upper()}{words[1:]}."
