"""What runs ask of people: those that failed with one error together, and those that fell silent."""

import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from mlops_console.display import count, minute, safe_text, second, span
from mlops_console.store import troubles as questions
from mlops_console.store.troubles import Trouble
from mlops_console.workspace.attention.asked import DAY, Asked, key_of
from mlops_console.workspace.attention.model import Item, Place
from mlops_console.workspace.filters import quoted

_UNKNOWN: Final = "nothing was written of why"
_HOUR: Final = DAY // 24
_CRASHED: Final = "process # is gone"
"""As the store says it, without the number."""
_LONGEST: Final = 160
_ANY_FOLDER: Final = frozenset(
    {"runs", "run", "logs", "log", "lightning_logs", "mlruns", "out", "output", "outputs", "results",
     "experiments", "artifacts", "tb", "tensorboard", "wandb", "train"}
)  # fmt: skip
"""Names of folders that say nothing of what lies in them."""
_WEEKEND: Final = 5
"""Saturday."""


def items(asked: Asked, problems: list[str]) -> Iterator[Item]:
    """Everything about runs; says so where the clock has jumped back."""
    newest = asked.workspace.ask(questions.seen_last)
    if newest is not None and newest > asked.now + _HOUR:
        problems.append(
            f"this machine's clock says {minute(asked.now)}, but runs were seen as late as {minute(newest)}:"
            " which failed of late can't be told."
        )
    there = {project.key for project in asked.projects}
    since = last_day(asked.now)
    failed = asked.workspace.ask(lambda con: questions.failures(con, asked.now, since))
    for together in _of_one_error([one for one in failed if one.project in there]):
        yield _failed(asked, together)
    silent = asked.workspace.ask(lambda con: questions.silences(con, asked.now, since))
    for one in silent:
        if one.project in there:
            yield _silent(asked, one)


def last_day(now: int) -> int:
    """When the last 24 hours began; those of Saturday and Sunday (UTC) don't count.

    On Monday morning it is Friday morning: what failed over the weekend was seen by nobody.
    """
    left, at = DAY, now
    for _ in range(5):
        begun = at - (at - 1) % DAY - 1
        if _weekday(begun) >= _WEEKEND:
            at = begun
            continue
        if at - begun >= left:
            return at - left
        left -= at - begun
        at = begun
    return now - DAY


def _weekday(at: int) -> int:
    """Monday is 0. No calendar is asked, which knows not all the years that a clock may say."""
    return (at // DAY + 3) % 7


def _of_one_error(found: Sequence[Trouble]) -> list[list[Trouble]]:
    """Those of one error in one project together, also over several groups; unexplained ones by group."""
    together: dict[tuple[str, ...], list[Trouble]] = {}
    for one in found:
        name = (one.project, one.error) if one.error else (one.project, "", one.kin, one.of)
        together.setdefault(name, []).append(one)
    return list(together.values())


def _failed(asked: Asked, some: Sequence[Trouble]) -> Item:
    project = asked.project(some[0].project)
    newest = max(some, key=lambda one: (one.last, one.newest))
    runs, killed = sum(one.runs for one in some), sum(one.killed for one in some)
    error = newest.error
    key = key_of("errors", error) if error else key_of("errors", newest.kin, newest.of or project.name)
    said = _words(newest.said)
    what = _what(runs, killed, error, said)
    spread = f"in {count(len(some))} groups" if len(some) > 1 else ""
    return Item(
        key=key,
        kind="errors",
        level="warn",
        project=project,
        subject=newest.name if runs == 1 else _subject(project.name, some),
        what=what,
        effect=spread,
        since=min(one.first for one in some),
        place=_place(asked, some, runs, killed),
    )


def _what(runs: int, killed: int, error: str, said: str) -> str:
    """`6 runs failed with the same error: CUDA out of memory`."""
    if error == _CRASHED:
        return (
            "crashed: its process is gone" if runs == 1 else f"{count(runs)} runs crashed: no process is left"
        )
    if runs == 1:
        return f"{'was killed' if killed else 'failed'}: {said}"
    if killed == runs:
        return f"{count(runs)} runs were killed{':' if error else ';'} {said}"
    way = "failed or were killed" if killed else "failed"
    return f"{count(runs)} runs {way}{' with the same error:' if error else ';'} {said}"


def _silent(asked: Asked, one: Trouble) -> Item:
    project = asked.project(one.project)
    quiet = span(asked.now - one.last)
    what = (
        f"says it runs, no sign of life for {quiet}"
        if one.runs == 1
        else f"{count(one.runs)} runs say they run, no sign of life for {quiet} or longer"
    )
    return Item(
        key=key_of("silent", one.oldest),
        kind="silent",
        level="warn",
        project=project,
        subject=one.name if one.runs == 1 else _subject(project.name, [one]),
        what=what,
        since=one.first,
        place=_place(asked, [one], one.runs, 0, silent=True),
    )


def _words(said: str) -> str:
    """An error's last line, short; what the sources disagree about is not part of it."""
    lines = said.strip().splitlines()
    return safe_text(lines[-1], _LONGEST) if lines else _UNKNOWN


def _subject(project: str, some: Sequence[Trouble]) -> str:
    if len(some) > 1:
        return project
    one = some[0]
    folder = one.kin == questions.FOLDER and one.label.rpartition("/")[2].lower() in _ANY_FOLDER
    return project if folder else one.label or project


def _place(asked: Asked, some: Sequence[Trouble], runs: int, killed: int, *, silent: bool = False) -> Place:
    project = asked.project(some[0].project)
    newest = max(some, key=lambda one: (one.last, one.newest))
    if runs == 1:
        return Place("run", project.key, newest.newest, command=f"mlops-console show {newest.newest}")
    if silent:
        status = "status:running|unknown"
    else:
        status = "status:killed" if killed == runs else "status:failed" + ("|killed" if killed else "")
    where = [f"project:{quoted(project.name)}", status]
    ids = [each for one in some for each in one.ids]
    if len(ids) == runs and runs <= questions.NAMED:
        where.append(f"id:{'|'.join(ids)}")
    else:
        # Too many to name: what is said of them, and that they are not older than the first of them.
        begun = second(min(one.first for one in some)).replace(" ", "T")
        where += [*_those_of(some), *([] if silent else _that_say(newest))]
        where.append(f"(ended>={begun} or active>={begun})")
    filter_text = " ".join(where)
    command = f"mlops-console runs {shlex.quote(project.root)} --where {shlex.quote(filter_text)}"
    return Place("runs", project.key, filter_text, command=command)


def _those_of(some: Sequence[Trouble]) -> list[str]:
    """The filter's words for the group, where there is one."""
    if len(some) > 1:
        return []
    kin, of = some[0].kin, some[0].of
    if kin == questions.GROUP:
        return [f"group:{quoted(of)}"]
    if kin == questions.SWEEP:
        return [f"parent:{of}"]
    return [f"path:{quoted(of)}"] if of else []


def _that_say(newest: Trouble) -> list[str]:
    """The filter's words for the error: its longest part that has no figures in it."""
    if not newest.error:
        return []
    part = max(newest.error.split("#"), key=len).strip()
    return [f"reason~{quoted(part)}"] if len(part) > 3 else []
