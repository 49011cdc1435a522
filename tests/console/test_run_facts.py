"""What a run's page says in words: moments, identifiers, names of curves."""

from tests.console.standins_run import run_view

from mlops_console.console.run import places
from mlops_console.console.run.facts import Metric
from mlops_console.console.run.metrics import groups

AT = 1_795_417_157_761_625
"""2026-11-23 06:59:17 UTC."""
DAY = 86_400_000_000


def said(view):
    return "\n".join(cell.text for row in places.environment(view, 100, AT) for cell in row.cells)


def test_silence_is_told_by_the_hour_today_and_by_the_date_later():
    view = run_view(3, 1, reason="no end seen, silent since 2026-11-23T06:59:17.761625+00:00")
    assert view.why(AT) == "no end seen, silent since 06:59 UTC"
    assert view.why(AT + 2 * DAY) == "no end seen, silent since 2026-11-23"
    assert "silent since 06:59 UTC" in said(view)


def test_numbers_that_name_something_are_not_amounts():
    shown = said(run_view(3, 1, environment={"pid": 20171, "host": "a", "env.MASTER_PORT": 29500}))
    assert "20171" in shown
    assert "29500" in shown


def test_a_metric_beside_its_splits_goes_by_its_own_name():
    rows = [Metric(key, 3, 0, 2, 0.1, 0.1, 2, 0.3, 0) for key in ("loss", "train/loss", "val/loss")]
    (group,) = groups(rows)
    assert [member[:3] for member in group.members] == [
        ("t", "train", "train/loss"),
        ("v", "val", "val/loss"),
        ("l", "loss", "loss"),
    ]
