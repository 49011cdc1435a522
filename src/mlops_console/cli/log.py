"""`mlops-console log RUN [FILE]`: the end of a run's log."""

import signal
import sys
import threading
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.cli.printing import out, out_json, say, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.files import Tail

EPILOG = """\
Without FILE, the likeliest log: output.log, train.log, stdout, slurm-JOB.out (also above the run's folder),
*.log, *.out, stderr. Escape codes are left out, of a progress bar its last state is shown.
--follow ends when the run has ended.
--json prints a line per line: {"path", "text"}"""
_FIRST: Final = 64 << 10
_MOST: Final = 16 << 20
_AT_ONCE: Final = 1 << 20
_PAUSE: Final = 0.4
_LONGEST: Final = 16_384


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("run", metavar="RUN", help="a run's id, its beginning, path or name")
    parser.add_argument("file", metavar="FILE", nargs="?", help="a log, relative to the run's folder")
    parser.add_argument("--follow", "-f", action="store_true", help="go on while the run does")
    parser.add_argument(
        "--lines", "-n", metavar="N", type=_lines, default=50, help="so many of the last lines (default: 50)"
    )
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def _lines(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no number of lines")
    return int(text)


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.details import resolve
    from mlops_console.workspace.files import is_running

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        run_id = resolve(workspace, asked.run)
        path = _meant(workspace, run_id, asked.file) if asked.file else _likeliest(workspace, run_id)
        found = _last(workspace, run_id, path, asked.lines)
        printed = _Lines(path, asked.json)
        with _interrupts() if asked.follow else nullcontext(threading.Event()) as interrupted:
            printed.put(found.lines[-asked.lines :] if asked.lines else ())
            if asked.follow and is_running(workspace, run_id):
                found = _follow(workspace, run_id, path, found, printed, interrupted)
        if found.partial and asked.lines:
            printed.put((found.partial,))
    return 0


class _Lines:
    """Prints lines so that they only show what they say."""

    def __init__(self, path: str, as_json: bool) -> None:
        self._path = path
        self._json = as_json

    def put(self, lines: tuple[str, ...]) -> None:
        """Print some."""
        for line in lines:
            if self._json:
                out_json({"path": self._path, "text": line})
            else:
                out(safe_text(line.expandtabs(8), _LONGEST))
        sys.stdout.flush()


def _meant(workspace: "Workspace", run_id: str, shown: str) -> str:
    from mlops_console.workspace.files import entries, meant

    return meant(entries(workspace, run_id), shown)


def _likeliest(workspace: "Workspace", run_id: str) -> str:
    from mlops_console.workspace.files import logs

    found = logs(workspace, run_id)
    if not found:
        raise UsageError("no log lies with this run", "`mlops-console files RUN` lists its files; name one")
    if len(found) > 1:
        others = ", ".join(safe_text(entry.path, 60) for entry in found[1:6])
        say(f"{safe_text(found[0].path)}; there are also {others}{', ...' if len(found) > 6 else ''}")
    return found[0].path


def _last(workspace: "Workspace", run_id: str, path: str, lines: int) -> "Tail":
    from mlops_console.workspace.files import tail

    limit = _FIRST
    while True:
        found = tail(workspace, run_id, path, None, limit)
        if found.problem:
            raise UsageError(f"{safe_text(path, 80)} can't be shown: {found.problem}")
        if len(found.lines) >= lines or not found.skipped or limit >= _MOST:
            return found
        limit *= 16


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """^C is noted and not raised: in the middle of a question to the store it would be lost."""
    interrupted = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted.is_set():
        sys.exit(130)  # without a word: it is how following ends


def _follow(
    workspace: "Workspace", run_id: str, path: str, last: "Tail", printed: _Lines, stop: threading.Event
) -> "Tail":
    """Print what comes until the run has ended and nothing more is there."""
    from mlops_console.workspace.details import detail
    from mlops_console.workspace.files import is_running, tail

    # The run's end is known from its files: they are read meanwhile, those of its project alone.
    key = detail(workspace, run_id).project_key
    workspace.projects[:] = [project for project in workspace.projects if project.key == key]
    workspace.start()
    trouble = ""
    while not stop.is_set():
        over = not is_running(workspace, run_id)
        found = tail(workspace, run_id, path, last.offset, _AT_ONCE)
        if found.problem != trouble:
            trouble = found.problem
            say(safe_text(trouble) if trouble else "It can be read again.")
        if found.restarted:
            say("The file was truncated or replaced.")
        if found.skipped:
            say(f"{display.size(found.skipped)} were left out.")
        printed.put(found.lines)
        moved = found.offset != last.offset or found.restarted
        if not trouble:
            last = found
        if over and not moved:
            break
        if not moved:
            stop.wait(_PAUSE)
    return last
