"""The Differences pane: subjects as columns, the base first; what differs, the metrics, what they took."""

from typing import TYPE_CHECKING, ClassVar, Final, cast

from mlops_console import display
from mlops_console.comparison.sentences import sentence
from mlops_console.console.compare.facts import Shown, shown_rows, value_words, widths
from mlops_console.console.compare.pane import Pane, Place
from mlops_console.console.compare.unfolding import of_value, open_code
from mlops_console.console.compare.verdicts import p_text, put_verdict, signed_pair
from mlops_console.console.compare.view import SHORTEST_NAME, View
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.run.section import share_seen

if TYPE_CHECKING:
    from mlops_console.comparison.differing.rows import Row
    from mlops_console.workspace.comparing.model import MetricRow, Subject

GAP: Final = 3
"""Cells between columns: two of air, one for a sign."""
LONGEST_LABEL: Final = 26
NAMES: Final = (16, 12, 9)
"""So many cells names may take, letter and all: the most with which all columns fit."""


class DifferencesPane(Pane):
    """A table with a cursor over rows and one over columns."""

    name = "Differences"
    uses: ClassVar[frozenset[str]] = frozenset(
        {"everything", "left", "right", "open", "base", "copy", "search", "explain"}
    )

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.everything = False
        """Whether rows are shown that don't differ."""
        self._rows: list[Shown] = []
        self._wide: list[int] = []
        self._label = 8
        self._note = ""
        self._pattern = ""
        """What rows are looked for."""
        self._at = 0
        self._column = 0
        """The subject that the cursor is on, in the order shown."""
        self._top = 0
        self._height = 1
        self._alone = False

    def show(self, view: View) -> None:
        """A new state: the cursor stays on its row."""
        before = self.view
        super().show(view)
        if before is None or before.comparison is not view.comparison:
            self._make()
        self._column = min(self._column, len(view.comparison.subjects) - 1)

    def _make(self) -> None:
        """The rows: once, however often they are looked at."""
        if self.view is None:
            return
        key = self._row.label if self._row is not None else ""
        comparison = self.view.comparison
        self._rows = shown_rows(
            self.view, everything=self.everything, spreads=self._alone, search=self._pattern
        )
        self._wide = widths(self._rows, len(comparison.subjects))
        labels = (width_of(display.safe_text(row.label, 200)) for row in self._rows if not row.plain)
        self._label = min(LONGEST_LABEL, max(labels, default=8))
        differing, known = comparison.differences.count("params")
        self._note = f"{display.count(differing)} of {display.count(known)} params" if known else "no params"
        self._note += value_words(comparison.asked.at)
        found = [at for at, row in enumerate(self._rows) if row.label == key and not row.still]
        self._at = found[0] if found else 0
        self._stand(1)

    @property
    def _row(self) -> Shown | None:
        return self._rows[self._at] if self._at < len(self._rows) else None

    @property
    def subject(self) -> "Subject | None":
        """The subject of the column that the cursor is on."""
        order = self._order()
        return self.view.comparison.subjects[order[self._column]] if self.view and order else None

    def _order(self) -> list[int]:
        """Places of the subjects as they stand: the base first."""
        if self.view is None:
            return []
        subjects = self.view.comparison.subjects
        return sorted(range(len(subjects)), key=lambda at: (not subjects[at].base, at))

    # Drawing

    def wanted(self, width: int) -> int:
        """All of them."""
        return len(self._rows) + 2

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Heading, names, rows."""
        if self.view is None or height < 3:
            return []
        if alone != self._alone:
            self._alone = alone
            self._make()
        found = f"{self._note}   {self.matching} found" if self._pattern else self._note
        head = self.heading(found, focused=focused, alone=alone)
        verdicts = self._verdicts() if alone else []
        self._height = max(1, height - 2 - len(verdicts))
        self._top = max(0, min(self._top, self._at, len(self._rows) - self._height))
        self._top = max(self._top, self._at - self._height + 1)
        columns, label = self._columns(width)
        seen = share_seen(self._top, self._height, len(self._rows))
        if seen and focused:
            head.put(f"   {seen}", "muted")
        glyphs = self.place.glyphs
        legend = f"   {glyphs.up} more, {glyphs.down} less is better"
        if head.at + len(legend) < width and any(row.goal for row in self._rows):
            head.put(legend, "muted")
        lines = [head, self._names(columns, label)]
        window = self._rows[self._top : self._top + self._height]
        for at, row in enumerate(window, self._top):
            lines.append(self._line(row, columns, label, width, here=focused and at == self._at))
        lines += [self.blank() for _ in range(self._height - len(window))]
        return lines + [self._verdict(which, columns, label) for which in verdicts]

    def _verdicts(self) -> list[str]:
        """Rows below the table that say what was judged, where nothing else on the screen does."""
        told = self.view is not None and self.view.judged is not None and self.view.metric is not None
        return ["", "difference", "p", "verdict"] if told else []

    def _verdict(self, which: str, columns: list[tuple[int, int]], label: int) -> Line:
        line = self.blank().to(2)
        assert self.view is not None
        if which == "" or self.view.metric is None:
            return line
        said = f"diff {self.view.metric.key}" if which == "difference" else which
        line.put(fit(said, label), "muted")
        for at, cells in columns:
            subject = self.view.comparison.subjects[at]
            one = None if subject.base else self.view.judgement(subject)
            line.put(" " * GAP)
            if one is None:
                line.put(" " * cells)
            elif which == "difference":
                line.put(fit(signed_pair(one)[0], cells, right=True), "text", bold=True)
            elif which == "p":
                line.put(fit(p_text(one), cells, right=True), "second")
            else:
                put_verdict(line, one, self.place.glyphs, cells)
        return line

    def _columns(self, width: int) -> tuple[list[tuple[int, int]], int]:
        """(place of the subject, cells) of the columns that fit, and the cells of the labels."""
        assert self.view is not None
        subjects = self.view.comparison.subjects
        wide = self._wide
        names = [width_of(display.safe_text(subject.name, 200)) + 5 for subject in subjects]
        label = max(8, min(self._label, width // 3))
        order = self._order()
        room = width - 2 - label - 2
        for most in NAMES:
            cells = {at: max(SHORTEST_NAME + 2, wide[at], min(names[at], most)) for at in order}
            if sum(cells.values()) + GAP * len(order) <= room:
                break
        else:
            room -= width_of(f"  {len(order)} more")
        # The base stays; of the others those around the cursor.
        fitting = [order[0]]
        room -= cells[order[0]] + GAP
        others = order[1:]
        for at in others[self._first(others, cells, room) :]:
            if room < cells[at] + GAP:
                break
            fitting.append(at)
            room -= cells[at] + GAP
        spare = max(0, room) // len(fitting)
        return [(at, min(cells[at] + spare, max(cells[at], names[at]))) for at in fitting], label

    def _first(self, others: list[int], cells: dict[int, int], room: int) -> int:
        """From which of the others on columns are shown, so that the cursor's is among them."""
        here = self._column - 1
        first = 0
        while here > first and sum(cells[at] + GAP for at in others[first : here + 1]) > room:
            first += 1
        return first

    def _names(self, columns: list[tuple[int, int]], label: int) -> Line:
        assert self.view is not None
        line = self.blank().to(2 + label)
        chosen = self.subject
        names = [display.safe_text(one.name, 200) for one in self.view.comparison.subjects]
        for at, cells in columns:
            subject = self.view.comparison.subjects[at]
            letter = self.view.letter(subject) or "base"
            room = cells + 1 - len(letter)
            name = display.safe_text(subject.name)
            shown = fit(name, min(width_of(name), room))
            if shown.endswith("~") and sum(one.startswith(shown[:-1]) for one in names) > 1:
                # Names that begin alike are told apart by their ends.
                shown = "~" + name[1 - room :] if name.isascii() else shown
            line.to(line.at + GAP - 1 + cells + 1 - len(letter) - 1 - width_of(shown))
            line.put(letter, self.view.ink(subject) if not subject.base else "muted", bold=not subject.base)
            line.put(" ").put(shown, "text" if subject is chosen else "second", bold=subject is chosen)
        left = len(self.view.comparison.subjects) - len(columns)
        return line.put(f"  {left} more", "muted") if left else line

    def _line(
        self, row: Shown, columns: list[tuple[int, int]], label: int, width: int, *, here: bool
    ) -> Line:
        on = "cursor" if here else self.on
        line = Line(self.place.colours, on)
        line.put(self.place.glyphs.focus, "accent").to(2) if here else line.to(2)
        if row.kind == "blank":
            return line
        if row.kind == "note":
            line.put(fit(row.label, width - 3), "text" if here else "muted")
            return line.to(width) if here else line
        if row.kind == "heading":
            return line.put(row.label, "muted", italic=True)
        line.put(fit(row.label, label), "second" if here or row.kind != "fact" else "muted")
        better = {"max": self.place.glyphs.up, "min": self.place.glyphs.down}.get(row.goal, " ")
        for place, (at, cells) in enumerate(columns):
            text = row.cell(at)
            lead = better.rjust(GAP - 1) if place == 0 else " " * (GAP - 1)
            line.put(lead, "muted").put(row.sign(at) or " ", "warn", bold=True)
            line.put(fit(text, cells, right=True), self._ink(row, at, text), bold=row.bright[at])
        return line.to(width) if here else line

    def _ink(self, row: Shown, at: int, text: str) -> str:
        assert self.view is not None
        if text == "-":
            return "muted"
        if row.bright[at]:
            return "text"
        quiet = row.kind == "fact" and not self.view.comparison.subjects[at].base
        return "muted" if quiet else "second"

    # Keys

    def turn(self) -> None:
        """Only what differs, or everything."""
        self.everything = not self.everything
        self._make()

    @property
    def matching(self) -> int:
        """How many rows the search found."""
        return sum(not row.plain for row in self._rows)

    def search(self, pattern: str) -> None:
        """Only rows of this name; nothing: all."""
        self._pattern = pattern
        self._make()

    def move(self, step: int) -> None:
        """The next row that holds something."""
        self._at = max(0, min(len(self._rows) - 1, self._at + step))
        self._stand(1 if step > 0 else -1)

    def _stand(self, step: int) -> None:
        for way in (step, -step):
            at = self._at
            while 0 <= at < len(self._rows) and self._rows[at].still:
                at += way
            if 0 <= at < len(self._rows):
                self._at = at
                return

    def page_by(self, step: int, part: int) -> None:
        """A page, or a part of one."""
        self.move(step * max(1, self._height // part))

    def end(self, step: int) -> None:
        """To the first or the last row."""
        self.move(step * len(self._rows))

    def side(self, step: int) -> None:
        """The next subject."""
        if self.view is not None:
            self._column = max(0, min(len(self.view.comparison.subjects) - 1, self._column + step))

    @property
    def metric(self) -> str | None:
        """The metric that the cursor is on."""
        row = self._row
        return row.label if row is not None and row.kind == "metric" else None

    def enter(self) -> None:
        """A value in full, as a diff where that says more; the code; a note to its end."""
        row, view = self._row, self.view
        if row is None or view is None:
            return
        if row.kind == "note":
            self.place.tell("What should be known", row.label)
        elif row.kind == "fact":
            fact = cast("Row", row.of)
            if fact.section == "code":
                open_code(self.place, view, self.subject)
            else:
                self.place.unfold(of_value(fact, view.comparison.subjects, self.subject))

    def told_note(self) -> bool:
        """Say what should be known of the value under the cursor; whether there was something."""
        row, subject = self._row, self.subject
        if row is None or row.kind != "metric" or subject is None or self.view is None:
            return False
        metric = cast("MetricRow", row.of)
        note = metric.cells[self.view.comparison.subjects.index(subject)].note
        if note:
            self.place.tell(f"{row.label} of {subject.name}", sentence(note))
        return bool(note)

    def copied(self) -> tuple[str, str] | None:
        """The row, its values by subject."""
        row = self._row
        if row is None or self.view is None:
            return None
        if row.plain:
            return "note", row.label
        names = [subject.name for subject in self.view.comparison.subjects]
        values = [f"{name}\t{row.cell(at).strip()}" for at, name in enumerate(names)]
        return row.label, "\n".join(values)
