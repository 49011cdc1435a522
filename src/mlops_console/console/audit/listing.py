"""The list of decisions, with what verifying the journals found above it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.audit.telling import WHEN, Told, moment
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.models.pane import Pane, Place
from mlops_console.console.run.reading import now_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.journal.verifying import Finding
    from mlops_console.records import Project
    from mlops_console.workspace.audit import Checked

MOST_ERRORS: Final = 40
BY: Final = 12
PROJECT: Final = 18


@dataclass(frozen=True, slots=True)
class Found:
    """Something that verifying found, and where."""

    project: "Project"
    finding: "Finding"


class DecisionsPane(Pane):
    """Errors of the journals first, then every decision."""

    name = "Audit"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.entries: tuple[Told, ...] = ()
        self.checked: tuple[Checked, ...] | None = None
        self.working = True
        self.projects = 1
        self.only = ""
        self._shown: tuple[Told, ...] = ()
        self._errors: tuple[Found, ...] = ()

    def show(self, entries: tuple[Told, ...], projects: int) -> None:
        """A new state; the cursor stays on its decision, or at the newest."""
        here = self.told_here if self.at else None
        self.entries, self.projects = entries, projects
        self._choose(here)

    def verified(self, checked: "tuple[Checked, ...]") -> None:
        """What verifying found."""
        here = self.told_here if self.at else None
        self.checked, self.working = checked, False
        self._errors = tuple(one for one in self.findings if one.finding.severity == "error")[:MOST_ERRORS]
        self._choose(here)

    def search(self, text: str) -> None:
        """Only decisions with all of these words."""
        self.only = text.strip()
        self._choose(None)
        self.at = self.top = 0

    def _choose(self, here: Told | None) -> None:
        words = self.only.lower().split()
        self._shown = tuple(one for one in self.entries if _matches(one, words)) if words else self.entries
        if here is not None:
            ids = [one.event.id for one in self._shown]
            if here.event.id in ids:
                self.at = len(self._errors) + ids.index(here.event.id)

    @property
    def findings(self) -> "Sequence[Found]":
        """All of them, errors first."""
        found = [Found(one.project, each) for one in self.checked or () for each in one.findings]
        return sorted(found, key=lambda one: one.finding.severity != "error")

    @property
    def matching(self) -> int:
        """How many decisions are listed."""
        return len(self._shown)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._errors) + len(self._shown)

    @property
    def told_here(self) -> Told | None:
        """The decision under the cursor."""
        at = self.at - len(self._errors)
        return self._shown[at] if 0 <= at < len(self._shown) else None

    @property
    def found_here(self) -> Found | None:
        """The finding under the cursor."""
        return self._errors[self.at] if self.at < len(self._errors) else None

    def copied(self) -> tuple[str, str] | None:
        """What the cursor is on."""
        one, found = self.told_here, self.found_here
        if found is not None:
            return "finding", f"{found.finding.path}: {found.finding.what}"
        if one is None:
            return None
        return "decision", f"{display.iso(one.event.at)} {one.event.by} {one.sentence}"

    # Drawing

    def told(self, width: int) -> Line:
        """Whether the chain is whole, and of how many events."""
        line = self.blank()
        if self.checked is None:
            return line.put("verifying the journals" if self.working else "not verified", "muted")
        events = sum(one.events for one in self.checked)
        errors = sum(one.errors for one in self.checked)
        notes = len(self.findings) - errors
        if errors:
            line.put(f"{self.place.glyphs.state('failed')} ", "bad", bold=True)
            line.put(display.counted(errors, "finding"), "bad", bold=True)
            line.put(" say that a journal is not as it was written", "second") if width > 70 else None
        else:
            line.put(f"{self.place.glyphs.state('finished')} ", "ok").put("hash chain whole", "second")
        line.put(f", {display.count(events)} events", "muted")
        if notes and width > line.at + 12:
            line.put(f", {display.counted(notes, 'note')}", "muted")
        return line.put("   verifying again" if self.working and width > line.at + 20 else "", "muted")

    def aside(self) -> Line:
        """How many are listed."""
        line = self.blank()
        if self.only:
            line.put(display.count(self.matching), "text", bold=True)
            line.put(f" of {display.count(len(self.entries))}", "muted")
        return line

    def _cells(self) -> tuple[int, int]:
        seen = self._shown[max(0, self.top - len(self._errors)) :][:80]
        by = max((width_of(display.safe_text(one.event.by)) for one in seen), default=3)
        project = max((width_of(display.safe_text(one.project.name)) for one in seen), default=0)
        return max(3, min(BY, by)), min(PROJECT, max(7, project)) if self.projects > 1 else 0

    def columns(self, width: int) -> Line:
        """Names of the columns."""
        by, project = self._cells()
        line = (
            self.blank()
            .to(2)
            .put(fit("when", WHEN, right=True), "muted")
            .put("  ")
            .put(fit("who", by), "muted")
        )
        line.put("  ").put(fit("project", project) + "  " if project else "", "muted")
        return line.put("what", "muted")

    def ground(self, index: int) -> str:
        """What verifying found stands out."""
        return "fail_bg" if index < len(self._errors) else "bg"

    def row(self, index: int, line: Line, width: int) -> None:
        """A finding, or a decision."""
        if index < len(self._errors):
            found = self._errors[index]
            line.put(f"{self.place.glyphs.state('failed')} ", "bad", bold=True)
            words = f"{found.project.name}: {found.finding.path} {found.finding.what}"
            line.put(fit(words, width - line.at - 2), "text")
            return
        one = self._shown[index - len(self._errors)]
        here = index == self.at
        by, project = self._cells()
        line.put(moment(one.event.at, now_us()), "muted").put("  ")
        line.put(fit(one.event.by, by), "second" if one.event.proven else "warn").put("  ")
        if project:
            line.put(fit(one.project.name, project), "muted").put("  ")
        right = f"  gates {one.gates[0]} of {one.gates[1]}" if one.gates is not None and width >= 100 else ""
        room = max(0, width - line.at - 2 - len(right))
        ink = "warn" if one.overridden else "text" if here else "second"
        line.put(fit(one.sentence, min(room, width_of(display.safe_text(one.sentence)))), ink)
        if right:
            line.to(width - 2 - len(right)).put(right, "muted")

    def nothing(self, width: int) -> list[Line]:
        """Why nothing is listed."""
        words = "No decision has these words.  Esc shows all again" if self.only else ""
        return [self.blank().to(2).put(words, "muted")]


def _matches(one: Told, words: "Sequence[str]") -> bool:
    """Whether all words are in it; `by:ana`, `model:churn`, `monitor:loans` and so on say in what."""
    for word in words:
        key, colon, value = word.partition(":")
        about = {
            "by": one.event.by, "model": one.model, "project": one.project.name, "kind": one.event.kind,
            "monitor": str(one.event.body.get("monitor") or ""),
        }.get(key) if colon else None  # fmt: skip
        if about is not None:
            if value not in about.lower():
                return False
        elif word not in f"{one.event.by} {one.project.name} {one.event.kind} {one.sentence}".lower():
            return False
    return True
