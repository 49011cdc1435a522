"""Running a project's own command: without a terminal, within its time, with nothing left of it afterwards.

Whether it may run at all is not asked here: whoever calls has seen that this user trusts its exact text.
"""

import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final

from mlops_console import beneath
from mlops_console.promotion.model import CommandOutcome
from mlops_console.records import Json
from mlops_console.wishes.model import Command

KEPT: Final = 64 << 10
"""Bytes of each stream that are kept: the last ones."""
SAID: Final = 4_096
"""Characters of what it printed that are told."""
_INHERITED: Final = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
    "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES",
)  # fmt: skip
"""What a command sees of our environment; secrets in the rest stay where they are."""
_BEAT: Final = 0.2
_LAST_WORDS: Final = 1.0
"""Seconds for what is left in the pipes once the command has ended, and all that it started was ended."""
Wanted = Callable[[], bool]


def run_command(
    command: Command,
    root: str,
    *,
    words: Mapping[str, str] | None = None,
    given: bytes = b"",
    wanted: Wanted | None = None,
) -> CommandOutcome:
    """Run a trusted command in its project, and end all that it started when it ends or its time is up.

    Args:
        command: What to run, as the file gives it.
        root: The project's folder.
        words: What is told to it: `{name}` stands for it in the command's words, and `MLOPS_CONSOLE_NAME` in
            its environment.
        given: What it reads on its standard input.
        wanted: Asked now and then; a no ends it, as if its time were up.
    """
    told = {key: value for key, value in (words or {}).items() if "\0" not in value}
    argv = [filled(word, told) for word in command.argv]
    began = time.monotonic()
    try:
        folder = folder_of(root, command.cwd)
        with subprocess.Popen(
            argv,
            cwd=folder,
            env=environment(told, root),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        ) as child:
            talk = _Talk(child, given)
            try:
                in_time = talk.until(began + command.seconds, wanted)
            finally:
                _end(child)
                talk.rest(time.monotonic() + _LAST_WORDS)
    except (OSError, ValueError) as error:
        why = f"{argv[0]} can't be started: {why_not_started(error)}"
        return CommandOutcome(command.text, True, said=why, seconds=time.monotonic() - began)
    seconds = time.monotonic() - began
    printed = talk.printed["out"].decode("utf-8", "surrogateescape")
    errors = talk.printed["err"].decode("utf-8", "surrogateescape")
    output = last_object(printed)
    said = "\n".join(part.strip("\n") for part in (errors, "" if output else printed) if part.strip())
    code = child.returncode if in_time else None
    return CommandOutcome(command.text, True, code, output, said[-SAID:], seconds, timed_out=not in_time)


def last_object(printed: str) -> dict[str, Json] | None:
    """The JSON object on the last line that holds anything."""
    lines = [line for line in printed.splitlines() if line.strip()]
    if not lines:
        return None
    try:
        found = json.loads(lines[-1])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class _Talk:
    """Feeds a child, and keeps the end of what it prints however much that is."""

    def __init__(self, child: "subprocess.Popen[bytes]", given: bytes) -> None:
        self._child = child
        self._given = memoryview(given)
        self.printed: dict[str, bytearray] = {"out": bytearray(), "err": bytearray()}
        self._open = selectors.DefaultSelector()
        for stream, name, what in (
            (child.stdin, "in", selectors.EVENT_WRITE),
            (child.stdout, "out", selectors.EVENT_READ),
            (child.stderr, "err", selectors.EVENT_READ),
        ):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
            self._open.register(stream, what, name)
        if not given:
            self._close(child.stdin)

    def until(self, end: float, wanted: Wanted | None) -> bool:
        """Talk until the command itself has ended; False where it was not done in time, or nobody waits."""
        while not ended(self._child):
            left = end - time.monotonic()
            if left <= 0 or (wanted is not None and not wanted()):
                return False
            self._some(min(left, _BEAT))
        return True

    def rest(self, end: float) -> None:
        """What is left in the pipes."""
        self._close(self._child.stdin)
        while self._open.get_map() and time.monotonic() < end:
            self._some(0.05)
        self._open.close()

    def _some(self, seconds: float) -> None:
        if not self._open.get_map():
            # All is said, and it still runs: its end is the only thing to wait for.
            time.sleep(min(seconds, 0.02))
            return
        for key, _ in self._open.select(seconds):
            if key.data == "in":
                self._feed(key.fileobj)
            else:
                self._hear(key.fileobj, self.printed[key.data])

    def _feed(self, stream: Any) -> None:
        try:
            sent = os.write(stream.fileno(), self._given[:KEPT])
        except BlockingIOError:
            return
        except OSError:
            sent = len(self._given)  # it reads no more
        self._given = self._given[sent:]
        if not self._given:
            self._close(stream)

    def _hear(self, stream: Any, into: bytearray) -> None:
        try:
            piece = os.read(stream.fileno(), KEPT)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._close(stream)
        into += piece
        del into[:-KEPT]

    def _close(self, stream: "IO[bytes] | None") -> None:
        if stream is not None and not stream.closed:
            self._open.unregister(stream)
            stream.close()


def ended(child: "subprocess.Popen[bytes]") -> bool:
    """Whether it has ended; it stays unreaped, so that no stranger's group can have its number meanwhile."""
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End the command with all that it started: its session has its own group."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()
    child.wait()


def filled(word: str, told: Mapping[str, str]) -> str:
    """A command's word with the names in it replaced; braces that name nothing stay as they are."""
    import re

    return re.sub(r"\{([a-z_]+)\}", lambda found: told.get(found[1], found[0]), word)


def environment(told: Mapping[str, str], root: str) -> dict[str, str]:
    """What a command of a project sees: little of ours, and what is told to it."""
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    ours = {f"MLOPS_CONSOLE_{name.upper()}": value for name, value in told.items()}
    return {**kept, "MLOPS_CONSOLE_PROJECT": root, **ours, "PYTHONIOENCODING": "utf-8"}


def folder_of(root: str, cwd: str) -> Path:
    """The folder to run in: beneath the project, no link on the way; ValueError where that can't be."""
    try:
        os.close(beneath.open_folder(root, cwd))
    except OSError as error:
        raise ValueError(f"its folder {cwd} {beneath.why_not(error)}") from error
    return Path(root, cwd)


def why_not_started(error: Exception) -> str:
    """The end of the sentence `train.py can't be started: `."""
    if isinstance(error, FileNotFoundError):
        return f"there is no {error.filename}"
    if isinstance(error, OSError):
        return beneath.why_not(error)
    return str(error)
