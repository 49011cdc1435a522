"""A comparison as CSV: a line per metric and subject, with what was judged of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mlops_console.display import csv_line, json_number, json_text

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.report import Report

COLUMNS: Final = (
    "metric", "goal", "subject", "name", "base", "value", "n", "spread", "delta",
    "unit", "difference", "ci_low", "ci_high", "p", "p_holm", "effect_size", "n_a", "n_b", "test", "verdict",
    "because",
)  # fmt: skip


def csv_lines(report: "Report") -> Iterator[str]:
    """The head and the lines; a subject that was judged twice (rows and runs) has two."""
    lines = [csv_line(COLUMNS)]
    comparison = report.comparison
    for row in comparison.metrics:
        for subject, cell in zip(comparison.subjects, row.cells, strict=True):
            start = [
                json_text(row.key), row.goal or "", json_text(subject.key), json_text(subject.name),
                "yes" if subject.base else "no", json_number(cell.value), cell.n, cell.spread, cell.delta,
            ]  # fmt: skip
            judged = [one for one in report.judged.all if one.metric == row.key and one.b == subject.key]
            for one in judged:
                said = one.as_json()
                low, high = said["ci"] or ("", "")
                keys = ("p", "p_holm", "effect_size", "n_a", "n_b", "test", "verdict", "because")
                told = (said[key] for key in keys)
                lines.append(csv_line([*start, one.unit, said["difference"], low, high, *told]))
            if not judged:
                lines.append(csv_line([*start, *[""] * (len(COLUMNS) - len(start))]))
    yield "".join(lines)
