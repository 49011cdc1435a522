"""`export` as a person and a pipeline use it."""

import json
import subprocess

import pytest

from mlops_console.cli import run_command
from mlops_console.workspace import open_workspace
from mlops_console.workspace.registering.registering import register


@pytest.fixture
def ask(tmp_path, capsys, monkeypatch):
    root, store = tmp_path / "churn", str(tmp_path / "kept/store.duckdb")
    (root / "m").mkdir(parents=True)
    (root / "m/weights").write_bytes(b"w" * 5000)
    with open_workspace([root], store) as workspace:
        register(workspace, "churn", path="m", project=workspace.projects[0])
        register(workspace, "hosted", external={"metrics": {"auc": 0.9}}, project=workspace.projects[0])
    monkeypatch.chdir(tmp_path)

    def ask(*words, code=0):
        got = run_command([*words, "--store", store])
        said = capsys.readouterr()
        assert got == code, said.out + said.err
        assert "Traceback" not in said.err
        return said

    return ask


def test_a_folder_that_explains_and_checks_itself(ask, tmp_path):
    assert ask("export", "churn@1", "out").out.endswith("1 event, the model's 5 kB verified\n")
    assert subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out").returncode == 0
    listed = json.loads(ask("models", "churn@1", "--json").out)
    assert listed.pop("intact") is True  # of the registry's copy, which is not what is exported
    assert listed.pop("monitors") == []  # as they stand now, which is not exported either
    assert json.loads((tmp_path / "out/version.json").read_text()) == listed
    assert json.loads((tmp_path / "out/card.json").read_text())["contents"]["sha256"] == listed["sha256"]
    assert "not empty" in ask("export", "churn@1", "out", code=2).err
    found = json.loads(ask("export", "churn@1", "bare", "--no-files", "--json").out)
    assert (found["version"], found["with_files"], found["size"]) == (1, False, 0)
    assert found["sha256"] == listed["sha256"]
    assert not (tmp_path / "bare/model").exists()


def test_an_external_version_is_exported_with_its_evaluation(ask, tmp_path):
    assert "without the model's files" in ask("export", "hosted@1", "out", "--project", "churn").out
    said = json.loads((tmp_path / "out/evidence/registered.json").read_text())
    assert said["evaluation"]["metrics"] == {"auc": 0.9}
    assert "no model" in (tmp_path / "out/README.md").read_text()
