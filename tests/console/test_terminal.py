"""The console in a real terminal: both drivers show the same, nothing hostile passes, all is restored."""

import re
import shutil
from pathlib import Path

import pytest
from tests.console.runs_stage import read_project, write_run
from tests.console.terminal import Terminal

from mlops_console.workspace import open_workspace

ROOT = Path(__file__).parents[2]
WALK = ("j", " ", "\x04", "l", "s", "G", "o", "o", "?", "escape", "/", "x", "escape")
HOSTILE = "ev\x1b]52;c;aGFja2Vk\x07il\x1b[2J[/red]\u202ename\x9b31m"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_project(tmp_path_factory.mktemp("runs"), 60)


def opened(store: Path, tmp_path: Path, *options: str, **about: object) -> Terminal:
    own = tmp_path / f"own{len(options)}.duckdb"
    shutil.copy(store, own)
    script = str(Path(__file__).with_name("pty_console.py"))
    env = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), **about.pop("env", {})}
    return Terminal([script, str(own), str(store.parent / "churn"), *options], env=env, **about)


@pytest.mark.parametrize(
    ("env", "walk"),
    [({}, WALK), ({"COLORTERM": ""}, WALK[:2]), ({"COLORTERM": "", "TERM": "xterm"}, WALK[:4])],
    ids=["24-bit", "256", "16"],
)
def test_both_drivers_show_the_same(
    store: Path, tmp_path: Path, env: dict[str, str], walk: tuple[str, ...]
) -> None:
    with (
        opened(store, tmp_path, "--no-preview", env=env) as ours,
        opened(store, tmp_path, "--no-preview", "--stock", env=env) as stock,
    ):
        for terminal in (ours, stock):
            terminal.until_shown("sweep-059")
            terminal.settle()
        assert ours.cells() == stock.cells()
        for key in walk:
            ours.press(key)
            stock.press(key)
            ours.settle(0.15)
            stock.settle(0.15)
            ours.until(lambda: not stock.read(0.02) and ours.cells() == stock.cells())


def test_after_resizing_the_screen_is_whole(store: Path, tmp_path: Path) -> None:
    with opened(store, tmp_path, "--no-preview") as terminal:
        terminal.until_shown("sweep-059")
        for size in ((80, 24), (161, 45), (60, 20), (100, 30)):
            terminal.resize(*size)
            terminal.settle(0.6)
        resized = terminal.cells()
    with opened(store, tmp_path, "--no-preview") as terminal:
        terminal.until_shown("sweep-059")
        terminal.settle(0.6)
        assert resized[1:] == terminal.cells()[1:]


def test_a_terminal_that_answers_nothing_is_served_too(store: Path, tmp_path: Path) -> None:
    with opened(store, tmp_path, answer=False) as terminal:
        terminal.until_shown("sweep-059")
        terminal.press("G")
        terminal.until_shown("sweep-000")
        assert b"\x1b[?2026h" not in terminal.sent


def test_quitting_gives_the_terminal_back(store: Path, tmp_path: Path) -> None:
    with opened(store, tmp_path) as terminal:
        terminal.until_shown("sweep-059")
        terminal.press("q")
        assert terminal.exit_code() == 0
        terminal.settle(0.1)
        for setting in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?7h", b"\x1b[?2004l", b"\x1b[?1003l"):
            assert setting in terminal.sent
        after = terminal.sent.rpartition(b"\x1b[?1049l")[2]
        assert not re.search(rb"\x1b\[\d+;\d+H", after)


def test_suspending_and_coming_back(store: Path, tmp_path: Path) -> None:
    with opened(store, tmp_path) as terminal:
        terminal.until_shown("sweep-059")
        terminal.settle()
        terminal.press("ctrl+z")
        terminal.until(lambda: terminal.state() == "T")
        assert terminal.sent.count(b"\x1b[?1049l") == 1
        terminal.screen.reset()
        terminal.resume()
        terminal.until_shown("sweep-059")
        terminal.press("G")
        terminal.until_shown("sweep-000")


def test_the_next_start_shows_the_last_screen_first(store: Path, tmp_path: Path) -> None:
    for _ in range(2):
        with opened(store, tmp_path) as terminal:
            terminal.until_shown("sweep-059")
            terminal.settle()
            terminal.press("q")
            terminal.exit_code()
    first = terminal.sent.partition(b"\x1b[?1000h")[0]
    assert b"sweep-059" in first
    assert terminal.sent.count(b"\x1b[?1049h") == 1


def test_hostile_names_are_only_seen(tmp_path: Path) -> None:
    root = tmp_path / "churn"
    write_run(root, 1, name=HOSTILE.replace("/", "\u2215"))
    run = write_run(root, 2, name="mild")
    (run / "params.json").write_text('{"model": "\\u001b]52;c;aGk=\\u0007[/red]", "x\\u001b[31m[b]y": 1}')
    store = tmp_path / "store.duckdb"
    with open_workspace([root], str(store)) as workspace:
        workspace.scan()
    with opened(store, tmp_path) as terminal:
        terminal.until_shown("mild")
        terminal.press(
            " ", "j", " ", "?", "escape", "v", "escape", "i", "escape", "!", "escape", "s", "o", "enter"
        )
        terminal.settle()
        sent = terminal.sent.decode()
    assert "]52;c;aGFja2Vk\x07" not in sent
    assert "\x1b]52" not in sent
    assert "\u202e" not in sent
    assert "\x9b" not in sent
    assert "\x1b[2J" not in sent.partition("\x1b[?2026h")[2]


def test_copying_reaches_the_terminal_as_it_is(store: Path, tmp_path: Path) -> None:
    with opened(store, tmp_path, env={"TMUX": ""}) as terminal:
        terminal.until_shown("sweep-059")
        terminal.press("y")
        terminal.until_shown("Copied")
        assert re.search(rb"\x1b\]52;c;[A-Za-z0-9+/=]+\x07", terminal.sent)


def test_what_is_typed_ahead_goes_where_it_belongs(store: Path, tmp_path: Path) -> None:
    with opened(store, tmp_path) as terminal:
        terminal.until_shown("sweep-059")
        terminal.settle()
        terminal.press(":sort metric:val/auc:asc\r")
        terminal.until_shown("val/auc ▴")
        terminal.press("/model:lgbm\r")
        terminal.until_shown("20 of 60")
        terminal.press("?", "archive")
        terminal.until_shown("archive run")


@pytest.mark.parametrize("theme", ["", 'theme = "light"\n'], ids=["dark", "light"])
def test_where_no_colour_is_wanted_none_is_sent(store: Path, tmp_path: Path, theme: str) -> None:
    settings = tmp_path / "config" / "mlops-console"
    settings.mkdir(parents=True)
    (settings / "settings.toml").write_text(theme)
    env = {"NO_COLOR": "1", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with opened(store, tmp_path, env=env) as terminal:
        terminal.until_shown("sweep-059")
        for key in ("j", " ", "?", "escape", ":", "escape", "enter"):
            terminal.press(key)
            terminal.settle(0.2)
        sent = {
            code for found in re.findall(rb"\x1b\[([0-9;]*)m", terminal.sent) for code in found.split(b";")
        }
    assert {b"1", b"7"} <= sent
    assert not [code for code in sent if re.fullmatch(rb"3[0-8]|4[0-8]|9[0-7]|10[0-7]", code)]
