"""Rows of a part of a window that moved, from real files."""

import csv
import io
import os
from dataclasses import replace
from pathlib import Path

import pytest

from mlops_console.analysis.over_segments import interval_of
from mlops_console.drift.model import Segment
from mlops_console.errors import UsageError
from mlops_console.workspace import open_workspace
from mlops_console.workspace.drifting.checking import look
from mlops_console.workspace.drifting.judged import JudgedWindow
from mlops_console.workspace.drifting.monitors import watched_in
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.segment_rows import rows_of
from mlops_console.workspace.drifting.unlabelled import unlabelled

WISHES = """\
[monitors.sales]
reference = "before.csv"
current = "logs"
window = "file"
settle = "0s"
"""


def table(many: int, travel: int) -> str:
    rows = [f"{100 + n},{'travel' if n < travel else 'food'},{n / 10}" for n in range(many)]
    return "amount,group,score\n" + "\n".join(rows) + "\n"


def judged_of(found: object) -> JudgedWindow:
    from mlops_console.drift.model import Measured, Side

    window, key = found.keys[-1]  # type: ignore[attr-defined]
    features = (
        Measured("amount", "numeric", 200, 200, 0.0, 0.0),
        Measured("group", "categorical", 200, 200, 0.0, 0.0),
    )
    side = Side(200, 3, "x")
    return JudgedWindow(key, window.name, None, None, side, side, features, {}, "ana", "box", 0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "sales"
    (project / "logs").mkdir(parents=True)
    (project / "mlops-console.toml").write_text(WISHES)
    (project / "before.csv").write_text(table(200, 10))
    (project / "logs" / "a.csv").write_text(table(200, 60))
    for file in project.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    return project


def test_rows_of_a_level_and_of_an_interval(root: Path) -> None:
    with open_workspace([root], str(root.parent / "s.duckdb")) as workspace:
        watched = watched_in(workspace.projects)[0]
        found = look(watched, workspace.places, References(lambda: workspace))
        judged = judged_of(found)
        rows = rows_of(workspace, watched, judged, Segment("amount", "group", "travel", 0.05, 0.3, 0.5))
        assert (rows.matching, rows.looked) == (60, 200)
        assert rows.columns[:2] == ("group", "amount")
        assert {row[0] for row in rows.rows} == {"travel"}
        high = rows_of(workspace, watched, judged, Segment("group", "amount", "290 and more", 0.1, 0.1, 0.5))
        assert high.matching == 10
        assert all(float(row[0]) >= 290 for row in high.rows)


def test_rows_of_the_part_that_moved_are_labelled_first(root: Path) -> None:
    wishes = WISHES + 'label = "sold"\nlabels = "came"\nkey = "amount"\nprediction = "score"\n'
    (root / "mlops-console.toml").write_text(wishes)
    hostile = "102,\"=cmd|'/C x'!A0\rend\""
    moved = table(200, 0).replace("150,food", "150,travel").replace("102,food", hostile)
    (root / "logs" / "a.csv").write_text(moved, newline="")
    (root / "came").mkdir()
    (root / "came" / "a.csv").write_text("amount,sold\n101,1\n102,\n")
    for file in root.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    with open_workspace([root], str(root.parent / "s.duckdb")) as workspace:
        watched = watched_in(workspace.projects)[0]
        judged = judged_of(look(watched, workspace.places, References(lambda: workspace)))
        judged = replace(judged, segments=(Segment("score", "group", "travel", 0.05, 0.3, 0.5),))
        rows = unlabelled(workspace, watched, judged)
    assert rows.columns == ("amount", "group", "score", "sold")
    assert (rows.rows, rows.moved, rows.lacking, rows.lacking_moved) == (199, 1, 199, 1)
    lines = list(csv.reader(io.StringIO(rows.csv)))
    assert [",".join(one) for one in lines[:3]] == [
        "amount,group,score,sold", "150,travel,5.0,", "100,food,0.0,",
    ]  # fmt: skip
    # 101 has a label, 102 stands there without one.
    assert lines[3] == ["102", "=cmd|'/C x'!A0\rend", "0.2", ""]
    assert rows.problems == (
        "1 value would be a formula for a spreadsheet: import all columns as text.",
    )  # fmt: skip


def test_files_that_changed_are_told(root: Path) -> None:
    with open_workspace([root], str(root.parent / "s.duckdb")) as workspace:
        watched = watched_in(workspace.projects)[0]
        judged = judged_of(look(watched, workspace.places, References(lambda: workspace)))
        (root / "logs" / "a.csv").unlink()
        with pytest.raises(UsageError, match="not there any more"):
            rows_of(workspace, watched, judged, Segment("amount", "group", "travel", 0.05, 0.3, 0.5))


@pytest.mark.parametrize(
    ("level", "low", "high"),
    [
        ("below 1,250", float("-inf"), 1250.0),
        ("\u22123.5 to below .25", -3.5, 0.25),
        ("38,059 and more", 38059.0, float("inf")),
    ],
)
def test_intervals_are_read_as_they_are_written(level: str, low: float, high: float) -> None:
    assert interval_of(level) == (low, high)
