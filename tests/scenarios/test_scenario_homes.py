"""Users without a home, or without room: a sentence says so, and nothing is half kept."""

import os
import resource
import shutil
import subprocess

import pytest
from tests.scenarios.stage import PYTHON, Desk, put

COMMAND = [PYTHON, "-m", "mlops_console"]
HOMELESS = """
import os, pwd, sys
os.environ.pop("HOME", None)
def unknown(uid):
    raise KeyError(uid)
pwd.getpwuid = unknown
from mlops_console.__main__ import main
sys.argv = ["mlops-console", *sys.argv[1:]]
sys.exit(main())
"""


@pytest.fixture
def desk(tmp_path, capsys):
    desk = Desk(tmp_path / "kept" / "s.duckdb", capsys)
    for name in "ab":
        put(tmp_path, f"shop/{name}/metrics.csv")
    desk.scan(tmp_path / "shop")
    return desk


def homeless(*words):
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "MLOPS_", "HOME"))}
    return subprocess.run(
        [PYTHON, "-c", HOMELESS, *map(str, words)], capture_output=True, text=True, env=variables, check=False
    )


def test_a_user_without_a_home_is_told_and_helped_by_naming_a_store(desk):
    said = homeless("runs")
    assert (said.returncode, said.stdout) == (2, "")
    assert "no home folder" in said.stderr
    assert "--store" in said.stderr
    assert "Traceback" not in said.stderr
    assert homeless("doctor").returncode == 2
    listed = homeless("runs", "--store", desk.store)
    assert (listed.returncode, listed.stderr) == (0, "")
    noted = homeless("note", "a", "kept", "--store", desk.store)
    assert (noted.returncode, noted.stderr) == (0, "")
    assert [note["text"] for note in desk.objects("note", "a")] == ["kept"]


def test_where_no_file_may_grow_nothing_is_half_kept(desk):
    desk.ask("note", "a", "first")
    desk.ask("tag", "a", "baseline")
    for words in (["note", "a", "second"], ["tag", "a", "other"], ["forget", "a", "--yes"]):
        said = subprocess.run(
            [*COMMAND, *words, "--store", str(desk.store)],
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)),
        )
        assert said.returncode == 2, words
        assert "is not kept" in said.stderr or "no room" in said.stderr
        assert "Traceback" not in said.stderr
        assert "should not have" not in said.stderr
    assert [note["text"] for note in desk.objects("note", "a")] == ["first"]
    (found,) = desk.objects("runs", "--where", "tag:baseline")
    assert found["tags"] == {"baseline": ""}
    assert len(desk.objects("runs")) == 2
    desk.ask("note", "a", "second")
    assert [note["text"] for note in desk.objects("note", "a")] == ["first", "second"]


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may read everything")
def test_what_a_user_may_not_read_is_named_and_the_rest_is_shown(desk, tmp_path):
    shop = tmp_path / "shop"
    put(shop, "closed/c/metrics.csv")
    (shop / "b/metrics.csv").chmod(0)
    (shop / "closed").chmod(0)
    drop = "-dac_override,-dac_read_search"
    weak = ["setpriv", "--bounding-set", drop, "--inh-caps", drop] if os.geteuid() == 0 else []
    try:
        said = subprocess.run(
            [*weak, *COMMAND, "scan", str(shop), "--store", str(tmp_path / "mine" / "s.duckdb")],
            capture_output=True,
            text=True,
            check=False,
        )
        shown = subprocess.run(
            [*weak, *COMMAND, "files", "b", "metrics.csv", "--store", str(desk.store)],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (shop / "closed").chmod(0o755)
    assert (said.returncode, said.stderr) == (0, "")
    assert "1 run: 1 new" in said.stdout
    assert "closed" in said.stdout
    assert "b/metrics.csv" in said.stdout
    assert shown.returncode == 2
    assert "permission" in shown.stderr.lower()
