"""The Statistics pane: every subject against the base, with interval, p and verdict."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from mlops_console import display
from mlops_console.charts import interval
from mlops_console.comparison.sentences import sentence
from mlops_console.console.compare.calibrating import calibration_lines
from mlops_console.console.compare.overlay import series_ink
from mlops_console.console.compare.pane import Pane, Place
from mlops_console.console.compare.verdicts import p_text, put_verdict, signed, signed_pair, verdict_words
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.overlays.note import Note
from mlops_console.console.widgets.chart import glyph_set, put_row
from mlops_console.workspace.comparing.judging import tells
from mlops_console.workspace.comparing.predicting import calibration

if TYPE_CHECKING:
    from mlops_console.comparison.model import Judgement
    from mlops_console.comparison.predictions.model import Calibration
    from mlops_console.console.compare.view import View
    from mlops_console.workspace.comparing.model import Outcome, Subject

Told = tuple["Subject", "Judgement"]
FOREST: Final = (14, 28)
"""Cells of the picture of intervals, at least and at most."""

_P: Final = (
    "How often chance alone would make a difference at least as large, if there were none. Below .05 a"
    " difference counts as shown; p says nothing of how large it is, which the interval does."
)
_HOLM: Final = (
    "Of many comparisons some come out below .05 by chance. Holm's correction raises every p so that the"
    " chance of even one false finding among all of them stays below .05."
)
_POWER: Final = (
    "How often a test with so many runs or rows would show a difference as large as the one seen, or as the"
    " margin. Where it is low, not shown to differ says little: there was too little to see it with."
)


class StatisticsPane(Pane):
    """A row for each subject and each kind of evidence: runs, rows of predictions."""

    name = "Statistics"
    on = "panel"
    uses: ClassVar[frozenset[str]] = frozenset({"open", "base", "copy", "explain"})

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._at = 0
        self._top = 0
        self._height = 1
        self._alone = False
        self.share: float | None = None
        """How much of the work is done, while it is being done."""
        self._calibrated: tuple[Calibration, ...] | str | None = None
        """None: not asked for yet, for it is seen only where the pane is alone."""
        self._calibrated_of: object = None

    def show(self, view: "View") -> None:
        """Another comparison is calibrated anew; what was known stays in sight until then."""
        super().show(view)
        if self._alone:
            self._calibrate()

    @property
    def complete(self) -> bool:
        """Whether calibration has come, where it is seen."""
        return not (self._alone and self._has_rows) or self._calibrated is not None

    @property
    def _has_rows(self) -> bool:
        judged = self.view.judged if self.view is not None else None
        return judged is not None and judged.over_rows is not None and bool(judged.over_rows.judgements)

    def _calibrate(self) -> None:
        if self.view is None or not self._has_rows or self._calibrated_of is self.view.comparison:
            return
        self._calibrated_of = comparison = self.view.comparison

        def took(found: "Outcome[tuple[Calibration, ...]]") -> None:
            if self._calibrated_of is comparison:
                self._calibrated = found.value if found.value is not None else found.problem
                self.place.moved()

        self.place.ask("calibration", lambda workspace: calibration(workspace, comparison), took)

    def told(self) -> list[Told]:
        """What was judged on the chosen metric, by subject, over runs first.

        Where something can be said of a subject, what can't be is told only when the pane is alone.
        """
        if self.view is None or self.view.judged is None or self.view.metric is None:
            return []
        key = self.view.metric.key
        of = {subject.key: subject for subject in self.view.comparison.others}
        found = [one for one in self.view.judged.all if one.metric == key and one.b in of]
        order = list(of)
        told = {one.b for one in found if tells(one)}
        found = [one for one in found if tells(one) or one.b not in told or self._alone]
        found.sort(key=lambda one: (order.index(one.b), one.unit == "rows"))
        return [(of[one.b], one) for one in found]

    @property
    def _told(self) -> Told | None:
        told = self.told()
        return told[min(self._at, len(told) - 1)] if told else None

    @property
    def subject(self) -> "Subject | None":
        """The subject of the row that the cursor is on."""
        return self._told[0] if self._told else None

    # Drawing

    def wanted(self, width: int) -> int:
        """A heading, the names of the columns, the rows."""
        return 2 + max(1, len(self.told()))

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Heading, names of columns, rows; alone also the reason of the row that the cursor is on."""
        view = self.view
        if view is None or height < 2:
            return []
        if alone != self._alone:
            self._alone = alone
            self._calibrate()
        told = self.told()
        head = self.heading(self._note(told), focused=focused, alone=alone)
        if not told:
            return [head, self.blank().to(2).put(fit(self._nothing(), width - 4), "muted")]
        self._at = min(self._at, len(told) - 1)
        reason = self._reason(width) if alone else []
        below = self._calibration(width, height - 2 - len(told) - len(reason)) if alone else []
        self._height = max(1, height - 2 - len(reason) - len(below))
        self._top = max(0, min(self._top, self._at, len(told) - self._height))
        self._top = max(self._top, self._at - self._height + 1)
        columns = _Columns(told, width, [self._who(subject) for subject, _ in told])
        lines = [head, columns.names(self.blank(), self._against())]
        for at, one in list(enumerate(told))[self._top : self._top + self._height]:
            lines.append(self._line(columns, *one, here=focused and at == self._at))
        return [*lines, *reason, *below][:height]

    def _calibration(self, width: int, rows: int) -> list[Line]:
        view, found = self.view, self._calibrated
        if view is None or not self._has_rows or found == "":
            return []
        if found is None or (not isinstance(found, str) and len(found) != len(view.comparison.subjects)):
            found = "working it out"
        lines = calibration_lines(view, found, width, rows - 1, self.blank)
        return [self.blank(), *lines] if lines else []

    def _note(self, told: Sequence[Told]) -> str:
        if self.share is not None:
            return f"working, {self.share:.0%}"
        tests = dict.fromkeys(one.test for _, one in told if one.test != "none")
        families = [one.unit for _, one in told if one.p_holm is not None]
        several = len(families) > len(set(families))
        words = ", ".join(tests)
        margin = next((one.margin for _, one in told if one.margin is not None), None)
        within = f", within {display.number(margin)} counts as equal" if margin is not None and words else ""
        return words + (", Holm-corrected" if several and words else "") + within

    def _nothing(self) -> str:
        assert self.view is not None
        if self.view.metric is None:
            return "They have no metric in common."
        if self.view.judged is None:
            return "working it out"
        return self.view.judged.over_runs.problem or "Nothing was judged."

    def _against(self) -> str:
        assert self.view is not None
        return f"vs {self.view.comparison.base.name}"

    def _who(self, subject: "Subject") -> str:
        assert self.view is not None
        return f"{self.view.letter(subject)} {subject.name}"

    def _line(self, columns: "_Columns", subject: "Subject", one: "Judgement", *, here: bool) -> Line:
        assert self.view is not None
        on = "cursor" if here else self.on
        line = Line(self.place.colours, on)
        line.put(self.place.glyphs.focus, "accent").to(2) if here else line.to(2)
        letter, ink = self.view.letter(subject), self.view.ink(subject)
        line.put(letter, ink, bold=True).put(" ")
        line.put(fit(subject.name, columns.who - len(letter) - 1), "text" if here else "second")
        line.put("  ").put(fit(columns.difference(one), columns.delta, right=True), "text", bold=True)
        line.put("  ").put(fit(columns.ends(one), columns.interval), "second")
        if columns.forest:
            line.put("  ")
            start = line.at
            if one.ci is not None and one.difference is not None:
                row = interval(
                    (one.ci[0], one.difference, one.ci[1]), columns.range, columns.forest, series_ink(ink),
                    glyphs=glyph_set("braille", self.place.glyphs),
                )  # fmt: skip
                put_row(line, row, self.place.colours, on)
            line.to(start + columns.forest)
        line.put("  ").put(fit(p_text(one), columns.chance, right=True), "second").put("  ")
        start = line.at
        put_verdict(line, one, self.place.glyphs, short=columns.short)
        line.to(start + columns.verdict)
        if columns.counts:
            line.put("  ").put(fit(columns.n(one), columns.counts, right=True), "second")
        if columns.power:
            said = display.number(one.power, 2) if one.power is not None else "-"
            line.put("  ").put(fit(said, columns.power, right=True), "second" if one.power else "muted")
        return line

    def _reason(self, width: int) -> list[Line]:
        """Why the verdict of the row under the cursor is what it is."""
        told = self._told
        if told is None:
            return []
        rows = [self.blank()]
        for at, words in enumerate(_said(told[1])):
            ink = "text" if at == 0 else "muted"
            rows += [self.blank().to(2).put(part, ink) for part in _wrapped(words, width - 4)]
        return rows[:8]

    # Keys

    def move(self, step: int) -> None:
        """The next row."""
        self._at = max(0, min(len(self.told()) - 1, self._at + step))

    def page_by(self, step: int, part: int) -> None:
        """A page, or a part of one."""
        self.move(step * max(1, self._height // part))

    def end(self, step: int) -> None:
        """To the first or the last row."""
        self.move(step * len(self.told()))

    def enter(self) -> None:
        """Say in full why."""
        told = self._told
        if told is not None:
            self.place.tell(f"{told[0].name} on {told[1].metric}", " ".join(_said(told[1])))

    def explain(self) -> None:
        """Say in full why, and what the figures mean."""
        told = self._told
        if told is None:
            return
        subject, one = told
        words = [("verdict", "text", " ".join(_said(one)))]
        if one.p is not None:
            words.append(("p", "second", _P))
        if one.p_holm not in (None, one.p):
            words.append(("Holm", "second", _HOLM))
        if one.power is not None:
            words.append(("power", "second", _POWER))
        self.place.unfold(Note(f"{subject.name} on {one.metric}", words))

    def copied(self) -> tuple[str, str] | None:
        """The row in words."""
        told = self._told
        if told is None:
            return None
        subject, one = told
        ends = f" [{signed(one.ci[0])}, {signed(one.ci[1])}]" if one.ci is not None else ""
        text = f"{subject.name}: {one.metric} {signed(one.difference)}{ends}, {one.verdict} ({one.because})"
        return "verdict", text


class _Columns:
    """How wide the columns are, and what stands in them."""

    def __init__(self, told: Sequence[Told], width: int, who: Sequence[str]) -> None:
        ones = [one for _, one in told]
        self._deltas = {id(one): signed_pair(one) for one in ones}
        self.delta = max(5, *(len(delta) for delta, _ in self._deltas.values()))
        self.interval = max(6, *(len(ends) for _, ends in self._deltas.values()))
        self.chance = max(4, *(len(p_text(one)) for one in ones))
        self.counts = max(4, *(len(self.n(one)) for one in ones))
        longest = max(8, *(width_of(display.safe_text(name)) for name in who))
        self.who = min(longest, max(12, width // 4))
        room = width - 4 - self.who - self.delta - self.interval - self.chance - 4 * 2
        # What tells runs from rows is worth more than the length of a word.
        for self.short in (False, True):
            self.verdict = max(9, *(2 + len(verdict_words(one, short=self.short)) for one in ones))
            if room >= self.verdict + self.counts + 2:
                break
        room -= self.verdict
        self.counts = self.counts if room >= self.counts + 2 else 0
        room -= self.counts + 2 if self.counts else 0
        self.power = 5 if room >= 7 and any(one.power is not None for one in ones) else 0
        room -= self.power + 2 if self.power else 0
        self.forest = min(FOREST[1], room - 2) if room - 2 >= FOREST[0] else 0
        ends = [end for one in ones if one.ci is not None for end in one.ci if math.isfinite(end)]
        low, high = min([0.0, *ends]), max([0.0, *ends])
        pad = (high - low) * 0.04
        self.range = (low - pad, high + pad)
        self._goal = ones[0].goal

    def difference(self, one: "Judgement") -> str:
        return self._deltas[id(one)][0]

    def ends(self, one: "Judgement") -> str:
        return self._deltas[id(one)][1]

    def n(self, one: "Judgement") -> str:
        if one.pairs is not None:
            what = "pairs" if one.unit == "runs" else "rows"
            return f"{display.count(one.pairs)} {what}"
        return f"{display.count(one.n_a)}/{display.count(one.n_b)} {one.unit}"

    def _scale(self) -> str:
        """What lies left and right of zero, and where zero is."""
        left, right = {"max": ("worse", "better"), "min": ("better", "worse")}.get(self._goal or "", ("", ""))
        low, high = self.range
        at = round(-low / (high - low) * (self.forest - 1)) if high > low else 0
        cells = list(left + right.rjust(self.forest - len(left)))
        if cells[max(0, at - 1) : at + 2] == [" "] * len(cells[max(0, at - 1) : at + 2]):
            cells[at] = "0"
        return "".join(cells)

    def names(self, line: Line, against: str) -> Line:
        line.to(2).put(fit(against, self.who), "muted")
        line.put("  ").put(fit("diff", self.delta, right=True), "muted")
        line.put("  ").put(fit("95% CI", self.interval), "muted")
        if self.forest:
            line.put("  ").put(self._scale(), "muted")
        line.put("  ").put(fit("p", self.chance, right=True), "muted")
        line.put("  ").put(fit("verdict", self.verdict), "muted")
        if self.counts:
            line.put("  ").put(fit("n", self.counts, right=True), "muted")
        return line.put("  ").put(fit("power", self.power, right=True), "muted") if self.power else line


def _said(one: "Judgement") -> list[str]:
    """All that is known of a verdict, a sentence each."""
    said = [sentence(one.because), *map(sentence, one.notes)]
    if one.more:
        more = display.counted(one.more, "more run")
        said.append(f"{more} in each would settle a difference as large as seen.")
    return said


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(display.safe_text(text, 2000), max(20, width)) or [""]
