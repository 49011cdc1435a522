"""Reference against current: measured, judged, told; then what several columns say together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from mlops_console.comparison.model import Progress
from mlops_console.display import safe_text
from mlops_console.drift import harm
from mlops_console.drift.floors_in_time import floors_of
from mlops_console.drift.judging.judge import judge
from mlops_console.drift.judging.overall import overall
from mlops_console.drift.measuring import FAILURES, measure
from mlops_console.drift.model import Domain, Feature, Measured, Report, Rules, Side
from mlops_console.drift.options import Options
from mlops_console.drift.tables.places import ChangedError
from mlops_console.errors import DataError

if TYPE_CHECKING:
    from mlops_console.drift.tables.model import Reference, Table

T = TypeVar("T")
_MEASURED: Final = 0.7
"""Of the work, when the univariate verdict is told."""


def compare(
    reference: "Reference",
    current: "Table",
    options: Options | None = None,
    *,
    told: Callable[[Report], None] | None = None,
    progress: Progress | None = None,
) -> Report:
    """One window.

    Args:
        reference: What it is held against: a table, or a baseline.
        current: The window.
        options: How.
        told: Gets the report of single features as soon as it is there; the classifier, the model and who
            moved come after it.
        progress: Told how far it is; may raise to have it given up.

    Raises:
        DataError: A side can't be read at all, or changed meanwhile. A column that can't costs a sentence in
            `problems`.
    """
    options = options or Options()
    _catch_rows(reference, current, wanted=_asks_rows(options))
    found = measure(reference, current, options, _part(progress, 0.0, _MEASURED))
    rules = _with_floors(reference, current.rows, found.features, options, found.problems)
    said = (*_own("reference", reference.problems), *_own("current", current.problems), *found.problems)
    report = judged(
        found.features, rules, side_of(reference), side_of(current),
        importance=options.importance, problems=said,
    )  # fmt: skip
    if told is not None:
        told(report)
    return together(report, reference, current, options, _part(progress, _MEASURED, 1.0))


def judged(
    features: Sequence[Measured],
    rules: Rules,
    reference: Side,
    current: Side,
    *,
    importance: Mapping[str, float] | None = None,
    domain: Domain | None = None,
    problems: Sequence[str] = (),
) -> Report:
    """What was measured, now or long ago, as a report."""
    found = judge(features, rules, importance)
    verdict, because = overall(found, domain)
    return Report(
        verdict, reference, current, because, found, rules, domain, problems=tuple(dict.fromkeys(problems))
    )


def together(
    report: Report,
    reference: "Reference",
    current: "Table",
    options: Options,
    progress: Progress | None = None,
) -> Report:
    """The report with what needs several columns: the classifier, the model, who moved."""
    # As the reference has them: what judging puts first must not change what trees see.
    order = {name: at for at, name in enumerate(reference.columns())}
    names = sorted(
        (one.measured.name for one in report.features if _on_both(one, options)), key=lambda name: order[name]
    )
    problems: list[str] = []
    if options.classifier:
        from mlops_console.drift.domain import domain

        asked = _tried(lambda: domain(reference, current, names, seed=options.seed), problems, "classifier")
        verdict, because = overall(report.features, asked)
        report = replace(report, domain=asked, verdict=verdict, because=because)
    if progress is not None:
        progress(0.6)
    if harm.asked_for(options):
        model = _tried(lambda: harm.model_of(report, reference, current, options, names), problems, "model")
        report = replace(report, model=model)
    if progress is not None:
        progress(0.8)
    if options.segments is not None:
        from mlops_console.drift.segments import segments

        by, leave, moved = options.segments, options.outcomes, report.features
        found = _tried(lambda: segments(reference, current, moved, by, leave=leave), problems, "segments")
        report = replace(report, segments=found or ())
    if progress is not None:
        progress(1.0)
    return replace(report, problems=(*report.problems, *problems))


def _tried(work: Callable[[], T], problems: list[str], what: str) -> T | None:
    """What came of it; None, told, where the data does not allow it."""
    from polars.exceptions import PanicException, PolarsError

    try:
        return work()
    except ChangedError:
        raise
    except DataError as error:
        why = str(error).rstrip(".")
    except (*FAILURES, PolarsError, PanicException) as error:
        why = f"{type(error).__name__}: {safe_text(str(error), 200)}"
    problems.append(f"Nothing can be told of the {what}: {why}.")
    return None


def _asks_rows(options: Options) -> bool:
    """Whether `together` will want whole rows."""
    return options.classifier or options.segments is not None or harm.asked_for(options)


def _catch_rows(*sides: "Reference", wanted: bool) -> None:
    """Of tables, whether rows are kept while their columns are read."""
    for side in sides:
        drawn = getattr(side, "drawn", None)
        if drawn is not None:
            drawn.wanted = wanted


def side_of(side: "Reference") -> Side:
    """What a side is."""
    return Side(side.rows, len(side.columns()), side.name, side.sha256, side.exact)


def _on_both(feature: Feature, options: Options) -> bool:
    measured = feature.measured
    both = measured.dtype_ref is not None and measured.dtype_cur is not None
    return both and feature.verdict != "NOT JUDGED" and measured.name not in options.outcomes


def _with_floors(
    reference: "Reference",
    window: int,
    features: Sequence[Measured],
    options: Options,
    problems: list[str],
) -> Rules:
    """The rules, with limits raised where the reference moves by itself."""
    rules = options.rules
    if not options.floors or rules.floors:
        return rules
    time = options.kinds.time
    found = _tried(lambda: floors_of(reference, window, features, rules, time), problems, "reference in time")
    names = {one.name for one in features}
    return replace(rules, floors={name: floor for name, floor in (found or {}).items() if name in names})


def _own(side: str, problems: Sequence[str]) -> list[str]:
    return [f"{side}: {problem}" for problem in problems]


def _part(progress: Progress | None, begin: float, end: float) -> Progress | None:
    return None if progress is None else lambda share: progress(begin + share * (end - begin))
