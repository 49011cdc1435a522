"""Processes that register, deploy and move aliases, and are killed at the nth thing they do to the disk.

Run as a script it waits for tasks, one JSON object a line, and carries out each in a copy of itself: what is
heavy to import is imported once, and the copy alone is killed.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
WATCHED = (
    "mkdir", "open", "write", "fsync", "rename", "replace", "symlink", "link", "unlink", "rmdir",
    "copy_file_range", "chmod", "fchmod",
)  # fmt: skip
HEALTH = '[models.churn.targets.production]\nfolder = "{}"\nkeep = 2\nhealth = ["{}"]\n'


class Killer:
    """Counts what is done to the disk; at the nth it kills the process: before, in the middle, or after."""

    def __init__(self, at, when):
        self.count, self.at, self.when = 0, at, when

    def counted(self, real):
        def call(*args, **more):
            if real.__name__ == "open" and not args[1] & os.O_CREAT:
                return real(*args, **more)
            self.count += 1
            if self.count != self.at:
                return real(*args, **more)
            if self.when == "half" and real.__name__ == "write":
                real(args[0], bytes(args[1])[: len(args[1]) // 2])
            elif self.when == "half" and real.__name__ == "copy_file_range":
                real(args[0], args[1], args[2] // 2, *args[3:])
            elif self.when == "after":
                real(*args, **more)
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        return call

    @contextmanager
    def watching(self):
        kept = {name: getattr(os, name) for name in WATCHED}
        for name, real in kept.items():
            setattr(os, name, self.counted(real))
        try:
            yield
        finally:
            for name, real in kept.items():
                setattr(os, name, real)


def carry_out(task):
    """One task in this process; what it answers."""
    from mlops_console.workspace import open_workspace

    killer = Killer(task.get("at", 0), task.get("when", "before"))
    with open_workspace([task["project"]], task["store"]) as workspace:
        said = DOES[task["do"]](workspace, task, killer)
    return {"calls": killer.count, **said}


def _register(workspace, task, killer):
    from mlops_console.workspace.registering.registering import register

    with killer.watching():
        version = register(workspace, "churn", path=task["path"], project=workspace.projects[0])
    return {"version": version.number, "sha256": version.sha256}


def _deploy(workspace, task, killer):
    from mlops_console.wishes.reading import read_wishes
    from mlops_console.workspace.deploying.deploying import deploy
    from mlops_console.workspace.models import resolve
    from mlops_console.workspace.trust import trust

    resolved = resolve(workspace, task["version"])
    for target in read_wishes(resolved.project.root).model("churn").targets:
        if target.health:
            trust(workspace, resolved.project, target.health)
    with killer.watching():
        done = deploy(workspace, resolved, task["target"])
    return {"outcome": done.outcome, "now": done.now, "because": done.because, "copied": done.copied}


def _move(workspace, task, killer):
    from mlops_console.workspace.models import resolve

    found = resolve(workspace, task["version"])
    stood = found.model.aliases.get("champion")
    before = stood.version if stood else None
    body = {
        "model": "churn", "alias": "champion", "way": "promote", "reason": "a test",
        "version_id": found.version.id, "version": found.version.number,
        "from_version_id": before.id if before else None, "from_version": before.number if before else None,
    }  # fmt: skip
    with killer.watching():
        event = workspace.decisions.append(found.project.key, "alias", body)
    return {"event": event.id}


def _settle(workspace, task, killer):
    from mlops_console.workspace.deploying.targets import settle, targets

    project = workspace.projects[0]
    closed = settle(workspace, project)
    registry = workspace.decisions.registry(project.key)
    model = registry.models.get("churn")
    champion = model.aliases.get("champion") if model else None
    return {
        "closed": closed,
        "problems": [
            problem for state in targets(workspace, project, full=True) for problem in state.problems
        ],
        "open": [one.event.id for one in model.deployments if one.outcome == "open"] if model else [],
        "versions": {str(one.number): one.sha256 for one in model.versions} if model else {},
        "champion": champion.version.sha256 if champion and champion.version else None,
        "journal": list(registry.problems),
    }


DOES = {"register": _register, "deploy": _deploy, "move": _move, "settle": _settle}


class Stage:
    """Asks a waiting process to do things."""

    def __init__(self, folder):
        self.project, self.target = folder / "churn", folder / "target"
        self.store = str(folder / "kept" / "store.duckdb")
        self._child = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
        )  # fmt: skip

    def model(self, name, seed, size=3 << 20):
        """Files to be registered: a large one, and some small."""
        folder = self.project / "models" / name
        (folder / "parts").mkdir(parents=True)
        (folder / "weights.bin").write_bytes(hashlib.shake_128(seed.encode()).digest(size))
        for part in range(3):
            (folder / "parts" / f"{part}.json").write_text(json.dumps([seed, part] * 200))
        return f"models/{name}"

    def ask(self, do, **more):
        """Do it; None where it was killed."""
        task = {"do": do, "project": str(self.project), "store": self.store, **more}
        self._child.stdin.write(json.dumps(task) + "\n")
        self._child.stdin.flush()
        answer = json.loads(self._child.stdout.readline())
        assert "error" not in answer, answer["error"]
        return None if answer.get("killed") else answer

    def close(self):
        self._child.stdin.close()
        assert self._child.wait(60) == 0
        self._child.stdout.close()


def whole_sha256(folder):
    """The hash of a model's folder as `sha256sum` would have it, by the words in docs/model-files.md."""
    files = sorted(
        (os.fsencode(str(one.relative_to(folder))), one) for one in folder.rglob("*") if one.is_file()
    )
    lines = [
        hashlib.sha256(one.read_bytes()).hexdigest().encode() + b"  " + name + b"\n" for name, one in files
    ]
    return hashlib.sha256(b"".join(lines)).hexdigest()


class Readers:
    """Read what is current all the time, as a service would, and count what was torn."""

    def __init__(self, target, count=1):
        self.target, self.reads, self.torn = target, 0, []
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _read(self):
        while not self._end.wait(0.01):
            try:
                found = os.readlink(self.target / "current")
            except FileNotFoundError:
                continue
            sha256 = whole_sha256(self.target / found)
            self.reads += 1
            if not found.endswith(sha256):
                self.torn.append((found, sha256))


def left_over(*folders):
    """What an interrupted process may leave, and the next one must take away."""
    return [
        str(one) for folder in folders for one in folder.rglob("*")
        if one.name.startswith((".tmp-", ".cur-"))
    ]  # fmt: skip


def _wait_for_tasks():
    with ExitStack() as stack:
        out = stack.enter_context(os.fdopen(os.dup(1), "w"))
        for line in sys.stdin:
            hears, says = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(hears)
                try:
                    answer = carry_out(json.loads(line))
                except BaseException as error:
                    answer = {"error": repr(error)}
                os.write(says, json.dumps(answer).encode())
                os._exit(0)
            os.close(says)
            with os.fdopen(hears) as told:
                answer = told.read()
            _, status = os.waitpid(pid, 0)
            killed = os.waitstatus_to_exitcode(status) == -signal.SIGKILL
            out.write((json.dumps({"killed": True}) if killed or not answer else answer) + "\n")
            out.flush()


if __name__ == "__main__":
    import mlops_console.workspace
    import mlops_console.workspace.deploying.deploying
    import mlops_console.workspace.models
    import mlops_console.workspace.registering.registering  # noqa: F401

    _wait_for_tasks()
