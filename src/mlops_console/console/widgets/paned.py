"""Keys that every screen of panes has: they go to the body, and to the pane in it that has the focus."""

from typing import Protocol


class Pane(Protocol):
    """Rows that a cursor walks over."""

    def move(self, step: int) -> None:
        """Rows."""

    def page_by(self, step: int, part: int) -> None:
        """A page of them, or a part of one."""

    def end(self, step: int) -> None:
        """To the first or the last."""


class Body(Protocol):
    """What lies between header and footer."""

    @property
    def pane(self) -> Pane:
        """The one that has the focus."""
        ...

    def moved(self) -> None:
        """What is shown has changed."""


class _Screen(Protocol):
    @property
    def body(self) -> Body: ...


class Paned:
    """Mixed into a screen with a `body`."""

    def action_scroll(self: _Screen, step: int) -> None:
        """Rows."""
        self.body.pane.move(step)
        self.body.moved()

    def action_page(self: _Screen, step: int, part: int) -> None:
        """A page of them."""
        self.body.pane.page_by(step, part)
        self.body.moved()

    def action_end(self: _Screen, step: int) -> None:
        """The first or the last."""
        self.body.pane.end(step)
        self.body.moved()
