"""Whether the model is harmed: what labels say, what is estimated without them, and the gap between both."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.charts import ChartOptions, Level, line_chart
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.gap import model_curves
from mlops_console.console.drift.over_time import short
from mlops_console.console.drift.pane import Tinted, put_word
from mlops_console.console.widgets.chart import glyph_set, put_row
from mlops_console.drift.judging.words import percent

if TYPE_CHECKING:
    from mlops_console.console.drift.pane import Place
    from mlops_console.drift.model import ModelReport, Performance

_LABEL: Final = 12
_WORDS: Final = {
    "HARMFUL": "harmful", "BENIGN": "ok", "STABLE": "ok", "UNVERIFIED": "unverified", "UNKNOWN": "unknown",
}  # fmt: skip


class ModelPane(Tinted):
    """Draws one metric over the windows."""

    name = "Model"

    def __init__(self, place: "Place", chart: str) -> None:
        super().__init__(place)
        self._chart = chart
        self.metric = ""

    @property
    def report(self) -> "ModelReport | None":
        """What the window that is looked at says of the model."""
        opened = self.place.opened
        return opened.told.model if opened is not None and opened.told is not None else None

    @property
    def metrics(self) -> list[str]:
        """What is known of it."""
        return [one.metric for one in self.report.performance] if self.report is not None else []

    @property
    def performance(self) -> "Performance | None":
        """Of the metric that is shown."""
        every = self.report.performance if self.report is not None else ()
        return next((one for one in every if one.metric == self.metric), every[0] if every else None)

    def turn_metric(self, step: int) -> str | None:
        """Another metric; its name, or None where there is only one."""
        names = self.metrics
        if len(names) < 2:
            return None
        one = self.performance
        here = names.index(one.metric) if one is not None else 0
        self.metric = names[(here + step) % len(names)]
        return self.metric

    # Drawing

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Exactly `height` rows of `width` cells."""
        lines = [self._heading(width, focused=focused, alone=alone)]
        report, one = self.report, self.performance
        if report is None or one is None:
            because = report.because if report is not None else self._why_nothing()
            lines += [self.blank(), *self.wrapped(because, width, "second", height - 2)]
        else:
            table = self._table(one)
            said = self.wrapped(one.because or report.because, width, "second", 4 if height >= 20 else 2)
            said = self._slices(report, width, 4 if height >= 20 else 1) or said
            rows = height - len(lines) - 1 - len(table) - 1 - len(said) - 1
            lines += [self._legend(one, width)]
            lines += self._picture(one, width, max(4, rows)) if rows >= 4 else []
            lines += [*([self.blank()] if height >= 14 else []), *table, self.blank(), *said]
        lines = lines[:height]
        lines += [self.blank() for _ in range(height - len(lines))]
        return [line.to(width) for line in lines]

    def _why_nothing(self) -> str:
        opened = self.place.opened
        if opened is None or opened.told is None:
            return ""
        return (
            "Nobody said where predictions and labels are, so nothing is known of the model. "
            "In mlops-console.toml: prediction or score, label, and labels where those come later."
        )

    def _heading(self, width: int, *, focused: bool, alone: bool) -> Line:
        line = self.blank()
        if focused and not alone:
            line.put(self.place.glyphs.focus, "accent")
        line.to(2)
        opened, report = self.place.opened, self.report
        version = opened.state.version if opened is not None and opened.state is not None else ""
        line.put(version or "Model", "text" if focused else "second", bold=True).put("   ")
        if report is not None:
            put_word(line, _WORDS[report.verdict], self.place.glyphs)
        names = self.metrics
        if len(names) > 1:
            aside = self.blank().put("[ ]", "second", bold=True).put(f" {len(names)} metrics", "muted")
            if line.at + aside.at + 4 <= width:
                line.right(aside, width)
        return line

    def _legend(self, one: "Performance", width: int) -> Line:
        line = self.blank().to(2).put(one.metric, "text", bold=True)
        for letter, ink, words in (
            ("r", "B", "by labels"),
            ("e", "A", "estimated"),
            (":", "B", "gap"),
            ("-", "base", "reference"),
        ):
            if line.at + len(words) + 6 < width:
                line.put(f"   {letter} ", ink, bold=True).put(words, "muted")
        return line

    def _picture(self, one: "Performance", width: int, rows: int) -> list[Line]:
        opened = self.place.opened
        if opened is None:
            return []
        places = opened.shown(self.place.span)
        steps = [opened.course.steps[at] for at in places]
        reference = one.reference.value if one.reference is not None else None
        curves = model_curves(steps, one.metric)
        options = ChartOptions(
            glyphs=glyph_set(self._chart, self.place.glyphs),
            levels=() if reference is None else (Level("", reference),),
            x_range=(0.0, float(max(1, len(steps) - 1))),
            letters=True,
        )
        chart = line_chart(curves, width - 4, rows, options)
        lines = [put_row(self.blank().to(2), row, self.place.colours, "panel") for row in chart.rows[:-1]]
        if not steps:
            return lines
        left = 2 + chart.left if hasattr(chart, "left") else 9
        first, last = short(steps[0].window), short(steps[-1].window)
        under = self.blank().to(left).put(fit(first, min(width_of(first), (width - left) // 2 - 2)), "muted")
        return [*lines, under.right(self.blank().put(fit(last, min(width_of(last), 20)), "muted"), width)]

    def _table(self, one: "Performance") -> list[Line]:
        lines = []
        sides = (("by labels", one.realised), ("estimated", one.estimated), ("reference", one.reference))
        for label, interval in sides:
            line = self.blank().to(2).put(fit(label, _LABEL), "muted")
            if interval is None:
                lines.append(line.put(self._absent(label), "muted"))
                continue
            first = label == "by labels"
            value, low, high = display.figures(interval.value, (interval.low, interval.high), most=3)
            line.put(value.rjust(7), "text" if first else "second", bold=first)
            line.put(f"  [{low}, {high}]", "muted")
            line.put(f"   {display.count(interval.n)} rows", "muted")
            lines.append(line)
        gap = gap_of(one)
        if gap is not None:
            line = self.blank().to(2).put(fit("gap", _LABEL), "muted").put(gap.rjust(7), "second")
            lines.append(line.put("  estimated minus by labels", "muted"))
        return lines

    def _slices(self, report: "ModelReport", width: int, most: int) -> list[Line]:
        """The parts of the rows where it errs most, the worst first; empty: none is known to be worse."""
        lines = []
        for at, one in enumerate(report.slices[:most]):
            line = self.blank().to(2).put(fit("" if at else "worst where", _LABEL), "muted")
            figure = display.figures(one.figure.value, (one.figure.low, one.figure.high), most=3)[0]
            rest = display.number(one.rest, 3)
            cells = width_of(display.safe_text(one.level))
            plain = f"  {figure}, {rest} elsewhere"
            forms = (f"  {one.metric}{plain[1:]}  {percent(one.share)} of rows", plain, f"  {figure}", "")
            # The part of the rows goes before figures: those stand where there is room beside it.
            said = next(each for each in forms if not each or line.at + cells + len(each) + 2 <= width)
            line.put(fit(one.level, max(10, min(cells, width - line.at - len(said) - 2))), "text")
            lines.append(line.put(said, "muted"))
        return lines

    def _absent(self, label: str) -> str:
        if label == "by labels":
            return "no labels for this window yet"
        return "nothing to estimate it from" if label == "estimated" else "not known"


def gap_of(one: "Performance") -> str | None:
    """By how much the estimate is off, signed; None: there are not both."""
    if one.realised is None or one.estimated is None:
        return None
    gap = one.estimated.value - one.realised.value
    half = (one.realised.high - one.realised.low) / 2
    return display.signed(display.figures(gap, (gap - half, gap + half), most=3)[0])
