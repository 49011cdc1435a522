"""What changed between a run and the previous one of the same script."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from mlops_console.comparison.differing import Absent, Section, Several, rows
from mlops_console.comparison.differing.facts import Value
from mlops_console.comparison.differing.same import same
from mlops_console.display import size
from mlops_console.recording import layout
from mlops_console.records import Json
from mlops_console.store import lineage as questions
from mlops_console.workspace.comparing.told import facts_of
from mlops_console.workspace.details import RunDetail, detail, details

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

Kind: TypeAlias = Literal["param", "code", "package", "data", "environment", "metric"]
LOOKED_BACK: Final = 200
"""So many earlier runs of a project are asked which script they are of."""
_AT_ONCE: Final = 20
MOST_DIFF_BYTES: Final = 256 << 10
_KINDS: Final[Mapping[Section, Kind]] = {
    "params": "param", "code": "code", "data": "data", "packages": "package", "environment": "environment",
}  # fmt: skip
_SCRIPT: Final = re.compile(r"(?:^|\s)'?([^\s']+\.(?:py|ipynb|R|jl|sh))'?(?=\s|$)")
_MODULE: Final = re.compile(r"\s-m\s+([\w.]+)")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was."""

    kind: Kind
    key: str
    before: Json
    """None: it was not there."""
    after: Json
    """None: it is there no more."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """A run against an earlier one."""

    run: str
    against: str
    against_name: str
    because: str
    """Why this is the run to compare with, as the end of a sentence."""
    changes: tuple[Change, ...]
    diff: str = ""
    """How the uncommitted changes of the code differ, or what they are where only one run has some."""
    diff_left_out: int = 0
    """Bytes of the two runs' uncommitted changes that `diff` does not speak of."""
    diff_note: str = ""
    """A sentence where `diff` is not the whole."""


@dataclass(frozen=True, slots=True)
class _Patch:
    """The uncommitted changes that were recorded with a run, as far as they are looked at."""

    text: str = ""
    left_out: int = 0
    cut: bool = False
    """The recorder itself kept only their beginning."""


def changes(workspace: "Workspace", run_id: str, against: str | None = None) -> Changes | None:
    """What changed since the previous run of the same script, or since a run that is named.

    None where there is no earlier run to compare with; UsageError if a run is unknown.
    """
    because = "as asked"
    if against is None:
        found = previous_run(workspace, run_id)
        if found is None:
            return None
        against, because = found
    before, after = detail(workspace, against), detail(workspace, run_id)
    listed = (
        *_differing(before, after),
        *_metrics(before, after),
    )
    patches = _patch(workspace, before), _patch(workspace, after)
    return Changes(
        run_id,
        against,
        before.name or before.path,
        because,
        listed,
        _diff(patches[0].text, patches[1].text),
        sum(patch.left_out for patch in patches),
        _note(patches),
    )


def previous_run(workspace: "Workspace", run_id: str) -> tuple[str, str] | None:
    """The id of the previous run of the same script, and why it counts as that.

    The same script where runs say which one they are of; else the same group, or the same folder of runs.
    A part of a run is compared with parts of runs, a whole one with whole ones.
    """
    run = detail(workspace, run_id)
    kin = workspace.ask(lambda connection: questions.earlier(connection, run_id, LOOKED_BACK))
    candidates = [one for one in kin if one.id != run.parent and bool(one.parent) == bool(run.parent)]
    if not candidates:
        return None
    script = script_of(run)
    if script:
        for start in range(0, len(candidates), _AT_ONCE):
            for earlier in details(workspace, [one.id for one in candidates[start : start + _AT_ONCE]]):
                if script_of(earlier) == script:
                    return earlier.id, f"the run of {script} before this one"
    for one in candidates:
        if run.group and one.group == run.group:
            return one.id, f"the run before this one in {run.group}"
    folder = posixpath.dirname(run.path)
    for one in candidates:
        if not script and not run.group and posixpath.dirname(one.path) == folder:
            return one.id, f"the run before this one in {folder or 'the project'}"
    return None


def script_of(run: RunDetail) -> str:
    """The script that a run says it is a run of, by its name; empty where nothing tells."""
    said = run.environment
    for key in ("script", "source", "entry_point", "program"):
        if isinstance(said.get(key), str) and said[key]:
            return posixpath.basename(str(said[key]))
    command = said.get("command")
    if isinstance(command, str):
        found = _MODULE.search(command) or _SCRIPT.search(command)
        if found:
            return posixpath.basename(found[1])
    return ""


def _differing(before: RunDetail, after: RunDetail) -> list[Change]:
    """What they say differently; nothing is known to have changed where one says nothing of it."""
    facts = facts_of(before), facts_of(after)
    silent = {section for section in facts[0] if not (facts[0][section] and facts[1][section])}
    found = []
    for row in rows(facts).different:
        was, now = row.values
        either = Absent.ABSENT in (was, now)
        if (row.section == "packages" and row.section in silent) or (row.section == "code" and either):
            continue
        found.append(Change(_KINDS[row.section], row.key, _said(was), _said(now)))
    return found


def _said(value: Value) -> Json:
    assert not isinstance(value, Several)
    return None if isinstance(value, Absent) else value


def _metrics(before: RunDetail, after: RunDetail) -> list[Change]:
    """The last values of what both measured, and what only this run measured."""
    was: dict[str, Any] = {metric.key: metric.last_value for metric in before.metrics}
    now: dict[str, Any] = {metric.key: metric.last_value for metric in after.metrics}
    for run, values in ((before, was), (after, now)):
        for key, value in run.summary.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                values.setdefault(key, value)
    return [
        Change("metric", key, was[key], now[key])
        for key in now
        if key in was and not same(was[key], now[key])
    ]


def _patch(workspace: "Workspace", run: RunDetail) -> _Patch:
    said = run.environment.get("git.diff")
    cut = run.environment.get("git.diff_cut") is True
    if isinstance(said, str):
        raw = said.encode("utf-8", "surrogatepass")
        text = raw[:MOST_DIFF_BYTES].decode("utf-8", "ignore")
        return _Patch(text, max(0, len(raw) - MOST_DIFF_BYTES), cut)
    if run.gone or "recorded" not in run.readers:
        return _Patch()
    from mlops_console.workspace.files import tail

    found = tail(workspace, run.id, layout.DIFF, 0, MOST_DIFF_BYTES)
    if found.skipped:  # so large that a log would be gone on with at its end
        return _Patch("", found.size, cut)
    last = (found.partial,) if found.partial else ()
    left_out = 0 if last else found.size - found.offset
    return _Patch("\n".join((*found.lines, *last)), left_out, cut)


def _note(patches: Sequence[_Patch]) -> str:
    """What a person must know of a diff that is not the whole."""
    words = []
    left_out = sum(patch.left_out for patch in patches)
    if left_out:
        words.append(
            f"{size(left_out)} of uncommitted code are left out:"
            f" of each run the first {size(MOST_DIFF_BYTES)} are looked at."
        )
    if any(patch.cut for patch in patches):
        words.append("The recorder kept only the beginning of what was uncommitted.")
    return " ".join(words)


def _diff(before: str, after: str) -> str:
    if before == after:
        return ""
    if not before or not after:
        return after or before
    import difflib

    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", lineterm="")
    return "\n".join(lines)
