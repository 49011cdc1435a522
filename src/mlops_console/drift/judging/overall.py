"""The verdict on a whole window, from its features and from the classifier."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mlops_console.display import counted
from mlops_console.drift.judging.words import listed, percent
from mlops_console.drift.model import Domain, Feature, ModelReport, Verdict

HOLDS: Final = "Something drifted, and the model holds. "
"""Begins what is said of a BENIGN model."""


def overall(features: Sequence[Feature], domain: Domain | None) -> tuple[Verdict, str]:
    """Verdict, and why.

    DRIFT where a feature drifts or a classifier tells the rows apart; WATCH and NEGLIGIBLE where that is the
    worst of any feature; STABLE where at least one is; TOO FEW ROWS where no feature could show anything;
    NOT JUDGED where none could be judged.
    """
    by: dict[Verdict, list[Feature]] = {}
    for one in features:
        by.setdefault(one.verdict, []).append(one)
    judged = len(features) - len(by.get("NOT JUDGED", []))
    if not judged and (domain is None or not domain.drifted):
        return "NOT JUDGED", "No column could be judged."
    if "DRIFT" in by:
        said = f"{_of(by['DRIFT'], judged)} drifted: {_named(by['DRIFT'])}."
        if domain is not None and domain.drifted and domain.auc is not None:
            said += f" A classifier tells current rows from reference rows (AUC {_auc(domain)})."
        return "DRIFT", said + _watched(by)
    if domain is not None and domain.drifted:
        by_what = listed([name for name, _ in domain.features[:3]])
        said = f"No feature drifted by itself, but {domain.because[:1].lower()}{domain.because[1:]}"
        if not domain.because:
            said = f"No feature drifted by itself, but together they do (AUC {_auc(domain)})"
            said += f", most of all {by_what}." if by_what else "."
        return "DRIFT", said + _watched(by)
    few = len(by.get("TOO FEW ROWS", []))
    if "WATCH" in by:
        return "WATCH", f"Nothing drifted.{_watched(by)}{_unseen(few)}"
    if "NEGLIGIBLE" in by:
        moved = by["NEGLIGIBLE"]
        said = f"{_of(moved, judged)} moved too little to matter: {_named(moved)}."
        return "NEGLIGIBLE", f"Nothing drifted. {said}{_unseen(few)}"
    if few == judged:
        seen = [one.visible for one in features if one.visible is not None]
        said = f"; it took a move of {percent(min(seen))} or more to be seen" if seen else ""
        return (
            "TOO FEW ROWS",
            f"There are too few rows to say anything of {counted(judged, 'feature')}{said}.",
        )
    return "STABLE", f"None of {counted(judged, 'feature')} moved.{_unseen(few)}"


def _of(some: Sequence[Feature], judged: int) -> str:
    return f"{len(some)} of {counted(judged, 'feature')}"


def _named(features: Sequence[Feature]) -> str:
    """The most severe first, each with how far it moved, or what else is wrong with it."""
    ordered = sorted(features, key=lambda one: (-one.severity, -(one.effect or 0.0), one.measured.name))
    return listed([f"{one.measured.name} ({_how(one)})" for one in ordered])


def _how(feature: Feature) -> str:
    names = {
        "missing": "missing values", "new_levels": "new levels", "gone_levels": "levels gone",
        "tails": "extremes", "range": "out of range", "infinite": "infinite values", "constant": "constant",
    }  # fmt: skip
    raw = feature.checks[0].raw if feature.checks else None
    if raw is None:
        return feature.verdict
    if raw.name == "type":
        return "vanished" if raw.effect is not None else "its type changed"
    share = percent(raw.effect or 0.0)
    return share if raw.name == "distribution" else f"{names[raw.name]}, {share}"


def _watched(by: dict[Verdict, list[Feature]]) -> str:
    some = by.get("WATCH", [])
    return f" To be watched: {_named(some)}." if some else ""


def _unseen(few: int) -> str:
    return f" For {counted(few, 'feature')} there are too few rows." if few else ""


def _auc(domain: Domain) -> str:
    return f"{domain.auc:.2f}".removeprefix("0") if domain.auc is not None else "unknown"


def by_drift(report: ModelReport, drifted: bool) -> ModelReport:
    """The same of a model that holds, where other thresholds say whether anything drifted."""
    if report.verdict not in ("BENIGN", "STABLE"):
        return report
    because = report.because.removeprefix(HOLDS)
    if drifted:
        return replace(report, verdict="BENIGN", because=HOLDS + because)
    return replace(report, verdict="STABLE", because=because)
