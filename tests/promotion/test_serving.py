"""`mlops_console.model_path`: quick, right, and never a file that is not what was registered."""

import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import mlops_console
from mlops_console.promotion.kept import keep_copy
from mlops_console.promotion.pointing import point
from mlops_console.serving import ModelChangedError, ModelNotFoundError, model_path

ROOT = Path(__file__).parents[2]


@dataclass
class Event:
    id: str
    clock: int


@dataclass
class Version:
    model: str
    number: int
    sha256: str
    artifact: str | None
    files: tuple = ()
    id: str = ""
    retracted: str = ""
    registered: Event = field(default_factory=lambda: Event("E", 1))


@dataclass
class Alias:
    version: Version | None
    event: Event


@dataclass
class Model:
    versions: list
    aliases: dict


@dataclass
class Registry:
    models: dict


class Desk:
    """A project with two versions: a folder, and a file."""

    def __init__(self, root):
        self.root = root
        (root / "m").mkdir(parents=True)
        (root / "m/weights").write_bytes(hashlib.shake_128(b"w").digest(100_000))
        (root / "m/config").write_text("{}")
        one, two = keep_copy(str(root), "churn", "m"), keep_copy(str(root), "churn", "m/config")
        self.versions = [Version("churn", 1, one.sha256, "m"), Version("churn", 2, two.sha256, "m/config")]
        self.place = root / ".mlops-console/models/churn"

    def decide(self, clock=2, **aliases):
        states = {
            name: Alias(self.versions[number - 1] if number else None, Event(f"MOVE{clock}", clock))
            for name, number in aliases.items()
        }
        self.registry = Registry({"churn": Model(self.versions, states)})
        return point(str(self.root), self.registry)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_PROJECT", raising=False)
    return Desk(tmp_path / "project")


def test_an_alias_and_a_number_give_the_folder_or_the_file(desk, monkeypatch):
    assert desk.decide(champion=1, challenger=2) == ()
    one, two = (version.sha256 for version in desk.versions)
    assert model_path("churn@champion", desk.root) == desk.place / one
    assert model_path("churn@challenger", str(desk.root)) == desk.place / two / "config"
    assert model_path("churn@1", desk.root) == model_path("churn@v1", desk.root) == desk.place / one
    (desk.root / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(desk.root / "deep/er")
    assert mlops_console.model_path("churn@2") == desk.place / two / "config"
    monkeypatch.chdir("/")
    monkeypatch.setenv("MLOPS_CONSOLE_PROJECT", str(desk.root))
    assert model_path("churn@champion") == desk.place / one


def test_a_moved_alias_is_followed_and_one_that_was_taken_off_is_told(desk):
    desk.decide(champion=1)
    desk.decide(champion=2, clock=3)
    assert model_path("churn@champion", desk.root).name == "config"
    desk.decide(champion=0, clock=4)
    with pytest.raises(ModelNotFoundError, match=r"no 'champion' .* it has v1, v2"):
        model_path("churn@champion", desk.root)


def test_a_pointer_is_not_taken_back_by_who_has_not_heard_of_the_newest_decision(desk):
    month = desk.root / ".mlops-console/journal/2026-11"
    month.mkdir(parents=True)
    event = {"kind": "alias", "clock": 3, "body": {"model": "churn", "alias": "champion"}}
    (month / "MOVE3-0.json").write_text(json.dumps(event))
    desk.decide(champion=1, clock=2)
    behind = desk.registry
    desk.decide(champion=2, clock=3)
    assert point(str(desk.root), behind) == ()
    assert model_path("churn@champion", desk.root).name == "config"
    # An older state of the journal was restored: that decision is none any more.
    (month / "MOVE3-0.json").unlink()
    point(str(desk.root), behind)
    assert model_path("churn@champion", desk.root) == desk.place / desk.versions[0].sha256


def test_nothing_is_written_where_pointers_are_in_line(desk):
    desk.decide(champion=1)
    was = {one.name: one.stat().st_mtime_ns for one in (desk.place / "aliases").iterdir()}
    desk.decide(champion=1)
    assert {one.name: one.stat().st_mtime_ns for one in (desk.place / "aliases").iterdir()} == was


@pytest.mark.parametrize("hide", [False, True])
def test_a_byte_that_differs_is_refused(desk, hide):
    desk.decide(champion=1)
    file = model_path("churn@champion", desk.root) / "weights"
    was = file.stat()
    data = bytearray(file.read_bytes())
    data[77] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)
    if hide:
        os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))
    with pytest.raises(
        ModelChangedError, match=r"churn@1 at .* must not be used: weights .*again puts them back"
    ):
        model_path("churn@champion", desk.root)
    assert issubclass(ModelChangedError, ValueError)


def test_a_missing_and_an_extra_file_are_refused(desk):
    desk.decide(champion=1)
    folder = model_path("churn@champion", desk.root)
    (folder / "hook.py").write_text("x")
    with pytest.raises(ModelChangedError, match=r"hook.py is no part of it"):
        model_path("churn@champion", desk.root)
    (folder / "hook.py").unlink()
    (folder / "config").unlink()
    with pytest.raises(ModelChangedError, match="config is missing"):
        model_path("churn@champion", desk.root)


def test_a_project_that_was_copied_is_hashed_once_and_remembered(desk, tmp_path):
    desk.decide(champion=1)
    subprocess.run(["cp", "-r", desk.root, tmp_path / "copy"], check=True)
    memory = tmp_path / f"copy/.mlops-console/models/churn/aliases/.seen-{desk.versions[0].sha256}.json"
    before = memory.read_text()
    assert model_path("churn@champion", tmp_path / "copy").is_dir()
    assert memory.read_text() != before
    now = memory.stat().st_mtime_ns
    assert model_path("churn@champion", tmp_path / "copy").is_dir()
    assert memory.stat().st_mtime_ns == now


def test_files_that_stay_where_they_are_are_verified_there(desk):
    whole = desk.versions[0]
    desk.versions[0] = Version("churn", 1, hashlib.sha256(b"there").hexdigest(), "art/model.bin")
    (desk.root / "art").mkdir()
    (desk.root / "art/model.bin").write_bytes(b"there")
    desk.decide(champion=1)
    assert model_path("churn@champion", desk.root) == desk.root / "art/model.bin"
    assert model_path("churn@champion", desk.root) == desk.root / "art/model.bin"
    (desk.root / "art/model.bin").write_bytes(b"other")
    with pytest.raises(ModelChangedError, match=r"model.bin must not be used"):
        model_path("churn@champion", desk.root)
    assert whole.sha256


@pytest.mark.parametrize(
    "name", ["churn", "churn@", "@champion", "churn@a@b", "../x@y", "churn@../v1", "ch urn@1", ""]
)
def test_what_names_no_version_is_told(desk, name):
    desk.decide(champion=1)
    with pytest.raises(LookupError):
        model_path(name, desk.root)


def test_what_is_not_here_says_what_to_do(desk, tmp_path, monkeypatch):
    desk.decide(champion=1)
    with pytest.raises(ModelNotFoundError, match=r"churn has no 'prod' .* it has champion, v1, v2"):
        model_path("churn@prod", desk.root)
    with pytest.raises(ModelNotFoundError, match=r"no model 'fraud' .*: there is churn"):
        model_path("fraud@1", desk.root)
    (tmp_path / "clone/.mlops-console/journal").mkdir(parents=True)
    with pytest.raises(ModelNotFoundError, match=r"do not travel with git\. Copy \.mlops-console/models"):
        model_path("churn@1", tmp_path / "clone")
    with pytest.raises(ModelNotFoundError, match="is no project"):
        model_path("churn@1", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelNotFoundError, match=r"name its folder with project=… or MLOPS_CONSOLE_PROJECT"):
        model_path("churn@1")
    subprocess.run(["rm", "-r", desk.place / desk.versions[0].sha256], check=True)
    with pytest.raises(ModelNotFoundError, match=r"is missing\. Models do not travel with git"):
        model_path("churn@champion", desk.root)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"sha256": "x", "path": "m"}', '{"path": "../m", "sha256": 5}']
)
def test_a_pointer_that_is_none_is_told_and_written_anew(desk, text):
    desk.decide(champion=1)
    (desk.place / "aliases/champion.json").write_text(text)
    with pytest.raises(
        ModelNotFoundError, match=r"can't be understood; `mlops-console models` writes it anew"
    ):
        model_path("churn@champion", desk.root)
    desk.decide(champion=1)
    assert model_path("churn@champion", desk.root).is_dir()


def test_a_pointer_can_t_lead_out_of_the_project(desk):
    desk.decide(champion=1)
    place = desk.place / "aliases/champion.json"
    said = json.loads(place.read_text())
    (desk.root.parent / "other").write_bytes(b"x")
    said.update(path="../other", sha256=hashlib.sha256(b"x").hexdigest(), files=[])
    place.write_text(json.dumps(said))
    with pytest.raises((ModelNotFoundError, ModelChangedError)):
        model_path("churn@champion", desk.root)


def test_it_costs_milliseconds_and_loads_the_standard_library_alone(desk, tmp_path):
    desk.decide(champion=1)
    begun = time.process_time()
    for _ in range(200):
        model_path("churn@champion", desk.root)
    assert (time.process_time() - begun) / 200 < 0.005
    code = (
        "import sys\nbefore = set(sys.modules)\nimport mlops_console\n"
        f"mlops_console.model_path('churn@champion', {str(desk.root)!r})\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names)))\n"
        "print(sorted({'asyncio', 'subprocess', 'ctypes', 'logging', 'socket'} & new))\n"
    )
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout  # fmt: skip
    assert said == "['mlops_console']\n[]\n"
