"""The right upper pane: what the gates say of the version that is looked at, for one alias."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.models.pane import Pane, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_console.promotion.model import GateResult
    from mlops_console.records import Json

SIGNS: Final = {"pass": ("finished", "ok"), "fail": ("failed", "bad"), "unknown": ("unknown", "muted")}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gates said, of which version, for which alias."""

    version: str
    """Its id."""
    alias: str
    results: "tuple[GateResult, ...]"
    champion: int | None = None
    """The version it was held against."""
    evidence: "Mapping[str, Json] | None" = None
    mistakes: tuple[str, ...] = ()
    commands: bool = False
    """Whether commands of the project were run for it."""


class GatesPane(Pane):
    """Each gate in a row: what was measured, its limit, what that rests on."""

    name = tab = "Gates"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.judged: Judged | None = None
        self.working = False
        self.trouble = ""
        self._touched = False

    @property
    def results(self) -> "Sequence[GateResult]":
        """What they say of what is looked at now."""
        judged = self.current
        return judged.results if judged is not None else ()

    @property
    def current(self) -> Judged | None:
        """The judgement, if it is about what is looked at now."""
        judged, version = self.judged, self.place.version
        if (
            judged is None
            or version is None
            or (judged.version, judged.alias) != (version.id, self.place.alias)
        ):
            return None
        return judged

    @property
    def result(self) -> "GateResult | None":
        """The gate under the cursor."""
        results = self.results
        return results[min(self.at, len(results) - 1)] if results else None

    @property
    def failing(self) -> "list[GateResult]":
        """Those that don't pass."""
        return [one for one in self.results if one.verdict != "pass"]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.results)

    def show(self, judged: Judged) -> None:
        """An answer: the cursor goes to the worst gate, unless somebody has moved it on the same one."""
        before = self.result
        same = (
            self.judged is not None
            and self.judged.version == judged.version
            and self.judged.alias == judged.alias
        )
        self.judged, self.working, self.trouble = judged, False, ""
        if same and self._touched and before is not None:
            names = [one.gate for one in judged.results]
            self.at = names.index(before.gate) if before.gate in names else self.at
        else:
            self._touched = False
            worst = [at for at, one in enumerate(judged.results) if one.verdict == "fail"]
            worst += [at for at, one in enumerate(judged.results) if one.verdict == "unknown"]
            self.at = worst[0] if worst else 0

    def move(self, step: int) -> None:
        """Another gate."""
        self._touched = True
        super().move(step)

    def moved(self) -> None:
        """Another gate's evidence is shown."""
        self.place.moved()

    def copied(self) -> tuple[str, str] | None:
        """The gate as a sentence."""
        one = self.result
        if one is None:
            return None
        return (
            "gate",
            f"{one.gate}: {one.verdict}, measured {one.measured}, required {one.required}. {one.because}",
        )

    # Drawing

    def heading(self, width: int, *, focused: bool, alone: bool) -> Line:
        """Whose gates."""
        version = self.place.version
        self.name = f"Gates of v{version.number}" if version is not None and not alone else "Gates"
        return super().heading(width, focused=focused, alone=alone)

    def told(self, width: int) -> Line:
        """For which alias, against which version."""
        line = self.blank()
        held = self.place.held
        if held is None:
            return line
        judged = self.current
        against = judged.champion if judged is not None else None
        holder = held.holder(self.place.alias)
        if holder is self.place.version and holder is not None:
            words: tuple[str, ...] = (f"standing as {self.place.alias}",)
        elif against is not None:
            words = (f"for {self.place.alias}, against v{against}", f"for {self.place.alias}")
        else:
            words = (f"for {self.place.alias}, the first", f"for {self.place.alias}")
        shown = next((one for one in words if width_of(display.safe_text(one)) <= width), "")
        return line.put(shown, "muted")

    def aside(self) -> Line:
        """How many pass."""
        line = self.blank()
        results = self.results
        if self.working:
            line.put("asking   " if results else "asking", "muted")
        if results:
            passed = sum(1 for one in results if one.verdict == "pass")
            every = passed == len(results)
            line.put(str(passed), "ok" if every else "text", bold=True)
            line.put(f" of {len(results)} pass", "second")
        return line

    def _cells(self, width: int) -> tuple[int, int, int, int]:
        """Cells of name, measured, limit and evidence (0: no room)."""
        results = self.results
        measured = max(8, min(12, max((width_of(one.measured) for one in results), default=8)))
        limit = max(
            5, min(14, max((width_of(display.safe_text(one.required)) for one in results), default=5))
        )
        room = width - 6 - measured - 2 - limit - 2
        evidence = min(max((width_of(display.safe_text(one.evidence)) for one in results), default=0), 18)
        if room - evidence - 2 < 14:
            evidence = 0
        name = room - (evidence + 2 if evidence else 0)
        longest = max((width_of(display.safe_text(named(one))) for one in results), default=4)
        return min(name, max(14, longest)), measured, limit, evidence

    def columns(self, width: int) -> Line:
        """Names of the columns."""
        name, measured, limit, evidence = self._cells(width)
        line = (
            self.blank()
            .to(2)
            .put(fit("gate", name + 2), "muted")
            .put(fit("measured", measured + 2, right=True), "muted")
        )
        line.put("  ").put(fit("limit", limit), "muted")
        return line.put("  ").put("evidence" if evidence else "", "muted")

    def ground(self, index: int) -> str:
        """A failing gate stands out."""
        return "fail_bg" if self.results[index].verdict == "fail" else "bg"

    def row(self, index: int, line: Line, width: int) -> None:
        """A gate."""
        one = self.results[index]
        name, measured, limit, evidence = self._cells(width)
        state, ink = SIGNS[one.verdict]
        fails = one.verdict == "fail"
        line.put(self.place.glyphs.state(state), ink, bold=fails).put(" ")
        here = index == self.at
        line.put(fit(named(one), name), "text" if fails or here else "second", bold=fails)
        line.put("  ").put(fit(one.measured, measured, right=True), "bad" if fails else "text", bold=fails)
        line.put("  ").put(fit(one.required, limit), "muted")
        if evidence:
            line.put("  ").put(fit(one.evidence, evidence), "muted")

    def nothing(self, width: int) -> list[Line]:
        """Why there are no rows."""
        if self.place.version is None:
            return [self.blank().to(2).put("no version to ask about", "muted")]
        if self.trouble:
            return self.wrapped(self.trouble, width, "bad", 4)
        words = (
            "asking the gates" if self.working or self.current is None else "No gate is asked for this alias."
        )
        return [self.blank().to(2).put(words, "muted")]


def named(one: "GateResult") -> str:
    """What a gate is called in its row: what is required of a metric says its limit already."""
    head, colon, about = one.gate.partition(": ")
    return about if head == "require" and colon else one.gate
