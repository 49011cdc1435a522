"""Taking text along: through the terminal (OSC 52), and into tmux's own buffer where tmux keeps it back."""

import os
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App


def copy(app: "App[Any]", text: str) -> str:
    """Copy; what to tell the person about where it went, empty if there is nothing to say."""
    app.copy_to_clipboard(text)
    if not os.environ.get("TMUX"):
        return ""
    app.run_worker(lambda: _into_tmux(text), thread=True, exit_on_error=False)
    return "in tmux: prefix ] pastes it; set-clipboard on passes it to the desktop"


def _into_tmux(text: str) -> None:
    subprocess.run(
        ["tmux", "load-buffer", "-w", "-"], input=text.encode(), check=False, capture_output=True, timeout=5
    )
