"""A judged window as a monitor's reference: from then on, until the way back or another file is named."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.workspace.deciding.deciding_desk import EASY, registered, version
from tests.workspace.monitor_making import OLD, WISH, add_day, project, put, rows

from mlops_console.analysis.jobs import function
from mlops_console.errors import ConsoleError, DataError, UsageError
from mlops_console.journal import places as journal_places
from mlops_console.journal.event import REFERENCE, RETRACT
from mlops_console.workspace import open_workspace
from mlops_console.workspace.deciding.deciding import promote
from mlops_console.workspace.drifting import referring
from mlops_console.workspace.drifting.checking import judge, look
from mlops_console.workspace.drifting.deciding import caution, pin_reference, unpin_reference
from mlops_console.workspace.drifting.monitors import watched_in
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.standing import standing
from mlops_console.workspace.drifting.states import listing as states

SHOP = WISH + 'classifier = 1\nconfirm = "1 of 1"\n'


def work(name, given):
    return json.loads(function(name)(request=given))


def watched(workspace):
    [found] = watched_in(workspace.projects)
    return found


def judged(workspace):
    """As `drift check` does."""
    found = look(watched(workspace), workspace.places, References(lambda: workspace))
    for new in found.new:
        assert judge(found, new, work), found.problems
    return standing(found)


def opened(root, tmp_path, name="kept"):
    return open_workspace([root], str(tmp_path / name / "store.duckdb"))


@pytest.fixture
def root(tmp_path):
    return project(tmp_path / "shop", SHOP, days=(0.0, 3.0, 3.0))


@pytest.fixture
def desk(root, tmp_path):
    with opened(root, tmp_path) as workspace:
        assert judged(workspace).code == 1
        yield workspace


def name_of(workspace):
    return referring.referent(workspace, watched(workspace)).name


def test_windows_are_judged_by_it_from_then_on_and_by_what_the_file_names_after_the_way_back(desk):
    event = pin_reference(desk, watched(desk), "prices rose for good", "2024-05-02")
    assert (event.body["window"], event.body["rows"]) == ("2024-05-02", 1_000)
    assert event.body["source"]["path"] == "logs/02.parquet"
    [file] = Path(desk.projects[0].root, ".mlops-console/baselines/shop").glob("*.baseline")
    assert file.name == f"{event.body['sha256']}.baseline"
    assert referring.standing(desk, watched(desk)).reason == "prices rose for good"
    now = judged(desk)
    assert (now.code, now.newest.judged.reference.name) == (0, "window 2024-05-02")
    assert states.state(desk, desk.projects[0].key, "shop").health != "drift"
    unpin_reference(desk, watched(desk), "they fell again")
    assert referring.standing(desk, watched(desk)) is None
    back = judged(desk)
    assert (back.code, back.newest.judged.reference.name) == (1, "reference.parquet")
    # Those who only read what is stored find the same, though the verdict by the window is there still.
    assert states.windows(desk, watched(desk))[-1].judged.reference.name == "reference.parquet"


def test_the_newest_judged_window_unless_another_is_named(desk):
    assert pin_reference(desk, watched(desk), "so").body["window"] == "2024-05-03"
    assert judged(desk).newest.judged.reference.name == "window 2024-05-03"
    add_day(Path(desk.projects[0].root), 4, 3.0)
    assert judged(desk).code == 0


def test_only_as_many_windows_are_judged_anew_as_confirm_an_alarm(desk):
    pin_reference(desk, watched(desk), "so")
    found = look(watched(desk), desk.places, References(lambda: desk))
    assert [new.window.name for new in found.new] == ["2024-05-03"]


@pytest.mark.parametrize(
    ("window", "said", "hint"),
    [
        ("2024-05-2", "no window 2024-05-2", "did you mean `2024-05-0"),
        ("\x1b[31m", "no window", ""),
        ("2024-05-04", "was not judged yet", "drift check shop"),
    ],
)
def test_a_window_that_is_none_is_refused(desk, window, said, hint):
    add_day(Path(desk.projects[0].root), 4, 3.0)
    with pytest.raises(UsageError, match=said) as refused:
        pin_reference(desk, watched(desk), "so", window)
    assert hint in refused.value.hint
    assert "\x1b" not in str(refused.value) + refused.value.hint
    assert desk.decisions.events(desk.projects[0].key) == ()


def test_it_needs_a_reason_and_a_pin_to_take_back(desk):
    for decide in (pin_reference, unpin_reference):
        with pytest.raises(UsageError, match="reason"):
            decide(desk, watched(desk), " ")
    with pytest.raises(UsageError, match="nothing to take back"):
        unpin_reference(desk, watched(desk), "so")


def test_rows_that_changed_while_they_were_read_are_no_reference(desk, monkeypatch):
    root = Path(desk.projects[0].root)

    def meanwhile(workspace, request, told):
        add_day(root, 3, 0.0, count=1_100)
        return built(workspace, request, told)

    from mlops_console.workspace.drifting import renewing

    built = renewing._built
    monkeypatch.setattr(renewing, "_built", meanwhile)
    with pytest.raises(DataError, match="changed while it was read"):
        pin_reference(desk, watched(desk), "so")
    assert desk.decisions.events(desk.projects[0].key) == ()


def test_another_reference_in_the_file_counts_from_then_on(desk):
    pin_reference(desk, watched(desk), "so")
    root = Path(desk.projects[0].root)
    put(rows(9, 1_500), root / "reference.parquet", OLD + 5)
    assert referring.standing(desk, watched(desk)) is None
    assert referring.said(desk, watched(desk)).window == "2024-05-03"
    assert judged(desk).newest.judged.reference.name == "reference.parquet"
    (root / "reference.parquet").unlink()
    with pytest.raises(DataError, match="the reference can't be read"):
        name_of(desk)


def test_a_pin_that_is_retracted_gives_the_one_before_back(desk):
    key = desk.projects[0].key
    pin_reference(desk, watched(desk), "first", "2024-05-02")
    second = pin_reference(desk, watched(desk), "second", "2024-05-03")
    desk.decisions.append(key, RETRACT, {"event": second.id, "reason": "a slip"})
    assert name_of(desk) == "window 2024-05-02"
    assert judged(desk).newest.judged.reference.name == "window 2024-05-02"


def test_a_file_that_is_gone_or_another_one_is_told_and_nothing_is_judged_by_it(desk):
    event = pin_reference(desk, watched(desk), "so")
    root = Path(desk.projects[0].root)
    [file] = (root / ".mlops-console/baselines/shop").glob("*.baseline")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    found = look(watched(desk), desk.places, References(lambda: desk))
    assert not judge(found, found.new[0], work)
    assert "is not what was written" in found.problems[-1]
    file.unlink()
    assert not judge(found, found.new[0], work)
    assert "window 2024-05-03 is gone" in found.problems[-1]
    # The same rows make the same file: it is whole again.
    unpin_reference(desk, watched(desk), "so")
    judged(desk)
    assert pin_reference(desk, watched(desk), "so").body["sha256"] == event.body["sha256"]
    assert judged(desk).newest.judged.reference.name == "window 2024-05-03"


def test_what_somebody_wrote_by_hand_is_not_looked_for_outside(desk):
    key = desk.projects[0].key
    body = {
        "monitor": "shop", "window": "../../x\x1b[31m", "replaces": referring.replaced(desk, watched(desk)),
        "sha256": "ab" * 32, "size": 1, "rows": 1, "columns": 1, "source": None, "reason": "so",
    }  # fmt: skip
    desk.decisions.append(key, REFERENCE, body)
    found = look(watched(desk), desk.places, References(lambda: desk))
    assert "\x1b" not in found.referent.name
    assert not judge(found, found.new[0], work)
    assert "is gone" in found.problems[-1]


def test_a_monitor_that_never_had_a_reference_gets_its_first(root, tmp_path):
    wish = SHOP.replace('reference = "reference.parquet"', 'model = "churn"')
    (root / "mlops-console.toml").write_text(wish)
    with opened(root, tmp_path) as workspace:
        assert judged(workspace).code == 2
        pin_reference(workspace, watched(workspace), "there is nothing else yet", "2024-05-01")
        now = judged(workspace)
        assert (now.code, now.newest.judged.reference.name) == (1, "window 2024-05-01")


def test_another_version_under_the_alias_ends_it(tmp_path):
    wish = '\n[monitors.live]\nmodel = "churn"\ncurrent = "logs"\nclassifier = 1\n'
    with registered(tmp_path, EASY + wish) as workspace:
        root = Path(workspace.projects[0].root)
        promote(workspace, version(workspace, 1), "champion", "the first")
        add_day(root, 1)
        pin_reference(workspace, watched(workspace), "no data of the run is known")
        assert name_of(workspace) == "window 01.parquet"
        promote(workspace, version(workspace, 2), "champion", "better")
        with pytest.raises(ConsoleError, match="churn@2 has no baseline"):
            name_of(workspace)


def test_where_the_project_cannot_be_written_only_this_user_judges_by_it(desk, tmp_path, monkeypatch):
    root = Path(desk.projects[0].root)
    monkeypatch.setattr(journal_places, "_writable", lambda _root: False)
    with opened(root, tmp_path, "other") as reader:
        pin_reference(reader, watched(reader), "not mine to write")
        assert not (root / ".mlops-console/baselines").exists()
        assert judged(reader).newest.judged.reference.name == "window 2024-05-03"
    monkeypatch.undo()
    assert name_of(desk) == "reference.parquet"


def scored(number, sharp):
    """A day of rows with scores and what came true; `sharp`: how much the scores know of it."""
    rng = np.random.default_rng(number)
    truth = rng.integers(0, 2, 1_000)
    score = np.clip(truth * sharp + rng.uniform(0, 1 - sharp, 1_000), 0, 1)
    at = [datetime(2024, 5, number, row // 50, row % 50, tzinfo=UTC) for row in range(1_000)]
    return rows(number, 1_000).with_columns(
        pl.Series("churned", truth), pl.Series("p", score), pl.Series("said", (score > 0.5).astype(int)),
        pl.Series("at", at),
    )  # fmt: skip


@pytest.fixture
def labelled(tmp_path):
    """A monitor whose model knows less and less."""
    outcome = 'label = "churned"\nscore = "p"\nprediction = "said"\n'
    root = project(tmp_path / "shop", SHOP + outcome, days=())
    put(scored(9, 0.5), root / "reference.parquet")
    for number, sharp in ((1, 0.5), (2, 0.1), (3, 0.1)):
        put(scored(number, sharp), root / f"logs/{number:02d}.parquet")
    with opened(root, tmp_path) as workspace:
        assert judged(workspace).newest.model.verdict == "HARMFUL"
        yield workspace


def test_a_window_with_labels_brings_how_the_model_did(labelled):
    pin_reference(labelled, watched(labelled), "so", "2024-05-01")
    now = judged(labelled)
    assert (now.newest.judged.reference.name, now.newest.model.verdict) == ("window 2024-05-01", "HARMFUL")
    [auc] = [one for one in now.newest.model.performance if one.metric == "auc"]
    assert auc.reference.value > auc.realised.value
    assert not any(one.name in ("churned", "p", "said") for one in now.newest.judged.features)


def test_that_a_harmed_model_would_be_the_usual_is_told(labelled):
    assert caution(labelled, watched(labelled), "2024-05-01") == ""
    assert caution(labelled, watched(labelled), "nobody") == ""
    assert "HARMFUL in 2024-05-03" in caution(labelled, watched(labelled))
    pin_reference(labelled, watched(labelled), "so", "2024-05-02")
    assert judged(labelled).newest.model.verdict != "HARMFUL"


def test_in_an_open_console_the_child_reads_it_and_judges_by_it(root, tmp_path):
    with opened(root, tmp_path) as workspace:
        workspace.start()
        until(lambda: len(kept(root)) >= 3)
        event = pin_reference(workspace, watched(workspace), "so")
        until(lambda: len(kept(root)) >= 4)
        assert event.body["window"] == "2024-05-03"
        newest = states.windows(workspace, watched(workspace))[-1]
        assert newest.judged.reference.name == "window 2024-05-03"
        assert workspace.analyst.pid() not in (None, os.getpid())


def kept(root):
    below = root / ".mlops-console/drift/shop"
    return [one for one in below.iterdir() if one.suffix == ".json"] if below.is_dir() else []


def until(what, seconds=120):
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it did not come to that"
        time.sleep(0.02)
