"""Where a model is served: its targets, what is current in each, and whether that is what was deployed."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.models.state import CHAMPION
from mlops_console.console.overlays.listing import Entry, Listing, words
from mlops_console.console.run.reading import now_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.models.pane import Pane
    from mlops_console.console.models.state import Held
    from mlops_console.workspace.deploying.targets import TargetState

MOST: Final = 6
NAME: Final = 24
"""Cells that a target's name takes at most."""


class Served:
    """The targets of the model that is looked at, as they were when they were last looked at."""

    def __init__(self) -> None:
        self._of: tuple[str, str] | None = None
        self._states: tuple[TargetState, ...] = ()

    def show(self, key: tuple[str, str], states: "tuple[TargetState, ...]") -> bool:
        """An answer; whether it is another one than before."""
        before = (self._of, [_told(one) for one in self._states])
        self._of, self._states = key, states
        return before != (key, [_told(one) for one in states])

    def of(self, held: "Held | None") -> "tuple[TargetState, ...]":
        """What is known of a model's targets."""
        return self._states if held is not None and held.key == self._of else ()

    def warnings(self, held: "Held") -> list[str]:
        """A sentence for each target that is not what was deployed there."""
        return [
            f"{one.name} is not what was deployed: {one.problems[0]}" for one in self.of(held) if one.problems
        ]

    def lines(self, pane: "Pane", held: "Held", width: int) -> list[Line]:
        """A row for each target, with why where it is not as it should be."""
        states = self.of(held)[:MOST]
        if not states:
            return []
        glyphs = pane.place.glyphs
        lines = [pane.blank().to(2).put("Targets", "second", bold=True)]
        lines[0].put(f"  where {display.safe_text(held.called)} is served", "muted")
        cells = max(8, min(NAME, max(width_of(display.safe_text(one.name)) for one in states)))
        for one in states:
            line = pane.blank().to(2).put(fit(one.name, cells), "second").put("  ")
            if one.problems:
                line.put(f"{glyphs.warning} ", "warn", bold=True).put("differs", "warn")
                lines += [line, *pane.wrapped(one.problems[0], width, "warn", 3)]
            elif one.sha256 is None:
                lines.append(line.put("- nothing yet", "muted"))
            else:
                line.put(f"{glyphs.state('finished')} ", "ok").put(_serves(one), "text")
                line.put(fit(_since(one), max(0, width - 2 - line.at)).rstrip(), "muted")
                lines.append(line)
            for said in (*one.notes, *_behind(held, one), *_ended(held, one)):
                lines += pane.wrapped(said, width, "muted", 2)
        return lines


def _told(one: "TargetState") -> tuple[object, ...]:
    return one.name, one.sha256, one.problems, one.notes, one.last


def _serves(one: "TargetState") -> str:
    return f"v{one.version}" if one.version is not None else f"release {(one.sha256 or '')[:12]}"


def _since(one: "TargetState") -> str:
    ago = f" {display.span(now_us() - one.at)} ago" if one.at is not None else ""
    return f", as deployed{ago}" + (f" by {display.safe_text(one.by, 40)}" if one.by else "")


def _behind(held: "Held", one: "TargetState") -> list[str]:
    """Where the champion is another version by now."""
    champion = held.holder(CHAMPION)
    if champion is None or one.version in (None, champion.number) or one.problems:
        return []
    return [f"champion is v{champion.number}: W on it deploys it"]


def _ended(held: "Held", one: "TargetState") -> list[str]:
    """How the last deployment there ended, where it did not end well."""
    last = one.last
    if last is None or last.outcome == "done":
        return []
    version = next((each for each in held.model.versions if each.id == last.version_id), None)
    what = f"v{version.number}" if version is not None else "the last one"
    return [f"{what} was {last.outcome}: {last.because}"]


class TargetList(Listing):
    """Enter takes one."""

    widest = 90
    hint = (("Enter", "choose"), ("Esc", "cancel"))

    def __init__(self, number: int, names: "Sequence[str]", states: "Sequence[TargetState]") -> None:
        super().__init__()
        self.heading = f"Deploy v{number} to"
        self._names = names
        self._states = {one.name: one for one in states}

    def entries(self, search: str) -> list[Entry]:
        """The targets, with what is current in each."""
        cells = max(width_of(display.safe_text(name)) for name in self._names) + 2
        rows = []
        for name in self._names:
            state = self._states.get(name)
            stands = "nothing yet" if state is None or state.sha256 is None else f"serves {_serves(state)}"
            ink = "warn" if state is not None and state.problems else "muted"
            stands += ", not as deployed" if ink == "warn" else ""
            rows.append(Entry(words((fit(name, min(cells, 60)), "text", True), (stands, ink)), name))
        return rows
