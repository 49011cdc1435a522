"""Records read one by one, with every check: the odd ones among many, and the few that a live run appends."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from mlops_console.readers.tensorboard.checksum import check_records
from mlops_console.readers.tensorboard.columns import Columns
from mlops_console.readers.tensorboard.event import Malformed, parse_event, wall_of
from mlops_console.readers.tensorboard.gathered import Gathered
from mlops_console.readers.tensorboard.hparams import Session, note_session
from mlops_console.readers.tensorboard.others import is_other
from mlops_console.readers.tensorboard.scalars import ScalarTags
from mlops_console.readers.tensorboard.walk import HEAD
from mlops_console.readers.tensorboard.window import Window
from mlops_console.records import IntArray

_HPARAMS = b"hparams"


@dataclass(slots=True)
class Singles:
    """What single records gave, each list in record order."""

    record: list[int] = field(default_factory=list)
    series: list[int] = field(default_factory=list)
    step: list[int] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    """Records whose checksum does not fit."""
    strange: list[int] = field(default_factory=list)
    """Records that are whole and yet no event."""

    def fit(self, has_point: npt.NDArray[np.bool_], room: int, started: bool) -> int:
        """How many of the records there is room for; at least one if nothing was read before."""
        count = len(has_point)
        if count + len(self.record) <= room or int(has_point.sum()) + len(self.record) <= room:
            return count
        points = has_point.astype(np.int64)
        np.add.at(points, self.record, 1)
        kept = int(np.searchsorted(np.cumsum(points), room, "right"))
        return kept if kept or started else 1

    def merge(self, columns: Columns, kept: int, into: Gathered) -> None:
        """Hand on the points of the first `kept` records in their order: the columns' and these."""
        chosen = columns.series[:kept] >= 0
        record = np.flatnonzero(chosen)
        if not self.record and len(record) == len(columns.series):
            into.add_mixed(columns.series, columns.step, columns.wall, columns.value)
            return
        series, step = columns.series[record], columns.step[record]
        wall, value = columns.wall[record], columns.value[record].astype(np.float64)
        count = int(np.searchsorted(np.array(self.record, np.int64), kept))
        if count:
            order = np.argsort(np.concatenate([record, self.record[:count]]), kind="stable")
            series = np.concatenate([series, self.series[:count]])[order]
            step = np.concatenate([step, np.array(self.step[:count], np.int64)])[order]
            wall = np.concatenate([wall, self.wall[:count]])[order]
            value = np.concatenate([value, self.value[:count]])[order]
        into.add_mixed(series, step, wall, value)


def read_singles(
    window: Window,
    starts: IntArray,
    lengths: IntArray,
    columns: Columns,
    into: Gathered,
    tags: ScalarTags,
    session: Session,
) -> Singles:
    """Read what the columns left; the wall times of these records go to the columns."""
    found = Singles()
    numbers = columns.media + columns.odd
    whole = check_records(window.bytes, starts[numbers] + HEAD, lengths[numbers])
    found.damaged = [number for number, good in zip(numbers, whole, strict=True) if not good]
    for number, good in zip(columns.odd, whole[len(columns.media) :], strict=True):
        if not good:
            continue
        start = int(starts[number]) + HEAD
        data = window.raw[start : start + int(lengths[number])]
        if is_other(data):
            columns.wall[number] = wall_of(data, 1)[0]
            continue
        try:
            event = parse_event(data)
            for value in event.values:
                if value.plugin == _HPARAMS and value.content:
                    note_session(value, session)
        except Malformed:
            found.strange.append(number)
            continue
        wall = np.nan if event.wall is None else event.wall
        columns.wall[number] = wall
        for value in event.values:
            if value.number is not None and value in tags:
                found.record.append(number)
                found.series.append(into.series(value.tag))
                found.step.append(event.step)
                found.wall.append(wall)
                found.value.append(value.number)
    return found
