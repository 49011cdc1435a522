"""`models` on the command line: tables for people, a line per version for programs."""

import json
import re

import pytest
from tests.workspace.decisions_making import moved, noted, registered
from tests.workspace.desk_making import put, read_of

from mlops_console.cli import run_command
from mlops_console.journal.log import Log
from mlops_console.journal.places import place_of
from mlops_console.settings import places
from mlops_console.workspace import open_workspace


@pytest.fixture
def command(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", str(tmp_path / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    return ask


@pytest.fixture
def churn(tmp_path, command):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "mlops-console.toml").write_text(
        '[models.churn]\nowner = "ana"\nmetric = "auc"\ngoal = "max"\n'
    )
    with open_workspace([tmp_path / "shop"], str(tmp_path / "s.duckdb")) as workspace:
        put(workspace, read_of(workspace.projects[0], "runs/1", name="r-1"))
        versions = [
            registered(
                workspace,
                metrics={"auc": {"last": 0.9 + number / 128}},
                run={"path": f"runs/{number}", "native": "", "name": f"r-{number}", "id": f"{number:012d}"},
                origin="run",
            )
            for number in range(3)
        ]
        moved(workspace, versions[0])
        moved(workspace, versions[1], reason="better \x1b[31mby far", overridden=["size"])
        noted(workspace, "good on\nnew customers", versions[1])
        subject = {"model": "churn", "version_id": versions[1].id, "version": 2}
        workspace.decisions.append(
            workspace.projects[0].key, "tag", {"subject": subject, "name": "audited", "value": "yes"}
        )
        registered(workspace, "fraud", origin="external", sha256="", evaluation={"metrics": {"f1": 0.8}})
    return command


def shown(said):
    return [re.sub(r"\s+", " ", line).strip() for line in said.out.splitlines()]


def test_every_model_has_a_line(churn):
    lines = shown(churn("models"))
    assert lines[0] == "model version stands metric value versions by since owner"
    assert lines[1].startswith("churn v2 \u2713 champion auc .9078 3 ")
    assert lines[1].endswith(" ana")
    assert lines[2].startswith("fraud v1 \u25e6 candidate f1 .8 1 ")


def test_the_versions_of_one_model_with_what_was_written_beside_them(churn):
    lines = shown(churn("models", "churn"))
    assert lines[0] == "churn 3 versions auc, higher is better owner ana in shop"
    assert lines[2] == "version stands auc from by since"
    assert [line.split(" by ")[0].rsplit(" ", 2)[0] for line in lines[3:6]] == [
        "v3 \u25e6 candidate .9156 r-2, gone",
        "v2 \u2713 champion .9078 r-1",
        "v1 - before .9 r-0, gone",
    ]
    assert lines[7] == "v2 tags audited=yes"
    assert lines[8].endswith("good on")
    assert lines[9] == "new customers"


def test_one_version_alone(churn):
    lines = shown(churn("models", "churn@champion"))
    assert [line for line in lines if line.startswith("v")][:2] == [lines[2], lines[3]]
    assert lines[3].startswith("v2 \u2713 champion")
    assert "sha256 " + "ab" * 32 in lines
    assert "files onnx, 5 B, copied into the registry" in lines


def test_the_timeline_has_every_move_and_is_safe_to_print(churn):
    said = churn("models", "churn", "--timeline")
    lines = shown(said)
    assert lines[2] == "when (UTC) by alias from to how reason"
    assert "champion v1 v2 promoted better \u241b[31mby far ! failing gates allowed: size" in lines[3]
    assert "champion - v1 promoted better" in lines[4]
    assert "\x1b" not in said.out
    moves = [json.loads(line) for line in churn("models", "churn", "--timeline", "--json").out.splitlines()]
    assert [(one["alias"], one["before"], one["version"], one["way"]) for one in moves] == [
        ("champion", 1, 2, "promote"), ("champion", None, 1, "promote"),
    ]  # fmt: skip
    assert moves[0]["reason"] == "better \x1b[31mby far"
    assert (moves[0]["overridden"], moves[0]["holds"], moves[0]["contested"]) == (["size"], True, False)


def test_json_has_a_line_per_version(churn):
    rows = [json.loads(line) for line in churn("models", "--json").out.splitlines()]
    assert [(row["model"], row["version"], row["aliases"]) for row in rows] == [
        ("churn", 3, []), ("churn", 2, ["champion"]), ("churn", 1, []), ("fraud", 1, []),
    ]  # fmt: skip
    [run] = [json.loads(line) for line in churn("runs", "--json").out.splitlines()]
    assert (rows[1]["run"], rows[1]["run_gone"], rows[1]["run_path"]) == (run["id"], False, "runs/1")
    assert (rows[0]["run"], rows[0]["run_gone"]) == ("000000000002", True)
    assert (rows[0]["sha256"], rows[3]["sha256"], rows[3]["run"]) == ("ab" * 32, None, None)
    assert rows[1]["registered_at"].endswith("+00:00")
    assert (rows[1]["metric"], rows[1]["value"]) == ("auc", 0.9078125)
    assert [note["text"] for note in rows[1]["notes"]] == ["good on\nnew customers"]
    assert rows[1]["tags"] == {"audited": "yes"}
    [one] = churn("models", "churn@1", "--json").out.splitlines()
    assert json.loads(one)["version"] == 1


def test_a_wrong_name_is_answered_with_what_is_near(churn):
    assert "there is churn" in churn("models", "chrun", code=2).err
    assert "churn has no version 7" in churn("models", "churn@7", code=2).err
    assert "no project 'x'" in churn("models", "churn", "--project", "x", code=2).err


def test_without_models_words_say_so(command):
    said = command("models")
    assert (said.out, "register RUN MODEL" in said.err) == ("", True)


def test_events_that_can_t_be_used_are_counted(churn, tmp_path):
    with open_workspace([tmp_path / "shop"], str(tmp_path / "s.duckdb")) as workspace:
        workspace.decisions.append(workspace.projects[0].key, "approve", {"model": "churn"})
    assert "1 event could not be used" in churn("models").err


def test_a_contested_alias_says_who_moved_it_to_what(churn, tmp_path):
    with open_workspace([tmp_path / "shop"], str(tmp_path / "s.duckdb")) as workspace:
        key = workspace.projects[0].key
        registry = workspace.decisions.registry(key)
        first, second = (registry.models["churn"].version(number) for number in (1, 2))
        there = place_of(str(tmp_path / "shop"), key, places(str(tmp_path / "other.duckdb")))
        body = {"model": "churn", "alias": "next", "from_version_id": None, "from_version": None}
        body |= {"way": "promote", "reason": "x", "overridden": [], "gates": []}

        def meanwhile(_registry):
            Log(there).append("alias", {**body, "version_id": second.id, "version": 2})

        workspace.decisions.append(
            key, "alias", {**body, "version_id": first.id, "version": 1}, check=meanwhile
        )
    for said in (churn("models").err, churn("models", "churn").out):
        assert "next is contested" in said
        assert re.search(r" moved it to v1 \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)", said)
        assert " moved it to v2 (" in said
        assert "until somebody moves it again" in said


def test_a_clone_that_nobody_opened_yet_is_listed_from_within(churn, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path / "shop")
    assert run_command(["models", "--json", "--store", str(tmp_path / "other.duckdb")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
