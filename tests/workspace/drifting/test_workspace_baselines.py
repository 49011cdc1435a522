"""Baselines of versions: made at promotion or by hand, verified when they are read, found by a name."""

import os
import queue
import shutil
import stat
from pathlib import Path
from unittest import mock

import polars as pl
import pytest
from tests.workspace.deciding.deciding_desk import EASY, opened, registered, version, wish

from mlops_console.drift.baseline.form import unpacked
from mlops_console.errors import DataError, UsageError
from mlops_console.journal import places
from mlops_console.journal.sharing import share
from mlops_console.workspace.baselines import pinning
from mlops_console.workspace.baselines.making import (
    Wishes,
    baseline_of,
    make_baseline,
    read_file,
    reference_named,
)
from mlops_console.workspace.deciding.deciding import promote, retract

CUSTOMERS = Path(__file__).parents[3] / "sample_projects" / "churn" / "data" / "customers.csv"
ROWS = 900
"""Of that file: `wc -l` less one."""


@pytest.fixture
def desk(tmp_path):
    """A project with four versions, and the data that its runs named."""
    with registered(tmp_path, EASY) as workspace:
        with_data(workspace)
        yield workspace


def with_data(workspace):
    data = Path(workspace.projects[0].root, "data")
    data.mkdir(exist_ok=True)
    shutil.copy(CUSTOMERS, data)
    return data / "customers.csv"


def root_of(workspace):
    return Path(workspace.projects[0].root)


def files_of(workspace):
    return sorted((root_of(workspace) / ".mlops-console/baselines").glob("*/*.baseline"))


def events_of(workspace):
    return workspace.decisions.events(workspace.projects[0].key, kinds=("baseline",))


def make(workspace, number=1, data=None, **more):
    return make_baseline(workspace, version(workspace, number), data, reason="so", **more)


def test_promoting_makes_one_of_the_data_that_the_run_named(desk):
    outcome = promote(desk, version(desk), "champion", "the first")
    assert outcome.moved
    assert outcome.notes == ("baseline from data/customers.csv: 900 rows, 8 columns",)
    [event] = events_of(desk)
    assert (event.body["way"], event.body["rows"], event.body["source"]["path"]) == (
        "promote", ROWS, "data/customers.csv",
    )  # fmt: skip
    found = baseline_of(desk, version(desk))
    assert (found.name, found.rows, found.sha256) == ("baseline churn@1", ROWS, event.body["sha256"])
    frame = pl.read_csv(CUSTOMERS)
    assert found.columns().keys() == set(frame.columns)
    for name, sample in found.profiles.items():
        assert sample.rows == ROWS
        assert sample.missing == frame[name].null_count()
    [file] = files_of(desk)
    assert file.stem == event.body["sha256"]
    assert stat.S_IMODE(file.stat().st_mode) & 0o222 == 0
    assert (file.parents[1] / ".gitignore").read_text() == "*\n"


def test_it_is_made_once_for_all_aliases(desk):
    promote(desk, version(desk), "champion", "the first")
    assert promote(desk, version(desk), "challenger", "again").notes == ()
    assert len(events_of(desk)) == 1


def test_a_version_whose_run_names_no_data_says_nothing(desk):
    assert promote(desk, version(desk, 3), "blue", "no run").notes == ()
    assert events_of(desk) == ()


def test_a_baseline_that_cannot_be_made_never_undoes_a_promotion(desk):
    data = root_of(desk) / "data/customers.csv"
    data.write_bytes(data.read_bytes() + b"\n")
    outcome = promote(desk, version(desk), "champion", "the first")
    assert outcome.moved
    [said] = outcome.notes
    assert said.startswith("No baseline was made: data/customers.csv is not what the run of churn@1 used: ")
    assert "drift baseline churn@1 --data data/customers.csv" in said
    data.unlink()
    [said] = promote(desk, version(desk), "blue", "the first").notes
    assert "data/customers.csv, which the run names, is not there" in said
    assert events_of(desk) == ()


def test_neither_does_a_library_that_fails_on_it(desk):
    with mock.patch("mlops_console.drift.baseline.building.build", side_effect=RuntimeError("no")):
        [said] = promote(desk, version(desk), "champion", "the first").notes
    assert said == ("No baseline was made (RuntimeError). To try again: mlops-console drift baseline churn@1")
    with mock.patch("mlops_console.drift.baseline.building.build", side_effect=KeyboardInterrupt):
        outcome = promote(desk, version(desk, 2), "champion", "the second")
    assert outcome.moved
    assert "interrupted" in outcome.notes[0]


def test_large_data_is_left_to_a_command(desk, monkeypatch):
    monkeypatch.setattr(pinning, "MOST", 1_000)
    [said] = promote(desk, version(desk), "champion", "the first").notes
    assert "data/customers.csv has 20 kB" in said
    assert "mlops-console drift baseline churn@1" in said
    assert make(desk).event is not None


def test_recorded_data_outside_of_the_project_is_not_read_by_itself(desk, tmp_path):
    """A run's files are anybody's: they must not have a user's other files copied into the project."""
    secret = tmp_path / "salaries.csv"
    secret.write_text("name,salary\nana,5\n")
    there = root_of(desk) / "data/customers.csv"
    there.unlink()
    there.symlink_to(secret)
    [said] = promote(desk, version(desk), "champion", "so").notes
    assert "link" in said or "not there" in said
    assert files_of(desk) == []


def test_by_hand_from_the_data_of_the_run_or_other_data(desk, tmp_path):
    made = make(desk)
    assert (made.rows, made.columns, made.notes, made.source) == (ROWS, 8, (), "data/customers.csv")
    again = make(desk)
    assert (again.event, again.sha256) == (None, made.sha256)
    other = tmp_path / "other.parquet"
    pl.DataFrame({"x": [1.5, 2.5, None], "y": ["a", "b", "b"]}).write_parquet(other)
    newer = make(desk, data=str(other))
    assert (newer.rows, newer.columns, newer.source) == (3, 2, str(other))
    resolved = version(desk)
    assert [one.sha256 for one in resolved.version.baselines] == [newer.sha256, made.sha256]
    assert baseline_of(desk, resolved).rows == 3


def test_changed_data_that_is_asked_for_is_told(desk):
    data = root_of(desk) / "data/customers.csv"
    data.write_bytes(data.read_bytes().replace(b"\n", b"\n", 1) + b"\n")
    with pytest.raises(DataError, match="is not what the run of churn@1 used"):
        make(desk)
    made = make(desk, data=str(data))
    assert "the run recorded" in made.notes[0]


def test_without_whole_rows(desk):
    assert baseline_of(desk, version(desk)) is None
    make(desk, wishes=Wishes(rows=0))
    found = baseline_of(desk, version(desk))
    assert found.held.height == 0
    assert found.some_rows([*found.columns()], 100).height == 0


def test_what_a_person_or_the_monitor_says_of_columns(desk):
    frame = pl.read_csv(CUSTOMERS)
    number = next(name for name in frame.columns if frame[name].dtype.is_integer())
    make(desk, wishes=Wishes(categorical=(number,), ignore=(frame.columns[-1],)))
    found = baseline_of(desk, version(desk))
    assert found.columns()[number].kind == "categorical"
    assert frame.columns[-1] not in found.profiles
    with pytest.raises(DataError, match="has no column 'nobody'"):
        make(desk, wishes=Wishes(numeric=("nobody",)))
    wish(root_of(desk), EASY, f'[monitors.live]\nmodel = "churn"\ncurrent = "in"\nignore = ["{number}"]\n')
    make(desk)
    assert number not in baseline_of(desk, version(desk)).profiles


def test_what_cannot_be_a_baseline_is_a_sentence(desk, tmp_path):
    for name, data in (("empty.csv", b""), ("odd.parquet", b"PAR1 no more"), ("head.csv", b"a,b\n")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DataError):
            make(desk, data=str(tmp_path / name))
    with pytest.raises(UsageError, match="there is no data at"):
        make(desk, data="nowhere.parquet")
    with pytest.raises(UsageError, match="no data of churn@3 is known"):
        make(desk, 3)
    retract(desk, version(desk, 2), "leaks")
    with pytest.raises(UsageError, match="was withdrawn"):
        make(desk, 2)
    assert files_of(desk) == []


def test_a_file_that_is_gone_or_changed_is_told(desk):
    make(desk)
    [file] = files_of(desk)
    good = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(good + b"x")
    with pytest.raises(DataError, match="is not what was written"):
        baseline_of(desk, version(desk))
    assert make(desk).event is None  # the same bytes: put right, nothing to be written down
    assert file.read_bytes() == good
    assert baseline_of(desk, version(desk)).rows == ROWS
    file.unlink()
    with pytest.raises(DataError, match="is gone"):
        baseline_of(desk, version(desk))
    file.symlink_to(CUSTOMERS)
    with pytest.raises(DataError, match="link"):
        baseline_of(desk, version(desk))


def test_a_reference_is_named_as_a_version_or_a_file(desk, tmp_path, monkeypatch):
    def never():
        raise AssertionError("opened")

    with pytest.raises(UsageError, match="churn@1 has no baseline") as raised:
        reference_named("churn@1", lambda: desk)
    assert raised.value.hint == "make it: mlops-console drift baseline churn@1"
    make(desk)
    promote(desk, version(desk), "champion", "so")
    assert reference_named("churn@champion", lambda: desk).name == "baseline churn@1"
    shutil.copy(files_of(desk)[0], tmp_path / "mine.baseline")
    found = reference_named(str(tmp_path / "mine.baseline"), never)
    assert (found.rows, found.sha256) == (ROWS, files_of(desk)[0].stem)
    for text in (str(CUSTOMERS), "data/2026-*.csv", "data/a@b.csv", "nowhere", str(tmp_path)):
        assert reference_named(text, never) is None
    monkeypatch.chdir(tmp_path)
    Path("odd@file").write_text("x")
    assert reference_named("odd@file", never) is None
    with pytest.raises(UsageError, match="there is no model"):
        reference_named("nobody@1", lambda: desk)
    (tmp_path / "bad.baseline").write_text("x")
    with pytest.raises(DataError, match="it is no baseline"):
        read_file("bad.baseline")


def test_in_a_project_that_cannot_be_written_it_is_private(desk, monkeypatch):
    root = root_of(desk)
    desk.close()
    monkeypatch.setattr(places, "_writable", lambda _root: False)
    with opened(root, "readers.duckdb") as workspace:
        made = make(workspace)
        assert "can't be written by you" in made.notes[-1]
        assert files_of(workspace) == []
        assert baseline_of(workspace, version(workspace)).rows == ROWS
    monkeypatch.undo()
    with opened(root) as workspace:
        assert version(workspace).version.baseline is None


def test_in_a_shared_project_the_group_may_read_it(desk):
    share(str(root_of(desk)), str(os.getegid()))
    before = os.umask(0o077)
    try:
        make(desk)
    finally:
        os.umask(before)
    [file] = files_of(desk)
    assert stat.S_IMODE(file.stat().st_mode) == 0o444
    assert stat.S_IMODE(file.parent.stat().st_mode) & 0o3070 == 0o3070


def test_the_same_data_gives_the_same_file(desk):
    one, two = make(desk), make(desk, 2)
    assert one.sha256 == two.sha256
    assert len(files_of(desk)) == 1
    assert unpacked(files_of(desk)[0].read_bytes(), "b").source.path == "data/customers.csv"


def test_a_live_workspace_has_the_child_read_the_data(desk):
    """The console's: nothing of drift's libraries is loaded into it, and whoever promotes does not wait."""
    desk.start()
    said = queue.Queue()
    code = "mlops_console.drift.baseline.building.build"
    with mock.patch(code, side_effect=AssertionError("read in this process")):
        outcome = promote(desk, version(desk), "champion", "the first", told=said.put)
        assert (outcome.moved, outcome.notes) == (True, ())
        assert said.get(timeout=120) == "baseline from data/customers.csv: 900 rows, 8 columns"
        assert baseline_of(desk, version(desk)).rows == ROWS
        with pytest.raises(DataError, match="has no column 'nobody'"):
            make(desk, wishes=Wishes(numeric=("nobody",)))
