"""Whole tables of gates, and gates of other packages."""

import sys
from pathlib import Path

import pytest
from tests.promotion.gate_making import seen

from mlops_console.promotion.evaluating import evaluate, mistakes_of, needs_of
from mlops_console.promotion.gates import BUILT_IN, gates
from mlops_console.promotion.model import Integrity
from mlops_console.wishes.known import GATES, SHUT

INTACT = seen(integrity=Integrity((), 1, 10), run={"status": "finished"})


def verdicts(table) -> dict[str, str]:
    return {one.gate: one.verdict for one in evaluate(table, INTACT)}


def test_an_alias_without_a_table_asks_for_integrity_alone() -> None:
    assert verdicts({}) == {"integrity": "pass"}
    assert needs_of({}) == {"integrity"}


def test_only_what_is_listed_is_asked_and_false_switches_off() -> None:
    assert verdicts({"finished": True, "card": False}) == {"finished": "pass", "integrity": "pass"}
    assert needs_of({"finished": True, "card": False}) == {"run", "integrity"}


def test_integrity_cannot_be_switched_off() -> None:
    found = [one for one in evaluate({"integrity": False}, INTACT) if one.gate == "integrity"]
    assert [one.verdict for one in found] == ["pass", "unknown"]
    assert mistakes_of({"integrity": False})


def test_a_key_that_no_gate_has_passes_never() -> None:
    (unknown, _) = evaluate({"aprovals": 1}, INTACT)
    assert (unknown.gate, unknown.verdict) == ("aprovals", "unknown")
    assert "did you mean `approvals`" in unknown.because
    assert mistakes_of({"aprovals": 1}) == [("aprovals", unknown.because)]


def test_a_table_that_is_shut_by_a_mistake_passes_never() -> None:
    (shut, _) = evaluate({f"{SHUT}: models.churn.gate": "gates may stand here"}, INTACT)
    assert (shut.gate, shut.verdict) == (SHUT, "unknown")
    assert "models.churn.gate: gates may stand here." in shut.because


def test_who_may_override_is_no_gate() -> None:
    assert verdicts({"override": "second person"}) == {"integrity": "pass"}


def test_the_file_knows_the_gates_that_there_are() -> None:
    assert set(GATES) - {"override"} | {"integrity"} == set(BUILT_IN)


PLUGGED = """
from mlops_console.promotion.model import GateResult


class Gate:
    name = "lucky"
    needs = frozenset({"metrics"})
    example = "lucky = 7"
    about = "A number is lucky."

    def mistakes(self, wish):
        return () if isinstance(wish, int) else ("must be a number.",)

    def check(self, wish, evidence):
        if wish == 13:
            raise RuntimeError("unlucky")
        if wish == 0:
            return []
        if wish == 1:
            return [GateResult("integrity", "pass", "-", "-", "I speak for others.")]
        if wish == 2:
            return ["fine"]
        return [GateResult("lucky", "pass", str(wish), "7", "It is lucky.")]


class Odd(Gate):
    name = "odd"
    needs = frozenset({"everything"})
"""


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "lucky_gate.py").write_text(PLUGGED)
    told = folder / "lucky_gate-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: lucky-gate\nVersion: 1\n")
    (told / "entry_points.txt").write_text(
        "[mlops_console.gates]\nlucky = lucky_gate:Gate\nbroken = no_such_module:Gate\n"
        "odd = lucky_gate:Odd\nsize = lucky_gate:Gate\nmisnamed = lucky_gate:Gate\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    yield
    sys.modules.pop("lucky_gate", None)


@pytest.mark.usefixtures("plug_in")
def test_plug_ins_are_listed_without_importing_them() -> None:
    assert {"lucky", "broken", "odd"} <= set(gates())
    assert "lucky_gate" not in sys.modules


@pytest.mark.usefixtures("plug_in")
def test_a_plug_in_judges_as_ours_do() -> None:
    assert verdicts({"lucky": 7})["lucky"] == "pass"
    assert needs_of({"lucky": 7}) == {"metrics", "integrity"}
    assert verdicts({"lucky": "x"})["lucky"] == "unknown"
    assert gates()["size"].example.startswith("size")


@pytest.mark.usefixtures("plug_in")
@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"lucky": 13}, "RuntimeError: unlucky"),
        ({"lucky": 0}, "said nothing"),
        ({"lucky": 1}, "spoke for another gate"),
        ({"lucky": 2}, "an answer that is none"),
        ({"broken": True}, "ModuleNotFoundError"),
        ({"odd": True}, "needs everything"),
        ({"misnamed": True}, "named 'lucky'"),
    ],
)
def test_a_broken_plug_in_is_unknown_with_a_sentence(table, why) -> None:
    (result, integrity) = evaluate(table, INTACT)
    assert (result.gate, result.verdict) == (next(iter(table)), "unknown")
    assert why in result.because
    assert integrity.verdict == "pass"
