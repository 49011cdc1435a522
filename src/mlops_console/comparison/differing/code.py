"""The code of two runs: from which commit to which, on which branch, and what wasn't committed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mlops_console.comparison.differing.values import Line, lines_diff
from mlops_console.records import Json

KEYS: Final = ("git.commit", "git.branch", "git.remote", "git.dirty", "script", "source", "entry_point")
_SHORT: Final = 8


@dataclass(frozen=True, slots=True)
class CodeChange:
    """How the code of a run differs from that of another."""

    commits: str
    """`a1b2c3d4..e5f6a7b8` as git takes it; empty where it is the same or one is not known."""
    same_commit: bool | None
    """None: one of the two says nothing."""
    same_diff: bool | None
    """Whether the same uncommitted changes were there; None: nobody recorded them."""
    diff: tuple[Line, ...]
    """How the uncommitted changes differ, or what they are where only one run has some."""
    words: str
    """The whole of it in a sentence."""


def code_change(
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    patch_before: str | None = None,
    patch_after: str | None = None,
) -> CodeChange:
    """Compare the code of two runs.

    Args:
        before: The environment of the run that is held against, with keys such as `git.commit`.
        after: That of the other.
        patch_before: The uncommitted changes of the first: empty for none, None for not recorded.
        patch_after: Those of the second.
    """
    one, other = _commit(before), _commit(after)
    same = None if not one or not other else one.startswith(other) or other.startswith(one)
    commits = f"{one[:_SHORT]}..{other[:_SHORT]}" if same is False else ""
    first, second = _patch(before, patch_before), _patch(after, patch_after)
    same_diff = None if first is None or second is None else first.strip() == second.strip()
    diff = () if same_diff else _diffs(first or "", second or "")
    words = _sentence(same, commits, first, second, one or other)
    moved = [
        f"{key.removeprefix('git.')} {before[key]} became {after[key]}"
        for key in ("git.branch", "git.remote")
        if before.get(key) and after.get(key) and before[key] != after[key]
    ]
    return CodeChange(commits, same, same_diff, diff, "; ".join((words, *moved)))


def _commit(environment: Mapping[str, Json]) -> str:
    said = environment.get("git.commit")
    return said.strip() if isinstance(said, str) else ""


def _patch(environment: Mapping[str, Json], given: str | None) -> str | None:
    if given is not None:
        return given
    said = environment.get("git.diff")
    if isinstance(said, str):
        return said
    return "" if environment.get("git.dirty") is False else None


def _diffs(before: str, after: str) -> tuple[Line, ...]:
    if before and after:
        return lines_diff(before.splitlines(), after.splitlines())
    return tuple(Line(" ", line) for line in (before or after).splitlines())


def _sentence(same: bool | None, commits: str, before: str | None, after: str | None, known: str) -> str:
    if same is None and not known:
        return "neither run says which code it ran"
    if same is None:
        said = f"only one of them says its commit, {known[:_SHORT]}"
    else:
        said = f"the same commit {known[:_SHORT]}" if same else f"commits {commits}"
    if before is None or after is None:
        return f"{said}; whether there were uncommitted changes is not recorded for {_which(before, after)}"
    if before.strip() == after.strip():
        return f"{said}, the same uncommitted changes" if before.strip() else f"{said}, nothing uncommitted"
    if before.strip() and after.strip():
        return f"{said}, other uncommitted changes"
    return f"{said}, uncommitted changes only {'before' if before.strip() else 'after'}"


def _which(before: str | None, after: str | None) -> str:
    return "both" if before is None and after is None else "the first" if before is None else "the second"
