"""The store in trouble: a sentence says so, nobody's file is touched, and nothing that was kept is lost."""

import os
import shutil
import subprocess

import duckdb
import pytest
from tests.scenarios.stage import PYTHON, Desk, console, put

ROOT = os.geteuid() == 0
HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path / "kept" / "s.duckdb", capsys)


@pytest.fixture
def shop(tmp_path):
    put(tmp_path, "shop/a/metrics.csv")
    put(tmp_path, "shop/b/metrics.csv")
    return tmp_path / "shop"


def test_whichever_command_finds_the_damage_tells_it_once_and_a_scan_brings_all_back(desk, shop):
    desk.scan(shop)
    before = desk.figures()
    desk.store.write_bytes(os.urandom(100_000))
    assert "was damaged and was set aside" in desk.ask("runs").err
    assert desk.ask("runs").err.count("set aside") == 0
    assert "corrupt-" in desk.ask("doctor").out
    desk.scan(shop)
    assert desk.figures() == before


@pytest.mark.parametrize("kind", ["text", "folder", "fifo", "device", "far"])
def test_what_is_no_store_is_refused_and_left_as_it_is(desk, shop, tmp_path, kind):
    place = tmp_path / "there" / "mine"
    place.parent.mkdir()
    match kind:
        case "text":
            place.write_text("step,loss\n1,2\n")
        case "folder":
            place.mkdir()
        case "fifo":
            os.mkfifo(place)
        case "device":
            place.symlink_to("/dev/zero")
        case "far":
            place = place.with_name("x" * 300)
    desk.store = place
    for words in (["runs"], ["scan", shop]):
        said = desk.ask(*words, code=2)
        assert said.err.startswith("mlops-console: ")
    assert [one.name for one in place.parent.iterdir()] == ([] if kind == "far" else ["mine"])
    assert kind != "text" or place.read_text() == "step,loss\n1,2\n"


def test_a_newer_store_is_refused_and_stays(desk, shop):
    desk.scan(shop)
    with duckdb.connect(str(desk.store)) as newer:
        newer.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    before = desk.store.read_bytes()
    assert "newer mlops-console" in desk.ask("runs", code=2).err
    assert "newer mlops-console" in desk.ask("scan", shop, code=2).err
    assert desk.store.read_bytes() == before


def test_a_store_that_somebody_holds_is_named_with_the_holder(desk, shop):
    desk.scan(shop)
    with subprocess.Popen(
        [PYTHON, "-c", HOLD, str(desk.store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        assert f"process {holder.pid}" in desk.ask("runs", code=2).err
        holder.stdin.close()
    assert len(desk.figures()) == 2


@pytest.mark.skipif(ROOT and not shutil.which("setpriv"), reason="root may write everywhere")
def test_where_nothing_may_be_written_all_can_be_looked_at(desk, shop, tmp_path):
    desk.scan(shop)
    drop = "-dac_override,-dac_read_search"
    weak = ["setpriv", "--bounding-set", drop, "--inh-caps", drop] if ROOT else []
    command = [*weak, PYTHON, "-m", "mlops_console", "--store", str(desk.store)]
    run = desk.objects("runs")[0]["id"]
    for place in (desk.store.parent, *desk.store.parent.rglob("*")):
        place.chmod(place.stat().st_mode & ~0o222)
    try:
        looked = subprocess.run([*command, "runs"], capture_output=True, text=True, check=True)
        said = subprocess.run([*command, "forget", run, "--yes"], capture_output=True, text=True, check=False)
    finally:
        for place in (desk.store.parent, *desk.store.parent.rglob("*")):
            place.chmod(place.stat().st_mode | 0o200)
    assert "temporary store" in looked.stderr
    assert run in looked.stdout
    assert said.returncode == 2
    assert "is not kept" in said.stderr
    assert "should not have" not in said.stderr


def test_a_console_on_a_newer_store_says_so_and_gives_the_terminal_back(desk, shop):
    desk.scan(shop)
    with duckdb.connect(str(desk.store)) as newer:
        newer.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    with console(desk.store, shop) as terminal:
        assert terminal.exit_code() == 2
        while terminal.read(0.1):
            pass
        assert "newer mlops-console" in terminal.text()
