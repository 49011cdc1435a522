"""Rows that say what changed between two runs, who is related, and what people wrote."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import width_of
from mlops_console.console.naming import names_something
from mlops_console.console.run.data import DIGESTS, in_words, name_of
from mlops_console.console.run.facts import value_text
from mlops_console.console.run.texts import Cell, Item, TextRow, heading, sentence, wrapped
from mlops_console.console.theme import STATE_INKS
from mlops_console.records import Json

if TYPE_CHECKING:
    from mlops_console.console.glyphs import Glyphs
    from mlops_console.workspace.changes import Change, Changes
    from mlops_console.workspace.lineage import Lineage, Relative
    from mlops_console.workspace.notes import Note

KINDS: Final = {
    "param": "params",
    "code": "code",
    "package": "packages",
    "data": "data",
    "environment": "setting",
    "metric": "metrics",
}
_LABELS: Final = {"git.dirty": "state"}
_STATES: Final = {"true": "changed", "false": "as committed"}
DIGEST: Final = 12
"""So many signs of a hash tell versions apart; Environment has the whole."""
KIND: Final = 10
"""Cells of the kind in front."""
DIFF_MOST: Final = 400
DIFF_SHORT: Final = 12
"""A diff of so few lines needs no unfolding."""


def changed_rows(changes: "Changes", width: int, unfolded: frozenset[str], crumb: str = "›") -> list[TextRow]:
    """What changed, kind by kind: before, after, by how much."""
    name = changes.against_name or changes.against[:8]
    because = f", {changes.because}" if changes.because else ""
    rows = [heading("What changed", f"against {name}{because}")]
    code = _uncommitted(changes, width, unfolded)
    if not changes.changes and not code:
        return [*rows, *sentence("Nothing that was recorded: params, code, packages and data agree.", width)]
    label, value = _widths(changes.changes, width)
    for kind, title in KINDS.items():
        members = [change for change in changes.changes if change.kind == kind]
        for index, change in enumerate(members):
            rows.append(_change(change, title if index == 0 else "", label, value, crumb))
        if kind == "code" and code:
            named = () if members else (Cell(2, title, "muted", width=KIND - 1),)
            rows += [code[0]._replace(cells=(*named, *code[0].cells)), *code[1:]]
    return rows


def _uncommitted(changes: "Changes", width: int, unfolded: frozenset[str]) -> list[TextRow]:
    """What was changed and not committed, and how much of that is not shown."""
    at = 2 + KIND
    rows: list[TextRow] = []
    if changes.diff:
        rows += diff_rows(changes.diff, "changes that were not committed", unfolded, at)
    return [*rows, *note_of_diff(changes.diff_note, width, at)]


def note_of_diff(note: str, width: int, at: int = 2) -> list[TextRow]:
    """What a person must know of a diff that is not the whole; no rows where it is."""
    return [TextRow((Cell(at, part, "warn"),)) for part in wrapped(note, width - at - 2)] if note else []


def _widths(changes: "Sequence[Change]", width: int) -> tuple[int, int]:
    labels = [width_of(display.safe_text(change.key)) for change in changes]
    texts = [text for one in changes for text in _sides(one)]
    values = [width_of(display.safe_text(text)) for text in texts]
    label = min(max(labels, default=8), max(12, width // 4))
    room = (width - 2 - KIND - label - 2 - 3 - 12) // 2
    return label, max(6, min(max(values, default=8), room, 40))


def change_text(value: Json, key: str = "") -> str:
    """One side of a change."""
    if value is None:
        return display.NONE
    if isinstance(value, float):
        return display.number(value)
    return value_text(value, key)


def _sides(change: "Change") -> tuple[str, str]:
    before, after = change_text(change.before, change.key), change_text(change.after, change.key)
    if change.key == "git.dirty":
        return _STATES.get(before, before), _STATES.get(after, after)
    return before, after


def _change(change: "Change", kind: str, label: int, value: int, crumb: str) -> TextRow:
    before, after = _sides(change)
    at = 2 + KIND + label + 2
    aside = "" if names_something(change.key) else difference(change.before, change.after)
    cells = (
        Cell(2, kind, "muted", width=KIND - 1),
        Cell(2 + KIND, _LABELS.get(change.key, change.key.removeprefix("git.")), "second", width=label),
        Cell(at, before, "muted", width=value, right=True),
        Cell(at + value + 1, crumb, "faint", width=1),
        Cell(at + value + 3, after, "text", bold=True, width=value),
        Cell(at + 2 * value + 5, aside or change.note, "muted"),
    )
    words = f"{change.key}  {before} > {after}"
    return TextRow(cells, f"{change.kind} {words}", item=Item(f"{change.kind}:{change.key}", words))


def difference(before: Json, after: Json) -> str:
    """By how much a number moved, signed; empty where one of them is none."""
    if not _amount(before) or not _amount(after):
        return ""
    delta = float(after) - float(before)  # type: ignore[arg-type]
    if not math.isfinite(delta):
        return ""
    return display.number(delta) if delta < 0 else "+" + display.number(delta)


def _amount(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def diff_rows(diff: str, what: str, unfolded: frozenset[str], at: int = 2) -> list[TextRow]:
    """A unified diff in colours; a long one folded to a line that says how long."""
    lines = diff.splitlines()
    plus = sum(1 for line in lines if line.startswith("+") and not line.startswith("+++"))
    minus = sum(1 for line in lines if line.startswith("-") and not line.startswith("---"))
    files = max(1, sum(1 for line in lines if line.startswith("diff --git")))
    many = f"{display.counted(files, 'file')}, +{plus:,} {display.MINUS}{minus:,}"
    short = len(lines) <= DIFF_SHORT
    shown = short or "diff" in unfolded
    item = Item("diff", diff, fold="" if short else "diff")
    hint = "" if short else "   Enter folds it" if shown else "   Enter shows it"
    row = TextRow(
        (Cell(at, what, "second", width=width_of(what)), Cell(at + width_of(what) + 2, many + hint, "muted")),
        "diff",
        item=item,
    )
    if not shown:
        return [row]
    made = [_diff_line(line, at) for line in lines[:DIFF_MOST]]
    if len(lines) > DIFF_MOST:
        more = f"{len(lines) - DIFF_MOST:,} more lines; y copies the whole diff"
        made.append(TextRow((Cell(at, more, "warn"),), item=item._replace(key="diff's end")))
    return [row, *made]


def _diff_line(line: str, at: int) -> TextRow:
    if line.startswith(("+++", "---", "diff ", "index ")):
        ink = "muted"
    elif line.startswith("@@"):
        ink = "accent"
    else:
        ink = {"+": "ok", "-": "bad"}.get(line[:1], "second")
    return TextRow((Cell(at, line, ink),), line, item=Item(line, line))


def lineage_rows(lineage: "Lineage", width: int, glyphs: "Glyphs", folder: str = "") -> list[TextRow]:
    """Parent, children, runs of the same configuration, data, models (by their path in the run's folder)."""
    rows = [heading("Lineage")]
    kin = (*((lineage.parent,) if lineage.parent else ()), *lineage.children, *lineage.same_config)
    room = max((width_of(display.safe_text(one.name)) for one in kin), default=10)
    room = max(10, min(room, 36, width - 50))
    if lineage.parent is not None:
        rows.append(_relative("parent", lineage.parent, width, room, glyphs))
    for index, child in enumerate(lineage.children):
        rows.append(_relative("" if index else "children", child, width, room, glyphs))
    more = lineage.children_total - len(lineage.children)
    if more > 0:
        rows.append(TextRow((Cell(2 + 13, f"{more:,} more", "muted"),)))
    for index, same in enumerate(lineage.same_config):
        rows.append(_relative("" if index else "same config", same, width, room, glyphs))
    for index, dataset in enumerate(lineage.datasets):
        words = {key: value for key, value in in_words(dataset).items() if key != "name"}
        words |= {key: str(words[key])[:DIGEST] for key in DIGESTS if key in words}
        facts = "   ".join(f"{key} {value_text(value, key)[:60]}" for key, value in words.items())
        rows.append(_thing("" if index else "data", name_of(dataset), facts, width))
    for index, model in enumerate(lineage.models):
        registered = model.details.get("registered") if model.details else None
        told = [model.format, *_registered(registered)]
        rows.append(_thing("" if index else "models", _within(model.path, folder), "  ".join(told), width))
    if len(rows) == 1:
        rows += sentence("No parent, no children, no data or models are recorded.", width)
    return rows


def _within(path: str, folder: str) -> str:
    inside = path.removeprefix(folder.rstrip("/") + "/") if folder else path
    return inside or path


def _registered(names: Json) -> list[str]:
    if not isinstance(names, list):
        return []
    return [f"{one.get('model')} v{one.get('version')}" for one in names if isinstance(one, dict)]


def _relative(label: str, run: "Relative", width: int, room: int, glyphs: "Glyphs") -> TextRow:
    glyph, word = STATE_INKS.get(run.status, STATE_INKS["unknown"])
    name = run.name if run.name and run.name != run.id else ""
    if not run.id:
        return _thing(label, name, run.note, width)
    at = 15 + 10 + room + 2
    cells = (
        Cell(2, label, "muted", width=12),
        Cell(15, run.id[:8], "text", bold=True, width=8),
        Cell(25, name, "second", width=room),
        Cell(at, glyphs.state(run.status), glyph, width=1),
        Cell(at + 2, run.status, word, width=9),
        Cell(at + 13, run.note or _other(run.relation, label), "muted"),
    )
    return TextRow(cells, f"{label} {run.id} {run.name}", item=Item(run.id, run.id, run=run.id))


def _other(relation: str, label: str) -> str:
    return "" if relation in (label, "parent", "child", "same config") else relation


def _whole(facts: str, room: int) -> str:
    """As many facts as fit whole: a number that is cut would be another."""
    while width_of(display.safe_text(facts)) > room and "   " in facts:
        facts = facts.rpartition("   ")[0]
    return facts


def _thing(label: str, name: str, facts: str, width: int) -> TextRow:
    room = min(width_of(display.safe_text(name)), max(12, width // 2 - 15))
    cells = (
        Cell(2, label, "muted", width=12),
        Cell(15, name, "text", width=room),
        Cell(17 + room, _whole(facts, width - 20 - room), "muted"),
    )
    return TextRow(cells, f"{label} {name} {facts}", item=Item(name, f"{name}  {facts}".strip()))


def note_rows(notes: "Sequence[Note]", tags: Mapping[str, str], width: int, now: int) -> list[TextRow]:
    """Notes with who and when, and the tags that people gave."""
    rows = [heading("Notes and tags", "said by people")]
    if not notes and not tags:
        return [
            heading("Notes and tags"),
            *sentence("None yet.  A adds a note, T gives a tag such as baseline; u takes it back.", width),
        ]
    if tags:
        words = ["=".join(part for part in (tag, value) if part) for tag, value in sorted(tags.items())]
        text = "  ".join(words)
        rows += [
            TextRow((Cell(2, part, "accent"),), text, item=Item("tags", text))
            for part in wrapped(text, width - 4)
        ]
    right = max((width_of(f"{note.by}  {display.age(now - note.at)}") for note in notes), default=0)
    room = max(20, min(100, width - right - 7))
    for note in notes:
        who = f"{note.by}  {display.age(now - note.at)}"
        item = Item(f"note:{note.id}", note.text)
        for index, part in enumerate(wrapped(note.text, room)):
            aside = (Cell(4 + room, who, "muted"),) if index == 0 else ()
            rows.append(TextRow((Cell(2, part, "text", width=room), *aside), f"{note.text} {who}", item=item))
    return rows
