"""The five figures at the top: a number, its context, a sparkline whose newest cell tells its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line
from mlops_console.console.overview.pane import OverviewPane

if TYPE_CHECKING:
    from mlops_console.workspace.overview.model import Figures, Produced

Words = list[tuple[str, str, bool]]
SPARK: Final = 12
FULL: Final = (0.9, 0.97)
"""Shares of a disk that is nearly full, and as good as full."""
STANDS: Final = {
    "harmful": "bad", "drift": "bad", "unjudged": "warn", "stale": "warn", "watch": "warn", "ok": "ok",
}  # fmt: skip
BAR: Final = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the five."""

    label: str
    words: Words
    picture: Words
    short: Words
    """In one line with the others."""


class FiguresBand:
    """Draws them; `pane` lends the pen."""

    def __init__(self, pen: OverviewPane) -> None:
        self._pen = pen
        self.figures: Figures | None = None
        self.produced: Sequence[Produced] | None = None
        self._made: tuple[object, list[Figure]] = (None, [])

    def band(self, width: int) -> list[Line]:
        """Three rows: labels, numbers, pictures."""
        pen = self._pen
        found = self._figures()
        share = max(20, (width - 4) // max(1, len(found)))
        rows = [pen.blank(), pen.blank(), pen.blank()]
        for at, one in enumerate(found):
            for row, words in zip(rows, ([(one.label, "muted", False)], one.words, one.picture), strict=True):
                row.to(2 + at * share)
                room = 2 + (at + 1) * share - 1
                for text, ink, bold in words:
                    if row.at + len(text) <= room:
                        self._put(row, text, ink, bold)
        return rows

    def row(self, width: int) -> Line:
        """All in one row, as many as there is room for."""
        line = self._pen.blank().to(2)
        for one in self._figures():
            cells = sum(len(text) for text, _, _ in one.short)
            gap = 3 if line.at > 2 else 0
            if line.at + gap + cells > width - 2:
                continue
            line.to(line.at + gap)
            for text, ink, bold in one.short:
                line.put(text, ink, bold=bold)
        return line

    def _put(self, row: Line, text: str, ink: str, bold: bool) -> None:
        if ink == "spark":
            from mlops_console.console.widgets.chart import ink_of

            ink = ink_of(self._pen.place.colours, "spark", "bg")
        row.put(text, ink, bold=bold)

    def _figures(self) -> list[Figure]:
        glyphs = self._pen.place.glyphs
        key = (self.figures, self.produced, glyphs.ascii)
        if self._made[0] != key:
            self._made = (key, self._make())
        return self._made[1]

    def _make(self) -> list[Figure]:
        one = self.figures
        if one is None:
            labels = ("runs, 24 h", "failed", "running", "in production", "disk")
            return [Figure(label, [(display.NONE, "muted", False)], [], []) for label in labels]
        found = [self._runs(one), self._failed(one), self._running(one), self._production()]
        return found + ([self._disk(one)] if one.disk is not None else [])

    def _runs(self, one: "Figures") -> Figure:
        today, before = (one.runs or (0,))[-1], one.runs[-2] if len(one.runs) > 1 else 0
        more = today - before
        told = f" {'+' if more > 0 else display.MINUS}{display.count(abs(more))}" if more else ""
        number = display.count(today)
        short: Words = [(number, "text", True), (" runs", "muted", False), (told, "muted", False)]
        words: Words = [(number, "text", True), (told, "muted", False)]
        return Figure("runs, 24 h", words, self._spark(one.runs, "second"), short)

    def _failed(self, one: "Figures") -> Figure:
        today = (one.failed or (0,))[-1]
        ink = "bad" if today else "text"
        share = f" {percent(today, one.ended)}" if today and one.ended else ""
        number: Words = [(display.count(today), ink, True)]
        short: Words = [*number, (" failed", "muted", False)]
        return Figure("failed", [*number, (share, "muted", False)], self._spark(one.failed, ink), short)

    def _running(self, one: "Figures") -> Figure:
        now = (one.running or (0,))[-1]
        ink = "accent" if now else "text"
        silent: Words = [(f" {display.count(one.silent)} silent", "warn", False)] if one.silent else []
        number: Words = [(display.count(now), ink, True)]
        short: Words = [*number, (" running", "muted", False), *silent]
        return Figure("running", [*number, *silent], self._spark(one.running, ink), short)

    def _production(self) -> Figure:
        produced = self.produced
        if produced is None:
            return Figure("in production", [(display.NONE, "muted", False)], [], [])
        count = display.count(len(produced))
        states = [one.monitor.health if one.monitor is not None else "" for one in produced]
        harmed, drifting = states.count("harmful"), states.count("drift")
        worse = [(harmed, "harmed"), (drifting, "drifting")]
        told = [f"{display.count(n)} {word}" for n, word in worse if n]
        said = f"   {', '.join(told)}" if told else ""
        glyphs = self._pen.place.glyphs
        signs = {"ok": glyphs.state("finished"), "warn": "!", "bad": "!!"}
        picture: Words = []
        for ink, sign in signs.items():
            number = sum(STANDS.get(state) == ink for state in states)
            if number:
                picture += [("  " if picture else "", "text", False), (sign, ink, True)]
                picture.append((f" {display.count(number)}", "second", False))
        others = sum(STANDS.get(state) is None for state in states)
        if others and len(states) > others:
            picture += [("  ", "text", False), (f"{display.NONE} {display.count(others)}", "muted", False)]
        elif others:
            picture = [("unwatched" if not any(states) else "no window yet", "muted", False)]
        ink = "bad" if told else "muted"
        short: Words = [(count, "text", True), (" in production", "muted", False)]
        short += [(f", {', '.join(told)}", "bad", False)] if told else []
        return Figure("in production", [(count, "text", True), (said, ink, False)], picture, short)

    def _disk(self, one: "Figures") -> Figure:
        disk = one.disk
        assert disk is not None
        ink = "bad" if disk.used >= FULL[1] else "warn" if disk.used >= FULL[0] else "text"
        size, used = display.size(disk.free), f"{disk.used:.0%}"
        full = max(0, min(BAR, round(disk.used * BAR)))
        bar = ("#", ".") if self._pen.place.glyphs.ascii else ("━", "━")
        # Of 16 colours the track has the only grey.
        plain = "second" if self._pen.place.colours.ansi else "spark"
        body = plain if ink == "text" else ink
        picture: Words = [(bar[0] * full, body, False), (bar[1] * (BAR - full), "line", False)]
        words: Words = [(size, ink, True), (" free", "muted", False), (f", {used} used", "muted", False)]
        return Figure("disk", words, picture, [(size, ink, True), (" free", "muted", False)])

    def _spark(self, values: Sequence[int], ink: str) -> Words:
        from mlops_console.charts.spark import ASCII_STEPS, STEPS, sparkline

        if not any(values):
            return []
        steps = ASCII_STEPS if self._pen.place.glyphs.ascii else STEPS
        ends = (0.0, float(max(values)))
        drawn = sparkline([float(one) for one in values], SPARK, ink, steps, ends)  # type: ignore[arg-type]
        return [(text, name, False) for text, name in drawn]


def percent(part: int, whole: int) -> str:
    """A share without decimals from 10 % on: `4.7%`, `12%`."""
    share = 100 * part / whole
    return f"{share:.0f}%" if share >= 9.95 else f"{share:.1f}%" if share >= 0.05 else "<0.1%"
