"""`drift acknowledge`, `drift mute`, `drift reference`: what is decided on monitors from a shell."""

import json
import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.workspace.monitor_making import WISH, project

from mlops_console.cli import run_command


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)
    root = project(tmp_path / "shop", WISH + 'classifier = 1\nconfirm = "1 of 1"\n', days=(0.0, 3.0))
    came = time.time() - 7_200
    for file in (root / "logs").iterdir():
        os.utime(file, (came, came))
    return root


@pytest.fixture
def ask(tmp_path, capsys, shop):
    def asked(word, *words, code=0, at=shop):
        store = str(tmp_path / "store.duckdb")
        got = run_command(["drift", word, *words, "--project", str(at), "--store", store])
        said = capsys.readouterr()
        assert got == code, said.out + said.err
        return said

    return asked


def objects(said):
    return [json.loads(line) for line in said.out.splitlines()]


def log(tmp_path, capsys, shop):
    run_command(["audit", "log", "--project", str(shop), "--store", str(tmp_path / "store.duckdb")])
    return capsys.readouterr().out


def test_an_alarm_is_acknowledged(ask, tmp_path, capsys, shop):
    assert "nothing to acknowledge" in ask("acknowledge", "shop", "--reason", "seen", code=2).err
    ask("check", code=1)
    assert "needs a reason" in ask("acknowledge", "shop", code=2).err
    [one] = objects(ask("acknowledge", "shop", "--reason", "the campaign", "--json"))
    assert (one["project"], one["monitor"], one["kind"]) == ("shop", "shop", "acknowledge")
    assert (one["window"], one["verdict"], one["model"]) == ("2024-05-02", "DRIFT", None)
    assert one["features"] == ["amount"]
    again = ask("acknowledge", "shop", "--reason", "me too", code=2).err
    assert "acknowledged this alarm of shop on 20" in again
    assert "UTC: the campaign" in again
    assert ask("check", code=1).out  # what it says is as it was: cron hears of it
    assert "acknowledged DRIFT of shop in 2024-05-02 (amount): the campaign" in log(tmp_path, capsys, shop)


def test_a_monitor_and_a_feature_are_muted_until_then(ask):
    ask("check", code=1)
    day = (datetime.now(UTC) + timedelta(days=400)).date()
    [one] = objects(ask("mute", "shop", "--until", str(day), "--reason", "the campaign", "--json"))
    end = datetime.fromisoformat(one["until"])
    assert one["feature"] is None
    assert end.astimezone().date() == day + timedelta(days=1)
    [one] = objects(ask("mute", "shop", "--feature", "amount", "--until", "7d", "--reason", "x", "--json"))
    assert one["feature"] == "amount"
    assert ask("mute", "shop", "--off", "--reason", "over").out == "unmuted shop: over\n"
    [one] = objects(ask("mute", "shop", "--off", "--feature", "amount", "--reason", "x", "--json"))
    assert (one["feature"], one["until"]) == ("amount", None)
    assert "shop is not muted" in ask("mute", "shop", "--off", "--reason", "over", code=2).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shop", "--reason", "x"), "a mute needs an end"),
        (("shop", "--until", "7d"), "a decision needs a reason"),
        (("shop", "--until", "2020-01-01", "--reason", "x"), "2020-01-01 is past"),
        (("shop", "--until", "soon", "--reason", "x"), "'soon' is no time"),
        (("shopp", "--until", "7d", "--reason", "x"), "did you mean `shop`?"),
        (("shop", "--feature", "amont", "--until", "7d", "--reason", "x"), "did you mean `amount`?"),
    ],
)
def test_a_mute_that_makes_no_sense_is_refused_in_a_sentence(ask, words, said):
    ask("check", code=1)
    assert said in ask("mute", *words, code=2).err


def test_the_features_of_a_monitor_that_judged_nothing_are_not_known(ask):
    refused = ask("mute", "shop", "--feature", "amount", "--until", "7d", "--reason", "x", code=2)
    assert "drift check shop" in refused.err


def test_a_window_becomes_the_reference_and_the_way_leads_back(ask):
    ask("check", code=1)
    [line] = objects(ask("reference", "--json"))
    assert (line["reference"], line["window"], line["holds"]) == ("reference.parquet", None, False)
    said = ask("reference", "shop", "--window", "2024-05-02", "--reason", "prices rose")
    assert said.out == "made 2024-05-02 the reference of shop, 1,000 rows: prices rose\n"
    assert "drift check shop" in said.err
    assert ask("check").out.startswith("shop  STABLE")
    [line] = objects(ask("reference", "--json"))
    assert (line["reference"], line["holds"], line["reason"]) == ("window 2024-05-02", True, "prices rose")
    assert "window 2024-05-02" in ask("reference").out
    [one] = objects(ask("reference", "shop", "--back", "--reason", "they fell", "--json"))
    assert (one["window"], one["sha256"]) == (None, None)
    ask("check", code=1)
    assert "nothing to take back" in ask("reference", "shop", "--back", "--reason", "x", code=2).err


def test_what_was_a_reference_until_the_file_named_another_is_told(ask, shop):
    ask("check", code=1)
    ask("reference", "shop", "--reason", "prices rose")
    os.utime(shop / "reference.parquet")
    [line] = objects(ask("reference", "--json"))
    assert (line["reference"], line["window"], line["holds"]) == ("reference.parquet", "2024-05-02", False)
    assert "window 2024-05-02 was" in ask("reference").out


def test_which_of_several_is_meant_must_be_said(ask, shop, tmp_path):
    assert "name the monitor" in ask("reference", "--back", code=2).err
    assert "no monitor nobody" in ask("reference", "nobody", "--reason", "x", code=2).err
    assert "a decision needs a reason" in ask("reference", "shop", "--back", code=2).err
    assert "reference.parquet" in ask("reference", "shop").out
    no_window = ask("reference", "shop", "--window", "2024-06", "--reason", "x", code=2)
    assert "has no window 2024-06" in no_window.err
