"""Judging models by their predictions, row by row: the files are opened here, in the child."""

import posixpath
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mlops_console.beneath import stat_beneath
from mlops_console.comparison.model import Goal, Judgement, Progress
from mlops_console.comparison.predictions.model import Calibration, Matched, Slices, Table
from mlops_console.errors import UsageError
from mlops_console.readers import predictions as reader
from mlops_console.records import Problem

_HELD: Final = 2
"""Tables in memory at once: the base's, and one to hold against it."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was when it was asked about: the answer is kept for exactly these bytes."""

    path: str
    """Relative to the project."""
    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Predictor:
    """A run, and its files that may hold predictions."""

    name: str
    root: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """One metric of `b` against `a`, on the rows that both predicted."""

    metric: str
    goal: Goal | None
    a: Predictor
    b: Predictor
    margin: float | None = None
    choice: reader.Choice | None = None
    """Columns that somebody chose."""


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """What their predictions say."""

    judgements: tuple[Judgement | None, ...]
    """For each question; None where one of the two has no predictions."""
    problems: tuple[str, ...]
    """Why some have none that can be read, a sentence each."""


class Tables:
    """Predictions by run, the last few of them."""

    def __init__(self, others: bool, choice: reader.Choice | None) -> None:
        self._others = others
        self._choice = choice
        self._held: OrderedDict[Predictor, tuple[str, Table] | None] = OrderedDict()
        self.problems: dict[str, None] = {}

    def of(self, run: Predictor, like: str = "") -> tuple[str, Table] | None:
        """A run's predictions and the file they are from; of several that with the same name as `like`."""
        if run in self._held:
            self._held.move_to_end(run)
            return self._held[run]
        found = self._read(run, like)
        self._held[run] = found
        while len(self._held) > _HELD:
            self._held.popitem(last=False)
        return found

    def _read(self, run: Predictor, like: str) -> tuple[str, Table] | None:
        candidates = reader.find([file.path for file in run.files], run.root)
        name = posixpath.basename(like)
        candidates.sort(key=lambda one: (not one.sure, bool(name) and posixpath.basename(one.path) != name))
        for candidate in candidates:
            if not candidate.sure and self._choice is None:
                self.problems.setdefault(f"{candidate.path}: {candidate.why}")
                continue
            made = reader.read(run.root, candidate.path, self._choice, others=self._others)
            if self._choice is not None and candidate.sure and not isinstance(made, reader.Predictions):
                # What was chosen is of the other run's file.
                made = reader.read(run.root, candidate.path, others=self._others)
            _unchanged(run, candidate.path)
            if isinstance(made, reader.Predictions):
                table = Table(run.name, made.keys, made.labels, made.scores, made.columns, made.predicted)
                for note in made.notes:
                    self.problems.setdefault(f"{candidate.path}: {note}")
                return candidate.path, table
            said = (
                f"{candidate.path} {made.what}."
                if isinstance(made, Problem)
                else f"{candidate.path}: {made.what}"
            )
            self.problems.setdefault(said)
        return None


def _unchanged(run: Predictor, path: str) -> None:
    was = next(file for file in run.files if file.path == path)
    try:
        now = stat_beneath(run.root, path)
    except OSError:
        return
    if (now.size, now.modified_ns, now.inode) != (was.size, was.modified_ns, was.inode):
        raise UsageError(f"{path} changed while it was read", "ask again")


def judge_rows_of(questions: Sequence[RowQuestion], progress: Progress | None = None) -> RowAnswer:
    """Judge a family of questions by predictions: Holm's correction goes over all that could be judged."""
    from mlops_console.comparison.predictions import judge_rows
    from mlops_console.comparison.sentences import in_sentences
    from mlops_console.comparison.statistics import holm

    tables = Tables(others=False, choice=questions[0].choice if questions else None)
    found: list[Judgement | None] = []
    pair: tuple[Predictor, Predictor] | None = None
    matched: Matched | None = None
    for at, one in enumerate(questions):
        if pair != (one.a, one.b):
            pair, matched = (one.a, one.b), _matched(tables, one.a, one.b)
        told = _part_of(progress, at, len(questions))
        judged = (
            judge_rows(matched, one.metric, one.goal, margin=one.margin, progress=told) if matched else None
        )
        found.append(judged)
    told_of = [one for one in found if one is not None]
    corrected = map(in_sentences, holm(told_of))
    return RowAnswer(tuple(one and next(corrected) for one in found), tuple(tables.problems))


def slices_of(question: RowQuestion, progress: Progress | None = None) -> Slices:
    """Where `b` differs from `a`: slices by the values of the columns beside the predictions."""
    from mlops_console.comparison.predictions import slices
    from mlops_console.comparison.sentences import sentence

    tables = Tables(others=True, choice=question.choice)
    matched = _matched(tables, question.a, question.b)
    if matched is None:
        why = next(iter(tables.problems), "one of the two has no predictions by row")
        raise UsageError(why.rstrip("."))
    found = slices(matched, question.metric, question.goal, margin=question.margin, progress=progress)
    names = (question.metric, question.a.name, question.b.name)
    return replace(
        found,
        problem=None if found.problem is None else sentence(found.problem, names),
        notes=tuple(sentence(note, names) for note in (*tables.problems, *found.notes)),
        slices=tuple(replace(one, because=sentence(one.because)) for one in found.slices),
    )


def calibration_of(
    runs: Sequence[Predictor], choice: reader.Choice | None = None, progress: Progress | None = None
) -> tuple[Calibration, ...]:
    """Whether the scores of each mean what they say."""
    from mlops_console.comparison.predictions import calibration

    made = []
    for at, run in enumerate(runs):
        tables = Tables(others=False, choice=choice)
        found = tables.of(run)
        if found is None:
            why = next(iter(tables.problems), "There are no predictions by row.")
            made.append(Calibration(run.name, 0, (), None, None, None, None, None, None, why))
        else:
            made.append(_in_sentences(calibration(found[1])))
        if progress is not None:
            progress((at + 1) / len(runs))
    return tuple(made)


def _in_sentences(found: Calibration) -> Calibration:
    from mlops_console.comparison.sentences import sentence

    problem = None if found.problem is None else sentence(found.problem, (found.name,))
    return replace(found, problem=problem, notes=tuple(sentence(note, (found.name,)) for note in found.notes))


def _matched(tables: Tables, a: Predictor, b: Predictor) -> Matched | None:
    from mlops_console.comparison.predictions import match

    one = tables.of(a)
    other = tables.of(b, one[0] if one is not None else "")
    if one is not None and other is not None:
        return match(one[1], other[1])
    if (one is None) != (other is None) and not tables.problems:
        lacking = a if one is None else b
        tables.problems.setdefault(f"No file of {lacking.name} is a table of predictions.")
    return None


def _part_of(progress: Progress | None, at: int, count: int) -> Progress | None:
    return None if progress is None else lambda part: progress((at + part) / count)
