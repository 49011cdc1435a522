"""The judged windows of a monitor, the newest first: what each said, and who judged it."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.over_time import named
from mlops_console.console.drift.pane import Tinted, put_verdict

if TYPE_CHECKING:
    from mlops_console.workspace.drifting.states.trail import Step

_VERDICT: Final = 11
_MODEL: Final = 10


class WindowsPane(Tinted):
    """Lists windows; Enter looks at one."""

    name = "Windows"

    @property
    def _steps(self) -> "tuple[Step, ...]":
        opened = self.place.opened
        return opened.course.steps if opened is not None else ()

    @property
    def count(self) -> int:
        """How many are known."""
        return len(self._steps)

    @property
    def step(self) -> "Step | None":
        """The one under the cursor."""
        steps = self._steps
        return steps[len(steps) - 1 - self.at] if steps and self.at < len(steps) else None

    def seen(self) -> None:
        """The cursor stands on the window that is looked at."""
        opened = self.place.opened
        if opened is not None and opened.at >= 0:
            self.at = len(opened.course.steps) - 1 - opened.at

    def enter(self) -> None:
        """Look at it."""
        self.place.go_window(len(self._steps) - 1 - self.at)

    def copied(self) -> tuple[str, str] | None:
        """Its name."""
        return None if self.step is None else ("window", self.step.window)

    def explained(self) -> tuple[str, list[tuple[str, str, str]]] | None:
        """All that is known of it in a few sentences."""
        one = self.step
        if one is None:
            return None
        facts = [
            ("verdict", "text", one.verdict),
            ("because", "second", one.because),
            ("rows", "second", display.count(one.rows)),
        ]
        if one.model is not None:
            facts.append(("model", "second", f"{one.model.verdict}. {one.model.because}"))
        if one.domain is not None and one.domain.because:
            facts.append(("together", "second", one.domain.because))
        facts.append(("alarm", "second", self._alarm(one)))
        facts.append(("judged", "second", f"by {one.by}, {display.minute(one.at)} UTC"))
        return one.window, facts

    def _alarm(self, one: "Step") -> str:
        opened = self.place.opened
        least, last = opened.watched.monitor.confirm if opened is not None else (1, 1)
        rule = (
            f"{least} of {last} windows must say DRIFT"
            if last > 1
            else "one window that says DRIFT is enough"
        )
        if one.harmful:
            return "yes: labels say that its model is HARMFUL"
        return f"{'yes' if one.alarm else 'no'}: {one.hits} of the last {last} say DRIFT ({rule})"

    # Drawing

    def told(self, width: int) -> Line:
        """How many, and how many raise an alarm."""
        alarms = sum(one.alarm for one in self._steps)
        words = f"{display.count(self.count)} judged, {display.count(alarms)} with an alarm"
        opened = self.place.opened
        if opened is not None and not opened.course.complete:
            words += ", reading older ones"
        return self.blank().put(words, "muted")

    def nothing(self, width: int) -> list[Line]:
        """What stands where there are none."""
        return [self.blank().to(2).put("none is judged yet", "muted")]

    def columns(self, width: int) -> Line:
        """The names of the columns."""
        name, more = self._cells(width)
        line = self.blank().to(2).put(fit("window", name), "muted").put("rows".rjust(10), "muted")
        line.put("   ").put(fit("verdict", _VERDICT), "muted").put(fit("model", _MODEL), "muted")
        return line.put(fit("moved most", more), "muted") if more else line

    def row(self, index: int, line: Line, width: int) -> None:
        """A window."""
        steps = self._steps
        one = steps[len(steps) - 1 - index]
        name, more = self._cells(width)
        opened = self.place.opened
        here = opened is not None and opened.at == len(steps) - 1 - index
        line.put(fit(named(one.window), name), "text" if here else "second", bold=here)
        line.put(display.count(one.rows).rjust(10), "muted").put("  ")
        end = line.at + _VERDICT
        put_verdict(line, one.verdict, self.place.glyphs).to(end + 1)
        word = one.model.verdict.lower() if one.model is not None else "-"
        line.put(fit(word, _MODEL), "bad" if word == "harmful" else "muted")
        if more:
            line.put(fit(_worst(one), more), "second" if one.verdict in ("DRIFT", "WATCH") else "muted")

    def _cells(self, width: int) -> tuple[int, int]:
        longest = max((width_of(named(one.window)) for one in self._steps), default=6)
        rest = width - 2 - 10 - 3 - _VERDICT - _MODEL - 2
        name = max(6, min(longest, rest - 18 if rest - 18 > 10 else rest))
        more = rest - name
        return name, more if more >= 12 else 0


def _worst(one: "Step") -> str:
    """The feature with the largest effect, of those of the worst verdict."""
    figures = one.figures
    best: tuple[int, float, str] | None = None
    for name, place in figures.at.items():
        code, effect = int(figures.codes[place]), float(figures.effect[place])
        if effect == effect and (best is None or (code, effect) > best[:2]):
            best = (code, effect, name)
    return f"{display.share(best[1])} {best[2]}" if best is not None else "-"
