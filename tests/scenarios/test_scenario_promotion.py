"""Three users of one machine, two of them in a group: what each may say, and what counts."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can act as several users")

GROUP, ANA, BO, CY, EVE = 64_520, 64_521, 64_522, 64_523, 64_524
BOX = """
import codecs, contextlib, getpass, io, json, os, pkgutil, signal, sys
import encodings.idna, mlops_console, duckdb, numpy, platformdirs
from importlib import import_module
for found in pkgutil.walk_packages(mlops_console.__path__, "mlops_console."):
    if ".console" not in found.name.removeprefix("mlops_console") and "__main__" not in found.name:
        import_module(found.name)
for name in ("utf-8-sig", "ascii", "latin-1", "utf-16", "utf-32", "idna"):
    codecs.lookup(name)
from mlops_console.cli import run_command
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    number, uid, groups, store, folder, answer, words = json.loads(line)
    if os.fork():
        continue
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setgroups(groups); os.setgid(uid); os.setuid(uid); os.umask(0o077)
        os.environ["MLOPS_CONSOLE_STORE"] = store
        os.chdir(folder)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_command(words)
        with open(answer, "w") as file:
            json.dump([code, out.getvalue(), err.getvalue()], file)
    finally:
        os.write(1, b"%d\\n" % number)
        os._exit(0)
"""
"""Everything is imported before the user changes, who may not be able to read this Python."""


class Machine:
    """Runs the commands of its users, also at once."""

    def __init__(self) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("MLOPS_", "XDG_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-c", BOX],
            env={**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._asked = 0
        self._ended: set[int] = set()

    def begin(self, *what: object) -> int:
        """Let a user type a command; its number."""
        assert self._process.stdin is not None
        self._asked += 1
        self._process.stdin.write(json.dumps([self._asked, *what]) + "\n")
        self._process.stdin.flush()
        return self._asked

    def wait(self, number: int) -> None:
        """Until that command has ended."""
        assert self._process.stdout is not None
        while number not in self._ended:
            self._ended.add(int(self._process.stdout.readline()))

    def off(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


class Person:
    """Somebody with a login, in the project, with a store of their own."""

    def __init__(self, machine: Machine, folder: Path, uid: int, groups: list[int]) -> None:
        self._machine, self._uid, self._groups = machine, uid, groups
        self._home, self._here = folder / str(uid), folder / "shop"
        self._home.mkdir()
        os.chown(self._home, uid, uid)
        self._asked = 0

    def begin(self, *words: object) -> None:
        """Type a command."""
        store, answer = str(self._home / "s.duckdb"), str(self._home / "answer.json")
        (self._home / "answer.json").unlink(missing_ok=True)
        said = (self._uid, self._groups, store, str(self._here), answer, [*map(str, words)])
        self._asked = self._machine.begin(*said)

    def end(self, code: int | None = 0) -> str:
        """What it wrote: data, then words."""
        self._machine.wait(self._asked)
        got, out, err = json.loads((self._home / "answer.json").read_text())
        assert code in (None, got), out + err
        assert "should not have" not in err, err
        return f"{out}{err}"

    def say(self, *words: object, code: int = 0) -> str:
        """Type a command and wait."""
        self.begin(*words)
        return self.end(code)

    def json(self, *words: object, code: int = 0) -> Any:
        """The objects of its answer."""
        said = self.say(*words, "--json", code=code)
        return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


class Box:
    """A project of Ana's, shared with a group: Bo and Cy are in it, Eve is not."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.project = folder / "shop"
        self.project.mkdir()
        os.chown(self.project, ANA, GROUP)
        self.project.chmod(0o2755)
        self.wish('require = "auc >= 0.9"')
        self.ana, self.bo, self.cy = (Person(machine, folder, uid, [GROUP]) for uid in (ANA, BO, CY))
        self.eve = Person(machine, folder, EVE, [])
        self.ana.say("init", ".", "--shared", str(GROUP))

    def wish(self, gates: str) -> None:
        (self.project / "mlops-console.toml").write_text(f"[models.churn.gates.champion]\n{gates}\n")

    def pointer(self) -> Any:
        """What code that loads the champion by name gets."""
        text = (self.project / ".mlops-console/models/churn/aliases/champion.json").read_text()
        return json.loads(text)["version"]

    def journal(self) -> list[Path]:
        return sorted(self.project.glob(".mlops-console/journal/*/*.json"))


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    on = Machine()
    yield on
    on.off()


@pytest.fixture
def box(machine: Machine) -> Iterator[Box]:
    folder = Path(tempfile.mkdtemp(prefix="promotion-"))
    folder.chmod(0o755)
    yield Box(folder, machine)
    shutil.rmtree(folder)


def test_from_a_failing_gate_to_a_rollback(box):
    ana, bo = box.ana, box.bo
    box.wish('require = "auc >= 0.9"\napprovals = 1')
    ana.say("register", "churn", "--metric", "auc=0.8")
    refused = ana.say("promote", "churn@1", "champion", "--reason", "hope", code=1)
    assert "require: auc >= 0.9: `auc` is .8" in refused
    assert "1 more must approve" in refused
    ana.say("register", "churn", "--metric", "auc=0.93")
    assert "somebody else has to approve it" in ana.say(
        "approve", "churn@2", "champion", "--reason", "me", code=2
    )
    assert bo.say("approve", "churn@2", "champion", "--reason", "looked") == "approved churn@2 as champion\n"
    assert "3 of 3 gates pass" in ana.say("promote", "churn@2", "champion", "--reason", "better")
    assert bo.json("models", "churn@champion")[0]["version"] == 2

    ana.say("register", "churn", "--metric", "auc=0.95")
    bo.say("approve", "churn@3", "champion", "--reason", "better still")
    assert box.pointer() == 2
    bo.say("promote", "churn@3", "champion", "--reason", "better still")
    assert box.pointer() == 3
    assert "is v2 again (was v3)" in ana.say("rollback", "churn", "champion", "--reason", "fraud spike")
    assert box.pointer() == 2
    owners = {file.stat().st_uid for file in box.journal()}
    assert owners == {ANA, BO}
    said = bo.say("audit", "log")
    assert f"{ANA}  rolled champion of churn back to v2 (was v3): fraud spike" in said
    assert f"{BO}  approved churn v3 for champion" in said
    for person in (ana, bo):
        assert "as it was written" in person.say("audit", "verify")


def test_a_second_person_is_proven_by_the_owner_of_the_file(box):
    box.wish('require = "auc >= 0.9"\noverride = "second-person"')
    box.ana.say("register", "churn", "--metric", "auc=0.8")
    go = ("promote", "churn@1", "champion", "--reason", "ranked", "--allow-failing", "auc")
    word = ("approve", "churn@1", "champion", "--gate", "auc", "--reason", "ranked only")
    assert "takes another user's word first" in box.bo.json(*go, code=1)[0]["because"]
    box.ana.say(*word, code=2)
    box.bo.say(*word)
    box.bo.say(*go, code=1)

    forged = box.journal()[-1]
    said = json.loads(forged.read_bytes())
    said.update(id=said["id"][:-4] + "ZZZZ", by="cy", uid=CY)
    false = forged.with_name(f"{said['id']}-{CY}.json")
    false.write_bytes(json.dumps(said, sort_keys=True, separators=(",", ":")).encode())
    os.chown(false, BO, GROUP)
    false.chmod(0o444)
    box.bo.say(*go, code=1)
    assert f"author unproven: says cy, the file is {BO}'s" in box.ana.say("audit", "verify", code=1)

    false.unlink()
    box.cy.say(*word)
    assert "passed over  require: auc >= 0.9" in box.bo.say(*go)
    assert box.ana.json("models", "churn", "--timeline")[0]["overridden"] == ["require: auc >= 0.9"]


def test_who_is_not_in_the_group_decides_for_nobody(box):
    box.ana.say("register", "churn", "--metric", "auc=0.95")
    said = box.eve.say("promote", "churn@1", "champion", "--reason", "mine")
    assert "can't be written by you" in said
    assert "counts for nobody" in said
    assert box.ana.json("models", "churn@1")[0]["aliases"] == []
    assert box.eve.json("models", "churn@1")[0]["aliases"] == ["champion"]
    assert not list(box.project.glob(".mlops-console/models/churn/aliases/champion.json"))


def test_two_who_promote_at_once_both_learn_of_it(box):
    for score in ("0.91", "0.92"):
        box.ana.say("register", "churn", "--metric", f"auc={score}")
    for person in (box.ana, box.bo):
        person.say("models")
    for number in range(6):
        box.ana.begin("promote", "churn@1", f"round-{number}", "--reason", "mine")
        box.bo.begin("promote", "churn@2", f"round-{number}", "--reason", "mine")
        said = [box.ana.end(None), box.bo.end(None)]
        moved = ["now (was" in one for one in said]
        stands = box.cy.json("models", "churn", "--timeline")[: sum(moved)]
        if moved == [True, True]:
            together = any("at the same time" in one for one in said)
            assert together == stands[0]["contested"], said
            assert together or any("(was v" in one for one in said), said
        else:
            assert sum(moved) == 1, said
            refusal = said[moved.index(False)]
            assert f"{[ANA, BO][moved.index(True)]} moved it" in refusal
            assert "nothing was written" in refusal
    assert "as it was written" in box.cy.say("audit", "verify")
