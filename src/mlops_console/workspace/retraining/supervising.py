"""`python -m` this: what runs one training, keeps what it prints, and writes down how it ended.

It outlives whoever started it: own session, no terminal, signals of terminals passed over. All that it needs
is imported before it begins, for the sources may be another edition's when the training ends, days later.
"""

import contextlib
import ctypes
import json
import os
import platform
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mlops_console import beneath
from mlops_console.errors import JournalError
from mlops_console.journal import authors
from mlops_console.journal.event import RETRAINED
from mlops_console.journal.log import Log
from mlops_console.journal.places import place_of
from mlops_console.promotion.commands import ended, environment, folder_of, why_not_started
from mlops_console.workspace.retraining.folders import BEAT, STOP
from mlops_console.workspace.retraining.order import Order
from mlops_console.workspace.retraining.printed import Printed

_TICK: Final = 0.25
"""Seconds between looks at whether it is to end."""
_LAST_WORDS: Final = 1.0
"""Seconds for what is left in the pipe once all that it started was ended."""
_READ: Final = 1.0
"""Seconds until everybody who follows the journal has read the end: until then it is not lost."""
_PIECE: Final = 64 << 10
_MOST_SAID: Final = 64 << 10
_DIE_WITH_PARENT: Final = 1
_TAKES_ORPHANS: Final = 36
_AGAIN: Final = (0.1, 1.0, 5.0, *[10.0] * 60)
"""Seconds between tries to write down the end: a full disk, or one that is away, may come back."""


@dataclass(frozen=True, slots=True)
class End:
    """How it ended."""

    outcome: str
    because: str = ""
    code: int | None = None


_TOLD: Final = End("stopped", "a signal told it to end: the machine went down, or somebody sent it")


class Training:
    """One command on its way."""

    def __init__(self, order: Order, folder: beneath.OpenFolder, lock: int) -> None:
        self._order = order
        self._folder = folder
        self._lock = lock
        self._log = Printed(folder.fd)
        self._told_to_end = 0
        self._touched = time.monotonic()
        self.began = time.monotonic()
        for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            # Handlers of ours, not ignored signals: the command begins with none of either.
            signal.signal(one, self._hear)

    def run(self) -> End:
        """Start it, wait for its end, and end all that it started."""
        order = self._order
        try:
            folder = folder_of(order.root, order.cwd)
            seen = {**environment(order.words, order.root), "PYTHONUNBUFFERED": "1"}
            child = subprocess.Popen(
                [*order.argv], cwd=folder, env=seen, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, start_new_session=True, bufsize=0,
                preexec_fn=_dying_with(os.getpid()),  # noqa: PLW1509 - there is one thread
            )  # fmt: skip
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            end = End("failed", f"{order.argv[0]} can't be started: {why_not_started(error)}")
        else:
            with child:
                end = self._followed(child)
        self._log.close(_last_line(end, time.monotonic() - self.began))
        return end

    def _hear(self, number: int, _: object) -> None:
        if number == signal.SIGTERM:
            self._told_to_end = number

    def _followed(self, child: "subprocess.Popen[bytes]") -> End:
        assert child.stdout is not None
        with selectors.DefaultSelector() as pipe:
            pipe.register(child.stdout, selectors.EVENT_READ)
            end = self._until(child, pipe)
            if end is not None:
                _signal(child, signal.SIGTERM)
                grace = time.monotonic() + self._order.grace
                while not ended(child) and time.monotonic() < grace:
                    self._some(pipe, _TICK)
            _signal(child, signal.SIGKILL)
            child.wait()
            _end_orphans()
            rest = time.monotonic() + _LAST_WORDS
            while pipe.get_map() and time.monotonic() < rest:
                self._some(pipe, 0.05)
        if end is None and self._told_to_end and child.returncode < 0:
            end = _TOLD  # it heard the same signal, and was quicker
        return end or _by_code(child.returncode)

    def _until(self, child: "subprocess.Popen[bytes]", pipe: selectors.BaseSelector) -> End | None:
        """Wait for its own end: None; else why it is to end."""
        until = self.began + self._order.seconds
        while not ended(child):
            if (wish := self._wished()) is not None:
                return wish
            if self._told_to_end:
                return _TOLD
            left = until - time.monotonic()
            if left <= 0:
                return End("late", f"it was not done within {self._order.seconds:,.10g} s")
            self._some(pipe, min(left, _TICK))
            self._beat()
            _reap(child.pid)
        return None

    def _some(self, pipe: selectors.BaseSelector, seconds: float) -> None:
        if not pipe.get_map():
            time.sleep(min(seconds, _TICK))  # all is said, and it still runs
        for key, _ in pipe.select(seconds):
            try:
                data = os.read(key.fd, _PIECE)
            except OSError:
                data = b""
            if data:
                self._log.write(data)
            else:
                pipe.unregister(key.fileobj)

    def _wished(self) -> End | None:
        """Whether its owner, or root, asked for its end, and why."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            found = os.stat(STOP, dir_fd=self._folder.fd, follow_symlinks=False)
            if found.st_uid not in (os.geteuid(), 0):
                return None
            said = json.loads(self._folder.read(STOP, _MOST_SAID)[0])
            reason, by = str(said.get("reason", "")), str(said.get("by", ""))
            mine = found.st_uid == os.geteuid()
            return End("stopped", reason if mine else f"{by}: {reason}")
        return None

    def _beat(self) -> None:
        if time.monotonic() - self._touched > BEAT:
            self._touched = time.monotonic()
            with contextlib.suppress(OSError):
                os.utime(self._lock)


def written_down(order: Order, end: End, seconds: float) -> bool:
    """Write into the journal how it ended, as soon as that can be done; whether it could."""
    body = {
        "model": order.model, "retrain": order.event, "outcome": end.outcome, "because": end.because,
        "code": end.code, "seconds": round(seconds, 3),
    }  # fmt: skip
    for wait in (*_AGAIN, 0.0):
        with contextlib.suppress(JournalError):
            Log(place_of(order.root, order.key, order.where)).append(RETRAINED, body)
            return True
        time.sleep(wait)
    return False


def _by_code(code: int) -> End:
    if code == 0:
        return End("done", "", 0)
    if code > 0:
        return End("failed", f"exit code {code}", code)
    try:
        name = f" ({signal.Signals(-code).name})"
    except ValueError:
        name = ""
    return End("failed", f"ended by signal {-code}{name}")


def _last_line(end: End, seconds: float) -> str:
    return f"{end.outcome} after {seconds:,.1f} s{': ' if end.because else ''}{end.because}".replace(
        "\n", " "
    )


def _signal(child: "subprocess.Popen[bytes]", number: int) -> None:
    """To it and all that it started, which is its group; it was not reaped, so the number is still its."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def _reap(child: int) -> None:
    """Let go of what the command left to this process and what has ended since; not of the command."""
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is not None:
            if found.si_pid == child:
                return
            os.waitpid(found.si_pid, 0)


def _end_orphans() -> None:
    """End what left the command's group, too, for it has become a child of this process, with its own."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    until = time.monotonic() + _LAST_WORDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            for pid in children.read_text().split():
                with contextlib.suppress(OSError):  # one that can't be ended spares none after it
                    os.kill(int(pid), signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def _dying_with(parent: int) -> Callable[[], None] | None:
    """Run in the command's process: it does not outlive its supervisor, whatever ends that."""
    if sys.platform != "linux":
        return None
    system = ctypes.CDLL(None)

    def die() -> None:
        system.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return die


def main(words: list[str]) -> int:
    """Numbers of open files: the order, the training's lock, the lock of its model."""
    given, lock, guard = (int(one) for one in words)
    with open(given, "rb") as source:
        order = Order.unpacked(source.read())
    folder = beneath.OpenFolder.at(order.kept_in.root, order.kept_in.below)
    authors.user_name(os.getuid())
    platform.node()
    with Path(os.devnull).open("r+b", buffering=0) as nowhere:
        os.dup2(nowhere.fileno(), 2)
    if os.fork():
        # Who started it waits for this one: the training's own parent is the system.
        os._exit(0)
    os.chdir("/")
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_TAKES_ORPHANS, 1, 0, 0, 0)
    training = Training(order, folder, lock)
    with contextlib.suppress(OSError):
        os.write(lock, f"{os.getpid()}\n".encode())  # for people, once a signal is heard
    end = training.run()
    if written_down(order, end, time.monotonic() - training.began):
        os.close(guard)  # the next may be started
        time.sleep(_READ)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
