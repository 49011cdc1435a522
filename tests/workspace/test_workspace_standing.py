"""Who may decide in a project, what is asked of them, what is wrong with its wishes: as `doctor` says it."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mlops_console.cli import run_command
from mlops_console.journal.authors import group_name, user_name
from mlops_console.journal.event import ALIAS, REGISTER
from mlops_console.journal.sharing import share
from mlops_console.promotion.kept import keep_copy
from mlops_console.settings import PROJECT_FILE
from mlops_console.workspace.problems import problems
from mlops_console.workspace.registering.registering import register
from mlops_console.workspace.standing import standing, wrong_with

ME = user_name(os.getuid())
PATIENCE = 60.0
GROUP = group_name(os.getegid())


def wish(workspace, text):
    project = workspace.projects[0]
    Path(project.root, PROJECT_FILE).write_text(text)
    return project


def test_a_project_of_one_user(empty):
    project = wish(empty, "")
    Path(project.root).chmod(0o755)
    facts = standing(empty, project)
    assert facts["journal"] == "in the project"
    assert facts["may_decide"].startswith(f"{ME} alone")
    assert facts["approvals"].startswith("none are asked for")
    assert facts["owners"].startswith("noted")
    assert facts["not_trusted"] == []
    assert list(wrong_with(project, facts)) == []


def test_a_project_of_a_group(empty):
    project = wish(empty, "")
    share(project.root, GROUP)
    facts = standing(empty, project)
    assert facts["journal"] == f"shared with the group {GROUP}"
    assert (facts["owner"], facts["group"], facts["mode"]) == (ME, GROUP, "drwxrwsr-t")
    assert facts["may_decide"].startswith(f"{ME}, and the group {GROUP}")


def test_a_project_of_everybody(empty):
    project = wish(empty, "")
    Path(project.root).chmod(0o777)
    assert standing(empty, project)["may_decide"] == "every user of this machine"


def test_what_the_file_asks(empty):
    project = wish(
        empty,
        "owners = 'enforce'\n[gates.champion]\napprovals = 1\ncommand = ['fair']\n"
        "[models.churn.gates.champion]\napprovals = 2\n[models.fraud.gates.blue]\napprovals = 'x'\n",
    )
    facts = standing(empty, project)
    assert facts["owners"].startswith("enforced")
    assert facts["approvals"] == [
        "churn, champion: 2 other users must approve",
        "fraud, champion: 1 other user must approve",
        "fraud, blue: can't be understood, so nothing passes",
        "any other model, champion: 1 other user must approve",
    ]
    assert facts["not_trusted"] == ["gates.champion.command: fair  (in ., at most 60 s)"]


def registered(workspace, project, model):
    return workspace.decisions.append(
        project.key,
        REGISTER,
        {"model": model, "version": 1, "origin": "external", "run": None, "artifact": None, "files": [],
         "sha256": "", "size": 0, "format": "", "copied": False, "reason": ""},
    )  # fmt: skip


def test_a_pointer_that_is_not_what_was_decided(empty):
    project = wish(empty, "[models.churm]\n")
    event = registered(empty, project, "churn")
    body = {
        "model": "churn",
        "alias": "champion",
        "version_id": event.id,
        "version": 1,
        "from_version_id": None,
    }
    empty.decisions.append(project.key, ALIAS, {**body, "from_version": None, "way": "promote", "reason": ""})
    folder = Path(project.root, ".mlops-console/models/churn/aliases")
    folder.mkdir(parents=True, exist_ok=True)
    pointer = folder / "champion.json"
    pointer.write_text(json.dumps({"version": 7, "version_id": "other"}))
    facts = standing(empty, project)
    assert (facts["models"], facts["events"]) == (1, 2)
    wrong = list(wrong_with(project, facts))
    assert len(wrong) == 2
    assert "churn@champion is v1 in the journal, and v7 for code that loads it by name" in wrong[0]
    assert "nobody has registered churm" in wrong[1]
    pointer.write_text(json.dumps({"version": 1, "version_id": event.id}))
    assert standing(empty, project)["aliases"] == "in line with the journal"
    pointer.unlink()
    assert "can't be loaded by name" in standing(empty, project)["aliases"][0]


def test_copies_that_no_version_is_registered_by(empty, monkeypatch):
    project = wish(empty, "")
    model = Path(project.root, "some model")
    model.mkdir()
    (model / "weights").write_bytes(bytes(1500))
    used = register(empty, "churn", path=str(model))
    (model / "weights").write_bytes(bytes(2500))
    left = keep_copy(project.root, "churn", "some model")
    folder = Path(project.root, ".mlops-console/models/churn")
    (folder / "notes").mkdir()
    (folder / ("0" * 64)).symlink_to(model)
    # It may be about to be registered.
    assert standing(empty, project)["not_in_use"] == "no copy of a model"
    monkeypatch.setattr("mlops_console.promotion.kept._ABOUT_TO_BE_USED", -PATIENCE)
    assert used.sha256 != left.sha256
    path = shlex.quote(str(folder / left.sha256))
    assert standing(empty, project)["not_in_use"] == [f"2.5 kB: rm -r {path}"]


def test_mistakes_of_gates_are_problems_with_their_line(empty):
    wish(
        empty,
        "[gates.champion]\napprovals = 'two'\n[models.a.gates.champion]\nsize = 'huge'\n"
        "require = ['x']\ncommand = 'python a.py'\nfinishd = true\n",
    )
    found = {one.problem.path: one.problem.what for one in problems(empty)}
    assert sorted(found) == [f"{PROJECT_FILE}:{line}" for line in (2, 4, 5, 6, 7)]
    assert found[f"{PROJECT_FILE}:2"].startswith("gates.champion.approvals: must be a number of people")
    assert "models.a.gates.champion.size" in found[f"{PROJECT_FILE}:4"]
    assert "did you mean `finished`?" in found[f"{PROJECT_FILE}:7"]


ANOTHER = """
import json, os, sys
from pathlib import Path
from mlops_console.workspace import open_workspace
from mlops_console.workspace.standing import standing, wrong_with
with open_workspace([Path(sys.argv[1])], sys.argv[2]) as workspace:
    project = workspace.projects[0]
    list(wrong_with(project, standing(workspace, project)))  # loads all that another user may not read
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    facts = standing(workspace, project)
    print(json.dumps([facts, list(wrong_with(project, facts))]))
    sys.stdout.flush()
    os._exit(0)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_project_that_this_user_can_not_write(tmp_path):
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = Path(place, "project")
        folder.mkdir(0o755)
        words = [sys.executable, "-c", ANOTHER, str(folder), str(tmp_path / "s.duckdb")]
        said = subprocess.run(words, capture_output=True, check=True, timeout=100)
    facts, wrong = json.loads(said.stdout)
    assert facts["journal"] == "private"
    assert facts["may_decide"].startswith("root alone")
    assert "can't be written by you" in wrong[0]


def test_doctor_tells_it(empty, capsys):
    project = wish(
        empty, "[models.churn]\nonwer = 'ana'\n[gates.champion]\ncommand = ['fair', \"\\u001b[1m\"]\n"
    )
    store = str(empty.places.store)
    empty.close()
    assert run_command(["doctor", "--store", store]) == 0
    said = capsys.readouterr().out
    assert "may decide" in said
    assert "gates.champion.command: fair '␛[1m'  (in ., at most 60 s)" in said
    assert f"{project.root}/{PROJECT_FILE}:2: models.churn.onwer: is not known here" in said
    assert run_command(["doctor", "--json", "--store", store]) == 0
    assert json.loads(capsys.readouterr().out)["decisions"][project.root]["owner"] == ME
