"""Who is compared: runs, or groups of runs by a param, a tag, a field or their configuration."""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console.comparison.differing.same import meaning, number_or_text
from mlops_console.comparison.repeats import is_repeat
from mlops_console.display import json_text, safe_text
from mlops_console.errors import UsageError
from mlops_console.records import Json
from mlops_console.store import lineage as questions
from mlops_console.workspace.comparing.model import CONFIG, MOST_RUNS, MOST_SUBJECTS, Asked, Subject
from mlops_console.workspace.comparing.pairing import params_of
from mlops_console.workspace.details import RunDetail, details, resolve

if TYPE_CHECKING:
    from mlops_console.store.database import Connection
    from mlops_console.workspace.opening import Workspace

_FIELDS: Final = ("group", "status", "host", "project", "name", "parent")
_ALIKE: Final = 50
"""So many runs of the same configuration are found for each."""
_NAMED_BY: Final = 3


@dataclass(frozen=True, slots=True)
class Subjects:
    """Who is compared."""

    subjects: tuple[Subject, ...]
    runs: Mapping[str, RunDetail]
    apart: tuple[str, ...]
    """The params that make the groups."""
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Group:
    key: str
    name: str
    runs: list[RunDetail]


def subjects_of(workspace: "Workspace", asked: Asked) -> Subjects:
    """The subjects, from what is asked; UsageError says why there are none."""
    ids = list(dict.fromkeys(asked.runs))
    if len(ids) > MOST_RUNS:
        raise UsageError(f"{len(ids):,} runs are too many to compare", f"choose up to {MOST_RUNS:,}")
    notes: list[str] = []
    if asked.by == CONFIG:
        ids = with_alike(workspace, ids)
    elif asked.by is None and asked.base is not None:
        ids = _with_base(workspace, ids, asked.base)
    runs = list(details(workspace, ids))
    if len(runs) < len(ids):
        notes.append(f"{len(ids) - len(runs)} of the runs are no longer in the store.")
    groups = _groups(runs, asked.by, notes)
    if len(groups) < 2:
        raise _too_few(groups, asked)
    if len(groups) > MOST_SUBJECTS:
        what = "runs" if asked.by is None else f"values of {safe_text(asked.by, 60)}"
        raise UsageError(f"{len(groups):,} {what} are too many to compare", f"choose up to {MOST_SUBJECTS}")
    base = 0 if asked.base is None else _base(workspace, groups, asked)
    letters = iter(_letters(len(groups)))
    found = tuple(
        Subject(
            "" if at == base else next(letters), group.name, group.key,
            tuple(run.id for run in group.runs), at == base,
        )
        for at, group in enumerate(groups)
    )  # fmt: skip
    shown = {run.id: run for group in groups for run in group.runs}
    return Subjects(found, shown, _apart(asked.by), tuple(notes))


def _letters(count: int) -> list[str]:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [*alphabet, *(first + second for first in alphabet for second in alphabet)][:count]


def _apart(by: str | None) -> tuple[str, ...]:
    return () if by is None or by == CONFIG else (by.removeprefix("param:").removeprefix("tag:"),)


def _with_base(workspace: "Workspace", ids: list[str], base: str) -> list[str]:
    named = resolve(workspace, base)
    return ids if named in ids else [named, *ids]


def other_seeds(workspace: "Workspace", run_ids: Sequence[str]) -> int:
    """How many further runs there are of these runs' configurations: what grouping by `config` would add."""
    return len(with_alike(workspace, list(dict.fromkeys(run_ids)))) - len(set(run_ids))


def with_alike(workspace: "Workspace", ids: Sequence[str]) -> list[str]:
    """These runs, and the runs of their project that differ from one of them in seeds alone."""

    def ask(connection: "Connection") -> list[str]:
        aside = [number for key, number in questions.param_keys(connection).items() if is_repeat(key)]
        found: dict[str, None] = {}
        for run_id in ids:
            if run_id not in found:
                alike = questions.same_params(connection, run_id, aside, _ALIKE)
                found.update(dict.fromkeys([run_id, *sorted(one.id for one in alike)]))
        return list(found)

    return workspace.ask(ask) if len(ids) <= MOST_SUBJECTS else list(ids)


def _groups(runs: Sequence[RunDetail], by: str | None, notes: list[str]) -> list[_Group]:
    if by is None:
        return [_Group(run.id, run.name or run.path, [run]) for run in runs]
    if by == CONFIG:
        return _by_config(runs)
    found: dict[Hashable, _Group] = {}
    without = 0
    for run in runs:
        known, value = value_of(run, by)
        if not known:
            without += 1
            continue
        text = group_text(value)
        found.setdefault(meaning(value), _Group(text, text, [])).runs.append(run)
    if without and found:
        which = "run has" if without == 1 else "runs have"
        notes.append(
            f"{without} {which} no {safe_text(by, 60)} and {'is' if without == 1 else 'are'} left out."
        )
    return list(found.values())


def value_of(run: RunDetail, by: str) -> tuple[bool, Json]:
    """Whether a run has what it is grouped by, and its value there: a param before a tag before a field."""
    kind, _, rest = by.partition(":")
    params = params_of(run)
    if by in params:
        return True, params[by]
    if kind == "param" and rest in params:
        return True, params[rest]
    for key in (by, rest if kind == "tag" else ""):
        if key and key in run.tags:
            return True, run.tags[key]
    value = getattr(run, by) if by in _FIELDS else None
    return value is not None, value


def group_text(value: Json) -> str:
    """A value as the name of a group."""
    return json_text(value) if isinstance(value, str) else json.dumps(value)


def _by_config(runs: Sequence[RunDetail]) -> list[_Group]:
    """Groups of runs whose params are alike but for seeds, named by what differs between the groups."""
    found: dict[Hashable, list[RunDetail]] = {}
    configs: dict[Hashable, dict[str, Json]] = {}
    for run in runs:
        params = {key: value for key, value in params_of(run).items() if not is_repeat(key)}
        same: Hashable = frozenset((key, meaning(value)) for key, value in params.items())
        found.setdefault(same, []).append(run)
        configs.setdefault(same, params)
    telling = _telling(list(configs.values()))
    names: dict[str, int] = {}
    groups = []
    for same, members in found.items():
        said = [f"{key}={group_text(configs[same][key])}" for key in telling if key in configs[same]]
        name = " ".join(said) or members[0].name or members[0].path
        names[name] = names.get(name, 0) + 1
        name = name if names[name] == 1 else f"{name} ({names[name]})"
        groups.append(_Group(name, name, members))
    return groups


def _telling(configs: Sequence[Mapping[str, Json]]) -> list[str]:
    """The fewest params that tell configurations apart, found one by one; what all of them have first."""
    counts: dict[str, int] = {}
    for config in configs:
        for key in config:
            counts[key] = counts.get(key, 0) + 1
    left = sorted(counts, key=lambda key: -counts[key])
    meant = [{key: meaning(value) for key, value in config.items()} for config in configs]
    chosen: list[str] = []
    apart = 1
    while apart < len(configs) and len(chosen) < _NAMED_BY:
        split = [len({tuple(one.get(k, _Group) for k in (*chosen, key)) for one in meant}) for key in left]
        full = [at for at, key in enumerate(left) if counts[key] == len(configs) and split[at] > apart]
        best = full[0] if full else max(range(len(left)), key=split.__getitem__, default=-1)
        if best < 0 or split[best] <= apart:
            break
        apart = split[best]
        chosen.append(left.pop(best))
    return chosen


def _base(workspace: "Workspace", groups: Sequence[_Group], asked: Asked) -> int:
    assert asked.base is not None
    for text in (asked.base, asked.base.rpartition("=")[2] if asked.by != CONFIG else asked.base):
        for at, group in enumerate(groups):
            if text in (group.key, group.name):
                return at
        if asked.by is not None:
            for at, group in enumerate(groups):
                if number_or_text(text) == number_or_text(group.key):
                    return at
    try:
        named = resolve(workspace, asked.base)
    except UsageError:
        if asked.by is None:
            raise
    else:
        for at, group in enumerate(groups):
            if named in [run.id for run in group.runs]:
                return at
    values = ", ".join(safe_text(group.key, 40) for group in groups[:8])
    raise UsageError(
        f"the base {safe_text(asked.base, 60)!r} is none of what is compared", f"there is {values}"
    )


def _too_few(groups: Sequence[_Group], asked: Asked) -> UsageError:
    if asked.by is None:
        return UsageError(
            "two runs or more are needed to compare", "name another one, or group runs with --by"
        )
    by = safe_text(asked.by, 60)
    if asked.by == CONFIG and not any(params_of(run) for group in groups for run in group.runs):
        return UsageError(
            "these runs say no params, so nobody knows their configurations", "compare them one by one"
        )
    if not groups:
        return UsageError(
            f"none of these runs has a param, tag or field {by!r}", "`runs --json` shows what they have"
        )
    if asked.by == CONFIG:
        return UsageError("all of these runs are of one configuration", "name a run of another one")
    only = safe_text(groups[0].key, 60)
    return UsageError(
        f"all of these runs have the same {by}: {only}", "name runs with another value, or another --by"
    )
