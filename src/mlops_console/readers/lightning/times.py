"""When a run began and ended: `metrics.csv` has no times of its own, so the files' times must tell.

Lightning writes `hparams.yaml` when a run begins (and again when it tests), a row of metrics every so often,
and checkpoints. The oldest time that was ever seen on these files is the nearest to the beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_console.beneath import FileStat
from mlops_console.readers.lightning.mark import is_events
from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.state import State
from mlops_console.readers.tensorboard.naming import begun
from mlops_console.records import Artifact

_DAY = 86_400_000_000
_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class Times:
    """Epoch microseconds."""

    started: int | None
    ended: int | None
    active: int | None


def run_times(
    state: State, gather: Gather, stats: Mapping[str, FileStat], artifacts: tuple[Artifact, ...] | None
) -> Times:
    """From times in rows, if a logger gives any, else from when the run's own files were written."""
    firsts = (state.first_wall, gather.first_wall)
    lasts = (state.last_wall, gather.last_wall)
    state.first_wall = min((at for at in firsts if at is not None), default=None)
    state.last_wall = max((at for at in lasts if at is not None), default=None)
    written = [stat.modified_ns // 1000 for stat in stats.values()]
    written += [file.modified for file in artifacts or () if file.path.endswith(".ckpt")]
    if not written:
        return Times(state.first_wall, state.last_wall, state.last_wall)
    oldest = min(written) if state.oldest is None else min(state.oldest, *written)
    state.oldest = oldest
    newest = max(written)
    named = [begun(path)[0] * 1_000_000 for path in stats if is_events(path)]
    if any(0 < at < oldest - _DAY for at in named) and newest - oldest < _MINUTE:
        # All written at once, long after the event file's name says: a copy. TensorBoard's file knows better.
        return Times(state.first_wall, state.last_wall, newest)
    started = state.first_wall if state.first_wall is not None else oldest
    ended = max(newest, started)
    if state.last_wall is not None and newest - state.last_wall > _DAY:
        ended = state.last_wall
    return Times(started, ended, max(ended, newest))
