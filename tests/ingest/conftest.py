import os
import sys
import threading
import time
from pathlib import Path

import pytest

from mlops_console.ingest import Pipeline
from mlops_console.records import Changed, Project
from mlops_console.settings import places
from mlops_console.store import open_store
from mlops_console.wishes.model import WatchWishes

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@pytest.fixture
def probe(tmp_path_factory, monkeypatch):
    """The probe reader installed as a plug-in, for the child that is started next."""
    site = tmp_path_factory.mktemp("site")
    (site / "probe_reader.py").write_bytes((HERE / "probe_reader.py").read_bytes())
    info = site / "probe_reader-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: probe-reader\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mlops_console.readers]\nprobe = probe_reader:READER\n")
    monkeypatch.setenv("PYTHONPATH", str(site))
    return site


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


class Bench:
    """A project, a real store and pipelines over it."""

    def __init__(self, root, folder):
        self.root = root
        self.folder = folder
        self.stores = []
        self.pipes = []
        self.heard = Changed()
        self.bell = threading.Condition()
        self.settings = WatchWishes()

    @property
    def project(self):
        found = os.stat(self.root)
        return Project("abcdef012345", "project", str(self.root), found.st_dev, found.st_ino)

    def hear(self, changed):
        with self.bell:
            self.heard |= changed
            self.bell.notify_all()

    def store(self):
        store = open_store(places(str(self.folder / "store.duckdb")))
        self.stores.append(store)
        store.put_project(self.project)
        return store

    def pipe(self, store=None):
        pipe = Pipeline(store or self.store(), lambda project: self.settings, self.hear)
        self.pipes.append(pipe)
        return pipe

    def scan(self):
        """A whole `scan` command: open, read, close."""
        store = self.store()
        try:
            return self.pipe(store).scan([self.project])
        finally:
            store.close()

    def live(self, store=None):
        pipe = self.pipe(store)
        pipe.start([self.project])
        self.until(lambda: pipe.health.state in ("live", "polling") and not pipe.health.waiting)
        return pipe

    def until(self, condition, seconds=20.0):
        """Wait until it holds; asked again at each change, and every so often."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not come to pass"
            with self.bell:
                self.bell.wait(0.02)

    def rows(self, sql, store=None):
        connection = (store or self.stores[-1]).connect()
        try:
            return connection.rows(sql)
        finally:
            connection.close()

    def counts(self, store=None):
        """Points of each run, by its path."""
        return dict(self.rows("SELECT r.path, s.count FROM series s JOIN runs r USING (run_id)", store))

    def problems(self, store=None):
        return dict(self.rows("SELECT path, what FROM problems", store))

    def close(self):
        for pipe in self.pipes:
            pipe.stop()
        for store in self.stores:
            store.close()


@pytest.fixture
def bench(probe, root, tmp_path):
    bench = Bench(root, tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def write(root):
    """Write a file of so many points into the project, as if it had been there for long."""

    def put(path, points=3, text=None, old=True):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{step} 0.5\n" for step in range(points)) if text is None else text)
        if old:
            os.utime(file, (1_600_000_000, 1_600_000_000.25))
        return file

    return put
