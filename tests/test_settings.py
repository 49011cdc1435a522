"""Places, the state folder and what people wish."""

import pytest

from mlops_console import settings
from mlops_console.errors import SettingsError


def test_a_named_store_brings_its_own_state(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.STORE_VARIABLE, str(tmp_path / "env.duckdb"))
    assert settings.places().store == tmp_path / "env.duckdb"
    assert settings.places(str(tmp_path / "arg.duckdb")).state == tmp_path / "arg.duckdb.state"


def test_state_is_kept_item_by_item(tmp_path):
    where = settings.places(str(tmp_path / "s.duckdb"))
    settings.write_state(where, "layouts", "../all", {"columns": ["lr"]})
    settings.write_state(where, "layouts", "b", {"columns": []})
    assert settings.read_state(where, "layouts") == {"../all": {"columns": ["lr"]}, "b": {"columns": []}}
    assert not (tmp_path / "all.json").exists()
    settings.remove_state(where, "layouts", "b")
    settings.remove_state(where, "layouts", "b")
    assert list(settings.read_state(where, "layouts")) == ["../all"]


def test_a_damaged_state_file_costs_only_itself(tmp_path):
    where = settings.places(str(tmp_path / "s.duckdb"))
    settings.write_state(where, "watched", "a", {"root": "/a"})
    (where.state / "watched" / "b.json").write_text('{"root": ')
    assert settings.read_state(where, "watched") == {"a": {"root": "/a"}}


@pytest.mark.parametrize(
    ("text", "length"), [("90s", 90), ("1.5m", 90), ("2 h", 7200), ("3d", 259200), (5, 5)]
)
def test_lengths_of_time(text, length):
    assert settings.seconds(text) == length


@pytest.mark.parametrize("text", ["", "5", "-1s", "h", None, True, 0])
def test_no_lengths_of_time(text):
    with pytest.raises(SettingsError):
        settings.seconds(text)


def test_user_settings_name_file_and_key(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings.user_settings() == settings.UserSettings()
    folder = tmp_path / "mlops-console"
    folder.mkdir()
    (folder / "settings.toml").write_text('theme = "pink"\n')
    with pytest.raises(SettingsError, match=r"settings\.toml: theme is 'pink'"):
        settings.user_settings()
    (folder / "settings.toml").write_text('theme = "light"\n[keys]\nmark = "m"\n')
    assert settings.user_settings().keys == {"mark": "m"}
