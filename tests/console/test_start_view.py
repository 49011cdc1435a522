"""With which view the console begins."""

from pathlib import Path
from typing import Any

import pytest

from mlops_console.cli import console_parser, run_command
from mlops_console.cli import open as opening
from mlops_console.console import start
from mlops_console.settings import VIEWS, user_settings


class Made(Exception):
    """The application would be made now."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the application is asked to begin with."""

    def make(folders: list[Path], store: str | None, **wishes: Any) -> None:
        raise Made(wishes["view"])

    monkeypatch.setattr(start, "_app", make)

    def told(folders: list[str], **wishes: Any) -> str:
        with pytest.raises(Made) as made:
            start.start([Path(one) for one in folders], "s.duckdb", stock_driver=True, **wishes)
        return str(made.value)

    return told


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "mlops-console" / "settings.toml"
    file.parent.mkdir()
    return file


@pytest.mark.parametrize(
    ("folders", "view"),
    [([], "overview"), (["a"], "runs"), (["a", "b"], "overview"), (["a"] * 3, "overview")],
)
def test_one_folder_begins_with_its_runs_and_several_with_the_overview(asked, settings, folders, view):
    assert asked(folders) == view


def test_the_settings_say_otherwise_and_the_command_line_has_the_last_word(asked, settings):
    settings.write_text('view = "models"\n')
    assert asked(["a"]) == asked([]) == "models"
    assert asked(["a", "b"], view="runs") == "runs"


def test_a_view_that_is_not_there_is_a_mistake(settings, capsys):
    settings.write_text('view = "everything"\n')
    assert run_command(["--view", "everything"]) == 2
    assert "overview" in capsys.readouterr().err
    with pytest.raises(Exception, match="view is 'everything'"):
        user_settings()


def test_every_view_can_be_named():
    for view in VIEWS:
        assert console_parser().parse_args(["--view", view, "a"]).view == view


def test_a_start_where_nothing_is_watched_begins_here_with_the_runs(asked, settings, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opening, "_check_terminal", lambda: None)
    words = console_parser().parse_args(["--store", str(tmp_path / "s.duckdb"), "--stock-driver"])
    with pytest.raises(Made, match="runs"):
        opening.run(words)
