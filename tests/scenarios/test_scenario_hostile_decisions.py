"""Decisions that somebody means ill with: events by hand, forged pointers, gates that cheat, odd targets."""

import json
import os
import platform
import re
from pathlib import Path

import pytest
from tests.journal.journal_making import planted
from tests.scenarios.stage import Desk

from mlops_console.journal.log import Log
from mlops_console.journal.places import place_of
from mlops_console.serving import ModelChangedError, ModelNotFoundError, model_path
from mlops_console.settings import places
from mlops_console.workspace import open_workspace

EVIL = "\x1b]0;x\x07\x1b[2J\u202e\x9b31m\u2028</script><img src=x onerror=alert(1)>|`x`\nzz\r[/red]"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
STRANGE = (
    None, True, -1, 2**63, 10**400, 1.5, "", "..", "../../../etc/passwd", "/etc/passwd", "a\0b", "x" * 4096,
    "d/" * 3000, EVIL, "\udc80", "aliases", "e" * 64, [], [None], [EVIL], {}, {EVIL: EVIL},
    [{"path": "../../etc/passwd", "size": 1, "sha256": "zz"}],
    {"path": "../../etc/passwd", "native": "\0", "name": EVIL, "id": 5},
)  # fmt: skip


class Stage(Desk):
    """A project with two versions of `churn`, of which the first is the champion."""

    def __init__(self, folder, capsys):
        super().__init__(folder / "kept/store.duckdb", capsys)
        self.root = folder / "project"
        for number in (1, 2, 3):
            (self.root / f"m{number}").mkdir(parents=True)
            (self.root / f"m{number}/weights.bin").write_bytes(b"w%d" % number * 500)
        self.target = folder / "served"
        self.wishes("")
        os.chdir(self.root)
        self.ask("scan", ".")
        for number in (1, 2):
            self.ask("register", "--path", f"m{number}", "churn")
        self.ask("promote", "churn@1", "champion", "--reason", "to begin with")

    def wishes(self, text):
        (self.root / "mlops-console.toml").write_text(
            f'{text}\n[models.churn.targets.production]\nfolder = "{self.target}"\n'
        )

    def events(self, kind):
        found = (json.loads(file.read_bytes()) for file in self.root.glob(".mlops-console/journal/*/*.json"))
        return sorted((one for one in found if one["kind"] == kind), key=lambda one: one["clock"])

    def plant(self, **event):
        return planted(place_of(str(self.root), "key", places(str(self.store))), **event)

    def champion(self):
        (found,) = [one["version"] for one in self.objects("models", "churn") if "champion" in one["aliases"]]
        return found

    def path(self, name="churn@champion"):
        return str(model_path(name, project=self.root))

    @property
    def pointer(self):
        return self.root / ".mlops-console/models/churn/aliases/champion.json"


@pytest.fixture
def stage(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Stage(tmp_path, capsys)


LOOKING = (
    ("models",), ("models", "churn"), ("models", "churn", "--timeline"), ("audit", "log"), ("doctor",),
    ("note", "churn@1"), ("deploy", "--check"), ("audit", "verify"), ("trust", "--list"),
)  # fmt: skip


def test_events_with_every_field_wrong_in_turn_stop_nobody(stage, capsys):
    (first, _second), (move,) = stage.events("register"), stage.events("alias")
    named = {"model": "churn", "version_id": first["id"], "version": 1}
    bodies = {
        "register": {**first["body"], "version": 3}, "alias": move["body"],
        "approve": {**named, "alias": "champion", "reason": "r"},
        "allow": {**named, "alias": "champion", "reason": "r", "gates": ["size"]},
        "note": {"subject": named, "text": "t"}, "tag": {"subject": named, "name": "n", "value": "v"},
        "deploy": _deploy(stage, "/nowhere"),
        "deployed": {"model": "churn", "deploy": "", "outcome": "done", "because": "", "sha256": ""},
        "retract": {"event": "", "reason": "r"},
    }  # fmt: skip
    clock = 10
    for kind, body in bodies.items():
        for place, key in enumerate(body):
            for value in STRANGE[place % 3 :: 3]:
                clock += 1
                stage.plant(clock=clock, kind=kind, host=platform.node(), body={**body, key: value})
    from mlops_console.cli import run_command

    for words in LOOKING:
        code = run_command([*words, "--store", str(stage.store)])
        said = capsys.readouterr()
        assert code in (0, 1), (words, said.err)
        assert "should not have" not in said.err
        assert not RAW.search(said.out + said.err), words
    for line in stage.ask("audit", "log", "--json").out.split("\n")[:-1]:
        assert json.loads(line)
        assert not RAW.search(line)
    version = stage.objects("register", "--path", "m3", "churn")[0]["version"]
    stage.ask("promote", f"churn@{version}", "champion", "--reason", "the rest works")
    assert stage.champion() == version
    assert not Path("/etc/releases").exists()


def test_an_event_of_the_far_future_is_not_the_last_word(stage):
    (move,) = stage.events("alias")
    stage.plant(
        clock=2**53 - 1, kind="alias", milliseconds=253_402_300_799_000,
        body={**move["body"], "from_version_id": stage.events("register")[1]["id"]},
    )  # fmt: skip
    assert "far ahead of every other" in stage.ask("audit", "verify", code=1).out
    stage.ask("promote", "churn@2", "champion", "--reason", "now")
    assert stage.champion() == 2
    assert stage.ask("audit", "verify", code=1).out.count("error ") == 1


def test_what_could_not_be_used_is_told_where_it_is_listed(stage):
    (move,) = stage.events("alias")
    stage.plant(clock=9, kind="alias", body={**move["body"], "way": "by hand"})
    assert "1 event could not be used" in stage.ask("models").err
    newest, *others = stage.ask("audit", "log").out.splitlines()
    assert "moved champion" in newest
    assert "[could not be used: `way` is none of promote" in newest
    assert not any("could not be used" in one for one in others)
    assert "could not be used: `way` is none of promote" in stage.ask("audit", "verify").out


def test_a_number_that_somebody_made_up_is_not_the_last_one(stage):
    first = stage.events("register")[0]
    stage.plant(clock=9, kind="register", body={**first["body"], "version": 1_000_000_000})
    stage.ask("register", "--path", "m3", "churn")
    assert len(stage.objects("models", "churn")) == 4


def test_a_deployment_to_no_folder_is_passed_over(stage):
    for folder in ("/" + "x" * 5000, "/a\0b", "/\ud800", "/" + "d/" * 3000):
        stage.plant(clock=9, kind="deploy", host=platform.node(), body=_deploy(stage, folder))
        stage.ask("deploy", "--check")


def test_looking_at_targets_touches_no_folder_that_an_event_names(stage, tmp_path):
    for name in ("empty", "other/releases/.tmp-mine"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "other/.cur-mine").symlink_to("x")
    before = sorted(tmp_path.glob("[eo]*/**/*"))
    for number, name in enumerate(("empty", "other")):
        body = _deploy(stage, str(tmp_path / name))
        stage.plant(clock=9 + number, kind="deploy", host=platform.node(), body=body)
    stage.ask("deploy", "--check")
    assert sorted(tmp_path.glob("[eo]*/**/*")) == before
    said = stage.ask("deploy", "churn@1", str(tmp_path / "other"), code=2).err
    assert "holds other files" in said
    assert sorted(tmp_path.glob("[eo]*/**/*")) == before


def _deploy(stage, folder):
    first = stage.events("register")[0]
    return {
        "model": "churn", "version_id": first["id"], "version": 1, "alias": "", "target": "t",
        "folder": folder, "sha256": first["body"]["sha256"], "from_sha256": "",
    }  # fmt: skip


def test_a_move_that_comes_between_the_check_and_the_writing_is_contested_not_lost(stage):
    (first, second), (move,) = stage.events("register"), stage.events("alias")
    body = {**move["body"], "alias": "next", "from_version_id": None, "from_version": None}
    with open_workspace((stage.root,), str(stage.store)) as workspace:
        key = workspace.projects[0].key
        there = place_of(str(stage.root), "key", places(str(stage.store.parent / "other.duckdb")))

        def meanwhile(_registry):
            Log(there).append("alias", {**body, "version_id": second["id"], "version": 2})

        workspace.decisions.append(key, "alias", {**body, "version_id": first["id"]}, check=meanwhile)
        workspace.decisions.refresh()
        model = workspace.decisions.registry(key).models["churn"]
    assert model.aliases["next"].contested
    assert [one.contested for one in model.moves if one.alias == "next"] == [True, True]


def test_a_forged_pointer_leads_nowhere_outside_and_does_not_stay(stage, tmp_path):
    good, where = json.loads(stage.pointer.read_bytes()), stage.path()
    (tmp_path / "outside").write_bytes(b"evil")
    for forged in (
        {"path": str(tmp_path / "outside")}, {"path": "../outside"}, {"path": "a\0b"}, {"path": "x" * 5000},
        {"path": 5}, {"path": "\udc80"}, {"sha256": "zz"}, {"sha256": "e" * 64},
    ):  # fmt: skip
        _put(stage.pointer, {**good, **forged})
        with pytest.raises((ModelNotFoundError, ModelChangedError)):
            stage.path()
    sha256 = stage.events("register")[1]["body"]["sha256"]
    newer = json.loads(next(stage.root.glob(".mlops-console/journal/*/*.json")).read_bytes())["id"]
    for more in ({}, {"clock": 10**9}, {"clock": 10**9, "event": newer}):
        _put(stage.pointer, {**good, "path": "m2", "sha256": sha256, "files": [], **more})
        assert stage.path() == str(stage.root / "m2")
        stage.ask("models")
        assert stage.path() == where
    stage.pointer.unlink()
    stage.pointer.symlink_to(tmp_path / "outside")
    with pytest.raises(ModelNotFoundError):
        stage.path()
    stage.ask("models")
    assert stage.path() == where
    assert (tmp_path / "outside").read_bytes() == b"evil"


def _put(place, said):
    place.unlink()
    place.write_text(json.dumps(said))


@pytest.mark.parametrize("name", ["a\0/b", "~nobody-of-this-name/x", "/" + "x" * 5000, "churn@\0", "@", "/"])
def test_a_name_that_is_none_is_a_lookup_error(tmp_path, name):
    with pytest.raises(ModelNotFoundError):
        model_path(name, project=tmp_path)
    with pytest.raises(ModelNotFoundError):
        model_path("churn@champion", project=name)


def test_a_folder_of_one_file_stays_a_folder_where_nothing_is_remembered(stage):
    where = stage.path()
    for memory in stage.pointer.parent.glob(".seen-*"):
        memory.unlink()
    stage.ask("models")
    assert stage.path() == where == str(Path(where).parent / stage.events("register")[0]["body"]["sha256"])
    stage.ask("deploy", "churn@1", "production")


def test_a_gate_that_changes_the_model_while_it_is_asked_lets_nothing_through(stage):
    kept = stage.root / ".mlops-console/models/churn" / stage.events("register")[1]["body"]["sha256"]
    script = f"chmod -R u+w {kept}; echo x >> {kept}/weights.bin; exit 0"
    stage.wishes(f'[models.churn.gates.champion]\ncommand = ["sh", "-c", "{script}"]')
    (command,) = stage.objects("trust", "--list")
    assert "Trusted is the text" in stage.ask("trust", command["hash"], "--yes").err
    said = stage.ask("promote", "churn@2", "champion", "--reason", "quick", code=1).out
    assert "its bytes differ" in said
    assert stage.champion() == 1
    with pytest.raises(ModelChangedError):
        stage.path("churn@2")


def test_the_registry_s_folder_is_no_target_by_another_name(stage, tmp_path):
    (tmp_path / "link").symlink_to(stage.root)
    for folder in (f"{tmp_path}/link/.mlops-console/models/x", f"{tmp_path}/link", "/proc/self/cwd"):
        said = stage.ask("deploy", "churn@1", folder, code=2).err
        assert "registry's own" in said or "the project itself" in said
    assert not (stage.root / ".mlops-console/models/x").exists()


def test_hostile_words_are_harmless_wherever_they_are_shown(stage, tmp_path):
    stage.ask("promote", "churn@2", "champion", "--reason", EVIL)
    stage.ask("register", "--path", "m3", "churn", "--reason", EVIL)
    stage.ask("note", "churn@3", EVIL)
    stage.ask("tag", "churn@3", "who=" + "\x1b[2Jme\u202e")
    stage.ask("rollback", "churn", "champion", "--reason", EVIL)
    stage.ask("retract", "churn@2", "--reason", EVIL)
    for words in LOOKING[:6]:
        said = stage.ask(*words)
        assert not RAW.search(said.out + said.err), words
    for line in stage.ask("models", "churn", "--json").out.split("\n")[:-1]:
        assert not RAW.search(line)
    stage.ask("export", "churn@3", tmp_path / "out")
    page, text = (next((tmp_path / "out").rglob(name)).read_text() for name in ("card.html", "card.md"))
    for shown in (page, text):
        assert not RAW.search(shown)
    assert "<img src=x" not in page
    assert not re.search(r"(?<!\\)<img src=x", text)
