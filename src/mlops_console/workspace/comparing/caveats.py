"""What a careful reader should know of the runs that are compared, before any statistics."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.display import count, counted
from mlops_console.records import Status
from mlops_console.workspace.comparing.predicted_files import tables_of

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.model import Subject
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.metrics import MetricSummary

_ENDED: Final = {Status.FAILED: "failed", Status.KILLED: "was killed"}
_MANY: Final = {Status.FAILED: "failed", Status.KILLED: "were killed"}


def caveats(
    subjects: "Sequence[Subject]", runs: "Mapping[str, RunDetail]", judged: Sequence[str]
) -> Iterator[str]:
    """Sentences: runs that didn't come to their end, steps that don't meet, predictions that are missing."""
    yield from _unfinished(runs)
    for key in judged:
        yield from _apart(key, subjects, runs)
    yield from _unpredicted(subjects, runs)


def _unfinished(runs: "Mapping[str, RunDetail]") -> Iterator[str]:
    having = Counter(Status(run.status) for run in runs.values() if run.metrics or run.summary)
    broken = [
        f"{counted(having[status], 'run')} {words if having[status] == 1 else _MANY[status]}"
        for status, words in _ENDED.items()
        if having[status]
    ]
    if broken:
        one = sum(having[status] for status in _ENDED) == 1
        yield f"{' and '.join(broken)}: {'its' if one else 'their'} values are from before the end."
    if having[Status.RUNNING]:
        going = having[Status.RUNNING]
        yield f"{counted(going, 'run')} {'is' if going == 1 else 'are'} still going on: values may change."


def _apart(key: str, subjects: "Sequence[Subject]", runs: "Mapping[str, RunDetail]") -> Iterator[str]:
    """Where the steps of a subject and of the base don't meet anywhere: the first of them."""
    base = next(subject for subject in subjects if subject.base)
    ours = _steps(key, base, runs)
    for other in subjects:
        theirs = _steps(key, other, runs)
        if not ours or not theirs or (ours[0] <= theirs[1] and theirs[0] <= ours[1]):
            continue
        spans = [f"{one.name} from {count(low)} to {count(high)}"
                 for one, (low, high) in ((base, ours), (other, theirs))]  # fmt: skip
        yield f"The steps of {key} don't meet: {' and '.join(spans)}."
        return


def _steps(key: str, subject: "Subject", runs: "Mapping[str, RunDetail]") -> tuple[int, int] | None:
    found: list[MetricSummary] = [
        metric for run in subject.runs for metric in runs[run].metrics if metric.key == key
    ]
    if not found or max(metric.count for metric in found) < 2:
        return None
    return min(metric.first_step for metric in found), max(metric.last_step for metric in found)


def _unpredicted(subjects: "Sequence[Subject]", runs: "Mapping[str, RunDetail]") -> Iterator[str]:
    """Who left no predictions where others did, by the names of files."""
    from mlops_console.readers.predictions import find

    tables = {subject.key: [tables_of(runs[run]) for run in subject.runs] for subject in subjects}
    if not any(find(paths) for of_subject in tables.values() for paths in of_subject):
        return
    without = [subject for subject in subjects if not any(tables[subject.key])]
    if any(subject.base for subject in without):
        yield "The base left no table of predictions, so no rows can be compared."
    elif without:
        which = f"{len(without)} of {len(subjects)} left no table of predictions"
        yield f"{which}: no rows can be compared with {'it' if len(without) == 1 else 'them'}."
