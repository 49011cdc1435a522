"""The process that holds somebody's model: bounded, alone, without secrets, and asked one question.

Started by `analysis.diagnosing`, isolated from the environment and from the working folder. Loading a pickle
runs what it names, under the name of the user who trusted exactly that file: nothing here keeps it from that.
But it can take neither the console's memory nor its time, and where the system allows it there is no network,
and whatever it starts ends with it.
"""

import contextlib
import ctypes
import hashlib
import json
import math
import os
import resource
import signal
import sys
from typing import Any, Final

from mlops_console.drift.diagnosis.model import ModelError, Order, Weighed
from mlops_console.ingest.apart import settle_in

FORM: Final = 1
"""Of what is asked and answered: both ends are of one release."""
NICER: Final = 10
FILES: Final = 16 << 20
"""Bytes of the largest file that it may write."""
_NEW_USER, _NEW_PROCESSES, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_DIE_WITH_PARENT: Final = 1


def main(arguments: list[str]) -> int:
    """Answer on descriptor 1 of the start, once."""
    asked, model, parent, memory, seconds = (int(argument) for argument in arguments)
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    settle_in(parent, memory, NICER)
    _bound(seconds)
    _alone()
    with contextlib.suppress(BrokenPipeError):
        _say(answers, _answer(asked, model, answers))
    return 0


def _answer(asked: int, model: int, answers: int) -> dict[str, Any]:
    """What came of it; what goes wrong is a sentence."""
    try:
        return {"done": _plain(_asked(asked, model, answers))}
    except ModelError as error:
        return {"why": str(error)}
    except MemoryError:
        return {"why": "the model takes more memory than is allowed"}
    except SystemExit:
        return {"why": "the model ended its process while it was loaded or asked"}
    except BaseException as error:  # noqa: BLE001 - whatever somebody's model raises, KeyboardInterrupt too
        return {"why": f"the model failed: {type(error).__name__}: {' '.join(str(error).split())[:300]}"}


def _asked(asked: int, model: int, answers: int) -> Weighed:
    from mlops_console.drift.diagnosis.asking import ask
    from mlops_console.drift.diagnosis.rows import read

    with os.fdopen(asked, "rb") as file:
        said = json.loads(file.readline())
        frame = read(file).frame
    said["usual"] = tuple(said["usual"])
    order = Order(**said)
    with os.fdopen(model, "rb") as file:
        data = file.read(order.size + 1)
    if hashlib.sha256(data).hexdigest() != order.sha256:
        raise ModelError("the model's file changed since it was looked at: nothing of it was loaded")
    return ask(order, data, frame, lambda part: _say(answers, {"part": round(part, 4)}))


def _plain(found: Weighed) -> dict[str, Any]:
    figures = [found.base, *(figure for pair in found.features.values() for figure in pair)]
    if not all(math.isfinite(figure) for figure in figures):
        raise ModelError("what the model answers gives no figure")
    return {
        "form": FORM,
        "metric": found.metric,
        "base": found.base,
        "features": {name: list(pair) for name, pair in found.features.items()},
        "rows": found.rows,
        "repeats": found.repeats,
        "model": found.model,
        "notes": list(found.notes),
    }


def _say(answers: int, said: dict[str, Any]) -> None:
    data = json.dumps(said, allow_nan=False).encode(errors="replace") + b"\n"
    while data:
        data = data[os.write(answers, data) :]


def _bound(seconds: int) -> None:
    for kind, most in (
        (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, FILES), (resource.RLIMIT_NOFILE, 256),
    ):  # fmt: skip
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _alone() -> None:
    """Where the system lets anybody: no network, and processes of our own, which all end with the first."""
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.geteuid(), os.getegid()
    if system.unshare(_NEW_USER | _NEW_PROCESSES | _NEW_NETWORK):
        return
    for name, words in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with contextlib.suppress(OSError), open(f"/proc/self/{name}", "w") as file:
            file.write(words)
    # Twice: the first of the new processes must be one that nothing can happen to.
    for _ in range(2):
        child = os.fork()
        if child:
            _end_as(child)
        system.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _end_as(child: int) -> None:
    """Wait for a process and end as it did."""
    while True:
        gone, status = os.wait()
        if gone == child:
            break
    if os.WIFSIGNALED(status):
        os._exit(128 + os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
