"""Evidence for tests of gates."""

from dataclasses import replace
from typing import Any

from mlops_console.promotion.gates import gates
from mlops_console.promotion.model import Evidence, GateResult
from mlops_console.wishes.model import ModelWishes

WISHES = ModelWishes("churn", owner="ana", metric="auc", goal="max")
EVIDENCE = Evidence(
    "churn",
    "champion",
    4,
    WISHES,
    author_uid=1001,
    author="ana",
    champion=3,
    candidate_metrics={"auc": 0.9171, "loss": 0.31},
    champion_metrics={"auc": 0.9131, "loss": 0.33},
    aliases={"champion": {"auc": 0.9131, "loss": 0.33}},
)


def seen(**parts: Any) -> Evidence:
    return replace(EVIDENCE, **parts)


def ask(name: str, wish: Any, evidence: Evidence = EVIDENCE) -> list[GateResult]:
    gate = gates()[name]
    return list(gate.check(wish, evidence))


def one(name: str, wish: Any = True, evidence: Evidence = EVIDENCE, **parts: Any) -> GateResult:
    (result,) = ask(name, wish, replace(evidence, **parts))
    return result
