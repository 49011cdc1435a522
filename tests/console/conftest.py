"""What the console's tests take for given: all colours, and keys that nobody waits for longer than needed."""

import pytest
from tests.console.typing_keys import press_keys
from textual.app import App


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """All colours, whatever the terminal of the person who runs the tests has."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters of a text are typed at once."""
    monkeypatch.setattr(App, "_press_keys", press_keys)
