"""One-shot scans: real files, the real child, a real store."""

import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from mlops_console.errors import StoreFullError
from mlops_console.ingest import Pipeline, intake


def test_a_scan_reads_everything_once_and_then_opens_nothing(bench, write):
    for number in range(20):
        write(f"runs/r{number}/x.probe", 5)
    write("runs/r0/headed/head.probe", text="yes\n0 1\n")
    write("data/head.probe", text="no\n")
    report = bench.scan()
    assert (report.new, report.updated, report.unchanged, report.problems) == (21, 0, 0, ())
    assert report.files_opened == 23
    again = bench.scan()
    assert (again.new, again.updated, again.unchanged, again.files_opened) == (0, 0, 21, 0)
    with open(bench.root / "runs/r3/x.probe", "a") as file:
        file.write("5 1\n6 1\n")
    grown = bench.scan()
    assert (grown.new, grown.updated, grown.unchanged, grown.files_opened) == (0, 1, 20, 1)
    bench.store()
    assert bench.counts()["runs/r3/x.probe"] == 7
    assert sum(bench.counts().values()) == 20 * 5 + 2 + 1


def test_more_than_one_budget_holds_is_read_to_the_end(bench, write, monkeypatch):
    monkeypatch.setattr(intake.Batch, "__init__", smaller(intake.Batch.__init__))
    write("runs/long/x.probe", 5_000)
    write("runs/short/x.probe", 10)
    report = bench.scan()
    assert report.new == 2
    bench.store()
    assert bench.counts() == {"runs/long/x.probe": 5_000, "runs/short/x.probe": 10}


def smaller(init):
    def start(self, orders):
        init(self, orders, 700, 5.0)

    return start


def test_a_half_line_waits_for_its_end(bench, write):
    file = write("runs/a/x.probe", text="0 1\n1 ", old=False)
    bench.scan()
    with file.open("a") as more:
        more.write("2\n")
    bench.scan()
    bench.store()
    assert bench.counts() == {"runs/a/x.probe": 2}


def test_a_file_that_shrinks_is_read_anew(bench, write):
    write("runs/a/x.probe", 9)
    bench.scan()
    write("runs/a/x.probe", 4, old=False)
    assert bench.scan().updated == 1
    bench.store()
    assert bench.counts() == {"runs/a/x.probe": 4}


def test_gone_and_back_again(bench, write):
    write("runs/a/x.probe", 4)
    write("runs/b/x.probe", 4)
    bench.scan()
    (bench.root / "runs/a").rename(bench.root.parent / "aside")
    bench.scan()
    store = bench.store()
    assert dict(bench.rows("SELECT path, gone FROM runs")) == {
        "runs/a/x.probe": True,
        "runs/b/x.probe": False,
    }
    store.close()
    (bench.root.parent / "aside").rename(bench.root / "runs/a")
    assert bench.scan().files_opened == 0
    bench.store()
    assert dict(bench.rows("SELECT path, gone FROM runs")) == {
        "runs/a/x.probe": False,
        "runs/b/x.probe": False,
    }
    assert bench.counts() == {"runs/a/x.probe": 4, "runs/b/x.probe": 4}


def test_a_projects_folder_that_is_gone_keeps_its_runs(bench, write):
    write("runs/a/x.probe", 4)
    bench.scan()
    project = bench.project
    aside = bench.root.parent / "aside"
    store = bench.store()
    bench.root.rename(aside)
    report = bench.pipe(store).scan([project])
    assert report.unchanged == 1
    assert "is gone" in report.problems[0].what
    assert bench.rows("SELECT gone FROM runs", store) == [(False,)]
    aside.rename(bench.root)
    assert bench.pipe(store).scan([project]).problems == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DIE\n", "ended by signal 9"),
        ("RAISE\n", "RuntimeError: on purpose"),
        ("BOMB\n", "more memory than is allowed"),
    ],
)
def test_one_bad_file_costs_one_problem_and_is_left_alone_until_it_changes(bench, write, text, words):
    for number in range(30):
        write(f"runs/r{number}/x.probe")
    write("runs/bad/x.probe", text=text)
    report = bench.scan()
    assert report.new == 30
    assert [problem.path for problem in report.problems] == ["runs/bad/x.probe"]
    assert words in report.problems[0].what
    again = bench.scan()
    assert again.files_opened == 0
    assert words in again.problems[0].what
    write("runs/bad/x.probe", 6, old=False)
    mended = bench.scan()
    assert (mended.new, mended.problems) == (1, ())
    bench.store()
    assert bench.counts()["runs/bad/x.probe"] == 6


def test_a_hang_is_ended_and_the_rest_is_read(bench, write, monkeypatch):
    monkeypatch.setattr(intake.Intake.__init__, "__kwdefaults__", {"patience": 1.0})
    for number in range(10):
        write(f"runs/r{number}/x.probe")
    write("runs/bad/x.probe", text="HANG\n")
    report = bench.scan()
    assert report.new == 10
    assert "did not answer" in report.problems[0].what
    assert "left alone until it changes" in report.problems[0].what


def test_what_a_reader_prints_harms_nothing(bench, write):
    write("runs/a/x.probe", text="PRINT\n1 1\n")
    assert bench.scan().new == 1
    log = bench.folder / "store.duckdb.state/log/reader.log"
    assert "must not come between" in log.read_text()


def test_killing_the_child_again_and_again_loses_and_doubles_nothing(bench, write, monkeypatch):
    for number in range(60):
        write(f"runs/r{number}/x.probe", 50)
    write("runs/long/x.probe", 3_000)
    monkeypatch.setattr(intake.Batch, "__init__", smaller(intake.Batch.__init__))
    kills = []
    ask = intake.ReaderChild.ask

    def ask_and_kill(child, request):
        ask(child, request)
        if isinstance(request, intake.Batch) and len(kills) < 6 and child.pid not in kills:
            kills.append(child.pid)
            threading.Timer(0.002 * len(kills), os.kill, (child.pid, signal.SIGKILL)).start()

    monkeypatch.setattr(intake.ReaderChild, "ask", ask_and_kill)
    report = bench.scan()
    assert report.new == 61
    assert len(kills) >= 2
    store = bench.store()
    expected = {f"runs/r{number}/x.probe": 50 for number in range(60)} | {"runs/long/x.probe": 3_000}
    assert bench.counts() == expected
    store.close()
    assert bench.scan().problems == ()


def test_the_child_dies_with_its_parent(bench, write, tmp_path):
    write("runs/bad/x.probe", text="HANG\n")
    script = f"""
import os, signal, sys
from pathlib import Path
from mlops_console.ingest.child_process import ReaderChild
child = ReaderChild(Path({str(tmp_path)!r}))
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    parent = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=False, timeout=30)
    bench.until(
        lambda: not os.path.exists(f"/proc/{int(parent.stdout)}/cmdline") or not cmdline(parent.stdout)
    )


def cmdline(pid):
    try:
        with open(f"/proc/{int(pid)}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""


def test_a_full_disk_ends_a_scan_with_the_stores_words(bench, write, monkeypatch):
    write("runs/a/x.probe")
    store = bench.store()

    def full(batch):
        raise StoreFullError("no room")

    monkeypatch.setattr(store, "apply", full)
    with pytest.raises(StoreFullError):
        bench.pipe(store).scan([bench.project])


def test_progress_is_said_in_words(bench, write):
    for number in range(3):
        write(f"runs/slow{number}/x.probe", text="1 1\nSLOW\n")
    said = []
    report = bench.pipe().scan([bench.project], said.append)
    assert report.new == 3
    assert any("folders" in words for words in said)


def test_the_child_does_not_import_from_the_folder_it_is_started_in(bench, write, monkeypatch, tmp_path):
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("numpy", "json", "mlops_console", "yaml"):
        (trap / f"{name}.py").write_text("import os; os.write(2, b'TRAPPED'); os._exit(3)")
    monkeypatch.chdir(trap)
    write("runs/a/x.probe")
    assert bench.scan().new == 1


def test_the_child_imports_nothing_of_the_parents(probe):
    heavy = ("duckdb", "textual", "rich", "watchdog", "mlops_console.store.store")
    code = (
        "import sys; import mlops_console.ingest.child;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, timeout=30)
    assert done.stdout.strip() == b"[]"


def test_deleting_all_runs_of_a_living_project_marks_them_gone(bench, write):
    write("runs/a/x.probe")
    bench.scan()
    shutil.rmtree(bench.root / "runs")
    bench.scan()
    bench.store()
    assert bench.rows("SELECT gone FROM runs") == [(True,)]


def test_health_before_anything_was_started(bench):
    pipe = bench.pipe()
    assert isinstance(pipe, Pipeline)
    assert (pipe.health.state, pipe.health.role) == ("stopped", "owner")
    pipe.stop()
