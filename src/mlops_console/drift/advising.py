"""What to do about a report, in words: one sentence for each kind of thing that was found."""

from collections.abc import Iterator, Sequence
from typing import Final

from mlops_console.display import safe_text
from mlops_console.drift.model import SEVERITY, CheckName, Feature, Report

_NAMED: Final = 4


def advice(report: Report) -> tuple[str, ...]:
    """Recommendations with their reasons, the most urgent first; none where nothing need be done."""
    return (*_pipeline(report), *_model(report), *_rows(report))


def _pipeline(report: Report) -> Iterator[str]:
    """What is wrong with data is looked for where data is made, before any model is."""
    typed = _with(report, "type", 5)
    gone = [one for one in typed if one.measured.dtype_cur is None]
    if gone:
        yield f"Look at what writes the data first: {_names(gone)} {_has(gone)} vanished."
    changed = [one for one in typed if one.measured.dtype_cur is not None]
    if changed:
        its = "its type" if len(changed) == 1 else "their types"
        yield f"Look at what writes the data first: {_names(changed)} changed {its}."
    missing = _with(report, "missing", 4)
    if missing:
        more = [one for one in missing if one.measured.missing_cur > one.measured.missing_ref]
        if more:
            yield f"Find out why {_names(more)} {_has(more)} fewer values than before."
    new = _with(report, "new_levels", 4)
    if new:
        yield f"The model has not learned the new levels of {_names(new)}: map them, or train with them."
    infinite = _with(report, "infinite", 3)
    if infinite:
        yield f"Find out what writes infinite values into {_names(infinite)}."


def _model(report: Report) -> Iterator[str]:
    drifted = report.verdict == "DRIFT"
    verdict = report.model.verdict if report.model is not None else "UNKNOWN"
    if verdict == "HARMFUL":
        yield "The model does worse on these rows: train it anew with recent data, or roll it back."
    elif verdict == "BENIGN":
        yield "The model does as well as before: what moved is no reason to train it anew."
    elif drifted and verdict == "UNVERIFIED":
        yield "Get labels for these rows: how the model does on them can't be told without."
    elif drifted and report.model is None:
        yield "Whether that harms the model is not known: name its columns with --label and --score."
    elif drifted and verdict == "UNKNOWN":
        yield "Whether that harms the model only labels can tell: get them, and compare with --labels."


def _rows(report: Report) -> Iterator[str]:
    few = [one for one in report.features if one.verdict == "TOO FEW ROWS"]
    if few and report.verdict == "TOO FEW ROWS":
        yield "Compare longer windows: these have too few rows to show a drift."


def _with(report: Report, name: CheckName, least: int) -> list[Feature]:
    """Features of which this check says at least so much."""
    return [
        one
        for one in report.features
        if any(check.raw.name == name and SEVERITY[check.verdict] >= least for check in one.checks)
    ]


def _names(features: Sequence[Feature]) -> str:
    names = [safe_text(one.measured.name, 60) for one in features[:_NAMED]]
    if len(features) > _NAMED:
        return f"{', '.join(names)} and {len(features) - _NAMED:,} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _has(features: Sequence[Feature]) -> str:
    return "has" if len(features) == 1 else "have"
