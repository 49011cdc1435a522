"""Rows of a window that lack a label, for somebody to collect them: read, and written to a file."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError, UsageError

if TYPE_CHECKING:
    from mlops_console.drift.model import Segment
    from mlops_console.workspace.drifting.judged import JudgedWindow
    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.opening import Workspace

JOB: Final = "unlabelled rows"
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")
_TRIES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """Those rows, at most as many as somebody is given at once."""

    columns: tuple[str, ...]
    """Key, time, what parts the rows and what moved in them, what the model said; then the label, empty."""
    part: "Segment | None"
    """The part that moved, whose rows are first; None: no part of the rows explains the move."""
    rows: int
    moved: int
    """So many of `rows` are of the part that moved."""
    lacking: int
    """Rows of the window without a label, also those that are too many."""
    lacking_moved: int
    window: int
    """Rows of the window."""
    csv: str
    """A header, then a line a row; text is raw."""
    problems: tuple[str, ...] = ()


def unlabelled(workspace: "Workspace", watched: "Watched", judged: "JudgedWindow") -> Unlabelled:
    """The rows of a window that have no label yet. A worker's work.

    Raises:
        UsageError: The monitor knows no labels, or the window's files are not there any more.
        DataError: They can't be read.
    """
    from mlops_console.workspace.drifting.requesting import request_of
    from mlops_console.workspace.drifting.segment_rows import answered, window_of

    one = watched.monitor
    if not one.label:
        raise UsageError(f"{safe_text(one.name, 80)} names no label: there is none to collect")
    found, window = window_of(workspace, watched, judged)
    part = max(judged.segments, key=lambda each: each.explains, default=None)
    moved = [part.by, part.feature] if part is not None else []
    kind = next((each.kind for each in judged.features if part and each.name == part.by), "categorical")
    request: dict[str, Any] = {
        **request_of(found, window),
        "part": None if part is None else {"by": part.by, "level": part.level, "kind": kind},
        "columns": [name for name in (one.key, one.time, *moved, one.prediction, one.score) if name],
    }
    form = answered(workspace, JOB, request)
    return Unlabelled(
        tuple(form["columns"]), part, form["rows"], form["moved"], form["lacking"], form["lacking_moved"],
        form["window"], form["csv"], tuple(form["problems"]),
    )  # fmt: skip


def file_name(monitor: str, window: str) -> str:
    """What the file is called, unless somebody says otherwise: `unlabelled-tower-2013-09.csv`."""
    return f"{_NOT_IN_NAMES.sub('-', f'unlabelled-{monitor}-{window}').strip('-.')[:80]}.csv"


def free_path(folder: Path, name: str) -> Path:
    """Where a file of this name can be written, with a number where the name is taken."""
    stem = name.removesuffix(".csv")
    for number in range(1, _TRIES):
        path = folder / (f"{stem}.csv" if number == 1 else f"{stem}-{number}.csv")
        if not os.path.lexists(path):
            return path
    raise ConsoleError(f"{safe_text(str(folder))} holds {_TRIES:,} files of that name")


def write(found: Unlabelled, path: Path, made: Path | None = None) -> Path:
    """Write the rows to a file that is nobody else's to read; never over another one.

    Args:
        found: The rows.
        path: The file, which may not be there yet.
        made: A folder that is made where it is missing.

    Raises:
        UsageError: There is a file of that name already, or no such folder.
        ConsoleError: It can't be written.
    """
    shown = safe_text(str(path), 400)
    try:
        if made is not None:
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            try:
                file.write(found.csv.encode("utf-8", "backslashreplace"))
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except FileExistsError as error:
        raise UsageError(f"{shown} is there already", "name another file") from error
    except FileNotFoundError as error:
        raise UsageError(
            f"there is no folder {safe_text(str(path.parent), 400)}", "make it, or name another"
        ) from error
    except (OSError, ValueError) as error:
        raise ConsoleError(f"can't write {shown}: {getattr(error, 'strerror', None) or error}") from error
    return path
