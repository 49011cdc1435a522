"""The tint below the curves: parameters, resources, the end of the log, and where the run belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.charts import sparkline
from mlops_console.charts.spark import STEPS
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.run.brief import (
    Piece,
    code_of,
    commit_of,
    metric_rows,
    ordered_params,
    origins,
    put_pieces,
    telling,
)
from mlops_console.console.run.data import digest_of, name_of
from mlops_console.console.run.facts import RunView, value_text
from mlops_console.console.run.log import put_log_line
from mlops_console.console.run.logtext import LogLine
from mlops_console.console.run.resources import Resource, resources
from mlops_console.console.run.texts import wrapped
from mlops_console.console.theme import Palette
from mlops_console.console.widgets.chart import put_row

if TYPE_CHECKING:
    from mlops_console.workspace.lineage import Lineage

GROUND: Final = "panel"
THREE_FROM: Final = 110
SPARK: Final = 12
HEAD_ROWS: Final = 2
LINEAGE_FROM: Final = 10
"""With so many rows the lineage has its two."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the panel shows beside what the run itself says."""

    before: Mapping[str, object] = field(default_factory=dict)
    """Parameters that differ from the previous run, as they were there."""
    log: Sequence[LogLine] = ()
    following: bool = False
    lineage: "Lineage | None" = None
    spark: str = STEPS
    crumb: str = "›"


def facts_panel(
    view: RunView, width: int, height: int, palette: Palette, beside: Beside | None = None
) -> list[Line]:
    """`height` rows: parameters left, what it uses in the middle, the log (or its numbers) at the right."""
    beside = beside or Beside()
    rows = [Line(palette, GROUND) for _ in range(height)]
    shares = (26, 30) if beside.log else (30, 35)
    third = (width - 4) * shares[0] // 100
    middle = 2 + third + 4
    right = middle + (width - 4) * shares[1] // 100 + 4 if width >= THREE_FROM else width + 2
    _params(rows, view, 2, third, beside)
    lineage = lineage_pieces(view, beside.lineage) if height >= LINEAGE_FROM else []
    free = rows[: height - 4] if lineage else rows
    used = resources(view.metrics, len(free) - HEAD_ROWS)
    if used:
        _heading(rows[0].to(middle), "Resources", "newest")
        _resources(free, used, middle, right - middle - 4, palette, beside.spark)
    else:
        _origin(free, view, middle, right - middle - 4)
    if lineage:
        _heading(rows[height - 3].to(middle), "Lineage")
        _lineage(rows[height - 2].to(middle), lineage, width - 2, beside.crumb)
    if width >= THREE_FROM:
        room, free = width - 2 - right, rows[: height - 2] if lineage else rows
        if beside.log:
            _log(free, right, room, beside)
        else:
            _metrics(free, view, right, room)
    return rows


def _heading(line: Line, title: str, note: str = "") -> None:
    line.put(title, "second", bold=True)
    if note:
        line.put("  " + note, "muted")


def _params(rows: list[Line], view: RunView, at: int, room: int, beside: Beside) -> None:
    before = beside.before
    params = sorted(ordered_params(view, view.varying), key=lambda param: param[0] not in before)
    line = rows[0].to(at)
    if not params:
        _heading(line, "Params", "none found")
        return
    different = sum(1 for key, _, varies in params if varies)
    differ = sum(1 for key, _, _ in params if key in before)
    words = f"{different} of {len(params)} vary between runs" if different else ""
    words = f"{differ} of {len(params)} differ" if differ else words
    _heading(line, "Params", words[: max(0, room - 8)])
    shown = params if len(params) <= len(rows) - 3 else params[: len(rows) - 4]
    label = min(max(width_of(display.safe_text(key)) for key, _, _ in shown), room // 2) if shown else 0
    names = telling([key for key, _, _ in shown], label)
    value = max((width_of(display.safe_text(text)) for _, text, _ in shown), default=0)
    value = min(value, max(6, room - label - 14 if differ else room - label - 2))
    for row, name, (key, text, varies) in zip(rows[HEAD_ROWS:], names, shown, strict=False):
        bright = varies or key in before
        row.to(at).put(name, "muted").to(at + label + 2)
        row.put(fit(text, min(max(1, width_of(text)), value)), "text" if bright else "second", bold=bright)
        if key in before and at + room - (at + label + 2 + value) > 7:
            was = value_text(before[key], key) if before[key] is not None else "not set"  # type: ignore[arg-type]
            row.to(at + label + value + 4)
            words = f"was {was}"
            row.put(fit(words, min(width_of(words), at + room - row.at)), "muted")
    if len(shown) < len(params) and len(rows) > HEAD_ROWS + 1:
        rows[len(shown) + HEAD_ROWS].to(at).put(f"{len(params) - len(shown)} more", "muted")


def _resources(
    rows: list[Line], used: Sequence[Resource], at: int, room: int, palette: Palette, steps: str
) -> None:
    label = min(max(9, *(width_of(one.label) for one in used)), 14)
    number = max(width_of(one.number) for one in used)
    for row, one in zip(rows[HEAD_ROWS:], used, strict=False):
        row.to(at).put(fit(one.label, label), "muted").put(" ")
        row.put(fit(one.number, number, right=True), "text", bold=True)
        row.put(" " + fit(one.unit, 4), "muted")
        if one.spark and at + room - row.at > SPARK:
            samples = np.frombuffer(one.spark, np.float32).astype(np.float64)
            put_row(row.put(" "), sparkline(samples, SPARK, "second", steps=steps), palette, GROUND)


def _origin(rows: list[Line], view: RunView, at: int, room: int) -> None:
    _heading(rows[0].to(at), "Where it came from")
    found = origins(view)
    for row, origin in zip(rows[HEAD_ROWS:], found, strict=False):
        row.to(at).put(origin.label, "muted").to(at + 7)
        put_pieces(row, origin.pieces, room - 7, gap=2)
    if len(rows) > len(found) + HEAD_ROWS:
        row = rows[len(found) + HEAD_ROWS].to(at).put("files", "muted").to(at + 7)
        row.put(fit(view.path, max(1, min(width_of(view.path), room - 7))), "muted")
    if view.sources and len(rows) > len(found) + HEAD_ROWS + 1:
        row = rows[len(found) + HEAD_ROWS + 1].to(at).put("read", "muted").to(at + 7)
        put_pieces(row, [(source.reader, "muted") for source in view.sources], room - 7, gap=2)


def _log(rows: list[Line], at: int, room: int, beside: Beside) -> None:
    _heading(rows[0].to(at), "Log", "following" if beside.following else "its end")
    lines = [line for line in beside.log if line.text.strip()][-(len(rows) - HEAD_ROWS) :]
    for row, line in zip(rows[HEAD_ROWS:], lines, strict=False):
        put_log_line(row.to(at), _short(line), at + room)


def _short(line: LogLine) -> LogLine:
    """Without its date: in a narrow column the hour is what tells."""
    if line.moment <= 8:
        return line
    moment = line.text[: line.moment]
    begin = moment.find(":") - 2
    if begin < 0:
        return line
    hour = moment[begin : begin + 8]
    return LogLine(f"{hour} {line.text[line.moment :].lstrip(' -:,]')}", len(hour), line.ink)


def _metrics(rows: list[Line], view: RunView, at: int, room: int) -> None:
    found = metric_rows(view, max(0, len(rows) - 3))
    line = rows[0].to(at)
    if not found and view.error:
        line.put("Why it failed", "bad", bold=True)
        for row, part in zip(rows[HEAD_ROWS:], wrapped(view.error.strip(), room), strict=False):
            row.to(at).put(part, "text")
        return
    if not found:
        _heading(line, "Metrics", "none yet" if view.status == "running" else "none")
        return
    _heading(line, "Metrics")
    final, top = max(4, len(found[0].last)), max(4, *(len(row.best) for row in found))
    label = min(max(width_of(row.key) for row in found), max(8, room - final - top - 4))
    bests = any(row.best for row in found) and room >= label + final + top + 4
    if any(row.several for row in found):
        line.to(at + label + 2 + final - 4).put("last", "muted")
    if bests:
        line.put("  " + "best".rjust(top), "muted")
    names = telling([metric.key for metric in found], label)
    for row, name, metric in zip(rows[HEAD_ROWS:], names, found, strict=False):
        row.to(at).put(name, "muted").to(at + label + 2).put(metric.last.rjust(final), "text", bold=True)
        if bests:
            row.put("  " + metric.best.rjust(top), "second")


def lineage_pieces(view: RunView, lineage: "Lineage | None") -> list[Piece]:
    """Data, code, run, model: one line."""
    pieces: list[Piece] = []
    if view.datasets:
        data = view.datasets[0]
        name = name_of(data).rpartition("/")[2]
        pieces.append((f"{name} {digest_of(data)[:7]}".strip(), "second"))
    if commit_of(view) or (pieces and code_of(view)):
        pieces.append((code_of(view), "second"))
    if not pieces and not view.models and (lineage is None or lineage.parent is None):
        return []
    if lineage is not None and lineage.parent is not None:
        pieces.append((lineage.parent.name or lineage.parent.id[:8], "second"))
    pieces.append((view.id[:8], "text"))
    registered = [*lineage.versions] if lineage is not None else []
    registered += [
        f"{one.get('model')} v{one.get('version')}"
        for model in view.models
        if isinstance(named := model.details.get("registered"), list)
        for one in named
        if isinstance(one, dict)
    ]
    pieces.append((registered[0], "second") if registered else ("not registered", "muted"))
    return pieces


def _lineage(row: Line, pieces: list[Piece], end: int, crumb: str) -> None:
    for index, (text, ink) in enumerate(pieces):
        shown = display.safe_text(text)
        if row.at + width_of(shown) + 3 > end:
            break
        row.put(f" {crumb} " if index else "", "faint").put(shown, ink, bold=ink == "text")
