"""What predictions by row say: judgements, where models differ, whether scores mean what they say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_console.comparison.model import Judgement, Progress
from mlops_console.workspace.comparing.judging import Family, family_words
from mlops_console.workspace.comparing.model import Columns, Comparison, Outcome, Subject
from mlops_console.workspace.comparing.predicted_files import tables_of
from mlops_console.workspace.comparing.working_out import Wanted, worked_out

if TYPE_CHECKING:
    from mlops_console.analysis.over_rows import Predictor
    from mlops_console.comparison.predictions.model import Calibration, Slices
    from mlops_console.readers.predictions import Choice
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Workspace


def may_predict(comparison: Comparison) -> bool:
    """Whether the base and another subject have tables among their files; nothing is opened for it."""
    having = [any(tables_of(comparison.runs[run_id]) for run_id in s.runs) for s in comparison.subjects]
    return sum(having) > 1 and any(
        has and subject.base for has, subject in zip(having, comparison.subjects, strict=True)
    )


def over_rows(
    workspace: "Workspace",
    comparison: Comparison,
    metrics: Sequence[str] | None = None,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> Family | None:
    """Judge the chosen metrics by predictions, rows against rows; a worker's work.

    Of a subject with several runs one speaks: the first whose seed or fold the base has too, or its first.
    None where there are no predictions to judge by.
    """
    from mlops_console.analysis.over_rows import RowAnswer, RowQuestion
    from mlops_console.comparison.predictions import metric_named
    from mlops_console.readers.predictions import find

    keys = [key for key in (metrics if metrics is not None else comparison.judged) if metric_named(key)]
    if not may_predict(comparison) or not (metrics or comparison.judged):
        return None
    words = family_words(comparison, keys, "on the same rows")
    if not keys and not any(find(tables_of(run)) for run in comparison.runs.values()):
        return None
    if not keys:
        which = (metrics or comparison.judged)[0]
        return Family((), words, f"{which} can't be computed from predictions by row.")
    speakers = _speakers(comparison)
    predictors = _predictors(workspace, comparison, {run for pair in speakers.values() for run in pair})
    choice, asked = _choice(comparison), []
    for other, (of_base, of_other) in speakers.items():
        for key in keys:
            row = comparison.metric(key)
            goal = comparison.asked.goal if row is None else row.goal
            question = RowQuestion(
                key, goal, predictors[of_base], predictors[of_other], comparison.asked.margin, choice
            )
            asked.append((other, question))
    outcome = worked_out(
        workspace, "judge rows", {"questions": tuple(one for _, one in asked)}, progress, wanted
    )
    if not isinstance(outcome.value, RowAnswer):
        return Family((), words, outcome.problem)
    judged = [
        _of_subjects(comparison, other, one, speakers[other])
        for (other, _), one in zip(asked, outcome.value.judgements, strict=True)
        if one is not None
    ]
    if judged:
        return Family(tuple(judged), words, notes=outcome.value.problems)
    return Family((), words, outcome.value.problems[0]) if outcome.value.problems else None


def slices(
    workspace: "Workspace",
    comparison: Comparison,
    subject: Subject,
    metric: str,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> "Outcome[Slices]":
    """Where a subject differs from the base: parts of the rows, worst for the subject first."""
    from mlops_console.analysis.over_rows import RowQuestion

    of_base, of_other = _speakers(comparison)[subject.key]
    predictors = _predictors(workspace, comparison, {of_base, of_other})
    row = comparison.metric(metric)
    goal = comparison.asked.goal if row is None else row.goal
    question = RowQuestion(
        metric, goal, predictors[of_base], predictors[of_other], comparison.asked.margin, _choice(comparison)
    )
    return worked_out(workspace, "slices", {"question": question}, progress, wanted)


def calibration(
    workspace: "Workspace",
    comparison: Comparison,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> "Outcome[tuple[Calibration, ...]]":
    """Whether scores mean what they say, for each subject (the run that speaks for it), in their order."""
    first = {subject.key: subject.runs[0] for subject in comparison.subjects}
    for other, (of_base, of_other) in _speakers(comparison).items():
        first[other] = of_other
        first[comparison.base.key] = of_base
    predictors = _predictors(workspace, comparison, first.values())
    runs = tuple(predictors[first[subject.key]] for subject in comparison.subjects)
    given = {"runs": runs, "choice": _choice(comparison)}
    return worked_out(workspace, "calibration", given, progress, wanted)


def _choice(comparison: Comparison) -> "Choice | None":
    from mlops_console.readers.predictions import Choice

    said = comparison.asked.columns
    return None if said == Columns() else Choice(said.key, said.label, said.score)


def _speakers(comparison: Comparison) -> dict[str, tuple[str, str]]:
    """Subject -> the base's run and its own that are held against each other."""
    found = {}
    base = {comparison.pairs[run]: run for run in reversed(comparison.base.runs) if comparison.pairs[run]}
    for other in comparison.others:
        pairs = [(base[key], run) for run in other.runs if (key := comparison.pairs[run]) in base]
        both = [pair for pair in pairs if all(tables_of(comparison.runs[run]) for run in pair)]
        alone = (_first(comparison, comparison.base), _first(comparison, other))
        found[other.key] = next(iter(both), alone)
    return found


def _first(comparison: Comparison, subject: Subject) -> str:
    return next((run for run in subject.runs if tables_of(comparison.runs[run])), subject.runs[0])


def _of_subjects(comparison: Comparison, other: str, one: Judgement, speakers: tuple[str, str]) -> Judgement:
    notes = one.notes
    subject = next(subject for subject in comparison.subjects if subject.key == other)
    if len(subject.runs) > 1 or len(comparison.base.runs) > 1:
        names = [comparison.runs[run].name or comparison.runs[run].path for run in speakers]
        notes = (f"These are the rows of {names[1]} against {names[0]}, one run of each.", *notes)
    return replace(one, a=comparison.base.key, b=other, notes=notes)


def _predictors(
    workspace: "Workspace", comparison: Comparison, run_ids: Iterable[str]
) -> "Mapping[str, Predictor]":
    """Those of a comparison."""
    return predictors_of(workspace, [comparison.runs[run_id] for run_id in dict.fromkeys(run_ids)])


def predictors_of(workspace: "Workspace", runs: "Iterable[RunDetail]") -> "Mapping[str, Predictor]":
    """By id the runs with their tables as these are now; one look per project."""
    from mlops_console.analysis.over_rows import File, Predictor

    chosen = {run.id: run for run in runs}
    tables = {run.id: tables_of(run) for run in chosen.values()}
    roots: dict[str, list[str]] = {}
    for run_id, paths in tables.items():
        roots.setdefault(chosen[run_id].root, []).extend(paths)
    looks = {root: workspace.viewer.look(root, paths) for root, paths in roots.items()}
    found = {}
    for run_id, paths in tables.items():
        run = chosen[run_id]
        stats = [(path, looks[run.root].get(path)) for path in paths]
        files = tuple(
            File(path, stat.size, stat.modified_ns, stat.inode) for path, stat in stats if stat is not None
        )
        found[run_id] = Predictor(run.name or run.path, run.root, files)
    return found
