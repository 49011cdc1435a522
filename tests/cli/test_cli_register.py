"""`register` on the command line, and notes and tags beside what was registered."""

import json
import shutil

import pytest
from tests.workspace.registering.registering_desk import ONE, TWO, churn

from mlops_console.cli import run_command


@pytest.fixture
def command(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)

    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", str(tmp_path / "kept" / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    return ask


@pytest.fixture
def project(tmp_path):
    return churn(tmp_path)


@pytest.fixture
def shop(command, project):
    command("scan", project)
    return command


def test_a_run_s_model_becomes_a_version(shop, project):
    said = shop("register", ONE, "churn", "--reason", "baseline").out
    assert said.startswith("churn@1  sklearn-joblib  1.1 kB  1 file  sha256 ")
    assert "copied into the registry" in said
    found = json.loads(shop("register", TWO, "churn", "--from", "churn@1", "--json").out)
    assert (found["model"], found["version"], found["origin"], found["files"]) == ("churn", 2, "run", 1)
    listed = [json.loads(line) for line in shop("models", "churn", "--json").out.splitlines()]
    assert found["from"]["version"] == 1
    assert [found[key] for key in ("run", "id")] == [listed[0][key] for key in ("run", "id")]
    assert listed[0]["run_name"] == TWO
    assert (project / found["artifact"]).stat().st_size == found["size"]
    told = shop("register", ONE, "churn", code=2).err
    assert "churn@1 already: nothing was registered" in told
    assert "--again" in told
    assert "fine-tuned from churn@2" in shop("register", ONE, "churn", "--again", "--from", "churn@2").out


def test_who_stands_in_one_project_registers_no_run_of_another_unawares(shop, project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = shop("register", ONE, "churn").out
    assert f"  in the project churn, {project}\n" in said
    other = tmp_path / "other"
    shutil.copytree(project / "runs", other / "runs")
    (other / "mlops-console.toml").touch()
    monkeypatch.chdir(other)
    told = shop("register", TWO, "churn", code=2).err
    assert f"{other} was not read yet: {TWO} is a run of churn" in told
    assert "`mlops-console scan .`" in told
    assert (
        json.loads(shop("register", TWO, "churn", "--project", "churn", "--json").out)["project"] == "churn"
    )
    shop("scan", other)
    said = shop("register", ONE, "churn").out
    assert said.startswith("churn@1  ")
    assert "in the project" not in said


def test_a_file_without_a_run_and_a_model_somewhere_else(shop, project, tmp_path, monkeypatch):
    (project / "out").mkdir()
    (project / "out/model.bin").write_bytes(b"weights")
    monkeypatch.chdir(project / "out")
    found = json.loads(shop("register", "--path", "model.bin", "scorer", "--json").out)
    assert (found["origin"], found["artifact"], found["run"]) == ("path", "out/model.bin", None)
    evaluation = tmp_path / "eval.json"
    evaluation.write_text('{"provider": "acme", "metrics": {"auc": 0.91}}')
    found = json.loads(
        shop("register", "--external", evaluation, "scorer", "--metric", "f1=0.5", "--json").out
    )
    assert (found["origin"], found["sha256"], found["version"]) == ("external", None, 2)
    assert shop("register", "--metric", "auc=0.5", "hosted").out == "hosted@1  external\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["churn"], "name a run and a model"),
        ([ONE, "churn", "more"], "name a run and a model"),
        (["--path", "x", ONE, "churn"], "name the model alone"),
        (["--path", "x", "--metric", "a=1", "churn"], "two things"),
        (["--external", "/no/such.json", "churn"], "is gone"),
        (["--metric", "auc", "churn"], "no metric with a number"),
        (["nobody", "churn"], "there is no run"),
        ([ONE, "../churn"], "the model's name"),
        ([ONE, "churn", "--artifact", "../../../etc/passwd"], "lead out of the run"),
        ([ONE, "churn", "--from", "churn@1"], "no model 'churn'"),
        ([ONE, "churn", "--project", "nowhere"], "no project"),
    ],
)
def test_what_can_t_be_is_told_in_a_sentence(shop, project, words, said):
    assert said in shop("register", *words, code=2).err
    assert not (project / ".mlops-console").exists()


def test_hostile_words_reach_no_terminal(shop):
    said = shop("register", ONE, "churn\x1b[31m", code=2)
    assert "\x1b" not in said.err
    said = shop("register", ONE, "churn", "--reason", "\x1b]0;x\x07", "--json")
    assert "\x1b" not in said.out


def test_notes_and_tags_of_a_version(shop):
    shop("register", ONE, "churn")
    assert shop("note", "churn@1").err == "This version has no notes.\n"
    assert "checked by hand" in shop("note", "churn@1", "checked", "by", "hand").out
    note = json.loads(shop("note", "churn@v1", "--json").out)
    assert (note["model"], note["version"], note["text"]) == ("churn", 1, "checked by hand")
    assert shop("tag", "churn@1", ONE, "reviewed=yes").out.splitlines()[1] == "churn@1  reviewed=yes"
    assert shop("tag", "churn@1", "reviewed", "--remove").out == "churn@1\n"
    shop("note", "churn@1", "--remove", note["id"])
    assert "no note" in shop("note", "churn@1", "--remove", note["id"], code=2).err
    assert "no version 7" in shop("note", "churn@7", "x", code=2).err
    assert shop("runs", "--where", "tag:reviewed", "--json").out.count("\n") == 1


def test_where_the_project_can_t_be_written_that_is_said(shop, project):
    (project / ".mlops-console").write_text("in the way")
    assert "hashed where it is, not copied" in shop("register", ONE, "churn").out
    assert "Private: this project can't be written" in shop("note", ONE, "mine alone").err
    assert "Private" in shop("tag", ONE, "mine").err
    assert "mine alone" in shop("note", ONE).out


def test_options_may_stand_between_the_run_and_the_model(shop):
    assert shop("register", ONE, "--reason", "baseline", "churn").out.startswith("churn@1 ")
    assert shop("compare", ONE, "--json", TWO).out.startswith("{")
    assert "unrecognized arguments: --reson" in shop("register", ONE, "--reson", "x", "churn", code=2).err
    shop("tag", ONE, "--remove", TWO, "never-given")
    assert "yourself" in shop("approve", "churn@1", "--reason", "x", "champion", code=2).err
    assert "unrecognized" not in shop("deploy", "churn@1", "--dry-run", "nowhere", code=2).err
