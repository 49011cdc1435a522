"""An upgrade of a reader: what the older edition judged and read holds no longer, nothing counts twice."""

import os
import sys

import pytest
from tests.scenarios.stage import LONG_AGO, Desk

READER = """
import numpy as np
from mlops_console import beneath
from mlops_console.records import NO_TIME, Chunk, Points, RunFacts, RunKey, Source

class Reader:
    name = "odd"
    patterns = ("*.odd",)

    def claims(self, folder):
        wanted = [n for n in folder.files if n.endswith(".odd") and folder.head(n, 8).startswith(WANTED)]
        return [Source("odd", folder.path, tuple(f"{folder.path}/{n}" for n in wanted))] if wanted else []

    def read(self, root, source, cursor, budget):
        BROKEN
        start = int(cursor or b"0")
        with beneath.reading(root, source.files[0]) as fd:
            data = beneath.read_range(fd, start, 1 << 20)
        count = data.count(b"x")
        key = RunKey(source.path)
        steps = np.arange(count, dtype=np.int64)
        points = Points(
            ((key, "loss"),) if count else (), np.array([count] if count else [], np.int64), steps,
            np.full(count, NO_TIME, np.int64), np.full(count, VALUE, np.float64),
        )
        return Chunk((RunFacts(key),), points, (), str(start + len(data)).encode())

READER = Reader()
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install an edition of the reader as a plug-in of the child."""
    site = tmp_path / "site"
    info = site / "odd_reader-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-reader\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mlops_console.readers]\nodd = odd_reader:READER\n")
    monkeypatch.setenv("PYTHONPATH", str(site))
    # Editions follow each other within a second here: no compiled one may stand in for the next.
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    def put(wanted=b"a", value=1.0, broken="pass"):
        text = READER.replace("WANTED", repr(wanted)).replace("VALUE", repr(value)).replace("BROKEN", broken)
        (site / "odd_reader.py").write_text(text)

    return put


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path / "kept" / "s.duckdb", capsys)


@pytest.fixture
def shop(tmp_path):
    for name, text in (("a", b"axxxx"), ("b", b"bxx")):
        folder = tmp_path / "shop" / name
        folder.mkdir(parents=True)
        (folder / "m.odd").write_bytes(text)
        for place in (folder / "m.odd", folder):
            os.utime(place, (LONG_AGO, LONG_AGO + 0.25))
    return tmp_path / "shop"


def losses(desk):
    return {run["path"]: (run["metrics"]["loss"]["count"], run["metrics"]["loss"]["last"][1])
            for run in desk.objects("runs")}  # fmt: skip


def test_another_edition_reads_everything_anew_and_doubles_nothing(desk, shop, install):
    install(value=1.0)
    desk.scan(shop)
    assert losses(desk) == {"a": (4, 1.0)}
    assert desk.scan(shop)[0]["files_opened"] == 0
    install(value=2.0)
    report, _ = desk.scan(shop)
    assert report["updated"] == 1
    assert losses(desk) == {"a": (4, 2.0)}
    assert desk.scan(shop)[0]["files_opened"] == 0


def test_another_edition_judges_folders_anew(desk, shop, install):
    install(wanted=b"a")
    desk.scan(shop)
    install(wanted=(b"a", b"b"))
    assert desk.scan(shop)[0]["new"] == 1
    assert losses(desk) == {"a": (4, 1.0), "b": (2, 1.0)}


def test_what_a_broken_edition_could_not_read_is_read_by_the_next(desk, shop, install):
    install(broken="raise KeyError('oh')")
    report, wrong = desk.scan(shop)
    assert (report["new"], wrong) == (0, {"a": "the reader odd broke on it: KeyError: 'oh'"})
    install()
    report, wrong = desk.scan(shop)
    assert (report["new"], wrong) == (1, {})


def test_a_reader_process_of_another_release_is_refused(desk, shop, install, monkeypatch):
    install()
    monkeypatch.setattr("mlops_console.ingest.child_process.release", lambda: "another")
    said = desk.ask("scan", shop, code=2)
    assert "upgraded while it was open" in said.err


def test_no_reader_process_can_be_started(desk, shop, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(shop / "none"))
    said = desk.ask("scan", shop, code=2)
    assert "the reader process can't be started" in said.err
