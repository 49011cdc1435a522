"""A run being recorded."""

import itertools
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlops_console.recording import ends, layout
from mlops_console.recording.lines import Complaints, LineFile
from mlops_console.recording.plain_values import as_params, number_text, plain
from mlops_console.recording.trackers import LOOK_EVERY, Trackers

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from mlops_console.recording.opening import Start

STATUSES = ("finished", "failed", "killed")
_MAX_MESSAGE = 2_000


class Run:
    """One execution, recorded into a folder of its own.

    Once it has begun nothing here raises because of a disk or a value: what can't be recorded costs one line
    on stderr and is counted in `end.json`.
    """

    def __init__(self, start: "Start") -> None:
        self.id: str = start.id
        self.name: str | None = start.name
        self._folder = start.folder
        self._pid = os.getpid()
        self._complaints = Complaints(start.id)
        self._metrics = LineFile(f"{start.folder}/{layout.METRICS}", self._complaints)
        self._events = LineFile(f"{start.folder}/{layout.EVENTS}", self._complaints)
        self._keys: dict[str, str] = {}
        self._steps = itertools.count()
        self._ended = False
        self._trackers = Trackers(self._note_tracker)
        self._look_at = 0.0
        self._trackers.begin()
        ends.watch(self)

    @property
    def folder(self) -> "Path":
        """The run's folder; what the script saves there belongs to the run."""
        from pathlib import Path

        return Path(self._folder)

    def log(
        self,
        step: "int | Mapping[str, Any] | None" = None,
        metrics: "Mapping[str, Any] | None" = None,
        /,
        **values: Any,
    ) -> None:
        """Log metrics: `log(3, loss=0.2)`, `log(3, {"val/loss": 0.3})` or `log({"loss": 0.2}, step=3)`.

        Values are numbers of any library. Without a step the next one is taken.
        """
        if isinstance(step, Mapping):
            metrics, step = step, None
        if step is None:
            step = values.pop("step", None)
        if metrics:
            values = {**metrics, **values}
        fields = self._fields(values) if values else ""
        if fields:
            now = time.time()
            if now >= self._look_at:
                self._look(now)
            self._metrics.append(f'{{"_step":{self._step(step)},"_time":{now:.6f}{fields}}}\n'.encode())

    def summary(self, values: "Mapping[str, Any] | None" = None, /, **more: Any) -> None:
        """Final values that stand for the run: `run.summary(accuracy=0.93)`; the latest word counts."""
        self._event("summary", values=plain({**(values or {}), **more}))

    def tag(self, key: str, value: str = "") -> None:
        """A label, with or without a value: `run.tag("baseline")`, `run.tag("team", "growth")`."""
        self._event("tag", key=str(key), value=str(value))

    def artifact(
        self, path: "str | os.PathLike[str]", *, copy: bool | None = None, sha256: bool | None = None
    ) -> None:
        """A file that the run produced.

        One inside the run's folder is noted where it lies. One outside is copied to `artifacts/` if it is
        small (up to 64 MiB) or if `copy` says so; else only its path is noted. `sha256` forces or forbids
        the hash.
        """
        from mlops_console.recording import files

        given = os.fspath(path)
        try:
            inside = self._inside(given)
            facts = files.describe(given, sha256)
            if inside is None and (facts["size"] <= files.COPY_LIMIT if copy is None else copy):
                name = files.copy_into(given, f"{self._folder}/{layout.ARTIFACTS}")
                facts["from"] = given
                inside = f"{layout.ARTIFACTS}/{name}"
        except (OSError, ValueError) as error:
            self._complaints.lose(f"can't record the artifact {given}: {_words(error)}")
            return
        self._event("artifact", path=inside or given, **facts)

    def dataset(
        self,
        path: "str | os.PathLike[str]",
        name: str | None = None,
        *,
        rows: int | None = None,
        sha256: bool | None = None,
    ) -> None:
        """A file or folder of data that the run uses: noted with size, hash and rows, never copied."""
        from mlops_console.recording import files

        given = os.fspath(path)
        try:
            facts = files.describe(given, sha256, want_rows=rows is None)
        except (OSError, ValueError) as error:
            self._complaints.lose(f"can't record the dataset {given}: {_words(error)}")
            return
        if rows is not None:
            facts["rows"] = int(rows)
        self._event("dataset", name=name or os.path.basename(given.rstrip("/")), path=given, **facts)  # noqa: PTH119

    def finish(self, status: str = "finished", reason: str | None = None) -> None:
        """End the run. Leaving the `with` block, or the script, does it by itself."""
        if status not in STATUSES:
            raise ValueError(f"status must be one of {', '.join(STATUSES)}, not {status!r}")
        self._end({"status": status, "exit": 0 if status == "finished" else None, "reason": reason})

    def fail(self, error: BaseException) -> None:
        """End the run because of an exception."""
        kind, code = type(error).__qualname__, None
        status, reason = "failed", None
        if isinstance(error, SystemExit):
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
            status, reason = ("failed", f"exit code {code}") if code else ("finished", None)
        elif isinstance(error, KeyboardInterrupt):
            status, reason = "killed", "interrupted from the keyboard"
        if reason or status == "finished":
            self._end({"status": status, "exit": code, "reason": reason})
        else:
            from mlops_console.recording.masking import mask_text

            message = mask_text(_said(error))
            self._end({"status": status, "exit": 1, "error": {"type": kind, "message": message}})

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        if error is None:
            self.finish()
        else:
            self.fail(error)

    def _fields(self, values: Mapping[str, Any]) -> str:
        """`,"loss":0.25` for each value that is a number."""
        keys = self._keys
        fields = ""
        for key, value in values.items():
            try:
                fields += (keys.get(key) or self._key(key)) + number_text(value)
            except (TypeError, ValueError, OverflowError, RuntimeError, AttributeError) as error:
                self._complaints.lose(f"can't log {key}: {_words(error)}")
        return fields

    def _key(self, key: str) -> str:
        import json

        if key in (layout.STEP, layout.TIME):
            raise ValueError("the name belongs to the format")
        text = self._keys[key] = f",{json.dumps(str(key))}:"
        return text

    def _step(self, step: Any) -> int:
        """The step as an integer; without one the next of this run."""
        if step is not None:
            try:
                number = int(step)
                if -(2**63) <= number < 2**63 - 1:
                    self._steps = itertools.count(number + 1)
                    return number
            except (TypeError, ValueError, OverflowError, RuntimeError):
                pass
            self._complaints.say(f"step {step!r} is no whole number, the next one is taken")
        return next(self._steps)

    def _event(self, kind: str, **fields: Any) -> None:
        import json

        event = {"event": kind, layout.TIME: round(time.time(), 6), **fields}
        self._events.append(json.dumps(event, allow_nan=False).encode() + b"\n")

    def _look(self, now: float) -> None:
        """Notice another tracker's run around the script's work."""
        self._look_at = now + LOOK_EVERY
        if os.getpid() == self._pid:
            self._trackers.look()

    def _note_tracker(self, tool: str, identity: str) -> None:
        self._event("same_as", tool=tool, id=identity)

    def _inside(self, path: str) -> str | None:
        """The path relative to the run's folder if it lies in it."""
        relative = os.path.relpath(os.path.realpath(path), os.path.realpath(self._folder))
        return None if relative == ".." or relative.startswith("../") else relative

    def _end(self, end: dict[str, Any]) -> None:
        if self._ended or os.getpid() != self._pid:  # a forked child is not the run
            return
        from mlops_console.recording.opening import stamp, write_whole

        self._trackers.look()
        self._ended = True
        ends.leave(self)
        end = {"ended": stamp(), **{key: value for key, value in end.items() if value is not None}}
        if self._complaints.lost:
            end["lost"] = {"count": self._complaints.lost, "because": self._complaints.first}
        try:
            write_whole(f"{self._folder}/{layout.END}", end)
        except OSError as error:
            self._complaints.say(f"can't write its end: {_words(error)}")
        self._metrics.close()
        self._events.close()


def run(
    params: Any = None,
    *,
    name: str | None = None,
    folder: "str | os.PathLike[str] | None" = None,
    group: str | None = None,
    tags: "Mapping[str, str] | list[str] | tuple[str, ...] | None" = None,
    parent: "Run | str | os.PathLike[str] | None" = None,
    capture: bool | None = None,
) -> Run:
    """Begin a run in a new folder below `folder` (default: `runs`).

    Args:
        params: What was chosen: a mapping (nested is fine), an `argparse.Namespace`, a dataclass.
        name: What people call the run; becomes part of the folder's name.
        folder: Where run folders are made.
        group: Runs that belong together: an experiment, a sweep.
        tags: Labels, with values or as a list of bare ones.
        parent: The run this one is part of, or its folder (default: `$MLOPS_CONSOLE_PARENT`).
        capture: Whether command line, code state and packages are written down
            (default: yes, unless `$MLOPS_CONSOLE_CAPTURE` is 0).

    Raises:
        ValueError: An argument can't be what it is.
        OSError: The run's folder can't be made: better now than after a night.
    """
    from mlops_console.recording.masking import mask
    from mlops_console.recording.opening import begin

    above = parent._folder if isinstance(parent, Run) else parent  # noqa: SLF001 - a run knows its kind
    if not isinstance(tags, Mapping):
        tags = dict.fromkeys(tags or (), "")
    return Run(
        begin(
            params={key: mask(key, value) for key, value in as_params(params).items()},
            name=name,
            folder=os.fspath(folder) if folder is not None else "runs",
            group=group,
            tags={str(key): str(value) for key, value in tags.items()},
            parent=os.fspath(above) if above else os.environ.get("MLOPS_CONSOLE_PARENT"),
            capture=os.environ.get("MLOPS_CONSOLE_CAPTURE") != "0" if capture is None else capture,
        )
    )


def _words(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _said(error: BaseException) -> str:
    try:
        return str(error)[:_MAX_MESSAGE]
    except Exception:  # noqa: BLE001 - a stranger's __str__ must not cost the run its end
        return ""
