"""A model asked in a process of its own: started, bounded, listened to, ended with all that it started."""

import contextlib
import json
import math
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import mlops_console
from mlops_console.analysis.diagnosis_child import FORM
from mlops_console.comparison.model import Progress
from mlops_console.comparison.predictions.naming import METRICS
from mlops_console.drift.diagnosis.model import MOST_COLUMNS, ModelError, Order, Weighed

if TYPE_CHECKING:
    from mlops_console.drift.diagnosis.rows import Drawn

SECONDS: Final = 300.0
"""So long a model may take, all in all."""
MEMORY: Final = 4 << 30
_MOST_SAID: Final = 16 << 20
_TICK: Final = 0.25
_START: Final = (
    "import json, sys; sys.path.extend(json.loads(sys.argv.pop(1)));"
    " from mlops_console.analysis.diagnosis_child import main; sys.exit(main(sys.argv[1:]))"
)
_KEPT: Final = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


def weighed(
    order: Order,
    model: int,
    rows: "Drawn",
    progress: Progress | None = None,
    *,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> Weighed:
    """What a model hangs on. The thread that calls this must live as long as it takes.

    Args:
        order: What is asked.
        model: A descriptor of the model's file, open for reading, at its beginning.
        rows: With all columns and the label.
        progress: Told how far it is; an exception in it ends the work.
        seconds: So long it may take.
        memory: So many bytes it may use.

    Raises:
        ModelError: Nothing came of it, and why.
    """
    with tempfile.TemporaryFile() as asked:
        asked.write(json.dumps(asdict(order)).encode() + b"\n")
        rows.write(asked)
        asked.flush()
        asked.seek(0)
        process = _started(asked.fileno(), model, memory, seconds)
        try:
            return _read(_last(process, progress, seconds), order, rows)
        finally:
            _end(process)


def _started(asked: int, model: int, memory: int, seconds: float) -> "subprocess.Popen[bytes]":
    numbers = [asked, model, os.getpid(), memory, math.ceil(seconds) + 1]
    words = [json.dumps(_paths()), *(str(one) for one in numbers)]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PATH": os.defpath, "HOME": "/nonexistent", **dict.fromkeys(_ONE_THREAD, "1")}
    environment |= {"LOKY_MAX_CPU_COUNT": "1", "PYTHONHASHSEED": "0"}
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-P", "-c", _START, *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            start_new_session=True, pass_fds=(asked, model), env=environment, cwd="/",
        )  # fmt: skip
    except OSError as error:
        raise ModelError(f"the process for the model can't be started: {error.strerror}") from error


def _paths() -> list[str]:
    """Where packages are, for a process that does not look at the environment; never the working folder."""
    own = str(Path(mlops_console.__file__).resolve().parents[1])
    here = str(Path.cwd())
    return [own, *(one for one in sys.path if one.startswith("/") and one not in (here, own))]


def _last(process: "subprocess.Popen[bytes]", progress: Progress | None, seconds: float) -> Mapping[str, Any]:
    """The last thing that it says, progress aside."""
    until = time.monotonic() + seconds
    for said in _lines(process, until, progress):
        part = said.get("part")
        if part is None:
            return said
        if progress is not None and isinstance(part, int | float) and 0 <= part <= 1:
            progress(float(part))
    if time.monotonic() >= until:
        raise ModelError(f"the model took longer than {seconds:g} s and was ended")
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(2.0)
    raise ModelError(f"the process of the model is gone ({_fate(process.returncode)})")


def _lines(
    process: "subprocess.Popen[bytes]", until: float, progress: Progress | None
) -> Iterator[Mapping[str, Any]]:
    assert process.stdout is not None
    pipe, data, total, part = process.stdout.fileno(), b"", 0, 0.0
    while (left := until - time.monotonic()) > 0:
        if not select.select([pipe], [], [], min(left, _TICK))[0]:
            if progress is not None:
                progress(part)
            continue
        piece = os.read(pipe, 1 << 16)
        if not piece:
            return
        total += len(piece)
        if total > _MOST_SAID:
            raise ModelError("the process of the model says too much")
        *whole, data = (data + piece).split(b"\n")
        for line in whole:
            said = _object(line)
            if said is not None:
                part = said["part"] if isinstance(said.get("part"), float) else part
                yield said


def _object(line: bytes) -> Mapping[str, Any] | None:
    """What a line says; None: it is not ours, but what the model wrote there."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _fate(code: int | None) -> str:
    if code is None:
        return "it closed its answers"
    number = -code if code < 0 else code - 128
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return f"it ended with {code}"


def _read(said: Mapping[str, Any], order: Order, drawn: "Drawn") -> Weighed:
    """What it says, checked: a model may answer in place of the process that asks it."""
    why, done = said.get("why"), said.get("done")
    if isinstance(why, str) and why:
        raise ModelError(why[:1_000])
    wrong = ModelError("the process of the model gave no sensible answer")
    if not isinstance(done, dict) or done.get("form") != FORM or done.get("metric") not in METRICS:
        raise wrong
    features, notes = done.get("features"), done.get("notes")
    if not isinstance(features, dict) or len(features) > MOST_COLUMNS or not isinstance(notes, list):
        raise wrong
    found = {}
    for name, pair in features.items():
        if name not in drawn.columns or not isinstance(pair, list) or len(pair) != 2:
            raise wrong
        mean, deviation = (_finite(one) for one in pair)
        if mean is None or deviation is None or deviation < 0:
            raise wrong
        found[name] = mean, deviation
    base, rows = _finite(done.get("base")), done.get("rows")
    if base is None or type(rows) is not int or not 0 < rows <= drawn.height or not found:
        raise wrong
    return Weighed(
        done["metric"], base, found, rows, order.repeats, str(done.get("model"))[:120],
        tuple(str(one)[:500] for one in notes[:10]),
    )  # fmt: skip


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _end(process: "subprocess.Popen[bytes]") -> None:
    """It, and all that it started in its session."""
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    assert process.stdout is not None
    process.stdout.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10.0)
