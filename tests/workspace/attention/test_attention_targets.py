"""What deployments ask of people: changed by hand, interrupted, left behind; and no disk is waited for."""

import hashlib
import json
import threading

import pytest
from tests.workspace.decisions_making import moved

from mlops_console.workspace import open_workspace
from mlops_console.workspace.attention import targets as source
from mlops_console.workspace.attention.listing import attention
from mlops_console.workspace.deploying import targets as looked
from mlops_console.workspace.deploying.deploying import deploy
from mlops_console.workspace.models import resolve
from mlops_console.workspace.registering.registering import register


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "EVERY", 0.0)
    monkeypatch.setattr(source, "ONCE_WAIT", 60.0)
    root = tmp_path / "churn"
    for number in (1, 2):
        (root / f"m{number}").mkdir(parents=True)
        (root / f"m{number}/weights").write_bytes(hashlib.shake_128(b"%d" % number).digest(5_000))
    place = json.dumps(str(tmp_path / "production"))
    (root / "mlops-console.toml").write_text(f"[models.churn.targets.production]\nfolder = {place}\n")
    with open_workspace([root], str(tmp_path / "kept/store.duckdb")) as workspace:
        for number in (1, 2):
            register(workspace, "churn", path=f"m{number}", project=workspace.projects[0])
        yield workspace


def champion(workspace, number):
    version = resolve(workspace, f"churn@{number}").version
    return moved(workspace, version.registered)


def deployed(workspace, name="churn@champion"):
    return deploy(workspace, resolve(workspace, name), "production", alias="champion")


def items(workspace, **more):
    return [one for one in attention(workspace, **more).items if one.kind == "target"]


def test_what_was_deployed_asks_nobody(desk):
    assert items(desk) == []
    champion(desk, 1)
    deployed(desk)
    assert items(desk) == []


def test_a_target_that_stayed_behind_waits_for_somebody(desk, tmp_path):
    champion(desk, 1)
    deployed(desk)
    move = champion(desk, 2)
    [item] = items(desk)
    assert (item.level, item.subject, item.since) == ("ask", "churn in production", move.at)
    assert item.what.startswith("still serves v1; champion has been v2 for ")
    assert item.place.command == "mlops-console deploy churn@champion production"
    deployed(desk)
    assert items(desk) == []


def test_one_that_was_changed_by_hand_is_bad_and_told_once(desk, tmp_path):
    champion(desk, 1)
    deployed(desk)
    (weights,) = (tmp_path / "production/releases").glob("*/weights")
    weights.chmod(0o600)
    weights.write_bytes(b"another model")
    champion(desk, 2)
    [item] = items(desk)
    assert (item.level, item.subject) == ("bad", "churn in production")
    assert "still serves" not in item.what


def test_one_that_leads_elsewhere_is_bad(desk, tmp_path):
    champion(desk, 1)
    deployed(desk)
    deployed(desk, "churn@2")
    current = tmp_path / "production/current"
    (before,) = (
        one for one in (tmp_path / "production/releases").iterdir() if one.name not in str(current.readlink())
    )
    current.unlink()
    current.symlink_to(f"releases/{before.name}")
    [item] = [one for one in items(desk) if one.level == "bad"]
    assert "somebody changed it by hand" in item.what
    assert item.effect == "serves v1"


def test_a_disk_that_does_not_answer_holds_nobody_up(desk, monkeypatch):
    champion(desk, 1)
    deployed(desk)
    answer, asked = threading.Event(), threading.Event()

    def silent(*_asked, **_more):
        asked.set()
        answer.wait(60)
        return []

    monkeypatch.setattr(looked, "targets", silent)
    monkeypatch.setattr(source, "ONCE_WAIT", 0.05)
    champion(desk, 2)
    found = attention(desk)
    assert asked.wait(60)
    assert "the targets of churn did not answer in time." in found.problems
    assert [one.kind for one in found.items if one.kind == "target"] == ["target"]
    attention(desk)
    assert sum(one.name == "targets" for one in threading.enumerate()) == 1
    answer.set()
