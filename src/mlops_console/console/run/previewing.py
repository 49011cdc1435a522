"""The two forms of the preview: a strip under the table, a column beside it."""

from string import hexdigits

from mlops_console import display
from mlops_console.charts.model import GlyphSet
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.glyphs import Glyphs
from mlops_console.console.run.brief import (
    MetricRow,
    Origin,
    Piece,
    metric_rows,
    no_metrics,
    on_the_point,
    ordered_params,
    origins,
    put_pieces,
    put_state,
    telling,
)
from mlops_console.console.run.facts import RunView
from mlops_console.console.run.reading import Glance
from mlops_console.console.run.texts import wrapped
from mlops_console.console.theme import Palette
from mlops_console.console.widgets.chart import Picture, ink_of
from mlops_console.display import NONE

Size = tuple[int, int]
Look = tuple[Palette, Glyphs, GlyphSet]
GROUND = "panel"
LEAST_CHART = 30
LABEL = 9
"""Cells of a label and the blank after it."""


def under(glance: Glance, picture: Picture | None, size: Size, look: Look, now: int) -> list[Line]:
    """A strip: facts on the left, the chart on the right."""
    width, height = size
    palette, glyphs, _ = look
    shown = picture is not None or bool(_values(glance, palette, LEAST_CHART, height))
    right = min(60, max(LEAST_CHART, width * 3 // 8)) if shown and width >= 76 else 0
    left = width - 4 - (right + 4 if right else 0)
    lines = [_strip_head(glance, palette, glyphs, left, now)]
    lines += _strip_body(glance, palette, left, height - 1)
    lines = lines[:height]
    if not right:
        return lines
    if picture is None:
        chart = _values(glance, palette, right, height)
    else:
        chart = picture.lines(right, height - (height > 9), palette, GROUND, look[2])
    lines += [Line(palette, GROUND) for _ in range(height - len(lines))]
    return [
        line.to(width - 2 - right).add(chart[y]) if y < len(chart) else line for y, line in enumerate(lines)
    ]


def _values(glance: Glance, palette: Palette, room: int, height: int) -> list[Line]:
    """Of runs that measured something once: no curve to draw, so their values below each other."""
    if glance.key is None or len(glance.curves) < 2 or height < 3:
        return []
    measured = [curve for curve in glance.curves if len(curve.y)][: height - 1]
    lines = [Line(palette, GROUND).put(fit(glance.key, min(room, width_of(glance.key))), "second", bold=True)]
    for curve, value in zip(measured, on_the_point([float(c.y[-1]) for c in measured]), strict=True):
        line = Line(palette, GROUND).put(
            fit(curve.letter or curve.label, 5), ink_of(palette, curve.ink, GROUND), bold=True
        )
        lines.append(line.put(value, "text", bold=not curve.letter))
    return lines


def _strip_head(glance: Glance, palette: Palette, glyphs: Glyphs, room: int, now: int) -> Line:
    view = glance.view
    line = Line(palette, GROUND).to(2).put(view.id[:8], "text", bold=True)
    name = display.safe_text(view.name)
    if name and name != view.id:
        line.put("  ").put(fit(name, min(width_of(name), 28)), "second")
    line.put("   ")
    put_state(line, view, glyphs, now)
    progress = view.progress() if view.status == "running" else None
    if progress is not None and line.at + 24 < room:
        line.put(f"   {progress.unit.rstrip('s')} ", "muted").put(f"{progress.done:,}", "text")
        line.put(f" of {progress.total:,}", "muted")
    if view.lost and line.at + width_of(view.lost) + 2 < room:
        line.put("  " + view.lost, "warn")
    said, its_ink = view.watched
    # Of which version can be left out, that it alarms can't.
    for words in (said, said.partition(": ")[2]) if said else ():
        if line.at + width_of(display.safe_text(words)) + 3 <= room:
            line.put("   ").put(words, its_ink)
            break
    reason = " ".join(view.why(now).split())
    if reason and line.at + 8 < room and not _says_why(view):
        ink = "bad" if view.status == "failed" else "muted"
        line.put("  ").put(fit(reason, min(width_of(reason), room - line.at)), ink)
    return line


def _says_why(view: RunView) -> bool:
    """Whether the reason stands in place of numbers, which there are none of."""
    return bool(view.error) and not view.metrics and not view.summary


def _numberless(view: RunView, room: int, most: int) -> list[tuple[str, str]]:
    """Words and their ink where no numbers are: why it failed, or why there are none."""
    if _says_why(view):
        return [(part, "bad") for part in wrapped(" ".join(view.error.split()), room)[:most]]
    return [(part, "muted") for part in wrapped(no_metrics(view), room)[:most]]


def _strip_body(glance: Glance, palette: Palette, room: int, height: int) -> list[Line]:
    view = glance.view
    facts = _strip_origin(glance, palette, room)
    params = _strip_params(glance, palette, room)
    airy = height >= 8
    most = max(1, height - len(facts) - len(params) - (3 if airy else 0))
    rows = metric_rows(view, most)
    label = min(max((width_of(display.safe_text(r.key)) for r in rows), default=0), 24)
    label = max(label, LABEL - 2)
    names = telling([row.key for row in rows], label)
    body = [_metric(row, name, label, palette, room) for row, name in zip(rows, names, strict=True)] or [
        Line(palette, GROUND).to(2).put(text, ink) for text, ink in _numberless(view, min(room, 96), most)
    ]
    return [*_air(palette, airy), *body, *_air(palette, airy), *params, *facts]


def _air(palette: Palette, wanted: bool) -> list[Line]:
    return [Line(palette, GROUND)] if wanted else []


def _strip_origin(glance: Glance, palette: Palette, room: int) -> list[Line]:
    # In a strip, where it came from is one line: what matters most of each part.
    pieces = [piece for origin in origins(glance.view) for piece in _short(origin)]
    if not pieces:
        return []
    line = Line(palette, GROUND).to(2).put("from", "muted").to(2 + LABEL)
    return [put_pieces(line, pieces, room - line.at)]


def _short(origin: Origin) -> list[Piece]:
    first, *rest = origin.pieces
    warnings = [piece for piece in rest if piece[1] == "warn"]
    match origin.label:
        case "data":
            return [(" ".join(text for text, _ in origin.pieces[:2]), "second")]
        case "code":
            bare = not set(first[0]) - set(hexdigits)
            return [(f"git {first[0]}" if bare else first[0], "second"), *warnings]
        case "on":
            return [(first[0], "muted")]
    return [first]


def _strip_params(glance: Glance, palette: Palette, room: int) -> list[Line]:
    params = ordered_params(glance.view, glance.varying)
    if not params:
        return []
    line = Line(palette, GROUND).to(2).put("params", "muted").to(2 + LABEL)
    for index, (key, value, varies) in enumerate(params):
        words = display.safe_text(key.rpartition(".")[2]), fit(value, min(24, max(1, width_of(value))))
        need = sum(map(width_of, words)) + 1 + (3 if index else 0)
        more = len(params) - index
        if line.at + need > room - (0 if more == 1 else 9):
            line.put(f"   {more} more" if index else fit(" ".join(words), room - line.at), "muted")
            break
        line.put("   " if index else "").put(words[0] + " ", "muted").put(words[1], _bright(varies))
    return [line]


def _bright(varies: bool) -> str:
    return "text" if varies else "second"


def _metric(row: MetricRow, name: str, label: int, palette: Palette, room: int) -> Line:
    line = Line(palette, GROUND).to(2).put(name, "muted").to(4 + label)
    line.put(row.last, "text" if row.last.strip() != NONE else "muted", bold=row.last.strip() != NONE)
    if row.best and line.at + len(row.best) + 14 <= room:
        line.put("   best ", "muted").put(row.best, "second")
        if row.step:
            line.put(f" at {row.step}", "muted")
    if row.not_numbers:
        line.put(f"   {display.count(row.not_numbers)} nan", "bad")
    return line


def beside(glance: Glance, picture: Picture | None, size: Size, look: Look, now: int) -> list[Line]:
    """A column: state, metrics, chart, parameters, origin, what next."""
    width, height = size
    palette, glyphs, pens = look
    room = width - 4
    blank = Line(palette, GROUND)
    lines = [blank, *_column_head(glance, palette, glyphs, width, now), blank]
    lines += [*_column_metrics(glance, palette, room, 8), blank]
    tail = [*_column_origin(glance, palette, room), blank, *_column_next(glance, palette)]
    values = _values(glance, palette, room, 9) if picture is None else []
    if values:
        lines += [*(Line(palette, GROUND).to(2).add(line) for line in values), blank]
    if picture is not None:
        chart = max(9, min(15, (height - len(lines) - len(tail)) // 2))
        drawn = picture.lines(room, chart, palette, GROUND, pens, gap=1)
        lines += [blank, *(Line(palette, GROUND).to(2).add(line) for line in drawn), blank, blank]
    room_left = height - len(lines) - len(tail) - 1
    if room_left >= 4:
        lines += [*_column_params(glance, palette, room, room_left - 1), blank]
    return (lines + tail)[:height]


def _column_head(glance: Glance, palette: Palette, glyphs: Glyphs, width: int, now: int) -> list[Line]:
    view = glance.view
    state = Line(palette, GROUND)
    if glance.focus and glance.marked:
        state.put(f"{glance.focus}  ", glance.focus, bold=True)
    put_state(state, view, glyphs, now, ago=True)
    line = Line(palette, GROUND).to(2).put(view.id[:8], "text", bold=True).put("  ")
    name = display.safe_text(view.name) if view.name != view.id else ""
    line.put(fit(name, min(width_of(name), max(0, width - 4 - line.at - state.at))), "second")
    head = [line.right(state, width)]
    if view.lost:
        head.append(Line(palette, GROUND).to(2).put(fit(view.lost, width - 4), "warn"))
    if view.watched[0]:
        head.append(Line(palette, GROUND).to(2).put(fit(view.watched[0], width - 4), view.watched[1]))
    words = " ".join(view.why(now).split())
    if words and not _says_why(view):
        ink = "bad" if view.status == "failed" else "muted"
        head.append(Line(palette, GROUND).to(2).put(fit(words, width - 4), ink))
    return head


def _column_metrics(glance: Glance, palette: Palette, room: int, most: int) -> list[Line]:
    rows = metric_rows(glance.view, most)
    if not rows:
        return [
            Line(palette, GROUND).to(2).put(text, ink) for text, ink in _numberless(glance.view, room, most)
        ]
    label = min(max(8, *(width_of(display.safe_text(r.key)) for r in rows)), room - 34)
    final = max(5, *(len(row.last) for row in rows))
    top = max(4, *(len(row.best) for row in rows))
    at = 2 + label + 3
    title = "last" if any(row.several for row in rows) else "value"
    head = Line(palette, GROUND).to(2).put("metric", "muted").to(at).put(title.rjust(final), "muted")
    if any(row.best for row in rows):
        head.put("   " + "best".rjust(top) + "   at step", "muted")
    lines = [head]
    for row, name in zip(rows, telling([row.key for row in rows], label), strict=True):
        line = Line(palette, GROUND).to(2).put(name, "second").to(at)
        line.put(row.last.rjust(final), "text", bold=True)
        if row.best:
            line.put("   ").put(row.best.rjust(top), "second").put("   " + row.step.rjust(7), "muted")
        if row.not_numbers:
            line.put(f"  {display.count(row.not_numbers)} nan", "bad")
        lines.append(line)
    return lines


def _column_params(glance: Glance, palette: Palette, room: int, most: int) -> list[Line]:
    params = ordered_params(glance.view, glance.varying)
    head = Line(palette, GROUND).to(2).put("Params", "second", bold=True)
    if not params:
        return [head, Line(palette, GROUND).to(2).put(fit("none found beside its metrics", room), "muted")]
    if glance.varying:
        note = Line(palette, GROUND).put("bright where it differs between runs", "muted")
        head.right(note, room + 4)
    half = room // 2
    rows = max(1, most - 2)
    shown = params[: rows * 2]
    if len(shown) < len(params):
        shown = params[: rows * 2 - 1]
    across = (len(shown) + 1) // 2 if len(shown) > 3 else len(shown)
    label = min(14, half // 2)
    names = telling([key for key, _, _ in shown], label)
    lines = [head, Line(palette, GROUND)]
    for y in range(across):
        line = Line(palette, GROUND)
        for x, item in ((2, y), (2 + half, y + across)):
            if item < len(shown):
                _param(line.to(x), names[item], shown[item], (label, half))
        lines.append(line)
    left = len(params) - len(shown)
    if left:
        lines[-1].to(2 + half).put(f"{left} more", "muted")
    return lines


def _param(line: Line, name: str, param: tuple[str, str, bool], cells: tuple[int, int]) -> None:
    _, value, varies = param
    label, room = cells
    line.put(name, "muted").to(line.at - width_of(name) + label + 1)
    line.put(fit(value, min(max(1, width_of(value)), room - label - 2)), _bright(varies), bold=varies)


def _column_origin(glance: Glance, palette: Palette, room: int) -> list[Line]:
    found = origins(glance.view)
    lines = [
        Line(palette, GROUND).to(2).put("Where it came from", "second", bold=True),
        Line(palette, GROUND),
    ]
    for origin in found:
        line = Line(palette, GROUND).to(2).put(origin.label, "muted").to(2 + LABEL + 2)
        lines.append(put_pieces(line, origin.pieces, room - LABEL - 2, gap=2))
    path = Line(palette, GROUND).to(2).put("files", "muted").to(2 + LABEL + 2)
    lines.append(path.put(fit(glance.view.path, min(len(glance.view.path), room - LABEL - 2)), "muted"))
    if glance.view.problems:
        words = display.counted(len(glance.view.problems), "problem")
        line = Line(palette, GROUND).to(2).put("read", "muted").to(2 + LABEL + 2)
        lines.append(line.put(f"! {words}", "warn"))
    return lines


def _column_next(glance: Glance, palette: Palette) -> list[Line]:
    line = Line(palette, GROUND).to(2).put("Next", "second", bold=True).to(2 + LABEL + 2)
    line.put("Enter", "second", bold=True).put(" open", "muted")
    line.put("   Space", "second", bold=True).put(" mark", "muted")
    return [line]
