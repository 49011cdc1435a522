"""What differs between runs: params, code, packages, data, surroundings and what they took."""

from mlops_console.comparison.differing.facts import Absent, Facts, Section, Several, merged
from mlops_console.comparison.differing.rows import Differences, Row, rows
from mlops_console.comparison.differing.values import Line, value_diff, worth_a_diff

__all__ = [
    "Absent",
    "Differences",
    "Facts",
    "Line",
    "Row",
    "Section",
    "Several",
    "merged",
    "rows",
    "value_diff",
    "worth_a_diff",
]
