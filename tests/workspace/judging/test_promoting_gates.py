"""What gates see of a registered version, gathered from a real project."""

import json
import os
import shutil
import sys
from dataclasses import replace

import pytest
from tests.promotion.gate_making import EVIDENCE
from tests.workspace.judging.gates_desk import by_gate, judged, move, wish
from tests.workspace.registering.registering_desk import ONE, TWO, churn, scanned

from mlops_console.promotion.model import CommandOutcome, SliceFound
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace import open_workspace
from mlops_console.workspace.deciding.deciding import remove
from mlops_console.workspace.judging.evidence_files import scanned as scan_told
from mlops_console.workspace.judging.evidence_json import MOST, as_json
from mlops_console.workspace.models import resolve, resolve_model
from mlops_console.workspace.registering.registering import register
from mlops_console.workspace.trust import trust


@pytest.fixture
def project(tmp_path):
    return churn(tmp_path)


@pytest.fixture
def shop(project):
    with scanned(project) as workspace:
        register(workspace, "churn", run=ONE)
        register(workspace, "churn", run=TWO)
        yield workspace


def kept_file(project):
    (found,) = [
        file
        for file in (project / ".mlops-console/models/churn").rglob("model.joblib")
        if file.read_bytes() == next((project / "runs").glob(f"*{TWO}/model.joblib")).read_bytes()
    ]
    return found


def test_without_wishes_integrity_alone_is_asked(shop):
    found = judged(shop, "churn@2")
    assert [(one.gate, one.verdict) for one in found.results] == [("integrity", "pass")]
    assert (found.champion, found.mistakes, found.passed) == (None, (), True)


def test_what_was_recorded_is_judged_also_when_the_run_is_gone(shop, project):
    wish(
        project,
        'require = ["auc >= 0.5", "auc >= champion - 0.5"]\nclean_git = true\nenvironment = true\n'
        'data = true\nfinished = true\nsize = "1 MB"\ncard = true',
    )
    judged(shop, "churn@2")
    before = judged(shop, "churn@2").results
    shutil.rmtree(project / "runs")
    shop.scan()
    assert judged(shop, "churn@2").results == before
    found = by_gate(judged(shop, "churn@2"))
    assert found["require: auc >= 0.5"].verdict == "pass"
    assert found["require: auc >= champion - 0.5"].evidence == "first"
    assert (found["finished"].verdict, found["environment"].verdict) == ("pass", "pass")
    assert (found["card"].verdict, "owner, purpose, limits" in found["card"].because) == ("fail", True)


def test_the_champion_is_judged_by_what_it_reached_itself(shop, project):
    move(shop, "churn@1")
    wish(project, 'require = ["auc >= champion + 0.5"]')
    (result, _) = judged(shop, "churn@2").results
    one, two = (resolve(shop, f"churn@{number}").version.registered.body for number in (1, 2))
    champion = one["summary"].get("auc") or one["metrics"]["auc"]["last"]
    candidate = two["summary"].get("auc") or two["metrics"]["auc"]["last"]
    assert result.verdict == "fail"
    assert result.value == pytest.approx(candidate)
    assert float(result.required.removeprefix(">= ")) == pytest.approx(champion + 0.5, abs=1e-3)
    assert result.evidence.startswith("v1 has ")


def test_taking_an_alias_off_gets_nobody_around_a_comparison(shop, project):
    move(shop, "churn@1")
    wish(project, 'require = ["auc >= champion + 0.5"]\nsignificant = true')
    before = by_gate(judged(shop, "churn@2"))
    remove(shop, resolve_model(shop, "churn"), "champion", "a mistake")
    found = judged(shop, "churn@2")
    now = by_gate(found)
    assert found.champion.number == 1
    assert {name: one.verdict for name, one in now.items()} == {
        name: one.verdict for name, one in before.items()
    }
    required = now["require: auc >= champion + 0.5"]
    assert required.evidence.startswith("v1 (the last champion) has ")
    assert required.because.endswith("No version is champion now: the last that was counts.")
    assert found.evidence_json["taken_off"] == ["champion"]
    # Another alias is measured by it as well; and v1 itself has nobody before it.
    wish(project, 'require = ["auc >= champion + 0.5"]')
    text = (project / "mlops-console.toml").read_text()
    (project / "mlops-console.toml").write_text(text.replace("gates.champion", "gates.challenger"))
    assert by_gate(judged(shop, "churn@2", "challenger"))["require: auc >= champion + 0.5"].verdict == "fail"
    assert judged(shop, "churn@1").champion is None


def test_a_changed_byte_is_seen_whatever_its_time_says(shop, project):
    assert judged(shop, "churn@2").passed
    file = kept_file(project)
    was = file.stat()
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.parent.chmod(0o755)
    file.chmod(0o644)
    file.write_bytes(data)
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))
    (result,) = judged(shop, "churn@2").results
    assert (result.verdict, result.measured) == ("fail", "changed")
    assert "not what was registered" in result.because


def test_a_missing_copy_fails(shop, project):
    shutil.rmtree(kept_file(project).parent)
    (result,) = judged(shop, "churn@2").results
    assert (result.verdict, "gone" in result.because) == ("fail", True)


def test_a_file_is_called_as_it_is_called(shop, project):
    file = kept_file(project)
    file.chmod(0o644)
    file.write_bytes(b"by hand")
    (result,) = judged(shop, "churn@2").results
    assert result.because.startswith("model.joblib is not what was registered")
    assert "Registering the same files again puts them back" in result.because


def test_files_that_nothing_touched_are_not_read_again(shop, project):
    judged(shop, "churn@2")
    again = judged(shop, "churn@2").evidence_json["integrity"]
    assert again["from_memory"] is True
    os.utime(kept_file(project))
    touched = judged(shop, "churn@2")
    assert (touched.passed, touched.evidence_json["integrity"]["from_memory"]) == (True, False)
    assert judged(shop, "churn@2", full=True).evidence_json["integrity"]["from_memory"] is False


def test_what_a_project_remembers_of_a_file_proves_nothing(shop, project):
    """Whoever can change the file can change that memory too."""
    file = kept_file(project)
    (memory,) = (project / ".mlops-console/models/churn/aliases").glob(f".seen-{file.parent.name}.json")
    file.parent.chmod(0o755)
    file.chmod(0o644)
    file.write_bytes(b"something else")
    told = json.loads(memory.read_text())
    what = file.stat()
    times = {"modified_ns": what.st_mtime_ns, "changed_ns": what.st_ctime_ns, "inode": what.st_ino}
    told["files"][0] |= {"size": what.st_size, **times}
    memory.write_text(json.dumps(told))
    assert not judged(shop, "churn@2").passed


@pytest.mark.skipif(os.getuid() == 0, reason="root reads every file")
def test_a_file_that_cannot_be_read_is_unknown(shop, project):
    file = kept_file(project)
    file.chmod(0)
    os.utime(file)
    assert by_gate(judged(shop, "churn@2"))["integrity"].verdict == "unknown"


def test_a_model_that_is_cut_off_does_not_open(shop, project):
    cut = project / "cut.safetensors"
    header = b'{"w":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]}}'
    cut.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 100)
    register(shop, "other", path=str(cut))
    (result,) = judged(shop, "other@1").results
    assert (result.verdict, "does not open as safetensors" in result.because) == ("fail", True)


def test_pickles_are_scanned_and_files_without_code_need_not_be(shop, project):
    wish(project, "safe = true")
    told = judged(shop, "churn@2").evidence_json["description"]
    assert told["unsafe_format"] is True
    assert told["not_scanned"] == []
    assert by_gate(judged(shop, "churn@2"))["safe"].verdict in ("pass", "fail")
    evil = project / "evil.pkl"
    evil.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    register(shop, "evil", path=str(evil))
    wish(project, "safe = true", "evil")
    assert by_gate(judged(shop, "evil@1"))["safe"].verdict == "fail"


@pytest.mark.parametrize(
    ("told", "hidden"),
    [
        ({"unsafe_format": False, "format": "safetensors"}, False),
        ({"unsafe_format": True, "format": "pickle", "details": {"imports": ["a.B"]}}, False),
        ({"unsafe_format": True, "format": "torch-checkpoint", "details": {}}, True),
        ({"unsafe_format": True, "format": "mlflow", "details": {"loader": "mlflow.sklearn"}}, False),
        ({"unsafe_format": True, "format": "mlflow", "details": {"loader": "my_loader"}}, True),
        (
            {
                "unsafe_format": True,
                "format": "pickle",
                "details": {"imports": ["cloudpickle.cloudpickle x"]},
            },
            True,
        ),
        (
            {
                "unsafe_format": True,
                "format": "pickle",
                "details": {"imports": []},
                "warnings": ["It is odd."],
            },
            True,
        ),
    ],
)
def test_what_no_scan_can_see_is_said(told, hidden):
    assert bool(scan_told(told)["not_scanned"]) is hidden


def test_an_untrusted_command_never_runs_and_a_trusted_one_is_told_what_it_judges(shop, project):
    code = (
        "import json,sys; d=json.load(sys.stdin); open('ran','w').write(sys.argv[1]);"
        " print(json.dumps({'measured': d['version'], 'because': d['alias'] + ' ' + d['path']}))"
    )
    command = [sys.executable, "-I", "-c", code, "{path}"]
    wish(project, f"command = {json.dumps(command)}")
    untrusted = by_gate(judged(shop, "churn@2"))["command"]
    assert (untrusted.verdict, untrusted.evidence) == ("unknown", "not trusted")
    (wished,) = read_commands(project)
    trust(shop, shop.projects[0], wished)
    idle = by_gate(judged(shop, "churn@2", run_commands=False))["command"]
    assert (idle.verdict, (project / "ran").exists()) == ("unknown", False)
    ran = by_gate(judged(shop, "churn@2"))["command"]
    assert (ran.verdict, ran.measured, ran.because) == ("pass", "2", f"champion {kept_file(project)}.")
    assert (project / "ran").read_text() == str(kept_file(project))
    wish(project, f"command = {json.dumps([*command, 'changed'])}")
    assert by_gate(judged(shop, "churn@2"))["command"].verdict == "unknown"


def read_commands(project):
    from mlops_console.promotion.gates.command import commands

    return commands(read_wishes(project).model("churn").gates["champion"]["command"])


def test_approvals_are_those_of_this_version_for_this_alias(shop, project):
    wish(project, "approvals = 1")
    found = resolve(shop, "churn@2")
    body = {
        "model": "churn",
        "version_id": found.version.id,
        "version": 2,
        "alias": "champion",
        "reason": "ok",
    }
    shop.decisions.append(found.project.key, "approve", body)
    shop.decisions.append(found.project.key, "approve", {**body, "alias": "challenger"})
    seen = judged(shop, "churn@2").evidence_json["approvals"]
    assert [one["uid"] for one in seen] == [os.getuid()]
    result = by_gate(judged(shop, "churn@2"))["approvals"]
    assert (result.verdict, "their own does not count" in result.because) == ("fail", True)


def seen_afresh(project, name):
    """By somebody who was not there when it was written."""
    with open_workspace([project], str(project.parent / name / "store.duckdb")) as workspace:
        return by_gate(judged(workspace, "churn@2"))["approvals"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file to another user")
def test_the_owner_of_the_file_proves_who_approved(shop, project, monkeypatch):
    wish(project, "approvals = 1")
    found = resolve(shop, "churn@2")
    body = {
        "model": "churn",
        "version_id": found.version.id,
        "version": 2,
        "alias": "champion",
        "reason": "ok",
    }
    nobody = 65_534
    with monkeypatch.context() as patch:
        patch.setattr(os, "getuid", lambda: nobody)
        event = shop.decisions.append(found.project.key, "approve", body)
    assert event.uid == nobody
    forged = seen_afresh(project, "first")
    assert (forged.verdict, "no file's owner proves it" in forged.because) == ("fail", True)
    (file,) = (project / ".mlops-console/journal").rglob(f"{event.id}-*.json")
    os.chown(file, nobody, -1)
    proven = seen_afresh(project, "second")
    assert (proven.verdict, proven.measured, proven.evidence) == ("pass", "1 of 1", event.by)


def test_an_external_version_has_no_files_and_no_seeds(shop, project):
    register(shop, "churn", external={"metrics": {"auc": 0.9}, "dataset": "test-2026"})
    wish(
        project, 'require = ["auc >= 0.85"]\nsafe = true\nsize = "1 GB"\nclean_git = true\nsignificant = true'
    )
    first = by_gate(judged(shop, "churn@3"))
    assert {name: one.verdict for name, one in first.items()} == {
        "require: auc >= 0.85": "pass", "safe": "pass", "size": "pass", "clean_git": "unknown",
        "significant": "pass", "integrity": "pass",
    }  # fmt: skip
    assert first["require: auc >= 0.85"].evidence == "as evaluated"
    move(shop, "churn@3")
    against = by_gate(judged(shop, "churn@2"))["significant"]
    assert (against.verdict, "Version 3 has no run" in against.because) == ("unknown", True)


def test_a_file_that_cannot_be_understood_lets_nothing_pass(shop, project):
    (project / "mlops-console.toml").write_text("[models.churn.gates.champion\nrequire = 1")
    found = judged(shop, "churn@2")
    assert not found.passed
    assert found.mistakes[0].startswith("mlops-console.toml:1: ")
    wish(project, 'require = ["auc is good"]\naprovals = 1')
    found = judged(shop, "churn@2")
    assert [one.verdict for one in found.results] == ["unknown", "unknown", "pass"]
    assert len(found.mistakes) == 2


def test_what_gates_saw_fits_into_an_event_and_is_raw():
    hostile = "[/red]\x1b[2J" + "x" * 500
    huge = replace(
        EVIDENCE,
        candidate_metrics={f"{hostile}{at}": float("nan") for at in range(20_000)},
        slices=tuple(SliceFound(f"{hostile}{at}", 9, 0.1) for at in range(5_000)),
        run={"code": {"commit": "9a"}, "datasets": [{"name": hostile}] * 5_000},
        description={"format": "pickle", "warnings": [hostile] * 9_000},
        commands={str(at): CommandOutcome("x" * 10_000, True, 0, {"a": "y" * 60_000}) for at in range(5)},
    )
    said = as_json(huge)
    assert len(json.dumps(said, allow_nan=False)) <= MOST
    assert said["left_out"]
    small = as_json(replace(EVIDENCE, candidate_metrics={"[/red]\x1b[2J": 1.0}))
    assert small["metrics"] == {"[/red]\x1b[2J": 1.0}
    assert "left_out" not in small
