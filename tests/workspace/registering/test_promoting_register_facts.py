"""What of a run an event keeps, how much of it, and what an evaluation from elsewhere must hold."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workspace.desk_making import NOW, put, read_of

from mlops_console.errors import UsageError
from mlops_console.workspace.details import detail, resolve
from mlops_console.workspace.registering.external import (
    checked,
    evaluation_file,
    evaluation_of,
    external_body,
)
from mlops_console.workspace.registering.recording_facts import (
    SHARES,
    Parts,
    code_and_environment,
    facts_of,
    nothing_known,
    run_reference,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


def run_with(workspace, **facts):
    metrics = facts.pop("metrics", {"auc": [0.5, 0.9, 0.8]})
    put(workspace, read_of(workspace.projects[0], "runs/a", metrics, "recorded", **facts))
    return detail(workspace, resolve(workspace, "runs/a"))


def test_everything_that_explains_a_run_is_kept(empty):
    run = run_with(
        empty, name="gbm", native_id="n-1", started=NOW - 9_000_000, ended=NOW,
        params={"lr": 0.1, "k": [1, 2]}, tags={"team": "growth"}, summary={"acc": 0.91, "bad": float("nan")},
        datasets=({"name": "train", "sha256": "98e7", "rows": 900},),
        environment={
            "python": "3.11.9", "packages": {"numpy": "2.1.0"}, "git.commit": "93eff48", "git.dirty": True,
            "git.branch": "main", "git.untracked": ["notes.md"], "script": "train.py",
        },
    )  # fmt: skip
    facts = facts_of(run, "ab" * 32)
    assert facts["params"] == {"lr": 0.1, "k": [1, 2]}
    assert {k: facts["metrics"]["auc"][k] for k in ("last", "min", "max", "count")} == {
        "last": 0.8, "min": 0.5, "max": 0.9, "count": 3,
    }  # fmt: skip
    assert facts["summary"] == {"acc": 0.91, "bad": "NaN"}
    assert facts["datasets"] == [{"name": "train", "sha256": "98e7", "rows": 900}]
    assert facts["code"] == {
        "commit": "93eff48", "branch": "main", "dirty": True, "untracked": ["notes.md"],
        "script": "train.py", "diff_sha256": "ab" * 32,
    }  # fmt: skip
    assert facts["environment"] == {"python": "3.11.9", "packages": {"numpy": "2.1.0"}}
    assert (facts["tags"], facts["status"]) == ({"team": "growth"}, "finished")
    assert facts["started"] < facts["ended"]
    assert "left_out" not in facts
    reference = run_reference(run)
    assert reference == {"path": "runs/a", "native": "", "native_id": "n-1", "name": "gbm", "id": run.id}
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert facts.keys() == nothing_known().keys()


def test_what_is_too_much_is_counted_and_the_event_stays_small(empty):
    run = run_with(
        empty,
        metrics={f"layer.{i}.gradient": [float(i)] for i in range(3_000)} | {"val/auc": [0.9]},
        params={f"param-{i}": "\N{SNOWMAN}" * 100 for i in range(2_000)} | {"long": "x" * 100_000},
        datasets=tuple({"name": f"shard-{i}", "sha256": "f" * 64} for i in range(5_000)),
        environment={"python": "3.11", "packages": {f"package-{i}": "1.0.0" for i in range(9_000)}},
    )
    facts = facts_of(run)
    assert len(json.dumps(facts)) < 700_000
    for part, whole in (("params", 2_001), ("metrics", 3_001), ("datasets", 5_000)):
        assert len(facts[part]) + facts["left_out"][part] == whole
        assert len(facts[part]) > 100
    kept = facts["environment"]["packages"]
    assert len(kept) + facts["left_out"]["environment"] == 9_000
    assert facts["environment"]["python"] == "3.11"
    # What runs are judged by stays, whatever else a training logs.
    assert "val/auc" in facts["metrics"]


@given(st.dictionaries(st.text(max_size=30), JSON, max_size=30))
def test_whatever_a_run_says_becomes_json_within_its_share(values):
    parts = Parts()
    parts.mapping("tags", values)
    parts.listing("signature", list(values.values()))
    text = json.dumps(parts.done(), allow_nan=False)
    text.encode()
    assert len(text) <= SHARES["tags"] + SHARES["signature"] + 200


def test_the_hash_of_uncommitted_changes_comes_from_where_they_are():
    diff = "--- a\n+++ b\n"
    code, rest = code_and_environment({"git.diff": diff, "git.commit": "1", "user": "ana"})
    assert code == {"commit": "1", "diff_sha256": hashlib.sha256(diff.encode()).hexdigest()}
    assert rest == {"user": "ana"}


def test_an_evaluation_is_read_from_a_file(tmp_path):
    file = tmp_path / "eval.json"
    file.write_text('{"provider": "acme", "metrics": {"auc": 0.91, "cost": 3}, "dataset": "test-2026"}')
    found = evaluation_file(str(file))
    body = external_body(found)
    assert body["evaluation"]["provider"] == "acme"
    assert body["metrics"]["auc"] == {"last": 0.91, "min": 0.91, "max": 0.91, "count": 1}
    assert body["datasets"] == [{"name": "test-2026"}]
    file.write_text('{"auc": 0.91}')
    assert evaluation_file(str(file)) == {"metrics": {"auc": 0.91}}
    assert evaluation_of(["auc=0.91", "a=b=2"]) == {"metrics": {"auc": 0.91, "a=b": 2.0}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[1]", "no JSON object"),
        ("{}", "no metrics"),
        ('{"metrics": {}}', "no metrics"),
        ('{"metrics": {"auc": "high"}}', "metrics.auc is"),
        ('{"metrics": {"auc": NaN}}', "no number"),
        ('{"metrics": {"auc": true}}', "no number"),
        ('{"metrics": {"auc": 1' + "0" * 400 + "}}", "no number"),
        ('{"metrics": {"\\u001b[31m": null}}', "no number"),
        ("[" * 90_000, "no JSON"),
        (" " * 200_000, "holds more than"),
    ],
)
def test_an_evaluation_that_can_t_be_used_is_told_in_a_sentence(tmp_path, text, said):
    file = tmp_path / "eval.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=said) as told:
        evaluation_file(str(file))
    assert "\x1b" not in str(told.value)
    file.unlink()
    with pytest.raises(UsageError, match="is gone"):
        evaluation_file(str(file))


@pytest.mark.parametrize("word", ["auc", "auc=", "=1", "auc=high", "auc=inf"])
def test_a_metric_needs_a_name_and_a_number(word):
    with pytest.raises(UsageError):
        evaluation_of([word])


def test_an_evaluation_needs_metrics():
    with pytest.raises(UsageError, match="no metrics"):
        checked({"provider": "acme"})
