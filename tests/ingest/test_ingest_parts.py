import ctypes
import os
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_console.ingest import channel, processes, watch
from mlops_console.ingest.in_hand import HandPage
from mlops_console.ingest.live import Live
from mlops_console.ingest.messages import Got, Took
from mlops_console.ingest.mounts import kind_in
from mlops_console.ingest.schedule import Round
from mlops_console.ingest.watch import Watcher
from mlops_console.records import Chunk, Points, Process, RunFacts, RunKey, Status


def exchange(messages):
    """Send through a real pipe from a thread; receive without blocking."""
    out, into = os.pipe()
    os.set_blocking(out, False)

    def send():
        for message in messages:
            channel.write(into, channel.pack(message))
        os.close(into)

    sender = threading.Thread(target=send)
    sender.start()
    inbox, got = channel.Inbox(out), []
    try:
        while True:
            got += inbox.receive()
    except channel.ClosedError:
        pass
    sender.join()
    os.close(out)
    return got


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.one_of(st.text(), st.binary(max_size=200), st.integers(), st.lists(st.floats())), max_size=5)
)
def test_messages_arrive_whole_and_in_order(messages):
    assert repr(exchange(messages)) == repr(messages)


def test_large_arrays_travel_beside_and_records_come_back_equal():
    count = 300_000
    key = RunKey("runs/a")
    step = np.arange(count, dtype=np.int64)
    points = Points(((key, "loss"),), np.array([count]), step, step + 5, step * 0.5)
    facts = RunFacts(key, name="a\udc80", status=Status.FAILED, params={"lr": [1, None, "x"]})
    took = Took((Got(b"f", 7, Chunk((facts,), points, (), b"c", more=True)), Got(b"", 0, None, "why")), 3)
    parts = channel.pack(took)
    assert len(parts) == 5
    (back,) = exchange([took])
    chunk = back.got[0].chunk
    assert chunk.facts == (facts,)
    assert chunk.points.series == points.series
    for name in ("counts", "step", "wall", "value"):
        assert np.array_equal(getattr(chunk.points, name), getattr(points, name))
    assert back.got[1] == took.got[1]


def test_a_partner_that_takes_nothing_is_given_up():
    out, into = os.pipe()
    os.set_blocking(into, False)
    with pytest.raises(channel.ClosedError):
        channel.write(into, channel.pack(b"x" * 4_000_000), patience=0.05)
    os.close(out)
    os.close(into)


def test_the_page_tells_what_is_in_hand():
    fd = HandPage.make()
    child, parent = HandPage(fd), HandPage(fd)
    os.close(fd)
    child.request = 3
    child.take(17)
    assert (parent.look().request, parent.look().place, parent.look().path) == (3, 17, "")
    child.take(-1, "runs/caf\udce9")
    before = parent.look()
    assert before.path == "runs/caf\udce9"
    child.beat()
    assert parent.look().beats > before.beats
    child.take(-1, "x" * 20_000)
    assert len(parent.look().path) < 8192


def me(**changes):
    stat = Path("/proc/self/stat").read_text()
    facts = {
        "host": socket.gethostname(),
        "boot_id": Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "pid": os.getpid(),
        "started": int(stat[stat.rfind(")") + 2 :].split()[19]),
    }
    return Process(**{**facts, **changes})


def test_alive_says_true_false_or_that_it_cannot_know():
    assert processes.alive(me()) is True
    assert processes.alive(me(started=0)) is True
    assert processes.alive(me(started=1)) is False
    assert processes.alive(me(host="elsewhere")) is None
    assert processes.alive(me(boot_id="0-0")) is False
    assert processes.alive(me(pid=2**22 + 1)) is False
    assert processes.alive(me(pid=0)) is None
    assert processes.alive(me(pid=2**40)) is False


def test_a_process_that_ended_but_was_not_fetched_is_gone():
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    child.stdout.read()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert processes.alive(me(pid=child.pid, started=0)) is False
    child.wait()
    child.stdout.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/ann/runs", "nfs4"),
        ("/home/annex", ""),
        ("/data/with space/x", "fuse.sshfs"),
        ("/data", ""),
        ("/win/c", "9p"),
    ],
)
def test_shared_file_systems_are_known_by_their_kind(path, kind):
    table = [
        b"/dev/sda / ext4 rw 0 0",
        b"server:/home /home/ann nfs4 rw 0 0",
        rb"me@host:/ /data/with\040space fuse.sshfs rw 0 0",
        b"/dev/sdb /data xfs rw 0 0",
        b"C: /win 9p rw 0 0",
        b"broken",
    ]
    assert kind_in(table, path) == kind


def test_a_round_is_as_rare_as_its_cost_asks():
    from time import monotonic

    cheap, dear = Round(2.0, share=0.01), Round(2.0, most=60.0, share=0.01, times=20.0)
    assert cheap.is_due(monotonic())
    cheap.done(0.001)
    assert 1.5 < cheap.due - monotonic() <= 2.0
    dear.done(0.1)
    assert 9.5 < dear.due - monotonic() <= 10.0
    dear.done(10.0)
    assert 199 < dear.due - monotonic() <= 200
    dear.now()
    assert dear.is_due(monotonic())


def test_a_walk_that_is_under_way_is_waited_for():
    there = {"under way"}
    intake = SimpleNamespace(
        states={}, store=SimpleNamespace(role="owner"), backlog=SimpleNamespace(hot=False), held=None,
        scanning=there.__contains__,
    )  # fmt: skip
    live = Live(intake, None, [], lambda changed: None)
    for each in (live._poll, live._sweep):
        each.done()
    live._rescans["under way"] = Round(30.0)
    assert live._nap(monotonic()) > 0.5
    there.clear()
    assert live._nap(monotonic()) == 0.0
    for end in (live._wake_out, live._wake_in):
        os.close(end)


class TestWatcher:
    """What is relied on of watchdog's lowest layer; a release that changes it shows here."""

    @pytest.fixture
    def watcher(self):
        watcher = Watcher().open()
        assert watcher.trouble == ""
        yield watcher
        watcher.close()

    def told(self, watcher):
        import select

        select.select([watcher.fd], [], [], 5)
        return watcher.told()

    def test_the_calls_that_are_used(self):
        from watchdog.observers import inotify_c

        fd = inotify_c.inotify_init()
        assert fd >= 0
        assert inotify_c.inotify_add_watch(fd, b"/does/not/exist", 0x100) == -1
        assert ctypes.get_errno() == 2
        os.close(fd)

    def test_writes_new_names_and_removals_are_told(self, watcher, tmp_path):
        watcher.want([str(tmp_path)])
        assert watcher.watching == 1
        (tmp_path / "f").write_text("x")
        told = self.told(watcher)
        assert (str(tmp_path), "f") in told.changed
        assert str(tmp_path) in told.listed
        (tmp_path / "d").mkdir()
        assert str(tmp_path) in self.told(watcher).listed
        (tmp_path / "d").rename(tmp_path / "e")
        assert {f"{tmp_path}/d", f"{tmp_path}/e"} <= self.told(watcher).moved

    def test_a_watched_folder_that_goes_is_told_and_can_be_watched_again(self, watcher, tmp_path):
        inner = tmp_path / "inner"
        inner.mkdir()
        watcher.want([str(inner)])
        inner.rmdir()
        assert str(inner) in self.told(watcher).moved
        inner.mkdir()
        assert watcher.add(str(inner))
        inner.rename(tmp_path / "other")
        assert str(inner) in self.told(watcher).moved
        assert not watcher.watches(str(inner))

    def test_it_watches_no_more_than_it_may(self, tmp_path):
        watcher = Watcher(most=3).open()
        folders = [tmp_path / str(number) for number in range(5)]
        for folder in folders:
            folder.mkdir()
        watcher.want(map(str, folders))
        assert (watcher.watching, watcher.room) == (3, 0)
        assert not watcher.add(str(folders[4]))
        watcher.want(map(str, folders[3:]))
        assert watcher.watching == 2
        watcher.close()

    def test_a_lost_change_is_told(self, watcher):
        told = watch.Told()
        watcher._sort(struct.pack("iIII", -1, 0x4000, 0, 0), told)
        assert told.overflow

    def test_without_notices_it_says_why(self, monkeypatch):
        from watchdog.observers import inotify_c

        monkeypatch.setattr(inotify_c, "inotify_init", lambda: -1)
        assert "max_user_instances" in Watcher().open().trouble
        monkeypatch.delattr(inotify_c, "InotifyConstants")
        broken = Watcher().open()
        assert "polling" in broken.trouble
        assert not broken.told().changed
        assert not broken.add("/")
