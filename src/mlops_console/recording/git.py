"""The state of the code: commit, branch, and what was changed since, as a patch."""

import sys
from pathlib import Path
from typing import Any

from mlops_console.ours import OURS

STATUS_SECONDS = 3.0
DIFF_SECONDS = 5.0
MAX_DIFF = 2 << 20
MAX_UNTRACKED = 50

# A repository's own settings may name programs to run; looking at it must run none of them.
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-optional-locks")
_DIFF = (
    "diff", "HEAD", "--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty",
    "--", ":/", f":(top,exclude,glob)**/{OURS}/**",
)  # fmt: skip
_FIELDS = {"1": 8, "2": 9, "u": 10}
"""What stands before the path in a line of a changed, a moved and an unmerged file."""


def code_state() -> tuple[dict[str, Any], bytes]:
    """Commit, branch and whether there are changes, with the changes; empty outside of a repository."""
    for folder in _candidates():
        found = _status(folder)
        if found:
            diff = _changes(folder) if found["dirty"] and found["commit"] else b""
            if len(diff) > MAX_DIFF:
                found["diff_cut"] = True
            return found, diff[:MAX_DIFF]
    return {}, b""


def _candidates() -> list[str]:
    """Where the code may be: beside the script, else where it was started."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    beside = str(Path(script).absolute().parent) if script else ""
    return [folder for folder in dict.fromkeys((beside, ".")) if folder]


def _status(folder: str) -> dict[str, Any]:
    words = ("status", "--porcelain=v2", "--branch")
    text = _output(folder, words, STATUS_SECONDS, 4 << 20)
    if not text:  # no repository, or one with so much beside it that looking takes too long
        text = _output(folder, (*words, "--untracked-files=no"), STATUS_SECONDS, 4 << 20)
    lines = text.decode("utf-8", "surrogateescape").splitlines()
    head = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# ") and line.count(" ") > 1)
    if "branch.oid" not in head:
        return {}
    commit, branch = head["branch.oid"], head.get("branch.head", "")
    untracked = [line[2:] for line in lines if line.startswith("? ") and not _is_ours(line[2:])]
    return {
        "commit": None if commit == "(initial)" else commit,
        "branch": None if branch == "(detached)" else branch,
        "dirty": any(not _is_ours(path) for line in lines for path in _changed_paths(line)),
        "untracked": untracked[:MAX_UNTRACKED],
    }


def _changed_paths(line: str) -> list[str]:
    """The path that a line of `git status` is about; of a moved file where it was as well."""
    fields = _FIELDS.get(line[:1]) if line[1:2] == " " else None
    return line.split(" ", fields)[-1].split("\t") if fields else []


def _is_ours(path: str) -> bool:
    return OURS in path.strip('"').split("/")


def _changes(folder: str) -> bytes:
    return _output(folder, _DIFF, DIFF_SECONDS, MAX_DIFF + 1)


def _output(folder: str, words: tuple[str, ...], seconds: float, limit: int) -> bytes:
    """What git prints, up to a limit of bytes and of time; empty when it fails or is not there."""
    import subprocess
    import threading

    try:
        child = subprocess.Popen(
            (*_GIT, *words),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return b""
    with child:
        timer = threading.Timer(seconds, child.kill)
        timer.daemon = True
        timer.start()
        assert child.stdout is not None
        try:
            text = child.stdout.read(limit)
        except OSError:
            text = b""
        timer.cancel()
        if len(text) == limit:
            child.kill()
    return text if child.returncode == 0 or len(text) == limit else b""
