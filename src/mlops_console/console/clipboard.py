"""Taking text along: through the terminal (OSC 52), through tmux's buffer, else into a file that is told.

A terminal doesn't answer whether it took what was sent. So where it is known to drop it (tmux keeps it back
unless told otherwise, the Linux console and GNU screen have no clipboard, a long text is cut by most), the
text goes another way, and the person hears which.
"""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from textual.app import App

    from mlops_console.console.app import ConsoleApp

OSC_MOST: Final = 74_000
"""Bytes that common terminals take at once; more is dropped without a word."""
_NO_CLIPBOARD: Final = ("linux", "screen", "vt", "dumb", "cons")


def copy(app: "App[int]", text: str, what: str) -> None:
    """Copy, and say where it went: `Copied WHAT`."""
    console = cast("ConsoleApp", app)
    if os.environ.get("TMUX"):

        def through_tmux() -> None:
            words = into_tmux(text) or into_file(text)
            if console.is_running:
                console.call_from_thread(console.say, f"Copied {what}   {words}")

        console.copy_to_clipboard(text)
        console.run_worker(through_tmux, thread=True, exit_on_error=False)
    elif takes_osc52(os.environ, text):
        console.copy_to_clipboard(text)
        console.say(f"Copied {what}")
    else:
        console.say(f"Copied {what}   {into_file(text)}")


def takes_osc52(environ: Mapping[str, str], text: str) -> bool:
    """Whether the terminal may well take this text."""
    term = environ.get("TERM", "")
    return not term.startswith(_NO_CLIPBOARD) and len(text.encode("utf-8", "replace")) <= OSC_MOST


def into_tmux(text: str) -> str:
    """Load tmux's own buffer, which passes it on where it may; how to paste it, empty if that failed."""
    passes = _tmux(["show-options", "-sv", "set-clipboard"])
    # tmux before 3.2 has no -w.
    if _tmux(["load-buffer", "-w", "-"], text) is None and _tmux(["load-buffer", "-"], text) is None:
        return ""
    if passes in ("on", "external"):
        return "prefix ] pastes it in tmux too"
    return "in tmux: prefix ] pastes it; set-clipboard is off, so it stays there"


def _tmux(arguments: list[str], text: str = "") -> str | None:
    try:
        done = subprocess.run(
            ["tmux", *arguments],
            input=text.encode("utf-8", "replace"),
            check=False,
            capture_output=True,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def into_file(text: str) -> str:
    """Write it where only this user can read it; the words that say where."""
    try:
        handle, path = tempfile.mkstemp(prefix="mlops-console-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        return f"nowhere: {error.strerror}"
    return f"into {path}: this terminal has no clipboard"
