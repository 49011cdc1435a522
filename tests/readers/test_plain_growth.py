"""Files that grow, shrink, are replaced, or end in the middle of a line."""

import json
import os

import pytest
from tests.readers.plain_files import OneRun

from mlops_console import beneath
from mlops_console.readers.contract import Budget

HEAD = "step,loss\n0,1.5\n1,1.25\n"
CSV = "a/metrics.csv"


def test_what_grew_is_all_that_is_read(tmp_path):
    rows = "".join(f"{step},0.5\n" for step in range(50_000))
    run = OneRun(tmp_path, {CSV: "step,loss\n" + rows})
    run.append(CSV, "50000,0.25\n")
    with open(run.root / CSV, "ab") as file:
        file.write(b"50001,0.125\n")
    chunk = run.next_chunk()
    assert not chunk.reset
    assert chunk.points.step.tolist() == [50001]
    assert run.story.resets == 0


def test_an_unfinished_row_waits(tmp_path):
    run = OneRun(tmp_path, {CSV: HEAD + "2,"})
    assert run.metrics["loss"] == [(0, 1.5), (1, 1.25)]
    run.append(CSV, "1.0\n")
    assert run.metrics["loss"] == [(0, 1.5), (1, 1.25), (2, 1.0)]
    assert run.story.resets == 0


def test_a_whole_row_without_its_end_is_taken(tmp_path):
    run = OneRun(tmp_path, {CSV: HEAD + "2,1.0"})
    assert run.metrics["loss"][-1] == (2, 1.0)
    assert len(run.next_chunk().points) == 0
    run.append(CSV, "\n3,0.5\n")
    assert run.metrics["loss"] == [(0, 1.5), (1, 1.25), (2, 1.0), (3, 0.5)]
    assert run.story.resets == 0


def test_a_number_that_goes_on_is_read_anew_once(tmp_path):
    run = OneRun(tmp_path, {CSV: HEAD + "2,0.12"})
    assert run.metrics["loss"][-1] == (2, 0.12)
    run.append(CSV, "34\n3,0.1")
    assert run.metrics["loss"] == [(0, 1.5), (1, 1.25), (2, 0.1234)]
    run.append(CSV, "25\n4,0.")
    assert run.metrics["loss"][-1] == (3, 0.125)
    assert run.story.resets == 1


def test_a_closed_object_without_its_end_is_taken(tmp_path):
    run = OneRun(tmp_path, {"a/metrics.jsonl": '{"step":0,"loss":1}\n{"step":1,"loss":0.12}'})
    assert run.metrics["loss"] == [(0, 1), (1, 0.12)]
    run.append("a/metrics.jsonl", '\n{"step":2,"lo')
    run.append("a/metrics.jsonl", 'ss":0.5}')
    assert run.metrics["loss"] == [(0, 1), (1, 0.12), (2, 0.5)]
    assert run.story.resets == 0


@pytest.mark.parametrize(
    "text", ["step,loss\n0,9\n", "step,loss\n0,9\n1,8\n2,7\n3,6\n", "loss\n1\n2\n3\n4\n5\n6\n7\n8\n"]
)
def test_a_file_that_was_written_again(tmp_path, text):
    run = OneRun(tmp_path, {CSV: HEAD})
    (run.root / CSV).write_text(text)
    chunk = run.next_chunk()
    assert chunk.reset
    assert run.metrics["loss"] == [(int(step), value) for step, value in zip(*_last(run), strict=True)]
    assert run.metrics["loss"][0][1] != 1.5


def _last(run):
    (block,) = run.at_once().series().values()
    return block[0].tolist(), block[2].tolist()


def test_a_file_that_another_took_the_place_of(tmp_path):
    run = OneRun(tmp_path, {CSV: HEAD})
    (run.root / "a/new").write_text(HEAD + "2,1\n")
    os.replace(run.root / "a/new", run.root / CSV)
    assert run.next_chunk().reset
    assert len(run.metrics["loss"]) == 3


def test_params_that_change_and_go(tmp_path):
    run = OneRun(tmp_path, {CSV: HEAD, "a/config.yaml": "lr: 1\nseed: 2\n"})
    (run.root / "a/config.yaml").write_text("lr: 3\nseed: 2\n")
    assert not run.next_chunk().reset
    assert run.params == {"lr": 3, "seed": 2}
    (run.root / "a/config.yaml").write_text("lr: 3\n")
    assert run.next_chunk().reset
    assert run.params == {"lr": 3}
    assert len(run.metrics["loss"]) == 2


def test_params_that_break_for_a_moment_stand(tmp_path):
    run = OneRun(tmp_path, {CSV: HEAD, "a/config.yaml": "lr: 1\nseed: 2\n"})
    (run.root / "a/config.yaml").write_text("lr: [1,\n")
    assert not run.next_chunk().reset
    assert run.params == {"lr": 1, "seed": 2}
    assert len(run.problems) == 1
    (run.root / "a/config.yaml").write_text("lr: 4\nseed: 2\n")
    run.read_on()
    assert run.params["lr"] == 4
    assert run.problems == []


def test_a_document_that_grows_gives_only_what_is_new(tmp_path):
    path = "a/history.json"
    run = OneRun(tmp_path, {path: json.dumps({"loss": [3, 2]})})
    (run.root / path).write_text(json.dumps({"loss": [3, 2, 1], "acc": [1]}))
    chunk = run.next_chunk()
    assert not chunk.reset
    assert len(chunk.points) == 2
    (run.root / path).write_text(json.dumps({"loss": [9, 8, 7]}))
    run.read_on()
    assert run.story.resets == 1
    assert run.metrics == {"loss": [(0, 9), (1, 8), (2, 7)]}


def test_a_second_history_renames_the_metrics_of_the_first(tmp_path):
    from tests.conformance.reading import claimed

    from mlops_console.readers.plain import READER

    run = OneRun(tmp_path, {"a/train.csv": HEAD})
    assert set(run.metrics) == {"loss"}
    (run.root / "a/val.csv").write_text(HEAD)
    (run.source,) = claimed(READER, run.root)
    run.read_on()
    assert set(run.metrics) == {"train/loss", "val/loss"}


def test_nothing_new_opens_little(tmp_path):
    run = OneRun(tmp_path, {CSV: HEAD, "a/config.yaml": "lr: 1\n"})
    before = beneath.opened()
    assert not run.next_chunk().facts
    assert beneath.opened() - before <= 1


def test_small_budgets_get_on(tmp_path):
    rows = "".join(f"{step},0.5\n" for step in range(20_000))
    run = OneRun(tmp_path, {CSV: "step,loss\n" + rows})
    cursor, reads, points = None, 0, 0
    from mlops_console.readers.plain import READER

    while True:
        chunk = READER.read(str(run.root), run.source, cursor, Budget(1, 0))
        cursor, reads, points = chunk.cursor, reads + 1, points + len(chunk.points)
        if not chunk.more:
            break
    assert points == 20_000
    assert reads > 10


def test_times_come_from_rows_then_logs_then_files(tmp_path):
    files = {CSV: "step,time,loss\n0,1795403425.5,1\n1,1795403485.5,2\n", "a/config.yaml": "lr: 1\n"}
    run = OneRun(tmp_path, files)
    for path, when in ((CSV, 1795403490), ("a/config.yaml", 1795403400)):
        os.utime(run.root / path, (when, when))
    facts = run.at_once().facts.popitem()[1]
    assert facts["started"] == 1795403400_000000
    assert facts["ended"] == facts["active"] == 1795403490_000000


@pytest.mark.parametrize(
    ("late", "alive"), [(5, 5), (300, 300), (40 * 60, 0), (3600 + 30, 3630), (86_400 * 30, 0)]
)
def test_files_written_long_after_their_last_row_are_copies(tmp_path, late, alive):
    rows = {CSV: "step,time,loss\n0,1795403425.5,1\n1,1795403485.5,2\n", "a/eval.csv": "step,acc\n0,1\n"}
    run = OneRun(tmp_path, rows)
    last = 1795403485.5
    for path in rows:
        os.utime(run.root / path, (last + late, last + late))
    facts = run.at_once().facts.popitem()[1]
    assert facts["active"] == round((last + alive) * 1e6)


def test_a_log_tells_the_start_of_a_run_in_another_time_zone(tmp_path):
    log = "2026-11-23 05:10:25,500 INFO begin\n" + "2026-11-23 06:10:25,500 INFO end\n" * 3
    run = OneRun(tmp_path, {CSV: HEAD, "a/train.log": log})
    for path in (CSV, "a/train.log"):
        os.utime(run.root / path, (1795403426, 1795403426))
    facts = run.at_once().facts.popitem()[1]
    assert facts["started"] == 1795403425_500000 - 3600_000000


def test_an_unfinished_file_does_not_hold_up_the_next(tmp_path):
    from mlops_console.readers.plain import READER

    run = OneRun(tmp_path, {"a/metrics.csv": HEAD + "2,", "a/eval.csv": "step,acc\n0,1\n1,0.5\n"})
    cursor, points = None, 0
    for _ in range(10):
        chunk = READER.read(str(run.root), run.source, cursor, Budget(1, 0))
        cursor, points = chunk.cursor, points + len(chunk.points)
        if not chunk.more:
            break
    assert not chunk.more
    assert points == 4
