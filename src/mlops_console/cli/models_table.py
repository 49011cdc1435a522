"""Models as tables for people: versions with glyph and word for how they stand, moves of aliases."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from mlops_console import display
from mlops_console.cli.printing import coloured, fitted, table
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from mlops_console.journal.registry import Move, Version
    from mlops_console.workspace.drifting.states.model import MonitorState
    from mlops_console.workspace.model_rows import ModelRow, VersionRow

_STANDS: Final = {
    "held": ("\u2713", "*", "ok"),
    "contested": ("!", "!", "killed"),
    "candidate": ("\u25e6", "o", "running"),
    "not picked": ("-", "-", "muted"),
    "before": ("-", "-", "muted"),
    "rolled back": ("\u2205", "x", "killed"),
    "withdrawn": ("\u2205", "x", "killed"),
}
_WAYS: Final = {"promote": "promoted", "rollback": "rolled back", "remove": "taken off", "adopt": "adopted"}
_GOALS: Final = {"max": "higher is better", "min": "lower is better"}
_NAME: Final = 32
_TEXT: Final = 4096


Watching: TypeAlias = "Callable[[ModelRow, Version], Sequence[MonitorState]]"
"""The monitors that watch a version, the worst first."""


def all_models(rows: "Sequence[ModelRow]", watched: "Watching | None" = None) -> Iterator[str]:
    """A line per model."""
    if not rows:
        return
    now = time.time_ns() // 1000
    shown = [row.champion or row.versions[0] for row in rows]
    columns = {
        "model": [fitted(row.model.name, _NAME) for row in rows],
        "version": [f"v{one.version.number}" for one in shown],
        "stands": [_stands(one) for one in shown],
        "metric": [fitted(row.metric or display.NONE, _NAME) for row in rows],
        "value": display.aligned([one.value for one in shown]),
        "versions": [display.count(len(row.versions)) for row in rows],
        "by": [fitted(one.by, 16) for one in shown],
        "since": [display.age(now - one.since) for one in shown],
        "owner": [fitted(row.wishes.owner or display.NONE, 16) for row in rows],
        "data": [_data(watched(row, one.version)) for row, one in zip(rows, shown, strict=True)]
        if watched is not None
        else [],
        "project": [fitted(row.project.name, _NAME) for row in rows],
    }
    if not any(columns["data"]):
        del columns["data"]
    if len({row.project.key for row in rows}) == 1:
        del columns["project"]
    if not any(row.wishes.owner for row in rows):
        del columns["owner"]
    yield from table([*columns], [*columns.values()], [name in _RIGHT for name in columns])


_RIGHT: Final = ("value", "versions", "since")


def one_model(
    row: "ModelRow", only: "Version | None" = None, watched: "Watching | None" = None
) -> Iterator[str]:
    """The versions of a model; what was written beside them."""
    now = time.time_ns() // 1000
    versions = [one for one in row.versions if only is None or one.version.id == only.id]
    yield _heading(row)
    for remark in row.model.remarks:
        yield coloured(safe_text(f"! {remark}", _TEXT), "killed")
    yield ""
    head = ["version", "stands", fitted(row.metric or "value", _NAME), "from", "by", "since"]
    columns = [
        [coloured(f"v{one.version.number}", "strong") for one in versions],
        [_stands(one) for one in versions],
        display.aligned([one.value for one in versions]),
        [fitted(one.run_name, _NAME) + (", gone" if one.run_gone else "") for one in versions],
        [fitted(one.by, 16) for one in versions],
        [display.age(now - one.since) for one in versions],
    ]
    yield from table(head, columns, [False, False, True, False, False, True])
    beside = [line for one in versions for line in _beside(one, whole=only is not None)]
    if watched is not None:
        beside += [line for one in versions for line in _monitors(one.version, watched(row, one.version))]
    if beside:
        yield ""
        yield from beside


def _data(states: "Sequence[MonitorState]") -> str:
    """What the worst of the monitors says of the data, a word; empty: there is none."""
    from mlops_console.workspace.drifting.states.shown import INKS, WORDS

    return coloured(WORDS[states[0].health], INKS[states[0].health]) if states else ""


def _monitors(version: "Version", states: "Sequence[MonitorState]") -> Iterator[str]:
    from mlops_console.workspace.drifting.states.shown import INKS, WORDS, heard

    for one in states:
        said = heard(one)
        word = coloured(WORDS[one.health], INKS[one.health])
        because = safe_text(one.because + (f" ({said})" if said else ""), _TEXT)
        yield f"v{version.number}  {safe_text(one.watched.name, _NAME)}  {word}  {because}"


def timeline(row: "ModelRow", moves: "Sequence[Move]") -> Iterator[str]:
    """Every move of the aliases of a model, the newest first."""
    yield _heading(row)
    yield ""
    if not moves:
        yield "No alias of it was moved yet."
        return
    columns = [
        [display.minute(move.event.at) for move in moves],
        [fitted(move.event.by, 16) for move in moves],
        [fitted(move.alias, _NAME) for move in moves],
        [_label(move.before) for move in moves],
        [coloured(_label(move.version), "strong") for move in moves],
        [_WAYS.get(move.way, fitted(move.way, 16)) for move in moves],
        [_remarks(move) for move in moves],
    ]
    yield from table(["when (UTC)", "by", "alias", "from", "to", "how", "reason"], columns, [False] * 7)


def _heading(row: "ModelRow") -> str:
    said = [coloured(safe_text(row.model.name), "strong")]
    said.append(f"{display.count(len(row.versions))} version{'s' if len(row.versions) != 1 else ''}")
    if row.metric:
        said.append(safe_text(row.metric) + (f", {_GOALS[row.goal]}" if row.goal else ""))
    if row.wishes.owner:
        said.append(f"owner {safe_text(row.wishes.owner)}")
    return "  ".join([*said, f"in {safe_text(row.project.name)}"])


def _stands(row: "VersionRow") -> str:
    glyph, plain, ink = _STANDS[row.standing]
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return coloured(f"{glyph if utf8 else plain} {fitted(row.words, 40)}", ink)


def _beside(row: "VersionRow", whole: bool) -> Iterator[str]:
    """Notes and tags of a version; of one alone also what its files are."""
    version = row.version
    label = f"v{version.number}"
    if whole:
        yield from _files(version)
    if version.retracted:
        yield f"{label}  withdrawn: {safe_text(version.retracted, _TEXT)}"
    if version.tags:
        tags = (f"{one.name}={one.value}" if one.value else one.name for one in version.tags)
        yield f"{label}  tags  {safe_text('  '.join(tags), _TEXT)}"
    for note in version.notes:
        first, *more = note.text.splitlines() or [""]
        yield f"{label}  {display.minute(note.at)}  {safe_text(note.by)}  {safe_text(first, _TEXT)}"
        for line in more:
            yield f"{' ' * len(label)}  {safe_text(line, _TEXT)}"


def _files(version: "Version") -> Iterator[str]:
    event = version.registered
    by, origin = safe_text(event.by), safe_text(version.origin)
    yield f"registered  {display.minute(event.at)} UTC by {by}, from {origin}"
    reason = event.body.get("reason")
    if isinstance(reason, str) and reason:
        yield f"reason      {safe_text(reason, _TEXT)}"
    if version.sha256:
        kept = "copied into the registry" if version.copied else "not copied"
        yield f"sha256      {safe_text(version.sha256, 80)}"
        yield f"files       {safe_text(version.format)}, {display.size(version.size)}, {kept}"
    if version.parent:
        parent = f"{version.parent.get('model')}@{version.parent.get('version')}"
        yield f"fine-tuned  from {safe_text(parent)}"
    if version.claimed != version.number:
        yield f"number      registered as v{version.claimed}, which was taken at the same time"


def _remarks(move: "Move") -> str:
    reason = move.event.body.get("reason")
    said = [fitted(reason, 80)] if isinstance(reason, str) and reason else []
    if move.contested:
        said.append("! contested")
    if not move.holds:
        said.append(f"does not hold: {fitted(move.because, 120)}")
    overridden = move.event.body.get("overridden")
    if isinstance(overridden, list) and overridden:
        said.append("! failing gates allowed: " + fitted(", ".join(map(str, overridden)), 80))
    return "  ".join(said)


def _label(version: "Version | None") -> str:
    return display.NONE if version is None else f"v{version.number}"
