"""Histograms as SVG documents."""

from mlops_console import display
from mlops_console.charts.histogram import Bins, HistogramOptions, bar_scale, counts_of
from mlops_console.charts.svg import CHARACTER, ROW, Drawing, Look, drawing_of, nothing, safe, short
from mlops_console.charts.ticks import x_labels


def histogram_svg(bins: Bins, look: Look, options: HistogramOptions | None = None) -> str:
    """A histogram as an SVG document; each bar says its numbers when pointed at."""
    options = options or HistogramOptions()
    drawing = drawing_of(look, ())
    drawing.legend(())
    left, top, width, height = drawing.box
    bins = bins.merged(max(1, int(width // 3)))
    before = counts_of(bins.reference)
    now = before if bins.current is None else counts_of(bins.current)
    highest = float(max(before.max(initial=0.0), now.max(initial=0.0)))
    if not highest > 0:
        return nothing(drawing)
    rows = max(5, int(height // ROW))
    scale = bar_scale(highest, rows, percent=options.percent)
    drawing.grid([((row + 0.5) / rows, label) for row, label in scale.ticks])
    pitch, unit = width / len(bins), height / (scale.cell * rows)
    for index, (a, b) in enumerate(zip(before.tolist(), now.tolist(), strict=True)):
        x, wide = left + index * pitch, max(0.8, pitch - max(1.0, pitch * 0.16))
        low, high = min(a, b) * unit, max(a, b) * unit
        ink = options.more if b > a else options.fewer
        bars = [(options.common, 0.0, low), (ink, low, high)]
        shapes = [
            f'<rect x="{short(x)}" y="{top + height - end:.2f}" width="{short(wide)}"'
            f' height="{end - begin:.2f}" {drawing.paint(style, "fill")}/>'
            for style, begin, end in bars
            if end > begin
        ]
        words = f"{_bin_name(bins, index)}: {_amount(a, options)}"
        words += f", now {_amount(b, options)}" if bins.current is not None else ""
        drawing.parts.append(f"<g><title>{safe(words)}</title>{''.join(shapes)}</g>")
    _bin_labels(drawing, bins)
    return drawing.finish()


def _amount(value: float, options: HistogramOptions) -> str:
    return f"{value * 100:.3g}%" if options.percent else display.number(value)


def _bin_name(bins: Bins, index: int) -> str:
    if bins.edges is not None:
        return f"{display.number(float(bins.edges[index]))} to {display.number(float(bins.edges[index + 1]))}"
    return bins.names[index] if index < len(bins.names) else f"bin {index + 1}"


def _bin_labels(drawing: Drawing, bins: Bins) -> None:
    count = len(bins)
    if bins.edges is not None:
        edges = bins.edges.tolist()
        every = next((n for n in (1, 2, 4, 5, 10, 20, 50, 100) if count / n <= 9), count)
        chosen = range(0, count + 1, every)
        labels = x_labels([float(edges[index]) for index in chosen], "number")
        drawing.below([(i / count, label) for i, label in zip(chosen, labels, strict=True)], "")
    elif bins.names:
        room = max(3, int(drawing.box[2] / count / CHARACTER))
        names = [name if len(name) <= room else name[: room - 1] + "~" for name in bins.names[:count]]
        drawing.below([((index + 0.42) / count, name) for index, name in enumerate(names)], "")
