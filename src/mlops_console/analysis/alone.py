"""How sure the figures of one model are: by the rows that it predicted, by the seeds it was trained with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mlops_console.analysis.over_rows import Predictor, Tables
from mlops_console.comparison.model import Progress

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Surety:
    """By metric, what could be told."""

    rows: Mapping[str, tuple[float, Interval, int]] = field(default_factory=dict)
    """The value on the rows, its interval, and of how many rows."""
    seeds: Mapping[str, tuple[float, Interval, int]] = field(default_factory=dict)
    """The mean, its interval, and of how many runs."""
    problems: tuple[str, ...] = ()
    """Why some have none, a sentence each."""


def sure_of(
    values: Mapping[str, Sequence[float]],
    run: Predictor | None,
    metrics: Sequence[str],
    progress: Progress | None = None,
) -> Surety:
    """Intervals of one model's metrics.

    Args:
        values: Metric -> its value in each run of the configuration.
        run: Whose predictions tell; None: it has none.
        metrics: What is asked of the predictions.
        progress: Told how far it is.
    """
    from mlops_console.comparison.predictions.alone import alone
    from mlops_console.comparison.sentences import sentence
    from mlops_console.comparison.statistics.mean import mean_interval

    seeds = {}
    for metric, each in values.items():
        found = mean_interval(each)
        if found is not None:
            seeds[metric] = (*found, len(each))
    rows = {}
    problems: dict[str, None] = {}
    if run is not None:
        tables = Tables(others=False, choice=None)
        read = tables.of(run)
        problems.update(tables.problems)
        for at, metric in enumerate(metrics if read is not None else ()):
            assert read is not None
            told = alone(metric, read[1])
            if told is not None and told.ci is not None and told.value is not None:
                rows[metric] = (told.value, told.ci, told.rows)
            elif told is not None and told.problem:
                problems.setdefault(f"{metric}: {told.problem}")
            if progress is not None:
                progress((at + 1) / len(metrics))
    return Surety(rows, seeds, tuple(sentence(one) for one in problems))
