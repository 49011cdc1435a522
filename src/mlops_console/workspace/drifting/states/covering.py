"""Which acknowledgement covers what a monitor says now."""

from collections.abc import Collection, Sequence

from mlops_console.journal.registry import Acknowledgement, MonitorSaid
from mlops_console.workspace.drifting.states.model import Health
from mlops_console.workspace.drifting.states.summing import Summed, drifting


def covering(
    said: MonitorSaid,
    windows: Sequence[Summed],
    health: Health,
    onset: int | None,
    muted: Collection[str],
    stale_since: int | None,
) -> Acknowledgement | None:
    """The newest acknowledgement, where it covers what is said now.

    An alarm (`drift`, `harmful`) is covered as long as it is the one that was seen, and no worse:

    - the same onset: the window that was acknowledged lies in the spell of the alarm, at its onset or after.
      A spell ends with two quiet windows, so an alarm after those asks again;
    - no feature drifts, muted ones aside, that did not then;
    - the model is not harmed, unless it was then: only HARMFUL by labels is worse than what was seen. A new
      window whose labels have not come yet (UNVERIFIED) asks nobody anew.

    `unjudged` is covered as long as all windows since then say the same word as the acknowledged one.
    `stale` is covered where it was said after the window was due, until one comes.

    Args:
        said: What people said about the monitor.
        windows: Those that count, the oldest first.
        health: What it has now.
        onset: Place of the window in which the alarm began; None: there is none.
        muted: Names of features that are muted.
        stale_since: When the next window was due.
    """
    if not said.acknowledgements:
        return None
    newest = said.acknowledgements[0]
    place = _place(newest, windows)
    if health == "stale":
        return newest if stale_since is not None and newest.at >= stale_since else None
    if health == "unjudged":
        if place is None:
            return newest if not windows and not newest.window else None
        same = all(one.verdict == newest.verdict for one in windows[place + 1 :])
        return newest if same else None
    if health not in ("drift", "harmful") or place is None or not windows:
        return None
    if onset is not None and place < onset:
        return None
    if health == "harmful" and newest.model != "HARMFUL":
        return None
    if onset is None and health == "harmful" and not _harmed_since(windows, place):
        return None
    new = {one.name for one in drifting(windows[-1], muted)} - set(newest.features)
    return None if new else newest


def _place(said: Acknowledgement, windows: Sequence[Summed]) -> int | None:
    """The window that was meant; the newest one that is older where it is not kept any more."""
    for place in range(len(windows) - 1, -1, -1):
        one = windows[place]
        if one.window == said.window:
            return place
    return None


def _harmed_since(windows: Sequence[Summed], place: int) -> bool:
    """Whether labels say harm of all windows since then that they say anything of."""
    return all(one.harmful for one in windows[place:] if one.labelled)
