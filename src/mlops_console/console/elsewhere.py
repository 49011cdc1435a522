"""Other programs of the person: their editor in this terminal, the desktop's window for a folder."""

import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from mlops_console.console.splash import terminal
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from textual.app import App

_STARTED: Final[list["subprocess.Popen[bytes]"]] = []
"""Windows that were opened: asked now and then whether they ended, so that none stays a zombie."""


def editor(environ: Mapping[str, str]) -> list[str]:
    """The command of the person's editor; UsageError where none is named, or it is not there."""
    wish = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        command = shlex.split(wish)
    except ValueError:
        command = []
    if not command:
        raise UsageError("no editor is set", "set EDITOR before the start, such as  export EDITOR=nano")
    if shutil.which(command[0]) is None:
        raise UsageError(f"the editor {command[0]} is not there", "set EDITOR to one that is")
    return command


def edit(app: "App[int]", command: list[str], path: str) -> None:
    """Let the editor have the terminal until it ends; UsageError where it can't be had or does not start.

    The interface stands still meanwhile: nothing may draw into the editor's screen.
    """
    from textual.app import SuspendNotSupported

    trouble = ""
    try:
        with app.suspend(), _left_alone():
            trouble = _run([*command, path])
    except SuspendNotSupported as error:
        raise UsageError("this terminal can't be lent to an editor") from error
    if trouble:
        raise UsageError(f"{Path(command[0]).name} {trouble}")


def _run(command: list[str]) -> str:
    """Run in the foreground; what went wrong. It must not raise: the terminal would not come back."""
    try:
        done = subprocess.run(command, check=False, stdin=_stdin(), stdout=terminal(), stderr=terminal())
    except OSError as error:
        return f"did not start: {error.strerror or error}"
    return f"ended with an error ({done.returncode})" if done.returncode else ""


def _stdin() -> TextIO | None:
    return sys.__stdin__ if sys.__stdin__ is not None and sys.__stdin__.isatty() else None


@contextmanager
def _left_alone() -> Iterator[None]:
    """What is typed to end something is meant for the editor, which has handlers of its own."""
    before = {number: signal.signal(number, _nothing) for number in (signal.SIGINT, signal.SIGQUIT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _nothing(number: int, frame: object) -> None:
    # Not SIG_IGN: a program that is started would inherit that.
    pass


def folder_of(root: str, path: str) -> str:
    """The folder a run lies in, where it may be a file itself."""
    whole = Path(root, path)
    return str(whole.parent if whole.is_file() else whole)


def open_folder(folder: str, environ: Mapping[str, str]) -> bool:
    """Show a folder in a window of the desktop; False where there is no desktop to show it on."""
    _STARTED[:] = [process for process in _STARTED if process.poll() is None]
    if sys.platform == "darwin":
        opener = shutil.which("open")
    elif environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        opener = shutil.which("xdg-open")
    else:
        opener = None
    if opener is None:
        return False
    silent = subprocess.DEVNULL
    try:
        _STARTED.append(
            subprocess.Popen(
                [opener, folder], stdin=silent, stdout=silent, stderr=silent, start_new_session=True
            )
        )
    except OSError:
        return False
    return True
