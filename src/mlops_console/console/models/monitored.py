"""What the monitors of a model say of the data that it sees: beside its versions, and before it is moved."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.models import asking
from mlops_console.console.widgets.panel import Effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.glyphs import Glyphs
    from mlops_console.console.models.body import ModelsBody
    from mlops_console.console.models.pane import Pane
    from mlops_console.console.models.state import Held
    from mlops_console.journal.registry import Version
    from mlops_console.workspace.drifting.states.model import Health, MonitorState

MOST: Final = 4
MOST_EFFECTS: Final = 2
NAME: Final = 20
_INKS: "Final[dict[Health, tuple[str, str]]]" = {
    "harmful": ("!!", "bad"),
    "drift": ("!!", "bad"),
    "unjudged": ("?", "warn"),
    "stale": ("!", "warn"),
    "watch": ("!", "warn"),
    "ok": ("finished", "ok"),
    "none": ("none", "muted"),
}
"""Its sign, or the state whose glyph that is, as the views of drift have them; and the colour."""


class Monitored:
    """The monitors of the model that is looked at, as they stood when they were asked last."""

    def __init__(self) -> None:
        self._of: tuple[str, str] | None = None
        self._states: tuple[MonitorState, ...] = ()

    def show(self, key: tuple[str, str], states: "tuple[MonitorState, ...]") -> bool:
        """An answer; whether it is another one than before."""
        before = (self._of, [_told(one) for one in self._states])
        self._of, self._states = key, states
        return before != (key, [_told(one) for one in states])

    def look(self, body: "ModelsBody") -> None:
        """Ask about the model that is looked at."""
        held = body.held
        if held is None:
            return

        def took(states: "tuple[MonitorState, ...]") -> None:
            if self.show(held.key, states):
                body.moved()

        body.ask("monitors", lambda workspace: asking.monitors(workspace, held), took)

    def of(self, held: "Held | None") -> "tuple[MonitorState, ...]":
        """What is known of a model's monitors, the worst first."""
        return self._states if held is not None and held.key == self._of else ()

    def warnings(self, held: "Held") -> list[str]:
        """A sentence for each that somebody should look at."""
        alarming = [one for one in self.of(held) if one.needs and one.health in ("harmful", "drift")]
        if not alarming:
            return []
        from mlops_console.workspace.drifting.states.shown import WORDS

        return [
            f"{one.watched.name}{_about(one)} says {WORDS[one.health].lower()}: {one.because}"
            for one in alarming
        ]

    def lines(self, pane: "Pane", held: "Held", version: "Version | None", width: int) -> list[Line]:
        """A row for each, with why where it is not quiet; those of the version that is looked at first."""
        label = version.label if version is not None else ""
        states = sorted(self.of(held), key=lambda one: one.version != label)[:MOST]
        if not states:
            return []
        from mlops_console.workspace.drifting.states.shown import WORDS, heard

        lines = [pane.blank().to(2).put("Monitors", "second", bold=True)]
        lines[0].put("  what its data looks like, 5 shows it", "muted")
        cells = max(6, min(NAME, max(width_of(display.safe_text(one.watched.name)) for one in states)))
        for one in states:
            state, ink = _INKS[one.health]
            line = pane.blank().to(2).put(fit(one.watched.name, cells), "second").put("  ")
            line.put(f"{_sign(pane.place.glyphs, state)} {WORDS[one.health].lower()}", ink)
            of = one.version.rpartition("@")[2]
            seen = "" if not of or one.version == label else f"of v{of}"
            said = ", ".join(part for part in (seen, heard(one)) if part)
            lines.append(line.put(fit(f"   {said}", max(0, width - 2 - line.at)).rstrip(), "muted"))
            if one.health != "ok":
                lines += pane.wrapped(one.because, width, "second" if one.needs else "muted", 3)
        return lines


def effects(
    states: "Sequence[MonitorState]", alias: str, version: "Version", glyphs: "Glyphs"
) -> list[Effect]:
    """Rows of the panel before an alias moves: what its monitors say now, and what they are held to then."""
    watching = [one for one in states if one.watched.monitor.alias == alias]
    if not watching:
        return []
    from mlops_console.workspace.drifting.states.shown import WORDS

    rows = []
    for at, one in enumerate(watching[:MOST_EFFECTS]):
        state, ink = _INKS[one.health]
        sign = (f"{_sign(glyphs, state)} ", ink, True)
        told = "" if one.health == "ok" else f": {one.because}"
        name = (f"{one.watched.name} is {WORDS[one.health].lower()}", "text")
        rows.append(Effect("" if at else "monitors", (sign, name, (told, "second"))))
    if len(watching) > MOST_EFFECTS:
        rows.append(Effect("", ((f"and {len(watching) - MOST_EFFECTS} more", "muted"),)))
    if any(not one.watched.monitor.reference for one in watching):
        baseline = version.baseline is not None
        held = f"held against the baseline of v{version.number}"
        then = f"from then on {held}" if baseline else f"from then on {held}, once it is made"
        rows.append(Effect("", ((then, "muted"),)))
    return rows


def _sign(glyphs: "Glyphs", state: str) -> str:
    return glyphs.states.get(state, state)


def _about(one: "MonitorState") -> str:
    number = one.version.rpartition("@")[2]
    return f" on v{number}" if number else ""


def _told(one: "MonitorState") -> tuple[object, ...]:
    return one.key, one.health, one.because, one.version, one.muted, one.acknowledged
