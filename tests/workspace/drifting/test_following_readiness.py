"""When the child that judges is made ready: it takes a hundred megabytes, and is not kept for nothing."""

from types import SimpleNamespace

import pytest

from mlops_console.workspace.drifting.following import _is_near

OVER = 1_700_000_000_000_000
SECOND = 1_000_000


def look(window, *, resting=False, complete=False, end=OVER):
    """As far as it is looked at."""
    monitor = SimpleNamespace(window=window, settle_seconds=60.0)
    cut = SimpleNamespace(windows=[SimpleNamespace(complete=complete, end=end)])
    return SimpleNamespace(watched=SimpleNamespace(monitor=monitor), resting=resting, cut=cut)


@pytest.mark.parametrize(
    ("seconds", "near"), [(-3_600, False), (30, True), (60, True), (90, True), (600, False)]
)
def test_shortly_before_a_day_is_over_and_has_rested(seconds, near):
    assert _is_near(look("day"), OVER + seconds * SECOND) is near
    assert not _is_near(look("day", complete=True), OVER + seconds * SECOND)


def test_while_files_rest_that_are_windows_themselves():
    assert _is_near(look("file", resting=True, end=None), OVER)
    assert not _is_near(look("file", end=None), OVER)
    assert not _is_near(look("week", resting=True), OVER - 3_600 * SECOND)
