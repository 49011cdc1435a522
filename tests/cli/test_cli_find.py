"""`find` and `importance`: what they print, in which form, and what they say where nothing can be said."""

import json

import pytest
from tests.console.among_stage import read_runs, sweep

from mlops_console.cli import run_command

MORE = [
    ("twin-a", {"lr": 0.5, "opt": "adam", "depth": 3, "seed": 0}, {"auc": 0.5}),
    ("twin-b", {"lr": 0.5, "opt": "adam", "depth": 3, "seed": 0}, {"auc": 0.5}),
    ("other", {"lr": 0.5, "opt": "adam", "depth": 3, "seed": 1}, {"auc": 0.52}),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return read_runs(tmp_path_factory.mktemp("find"), [*sweep(), *MORE])


@pytest.fixture
def ask(kept, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)

    def asked(*words, code=0):
        assert run_command([*words, "--store", str(kept)]) == code
        return capsys.readouterr()

    return asked


def test_importance(ask):
    found = json.loads(ask("importance", "--metric", "auc", "--where", "name~s-", "--json").out)
    assert found["runs"] == 60
    assert found["score"] > 0.5
    assert {found["params"][at]["names"][0] for at in (0, 1)} == {"lr", "opt"}
    printed = ask("importance", "--metric", "auc", "--where", "name~s-").out
    assert "R2 lost" in printed
    assert "not what causes it" in printed


def test_the_effect_of_a_param(ask):
    words = ("importance", "--metric", "auc", "--where", "name~s-", "--param", "opt")
    places = {one["label"]: one for one in json.loads(ask(*words, "--json").out)["places"]}
    assert 0.03 < places["adam"]["effect"] - places["sgd"]["effect"] < 0.07  # made with .05
    assert "their mean" in ask(*words).out


def test_a_refusal_is_a_sentence_and_no_error(ask):
    got = ask("importance", "--metric", "auc", "--where", "name~twin")
    assert got.out == ""
    assert "20 runs with this metric are needed, there are 2." in got.err
    assert json.loads(ask("importance", "--metric", "no such", "--json").out)["refusal"]


def test_nearest(ask):
    found = json.loads(ask("find", "nearest", "twin-a", "--json", "--most", "2").out)["nearest"]
    assert {one["name"] for one in found} == {"twin-b", "other"}
    assert [one["distance"] for one in found] == [0.0, 0.0]
    assert "nothing but seeds" in ask("find", "nearest", "twin-a").out


def test_seeds(ask):
    found = json.loads(ask("find", "seeds", "twin-a", "--json").out)
    assert found["seeds"] == ["seed"]
    assert len(found["other_seed"]) == len(found["same_seed"]) == 1
    assert "other seed" in ask("find", "seeds", "twin-a").out
    assert "No other run of its project has the same params." in ask("find", "seeds", "s-000").err


def test_duplicates(ask):
    found = json.loads(ask("find", "duplicates", "--json").out)["duplicates"]
    assert [len(one["runs"]) for one in found] == [2]
    assert "twin-a" in ask("find", "duplicates").out
    assert "No duplicates among 60 runs." in ask("find", "duplicates", "--where", "name~s-").err


def test_since(ask):
    words = ("find", "since", "other", "--metric", "auc", "--limit", "0.51")
    found = json.loads(ask(*words, "--json").out)
    assert found["bad"] is None
    assert found["because"] == "The latest run is good."
    shown = ask("find", "since", "twin-b", "--metric", "auc", "--limit", "0.7").out
    assert "first bad" in shown
    assert "suspect" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("find", "nearest"), "needs a run"),
        (("find", "since", "other"), "needs a metric"),
        (("find", "duplicates", "other"), "takes no run"),
        (("find", "nearest", "nobody"), "nobody"),
        (("find", "duplicates", "--where", "name~("), "^"),
        (("importance", "--metric", "auc", "--where", "name~nobody"), "no run answers the filter"),
        (("find", "since", "other", "--metric", "quux"), "none of these runs has a metric"),
    ],
)
def test_what_cannot_be_done_is_said(ask, words, said):
    assert said in ask(*words, code=2).err
