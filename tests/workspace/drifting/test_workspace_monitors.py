"""Monitors in a workspace: held against the champion's baseline, shared with a group, judged once."""

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from tests.workspace.deciding.deciding_desk import EASY, registered, version
from tests.workspace.monitor_making import OLD, WISH, add_day, project

from mlops_console.analysis.jobs import function
from mlops_console.drift.windows.model import Known, NotRemembered
from mlops_console.errors import DataError
from mlops_console.journal.sharing import share
from mlops_console.ours import DRIFT
from mlops_console.settings import places
from mlops_console.workspace.deciding.deciding import promote
from mlops_console.workspace.drifting.checking import judge, look
from mlops_console.workspace.drifting.monitors import FileMemory, projects_of, watched_in
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.standing import standing

CUSTOMERS = Path(__file__).parents[3] / "sample_projects" / "churn" / "data" / "customers.csv"
PINNED = """
[monitors.live]
model = "churn"
current = "live"
classifier = 1
drift = 0.2
"""


def work(name, given):
    return json.loads(function(name)(request=given))


def nobody():
    raise AssertionError("no workspace is needed where the reference is data")


def judged(watched, where, refer):
    found = look(watched, where, refer)
    for new in found.new:
        assert judge(found, new, work)
    return standing(found)


@pytest.fixture
def shop(tmp_path):
    return project(tmp_path / "shop", WISH + "classifier = 1\n", days=(0.0, 3.0))


@pytest.fixture
def where(tmp_path):
    return places(str(tmp_path / "store.duckdb"))


def watched_of(shop, where):
    [found] = watched_in(projects_of(str(shop), where))
    return found


def test_the_reference_is_the_champions_baseline(tmp_path):
    with registered(tmp_path, EASY + PINNED) as workspace:
        root = Path(workspace.projects[0].root)
        for folder in ("data", "live"):
            (root / folder).mkdir()
            shutil.copy(CUSTOMERS, root / folder)
        os.utime(root / "live/customers.csv", (OLD, OLD))
        [watched] = watched_in(workspace.projects)
        refer = References(lambda: workspace)
        before = judged(watched, workspace.places, refer)
        assert (before.code, before.newest) == (2, None)
        assert "champion" in before.because
        promote(workspace, version(workspace), "champion", "the first")
        shutil.rmtree(root / "data")
        now = judged(watched, workspace.places, refer)
        assert now.code == 0, now
        assert now.newest is not None
        assert now.newest.judged.reference.name == "baseline churn@1"
        assert now.newest.judged.reference.sha256 == version(workspace).version.baseline.sha256
        [file] = (root / ".mlops-console/baselines").glob("*/*.baseline")
        file.chmod(0o644)
        file.write_bytes(file.read_bytes()[:-1] + b"x")
        shutil.copy(CUSTOMERS, root / "live/more.csv")
        os.utime(root / "live/more.csv", (OLD, OLD))
        damaged = look(watched, workspace.places, refer)
        assert not judge(damaged, damaged.new[0], work)
        assert "is not what was written" in damaged.problems[-1]


def test_a_shared_project_shares_its_verdicts(shop, where):
    share(str(shop), str(os.getegid()))
    judged(watched_of(shop, where), where, References(nobody, where))
    folder = shop / DRIFT / "shop"
    for one in (folder, folder.parent):
        assert stat.S_IMODE(one.stat().st_mode) & 0o3070 == 0o3070
    for file in folder.glob("*.json"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o444 & ~0o004 | file.stat().st_mode & 0o004


def test_a_window_that_another_process_is_at_is_left_to_it(shop, where):
    watched = watched_of(shop, where)
    mine, other = (look(watched, where, References(nobody, where)) for _ in range(2))
    lock = other.folder.lock()
    assert lock.take()
    assert not judge(mine, mine.new[0], work, wait=False)
    lock.close()
    assert judge(mine, mine.new[0], work, wait=False)
    asked = []
    assert judge(other, other.new[0], lambda *given: asked.append(given) or {})
    assert asked == [], "it was judged meanwhile"


def test_a_window_whose_files_change_while_it_is_judged_is_not_kept(shop, where):
    found = look(watched_of(shop, where), where, References(nobody, where))

    def changing(name, given):
        add_day(shop, 1, 2.0, 500)
        return work(name, given)

    assert not judge(found, found.new[0], changing)
    assert "its files changed while it was judged" in found.problems[-1]
    assert list((shop / DRIFT / "shop").glob("*.json")) == []


def test_what_can_not_be_judged_is_told_and_hurts_no_other_window(shop, where):
    found = look(watched_of(shop, where), where, References(nobody, where))

    def failing(name, given):
        if given["name"].endswith("01"):
            raise DataError("no")
        return work(name, given)

    assert [judge(found, new, failing) for new in found.new] == [False, True]
    assert found.problems == ["2024-05-01: no."]
    assert standing(found).code == 1


def test_files_are_looked_into_once_and_remembered_for_others(shop, where):
    watched = watched_of(shop, where)
    look(watched, where, References(nobody, where))
    memory = FileMemory.of(watched, where)
    again = look(watched, where, References(nobody, where), Known(memory.kept))
    assert len(again.new) == 2
    add_day(shop, 3)
    with pytest.raises(NotRemembered):
        look(watched, where, References(nobody, where), Known(memory.kept))
    assert memory.path is not None
    memory.path.write_text('{"x": 3, "day UTC at\\u0000logs/01.parquet": {"stamp": 1, "found": []}}')
    assert len(look(watched, where, References(nobody, where)).new) == 3


def test_two_clocks_do_not_judge_what_is_not_over(shop, where):
    refer, before = References(nobody, where), OLD * 1_000_000 - 40 * 86_400_000_000
    found = look(watched_of(shop, where), where, refer, at=before)
    assert found.new == ()
    assert standing(found).code == 2
