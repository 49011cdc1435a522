"""What two models' predictions by row say: which is better on the same rows, how sure, and where."""

from mlops_console.comparison.predictions.calibrating import calibration
from mlops_console.comparison.predictions.judging import judge_rows
from mlops_console.comparison.predictions.matching import match
from mlops_console.comparison.predictions.model import (
    Calibration,
    CalibrationBin,
    Coded,
    Matched,
    Slice,
    Slices,
    Table,
    Values,
)
from mlops_console.comparison.predictions.naming import METRICS, metric_named
from mlops_console.comparison.predictions.slicing import slices

__all__ = [
    "METRICS",
    "Calibration",
    "CalibrationBin",
    "Coded",
    "Matched",
    "Slice",
    "Slices",
    "Table",
    "Values",
    "calibration",
    "judge_rows",
    "match",
    "metric_named",
    "slices",
]
