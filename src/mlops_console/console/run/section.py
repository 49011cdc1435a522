"""What a section of a run's page is: it draws rows, takes the keys, and asks for what it needs."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, TypeVar

from mlops_console.console.drawing import Line
from mlops_console.console.run.facts import RunView

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.timer import Timer

    from mlops_console.console.glyphs import Glyphs
    from mlops_console.console.run.asking import Questions
    from mlops_console.console.theme import Palette
    from mlops_console.workspace import Workspace

Answer = TypeVar("Answer")


class Page(Protocol):
    """What a section finds around it."""

    questions: "Questions"

    @property
    def size(self) -> "Size":
        """Cells and rows that the section has."""

    @property
    def room(self) -> "Size":
        """The size, or what it will be as soon as the page is laid out."""

    @property
    def colours(self) -> "Palette":
        """The palette."""

    @property
    def glyphs(self) -> "Glyphs":
        """The glyph set."""

    @property
    def workspace(self) -> "Workspace | None":
        """The workspace, once it is open."""

    def blank(self) -> Line:
        """A line to draw on."""

    def ask(self, about: str, read: "Callable[[Workspace], Answer]", took: Callable[[Answer], None]) -> None:
        """Read in a worker, take the answer on the page; a newer question about the same wins."""

    def later(self, seconds: float, call: Callable[[], object]) -> "Timer":
        """Call once, after a while."""

    def moved(self) -> None:
        """What is shown has changed."""

    def say(self, text: str, ink: str = "text") -> None:
        """A word in the footer."""

    def tell(self, heading: str, text: str) -> None:
        """Say something in full, over the page."""

    def open_run(self, run: str) -> None:
        """Go to another run's page."""


class Edited(NamedTuple):
    """What an editor would open."""

    path: str
    """As the workspace names it; empty where there is nothing to open."""
    why_not: str = ""
    """Why it can't be opened."""


class Section:
    """Base of the sections: nothing to show, no key does anything."""

    name = ""
    uses: ClassVar[frozenset[str]] = frozenset()
    """Keys (by id, without `run.`) that do something here, beside moving and those that hold everywhere."""
    words: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """What a key does here, and its word in the footer, where that differs from the keymap."""
    first: ClassVar[tuple[str, ...]] = ()
    """Keys that the footer shows here before all others."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.view: RunView | None = None
        self.shown = False

    # What it is told

    def show(self, view: RunView) -> None:
        """A new state of the run."""
        self.view = view

    def forget(self) -> None:
        """Another run comes: nothing asked for belongs to it."""

    def opened(self) -> None:
        """It is looked at now."""
        self.shown = True

    def closed(self) -> None:
        """It is not looked at any more."""
        self.shown = False

    def failed(self, about: str, words: str) -> bool:
        """A question was not answered; whether it was one of its own, which it says in its place."""
        return False

    # What it shows

    def words_now(self) -> Mapping[str, tuple[str, str]]:
        """What keys do here as it stands now."""
        return self.words

    def line(self, y: int) -> Line:
        """A row of it."""
        return self.page.blank()

    def aside(self) -> str:
        """A word at the right of the section names."""
        return ""

    def idle(self, short: str) -> str | None:
        """Why a key that it uses does nothing now."""
        return None

    # What the keys do

    def move(self, step: int) -> None:
        """A row down or up."""

    def page_by(self, step: int, part: int) -> None:
        """A page, or a part of one."""

    def end(self, step: int) -> None:
        """To the first or the last."""

    def side(self, step: int) -> None:
        """To the left or right."""

    def beside(self, step: int) -> None:
        """To the next or previous of several: charts, log files."""

    def enter(self) -> None:
        """Open what the cursor is on."""

    def follow(self) -> None:
        """Follow what grows, or stop."""

    def zoom(self) -> None:
        """One pane alone."""

    def step_back(self) -> bool:
        """Go one step back within the section; False where there is none."""
        return False

    # Search and taking along

    @property
    def found(self) -> int:
        """How many rows the search found."""
        return 0

    def search(self, pattern: str) -> None:
        """Look for a text; nothing: for none."""

    @property
    def matching(self) -> bool:
        """Whether a search is on that is gone through by jumping."""
        return False

    def match(self, step: int) -> bool:
        """Go to the next or previous match; False where nothing is looked for by jumping."""
        return False

    def copied(self) -> tuple[str, str] | None:
        """What the cursor is on, as (what it is, the text to copy)."""
        return None

    def edited(self) -> "Edited | None":
        """The file that an editor would open here; None where people write a note."""
        return None

    def text(self) -> str:
        """The whole section as text."""
        return ""


def head_rows(page: Page) -> int:
    """A heading, and a blank row below it where there is room."""
    return 2 if page.size.height >= 22 else 1


def scroll_bar(page: Page, row: Line, y: int, top: int, count: int) -> Line:
    """Add the scroll bar to a row, where there is more than fits."""
    width, height = page.size
    if count > height > 0:
        size = max(1, height * height // count)
        start = round(top / (count - height) * (height - size))
        if start <= y < start + size:
            row.to(width - 1).put(page.glyphs.scroll, "faint", on="bg")
    return row


def share_seen(top: int, height: int, count: int) -> str:
    """How far down one is, where there is more than fits."""
    return f"{min(100, round((top + height) / count * 100))}%" if count > height else ""
