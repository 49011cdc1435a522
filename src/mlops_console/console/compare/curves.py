"""The Curves pane: the chosen metric of all subjects, overlaid or as differences from the base."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from mlops_console import display
from mlops_console.charts import ChartOptions, Prepared
from mlops_console.charts.ticks import x_label
from mlops_console.comparison.sentences import sentence
from mlops_console.console.compare.overlay import Overlay, Wish, overlay
from mlops_console.console.compare.pane import Pane, Place
from mlops_console.console.compare.view import View
from mlops_console.console.drawing import Line, fit
from mlops_console.console.run.ruler import Ruler
from mlops_console.console.widgets.chart import Picture, glyph_set

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.model import Subject

WEIGHTS: Final = (0.0, 0.6, 0.9, 0.98)
MOST_BANDS: Final = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said below the chart."""

    text: str
    sign: str = "!"
    ink: str = "warn"


class CurvesPane(Pane):
    """One chart; keys zoom, smooth, read it."""

    name = "Curves"
    uses: ClassVar[frozenset[str]] = frozenset(
        {
            "focus", "log", "smooth", "time", "difference", "cursor_left", "cursor_right", "nearer",
            "farther", "pan_left", "pan_right", "reset", "base",
        }
    )  # fmt: skip

    def __init__(self, place: Place, chart: str) -> None:
        super().__init__(place)
        self._chart = chart
        self._wish: Wish | None = None
        self._drawn: Overlay | None = None
        self._picture: Picture | None = None
        self._ruler = Ruler()
        self._log = False
        self._smoothing: float | None = None
        self._bright: int | None = None
        """Which of the drawn curves is bright; None: all."""
        self._width = 60

    def show(self, view: View) -> None:
        """Ask for points when the metric or the subjects changed."""
        before, self.view = self.view, view
        key = view.metric.key if view.metric is not None else None
        if key is None:
            self._wish = self._drawn = self._picture = None
            return
        wish = replace(self._wish, metric=key) if self._wish is not None else Wish(key)
        if wish != self._wish:
            self._ruler.reset()
        if wish != self._wish or before is None or before.comparison is not view.comparison:
            self._want(wish)

    def _want(self, wish: Wish) -> None:
        self._wish, view = wish, self.view
        if view is not None:
            self.place.ask("curves", lambda workspace: overlay(workspace, view, wish), self._came)

    def _came(self, found: Overlay) -> None:
        if found.wish == self._wish:
            before = self._drawn
            self._drawn, self._picture = found, None
            if before is None or len(before.curves) != len(found.curves):
                self._bright = None
            self.place.moved()

    @property
    def complete(self) -> bool:
        """Whether what is wanted has been read."""
        return self._wish is None or (self._drawn is not None and self._drawn.wish == self._wish)

    @property
    def subject(self) -> "Subject | None":
        """The subject of the bright curve."""
        if self.view is None or self._drawn is None or self._bright is None:
            return None
        letter = self._drawn.curves[self._bright].curve.letter
        return next((one for one in self.view.comparison.others if self.view.letter(one) == letter), None)

    # Drawing

    def wanted(self, width: int) -> int:
        """As much as there is."""
        return 99

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Heading with the legend, the chart."""
        if self.view is None or height < 3:
            return []
        if self._wish is None:
            return [self.heading("no metric in common", focused=focused, alone=alone)]
        self._width = width - 4
        drawn = self._made().lines(
            width - 4, height, self.place.colours, self.on,
            glyph_set(self._chart, self.place.glyphs), focused=focused, spare=False,
        )  # fmt: skip
        lines = []
        for at, row in enumerate(drawn):
            line = self.blank()
            if at == 0 and focused and not alone:
                line.put(self.place.glyphs.focus, "accent")
            lines.append(line.to(2).add(row))
        return lines

    def _made(self) -> Picture:
        if self._picture is None:
            assert self._wish is not None
            curves = self._shown()
            bright = curves[self._bright].curve.letter if self._bright is not None else None
            weight = self._weight()
            options = ChartOptions(
                log_y=self._log and not self._wish.difference,
                smoothing=weight,
                focus=bright,
                x_unit={"steps": "steps", "metric": display.safe_text(self._wish.against, 24)}.get(
                    self._wish.scale, ""
                ),
                x_kind="seconds" if self._wish.scale == "since" else "number",
                x_range=self._ruler.window,
                cursor=self._ruler.cursor,
                letters=len(curves) > 1,
            )
            title = self._wish.metric
            empty = "" if self._drawn is None else self._why_empty()
            remark = None
            if self._drawn is not None and self._drawn.notes and curves:
                remark = Remark(sentence("; ".join(self._drawn.notes), ("A", "B")))
            note = self._note(weight)
            self._picture = Picture(
                title, curves, options, note, empty=empty, remark=remark, at=self._place_words
            )
        return self._picture

    def _place_words(self, x: float) -> tuple[str, ...]:
        """What the cursor is at: what x counts, and the time or step of the same point."""
        assert self._wish is not None
        if self._wish.scale == "metric":
            return (f"{display.safe_text(self._wish.against, 24)} {display.number(x)}",)
        item = self._walked()
        places = self._drawn.beside.get(item.curve.letter) if item is not None and self._drawn else None
        other = math.nan
        if places is not None and np.isfinite(places[0]).any():
            other = float(places[1][int(np.nanargmin(np.abs(places[0] - x)))])
        if self._wish.scale == "steps":
            step = f"step {x_label(x, 'number', 12)}"
            return (step, f"{display.duration(round(other * 1e6))} in") if math.isfinite(other) else (step,)
        since = f"{display.duration(round(x * 1e6))} in"
        return (since, f"step {x_label(other, 'number', 12)}") if math.isfinite(other) else (since,)

    def _shown(self) -> tuple[Prepared, ...]:
        """The curves; of many only the bright one has its band, for overlapping ones can't be told apart."""
        curves = self._drawn.curves if self._drawn is not None else ()
        if sum(item.curve.low is not None for item in curves) <= MOST_BANDS:
            return curves
        bare = self._drawn.bare if self._drawn is not None else ()
        return tuple(curves[at] if at == self._bright else item for at, item in enumerate(bare))

    def _why_empty(self) -> str:
        assert self._drawn is not None
        return self._drawn.notes[0] if self._drawn.notes else "no history of it: final values only"

    def _note(self, weight: float) -> tuple[str, ...]:
        assert self._wish is not None
        base = self.view.comparison.base.name if self.view is not None else ""
        words = [f"over {display.safe_text(self._wish.against, 24)}"] if self._wish.against else []
        words += [f"minus {fit(base, min(len(base), 24))}"] if self._wish.difference else []
        if self._log and not self._wish.difference:
            words.append("log axis")
        if weight:
            words.append(f"smoothed {display.number(weight)}")
        if self._ruler.window is not None:
            words.append("a part")
        if any(item.curve.low is not None for item in self._shown()):
            words.append("mean ± sd")
        elif self._drawn is not None and any(item.curve.low is not None for item in self._drawn.curves):
            words.append("means; f shows the spread")
        return tuple(words)

    def _weight(self) -> float:
        if self._smoothing is not None:
            return self._smoothing
        return self._drawn.weight if self._drawn is not None else 0.0

    # Keys

    def turn(self, *, log: bool = False, time: bool = False, difference: bool = False) -> None:
        """Turn the log axis, what x counts, or values into differences and back."""
        if self._wish is None:
            return
        self._log ^= log
        wish = self._wish
        if time:
            self._ruler.reset()
            wish = replace(wish, scale="since" if wish.scale == "steps" else "steps", against="")
        if difference:
            wish = replace(wish, difference=not wish.difference)
        if wish != self._wish:
            self._want(wish)
        self._again()

    def over(self, metric: str) -> None:
        """Another metric along x; nothing: steps."""
        if self._wish is not None:
            self._ruler.reset()
            self._want(replace(self._wish, scale="metric" if metric else "steps", against=metric))
            self._again()

    def smoother(self) -> None:
        """The next amount of smoothing, in turns."""
        current = self._made().options.smoothing
        at = min(range(len(WEIGHTS)), key=lambda index: abs(WEIGHTS[index] - current))
        self._smoothing = WEIGHTS[(at + 1) % len(WEIGHTS)]
        self._again()

    def next_bright(self) -> None:
        """The next curve bright, the others dim; after the last one all of them."""
        count = len(self._drawn.curves) if self._drawn is not None else 0
        now = 0 if self._bright is None else self._bright + 1
        self._bright = now if now < count and count > 1 else None
        self._again()

    def step_cursor(self, step: int) -> None:
        """Read values."""
        item = self._walked()
        if item is not None:
            self._ruler.step(item, step, self._width)
            self._again()

    def nearer(self, step: int) -> None:
        """Half or twice the window."""
        item = self._walked()
        if item is not None:
            self._ruler.nearer(item, step)
            self._again()

    def pan(self, step: int) -> None:
        """Move the window."""
        item = self._walked()
        if item is not None:
            self._ruler.pan(item, step)
            self._again()

    def reset(self) -> None:
        """Everything, and no cursor."""
        self._ruler.reset()
        self._again()

    def _walked(self) -> Prepared | None:
        """The curve that the cursor walks along: the bright one, else that with most points."""
        curves = self._drawn.curves if self._drawn is not None else ()
        if self._bright is not None and self._bright < len(curves):
            return curves[self._bright]
        return max(curves, key=lambda item: len(item.x), default=None)

    def _again(self) -> None:
        self._picture = None
        self.place.moved()
