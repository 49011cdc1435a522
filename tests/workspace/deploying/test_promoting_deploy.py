"""Deploying: every step in order, every refusal written down, and back again."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from tests.promotion.killing import left_over, whole_sha256

from mlops_console.errors import ReleaseError, UsageError
from mlops_console.promotion.manifest import read_manifest
from mlops_console.promotion.swapping import current
from mlops_console.promotion.target import held_target
from mlops_console.serving import model_path
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace import open_workspace
from mlops_console.workspace.deploying.deploying import deploy, settle, targets
from mlops_console.workspace.deploying.plan import plan
from mlops_console.workspace.models import resolve
from mlops_console.workspace.registering.registering import register
from mlops_console.workspace.standing import standing, wrong_with
from mlops_console.workspace.trust import trust


class Desk:
    def __init__(self, folder):
        self.root, self.target = folder / "churn", folder / "production"
        for number in range(1, 5):
            (self.root / f"m{number}").mkdir(parents=True)
            (self.root / f"m{number}/weights").write_bytes(hashlib.shake_128(b"%d" % number).digest(50_000))
            (self.root / f"m{number}/n.json").write_text(str(number))
        self.workspace = open_workspace([self.root], str(folder / "kept/store.duckdb"))
        self.project = self.workspace.projects[0]
        self.hashes = [
            register(self.workspace, "churn", path=f"m{number}", project=self.project).sha256
            for number in range(1, 5)
        ]

    def wish(self, **keys):
        lines = [
            f'folder = "{self.target}"',
            *(
                f"{key} = {value if isinstance(value, str) else json.dumps(value)}"
                for key, value in keys.items()
            ),
        ]
        text = "[models.churn.targets.production]\n" + "\n".join(lines) + "\n"
        (self.root / "mlops-console.toml").write_text(text)
        wishes = read_wishes(str(self.root))
        assert wishes.mistakes == ()
        return wishes.model("churn").targets[0]

    def trusted(self, **keys):
        target = self.wish(**keys)
        for command in (target.smoke, target.health):
            if command:
                trust(self.workspace, self.project, command)

    def deploy(self, name, target="production", **more):
        return deploy(self.workspace, resolve(self.workspace, name), str(target), **more)

    def plan(self, name, target="production"):
        return plan(self.workspace, resolve(self.workspace, name), str(target))

    @property
    def said(self):
        """The deployments in the journal, the oldest first."""
        model = self.workspace.decisions.registry(self.project.key).models["churn"]
        return [(one.outcome, one.sha256, one.because) for one in reversed(model.deployments)]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    with desk.workspace:
        yield desk


def test_a_version_becomes_current_and_the_journal_and_the_manifest_say_who(desk):
    desk.wish()
    told = []
    done = desk.deploy("churn@1", progress=lambda *how: told.append(how))
    assert (done.outcome, done.now, done.copied, done.before) == ("done", desk.hashes[0], True, None)
    assert whole_sha256(desk.target / "current/") == desk.hashes[0]
    assert told[-1] == (50_001, 50_001)
    assert desk.said == [("done", desk.hashes[0], "")]
    manifest = read_manifest(desk.target, desk.hashes[0])
    events = desk.workspace.decisions.events(desk.project.key, kinds=("deploy",))
    assert (manifest.label, manifest.uid, manifest.project) == ("churn@1", os.getuid(), str(desk.root))
    assert (manifest.event, manifest.head) == (events[0].id, events[0].sha256)
    assert model_path(desk.target) == desk.target / "releases" / desk.hashes[0]
    assert model_path(f"{desk.target}/current") == model_path(desk.target)


def test_the_way_back_moves_only_the_link(desk):
    desk.wish()
    desk.deploy("churn@1")
    desk.deploy("churn@2")
    inode = (desk.target / "releases" / desk.hashes[0]).stat().st_ino
    done = desk.deploy("churn@1")
    assert (done.outcome, done.copied, done.before, done.now) == ("done", False, *reversed(desk.hashes[:2]))
    assert (desk.target / "releases" / desk.hashes[0]).stat().st_ino == inode
    assert done.seconds < 10


def test_a_command_that_nobody_trusted_lets_nothing_happen(desk):
    mark = desk.root / "ran"
    desk.wish(smoke=["touch", str(mark)])
    done = desk.deploy("churn@1")
    assert (done.outcome, done.now) == ("refused", None)
    assert "was never trusted by you" in done.because
    assert not mark.exists()
    assert not (desk.target / "current").exists()
    assert desk.said == [("refused", desk.hashes[0], done.because)]


def test_the_smoke_command_sees_the_release_before_the_switch_and_can_refuse_it(desk):
    desk.trusted(
        smoke=["sh", "-c", 'test -f "$MLOPS_CONSOLE_PATH/weights" && test ! -e ../production/current']
    )
    assert desk.deploy("churn@1").outcome == "done"
    desk.trusted(smoke=["sh", "-c", "echo no way >&2; exit 3", "{path}"])
    done = desk.deploy("churn@2")
    assert (done.outcome, done.now) == ("refused", desk.hashes[0])
    assert done.because == "the smoke command says no (exit code 3): no way"
    desk.trusted(smoke=["echo", '{"verdict": "fail", "because": "too slow"}'])
    assert desk.deploy("churn@2").because == "the smoke command says fail: too slow"
    desk.trusted(smoke='{ run = ["sleep", "60"], timeout = 0.2 }')
    assert "was not done within" in desk.deploy("churn@2").because
    assert [one[0] for one in desk.said] == ["done", "refused", "refused", "refused"]


def test_a_health_command_that_says_no_brings_the_release_before_back(desk):
    desk.wish()
    desk.deploy("churn@1")
    desk.trusted(
        health=["sh", "-c", 'test "$(readlink ../production/current)" != "releases/$1"', "_", desk.hashes[1]]
    )
    done = desk.deploy("churn@2")
    assert (done.outcome, done.now) == ("returned", desk.hashes[0])
    assert done.because.endswith("churn@1 is current again")
    assert whole_sha256(desk.target / "current/") == desk.hashes[0]
    assert desk.deploy("churn@3").outcome == "done"
    assert [one[0] for one in desk.said] == ["done", "returned", "done"]
    assert not targets(desk.workspace, desk.project)[0].problems


def test_where_there_was_no_release_before_none_is_current_after_a_no(desk):
    desk.trusted(health=["false"])
    done = desk.deploy("churn@1")
    assert (done.outcome, done.now) == ("returned", None)
    assert current(desk.target) is None


def test_so_many_releases_stay_as_the_file_says(desk):
    desk.wish(keep=2)
    for number in (1, 2, 3):
        desk.deploy(f"churn@{number}")
    done = desk.deploy("churn@4")
    assert done.pruned == (desk.hashes[1],)
    assert {one.name for one in (desk.target / "releases").iterdir()} == set(desk.hashes[2:])


def test_a_plan_says_what_would_be_done_and_does_nothing(desk):
    target = desk.wish(keep=2, smoke=["true"])
    found = desk.plan("churn@1")
    assert not desk.target.exists()
    assert (found.copies, found.smoke, found.before) == (50_001, "not trusted", None)
    assert found.refusals == ("the smoke command was never trusted by you",)
    trust(desk.workspace, desk.project, target.smoke)
    for number in (1, 2, 3):
        desk.deploy(f"churn@{number}")
    found = desk.plan("churn@2")
    assert (found.copies, found.before_label, found.refusals) == (0, "churn@3", ())
    assert any("switch current from churn@3 to churn@2" in step for step in found.steps)
    assert desk.plan("churn@1").pruned == ("churn@2",)
    assert desk.said[-1][0] == "done"
    assert len(desk.said) == 3
    with held_target(desk.target):
        assert "deploys to" in desk.plan("churn@1").refusals[0]


def test_somebody_who_edited_production_is_noticed(desk):
    desk.wish()
    desk.deploy("churn@1")
    desk.deploy("churn@2")
    (state,) = targets(desk.workspace, desk.project)
    assert (state.version, state.problems, state.releases) == (2, (), 2)
    (desk.target / "current").unlink()
    (desk.target / "current").symlink_to(f"releases/{desk.hashes[0]}")
    (state,) = targets(desk.workspace, desk.project)
    assert "churn@1 is current, but the last deployment left churn@2" in state.problems[0]
    (desk.target / "current").unlink()
    (state,) = targets(desk.workspace, desk.project)
    assert "nothing is current, but the last deployment left churn@2" in state.problems[0]
    desk.deploy("churn@2")
    place = desk.target / "current/n.json"
    place.chmod(0o644)
    place.write_text("9")
    (state,) = targets(desk.workspace, desk.project)
    assert "n.json is not what was registered" in state.problems[0]
    done = desk.deploy("churn@2")
    assert (done.outcome, done.because) == ("done", "it was current already, and what differed was put right")
    assert targets(desk.workspace, desk.project, full=True)[0].problems == ()
    assert desk.deploy("churn@2").because == "it was current already"


def test_doctor_says_which_target_is_not_what_was_deployed(desk):
    desk.wish()
    desk.deploy("churn@1")
    assert standing(desk.workspace, desk.project)["targets"] == "as they were deployed"
    (desk.target / "current/hook.py").write_text("x")
    facts = standing(desk.workspace, desk.project)
    (said,) = (one for one in wrong_with(desk.project, facts) if "production" in one)
    assert said == f"{desk.root}: churn in production: hook.py is no part of it"


def test_of_versions_with_the_same_bytes_the_one_that_was_deployed_is_told(desk):
    desk.wish()
    register(desk.workspace, "churn", path="m1", project=desk.project, again=True)
    desk.deploy("churn@1")
    assert targets(desk.workspace, desk.project)[0].version == 1
    desk.deploy("churn@5")
    assert targets(desk.workspace, desk.project)[0].version == 5


def test_what_is_no_target_is_told(desk, tmp_path):
    desk.wish()
    with pytest.raises(UsageError, match="churn has no target 'producton'") as told:
        desk.deploy("churn@1", "producton")
    assert "production" in told.value.hint
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReleaseError, match="is a file; a target is a folder"):
        desk.deploy("churn@1", tmp_path / "file")
    assert desk.said == []
    done = desk.deploy("churn@1", tmp_path / "elsewhere")
    assert (done.outcome, done.target) == ("done", str(tmp_path / "elsewhere"))
    assert len(targets(desk.workspace, desk.project)) == 2
    assert desk.deploy("churn@1", desk.target).target == "production"


def test_another_model_s_target_is_left_alone(desk):
    desk.wish()
    desk.deploy("churn@1")
    register(desk.workspace, "fraud", path="m1", project=desk.project)
    with pytest.raises(ReleaseError, match="holds churn@1, another model"):
        desk.deploy("fraud@1", desk.target)


def test_a_version_without_files_is_told(desk):
    desk.wish()
    register(desk.workspace, "churn", external={"metrics": {"auc": 0.9}}, project=desk.project)
    with pytest.raises(UsageError, match="is an external version"):
        desk.deploy("churn@5")
    kept = desk.root / ".mlops-console/models/churn" / desk.hashes[0]
    kept.rename(desk.root / "gone")
    with pytest.raises(ReleaseError, match="models do not travel with git"):
        desk.deploy("churn@1")


def test_a_damaged_copy_is_not_deployed(desk):
    desk.wish()
    place = desk.root / ".mlops-console/models/churn" / desk.hashes[0] / "n.json"
    place.chmod(0o644)
    place.write_text("9")
    with pytest.raises(ReleaseError, match="is not what it was"):
        desk.deploy("churn@1")
    assert desk.said[0][0] == "refused"
    assert not left_over(desk.target)
    assert current(desk.target) is None


def test_what_was_interrupted_is_closed_by_what_is_current(desk):
    desk.wish()
    desk.deploy("churn@1")
    version = resolve(desk.workspace, "churn@2").version
    body = {
        "model": "churn", "version_id": version.id, "version": 2, "alias": "", "target": "production",
        "folder": str(desk.target), "sha256": version.sha256, "from_sha256": desk.hashes[0],
    }  # fmt: skip
    desk.workspace.decisions.append(desk.project.key, "deploy", body)
    assert "was interrupted" in targets(desk.workspace, desk.project)[0].notes[0]
    with held_target(desk.target):
        assert settle(desk.workspace, desk.project) == 0
    assert settle(desk.workspace, desk.project) == 1
    assert desk.said[-1] == ("refused", version.sha256, "it was interrupted before the switch")
    assert targets(desk.workspace, desk.project)[0].problems == ()
    desk.workspace.decisions.append(desk.project.key, "deploy", {**body, "from_sha256": ""})
    desk.deploy("churn@3")
    assert [one[0] for one in desk.said] == ["done", "refused", "refused", "done"]


def test_a_target_in_the_project_is_relative_to_it(desk):
    (desk.root / "mlops-console.toml").write_text('[models.churn.targets.here]\nfolder = "out"\n')
    assert desk.deploy("churn@1", "here").folder == desk.root / "out"
    assert Path(model_path(desk.root / "out")).is_dir()
