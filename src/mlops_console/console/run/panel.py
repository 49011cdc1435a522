"""The tint below the curves: parameters, where the run came from, its numbers."""

from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.run.brief import metric_rows, ordered_params, origins, put_pieces
from mlops_console.console.run.facts import RunView
from mlops_console.console.theme import Palette

GROUND = "panel"
THREE_FROM = 110


def facts_panel(view: RunView, width: int, height: int, palette: Palette) -> list[Line]:
    """`height` rows: parameters left, origin in the middle, metrics at the right."""
    rows = [Line(palette, GROUND) for _ in range(height)]
    third = (width - 4) * 3 // 10
    middle = 2 + third + 4
    right = middle + (width - 4) * 7 // 20 + 4
    _params(rows, view, 2, third)
    if width >= THREE_FROM:
        _origin(rows, view, middle, right - middle - 4)
        _metrics(rows, view, right, width - 2 - right)
    else:
        _origin(rows, view, middle, width - 2 - middle)
    return rows


def _params(rows: list[Line], view: RunView, at: int, room: int) -> None:
    params = ordered_params(view, view.varying)
    line = rows[0].to(at).put("Params", "second", bold=True)
    if not params:
        line.put("  none found", "muted")
        return
    different = sum(1 for _, _, varies in params if varies)
    if different:
        line.put(f"  {different} of {len(params)} vary between runs"[: room - 6], "muted")
    shown = params if len(params) <= len(rows) - 3 else params[: len(rows) - 4]
    label = min(max(width_of(key) for key, _, _ in shown), room // 2) if shown else 0
    for row, (key, value, varies) in zip(rows[2:], shown, strict=False):
        row.to(at).put(fit(key, label), "muted").put("  ")
        row.put(
            fit(value, min(max(1, width_of(value)), room - label - 2)),
            "text" if varies else "second",
            bold=varies,
        )
    if len(shown) < len(params) and len(rows) > 3:
        rows[len(shown) + 2].to(at).put(f"{len(params) - len(shown)} more", "muted")


def _origin(rows: list[Line], view: RunView, at: int, room: int) -> None:
    rows[0].to(at).put("Where it came from", "second", bold=True)
    found = origins(view)
    for row, origin in zip(rows[2:], found, strict=False):
        row.to(at).put(origin.label, "muted").to(at + 7)
        put_pieces(row, origin.pieces, room - 7, gap=2)
    if len(rows) > len(found) + 2:
        row = rows[len(found) + 2].to(at).put("files", "muted").to(at + 7)
        row.put(fit(view.path, max(1, min(width_of(view.path), room - 7))), "muted")
    if view.sources and len(rows) > len(found) + 3:
        row = rows[len(found) + 3].to(at).put("read", "muted").to(at + 7)
        put_pieces(row, [(source.reader, "muted") for source in view.sources], room - 7, gap=2)


def _metrics(rows: list[Line], view: RunView, at: int, room: int) -> None:
    found = metric_rows(view, max(0, len(rows) - 3))
    line = rows[0].to(at).put("Metrics", "second", bold=True)
    if not found:
        line.put("  none yet" if view.status == "running" else "  none", "muted")
        return
    final, top = len(found[0].last), max(len(found[0].best), 4)
    label = min(max(width_of(row.key) for row in found), max(8, room - final - top - 4))
    bests = any(row.best for row in found) and room >= label + final + top + 4
    line.to(at + label + 2 + final - 4).put("last", "muted")
    if bests:
        line.put("  " + "best".rjust(top), "muted")
    for row, metric in zip(rows[2:], found, strict=False):
        row.to(at).put(fit(metric.key, label), "muted").put("  ").put(metric.last, "text", bold=True)
        if bests:
            row.put("  " + metric.best.rjust(top), "second")
