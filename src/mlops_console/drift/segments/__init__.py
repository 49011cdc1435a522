"""Who moved: which part of the rows explains that a feature did."""

from mlops_console.drift.segments.finding import segments

__all__ = ["segments"]
