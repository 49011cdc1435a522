"""Is the process that writes a run still there?"""

import os
import socket
from functools import cache
from pathlib import Path

from mlops_console.records import Process


def alive(process: Process) -> bool | None:
    """True or False when it can be known, None where it can't (another host)."""
    if process.host and process.host != host():
        return None
    if process.boot_id and boot_id() and process.boot_id != boot_id():
        return False
    if process.pid <= 0:
        return None
    found = _state_and_start(process.pid)
    if found is None:
        return _signalled(process.pid)
    state, started = found
    if state in "ZX":
        return False
    return not process.started or process.started == started


@cache
def host() -> str:
    """This host's name, as runs record it."""
    return socket.gethostname()


@cache
def boot_id() -> str:
    """What the kernel calls this boot; empty where it doesn't say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _state_and_start(pid: int) -> tuple[str, int] | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The command's name may hold spaces and parentheses: the fields begin behind the last one.
    fields = stat[stat.rfind(b")") + 2 :].split()
    try:
        return fields[0].decode("ascii"), int(fields[19])
    except (IndexError, ValueError):
        return None


def _signalled(pid: int) -> bool:
    """Ask without /proc, or where it hides other people's processes."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
