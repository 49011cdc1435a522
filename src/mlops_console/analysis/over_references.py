"""A new reference of a monitor: a baseline of the rows of one of its windows."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mlops_console.analysis.over_windows import kinds_in, outcomes_in, window_of
from mlops_console.comparison.model import Progress
from mlops_console.errors import DataError

if TYPE_CHECKING:
    from mlops_console.drift.baseline.building import Built
    from mlops_console.drift.performance.referring import ReferencePerformance


def reference_of(request: Mapping[str, Any], progress: Progress | None = None) -> "Built":
    """Read a window and pack what a reference needs of it.

    Args:
        request: As a window is asked to be judged (`judge_window`), with `source` (path, SHA-256 and number
            of its files) and `floors` (how much its features move by themselves).
        progress: Told how much is done.

    Raises:
        DataError: It can't be read.
    """
    from mlops_console.drift.baseline.building import Built
    from mlops_console.drift.baseline.form import packed
    from mlops_console.drift.baseline.making import make
    from mlops_console.drift.baseline.model import Columns, Source

    said = request["outcome"]
    means = Columns(said["label"], said["score"], said["prediction"], request["time"], said["key"])
    performance, why = _performed(request)
    made = make(
        window_of(request, kinds_in(request, judged=False)),
        performance=performance,
        floors=request["floors"],
        means=means,
        source=Source(*request["source"]),
        name=request["name"],
        progress=_told(progress),
    )
    return Built(
        packed(made),
        made.rows,
        len(made.about),
        len(made.profiles),
        made.performed is not None,
        (*made.problems, *why),
    )


def _performed(request: Mapping[str, Any]) -> "tuple[ReferencePerformance | None, tuple[str, ...]]":
    """How the model did on these rows, also by labels that came later; and why that is not known."""
    from mlops_console.drift.performance.referring import reference_of as performance_of

    said = request["outcome"]
    if not said["label"] or not (said["score"] or said["prediction"]):
        return None, ()
    try:
        found = performance_of(outcomes_in(request, request["files"], of_window=True))
    except DataError as error:
        return None, (f"how the model did is not known: {str(error).rstrip('.')}",)
    if found.task is None or not found.metrics:
        why = found.problems[0].rstrip(".") if found.problems else "labels or scores are too few"
        return None, (f"how the model did is not known: {why}",)
    return found, ()


def _told(progress: Progress | None) -> Callable[[str], None] | None:
    """How far it is, of what is said while columns are read: `3 of 20 columns`."""
    if progress is None:
        return None
    progress(0.0)

    def told(words: str) -> None:
        done, _, of = words.removesuffix(" columns").partition(" of ")
        try:
            progress(int(done.replace(",", "")) / max(1, int(of.replace(",", ""))))
        except ValueError:
            progress(0.5)

    return told
