"""Monitors in bad company: verdicts that somebody put there, labels that are none, wishes without a match."""

import json
import os
import shlex

import pytest
from tests.scenarios.stage import Desk
from tests.workspace.monitor_making import OLD, WISH, project, put, rows

from mlops_console.ours import DRIFT

QUIET = "classifier = 1\n"
LABELS = 'label = "y"\nscore = "s"\nlabels = "labels"\nkey = "id"\n'


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path / "store.duckdb", capsys)


@pytest.fixture
def shop(tmp_path, desk):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0, 3.0))
    desk.scan(folder)
    return folder


def check(desk, folder, code):
    return desk.ask("drift", "check", "--project", folder, code=code)


def newest(folder):
    return max(one for one in (folder / DRIFT / "shop").iterdir() if one.suffix == ".json")


def nowhere_in_time(file):
    form = json.loads(file.read_bytes())
    form["window"]["end"] = 10**30
    file.unlink()
    file.write_text(json.dumps(form))


def a_link(file):
    file.rename(file.with_name("elsewhere"))
    file.symlink_to("elsewhere")


def a_pipe(file):
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize(
    ("done", "says"),
    [(nowhere_in_time, "is damaged"), (a_link, "is a link"), (a_pipe, "is not a regular file")],
)
def test_what_stands_in_a_verdict_s_place_hides_no_alarm(desk, shop, done, says):
    check(desk, shop, 1)
    done(newest(shop))
    [item] = desk.objects("attention")
    assert item["kind"] == "unjudged"
    assert says in item["what"]
    assert "is judged anew" in check(desk, shop, 1).err
    [item] = desk.objects("attention")
    assert (item["kind"], item["about"]) == ("drift", "shop")


def test_what_is_listed_can_be_looked_at_from_any_folder(desk, shop, tmp_path, monkeypatch):
    check(desk, shop, 1)
    [item] = desk.objects("attention")
    monkeypatch.chdir(tmp_path)
    assert "2024-05-02" in desk.ask(*shlex.split(item["command"])[1:]).out


@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_labels_that_are_none_hide_no_drift_and_are_no_silence(desk, shop, shift):
    (shop / "mlops-console.toml").write_text(WISH + QUIET + LABELS)
    put(rows(7, 1_000, shift=shift).with_columns(at=_at(shop), id=_keys()), shop / "logs/02.parquet")
    (shop / "labels").mkdir()
    (shop / "labels/a.csv").write_bytes(b"\x00\xff" * 500)
    os.utime(shop / "labels/a.csv", (OLD, OLD))
    for _ in range(2):
        said = desk.ask("drift", "check", "--quiet", "--project", shop, code=1 if shift else 2)
        assert ("DRIFT" if shift else "not judged: 2024-05-02: ") in said.out
        assert "labels/a.csv" in said.err
    (shop / "labels/a.csv").unlink()
    check(desk, shop, 1 if shift else 0)


def _at(folder):
    import polars as pl

    return pl.read_parquet(folder / "logs/02.parquet")["at"]


def _keys():
    import polars as pl

    return pl.Series([f"k{number}" for number in range(1_000)])


def test_a_monitor_that_never_judged_anything_is_told(desk, shop):
    (shop / "mlops-console.toml").write_text(WISH.replace('"at"', '"when"') + QUIET)
    assert "has no column when" in check(desk, shop, 2).out
    [item] = desk.objects("attention")
    assert (item["kind"], item["level"]) == ("unjudged", "warn")
    assert item["what"].startswith("no window is judged, though logs has files since 2024-06-01")


def test_a_monitor_that_a_mistake_lost_is_more_than_a_question(desk, shop):
    (shop / "mlops-console.toml").write_text(WISH.replace(".shop", '."a/b"') + QUIET)
    [item] = desk.objects("attention")
    assert (item["kind"], item["level"]) == ("wishes", "warn")
    assert "judges nothing" in item["effect"]
