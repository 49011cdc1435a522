"""The columns panel: what is shown, in which order, what stays when the others scroll."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.console.drawing import Line, fit
from mlops_console.console.overlays.listing import Entry, Listing
from mlops_console.console.overlays.note import Note
from mlops_console.console.runs.view import RunsView, shifted

if TYPE_CHECKING:
    from textual import events

FAMILIES = {
    "param": "params",
    "metric": "metrics, last value",
    "best": "metrics, best value",
    "spark": "curves",
    "summary": "summary",
    "tag": "tags",
}
HELP = (
    ("Space", "second", "shows a column, or hides it; the table follows at once"),
    ("< >", "second", "moves a shown column towards the front or the end"),
    ("p", "second", "pins a column: it stays when the others scroll"),
    ("/", "second", "searches by name"),
    ("0", "second", "goes back to the columns that the console proposes"),
    ("v  Esc", "second", "closes the panel"),
)


class Columns(Listing):
    """Shows and hides columns while the table behind it follows."""

    heading = "Columns"
    widest = 76
    foot = (
        ("Space", "show, hide"),
        ("<", "up"),
        (">", "down"),
        ("p", "pin"),
        ("/", "search"),
        ("0", "as proposed"),
    )
    nothing = "no column is called that"

    def __init__(self, choices: RunsView, shown: Sequence[str], changed: Callable[[RunsView], None]) -> None:
        super().__init__()
        self._choices = choices
        self._shown = list(shown)
        self._changed = changed
        self._infos: dict[str, Any] = {}

    def known(self, infos: Sequence[Any]) -> None:
        """All columns there are, once the store has said."""
        here = self._here()
        self._infos = {info.column.key: info for info in infos}
        self.again()
        self._go(here)

    def entries(self, search: str) -> list[Entry]:
        """Shown columns in their order, then all others by what they are."""
        asked = search.lower().split()

        def wanted(key: str) -> bool:
            return all(word in f"{key} {_name(key)}".lower() for word in asked)

        rows = [Entry(self._column(key), key) for key in self._shown if wanted(key)]
        family = None
        for key in self._infos:
            if key in self._shown or not wanted(key):
                continue
            kind = key.partition(":")[0] if ":" in key else ""
            if kind != family:
                family = kind
                rows.append(Entry(lambda line: line))
                title = FAMILIES.get(kind, kind) if kind else "fields"
                rows.append(Entry(lambda line, title=title: line.to(5).put(title, "muted")))  # type: ignore[misc]
            rows.append(Entry(self._column(key), key))
        return rows

    def _column(self, key: str) -> Callable[[Line], object]:
        shown, pinned = key in self._shown, key in self._choices.pinned
        info = self._infos.get(key)
        name = _name(key)
        kind = key.partition(":")[0] if ":" in key else "field"

        def draw(line: Line) -> None:
            glyph = self.app.glyphs  # type: ignore[attr-defined]
            line.put(glyph.picked + " " if shown else "  ", "accent")
            line.put(fit(name, 34), "text" if shown else "second").put("  ")
            line.put(fit(kind, 9), "muted")
            line.put(fit("pinned" if pinned and shown else "", 8), "accent")
            # Fields are not counted: every run may have them.
            if info is not None and kind != "field":
                many = info.present
                told = (
                    f"{display.count(many):>9} run{'' if many == 1 else 's'}" if many else f"{'no run':>13}"
                )
                line.put(told, "muted")

        return draw

    def _here(self) -> str | None:
        return self.listed[self.at].value if self.listed else None

    def _go(self, key: str | None) -> None:
        if key is None:
            return
        self.at = next((at for at, entry in enumerate(self.listed) if entry.value == key), self.at)
        self._fit()

    def _apply(self, choices: RunsView) -> None:
        here = self._here()
        self._choices = choices
        self._changed(choices)
        self.again()
        self._go(here)

    def pressed(self, event: "events.Key") -> bool:
        """Keys of the panel."""
        key = self._here()
        if self.searching and event.key not in ("space", "enter"):
            return False
        match event.key:
            case "space" | "enter" if key is not None:
                self._toggle(key)
            case "less_than_sign" | "K" | "greater_than_sign" | "J" if key in self._shown:
                step = -1 if event.key in ("less_than_sign", "K") else 1
                self._shown = list(shifted(self._shown, key, step))
                self._apply(self._choices.with_columns(self._shown))
            case "p" if key is not None:
                self._pin(key)
            case "0":
                self.dismiss("proposed")
            case "question_mark":
                self.app.push_screen(Note("Columns", HELP))
            case "v":
                self.dismiss(None)
            case _:
                return False
        return True

    def _toggle(self, key: str) -> None:
        if key in self._shown:
            if len(self._shown) == 1:
                return
            self._shown.remove(key)
        else:
            self._shown.append(key)
        self._apply(self._choices.with_columns(self._shown))

    def _pin(self, key: str) -> None:
        from dataclasses import replace

        pinned = self._choices.pinned
        pinned = tuple(p for p in pinned if p != key) if key in pinned else (*pinned, key)
        if key not in self._shown:
            self._shown.append(key)
        self._shown.sort(key=lambda shown: pinned.index(shown) if shown in pinned else len(pinned))
        self._apply(replace(self._choices.with_columns(self._shown), pinned=pinned))


def _name(key: str) -> str:
    """What a column is called: a curve as over the table, all others by their whole name."""
    if key.startswith("spark:"):
        from mlops_console.workspace.columns import column_of

        return column_of(key).title
    return key.partition(":")[2] or key
