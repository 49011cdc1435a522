"""Baselines of versions: made from data, pinned by an event, read back verified, and found by a name."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console import beneath
from mlops_console.display import safe_text
from mlops_console.errors import DataError, UsageError
from mlops_console.journal.event import BASELINE, Event
from mlops_console.workspace.baselines import files as baseline_files
from mlops_console.workspace.baselines.answers import answers_of
from mlops_console.workspace.baselines.data import Data, Sum, named, of_run, sum_of
from mlops_console.workspace.deciding.moving import again, not_withdrawn, private_note, reason_of
from mlops_console.workspace.registering.choosing_artifact import inside

if TYPE_CHECKING:
    from mlops_console.drift.baseline.building import Built, Order
    from mlops_console.drift.baseline.model import Baseline
    from mlops_console.drift.tables.model import Reference
    from mlops_console.records import Json, Project
    from mlops_console.wishes.model import Monitor
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

Progress = Callable[[str], None]
MOST_ROWS: Final = 2_000
"""Whole rows that a baseline holds unless less is asked for."""
_TOLD: Final = "baseline"
_DAYS: Final = {"day": 1.0, "week": 7.0, "month": 30.4}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says of the data; what is empty is taken from the model's monitor, if it has one."""

    label: str = ""
    score: str = ""
    prediction: str = ""
    time: str = ""
    key: str = ""
    categorical: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rows: int = MOST_ROWS
    """Whole rows that it holds; 0: none."""


@dataclass(frozen=True, slots=True)
class Made:
    """A baseline that was pinned."""

    event: Event | None
    """None: this very baseline was the version's already."""
    sha256: str
    size: int
    rows: int
    columns: int
    source: str
    performs: bool
    """Whether it holds how the model did."""
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """`baseline from data/flights.parquet: 12,345 rows, 19 columns`."""
        return f"baseline from {safe_text(self.source, 160)}: {self.rows:,} rows, {self.columns:,} columns"


def baseline_of(workspace: "Workspace", resolved: "Resolved") -> "Baseline | None":
    """The version's baseline, verified against its event; None: it has none.

    Raises:
        DataError: Its file is gone or is not what was written, and why.
    """
    pinned = resolved.version.baseline
    if pinned is None:
        return None
    from mlops_console.drift.baseline.form import unpacked

    label = safe_text(resolved.version.label, 120)
    data = baseline_files.read(workspace, resolved.project, resolved.model.name, pinned.sha256)
    return unpacked(data, f"{_TOLD} {label}")


def make_baseline(
    workspace: "Workspace",
    resolved: "Resolved",
    data: str | None = None,
    *,
    wishes: Wishes | None = None,
    reason: str,
    way: str = "command",
    progress: Progress | None = None,
) -> Made:
    """Make a baseline of data and pin it to a version. A worker's work.

    Where the workspace is live, as the console's is, the analysis child reads the data.

    Args:
        workspace: The workspace.
        resolved: The version.
        data: A file, a folder or a glob; None: what the version's run named.
        wishes: Which columns mean what, and what is kept.
        reason: Why; stays in the journal.
        way: `promote`, `command`.
        progress: Told what is being done; may raise to have it given up.

    Raises:
        UsageError: No data is known, or the version was withdrawn.
        DataError: It can't be read, is no table, or is not what the run recorded.
        JournalError: It could not be written.
    """
    reason = reason_of(reason)
    resolved = again(workspace, resolved)
    not_withdrawn(resolved.version)
    found = _data(resolved, data)
    told = progress or _quiet
    told(f"reading {found.shown}")
    now = sum_of(resolved.project, found)
    notes = _as_recorded(resolved, found, now, asked=data is not None)
    built = _built(workspace, order_of(resolved, found, now, wishes or Wishes()), told)
    if sum_of(resolved.project, found) != now:
        raise DataError(f"{safe_text(found.shown, 160)} changed while it was read", "try again later")
    return _pinned(workspace, resolved, found, now, built, (*notes, *built.problems), reason, way)


def reference_named(
    text: str, workspace: "Callable[[], Workspace]", project: "Project | str | None" = None
) -> "Reference | None":
    """The reference that `churn@3` or `file.baseline` names; None: neither, it is data.

    Args:
        text: As a person typed it. What is there as a file or folder is that, whatever it is called.
        workspace: Opened only where a version is named.
        project: In which project to look.

    Raises:
        UsageError: There is no such version, or it has no baseline.
        DataError: The baseline can't be used.
    """
    try:
        is_file, is_there = Path(text).is_file(), Path(text).exists()
    except (OSError, ValueError):
        is_file = is_there = False
    if is_file and text.lower().endswith(baseline_files.SUFFIX):
        return read_file(text)
    model, at, which = text.rpartition("@")
    if is_there or not (model and at and which) or "/" in text:
        return None
    from mlops_console.workspace.models import resolve

    opened = workspace()
    resolved = resolve(opened, text, project)
    baseline = baseline_of(opened, resolved)
    if baseline is None:
        label = safe_text(resolved.version.label, 120)
        raise UsageError(f"{label} has no baseline", f"make it: mlops-console drift baseline {label}")
    return baseline


def read_file(path: str) -> "Baseline":
    """A baseline's file, wherever it lies; DataError where it is none."""
    from mlops_console.drift.baseline.form import unpacked

    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100 - links above it are the user's
    try:
        data = beneath.read_small(folder, name, baseline_files.MOST)
    except OSError as error:
        raise DataError(f"{safe_text(path, 160)} {beneath.why_not(error)}") from error
    return unpacked(data, safe_text(path, 160))


def order_of(resolved: "Resolved", data: Data, now: Sum, wishes: Wishes) -> "Order":
    """What is to be made, with what the model's monitor says where a person said nothing."""
    from mlops_console.drift.baseline.building import Order
    from mlops_console.drift.baseline.model import Columns, Source

    monitor = monitor_of(resolved)
    means = {part: getattr(wishes, part) for part in Columns.__slots__}
    lists = {part: getattr(wishes, part) for part in ("categorical", "numeric", "ignore")}
    if monitor is not None:
        means = {part: said or getattr(monitor, part) for part, said in means.items()}
        lists = {part: said or getattr(monitor, part) for part, said in lists.items()}
    root = resolved.project.root
    within = inside(root, data.place)
    return Order(
        within or data.place, Source(data.shown, now.sha256, now.files), root if within else "",
        Columns(**means), **lists, rows=wishes.rows, answers=answers_of(resolved), root=root,
        window_rows=monitor.rows if monitor is not None and monitor.window == "rows" else 0,
        window_days=_DAYS.get(monitor.window, 0.0) if monitor is not None else 0.0,
    )  # fmt: skip


def monitor_of(resolved: "Resolved") -> "Monitor | None":
    """The first usable monitor of this model."""
    from mlops_console.wishes.reading import read_wishes

    monitors = read_wishes(resolved.project.root).monitors.values()
    mine = [one for one in monitors if one.model == resolved.model.name and not one.unusable]
    return min(mine, key=lambda one: one.name, default=None)


def _data(resolved: "Resolved", asked: str | None) -> Data:
    if asked is not None:
        return named(resolved.project, asked)
    found, why = of_run(resolved.project, resolved.version)
    if found is None:
        label = safe_text(resolved.version.label, 120)
        raise UsageError(
            f"no data of {label} is known: {why}", f"mlops-console drift baseline {label} --data PATH"
        )
    return found


def _as_recorded(resolved: "Resolved", data: Data, now: Sum, *, asked: bool) -> tuple[str, ...]:
    """What to say where data is not what the version's run used; DataError where nobody asked for it."""
    recorded = data.recorded
    if asked:
        known, _ = of_run(resolved.project, resolved.version)
        recorded = known.recorded if known is not None and known.shown == data.shown else ""
    if not recorded or recorded == now.sha256:
        return ()
    label, shown = safe_text(resolved.version.label, 120), safe_text(data.shown, 160)
    said = (
        f"{shown} is not what the run of {label} used: its SHA-256 is {now.sha256[:12]}…,"
        f" the run recorded {recorded[:12]}…"
    )
    if not asked:
        raise DataError(said, f"if it is meant: mlops-console drift baseline {label} --data {shown}")
    return (said,)


def _built(workspace: "Workspace", order: "Order", told: Progress) -> "Built":
    if not workspace.live:
        from mlops_console.drift.baseline.building import build

        return build(order, told)
    from mlops_console.analysis.messages import Done, Lost

    answer = workspace.analyst.ask(
        "make baseline", {"order": order}, lambda _part: told("making the baseline")
    )
    if isinstance(answer, Done):
        made: Built = answer.value
        return made
    raise DataError(answer.why.removesuffix(".") if isinstance(answer, Lost) else "nobody waited for it")


def _pinned(
    workspace: "Workspace", resolved: "Resolved", data: Data, now: Sum, built: "Built",
    notes: tuple[str, ...], reason: str, way: str,
) -> Made:  # fmt: skip
    """Write the file, then the event."""
    version, project = resolved.version, resolved.project
    sha256 = baseline_files.write(workspace, project, version.model, built.packed)
    made = Made(None, sha256, len(built.packed), built.rows, built.columns, data.shown, built.performs, notes)
    standing = again(workspace, resolved).version
    not_withdrawn(standing)
    if standing.baseline is not None and standing.baseline.sha256 == sha256:
        return made
    body: dict[str, Json] = {
        "model": version.model, "version_id": version.id, "version": standing.number, "sha256": sha256,
        "size": len(built.packed), "rows": built.rows, "columns": built.columns,
        "source": {"path": data.shown, "sha256": now.sha256}, "way": way, "reason": reason,
    }  # fmt: skip
    event = workspace.decisions.append(project.key, BASELINE, body)
    return replace(made, event=event, notes=(*notes, *private_note(workspace, project)))


def _quiet(_words: str) -> None:
    """Nobody listens."""
