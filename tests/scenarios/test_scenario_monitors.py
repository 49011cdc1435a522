"""Cron, consoles and people judge the same windows at once, are killed, and start again: one verdict each."""

import json
import os
import signal
import subprocess
import sys
import time

from tests.workspace.monitor_making import WISH, add_day, project, rows

from mlops_console.ours import DRIFT
from mlops_console.workspace import open_workspace
from mlops_console.workspace.drifting.states import listing as states

DAYS = 6
QUIET = "classifier = 1\n"


def check(folder, store):
    return subprocess.Popen(
        [sys.executable, "-m", "mlops_console", "--store", str(store), "drift", "check", "--json",
         "--project", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def kept(folder):
    below = folder / DRIFT / "shop"
    return sorted(one.name for one in below.iterdir() if one.suffix == ".json") if below.is_dir() else []


def until(what, seconds=120):
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it did not come to that"
        time.sleep(0.02)


def test_several_checks_at_once_judge_each_window_once(tmp_path):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0,) * (DAYS - 1) + (3.0,))
    running = [check(folder, tmp_path / f"{number}.duckdb") for number in range(3)]
    ended = [one.communicate(timeout=100) for one in running]
    assert [one.returncode for one in running] == [1, 1, 1], ended
    assert len({out for out, _ in ended}) == 1
    assert len(kept(folder)) == DAYS
    assert [one for one in (folder / DRIFT / "shop").iterdir() if one.name.startswith(".tmp")] == []


def test_a_check_that_is_killed_leaves_nothing_that_the_next_can_not_go_on_from(tmp_path):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0,) * DAYS)
    for judged in (1, 3):
        _killed_after(judged, folder, tmp_path / "store.duckdb")
    for name in kept(folder):
        json.loads((folder / DRIFT / "shop" / name).read_bytes())
    last = check(folder, tmp_path / "store.duckdb")
    out, err = last.communicate(timeout=100)
    assert last.returncode == 0, err
    assert json.loads(out)["window"]["window"] == "2024-05-06"
    assert len(kept(folder)) == DAYS


def _killed_after(judged, folder, store):
    running = check(folder, store)
    until(lambda: len(kept(folder)) >= judged or running.poll() is not None)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()


def test_an_open_console_judges_what_comes_and_hears_of_what_others_judge(tmp_path):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0,))
    heard = []
    with open_workspace([folder], str(tmp_path / "store.duckdb"), watch=True) as workspace:
        assert workspace.monitors.following is None
        workspace.subscribe(lambda changed: heard.extend(changed.drift))
        workspace.start()
        until(lambda: len(kept(folder)) == 1)
        until(lambda: heard)
        add_day(folder, 2, 3.0)
        until(lambda: len(kept(folder)) == 2)
        other = check(folder, tmp_path / "other.duckdb")
        out, err = other.communicate(timeout=100)
        assert other.returncode == 1, err
        assert json.loads(out)["window"]["window"] == "2024-05-02"
        assert len(kept(folder)) == 2
        heard.clear()
        first = folder / DRIFT / "shop" / kept(folder)[0]
        first.rename(first.with_name(first.name.replace("2024-05-01", "2024-04-30")))
        until(lambda: heard)


def test_what_a_process_left_that_was_killed_is_judged_by_the_console(tmp_path):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0,))
    (folder / DRIFT / "shop").mkdir(parents=True)
    lock = folder / DRIFT / "shop/.judging"
    lock.touch()
    code = (
        f"import fcntl, time; file = open({str(lock)!r}); fcntl.flock(file, 2)\n"
        "print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with open_workspace([folder], str(tmp_path / "store.duckdb"), watch=True) as workspace:
            workspace.start()
            until(lambda: workspace.monitors.following.looks())
            assert kept(folder) == []
            holder.kill()
            until(lambda: len(kept(folder)) == 1)


def test_a_console_without_monitors_pays_nothing(tmp_path):
    (tmp_path / "plain").mkdir()
    code = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from mlops_console.workspace import open_workspace\n"
        f"with open_workspace([Path({str(tmp_path / 'plain')!r})], {str(tmp_path / 's.duckdb')!r}) as it:\n"
        "    it.start()\n"
        "    assert it.monitors.following is None\n"
        "    assert 'monitors' not in [one.name for one in threading.enumerate()]\n"
        "assert not [one for one in sys.modules if one.startswith('mlops_console.drift')]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)


def test_a_monitor_that_is_wished_while_the_console_is_open_is_followed(tmp_path):
    folder = project(tmp_path / "shop", "", days=(0.0,))
    with open_workspace([folder], str(tmp_path / "store.duckdb"), watch=True) as workspace:
        workspace.start()
        (folder / "mlops-console.toml").write_text(WISH + QUIET)
        workspace.rescan()
        until(lambda: len(kept(folder)) == 1)


def test_a_damaged_verdict_is_judged_anew_while_the_console_is_open(tmp_path):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0, 3.0))
    out, err = check(folder, tmp_path / "other.duckdb").communicate(timeout=100)
    first, last = kept(folder)
    place = folder / DRIFT / "shop" / last
    place.chmod(0o644)
    place.write_bytes(place.read_bytes()[:-100])
    heard = []
    with open_workspace([folder], str(tmp_path / "store.duckdb"), watch=True) as workspace:
        workspace.subscribe(lambda changed: heard.extend(changed.drift))
        workspace.start()
        until(lambda: json.loads(out)["window"]["verdict"] == "DRIFT" and whole(place))
        until(lambda: heard)
        [one] = states.states(workspace)
        assert (one.health, [each.window for each in one.windows]) == ("drift", ["2024-05-01", "2024-05-02"])
        heard.clear()
        early = folder / DRIFT / "shop" / first
        early.chmod(0o644)
        early.write_bytes(b"{}")
        until(lambda: whole(early) and heard)
    assert kept(folder) == [first, last], err


def whole(place):
    try:
        return json.loads(place.read_bytes()) != {}
    except (OSError, ValueError):
        return False


def test_a_file_that_is_whole_is_judged_at_once_and_one_that_may_grow_is_not(tmp_path):
    wish = '[monitors.shop]\nreference = "reference.parquet"\ncurrent = "logs"\nwindow = "file"\n' + QUIET
    folder = project(tmp_path / "shop", wish, days=(0.0,))
    with open_workspace([folder], str(tmp_path / "store.duckdb"), watch=True) as workspace:
        workspace.start()
        until(lambda: len(kept(folder)) == 1)
        rows(5, 500).write_csv(folder / "logs/02.csv")
        rows(6, 500).write_parquet(folder / "logs/03.parquet")
        until(lambda: len(kept(folder)) == 2)
        [one] = states.states(workspace)
        assert [each.window for each in one.windows] == ["01.parquet", "03.parquet"]
        until(lambda: states.states(workspace)[0].standing.awaited is not None)
        assert states.states(workspace)[0].standing.awaited == ("02.csv", "it is still being written.")


def test_two_consoles_and_cron_at_once_give_one_verdict_each(tmp_path):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0,) * (DAYS - 1) + (3.0,))
    with (
        open_workspace([folder], str(tmp_path / "one.duckdb"), watch=True) as one,
        open_workspace([folder], str(tmp_path / "two.duckdb"), watch=True) as two,
    ):
        one.start()
        two.start()
        out, err = check(folder, tmp_path / "cron.duckdb").communicate(timeout=100)
        assert json.loads(out)["verdict"] == "DRIFT", err
        for workspace in (one, two):
            until(lambda: [len(each.windows) for each in states.states(workspace)] == [DAYS])  # noqa: B023
        [here], [there] = states.states(one), states.states(two)
        assert (here.health, here.because, here.windows) == (there.health, there.because, there.windows)
    names = kept(folder)
    assert len(names) == len({name[:10] for name in names}) == DAYS
