"""The bell and the title: only where they are wanted, once for what is new, and given back at the end."""

from types import SimpleNamespace

import pytest

from mlops_console.console import bell as told
from mlops_console.console.bell import Bell
from mlops_console.errors import SettingsError
from mlops_console.records import Changed, Project
from mlops_console.settings import UserSettings, places, user_settings
from mlops_console.workspace.attention.model import Attention, Item

HERE = Project("here", "p", "/p", 0, 0)


class Stage:
    """What the bell knows of an app."""

    def __init__(self, folder, monkeypatch, **wishes):
        self.rung, self.wrote, self.after, self.timers, self.asked = 0, [], [], [], []
        self.current_mode = "overview"
        self._driver = SimpleNamespace(write=self.wrote.append)
        self.workspace = SimpleNamespace(scope=("here",), projects=[HERE], places=places(str(folder / "s")))
        monkeypatch.setattr(told, "_to_terminal", self.after.append)
        self.bell_of = Bell(self, UserSettings(**wishes))

    def bell(self):
        self.rung += 1

    def set_interval(self, seconds, tick):
        self.timers.append(tick)

    def set_timer(self, seconds, tick):
        self.timers.append(tick)

    def run_worker(self, work, **_how):
        self.asked.append(work)

    def hear(self, *keys, level="bad"):
        items = tuple(Item(key, "drift", level, HERE, "s", "w") for key in keys)
        self.bell_of.heard(self.workspace, Attention(items))


@pytest.fixture
def stage(tmp_path, monkeypatch):
    return Stage(tmp_path, monkeypatch, bell=True, title=True)


def test_nothing_is_done_where_nothing_is_wanted(tmp_path, monkeypatch):
    stage = Stage(tmp_path, monkeypatch)
    stage.bell_of.begin()
    stage.hear("a")
    stage.hear("a", "b")
    stage.bell_of.close()
    assert (stage.timers, stage.rung, stage.wrote, stage.after) == ([], 0, [], [])


def test_it_rings_once_for_what_came_together(stage):
    stage.hear("old")
    assert stage.rung == 0
    stage.hear("old", "a", "b")
    assert stage.rung == 1
    stage.hear("old", "a", "b")
    assert stage.rung == 1
    stage.hear("old", "a", "b", "c")
    assert stage.rung == 2


def test_what_is_not_bad_does_not_ring(stage):
    stage.hear()
    stage.hear("a", level="warn")
    assert stage.rung == 0
    assert stage.wrote == ["\x1b[22;2t\x1b]2;mlops-console\a"]


def test_the_title_counts_what_nobody_has_looked_at(stage):
    stage.hear()
    stage.hear("a", "b")
    assert stage.wrote == ["\x1b[22;2t\x1b]2;mlops-console\a", "\x1b]2;mlops-console (2!)\a"]
    stage.current_mode = "runs"
    stage.bell_of.pressed()
    assert len(stage.wrote) == 2
    stage.current_mode = "overview"
    stage.bell_of.pressed()
    assert stage.wrote[2:] == ["\x1b]2;mlops-console\a"]
    stage.bell_of.close()
    stage.bell_of.close()
    assert stage.after == ["\x1b[23;2t"]


def test_a_bell_without_a_title_leaves_the_title_alone(tmp_path, monkeypatch):
    stage = Stage(tmp_path, monkeypatch, bell=True)
    stage.hear()
    stage.hear("a")
    stage.bell_of.close()
    assert (stage.rung, stage.wrote, stage.after) == (1, [], [])


def test_a_list_is_made_for_what_changed_one_at_a_time(stage):
    stage.bell_of.begin()
    tick = stage.timers[-1]
    tick()
    tick()
    assert len(stage.asked) == 1
    stage.bell_of.changed(Changed(health=True))
    tick()
    assert len(stage.asked) == 1


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("", (False, False)),
        ("[attention]\nbell = true\n", (True, False)),
        ("[attention]\nbell = false\ntitle = true\n", (False, True)),
    ],
)
def test_both_are_wished_for_in_the_settings(tmp_path, monkeypatch, text, wishes):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "mlops-console").mkdir()
    (tmp_path / "mlops-console" / "settings.toml").write_text(text)
    found = user_settings()
    assert (found.bell, found.title) == wishes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("attention = 3\n", "must say true or false"),
        ('[attention]\nbell = "loud"\n', "must say true or false"),
        ("[attention]\nbel = true\n", "does not know 'bel'"),
    ],
)
def test_a_wish_that_cannot_be_read_is_told(tmp_path, monkeypatch, text, said):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "mlops-console").mkdir()
    (tmp_path / "mlops-console" / "settings.toml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        user_settings()
