"""Stored verdicts by thresholds, in the analysis child: only it works out the chances of tests."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mlops_console import beneath
from mlops_console.comparison.model import Progress
from mlops_console.drift.judged_form import made, made_all
from mlops_console.drift.judging.form import compact
from mlops_console.drift.judging.judge import judge
from mlops_console.drift.model import Measured, Rules

MOST_BYTES: Final = 64 << 20


def judge_stored(request: Mapping[str, Any], progress: Progress | None = None) -> bytes:
    """The features of stored windows, judged by rules (`drift.judging.form`); null for a file of no use.

    Is given `places` (pairs of a root and a folder below it, where a file is looked for in turn), `files`
    (names), `rules` (as `judged_form.plain` writes them), `importance` (of features, or null).
    """
    rules = made(Rules, request["rules"])
    found = []
    for place, file in enumerate(request["files"]):
        if progress is not None:
            progress(place / len(request["files"]))
        found.append(_judged(request["places"], file, rules, request["importance"]))
    return json.dumps({"judged": found}, allow_nan=False, separators=(",", ":")).encode()


def _judged(
    places: list[list[str]], file: str, rules: Rules, importance: Mapping[str, float] | None
) -> list[Any] | None:
    for root, below in places:
        try:
            form = json.loads(beneath.read_small(root, f"{below}/{file}", MOST_BYTES))
            measured = made_all(Measured, form["features"])
            floors = {str(name): float(value) for name, value in form["floors"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        return compact(judge(measured, with_floors(rules, floors), of_use(importance, measured)))
    return None


def with_floors(rules: Rules, floors: Mapping[str, float]) -> Rules:
    """A window's own floors hold where the rules name none."""
    return replace(rules, floors=floors) if floors and not rules.floors else rules


def of_use(
    importance: Mapping[str, float] | None, measured: tuple[Measured, ...]
) -> Mapping[str, float] | None:
    """Importance where it says anything about these features."""
    known = importance is not None and any(importance.get(one.name, 0.0) > 0.0 for one in measured)
    return importance if known else None
