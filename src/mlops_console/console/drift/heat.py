"""All features over all windows at once: the larger the effect the darker the cell."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.over_time import named, short
from mlops_console.console.drift.pane import Pane
from mlops_console.drift.judging.bounds import bounds_of
from mlops_console.drift.model import Rules

if TYPE_CHECKING:
    from mlops_console.drift.model import Feature

SHADES: Final = " ░▒▓█"
ASCII_SHADES: Final = " .:+#"
_NAME: Final = 22
_TAIL: Final = 8
_FEW: Final = 4
"""Windows, so few that their cells are wide enough for their names."""
_SIGNS: Final = {"DRIFT": "!!", "WATCH": "!"}
"""Where there is no colour they alone say it."""
_INKS: Final = {"DRIFT": "bad", "WATCH": "warn"}


class HeatPane(Pane):
    """Features x windows; the cursor walks over features and windows."""

    name = "Heat map"
    full = True

    @property
    def rows(self) -> "tuple[Feature, ...]":
        """The features as they are listed."""
        return self.place.ranked

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def moved(self) -> None:
        """The cursor of the features goes along."""
        if self.rows:
            self.place.go_feature(self.rows[max(0, min(self.at, self.count - 1))].measured.name)

    def seen(self) -> None:
        """The cursor stands on the feature that is looked at."""
        one = self.place.feature
        names = [each.measured.name for each in self.rows]
        if one is not None and one.measured.name in names:
            self.at = names.index(one.measured.name)

    # Drawing

    def told(self, width: int) -> Line:
        """What a cell says."""
        glyphs = ASCII_SHADES if self.place.glyphs.ascii else SHADES
        heading, steps = self._steps()
        line = self.blank().put(f"{heading}  ", "muted")
        for shade, words in zip(glyphs[1:], steps, strict=True):
            line.put(shade * 2, "muted").put(f" {words}  ", "muted")
        if line.at + 17 <= width:
            line.put("  ! watch", "warn").put("  !! drift", "bad")
        return line if line.at <= width else self.blank()

    def _steps(self) -> tuple[str, list[str]]:
        """What the shades begin with: figures where all features have the same limits, else words."""
        every = {self._limits(one.measured.name) for one in self.rows}
        if len(every) != 1:
            return "by own limits", ["half watch", "watch", "drift", "twice"]
        watch, drift = every.pop()
        return "effect", [f"> {display.limit(step)}" for step in (watch / 2, watch, drift, 2 * drift)]

    def _limits(self, feature: str) -> tuple[float, float]:
        """From which effect on it is watched, and drifts."""
        opened = self.place.opened
        bounds = bounds_of(feature, "distribution", opened.rules if opened is not None else Rules())
        return bounds.watch, bounds.drift

    def _places(self, width: int) -> tuple[range, int]:
        """The windows that there is room for, and cells for each."""
        opened = self.place.opened
        room = max(1, width - 2 - _NAME - 2 - _TAIL)
        if opened is None:
            return range(0), 1
        places = opened.shown(self.place.span)
        cells = max(1, min(6 if len(places) > _FEW else 10, room // max(1, len(places))))
        most = room // cells
        return (range(places.stop - most, places.stop) if len(places) > most else places), cells

    def columns(self, width: int) -> Line:
        """First and last window, and where the one that is looked at stands."""
        opened = self.place.opened
        places, cells = self._places(width)
        line = self.blank().to(2).put(fit("feature", _NAME), "muted").put("  ")
        if opened is None or not places:
            return line
        first, last = (short(opened.course.steps[at].window) for at in (places.start, places.stop - 1))
        across = cells * len(places)
        line.put(fit(first, min(width_of(first), max(3, across // 2 - 1))), "muted")
        end = line.at
        last = fit(last, min(width_of(last), max(3, across // 2 - 1)))
        begin = 2 + _NAME + 2 + across - width_of(last)
        if len(places) > 1 and begin > end:
            line.to(begin).put(last, "second")
        return line

    def row(self, index: int, line: Line, width: int) -> None:
        """A feature."""
        opened = self.place.opened
        if opened is None:
            return
        one = self.rows[index]
        name = one.measured.name
        places, cells = self._places(width)
        line.put(fit(name, _NAME), "text" if one.verdict in ("DRIFT", "WATCH") else "second").put("  ")
        effects, limits = opened.course.effects(name), self._limits(name)
        for at in places:
            glyph, ink = self._cell(effects[at], opened.course.verdict(at, name), limits)
            sign = _SIGNS.get(opened.course.verdict(at, name) or "", "") if cells > 3 else ""
            gap = " " if cells > 2 else ""
            line.put(glyph * (cells - len(gap) - len(sign)) + sign + gap, ink)
        line.put("  ").put(display.share(one.effect).rjust(4), "text" if one.verdict == "DRIFT" else "muted")

    def _cell(self, effect: float, verdict: str | None, limits: tuple[float, float]) -> tuple[str, str]:
        glyphs = ASCII_SHADES if self.place.glyphs.ascii else SHADES
        if effect != effect:
            return ("?" if verdict == "TOO FEW ROWS" else "-" if verdict is None else " "), "faint"
        watch, drift = limits
        steps = (watch / 2, watch, drift, 2 * drift)
        return glyphs[sum(effect > step for step in steps)], _INKS.get(verdict or "", "muted")

    def nothing(self, width: int) -> list[Line]:
        """What stands where there is nothing."""
        return [self.blank().to(2).put("no window is judged yet", "muted")]

    def explained(self) -> tuple[str, list[tuple[str, str, str]]] | None:
        """A feature over the windows, in words."""
        opened = self.place.opened
        one = self.place.feature
        if opened is None or one is None:
            return None
        name = one.measured.name
        moved = [
            f"{named(step.window)} {display.share(effect)}"
            for at, (step, effect) in enumerate(
                zip(opened.course.steps, opened.course.effects(name), strict=True)
            )
            if opened.course.verdict(at, name) == "DRIFT"
        ]
        said = ", ".join(moved[-24:]) or "in no window"
        return name, [
            (
                "drifts",
                "text",
                f"in {display.count(len(moved))} of {display.count(len(opened.course.steps))} windows",
            ),
            ("where", "second", said),
            ("now", "second", one.because),
        ]
