"""`audit log` and `audit verify`: what they print, on which stream, with which exit code."""

import csv
import io
import json

import pytest

from mlops_console.cli import run_command
from mlops_console.workspace import open_workspace

CHURN = {"model": "churn", "version_id": "01M84J6610QSNXAHC3TPK79YHF", "version": 14}


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)
    return str(tmp_path / "kept" / "s.duckdb")


@pytest.fixture
def command(store, capsys):
    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", store])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    return ask


@pytest.fixture
def shop(tmp_path, store, command):
    folder = tmp_path / "shop"
    folder.mkdir()
    command("scan", folder)
    with open_workspace((), store) as workspace:
        key = workspace.projects[0].key
        gates = [{"gate": "size", "verdict": "pass"}, {"gate": "slices", "verdict": "unknown"}]
        moved = {**CHURN, "alias": "champion", "way": "promote", "gates": gates, "overridden": ["slices"]}
        registered = workspace.decisions.append(
            key, "register", {**CHURN, "origin": "external", "reason": "\x1b[31mred\udc80"}
        )
        moved["version_id"] = registered.id
        workspace.decisions.append(key, "alias", {**moved, "reason": "better\nby far"}, {"saw": 1})
    return folder


def journal(folder):
    return sorted((folder / ".mlops-console" / "journal").glob("*/*.json"))


def test_the_log_is_a_sentence_a_line(command, shop):
    said = command("audit", "log")
    promoted, registered = said.out.splitlines()
    assert promoted.endswith(
        "promoted churn v14 to champion, overriding slices: better␊by far  [gates 1 of 2]"
    )
    assert registered.endswith("registered churn v14, external: ␛[31mred\\x80")
    assert said.err == ""


def test_the_log_as_json_has_everything(command, shop):
    lines = [json.loads(line) for line in command("audit", "log", "--json").out.splitlines()]
    assert [line["kind"] for line in lines] == ["alias", "register"]
    assert lines[0]["gates"] == {"passed": 1, "of": 2}
    assert lines[0]["overridden"] == ["slices"]
    assert lines[0]["evidence"] == {"saw": 1}
    assert lines[0]["project_key"] == json.loads(command("audit", "verify", "--json").out)["project_key"]
    assert lines[0]["parents"] == [lines[1]["sha256"]]
    assert lines[1]["body"]["reason"] == "\x1b[31mred\\x80"
    assert (lines[0]["model"], lines[0]["project"], lines[0]["proven"]) == ("churn", "shop", True)


def test_the_log_as_csv(command, shop):
    rows = list(csv.DictReader(io.StringIO(command("audit", "log", "--csv", "--limit", 1).out)))
    assert [(row["kind"], row["model"], row["gates_passed"], row["gates"]) for row in rows] == [
        ("alias", "churn", "1", "2")
    ]


def test_the_log_is_filtered(command, shop):
    assert command("audit", "log", "--kind", "register").out.count("\n") == 1
    assert (
        command("audit", "log", "--model", "churn", "--since", "1h", "--project", "shop").out.count("\n") == 2
    )
    none = command("audit", "log", "--until", "2020-01-01")
    assert (none.out, none.err) == ("", "No decision answers that.\n")
    assert command("audit", "log", "--json", "--model", "x").out == ""


def test_nothing_was_decided(command, tmp_path):
    assert command("audit", "log").err == "Nothing was decided.\n"
    assert command("audit", "verify").err == "There is no project to verify.\n"


def test_what_can_not_be_read_is_told_beside(command, shop):
    (journal(shop)[0].parent / "junk").write_text("")
    said = command("audit", "log")
    assert said.out.count("\n") == 2
    assert "junk has a name that no event has" in said.err


def test_a_clean_journal_verifies(command, shop):
    assert command("audit", "verify").out == "shop: 2 events, as it was written\n"
    found = json.loads(command("audit", "verify", "--json").out)
    assert (found["events"], found["errors"], found["notes"], found["findings"]) == (2, 0, 0, [])


def test_an_edit_is_an_error_and_exit_code_1(command, shop):
    file = journal(shop)[0]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"churn", b"chorn"))
    said = command("audit", "verify", code=1).out.splitlines()
    assert said[0] == "shop: 2 events, 2 errors"
    assert f"{file.name} was edited" in said[1]
    assert "follows an event that is not here" in said[2]
    found = json.loads(command("audit", "verify", "--json", code=1).out)
    assert {finding["severity"] for finding in found["findings"]} == {"error"}


def test_notes_alone_are_no_failure_and_are_told_together(command, shop, store):
    from tests.journal.journal_making import planted

    from mlops_console.journal.places import place_of
    from mlops_console.settings import places

    for number in range(5):
        planted(place_of(str(shop), "any", places(store)), uid=54_321, by="eve", kind=f"kind {number}")
    said = command("audit", "verify").out.splitlines()
    assert said[0] == "shop: 7 events, as it was written, 5 notes"
    assert len(said) == 2
    assert said[1].endswith("(4 more like this)")
    assert "author unproven: says eve, the file is " in said[1]


def test_what_is_gone_is_told_until_it_is_accepted(command, shop):
    journal(shop)[-1].unlink()
    assert "you have seen this event" in command("audit", "verify", code=1).out
    command("audit", "verify", "--accept", code=1)
    command("audit", "verify")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", "--model", "x"), "takes no --model"),
        (("log", "--accept"), "takes no --accept"),
        (("log", "--since", "soon"), "'soon' is no time"),
        (("log", "--project", "nowhere"), "no project"),
    ],
)
def test_what_can_not_be_asked_is_told(command, words, said):
    assert said in command("audit", *words, code=2).err
