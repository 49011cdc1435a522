"""Commands of a project: asked about by their text, kept for one folder, asked about again when changed."""

import shutil
from pathlib import Path

import pytest

from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes.model import Command
from mlops_console.workspace.trust import commands, digest_of, distrust, pending, trust, trusted

FILE = """\
[gates.champion]
command = ["python", "fair.py"]
[models.churn.gates.champion]
command = [["python", "a.py"],
    { run = ["b"], timeout = "5s", cwd = "checks" }]
[targets.production]
folder = "/srv/{model}"
smoke = ["python", "smoke.py"]
[models.churn.targets.production]
health = ["python", "health.py"]
"""


def write(workspace, text):
    project = workspace.projects[0]
    Path(project.root, PROJECT_FILE).write_text(text)
    return project


@pytest.fixture
def project(empty):
    return write(empty, FILE)


def test_every_command_is_listed_where_it_stands(empty, project):
    assert [(one.line, one.key, one.command.text) for one in commands(empty, project)] == [
        (2, "gates.champion.command", "python fair.py  (in ., at most 60 s)"),
        (4, "models.churn.gates.champion.command[0]", "python a.py  (in ., at most 60 s)"),
        (5, "models.churn.gates.champion.command[1]", "b  (in checks, at most 5 s)"),
        (8, "targets.production.smoke", "python smoke.py  (in ., at most 60 s)"),
        (10, "models.churn.targets.production.health", "python health.py  (in ., at most 60 s)"),
    ]


def test_nothing_is_trusted_before_it_was(empty, project):
    found = pending(empty, project)
    assert len(found) == 5
    assert not any(trusted(empty, project, one.command) for one in found)
    trust(empty, project, found[0].command)
    assert trusted(empty, project, found[0].command)
    assert pending(empty, project) == found[1:]


def test_a_changed_command_is_asked_about_again(empty, project):
    trust(empty, project, Command(("python", "fair.py")))
    assert trusted(empty, project, Command(("python", "fair.py")))
    for changed in (
        Command(("python", "fair.py", "")),
        Command(("python fair.py",)),
        Command(("python", "fair.py"), 61.0),
        Command(("python", "fair.py"), 60.0, "elsewhere"),
        Command(("Python", "fair.py")),
    ):
        assert not trusted(empty, project, changed)


def test_the_same_command_in_another_folder_is_another(empty, project, tmp_path):
    command = Command(("python", "fair.py"))
    trust(empty, project, command)
    shutil.copytree(project.root, tmp_path / "copy")
    copy = empty.watch(tmp_path / "copy")
    assert not trusted(empty, copy, command)
    assert digest_of(copy, command) != digest_of(project, command)


def test_words_that_look_alike_are_told_apart(empty, project):
    one = Command(("a", "b"), cwd="x, at most 5 s)  (in y")
    other = Command(("a", "b  (in x, at most 5 s)"), cwd="y")
    assert digest_of(project, one) != digest_of(project, other)
    assert Command(("a",), 2_592_000.0).text == "a  (in ., at most 2592000 s)"


def test_trust_can_be_taken_back(empty, project):
    first, second = pending(empty, project)[:2]
    trust(empty, project, first.command)
    trust(empty, project, second.command)
    assert distrust(empty, project, first.digest[:12]) == [first.command.text]
    assert not trusted(empty, project, first.command)
    assert distrust(empty, project) == [second.command.text]
    assert distrust(empty, project) == []


def test_a_damaged_memory_trusts_nothing(empty, project):
    command = pending(empty, project)[0].command
    digest = trust(empty, project, command)
    kept = empty.places.state / "trusted" / f"{digest}.json"
    for text in ("", "{}", "[]", '{"root": "/", "text": "x"}'):
        kept.write_text(text)
        assert not trusted(empty, project, command)


def test_a_file_that_can_not_be_read_states_no_command(empty):
    assert pending(empty, write(empty, "x =")) == []
