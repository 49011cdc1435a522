"""Everything that is said of a comparison, as one value: what is printed, written and handed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_console.comparison.differing.facts import Absent, Several, Value
from mlops_console.records import Json
from mlops_console.workspace.comparing.judging import Family, Judged
from mlops_console.workspace.comparing.model import Comparison, MetricRow
from mlops_console.workspace.comparing.origin import Origin

if TYPE_CHECKING:
    from mlops_console.charts.model import Curve
    from mlops_console.comparison.predictions.model import Calibration, Slices


@dataclass(frozen=True, slots=True)
class Report:
    """A comparison with all that was concluded from it."""

    comparison: Comparison
    judged: Judged
    sentence: str
    slices: "Mapping[str, Slices]" = field(default_factory=dict)
    """By subject's key: where it differs from the base; as many as were worked out."""
    calibration: "tuple[Calibration, ...]" = ()
    """By subject, or empty."""
    code: Mapping[str, str] = field(default_factory=dict)
    """By subject's key: how its code differs from the base's, in words."""
    origin: Origin | None = None
    curves: "tuple[Curve, ...]" = ()
    """Of `drawn`, where they were read."""
    drawn: str = ""
    """The metric of the curves."""

    def as_json(self) -> dict[str, Any]:
        """One object with everything; keys never change their meaning, new ones may come."""
        comparison = self.comparison
        keys = [subject.key for subject in comparison.subjects]
        params = [row for row in comparison.differences.rows if row.section == "params"]
        return {
            "base": comparison.base.key,
            "by": comparison.asked.by,
            "at": comparison.asked.at,
            "sentence": self.sentence,
            "subjects": [
                {
                    "key": subject.key, "letter": subject.letter, "name": subject.name,
                    "base": subject.base, "runs": list(subject.runs),
                }
                for subject in comparison.subjects
            ],
            "runs": [_run(comparison, subject.key, run_id)
                     for subject in comparison.subjects for run_id in subject.runs],
            "paired_by": list(comparison.paired_by),
            "params": {row.key: _by_subject(keys, row.values) for row in params},
            "metrics": {row.key: _metric(keys, row) for row in comparison.metrics},
            "differences": [
                {
                    "section": row.section, "key": row.key, "values": _by_subject(keys, row.values),
                    "differs": [key for key, differs in zip(keys, row.differs, strict=True) if differs],
                }
                for row in comparison.differences.different
            ],
            "code": dict(self.code),
            "costs": {
                cost.key: dict(zip(keys, cost.values, strict=True)) for cost in comparison.costs
            },
            "judged": list(comparison.judged),
            "comparisons": [one.as_json() for one in self.judged.all],
            "families": [_family(one) for one in (self.judged.over_rows, self.judged.over_runs) if one],
            "slices": {key: _slices(one) for key, one in self.slices.items()},
            "calibration": {
                key: {"n": one.n, "ece": one.ece, "brier": one.brier, "problem": one.problem}
                for key, one in zip(keys, self.calibration, strict=bool(self.calibration))
            },
            "notes": list(comparison.notes),
            "origin": None if self.origin is None else self.origin.as_json(),
        }  # fmt: skip


def _run(comparison: Comparison, subject: str, run_id: str) -> dict[str, Any]:
    run = comparison.runs[run_id]
    return {
        "id": run.id, "name": run.name, "project": run.project, "path": run.path, "status": run.status,
        "subject": subject, "pair": comparison.pairs.get(run_id, ""),
    }  # fmt: skip


def _by_subject(keys: list[str], values: tuple[Value, ...]) -> dict[str, Any]:
    """Subjects without the key are left out; a group whose runs differ has an object with `several`."""
    return {
        key: json_value(value) for key, value in zip(keys, values, strict=True) if value is not Absent.ABSENT
    }


def json_value(value: Value) -> Json:
    """A value for JSON."""
    if isinstance(value, Several):
        return {"several": [json_value(one) for one in value.values]}
    return None if isinstance(value, Absent) else value


def _metric(keys: list[str], row: MetricRow) -> dict[str, Any]:
    return {
        "goal": row.goal,
        "subjects": {
            key: {
                "value": cell.value, "n": cell.n, "values": list(cell.values), "spread": cell.spread,
                "min": cell.low, "max": cell.high, "delta": cell.delta, "better": cell.better,
                "best": cell.best, "note": cell.note,
            }
            for key, cell in zip(keys, row.cells, strict=True)
        },
    }  # fmt: skip


def _slices(found: "Slices") -> dict[str, Any]:
    return {
        "metric": found.metric, "looked": found.looked, "correction": found.correction,
        "problem": found.problem, "notes": list(found.notes),
        "slices": [
            {
                "column": one.column, "name": one.name, "n": one.n, "a": one.value_a, "b": one.value_b,
                "difference": one.difference, "ci": None if one.ci is None else list(one.ci),
                "p": one.p, "q": one.q, "verdict": one.verdict, "because": one.because, "test": one.test,
            }
            for one in found.slices
        ],
    }  # fmt: skip


def _family(family: Family) -> dict[str, Any]:
    return {
        "family": family.words,
        "judged": len(family.judgements),
        "problem": family.problem,
        "notes": list(family.notes),
    }
