"""Windows that have passed, as lines of figures: their files are read and judged in the analysis child.

A file of thousands of columns holds their histograms: reading it would stop the interface, which needs of an
older window a verdict and a few numbers a feature.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final, get_args

import numpy as np

from mlops_console import beneath
from mlops_console.analysis.over_verdicts import MOST_BYTES, of_use, with_floors
from mlops_console.comparison.model import Progress
from mlops_console.drift.judged_form import made, made_all
from mlops_console.drift.judging.classified import by_classifier
from mlops_console.drift.judging.judge import judge
from mlops_console.drift.judging.overall import overall
from mlops_console.drift.model import Domain, Feature, Measured, Rules, Verdict

EDITION: Final = 1
"""Another one as soon as the same windows and rules come to other figures."""
WORDS: Final[tuple[Verdict, ...]] = get_args(Verdict)
"""Of features, by code."""


def sum_up_windows(request: Mapping[str, Any], progress: Progress | None = None) -> bytes:
    """Stored windows by thresholds, without what only a picture of one needs; null for a file of no use.

    Is given what `over_verdicts.judge_stored` is, and `classifier`, the AUC from which on that says DRIFT, or
    null. A window's `form` is what its file holds but for the features; `names`, and in their order `effect`,
    `missing`, `severity` (little-endian 32-bit floats in base64; NaN: not known), `words` (codes of `WORDS`).
    """
    rules = made(Rules, request["rules"])
    found = []
    for place, file in enumerate(request["files"]):
        if progress is not None:
            progress(place / len(request["files"]))
        found.append(_passed(request, file, rules))
    return json.dumps({"passed": found}, allow_nan=False, separators=(",", ":")).encode()


def _passed(request: Mapping[str, Any], file: str, rules: Rules) -> dict[str, Any] | None:
    for root, below in request["places"]:
        try:
            form = json.loads(beneath.read_small(root, f"{below}/{file}", MOST_BYTES))
            return _summed(form, request, rules)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return None


def _summed(form: dict[str, Any], request: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    measured = made_all(Measured, form.pop("features"))
    floors = {str(name): float(value) for name, value in form["floors"].items()}
    domain = None if form["domain"] is None else made(Domain, form["domain"])
    newest = max((int(one["modified_ns"]) for one in form["window"]["files"]), default=None)
    form["window"]["files"] = [] if newest is None else [{"modified_ns": newest}]
    features = judge(measured, with_floors(rules, floors), of_use(request["importance"], measured))
    verdict, because = overall(features, by_classifier(domain, request["classifier"]))
    return {"form": form, "verdict": verdict, "because": because, **_figures(features)}


def _figures(features: tuple[Feature, ...]) -> dict[str, Any]:
    effects = [float("nan") if one.effect is None else one.effect for one in features]
    return {
        "names": [one.measured.name for one in features],
        "effect": _packed(np.array(effects, "<f4")),
        "missing": _packed(np.array([one.measured.missing_cur for one in features], "<f4")),
        "severity": _packed(np.array([one.severity for one in features], "<f4")),
        "words": _packed(np.array([WORDS.index(one.verdict) for one in features], "<u1")),
    }


def _packed(values: "np.ndarray[Any, Any]") -> str:
    return base64.b64encode(values.tobytes()).decode()
