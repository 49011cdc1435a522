"""The panel in which something is decided: what it does, what it writes, the way back; then the field.

It stands under the evidence, which stays readable, and takes what is typed while it is there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from textual.message import Message

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.widgets.edit import LineEdit
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from textual import events

LABEL: Final = 10
Piece = tuple[str, str] | tuple[str, str, bool]
"""Text, ink, whether bold."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One row of what a decision would do."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class Field:
    """One line to type."""

    label: str
    must: str = ""
    """What it has to say before anything is done."""
    needed: bool = False
    """It can't stay empty."""
    hint: str = ""
    cells: int = 0
    """Cells of the field; 0: the rest of the row."""
    edit: LineEdit = field(default_factory=LineEdit)
    preset: bool = False
    """Whether what stands in it is only proposed: typing replaces it."""
    wrong: Callable[[str], str] | None = None
    """What is wrong with a text; empty: nothing."""

    @property
    def trouble(self) -> str:
        """What is wrong with what was typed; empty: nothing."""
        return self.wrong(self.text) if self.wrong is not None and self.text else ""

    def key(self, event: "events.Key") -> bool:
        """Whether the key belongs to the text; if so it is done."""
        if self.preset and event.character is not None and event.is_printable:
            self.edit.set("")
        known = self.edit.key(event)
        self.preset = self.preset and not known
        return known

    def insert(self, text: str) -> None:
        """Paste."""
        if self.preset:
            self.edit.set("")
        self.preset = False
        self.edit.insert(text)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.edit.text.strip()

    @property
    def done(self) -> bool:
        """Whether it says what it has to."""
        if self.must:
            return self.text == self.must
        return not self.trouble if self.text else not self.needed


@dataclass(slots=True)
class Form:
    """What the panel shows and asks."""

    heading: str
    note: str
    effects: Sequence[Effect]
    fields: tuple[Field, ...]
    does: str
    """What Enter does: `promote`."""
    decide: Callable[[tuple[str, ...]], None]
    """Is given the texts of the fields."""
    blocked: str = ""
    """Why it can't be done now; the fields wait."""
    walks: bool = False
    """Whether the arrows go over the evidence above."""
    awaits: str = "the gates"
    """What Enter waits for while it is blocked."""


class Panel(Rows, can_focus=True):
    """Draws a form on a ground of its own, with a bar over its whole height."""

    DEFAULT_CSS = "Panel { height: auto; display: none; }"
    ground = "raised"

    class Closed(Message):
        """It was given up."""

    class Walked(Message):
        """The evidence is to be scrolled."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self.at = 0
        self.working = ""
        self.trouble = ""

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """The keys that don't write."""
        form = self.form
        if form is None:
            return ()
        keys = [("Enter", self._enter_does(form)), ("Esc", "cancel")]
        if len(form.fields) > 1:
            keys.append(("Tab", "other field"))
        return (*keys, ("Up Down", "gates above")) if form.walks else tuple(keys)

    example = ""
    editing = True

    def _enter_does(self, form: Form) -> str:
        waits = self._waits(form)
        if self.at < len(form.fields) - 1:
            return "next field"
        return f"waits for {waits}" if waits else form.does

    def _waits(self, form: Form) -> str:
        """What is missing still; empty: nothing."""
        if form.blocked:
            return form.awaits
        missing = next((one for one in form.fields if not one.done), None)
        if missing is None:
            return ""
        return f'"{missing.must}"' if missing.must else f"a {missing.label}"

    def begin(self, form: Form) -> None:
        """Show a form and take the keys."""
        self.form, self.at, self.working, self.trouble = form, 0, "", ""
        self.display = True
        self.screen.set_focus(self)
        self.refresh(layout=True)

    def again(self, effects: Sequence[Effect], blocked: str = "") -> None:
        """What it would do is something else by now; what was typed stays."""
        if self.form is not None:
            self.form.effects, self.form.blocked = effects, blocked
            self._repaint()

    def tell(self, words: str) -> None:
        """How far it is."""
        if self.working:
            self.working = words
            self.refresh()

    def refuse(self, words: str) -> None:
        """It was not done."""
        self.working, self.trouble = "", words
        self.refresh(layout=True)

    def close(self) -> None:
        """Go away."""
        self.form = None
        self.display = False
        if self.screen.focused is self:
            self.screen.set_focus(None)

    # Keys

    def on_key(self, event: "events.Key") -> None:
        """Type, go to another field, decide, give up."""
        form = self.form
        if form is None:
            return
        event.stop()
        event.prevent_default()
        match event.key:
            case "escape" | "ctrl+c":
                self.post_message(self.Closed())
            case "tab":
                self.at = (self.at + 1) % len(form.fields)
            case "shift+tab":
                self.at = (self.at - 1) % len(form.fields)
            case "up" | "down" | "pageup" | "pagedown":
                step = 5 if event.key.startswith("page") else 1
                self.post_message(self.Walked(-step if event.key in ("up", "pageup") else step))
            case "enter":
                self._enter(form)
            case _ if form.fields[self.at].key(event):
                self.trouble = ""
        self._repaint()

    def _repaint(self) -> None:
        """The form, and what the footer says that Enter does in it."""
        self.refresh(layout=True)
        for footer in self.screen.query(Footer):
            footer.refresh()

    def on_paste(self, event: "events.Paste") -> None:
        """Paste into the field."""
        event.stop()
        if self.form is not None:
            self.form.fields[self.at].insert(event.text)
            self.refresh()

    def _enter(self, form: Form) -> None:
        if self.working:
            return
        self.trouble = form.fields[self.at].trouble
        if self.trouble:
            return
        if self.at < len(form.fields) - 1:
            self.at += 1
            return
        if not self._waits(form):
            self.working, self.trouble = "writing it down", ""
            form.decide(tuple(one.text for one in form.fields))
            return
        missing = [at for at, one in enumerate(form.fields) if not one.done]
        self.at = missing[0] if missing else self.at
        self.trouble = form.fields[self.at].trouble

    # Drawing

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many rows as it needs; with air where there is room."""
        return len(self._lines(width)) if self.form is not None else 0

    def line(self, y: int) -> Line:
        """The row."""
        lines = self._lines(self.size.width)
        return lines[y] if y < len(lines) else self._row()

    def _row(self) -> Line:
        return self.blank().put(self.glyphs.focus, "accent").to(2)

    def _lines(self, width: int) -> list[Line]:
        form = self.form
        if form is None:
            return []
        airy = self.app.size.height >= 30
        air = [self._row()] if airy else []
        head = self._row().put(form.heading, "text", bold=True)
        if width_of(form.note) + head.at + 6 < width:
            head.put("    " + form.note, "muted")
        lines = [head, *air, *(self._effect(one, width) for one in form.effects), *air]
        if form.blocked:
            lines += self._sentence(form.blocked, "warn", width)
        lines += [self._field(form, at, width) for at in range(len(form.fields))]
        if self.trouble:
            lines += self._sentence(self.trouble, "bad", width)
        elif self.working:
            lines.append(self._row().put(self.working, "accent"))
        return [*lines, *air]

    def _sentence(self, words: str, ink: str, width: int) -> list[Line]:
        from mlops_console.console.overlays.note import wrap

        sign = self.glyphs.warning if ink == "warn" else self.glyphs.state("failed")
        parts = wrap(display.safe_text(words), max(20, width - 8))[:3]
        first = [self._row().put(f"{sign} ", ink, bold=True).put(parts[0], ink)]
        return first + [self._row().to(4).put(part, ink) for part in parts[1:]]

    def _effect(self, one: Effect, width: int) -> Line:
        line = self._row().put(fit(one.label, LABEL), "muted")
        for piece in one.pieces:
            text, ink = display.safe_text(piece[0]), piece[1]
            room = width - 2 - line.at
            if room <= 0:
                break
            shown = text if width_of(text) <= room else fit(text, room)
            line.put(shown, ink, bold=len(piece) > 2 and bool(piece[2]))
        return line

    def _field(self, form: Form, at: int, width: int) -> Line:
        one, here = form.fields[at], at == self.at and not self.working
        line = self._row().put(one.label, "text" if here else "muted").to(max(2 + LABEL, line_end(one.label)))
        cells = one.cells or max(12, min(60, width - line.at - 4))
        start = max(0, one.edit.at - cells + 2) if here else 0
        text = one.edit.text[start : start + cells - 2]
        caret = "reverse" if self.colours.ansi else "accent"
        line.put(" ", on="bg")
        if here and one.preset:
            line.put(text, "bg", on=caret)
        elif here:
            place = one.edit.at - start
            line.put(text[:place], "text", on="bg", bold=bool(one.must))
            line.put(text[place : place + 1] or " ", "bg", on=caret).put(text[place + 1 :], "text", on="bg")
        else:
            line.put(text, "text" if text else "muted", on="bg")
        end = 2 + cells + max(2 + LABEL, line_end(one.label)) - 2
        if line.at < end:
            line.put(" " * (end - line.at), on="bg")
        if one.must and line.at + 30 < width:
            if one.done:
                line.put("   Enter", "second", bold=True).put(f" {form.does}", "muted")
            else:
                line.put("   Enter", "second", bold=True).put(f' waits for "{one.must}"', "muted")
            if line.at + 14 < width:
                line.put("   Esc", "second", bold=True).put(" cancel", "muted")
        elif one.hint and line.at + width_of(one.hint) + 4 < width and not one.text:
            line.put("   " + one.hint, "muted")
        return line


def line_end(label: str) -> int:
    """The column at which a field begins behind its label."""
    return 2 + width_of(label) + 2
