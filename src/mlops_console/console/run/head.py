"""The top of a run's page: how it stands, how far it is, the metric that decides, and the sections."""

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.run.brief import put_state
from mlops_console.console.run.facts import Progress, RunView
from mlops_console.console.run.metrics import best, main_metric
from mlops_console.console.run.reading import now_us
from mlops_console.console.widgets.rows import Rows

TABS = ("Curves", "Metrics", "Params", "Log", "Files", "Environment", "History", "Sources")
BAR = 22
"""Cells of the progress bar."""


def roughly(microseconds: int) -> str:
    """A time to come, in one unit: no more than is known of it."""
    seconds = microseconds // 1_000_000
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= 1.5 * length:
            return f"{round(seconds / length)} {unit}"
    return f"{max(1, seconds)} s"


class RunHead(Rows):
    """State line and section names; with air around them where there is room."""

    DEFAULT_CSS = "RunHead { height: 5; } RunHead.dense { height: 2; }"

    def __init__(self) -> None:
        super().__init__()
        self._view: RunView | None = None
        self._tab = 0
        self._aside = ""
        self._trouble = ""
        self._mark = ""
        self._watched = ("", "")

    def show(
        self,
        view: RunView | None,
        tab: int,
        aside: str = "",
        *,
        trouble: str = "",
        mark: str = "",
        watched: tuple[str, str] = ("", ""),
    ) -> None:
        """Show a run, the section that is open, a word at the right of the sections, and the run's letter.

        `watched`: what monitors say of the version that came of it, and its ink.
        """
        shown = (view, tab, aside, trouble, mark, watched)
        if shown != (self._view, self._tab, self._aside, self._trouble, self._mark, self._watched):
            self._view, self._tab, self._aside, self._trouble, self._mark, self._watched = shown
            self.refresh()

    def line(self, y: int) -> Line:
        """The row."""
        dense = self.size.height < 5
        if y == (0 if dense else 1):
            return self._standing()
        return self._tabs() if y == (1 if dense else 3) else self.blank()

    def _standing(self) -> Line:
        width, view = self.size.width, self._view
        line = self.blank().to(2)
        if view is None:
            words = self._trouble or "looking for the run"
            shown = fit(words, min(width - 4, width_of(display.safe_text(words))))
            return line.put(shown, "bad" if self._trouble else "muted")
        if self._mark:
            line.put(self._mark, self._mark, bold=True).put("  ")
        right = self._metric(view)
        room = width - 4 - right.at - 3
        now = now_us()
        progress = view.progress()
        words = " ".join((view.why(now) or view.error).split())
        if view.status == "running" and progress is not None:
            self._on_its_way(line, view, progress, now, room)
        else:
            put_state(line, view, self.glyphs, now)
            far = ""
            if progress is not None and view.status != "finished":
                far = f"   {progress.unit.rstrip('s')} {progress.done:,} of {progress.total:,}"
            if view.seen is not None and view.status != "running" and line.at + 12 < room:
                ago = f"   {display.span(now - view.seen)} ago"
                # A reason that would be whole without it goes first.
                free = room - line.at - width_of(far) - 3 - width_of(display.safe_text(words))
                line.put(ago if not words or not 0 <= free < width_of(ago) else "", "muted")
            if far and line.at + 20 < room:
                line.put(far, "second")
        if view.lost and line.at + width_of(view.lost) + 3 < room:
            line.put("   ").put(view.lost, "warn")
        if words and line.at + 9 < room:
            ink = "bad" if view.status == "failed" else "muted"
            line.put("   ").put(fit(words, min(width_of(display.safe_text(words)), room - line.at)), ink)
        said, its_ink = self._watched
        if said and line.at + width_of(display.safe_text(said)) + 3 < room:
            line.put("   ").put(said, its_ink)
        if view.problems and line.at + 16 < room:
            line.put(f"   {self.glyphs.warning} {display.counted(len(view.problems), 'problem')}", "warn")
        return line.right(right, width)

    def _on_its_way(self, line: Line, view: RunView, progress: Progress, now: int, room: int) -> None:
        line.put(f"{self.glyphs.state('running')} running", "accent")
        line.put(f"   {progress.unit.rstrip('s')} ", "muted").put(f"{progress.done:,}", "text", bold=True)
        line.put(f" of {progress.total:,}", "muted")
        if line.at + BAR + 12 < room:
            line.put("   ")
            self._bar(line, progress.share)
            line.put(f"  {progress.share:.0%}", "muted")
        took = view.took(now)
        if took is not None and line.at + 24 < room:
            line.put(f"   {display.duration(took)}", "muted")
            left = int(took / progress.share - took) if progress.share else None
            if left is not None and progress.share < 1:
                line.put(f", about {roughly(left)} left", "muted")

    def _bar(self, line: Line, share: float) -> None:
        full = round(share * BAR)
        if self.glyphs.ascii:
            line.put("#" * full, "accent").put("." * (BAR - full), "line")
        else:
            line.put("━" * full, "accent").put("━" * (BAR - full), "line")

    def _metric(self, view: RunView) -> Line:
        line = self.blank()
        key = main_metric(view.metrics)
        metric = next((m for m in view.metrics if m.key == key), None)
        if metric is None:
            return line
        line.put(fit(metric.key, min(width_of(display.safe_text(metric.key)), 24)) + " ", "muted")
        line.put(display.number(metric.last), "text", bold=True)
        top = best(metric)
        if top is not None and self.size.width >= 100 and metric.last != top[0]:
            line.put("   best ", "muted").put(display.number(top[0]), "second")
            if top[1] is not None:
                line.put(f" at {display.count(top[1])}", "muted")
        return line

    def _tabs(self) -> Line:
        width = self.size.width
        line = self.blank().to(2)
        gap = 3 if width >= 100 else 2 if width >= 72 else 1
        names = list(enumerate(TABS))
        if sum(len(name) + gap for _, name in names) > width:
            # Not all fit: begin with the one before the open one.
            names = names[max(0, self._tab - 1) :]
        for index, name in names:
            if line.at > 2:
                line.put(" " * gap)
            if line.at + len(name) > width - 2 and index != self._tab:
                break
            line.tab(name, active=index == self._tab)
        if self._aside:
            aside = self.blank().put(self._aside, "muted")
            if line.at + aside.at + 3 <= width:
                return line.right(aside, width)
        return line
