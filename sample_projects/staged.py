"""Trainings of a sample project, staged: scripts and results are real, the machine they ran on is made up.

They run in a copy that is a git repository, under a fast clock; user, host and process are invented, so that
nothing is told of the machine that made them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from contextlib import ExitStack, suppress
from pathlib import Path
from unittest import mock

from clock import Clock


def repository(project, folder, message, when):
    """A git repository with the script and the data in it, the same on every machine."""
    shutil.copytree(project / "data", folder / "data")
    shutil.copy(project / "train.py", folder / "train.py")
    (folder / ".gitignore").write_text("runs/\n")
    who = {"GIT_AUTHOR_NAME": "ana", "GIT_AUTHOR_EMAIL": "ana@example.org", "GIT_AUTHOR_DATE": when}
    who |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in who.items()}
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", message]):
        subprocess.run(["git", *words], cwd=folder, env=os.environ | who, check=True)


def neutral(project, words, number):
    """What is captured, told of a made-up machine."""
    process = {"host": "gpu01", "boot_id": "", "pid": 41_000 + 37 * number, "ticks": 0, "pid_namespace": ""}
    machine = {"user": "ana", "python": "3.11.9", "platform": "Linux 6.8.0 x86_64", "cpus": 16}
    command = {
        "command": ["python", "train.py", *words],
        "cwd": f"/home/ana/{project}",
        "executable": f"/home/ana/{project}/.venv/bin/python",
        "environment": {"OMP_NUM_THREADS": "4"},
    }
    told = {"process": process, "machine": machine, "command": command}
    return [
        mock.patch(f"mlops_console.recording.capture.{name}", return_value=said)
        for name, said in told.items()
    ]


def packages(*used):
    """Of the installed packages only those that the training uses."""
    from mlops_console.recording import capture

    kept = [line for line in capture.packages() if line.partition("==")[0] in used]
    return mock.patch("mlops_console.recording.capture.packages", return_value=kept)


def stage(project, message, used, runs, before=None, speed=300):
    """Run `train.py` of the folder `project` for each of `runs`: (when, words, further arguments of `train`).

    `before(number, script)` may change the script, as somebody would who does not commit it. The clock
    runs `speed` times as fast.
    """
    shutil.rmtree(project / "runs", ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary, packages(*used):
        folder = Path(temporary) / project.name
        folder.mkdir()
        repository(project, folder, message, f"{runs[0][0][:10]}T08:00Z")
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        sys.modules["__main__"].__file__ = str(folder / "train.py")  # whose repository is to be captured
        import train

        clock = Clock(runs[0][0], speed)
        for number, (when, words, more) in enumerate(runs):
            print(words)
            clock.jump(when)
            if before:
                before(number, folder / "train.py")
            with ExitStack() as stack:
                stack.enter_context(clock.running())
                stack.enter_context(warnings.catch_warnings())
                stack.enter_context(suppress(ValueError))  # a training that fails is a sample as well
                warnings.simplefilter("ignore")
                for patch in neutral(project.name, words.split(), number):
                    stack.enter_context(patch)
                train.train(train.options(words.split()), **more)
        shutil.copytree(folder / "runs", project / "runs")
        os.chdir(project)
    for name in ("command.json", "diff.patch"):
        for file in project.glob(f"runs/*/{name}"):
            file.chmod(0o644)  # nothing in them is private, and git keeps no other mode
