"""What several columns say together, for people: the classifier, the model, who moved, what to do."""

from collections.abc import Iterator

from mlops_console.cli.drift.compare_text import hanging, head
from mlops_console.cli.drift.monitored import verdict
from mlops_console.cli.printing import coloured, table
from mlops_console.display import NONE, number, safe_text
from mlops_console.drift.advising import advice
from mlops_console.drift.model import Interval, ModelReport, Report


def lines(report: Report, first: str, told: int = 0) -> Iterator[str]:
    """Every line, safe to print.

    Args:
        report: The whole one.
        first: The verdict that was told of single features.
        told: So many of its problems were.
    """
    if report.domain is not None:
        yield from head("All together")
        yield from hanging("  ", report.domain.because)
    if report.model is not None:
        yield from _model(report.model)
    if report.segments:
        yield from head("Who moved")
        for one in report.segments:
            yield from hanging("  ", one.because or f"{one.feature}: {one.by} {one.level}")
    for problem in report.problems[told:]:
        yield from hanging("  ", problem)
    if report.verdict != first:
        yield ""
        yield from hanging(f"{coloured(verdict(report.verdict), 'strong')}  ", report.because)
    advised = advice(report)
    if advised:
        yield from head("What to do")
        for sentence in advised:
            yield from hanging("  - ", sentence)


def _model(model: ModelReport) -> Iterator[str]:
    yield from head("Model")
    yield from hanging(f"  {coloured(verdict(model.verdict), 'strong')}  ", model.because)
    if model.performance:
        listed = model.performance
        yield from table(
            ["  metric", "reference", "realised", "estimated", ""],
            [
                [f"  {safe_text(one.metric, 40)}" for one in listed],
                [number(one.reference.value, 3) if one.reference else NONE for one in listed],
                [_interval(one.realised) for one in listed],
                [_interval(one.estimated) for one in listed],
                [one.verdict for one in listed],
            ],
            [False, True, True, True, False],
        )
    if model.slices:
        yield from head("Wrong most")
        for part in model.slices:
            yield from hanging("  ", part.because)
    for problem in model.problems:
        yield from hanging("  ", problem, "muted")


def _interval(one: Interval | None) -> str:
    if one is None:
        return NONE
    return f"{number(one.value, 3)} [{number(one.low, 3)}, {number(one.high, 3)}]"
