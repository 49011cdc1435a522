"""Models in production: what each is judged by against its floor, and how it stands."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.overview.pane import (
    OverviewPane,
    Place,
    age,
    cells_of,
    names_of,
    on_point,
    put,
    some_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.drifting.states.model import MonitorState
    from mlops_console.workspace.overview.model import Produced

SPARK: Final = 10
WIDE_SPARK: Final = 14
WIDE_FROM: Final = 110
"""Cells of the pane from which it says why, and sparklines are longer."""
HEALTH: Final = 13
WORDS: Final = {
    "harmful": ("!!", "harmful", "bad"), "drift": ("!!", "drift", "bad"),
    "unjudged": (" !", "unjudged", "warn"),
    "stale": (" !", "stale", "warn"), "watch": (" !", "watch", "warn"), "none": (" -", "no window", "muted"),
    "ok": ("", "ok", "muted"),
}  # fmt: skip


class ProductionPane(OverviewPane):
    """The list."""

    name = "Production"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.models: Sequence[Produced] = ()
        self._numbers: tuple[list[str], list[str]] = ([], [])
        self._cells = (8, 4, 4)
        self._names: Sequence[str] = ()

    def show(self, found: "Sequence[Produced]") -> None:
        """A new state; the cursor stays on its model."""
        here = self.here
        self.known, self.trouble, self.models = True, "", found
        both = [value_of(one) for one in found] + [floor_of(one) for one in found]
        texts = on_point(both)
        self._names = names_of([(one.model, one.project.name) for one in found])
        self._numbers = texts[: len(found)], texts[len(found) :]
        self._cells = (
            cells_of(self._names, 5, 28),
            cells_of([f"v{one.version.number}" for one in found], 3, 6),
            cells_of([_short(one) for one in found], 3, 14),
        )
        if here is not None:
            key = (here.project.key, here.model)
            keys = [(one.project.key, one.model) for one in found]
            self.at = keys.index(key) if key in keys else self.at

    @property
    def here(self) -> "Produced | None":
        """The model under the cursor."""
        return self.models[self.at] if 0 <= self.at < len(self.models) else None

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.models)

    def enter(self) -> None:
        """Its monitor where that says something, else the version."""
        from mlops_console.workspace.attention.model import Place as Goal

        one = self.here
        if one is None:
            return
        monitor = one.monitor
        if monitor is not None and monitor.health not in ("ok", "none"):
            self.place.go(Goal("drift", one.project.key, monitor.watched.name))
        else:
            self.place.go(Goal("models", one.project.key, one.model, str(one.version.number)))

    def copied(self) -> tuple[str, str] | None:
        """The version's name."""
        return None if self.here is None else ("version", self.here.version.label)

    # Drawing

    def told(self, width: int) -> Line:
        """How many."""
        return self.blank().put(display.count(self.count) if self.count else "", "muted")

    def empty(self, width: int) -> list[Line]:
        """Nothing is promoted."""
        line = self.blank().to(2).put("No model is in production. ", "muted")
        if width >= 70:
            line.put("4", "second", bold=True).put(" Models, then ", "muted")
            line.put("P", "second", bold=True).put(" promotes one", "muted")
        return [line]

    def columns(self, width: int) -> Line | None:
        """Their names; none where each row counts."""
        if width < 60:
            return None
        model, version, metric = self._cells
        now, floor = self._widths()
        line = self.blank().to(2)
        put(line, "model", model + 2, "muted")
        put(line, "version" if width >= 72 else "ver", max(version, 3 if width < 72 else 7) + 2, "muted")
        put(line, "KPI", metric + 2, "muted")
        put(line, "now", now, "muted", right=True).put("  ")
        put(line, "floor", floor, "muted", right=True).put("  ")
        if self._sparks(width):
            put(line, "lately", self._cells_of_spark(width) + 1, "muted")
        return line.put("   health", "muted")

    def row(self, index: int, line: Line, width: int) -> None:
        """Model, version, figure, floor, how it went, how it stands."""
        one = self.models[index]
        model, version, metric = self._cells
        value, floor = self._widths()
        put(line, self._names[index], model, "text").put("  ")
        wide = max(version, 3 if width < 72 else 7) + 2
        put(line, f"v{one.version.number}", wide, "second")
        put(line, _short(one), metric + 2, "muted")
        put(line, _right(self._numbers[0][index], value), value, _ink(one), bold=True).put("  ")
        put(line, _right(self._numbers[1][index], floor), floor, "muted").put("  ")
        if self._sparks(width):
            self.spark(line, one.past, self._cells_of_spark(width), spark_ink(one), line.ground)
            line.put(" ")
        self._health(one, line, width)
        if width >= WIDE_FROM and one.monitor is not None and one.monitor.health not in ("ok", "none"):
            line.put("   ").put(some_of(one.monitor.because, width - 2 - line.at), "muted")

    def _cells_of_spark(self, width: int) -> int:
        return WIDE_SPARK if width >= WIDE_FROM else SPARK

    def _widths(self) -> tuple[int, int]:
        return (
            max(3, *(len(text) for text in self._numbers[0] or [""])),
            max(5, *(len(text) for text in self._numbers[1] or [""])),
        )

    def _sparks(self, width: int) -> bool:
        model, version, metric = self._cells
        now, floor = self._widths()
        rest = model + max(version, 7) + metric + now + floor + 10 + HEALTH
        return rest + SPARK + 4 <= width and any(one.past for one in self.models)

    def _health(self, one: "Produced", line: Line, width: int) -> None:
        room = width - line.at
        state = one.monitor
        if one.contested:
            line.put(" ! ", "warn", bold=True).put(fit("contested", min(9, room - 3)), "warn")
        elif state is None:
            not_kept = one.kpi is not None and one.kpi.met == "not kept"
            ink = "bad" if not_kept else "muted"
            line.put("!! " if not_kept else " - ", ink).put(
                "under floor" if not_kept and room >= 14 else "" if not_kept else "unwatched"[: room - 3], ink
            )
        else:
            sign, word, ink = WORDS[state.health]
            quiet = quiet_of(state)
            ink = "muted" if quiet else ink
            if state.health == "ok":
                line.put(f" {self.place.glyphs.state('finished')} ", "ok").put(word, ink)
            else:
                line.put(f"{sign} ", ink, bold=True).put(word, ink)
            if state.health in ("stale", "harmful", "drift") and state.since is not None:
                since = f" {age(state.since)}"
                line.put(since if not quiet and line.at + width_of(since) <= width - 1 else "", ink)
            if quiet and line.at + 2 + len(quiet) <= width - 1:
                line.put(f", {quiet}", "muted")
            elif quiet and line.at + 7 <= width:
                line.put(f", {quiet[:3]}.", "muted")


def quiet_of(state: "MonitorState") -> str:
    """Why it asks nobody, in a word; empty: nobody said so."""
    return "muted" if state.muted is not None else "acknowledged" if state.acknowledged is not None else ""


def value_of(one: "Produced") -> float | None:
    """What stands under `now`: by labels in production where there are any, else as it was registered."""
    return one.kpi.value if one.kpi is not None and one.kpi.value is not None else one.value


def floor_of(one: "Produced") -> float | None:
    """The KPI's floor."""
    return one.kpi.kpi.floor if one.kpi is not None else None


def spark_ink(one: "Produced") -> str:
    """The colour of the newest cell."""
    if one.monitor is None:
        return "second"
    if quiet_of(one.monitor):
        return "second"
    return {"ok": "second", "none": "second"}.get(one.monitor.health, WORDS[one.monitor.health][2])


def _ink(one: "Produced") -> str:
    return "bad" if one.kpi is not None and one.kpi.met == "not kept" else "text"


def _short(one: "Produced") -> str:
    return one.metric.rpartition("/")[2] if one.metric else display.NONE


def _right(text: str, cells: int) -> str:
    return text.rjust(cells)
