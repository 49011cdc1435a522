"""What could not be undone was not undone: nothing of it is offered again."""

from collections.abc import Callable

import pytest

from mlops_console.console.deeds import Deed
from mlops_console.console.widgets.undoing import UndoingScreen


class Screen(UndoingScreen):
    """Goes each way at once."""

    def say(self, text: str, ink: str = "text") -> None:
        self.said = text

    def turn(self, way: Callable[[], object], words: str) -> None:
        try:
            way()
        except OSError:
            self.say("it failed")
        else:
            self.done(words)


def _refuse() -> object:
    raise OSError


def test_what_failed_to_be_undone_is_not_done_again() -> None:
    screen = Screen()
    screen.deeds.add(Deed("noted", _refuse, lambda: pytest.fail("it was never undone")))
    screen.action_undo()
    assert screen.said == "it failed"
    assert not screen.deeds.can_redo
    screen.action_redo()
    assert screen.said == "Nothing was undone"


def test_what_failed_to_be_done_again_is_not_undone() -> None:
    screen = Screen()
    screen.deeds.add(Deed("noted", lambda: None, _refuse))
    screen.action_undo()
    assert screen.deeds.can_redo
    screen.action_redo()
    assert screen.said == "it failed"
    assert not screen.deeds.can_undo
