"""The Slices pane: the parts of the rows on which a subject differs from the base, worst first."""

import math
from typing import TYPE_CHECKING, ClassVar, Final

from mlops_console import display
from mlops_console.charts.bars import difference
from mlops_console.console.compare.overlay import series_ink
from mlops_console.console.compare.pane import Pane, Place
from mlops_console.console.compare.verdicts import p_written, signed
from mlops_console.console.compare.view import View
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.widgets.chart import put_row
from mlops_console.workspace.comparing.predicting import slices

if TYPE_CHECKING:
    from mlops_console.comparison.predictions.model import Slice, Slices
    from mlops_console.workspace.comparing.model import Outcome, Subject

BAR: Final = (13, 25)
"""Cells of the bars left and right of zero, at least and at most."""
LONGEST_NAME: Final = 30
TWO_FROM: Final = 110
"""Columns from which the worst and the best stand beside each other."""
SEEN: Final = 3
"""Rows that it would like beside other panes."""
INKS: Final = {"better": "ok", "worse": "bad"}


class SlicesPane(Pane):
    """Where one subject differs; `h` and `l` choose which."""

    name = "Slices"
    uses: ClassVar[frozenset[str]] = frozenset({"left", "right", "open", "base", "copy"})

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._found: dict[tuple[str, str], Slices | str] = {}
        """(subject's key, metric) -> its slices, or why there are none."""
        self._of: object = None
        self._chosen = 0
        self._at = 0
        self._top = 0
        self._height = 1

    def show(self, view: View) -> None:
        """Ask for the slices of the chosen subject as soon as predictions were judged."""
        super().show(view)
        if self._of is not view.comparison:
            self._of = view.comparison
            self._found.clear()
        self._ask()

    @property
    def _having(self) -> "list[Subject]":
        """The subjects that were judged by rows of predictions."""
        view = self.view
        if view is None or view.judged is None or view.judged.over_rows is None or view.metric is None:
            return []
        told = {one.b for one in view.judged.over_rows.judgements if one.metric == view.metric.key}
        return [subject for subject in view.comparison.others if subject.key in told]

    @property
    def subject(self) -> "Subject | None":
        """The subject whose slices are shown."""
        having = self._having
        return having[min(self._chosen, len(having) - 1)] if having else None

    @property
    def complete(self) -> bool:
        """Whether the slices of the chosen subject are there, or why there are none."""
        return self.subject is None or self._slices is not None

    def _ask(self) -> None:
        subject, view = self.subject, self.view
        if subject is None or view is None or view.metric is None:
            return
        metric, comparison = view.metric.key, view.comparison
        key = (subject.key, metric)
        if key in self._found:
            return

        def took(found: "Outcome[Slices]") -> None:
            if self._of is comparison:
                value = found.value
                why = value.problem if value is not None else found.problem
                self._found[key] = why or "nothing" if value is None or why else value
                self.place.moved()

        self.place.ask("slices", lambda workspace: slices(workspace, comparison, subject, metric), took)

    @property
    def _slices(self) -> "Slices | str | None":
        subject, view = self.subject, self.view
        if subject is None or view is None or view.metric is None:
            return None
        return self._found.get((subject.key, view.metric.key))

    @property
    def _listed(self) -> "tuple[Slice, ...]":
        found = self._slices
        return () if found is None or isinstance(found, str) else found.slices

    # Drawing

    def wanted(self, width: int) -> int:
        """Its heading, and the worst and the best; nothing where nothing was predicted."""
        if not self._having:
            return 0
        count = len(self._listed)
        rows = min(SEEN, -(-count // 2)) if width >= TWO_FROM else min(SEEN, count)
        return 1 + max(1, rows)

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Heading, slices; beside other panes only the worst and the best."""
        view, subject = self.view, self.subject
        if view is None:
            return []
        if subject is None:
            head = self.heading("", focused=focused, alone=alone)
            return [head, self.blank().to(2).put(fit(self._nothing(), width - 4), "muted")]
        head = self._heading(view, subject, focused=focused, alone=alone)
        found = self._slices
        if found is None or isinstance(found, str) or not found.slices:
            words = found if isinstance(found, str) else "looking" if found is None else self._why_none(found)
            return [head, self.blank().to(2).put(fit(words, width - 4), "muted")]
        if alone:
            return [head, *self._all(found, width, height - 1)]
        return [head, *self._ends(found, width, height - 1)]

    def _heading(self, view: View, subject: "Subject", *, focused: bool, alone: bool) -> Line:
        line = self.blank()
        line.put(self.place.glyphs.focus, "accent").to(2) if focused and not alone else line.to(2)
        ink = "text" if focused or alone else "second"
        line.put("Where ", ink, bold=True)
        line.put(view.letter(subject), view.ink(subject), bold=True)
        line.put(" differs", ink, bold=True)
        metric = view.metric.key if view.metric is not None else ""
        found = self._slices
        looked = (
            "" if found is None or isinstance(found, str) else f", {display.count(found.looked)} looked at"
        )
        return line.put(
            f"  difference of {metric} by slice, worst first; grey where the interval holds 0{looked}",
            "muted",
        )

    def _nothing(self) -> str:
        assert self.view is not None
        judged = self.view.judged
        if judged is None:
            return "working it out"
        if judged.over_rows is not None and judged.over_rows.problem:
            return judged.over_rows.problem
        return (
            "The runs left no predictions by row: a CSV or Parquet file with a key, a label and a score"
            " would show where they differ."
        )

    def _why_none(self, found: "Slices") -> str:
        return found.notes[0] if found.notes else "There is no column to cut the rows by."

    def _ends(self, found: "Slices", width: int, rows: int) -> list[Line]:
        """The worst at the left, the best at the right."""
        if width < TWO_FROM:
            return [self._row(found, one, width - 2, self.on) for one in found.slices[:rows]]
        half = (width - 2) // 2
        worst = found.slices[:rows]
        known = [one for one in found.slices if one.difference is not None]
        best = [one for one in known[::-1] if one not in worst][:rows]
        lines = []
        for at in range(min(rows, max(len(worst), len(best)))):
            line = self.blank()
            if at < len(worst):
                line.add(self._row(found, worst[at], half, self.on))
            line.to(half)
            if at < len(best):
                line.add(self._row(found, best[at], half, self.on))
            lines.append(line)
        return lines

    def _all(self, found: "Slices", width: int, height: int) -> list[Line]:
        listed = found.slices
        self._height = max(1, height - 3)
        self._at = max(0, min(self._at, len(listed) - 1))
        self._top = max(0, min(self._top, self._at, len(listed) - self._height))
        self._top = max(self._top, self._at - self._height + 1)
        lines = []
        for at, one in list(enumerate(listed))[self._top : self._top + self._height]:
            lines.append(self._row(found, one, width - 2, "cursor" if at == self._at else self.on, wide=True))
        here = listed[self._at]
        lines += [self.blank() for _ in range(self._height - len(lines) + 1)]
        lines.append(self.blank().to(2).put(fit(f"{here.name}: {here.because}", width - 4), "second"))
        left = f"{len(found.skipped)} columns were not cut: " if found.skipped else ""
        words = left + "; ".join(f"{column} {why}" for column, why in found.skipped)
        lines.append(self.blank().to(2).put(fit(words, width - 4), "muted"))
        return lines

    def _row(self, found: "Slices", one: "Slice", width: int, on: str, *, wide: bool = False) -> Line:
        assert self.view is not None
        subject = self.subject
        line = Line(self.place.colours, on)
        line.put(self.place.glyphs.focus, "accent").to(2) if on == "cursor" else line.to(2)
        longest = max(width_of(display.safe_text(each.name)) for each in found.slices)
        counts = max(len(display.count(each.n)) for each in found.slices) + 2
        name = min(longest, LONGEST_NAME if not wide else width // 3)
        name = max(8, min(name, width - 2 - 10 - 2 - counts - 2 - BAR[0] - 2))
        sure = one.verdict in INKS
        line.put(fit(one.name, name), "text" if sure else "second").put("  ")
        ink = INKS.get(one.verdict, "muted")
        line.put(
            fit(signed(one.difference, _decimals(found)), 8, right=True), ink if sure else "second", bold=sure
        ).put("  ")
        room = width - line.at - 2 - counts - (26 if wide and width >= 100 else 0)
        cells = min(BAR[1], room)
        if cells >= BAR[0]:
            scale = max(
                (abs(each.difference) for each in found.slices if each.difference is not None), default=1
            )
            own = series_ink(self.view.ink(subject)) if subject is not None else "text"
            inks = ("bad" if sure else "muted", own if sure else "muted")
            flip = -1 if found.goal == "min" else 1
            row = difference(
                flip * (one.difference or 0.0), scale, cells, inks, ascii_only=self.place.glyphs.ascii
            )
            start = line.at
            put_row(line, row, self.place.colours, on).to(start + cells)
        line.put("  ").put(fit(f"n {display.count(one.n)}", counts, right=True), "muted")
        if wide and width >= 100:
            line.put("  q ", "muted").put(fit(p_written(one.q), 7), "second").put(
                one.verdict if sure else "", ink
            )
        return line.to(width) if on == "cursor" else line

    # Keys

    def side(self, step: int) -> None:
        """The slices of another subject."""
        self._chosen = max(0, min(len(self._having) - 1, self._chosen + step))
        self._at = 0
        self._ask()

    def move(self, step: int) -> None:
        """The next slice."""
        self._at = max(0, min(len(self._listed) - 1, self._at + step))

    def page_by(self, step: int, part: int) -> None:
        """A page, or a part of one."""
        self.move(step * max(1, self._height // part))

    def end(self, step: int) -> None:
        """To the first or the last."""
        self.move(step * len(self._listed))

    def enter(self) -> None:
        """Say in full what is known of the slice."""
        listed = self._listed
        if listed:
            one = listed[min(self._at, len(listed) - 1)]
            ends = f" [{signed(one.ci[0])}, {signed(one.ci[1])}]" if one.ci is not None else ""
            found = f"{signed(one.difference)}{ends} on {display.count(one.n)} rows. {one.because}"
            self.place.tell(one.name, found)

    def copied(self) -> tuple[str, str] | None:
        """The slices as a table."""
        rows = [f"{one.name}\t{one.difference}\t{one.n}\t{one.q}\t{one.verdict}" for one in self._listed]
        return ("slices", "\n".join(["slice\tdifference\tn\tq\tverdict", *rows])) if rows else None


def _decimals(found: "Slices") -> int:
    """So many decimals for all differences: two digits of the middle one."""
    sizes = sorted(abs(one.difference) for one in found.slices if one.difference)
    middle = sizes[len(sizes) // 2] if sizes else 1.0
    return min(6, max(0, 1 - math.floor(math.log10(middle)))) if middle > 0 else 2
