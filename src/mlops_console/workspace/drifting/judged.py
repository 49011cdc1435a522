"""Judged windows as files: `<project>/.mlops-console/drift/<monitor>/<window>-<rows>-<settings>.json`.

What a file holds was measured; thresholds play no part in it, they are applied when it is read. Its name says
which rows of which window were measured how, so that what is new is told by names alone, and of several that
judge the same window at once exactly one is kept. Labels that come later are files of their own beside it.
"""

import contextlib
import errno
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from mlops_console import beneath
from mlops_console.drift.judged_form import made, made_all
from mlops_console.drift.model import Domain, ErrorSlice, Measured, ModelReport, Segment, Side
from mlops_console.journal.folders import make_folders, names_in
from mlops_console.journal.places import Folder
from mlops_console.journal.writing import sweep, write_once
from mlops_console.ours import DRIFT, OURS
from mlops_console.records import Project
from mlops_console.settings import Places
from mlops_console.workspace.drifting.locking import Lock

T = TypeVar("T")
FORM: Final = 1
MOST_BYTES: Final = 64 << 20
"""Of one file: 10,000 columns with histograms have room."""
_NAME: Final = re.compile(r"(?P<window>.+)-(?P<rows>[0-9a-f]{16})-(?P<settings>[0-9a-f]{12})\.json")
_LABELS: Final = re.compile(r"(?P<of>.+-[0-9a-f]{16}-[0-9a-f]{12})\.labels-(?P<labels>[0-9a-f]{12})\.json")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._]+")
_LONGEST: Final = 80
_LATEST: Final = 60_000_000_000_000_000
"""Microseconds before and after 1970 that every calendar has, in every zone: some 1,900 years."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which judged window: what its file is called."""

    window: str
    """Its name as far as that can be one of a file; `rows` tells apart what is alike in that."""
    rows: str
    """Of the window's name and the rows in it."""
    settings: str
    """Of what is measured, how, and against which reference."""

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.window}-{self.rows}-{self.settings}.json"

    def labels_file(self, labels: str) -> str:
        """The file's name of its performance by these labels."""
        return f"{self.window}-{self.rows}-{self.settings}.labels-{labels}.json"


@dataclass(frozen=True, slots=True)
class JudgedWindow:
    """A window as it was measured."""

    key: Key
    window: str
    start: int | None
    """Epoch microseconds; None: it is not cut by time."""
    end: int | None
    reference: Side
    current: Side
    features: tuple[Measured, ...]
    floors: Mapping[str, float]
    by: str
    """Who judged it."""
    host: str
    at: int
    """Epoch microseconds."""
    domain: Domain | None = None
    model: ModelReport | None = None
    """By the labels that came last."""
    segments: tuple[Segment, ...] = ()
    problems: tuple[str, ...] = ()
    drifted: bool = False
    """What was thought when it was measured: labels that come later need it."""
    labelled_at: int = 0
    """When the performance was judged by labels that came later; 0: it was not."""
    labels: str = ""
    """By which labels the performance was judged, a digest; empty: there were none."""
    arrived: int = 0
    """When its newest file was written last, epoch microseconds; 0: not known."""

    @property
    def slices(self) -> tuple[ErrorSlice, ...]:
        """Where the model is wrong most, by the labels that came last; empty: nowhere more, or not known."""
        return self.model.slices if self.model is not None else ()


@dataclass(slots=True)
class Listed:
    """What there is, by names alone."""

    keys: set[Key] = field(default_factory=set)
    labels: dict[str, list[str]] = field(default_factory=dict)
    """The file of a window -> those of its labels."""
    stamps: dict[str, str] = field(default_factory=dict)
    """File -> another text as soon as it is another file, wherever it lies."""


class JudgedFolder:
    """The judged windows of one monitor, wherever this user finds and writes them."""

    def __init__(self, project: Project, monitor: str, where: Places) -> None:
        own = where.journals.with_name("drift")
        self._project = Folder(project.root, f"{DRIFT}/{monitor}", f"{DRIFT}/{monitor}")
        self._own = Folder(str(own), f"{project.key}/{monitor}", str(own / project.key / monitor))
        self.problems: list[str] = []
        """What could not be used or kept, a sentence each."""
        self.damaged: set[str] = set()
        """Files that could not be used."""
        self.private = False
        """Whether a verdict had to be kept among the user's own files."""

    def list(self) -> Listed:
        """What is there, without reading it."""
        found = Listed()
        for folder in (self._project, self._own):
            with contextlib.suppress(FileNotFoundError):
                try:
                    with folder.open() as opened:
                        names = names_in(opened.fd)
                        for name in names:
                            if _sort_in(name, found):
                                found.stamps[name] = found.stamps.get(name, "") + _stamp(opened.fd, name)
                except FileNotFoundError:
                    raise
                except OSError as error:
                    self._say(f"{folder.shown} {beneath.why_not(error)}.")
                    continue
        return found

    def read(self, key: Key) -> JudgedWindow | None:
        """A judged window with the performance by its newest labels; None, told, where that can't be used."""
        return self._first(key.file, lambda form: made_of(key, form))

    def has(self, file: str) -> bool:
        """Whether there is one, looked up now."""
        for folder in (self._project, self._own):
            with contextlib.suppress(OSError):
                beneath.stat_beneath(folder.root, f"{folder.below}/{file}")
                return True
        return False

    def read_labels(self, file: str) -> tuple[ModelReport, int, str] | None:
        """The performance by labels that came later: it, when that was judged, the digest of the labels."""
        return self._first(file, _labelled)

    def keep(self, file: str, form: Mapping[str, Any]) -> bool:
        """Write one, once; False: somebody else's was first, or it can't be kept at all (that is told).

        Where the project can't be written it is kept among the user's own files.
        """
        data = json.dumps(form, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode(
            errors="surrogatepass"
        )
        if len(data) > MOST_BYTES:
            self._say(f"the verdict on {file} can't be kept: it has more than {MOST_BYTES >> 20} MiB.")
            return False
        for folder in (self._project, self._own):
            try:
                self._write(folder, file, data)
            except FileExistsError:
                return False
            except OSError as error:
                why = error
            else:
                self.private = self.private or folder is self._own
                return True
        self._say(f"the verdict on {file} can't be kept: {(why.strerror or 'it failed').lower()}.")
        return False

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Where its files are looked for in turn: a root, and a folder below it."""
        return tuple((one.root, one.below) for one in (self._project, self._own))

    def lock(self) -> Lock:
        """Held by whoever judges windows of this monitor, so that nobody does the same at once."""
        for folder in (self._project, self._own):
            with contextlib.suppress(OSError):
                _make(folder)
                with folder.open() as opened:
                    return Lock.within(opened.fd)
        return Lock(None)

    def remove(self, file: str) -> bool:
        """Take a damaged file away, so that the window can be judged anew; whether that could be done."""
        gone = False
        for folder in (self._project, self._own):
            with contextlib.suppress(OSError), folder.open() as opened:
                os.unlink(file, dir_fd=opened.fd)
                gone = True
        return gone

    def _write(self, folder: Folder, file: str, data: bytes) -> None:
        _make(folder)
        with folder.open() as opened:
            sweep(opened)
            write_once(opened.fd, file, data)

    def _first(self, file: str, reading: Callable[[Mapping[str, Any]], T]) -> T | None:
        """What a file holds, where it can first be used; None, told, where it is nothing of ours."""
        why = unread = ""
        for folder in (self._project, self._own):
            try:
                with folder.open() as opened:
                    data, _ = opened.read(file, MOST_BYTES)
                return reading(json.loads(data, parse_constant=_no_constant))
            except FileNotFoundError:
                continue
            except OSError as error:
                if isinstance(error, beneath.NotReadable) or error.errno == errno.ELOOP:
                    why = beneath.why_not(error)  # Nobody will ever read it: a link, a pipe, too large.
                else:
                    # Somebody else may be able to read it: it is not ours to take away.
                    unread = beneath.why_not(error)
            except _NewerError:
                unread = "was written by a newer mlops-console"
            except (ValueError, TypeError, KeyError, AttributeError, AssertionError, RecursionError):
                why = "is damaged"
        if why:
            self.damaged.add(file)
        if why or unread:
            self._say(f"{self._project.shown}/{file} {why or unread}.")
        return None

    def _say(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)


def key_of(window: str, identity: object, settings: object) -> Key:
    """The key of a window of these rows, measured by these settings."""
    safe = _UNSAFE.sub("-", window).strip("-.")[:_LONGEST] or "window"
    return Key(safe, digest([window, identity], 16), digest(settings, 12))


def digest(value: object, digits: int) -> str:
    """A short hash of plain values."""
    from hashlib import blake2b

    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=digits // 2).hexdigest()


def newest(folder: JudgedFolder, listed: Listed, keys: Iterable[Key]) -> list[JudgedWindow]:
    """These windows, as they are by the labels that came last."""
    found = []
    for key in keys:
        window = folder.read(key)
        if window is not None:
            found.append(with_labels(window, folder, listed))
    return found


def with_labels(window: JudgedWindow, folder: JudgedFolder, listed: Listed) -> JudgedWindow:
    """A window with its performance by the labels that came last."""
    from dataclasses import replace

    later = [folder.read_labels(file) for file in sorted(listed.labels.get(window.key.file, ()))]
    told = [one for one in later if one is not None]
    if not told:
        return window
    model, at, labels = max(told, key=lambda one: (one[1], one[2]))
    return replace(window, model=model, labelled_at=at, labels=labels)


class _NewerError(Exception):
    """A file of an edition that is not known yet."""


def _of_our_edition(form: Mapping[str, Any]) -> None:
    edition = form.get("form")
    if isinstance(edition, int) and edition > FORM:
        raise _NewerError
    if edition != FORM:
        raise ValueError("of another edition")


def made_of(key: Key, form: Mapping[str, Any]) -> JudgedWindow:
    """The window that a file holds; ValueError, TypeError, KeyError … where it holds none."""
    _of_our_edition(form)
    start, end = form["window"]["start"], form["window"]["end"]
    arrived = max((int(one["modified_ns"]) // 1_000 for one in form["window"]["files"]), default=0)
    if not all(one is None or type(one) is int for one in (start, end)):
        raise ValueError("no times")
    _in_calendar(start or 0, end or 0, int(form["at"]), arrived)
    floors = {str(name): float(value) for name, value in form["floors"].items()}
    return JudgedWindow(
        key,
        window=str(form["window"]["name"]),
        start=start,
        end=end,
        reference=made(Side, form["reference"]),
        current=made(Side, form["current"]),
        features=made_all(Measured, form["features"]),
        floors=floors,
        by=str(form["by"]),
        host=str(form["host"]),
        at=int(form["at"]),
        domain=None if form["domain"] is None else made(Domain, form["domain"]),
        model=None if form["model"] is None else made(ModelReport, form["model"]),
        segments=made_all(Segment, form["segments"]),
        problems=tuple(str(one) for one in form["problems"]),
        drifted=form["drifted"] is True,
        labels=str(form["labels"]),
        arrived=arrived,
    )


def _labelled(form: Mapping[str, Any]) -> tuple[ModelReport, int, str]:
    _of_our_edition(form)
    _in_calendar(int(form["at"]))
    return made(ModelReport, form["model"]), int(form["at"]), str(form["labels"])


def _in_calendar(*moments: int) -> None:
    """ValueError where one, epoch microseconds, is in no year that a calendar has."""
    if not all(-_LATEST <= one <= _LATEST for one in moments):
        raise ValueError("no times")


def _sort_in(name: str, found: Listed) -> bool:
    """Whether it is the name of a verdict."""
    labels = _LABELS.fullmatch(name)
    if labels is not None:
        found.labels.setdefault(f"{labels['of']}.json", []).append(name)
        return True
    judged = _NAME.fullmatch(name)
    if judged is not None:
        found.keys.add(Key(judged["window"], judged["rows"], judged["settings"]))
    return judged is not None


def _stamp(folder: int, name: str) -> str:
    try:
        seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return "-;"
    return f"{seen.st_size}:{seen.st_mtime_ns};"


def _make(folder: Folder) -> None:
    """The folder, as shared as those above; a project's begins where `.mlops-console` does."""
    if folder.below.startswith(f"{OURS}/"):
        make_folders(folder.root, folder.below)
        return
    os.makedirs(folder.root, mode=0o700, exist_ok=True)  # noqa: PTH103 - with a mode for all of them
    make_folders(folder.root, folder.below)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")
