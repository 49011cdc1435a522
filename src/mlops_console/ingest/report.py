"""What a scan found."""

from dataclasses import dataclass

from mlops_console.records import Problem


@dataclass(frozen=True, slots=True)
class ScanReport:
    """Runs by what became of them, all standing problems, and what it took."""

    new: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]
    seconds: float
    files_opened: int
