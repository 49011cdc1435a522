"""Monitors and their windows as plain values: what `--json` prints, and what the same input prints again."""

from collections.abc import Sequence

from mlops_console.display import iso
from mlops_console.drift.judged_form import plain
from mlops_console.drift.model import Feature, ModelReport
from mlops_console.records import Json
from mlops_console.workspace.drifting.replaying import Proposal, Replayed
from mlops_console.workspace.drifting.standing import Standing, Told, shown_rules

Object = dict[str, Json]


def standing_json(one: Standing) -> Object:
    """How a monitor stands."""
    watched, newest = one.watched, one.newest
    monitor = watched.monitor
    return {
        "project": watched.project.name,
        "monitor": watched.name,
        "model": monitor.model or None,
        "owner": monitor.owner or None,
        "code": one.code,
        "verdict": newest.verdict if newest is not None else None,
        "alarm": newest.alarm if newest is not None else False,
        "because": one.because,
        "confirm": {
            "windows": newest.hits if newest is not None else 0,
            "least": monitor.confirm[0],
            "of": monitor.confirm[1],
        },
        "since": None
        if one.onset is None
        else {"window": one.onset.window, "windows": one.onset.windows, "feature": one.onset.feature or None},
        "window": None if newest is None else window_json(newest),
        "thresholds": dict(shown_rules(watched.rules())),
        "awaited": None if one.awaited is None else {"window": one.awaited[0], "because": one.awaited[1]},
        "action": monitor.action or None,
        "problems": list(one.problems),
    }


def window_json(one: Told) -> Object:
    """A judged window."""
    judged = one.judged
    return {
        "window": judged.window,
        "start": iso(judged.start),
        "end": iso(judged.end),
        "rows": judged.current.rows,
        "verdict": one.verdict,
        "because": one.because,
        "alarm": one.alarm,
        "drifts": one.hits,
        "moved": [_feature(feature) for feature in one.moved],
        "ranked_by": "effect and importance" if one.weighed else "effect",
        "domain": plain(one.domain),
        "model": _model(one.model),
        "segments": plain(judged.segments),
        "reference": plain(judged.reference),
        "superseded": one.superseded,
        "by": judged.by,
        "host": judged.host,
        "at": iso(judged.at),
        "labelled_at": iso(judged.labelled_at) if judged.labelled_at else None,
        "problems": [*judged.problems, *(one.model.problems if one.model is not None else ())],
    }


def replayed_json(one: Replayed) -> Object:
    """A window by what holds and by other thresholds."""
    judged = one.before.judged
    return {
        "window": judged.window,
        "start": iso(judged.start),
        "end": iso(judged.end),
        "before": _side(one.before),
        "after": _side(one.after),
        "change": "quiet" if one.quiet else "appears" if one.appears else None,
    }


def proposal_json(window: str, found: Sequence[Proposal]) -> Object:
    """What would make the alarm of a window go quiet."""
    return {
        "quiet_for": window,
        "proposals": [
            {
                "keys": dict(one.keys),
                "change": one.change,
                "quiet": list(one.quiet),
                "alarms_left": one.alarms,
            }
            for one in found
        ],
    }


def _side(one: Told) -> Object:
    return {
        "verdict": one.verdict,
        "alarm": one.alarm,
        "moved": [feature.measured.name for feature in one.moved],
        "because": one.because,
    }


def _feature(one: Feature) -> Object:
    return {
        "name": one.measured.name,
        "verdict": one.verdict,
        "effect": one.effect,
        "severity": one.severity,
        "q": one.q,
        "because": one.because,
    }


def _model(model: ModelReport | None) -> Json:
    if model is None:
        return None
    found: Json = plain(model)
    return found
