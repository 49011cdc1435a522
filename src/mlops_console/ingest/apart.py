"""What every child process of ours has in common: bounded, without a terminal, gone when its parent is."""

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, Final

from mlops_console.errors import ConsoleError

_DIE_WITH_PARENT: Final = 1
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}


def spawn(module: str, page: int, release: str, log: Path, what: str) -> "subprocess.Popen[bytes]":
    """Start `python -m module PAGE PARENT RELEASE`; what it complains about goes to a file in `log`.

    The thread that calls this must live as long as the child: the system ends the child with it.
    """
    # -P: never import from the working folder, which may be somebody's project.
    child = ["-P", "-m", module, str(page), str(os.getpid()), release]
    with _words(log / f"{what}.log") as words:
        try:
            return subprocess.Popen(
                [sys.executable, *child],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, bufsize=0,
                start_new_session=True, pass_fds=(page,), env={**os.environ, **_ONE_THREAD},
            )  # fmt: skip
        except OSError as error:
            raise ConsoleError(f"the {what} process can't be started: {error.strerror}") from error


def end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Close the pipes, so that the child leaves, and kill one that doesn't."""
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        with contextlib.suppress(OSError):
            pipe.close()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        # One that waits for a dead file system can't even be killed: it is left to the system.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(seconds, 0.2))


def settle_in(parent: int, memory: int, nicer: int = 0) -> None:
    """Called by the child first: no interrupts from the keyboard, bounded memory, an end with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(0)
    if nicer:
        os.nice(nicer)
    # What is mapped from a file takes addresses, no memory: the second bound holds where the first is lifted.
    for kind, most in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_DATA, memory), (resource.RLIMIT_CORE, 0)
    ):  # fmt: skip
        hard = resource.getrlimit(kind)[1]
        with contextlib.suppress(ValueError, OSError):  # some systems know the limit but not how to set it
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _words(file: Path) -> BinaryIO:
    """Where the child complains; nowhere if there is no place for it."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return file.open("ab")
    except OSError:
        return Path(os.devnull).open("ab")
