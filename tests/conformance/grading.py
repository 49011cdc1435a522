"""Holding what readers say against a case's truth, fact by fact."""

import json
import math
import posixpath
from datetime import UTC, datetime
from typing import Any

from tests.conformance.reading import Story

from mlops_console.records import RunKey

NO_END = {
    "plain",
    "lightning",
    "keras",
    "sb3",
    "boosting",
    "hydra",
    "dvc",
    "tensorboard",
    "models",
    "ultralytics",
}
"""Sources that write no mark at the end of a run."""


def grade(truth: dict[str, Any], key: RunKey, story: Story, source: str) -> list[str]:
    """A line for every fact of a true run that the story gets wrong."""
    wrong: list[str] = []
    facts = story.facts[key]

    def check(what: str, got: Any, wanted: Any, fine: bool) -> None:
        if not fine:
            wrong.append(f"{truth['path']}: {what} is {got!r}, not {wanted!r}")

    for name in ("name", "group"):
        if truth.get(name):
            check(name, facts.get(name), truth[name], facts.get(name) == truth[name])
    status = facts.get("status")
    fair = (
        {truth.get("status"), None}
        if truth.get("status") == "running" or source in NO_END
        else {truth["status"]}
    )
    check("status", status, truth.get("status"), status in fair)
    for name in ("started", "ended"):
        if truth.get(name):
            got = facts.get(name)
            check(name, got, truth[name], got is not None and abs(got / 1e6 - _when(truth[name])) < 2)
    for kind in ("params", "tags"):
        for name, value in truth[kind].items():
            got = facts.get(kind, {}).get(name, "nothing")
            check(f"{kind} {name}", got, value, _same(value, got))
    for name, wanted in truth["metrics"].items():
        if (key, name) not in story.points:
            wrong.append(f"{truth['path']}: no metric {name}")
            continue
        got = story.metric(key, name)
        for fact in ("count", "min", "max", "nan_count", "first", "last"):
            if wanted.get(fact) is not None:
                check(f"{name} {fact}", got[fact], wanted[fact], _close(wanted[fact], got[fact]))
    for name, value in (truth.get("final_metrics") or {}).items():
        if _number(value) is not None:
            got = facts.get("summary", {}).get(name)
            check(f"summary {name}", got, value, _close(value, got))
    paths = {posixpath.normpath(file.path) for file in facts.get("artifacts", ())}
    for path in truth.get("artifacts") or ():
        check("artifact", "missing", path, any(each == path or each.endswith(f"/{path}") for each in paths))
    models = {model.path for model in facts.get("models", ())}
    for model in truth.get("models") or ():
        check("model", sorted(models), model["path"], model["path"] in models)
    return wrong + (_mlflow(truth, facts) if source == "mlflow" else [])


def _mlflow(truth: dict[str, Any], facts: dict[str, Any]) -> list[str]:
    """What only MLflow's truths tell: parent, deletion, datasets, logged models."""
    pairs: list[tuple[str, Any, Any]] = []
    if truth.get("parent_id"):
        pairs.append(("parent", facts.get("parent_native_id"), truth["parent_id"]))
    if truth.get("lifecycle_stage"):
        pairs.append(("deleted", bool(facts.get("deleted")), truth["lifecycle_stage"] == "deleted"))
    pairs.append(("datasets", _named(facts.get("datasets")), _named(truth.get("datasets"))))
    own = {model.details.get("model_id"): model.details for model in facts.get("models", ())}
    for wanted in truth.get("logged_models") or ():
        details = own.get(wanted["model_id"], {})
        said = [
            name for name in ("name", "status", "flavors", "params", "tags", "registered") if wanted.get(name)
        ]
        pairs += [(f"model's {name}", details.get(name), wanted[name]) for name in said]
        found = details.get("metrics") or ()
        pairs.append(
            ("model's metrics", [one for one in wanted.get("metrics") or () if one not in found], [])
        )
    return [
        f"{truth['path']}: {what} is {got!r}, not {wanted!r}" for what, got, wanted in pairs if got != wanted
    ]


def _named(datasets: Any) -> list[list[str]]:
    return sorted([one.get(key) or "" for key in ("name", "digest", "context")] for one in datasets or ())


def _when(text: str) -> float:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    words = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    try:
        return float(words.get(value, value)) if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        return None


def _close(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, list):
        return all(_close(*pair) for pair in zip(wanted, got, strict=True) if pair[0] is not None)
    one, other = _number(wanted), _number(got)
    if one is None or other is None:
        return str(wanted) == str(got)
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return one == other or math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)


def _same(wanted: Any, got: Any) -> bool:
    if _close(wanted, got) or wanted == got:
        return True
    return json.dumps(wanted, sort_keys=True) == json.dumps(got, sort_keys=True, default=str)
