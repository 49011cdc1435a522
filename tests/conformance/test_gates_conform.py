"""What every gate must hold, whatever it looks at: ours, and those of installed plug-ins.

For a gate that is not installed yet, with an entry point in the group `mlops_console.gates` in a folder:

    PYTHONPATH=my_package pytest tests/conformance/test_gates_conform.py
"""

import dataclasses
import json
import tomllib
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlops_console.promotion.evaluating import evaluate, mistakes_of, needs_of
from mlops_console.promotion.gates import BUILT_IN, gates
from mlops_console.promotion.model import (
    ApprovalSeen,
    CommandOutcome,
    DriftSeen,
    Evidence,
    GateResult,
    Integrity,
    Judged,
    Need,
    SliceFound,
    Verdict,
)
from mlops_console.wishes.model import Kpi, ModelWishes

texts = st.text(max_size=12) | st.sampled_from(["auc", "loss", "champion", "\x1b[31m", "\udcff", "[/red]"])
floats = st.floats() | st.sampled_from([0.0, 0.85, 1.0])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
maybe = st.none() | floats
intervals = st.none() | st.tuples(floats, floats)
counts = st.integers(0, 10**30)
metrics = st.dictionaries(texts, floats, max_size=4)
kpis = st.builds(
    Kpi, texts, texts, st.sampled_from(["min", "max"]), floor=maybe, target=maybe, owner=texts,
    worth=maybe, currency=texts, per=texts,
)  # fmt: skip
wishes_of_models = st.builds(
    ModelWishes, texts, metric=texts, kpis=st.lists(kpis, max_size=2).map(tuple),
    gates=st.dictionaries(texts, st.dictionaries(texts, json_values, max_size=2), max_size=2),
)  # fmt: skip
judgements = st.builds(
    Judged, texts, st.none() | st.sampled_from(["min", "max"]),
    st.sampled_from(["better", "worse", "equivalent", "not shown to differ"]),
    maybe, intervals, maybe, texts, texts, st.sampled_from(["runs", "rows", ""]),
)  # fmt: skip
descriptions = st.dictionaries(
    st.sampled_from(["format", "unsafe_format", "dangerous", "not_scanned", "details", "warnings", "problem"])
    | texts,
    json_values | st.lists(texts, max_size=2),
    max_size=6,
)
runs = st.dictionaries(
    st.sampled_from(["status", "ended", "code", "environment", "datasets", "params"]) | texts,
    json_values
    | st.dictionaries(st.sampled_from(["commit", "dirty", "untracked", "packages", "python"]), json_values)
    | st.lists(st.dictionaries(st.sampled_from(["name", "sha256", "digest"]), json_values), max_size=2),
    max_size=5,
)
commands = st.builds(
    CommandOutcome, texts, st.booleans(), st.none() | st.integers(-9, 256),
    st.none() | st.dictionaries(st.sampled_from(["measured", "required", "because", "verdict"]), json_values),
    texts, st.floats(0, 1e6), st.booleans(),
)  # fmt: skip
monitors = st.builds(
    DriftSeen, texts, st.sampled_from(["harmful", "drift", "watch", "ok", "unjudged", "stale"]) | texts,
    texts, texts, st.none() | st.floats(),
)  # fmt: skip
tuples_of_texts = st.lists(texts, max_size=3).map(tuple)
evidences = st.builds(
    Evidence,
    model=texts,
    alias=texts,
    version=st.integers(1, 10**6),
    wishes=wishes_of_models,
    author_uid=st.integers(0, 5),
    author=texts,
    champion=st.none() | st.integers(1, 10**6),
    external=st.booleans(),
    candidate_metrics=st.none() | metrics,
    champion_metrics=st.none() | metrics,
    aliases=st.dictionaries(texts, metrics, max_size=2),
    judgements=st.none() | st.lists(judgements, max_size=3).map(tuple),
    comparison_problem=texts,
    slices=st.none()
    | st.lists(st.builds(SliceFound, texts, counts, maybe, intervals), max_size=4).map(tuple),
    slices_problem=texts,
    approvals=st.none()
    | st.lists(st.builds(ApprovalSeen, texts, st.integers(0, 5), st.booleans(), tuples_of_texts)).map(tuple),
    promoter_uid=st.none() | st.integers(0, 5),
    run=st.none() | runs,
    integrity=st.none()
    | st.builds(
        Integrity, tuples_of_texts, counts, counts, st.floats(0, 1e9), st.booleans(), tuples_of_texts
    ),
    description=st.none() | descriptions,
    size=st.none() | st.integers(-(2**63), 10**30),
    card_missing=st.none() | tuples_of_texts,
    commands=st.dictionaries(
        st.sampled_from(["python check.py  (in ., at most 60 s)"]) | texts, commands, max_size=2
    ),
    metric_notes=st.dictionaries(texts, texts, max_size=2),
    author_proven=st.booleans(),
    drift=st.none() | st.lists(monitors, max_size=3).map(tuple),
)
everywhere = pytest.mark.parametrize("name", list(gates()))
_PLENTY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
_PARTS = {
    "metrics": ("candidate_metrics", "champion_metrics"),
    "comparison": ("judgements",),
    "slices": ("slices",),
    "approvals": ("approvals",),
    "run": ("run",),
    "integrity": ("integrity",),
    "description": ("description",),
    "card": ("card_missing",),
    "drift": ("drift",),
}


def wish_of(example: str, name: str):
    return tomllib.loads(example)[name]


def wishes_for(name: str):
    """Wishes that a person may have written: ours of the example, pieces of it, and anything."""
    right = wish_of(gates()[name].example, name)
    near = [right, True, False, 0, 1, 0.01, "strict", "2 GB", ["auc >= champion"], {"margin": 0.01}]
    return st.sampled_from(near) | json_values


def nothing(**known) -> Evidence:
    return Evidence("churn", "champion", 4, ModelWishes("churn", metric="auc"), 1, "ana", champion=3, **known)


def fits(name: str, result: GateResult) -> None:
    assert isinstance(result, GateResult)
    assert result.gate == name or result.gate.startswith(f"{name}: ")
    assert result.verdict in get_args(Verdict)
    assert result.because.strip()
    assert all(isinstance(text, str) for text in (result.measured, result.required, result.evidence))
    assert result.measured
    assert result.required
    json.loads(json.dumps(result.as_json(), allow_nan=False))


@everywhere
@_PLENTY
@given(data=st.data())
def test_it_answers_whatever_it_is_shown_and_the_same_twice(name: str, data) -> None:
    wish, evidence = data.draw(wishes_for(name)), data.draw(evidences)
    gate = gates()[name]
    found = list(gate.check(wish, evidence))
    assert found
    for result in found:
        fits(name, result)
    assert list(gate.check(wish, evidence)) == found
    assert all(isinstance(one, str) and one for one in gate.mistakes(wish))
    if gate.mistakes(wish):
        assert any(one.verdict == "unknown" for one in found)


@everywhere
def test_what_it_says_of_itself_holds(name: str) -> None:
    gate = gates()[name]
    assert gate.name == name
    assert gate.needs <= set(get_args(Need))
    assert gate.about.endswith(".")
    assert not gate.mistakes(wish_of(gate.example, name))


@everywhere
def test_without_its_evidence_it_is_unknown_and_says_so_in_a_sentence(name: str) -> None:
    gate = gates()[name]
    known = {"integrity": Integrity((), 1, 10), "candidate_metrics": {}, "run": {}, "approvals": ()}
    wanted = {part for need in gate.needs for part in _PARTS.get(need, ())}
    evidence = nothing(**{part: value for part, value in known.items() if part not in wanted})
    found = gate.check(wish_of(gate.example, name), evidence)
    assert {one.verdict for one in found} == {"unknown"}
    assert all(one.because.endswith(".") for one in found)


@_PLENTY
@given(
    table=st.dictionaries(st.sampled_from([*BUILT_IN, "overide"]) | texts, json_values), evidence=evidences
)
def test_a_table_is_answered_whole_and_nothing_odd_in_it_passes(table, evidence) -> None:
    needs_of(table)
    found = evaluate(table, evidence)
    assert evaluate(table, evidence) == found
    assert sum(one.always for one in found) >= 1
    wrong = {key for key, _ in mistakes_of(table)}
    for key in wrong:
        name = key.partition(":")[0]
        said = [one for one in found if one.gate == key or one.gate.partition(":")[0] == name]
        assert any(one.verdict == "unknown" for one in said)
    json.dumps([one.as_json() for one in found], allow_nan=False)


def test_every_part_of_the_evidence_has_a_gate_or_is_of_all() -> None:
    parts = {part for parts in _PARTS.values() for part in parts}
    assert parts < {field.name for field in dataclasses.fields(Evidence)}
    assert set(_PARTS) | {"command"} == set(get_args(Need))
