"""What two models' predictions by row say: which is better on the same rows, how sure, and where."""

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
    "judge_rows",
    "match",
    "metric_named",
]
