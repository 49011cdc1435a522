"""Which of two sets of runs is better, over seeds or folds, and how sure that is."""

from mlops_console.comparison.statistics.family import holm, judge_all
from mlops_console.comparison.statistics.judging import judge
from mlops_console.comparison.statistics.sample import Sample

__all__ = ["Sample", "holm", "judge", "judge_all"]
