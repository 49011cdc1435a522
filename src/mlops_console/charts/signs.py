"""Signs over a picture: where numbers end, and which letter ends where."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mlops_console.charts.canvas import Canvas
from mlops_console.charts.decimation import Columns
from mlops_console.charts.prepared import Prepared
from mlops_console.charts.scales import mapping

if TYPE_CHECKING:
    from mlops_console.charts.lines import Frame

NAN, ABOVE, BELOW = 1, 2, 3


def gaps(item: Prepared, log_x: bool) -> tuple[list[int], list[int]]:
    """Where a stretch of NaN or infinity begins (index into the curve), and which of them it is."""
    if not item.not_numbers and not item.infinities:
        return [], []
    y = item.y
    bad = ~np.isfinite(y) & np.isfinite(mapping(item.x, log_x))
    kind = np.where(bad, np.where(np.isnan(y), NAN, np.where(y > 0, ABOVE, BELOW)), 0)
    begins = np.flatnonzero(bad & (np.append(0, kind[:-1]) != kind))
    return begins.tolist(), kind[begins].tolist()


def value_before(y: np.ndarray[tuple[int], np.dtype[np.float64]], index: int) -> float | None:
    """The last number before a place in a curve."""
    reach = 64
    while True:
        part = y[max(0, index - reach) : index]
        numbers = np.flatnonzero(np.isfinite(part))
        if len(numbers):
            return float(part[numbers[-1]])
        if reach >= index:
            return None
        reach *= 8


def mark_gaps(canvas: Canvas, item: Prepared, chosen: "Frame") -> None:
    """Mark where a stretch of NaN or infinity begins: beside the last number, or at the edge it left by."""
    begins, kinds = gaps(item, chosen.options.log_x)
    if not begins:
        return
    pen = canvas.pen
    smooth = item.values("y", chosen.options.smoothing)
    done: set[tuple[int, int]] = set()
    for index, kind in zip(begins, kinds, strict=True):
        place = chosen.place(float(item.x[index]))
        if place is None or not 0 <= place <= 1:
            continue
        cell = round(place * (canvas.across - 1)) // pen.across
        if (cell, kind) in done:
            continue
        done.add((cell, kind))
        if kind == NAN:
            canvas.mark(cell, _row_before(canvas, chosen, smooth, index), pen.not_number, "bad")
        elif kind == ABOVE:
            canvas.mark(cell, 0, pen.above, "bad")
        else:
            canvas.mark(cell, canvas.height - 1, pen.below, "bad")


def _row_before(
    canvas: Canvas, chosen: "Frame", y: np.ndarray[tuple[int], np.dtype[np.float64]], index: int
) -> int:
    before = value_before(y, index)
    share = float(chosen.axis.heights(np.array([before]))[0]) if before is not None else 0.0
    dot = canvas.row_dot(share) if np.isfinite(share) else canvas.down - 1
    return int(np.clip(np.rint(dot), 0, canvas.down - 1)) // canvas.pen.down


def mark_letters(canvas: Canvas, painted: Sequence[tuple[Prepared, str, Columns]]) -> None:
    """Put each curve's letter behind its end; where one is taken, in the next free row on its side."""
    taken: dict[tuple[int, int], float] = {}
    for item, ink, columns in painted:
        end, letter = _end(canvas, columns), item.curve.letter
        if end is None or len(letter) != 1:
            continue
        column, dot = end[0] + 1 + (end[0] + 1 < canvas.plot), end[2]
        side = -1 if taken.get((column // 2, end[1]), -1.0) > dot else 1
        for away in (0, 1, -1, 2, -2, 3, -3):
            row = end[1] + away * side
            place = (column // 2, row)
            if 0 <= row < canvas.height and place not in taken and canvas.free(column, row):
                taken[place] = dot
                canvas.label(column, row, letter, ink)
                break


def _end(canvas: Canvas, columns: Columns) -> tuple[int, int, float] | None:
    """The cell in which a curve ends, as far as it is in the picture, and how many dots from the top."""
    inside = np.flatnonzero((columns.column >= 0) & (columns.column < canvas.across))
    if not len(inside):
        return None
    column, height = int(columns.column[inside[-1]]), float(columns.last[inside[-1]])
    row = round(height) // canvas.pen.down
    return (column // canvas.pen.across, row, height) if 0 <= round(height) < canvas.down else None
