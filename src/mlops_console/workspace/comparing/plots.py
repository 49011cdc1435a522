"""The charts of a written report, as SVG in the colours that its page defines."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.charts.model import ChartOptions, Curve
from mlops_console.charts.svg import Look
from mlops_console.charts.svg_intervals import Row, intervals_svg
from mlops_console.charts.svg_lines import line_svg
from mlops_console.documents.blocks import Picture
from mlops_console.documents.page import COLOURS, SERIES
from mlops_console.workspace.comparing.judging import tells
from mlops_console.workspace.comparing.model import Comparison, Subject
from mlops_console.workspace.comparing.saying import called, signed

if TYPE_CHECKING:
    from mlops_console.comparison.model import Judgement
    from mlops_console.comparison.predictions.model import Calibration, Slices
    from mlops_console.workspace.comparing.judging import Family
    from mlops_console.workspace.comparing.report import Report

MOST: Final = 40
"""So many rows of a picture can be told apart."""
BASE_LETTER: Final = "-"
_WIDTH: Final = 920
_NAME: Final = 32


def plot(report: "Report", picture: Picture) -> str:
    """The picture as SVG; empty where there is nothing to see."""
    match picture.name:
        case "curves":
            return _curves(report)
        case "intervals of runs":
            return _intervals(report.comparison, report.judged.over_runs)
        case "intervals of rows":
            family = report.judged.over_rows
            return "" if family is None else _intervals(report.comparison, family)
        case "slices":
            return _slices(report.comparison, picture.subject, report.slices[picture.subject])
        case "calibration":
            return _calibration(report)
    return ""


def ink(comparison: Comparison, key: str) -> str:
    """The style of a subject: the same in every picture."""
    others = [other.key for other in comparison.others]
    return "base" if key not in others else f"series{others.index(key) % SERIES}"


def curve_letter(subject: Subject) -> str:
    """What stands where a subject's curve ends."""
    return subject.letter or BASE_LETTER


def _curves(report: "Report") -> str:
    if not report.curves:
        return ""
    return line_svg(report.curves, Look(COLOURS, _WIDTH, 340, f"{report.drawn} by step"), ChartOptions())


def _intervals(comparison: Comparison, family: "Family") -> str:
    judged = [one for one in family.judgements if one.difference is not None][:MOST]
    if not judged:
        return ""
    several = len({one.metric for one in judged}) > 1
    rows = [_row(comparison, one, several=several) for one in judged]
    on = "" if several else f" on {judged[0].metric}"
    goal = {one.goal for one in judged}
    way = (
        {"max": ", more is better", "min": ", less is better", None: ""}[goal.pop()] if len(goal) == 1 else ""
    )
    title = f"Difference from base{on}, 95% interval{way}"
    return intervals_svg(rows, Look(COLOURS, _WIDTH, title=title, desc=_desc(rows)))


def _row(comparison: Comparison, one: "Judgement", *, several: bool) -> Row:
    label = called(comparison, one.b)
    verdict = one.verdict if tells(one) else "can't be said"
    return Row(
        f"{label}: {one.metric}" if several else label, one.difference, one.ci, ink(comparison, one.b),
        f"{signed(one.difference)} {verdict}",
    )  # fmt: skip


def _slices(comparison: Comparison, key: str, found: "Slices") -> str:
    told = [one for one in found.slices if one.difference is not None]
    ends = told if len(told) <= MOST // 2 else [*told[: MOST // 4], *told[-MOST // 4 :]]
    inks = {"worse": "bad", "better": "ok"}
    rows = [
        Row(
            one.name, one.difference, one.ci, inks.get(one.verdict, "common"),
            f"{signed(one.difference)} of {display.count(one.n)}",
        )
        for one in ends
    ]  # fmt: skip
    if not rows:
        return ""
    title = f"{called(comparison, key)}: difference on {found.metric} by slice, 95% interval of each alone"
    return intervals_svg(rows, Look(COLOURS, _WIDTH, title=title, desc=_desc(rows)), bars=True)


def _desc(rows: list[Row]) -> str:
    return "; ".join(f"{row.label} {row.words}" for row in rows)


def _calibration(report: "Report") -> str:
    comparison = report.comparison
    told = [
        (subject, one)
        for subject, one in zip(comparison.subjects, report.calibration, strict=True)
        if one.bins
    ]
    if not told:
        return ""
    ends = np.array([0.0, 1.0])
    drawn = [_calibrated(comparison, subject, one, band=len(told) < 3) for subject, one in told[: SERIES + 1]]
    curves = [Curve("", "score = frequency", ends, ends, "muted"), *drawn]
    options = ChartOptions(x_range=(0.0, 1.0), y_range=(0.0, 1.0))
    return line_svg(curves, Look(COLOURS, _WIDTH, 400, "Frequency by score"), options)


def _calibrated(comparison: Comparison, subject: Subject, one: "Calibration", *, band: bool) -> Curve:
    x, y = (np.array(values) for values in zip(*((b.mean_score, b.observed) for b in one.bins), strict=True))
    low, high = (np.array([b.ci[end] for b in one.bins]) for end in (0, 1))
    ends = (low, high) if band else (None, None)
    return Curve(curve_letter(subject), subject.name[:_NAME], x, y, ink(comparison, subject.key), *ends)
