"""A report as JSON: the form that docs/drift-json.md describes, the same to the byte for the same report."""

import math
from collections.abc import Mapping
from typing import Any, Final

from mlops_console.drift.advising import advice
from mlops_console.drift.model import (
    Check,
    Domain,
    ErrorSlice,
    Feature,
    Interval,
    ModelReport,
    Performance,
    Report,
    Rules,
    Segment,
    Side,
)
from mlops_console.records import Json

FORM: Final = 1
"""Grows when what is there changes its meaning; what is only added leaves it."""


def report_json(report: Report) -> dict[str, Json]:
    """The whole report: one object without NaN, keys always in the same order."""
    return {
        "form": FORM,
        "verdict": report.verdict,
        "because": report.because,
        "reference": _side(report.reference),
        "current": _side(report.current),
        "dataset": _dataset(report),
        "features": {one.measured.name: _feature(one) for one in report.features},
        "model": None if report.model is None else _model(report.model),
        "segments": [_segment(one) for one in report.segments],
        "rules": _rules(report.rules),
        "to_do": list(advice(report)),
        "problems": list(report.problems),
    }


def finite(value: Any) -> Json:
    """A value without numbers that JSON does not have: they are null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(inner) for inner in value]
    plain_value: Json = value
    return plain_value


def _side(side: Side) -> dict[str, Json]:
    return {
        "name": side.name, "rows": side.rows, "columns": side.columns, "sha256": side.sha256,
        "exact": side.exact,
    }  # fmt: skip


def _dataset(report: Report) -> dict[str, Json]:
    domain = report.domain or Domain(None)
    counts: dict[str, Json] = {}
    for feature in report.features:
        before = counts.get(feature.verdict, 0)
        counts[feature.verdict] = 1 + before if isinstance(before, int) else 1
    return {
        "domain_classifier_auc": finite(domain.auc),
        "domain_classifier_p": finite(domain.p),
        "domain_classifier_rows": domain.rows,
        "domain_classifier_drifted": None if domain.auc is None else domain.drifted,
        "domain_classifier_features": [
            {"name": name, "share": finite(share)} for name, share in domain.features
        ],
        "domain_classifier_because": domain.because,
        "drifted": report.verdict == "DRIFT",
        "verdicts": {word: counts[word] for word in sorted(counts)},
    }


def _feature(one: Feature) -> dict[str, Json]:
    """Ours first; a measure of another package can't take the place of what is said here."""
    measured = one.measured
    looked = bool(measured.statistics or measured.checks or measured.n_ref or measured.n_cur)
    both = measured.dtype_ref is not None and measured.dtype_cur is not None
    known = looked and both
    own: dict[str, Json] = {
        "kind": measured.kind,
        "verdict": one.verdict,
        "effect": finite(one.effect),
        "q": finite(one.q),
        "because": one.because,
        "n_ref": measured.n_ref if known else None,
        "n_cur": measured.n_cur if known else None,
        "missing_ref": finite(measured.missing_ref) if known else None,
        "missing_cur": finite(measured.missing_cur) if known else None,
        "visible": finite(one.visible),
        "severity": finite(one.severity),
        "type_ref": measured.dtype_ref,
        "type_cur": measured.dtype_cur,
        "checks": [_check(check) for check in one.checks],
    }
    return own | {name: finite(value) for name, value in measured.statistics.items() if name not in own}


def _check(check: Check) -> dict[str, Json]:
    raw = check.raw
    return {
        "name": raw.name, "verdict": check.verdict, "effect": finite(raw.effect), "p": finite(raw.p),
        "q": finite(check.q), "certain": raw.certain, "because": check.because,
    }  # fmt: skip


def _model(model: ModelReport) -> dict[str, Json]:
    return {
        "verdict": model.verdict, "because": model.because, "outside": finite(model.outside),
        "supported": model.supported, "performance": [_performance(one) for one in model.performance],
        "problems": list(model.problems), "slices": [_slice(one) for one in model.slices],
    }  # fmt: skip


def _performance(one: Performance) -> dict[str, Json]:
    return {
        "metric": one.metric, "goal": one.goal, "verdict": one.verdict, "because": one.because,
        "reference": _interval(one.reference), "realised": _interval(one.realised),
        "estimated": _interval(one.estimated), "labelled": finite(one.labelled),
    }  # fmt: skip


def _slice(one: ErrorSlice) -> dict[str, Json]:
    return {
        "by": one.by, "level": one.level, "metric": one.metric, "goal": one.goal,
        "figure": _interval(one.figure), "rest": finite(one.rest), "worse": finite(one.worse),
        "share": finite(one.share), "p": finite(one.p), "q": finite(one.q), "because": one.because,
    }  # fmt: skip


def _interval(one: Interval | None) -> dict[str, Json] | None:
    if one is None:
        return None
    return {"value": finite(one.value), "low": finite(one.low), "high": finite(one.high), "n": one.n}


def _segment(one: Segment) -> dict[str, Json]:
    return {
        "feature": one.feature, "by": one.by, "level": one.level, "share_ref": finite(one.share_ref),
        "share_cur": finite(one.share_cur), "explains": finite(one.explains), "because": one.because,
        "how": one.how,
    }  # fmt: skip


def _rules(rules: Rules) -> dict[str, Json]:
    return {
        "drift": rules.drift, "watch": rules.watch, "q": rules.q, "power": rules.power,
        "method": rules.method,
        "floors": {name: finite(rules.floors[name]) for name in sorted(rules.floors)},
        "overrides": {name: list(rules.overrides[name]) for name in sorted(rules.overrides)},
    }  # fmt: skip
