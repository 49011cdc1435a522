"""`gates MODEL@VERSION --for ALIAS` as people and pipelines see it."""

import json

import pytest
from tests.workspace.judging.gates_desk import move, wish
from tests.workspace.registering.registering_desk import ONE, TWO, churn, scanned

from mlops_console.cli import run_command
from mlops_console.workspace.registering.registering import register


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Each test writes its own wishes; nothing that is asked changes anything else."""
    folder = churn(tmp_path_factory.mktemp("gates"))
    with scanned(folder) as workspace:
        register(workspace, "churn", run=ONE)
        register(workspace, "churn", run=TWO)
        move(workspace, "churn@1")
    return folder


@pytest.fixture
def ask(project, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)

    def asked(*words, code):
        store = str(project.parent / "kept" / "store.duckdb")
        got = run_command(["gates", *words, "--store", store])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    return asked


def test_all_pass(ask, project):
    wish(project, 'require = ["auc >= 0.5"]\nfinished = true')
    out = ask("churn@2", "--for", "champion", code=0).out.splitlines()
    assert out[0] == "Gates of churn v2  against champion v1  3 of 3 pass"
    assert [line.split()[:2] for line in out[2:]] == [
        ["✓", "require:"],
        ["✓", "finished"],
        ["✓", "integrity"],
    ]


def test_one_that_fails_says_what_would_help_and_exits_1(ask, project):
    wish(project, 'require = ["auc >= 0.99", "auc >= 0.5"]\napprovals = 1\naprovals = 2')
    said = ask("churn@v2", "--for", "champion", code=1)
    assert "✗ require: auc >= 0.99: " in said.out
    assert "? aprovals: There is no gate `aprovals`: did you mean `approvals`?" in said.out
    assert "mlops-console approve churn@2 champion" in said.out
    assert said.err.startswith("mlops-console.toml:")


def test_an_alias_without_gates_beside_others_that_have_some_is_told(ask, project):
    wish(project, "finished = true")
    said = ask("churn@2", "--for", "champoin", code=0)
    assert said.err == "mlops-console.toml names no gates for champoin of churn: did you mean champion?\n"
    said = ask("churn@2", "--for", "shadow", code=0)
    assert said.err == "mlops-console.toml names no gates for shadow of churn: it does for champion.\n"


def test_figures_stand_under_each_other(ask, project):
    wish(project, 'require = ["auc >= 0.5", "auc <= 12.125"]')
    lines = ask("churn@2", "--for", "champion", code=0).out.splitlines()[2:4]
    assert lines[0].index(">=") == lines[1].index("<=")
    assert lines[0].rindex(".5") == lines[1].rindex(".125")
    assert lines[1].count("12.125") == 2


def test_json_is_one_object_with_all_that_was_seen(ask, project):
    wish(project, 'require = ["auc >= 0.99"]')
    found = json.loads(ask("churn@2", "--for", "champion", "--json", code=1).out)
    assert (found["model"], found["version"], found["alias"], found["champion"]) == (
        "churn",
        2,
        "champion",
        1,
    )
    assert found["passed"] is False
    assert [(one["gate"], one["verdict"]) for one in found["gates"]] == [
        ("require: auc >= 0.99", "fail"), ("integrity", "pass"),
    ]  # fmt: skip
    assert "auc" in found["evidence"]["metrics"]


@pytest.mark.parametrize(
    "words",
    [
        ("churn@9", "--for", "champion"),
        ("churn", "--for", "champion"),
        ("chrun@1", "--for", "champion"),
        ("churn@1", "--for", "v3"),
        ("churn@1", "--for", "champion", "--project", "nowhere"),
    ],
)
def test_what_cannot_be_asked_exits_2(ask, words):
    assert ask(*words, code=2).err


def test_hostile_names_are_made_visible(ask, project):
    wish(project, 'require = ["`\\u001b[31mauc[/red]` >= 1"]')
    said = ask("churn@2", "--for", "champion", code=1)
    assert "\x1b" not in said.out
    assert "␛[31mauc[/red]" in said.out


def test_no_commands_runs_none(ask, project):
    wish(project, f'command = ["touch", "{project}/ran"]')
    ask("churn@2", "--for", "champion", "--no-commands", code=1)
    ask("churn@2", "--for", "champion", code=1)
    assert not (project / "ran").exists()


def test_the_alias_that_has_gates_is_meant_where_none_is_named(ask, project):
    wish(project, "finished = true")
    said = ask("churn@2", code=0)
    assert said.out.startswith("Gates of churn v2  against champion v1")
    assert said.err == "For champion, which mlops-console.toml names gates for.\n"
    file = project / "mlops-console.toml"
    only = "[models.churn.gates.shadow]\nfinished = true\n"
    file.write_text(only)
    assert json.loads(ask("churn@2", "--json", code=0).out)["alias"] == "shadow"
    file.write_text(only + "[models.churn.gates.canary]\nfinished = true\n")
    assert "several aliases: shadow, canary" in ask("churn@2", code=2).err
    file.write_text("")
    assert "it has the aliases champion" in ask("churn@2", code=2).err


def test_the_holder_can_be_asked_again(ask, project):
    wish(project, "significant = true\nslices = 0.01")
    said = ask("churn@champion", "--for", "champion", code=0)
    assert said.out.count("holds it already") == 2
