"""Children of ours that are forked from a process which has imported everything, and so are there at once.

Starting Python and importing numpy (or scikit-learn) costs more than most of what a child is asked in a test.
What a child does, how it is bounded and how it ends is the same; how one is really started, the tests of
`ingest`, `viewing` and `analysis` see to, and all that begin with a whole process. Also the program of the
process that has imported everything: `python -P children_ready.py SOCKET MODULE`.
"""

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any

from mlops_console.ingest.apart import _ONE_THREAD as SAME
from mlops_console.ingest.apart import _words

WITH = {
    "mlops_console.ingest.child": ("yaml",),
    "mlops_console.analysis.child": ("scipy.stats", "sklearn.ensemble", "polars"),
}
_LARGEST = 1 << 17
_STATUS = struct.Struct("=q")


class Forked:
    """As much of a `subprocess.Popen` as is asked of one."""

    def __init__(self, stdin: int, stdout: int, status: int) -> None:
        self.stdin, self.stdout, self._status = FileIO(stdin, "w"), FileIO(stdout), FileIO(status)
        self.returncode: int | None = None
        said = self._status.read(_STATUS.size)
        assert said, "no child was made"
        (self.pid,) = _STATUS.unpack(said)

    def poll(self) -> int | None:
        """How it ended, if it did."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """How it ends."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("child", timeout or 0)
            said = self._status.read(_STATUS.size)
            self.returncode = os.waitstatus_to_exitcode(_STATUS.unpack(said)[0]) if said else -signal.SIGKILL
            self._status.close()
        return self.returncode

    def kill(self) -> None:
        """End it at once."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class Mother:
    """The process that has imported a module, and has children that run it."""

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._guard = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(Path(__file__)), str(theirs.fileno()), module],
                pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                env={**environment, **SAME},
            )  # fmt: skip

    def child(self, page: int, release: str, log: Path, what: str) -> Forked:
        """One that answers like that of `apart.spawn`."""
        theirs_in, stdin = os.pipe()
        stdout, theirs_out = os.pipe()
        status, theirs_status = os.pipe()
        asked = {"parent": os.getpid(), "release": release, "env": {**os.environ, **SAME}}
        said = json.dumps(asked).encode("utf-8", "surrogateescape")
        here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        try:
            with _words(log / f"{what}.log") as words, self._guard:
                given = [theirs_in, theirs_out, words.fileno(), page, here, theirs_status]
                socket.send_fds(self._ours, [said], given)
        finally:
            for fd in (theirs_in, theirs_out, here, theirs_status):
                os.close(fd)
        return Forked(stdin, stdout, status)

    def close(self) -> None:
        """No more children."""
        self._ours.close()
        self._process.wait(60)


class Mothers:
    """One for each module, begun when it is first asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._environment = dict(os.environ)
        self._by_module: dict[str, Mother] = {}

    def spawn(self, module: str, page: int, release: str, log: Path, what: str) -> Forked:
        """In place of `apart.spawn`."""
        with self._guard:
            if module not in self._by_module:
                self._by_module[module] = Mother(module, self._environment)
        return self._by_module[module].child(page, release, log, what)

    def close(self) -> None:
        """End all of them."""
        for mother in self._by_module.values():
            mother.close()


def serve(orders: socket.socket, module: Any) -> None:
    """Have children until nobody can ask for one any more."""
    while True:
        said, given, _, _ = socket.recv_fds(orders, _LARGEST, 6)
        if not said:
            return
        if os.fork() == 0:
            orders.close()
            _watch(module, json.loads(said.decode("utf-8", "surrogateescape")), given)
        for fd in given:
            os.close(fd)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _watch(module: Any, asked: dict[str, Any], given: list[int]) -> None:
    """Have the child and tell how it ends: its number first, then its status."""
    *its, status = given
    pid = os.fork()
    if pid == 0:
        os.close(status)
        _live(module, asked, *its)
    for fd in its:
        os.close(fd)
    with contextlib.suppress(OSError):
        os.write(status, _STATUS.pack(pid))
        os.write(status, _STATUS.pack(os.waitpid(pid, 0)[1]))
    os._exit(0)


def _live(
    module: Any, asked: dict[str, Any], stdin: int, stdout: int, words: int, page: int, here: int
) -> None:
    code: Any = 1
    try:
        os.setsid()
        for fd, place in ((stdin, 0), (stdout, 1), (words, 2)):
            os.dup2(fd, place)
            os.close(fd)
        os.environ.clear()
        os.environ.update(asked["env"])
        time.tzset()
        os.fchdir(here)
        os.close(here)
        os.getppid = lambda: asked["parent"]
        code = module.main([str(page), str(asked["parent"]), asked["release"]])
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    for one in WITH.get(sys.argv[2], ()):
        importlib.import_module(one)
    serve(socket.socket(fileno=int(sys.argv[1])), importlib.import_module(sys.argv[2]))
