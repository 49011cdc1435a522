"""The ingest thread: real files, the real child, a real store, as the console runs it."""

import os
import shutil
import signal
import threading
import time
from dataclasses import replace

import pytest

from mlops_console.errors import StoreFullError
from mlops_console.ingest import intake, live, watch, watch_plan
from mlops_console.records import Changed, Project


def append(path, text):
    with path.open("a") as file:
        file.write(text)


def test_what_is_written_shows_within_a_second(bench, write):
    files = [write(f"runs/r{number}/x.probe", old=False) for number in range(20)]
    pipe = bench.live()
    assert pipe.health.state == "live"
    assert pipe.health.watching == pipe.health.watchable == 22
    for file in files:
        append(file, "3 1\n4 1\n")
    started = time.monotonic()
    bench.until(lambda: all(count == 5 for count in bench.counts().values()))
    assert time.monotonic() - started < 5
    pipe.stop()
    assert pipe.health.state == "stopped"


def test_new_runs_are_seen_wherever_they_start(bench, write):
    write("runs/r0/x.probe")
    bench.live()
    write("runs/r1/x.probe", old=False)
    bench.until(lambda: len(bench.counts()) == 2)
    write("brand/new/place/x.probe", old=False)
    bench.until(lambda: "brand/new/place/x.probe" in bench.counts())
    (bench.root / "brand/new/other").mkdir()
    write("brand/new/other/head.probe", text="", old=False)
    append(bench.root / "brand/new/other/head.probe", "yes\n0 1\n")
    bench.until(lambda: "brand/new/other/head.probe" in bench.counts())


def test_the_end_of_a_run_shows(bench, write):
    file = write("runs/r0/x.probe", old=False)
    bench.live()
    assert bench.rows("SELECT status FROM runs") == [("running",)]
    append(file, "end\n")
    bench.until(lambda: bench.rows("SELECT status FROM runs") == [("finished",)])


def test_a_deleted_run_is_gone_and_comes_back(bench, write):
    write("runs/r0/x.probe")
    write("runs/r1/x.probe")
    bench.live()
    shutil.move(bench.root / "runs/r0", bench.folder / "aside")
    bench.until(lambda: (True,) in bench.rows("SELECT gone FROM runs"))
    shutil.move(bench.folder / "aside", bench.root / "runs/r0")
    bench.until(lambda: bench.rows("SELECT DISTINCT gone FROM runs") == [(False,)])
    assert bench.counts() == {"runs/r0/x.probe": 3, "runs/r1/x.probe": 3}


def test_the_projects_folder_vanishes_and_another_takes_its_place(bench, write, monkeypatch):
    write("runs/r0/x.probe")
    pipe = bench.live()
    bench.root.rename(bench.folder / "aside")
    pipe.rescan()
    bench.until(lambda: any("is gone" in what for what in bench.problems().values()))
    assert bench.rows("SELECT gone FROM runs") == [(False,)]
    write("runs/r9/x.probe", 7, old=False)
    pipe.rescan()
    bench.until(lambda: bench.counts().get("runs/r9/x.probe") == 7)
    bench.until(lambda: bench.problems() == {})
    bench.until(lambda: (True,) in bench.rows("SELECT gone FROM runs"))
    found = os.stat(bench.root)
    bench.until(lambda: bench.rows("SELECT inode FROM projects") == [(found.st_ino,)])
    append(bench.root / "runs/r9/x.probe", "7 1\n")
    bench.until(lambda: bench.counts()["runs/r9/x.probe"] == 8)


def test_a_burst_with_few_watches_misses_nothing(bench, write, monkeypatch):
    monkeypatch.setattr(live, "_RESCAN", 1.0)
    write("runs/r0/x.probe")
    pipe = bench.pipe()
    pipe._watches = 5
    pipe.start([bench.project])
    bench.until(lambda: pipe.health.state == "live")
    for number in range(2_000):
        write(f"runs/group{number // 50}/r{number}/x.probe", 1, old=False)
    bench.until(lambda: len(bench.counts()) == 2_001, 60)
    assert pipe.health.watching <= 5 < pipe.health.watchable


def test_lost_notices_lead_to_a_walk_and_a_badge(bench, write, monkeypatch):
    write("runs/r0/x.probe")
    pipe = bench.live()
    monkeypatch.setattr(watch.Watcher, "_sort", lambda self, data, told: setattr(told, "overflow", True))
    write("runs/r1/deep/x.probe", old=False)
    bench.until(lambda: len(bench.counts()) == 2)
    assert pipe.health.state == "polling"
    assert "more changes" in pipe.health.words


def test_without_notices_polling_finds_what_grows_and_says_so(bench, write, monkeypatch):
    from watchdog.observers import inotify_c

    monkeypatch.setattr(inotify_c, "inotify_init", lambda: -1)
    monkeypatch.setattr(live, "_RESCAN_POLLING", 0.5)
    monkeypatch.setattr(live, "_POLL", 0.2)
    file = write("runs/r0/x.probe", old=False)
    pipe = bench.live()
    assert pipe.health.state == "polling"
    assert "max_user_instances" in pipe.health.words
    append(file, "3 1\n")
    bench.until(lambda: bench.counts() == {"runs/r0/x.probe": 4})
    write("runs/r1/x.probe", old=False)
    bench.until(lambda: len(bench.counts()) == 2)


def test_shared_file_systems_are_polled(bench, write, monkeypatch):
    monkeypatch.setattr(watch_plan, "shared_kind", lambda path: "nfs4")
    write("runs/r0/x.probe")
    pipe = bench.live()
    assert (pipe.health.state, pipe.health.watching) == ("polling", 0)
    assert "nfs4" in pipe.health.words


def test_the_child_may_be_killed_at_any_time(bench, write):
    file = write("runs/r0/x.probe", old=False)
    pipe = bench.live()
    for round_ in range(3):
        os.kill(pipe._live.intake.child.pid, signal.SIGKILL)
        append(file, f"{round_ + 3} 1\n")
        bench.until(lambda: bench.counts() == {"runs/r0/x.probe": round_ + 4})  # noqa: B023
    assert bench.problems() == {}


def test_a_file_that_kills_is_set_aside_while_others_go_on(bench, write):
    file = write("runs/r0/x.probe", old=False)
    bench.live()
    write("runs/bad/x.probe", text="DIE\n", old=False)
    bench.until(lambda: "left alone" in bench.problems().get("runs/bad/x.probe", ""))
    append(file, "3 1\n")
    bench.until(lambda: bench.counts() == {"runs/r0/x.probe": 4})
    write("runs/bad/x.probe", 2, old=False)
    bench.until(lambda: bench.counts().get("runs/bad/x.probe") == 2)
    bench.until(lambda: bench.problems() == {})


def test_a_full_disk_is_waited_for_and_nothing_is_lost(bench, write, monkeypatch):
    monkeypatch.setattr(intake, "_FULL_RETRY", 0.1)
    file = write("runs/r0/x.probe", old=False)
    store = bench.store()
    pipe = bench.live(store)
    apply, full = store.apply, threading.Event()
    full.set()

    def maybe(batch):
        if full.is_set():
            raise StoreFullError("the disk that holds the store is full")
        return apply(batch)

    monkeypatch.setattr(store, "apply", maybe)
    append(file, "3 1\n")
    bench.until(lambda: "full" in pipe.health.words)
    append(file, "4 1\n")
    assert bench.counts() == {"runs/r0/x.probe": 3}
    full.clear()
    bench.until(lambda: bench.counts() == {"runs/r0/x.probe": 5})
    bench.until(lambda: pipe.health.words == "")


def test_an_unforeseen_error_is_said_and_survived(bench, write, monkeypatch):
    monkeypatch.setattr(live, "_AFTER_TROUBLE", 0.1)
    file = write("runs/r0/x.probe", old=False)
    store = bench.store()
    pipe = bench.live(store)
    apply, broken, words = store.apply, [1], []

    def once(batch):
        if broken:
            broken.pop()
            raise ValueError("nobody foresaw this")
        words.append(pipe.health.words)
        return apply(batch)

    monkeypatch.setattr(store, "apply", once)
    append(file, "3 1\n")
    bench.until(lambda: bench.counts() == {"runs/r0/x.probe": 4})
    assert not broken
    bench.until(lambda: pipe.health.words == "")


def test_a_follower_keeps_its_own_copy_current_and_takes_over(bench, write, monkeypatch):
    monkeypatch.setattr(live, "_SUCCEED", 0.2)
    file = write("runs/r0/x.probe", old=False)
    first = bench.store()
    owner = bench.live(first)
    second = bench.store()
    follower = bench.live(second)
    assert (owner.health.role, follower.health.role) == ("owner", "follower")
    append(file, "3 1\n")
    bench.until(lambda: bench.counts(first) == bench.counts(second) == {"runs/r0/x.probe": 4})
    owner.stop()
    first.close()
    append(file, "4 1\n")
    bench.until(lambda: follower.health.role == "owner")
    bench.until(lambda: bench.counts(second) == {"runs/r0/x.probe": 5})


def test_writes_are_done_where_all_writes_are_done(bench, write):
    write("runs/r0/x.probe")
    pipe = bench.live()
    names = []

    def work(store):
        names.append(threading.current_thread().name)
        return Changed(runs=frozenset({"moved"}))

    pipe.submit(work)
    bench.until(lambda: "moved" in bench.heard.runs)
    assert names == ["ingest"]
    pipe.stop()
    pipe.submit(work)
    assert names == ["ingest", threading.current_thread().name]


def test_one_more_project_while_live(bench, write, tmp_path):
    write("runs/r0/x.probe")
    pipe = bench.live()
    other = tmp_path / "other"
    (other / "runs").mkdir(parents=True)
    (other / "runs/y.probe").write_text("0 1\n")
    found = os.stat(other)
    project = Project("fedcba987654", "other", str(other), found.st_dev, found.st_ino)
    pipe.submit(lambda store: store.put_project(project) or Changed())
    pipe.watch(project)
    bench.until(lambda: "runs/y.probe" in bench.counts())
    append(other / "runs/y.probe", "1 1\n")
    bench.until(lambda: bench.counts()["runs/y.probe"] == 2)
    pipe.unwatch(project.key)
    pipe.submit(lambda store: store.drop_project(project.key) or Changed(runs=frozenset({"dropped"})))
    bench.until(lambda: "dropped" in bench.heard.runs)
    append(bench.root / "runs/r0/x.probe", "3 1\n")
    append(other / "runs/y.probe", "2 1\n")
    bench.until(lambda: bench.counts() == {"runs/r0/x.probe": 4})
    assert pipe.health.words == ""


def test_stopping_is_quick_even_while_much_is_read(bench, write):
    for number in range(300):
        write(f"runs/r{number}/x.probe", 200)
    pipe = bench.pipe()
    pipe.start([bench.project])
    bench.until(lambda: bench.counts() != {})
    started = time.monotonic()
    pipe.stop()
    assert time.monotonic() - started < 5
    bench.stores[-1].close()
    bench.scan()
    bench.store()
    assert set(bench.counts().values()) == {200}
    assert len(bench.counts()) == 300


@pytest.mark.parametrize("field", ["inode", "device"])
def test_the_project_is_known_by_where_it_is_now(bench, write, field):
    write("runs/r0/x.probe")
    bench.store()
    stale = replace(bench.project, **{field: 12345})
    bench.stores[-1].put_project(stale)
    bench.pipe(bench.stores[-1]).scan([stale])
    now = bench.project
    assert bench.rows("SELECT device, inode FROM projects") == [(now.device, now.inode)]
