"""Putting off and news: nothing is lost, and what is another matter is back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workspace.attention.test_attention_runs import failed
from tests.workspace.decisions_making import moved, registered
from tests.workspace.desk_making import HOUR, NOW, put, workspace_at

from mlops_console.records import Project
from mlops_console.settings import places
from mlops_console.workspace.attention.listing import attention
from mlops_console.workspace.attention.model import Attention, Item
from mlops_console.workspace.attention.news import News
from mlops_console.workspace.attention.snoozing import snooze, wake

DAY = 24 * HOUR
FAR = 4_000_000_000_000_000
HERE = Project("here", "p", "/p", 0, 0)


def test_what_is_put_off_comes_back_in_time(empty):
    moved(empty, registered(empty))
    item = next(one for one in attention(empty).items if one.kind == "owner")
    snooze(empty, item.project.key, item, FAR, "ana is back in March")
    found = attention(empty)
    assert [one.kind for one in found.items] == ["monitor", "card"]
    assert [(one.key, one.snoozed.reason) for one in found.snoozed] == [(item.key, "ana is back in March")]
    later = attention(empty, now=FAR + 1)
    assert later.snoozed == ()
    [back] = [one for one in later.items if one.kind == "owner"]
    assert (back.snoozed, back.history[0].reason) == (None, "ana is back in March")


def test_what_is_woken_is_back_with_its_history(empty):
    moved(empty, registered(empty))
    item = attention(empty).items[0]
    snooze(empty, item.project.key, item, FAR, "later")
    wake(empty, item.project.key, item.key, "now")
    found = attention(empty)
    [back] = [one for one in found.items if one.key == item.key]
    assert [one.reason for one in back.history] == ["now", "later"]
    assert found.snoozed == ()


def test_another_error_is_not_put_off_with_the_first(empty):
    put(empty, failed(empty, "a", why="KeyError: 'age'"))
    [item] = attention(empty, now=NOW).items
    snooze(empty, item.project.key, item, FAR, "known")
    put(empty, failed(empty, "b", why="KeyError: 'age'"))
    assert attention(empty, now=NOW).items == ()
    put(empty, failed(empty, "c", why="MemoryError"))
    [other] = attention(empty, now=NOW).items
    assert other.what == "failed: MemoryError"


def test_it_is_put_off_after_a_restart_too(tmp_path):
    with workspace_at(tmp_path) as workspace:
        moved(workspace, registered(workspace))
        item = attention(workspace).items[0]
        snooze(workspace, item.project.key, item, FAR, "later")
    with workspace_at(tmp_path) as again:
        assert [one.key for one in attention(again).snoozed] == [item.key]


def matter(key, level="bad", project=HERE):
    return Item(key, "drift", level, project, "s", "w")


def found(*items, problems=()):
    return Attention(items, (), problems)


@pytest.fixture
def news(tmp_path):
    return News(places(str(tmp_path / "s.duckdb")))


def test_what_is_there_at_first_is_no_news(news):
    assert news.new(found(matter("a")), ["here"]) == ()
    assert [one.key for one in news.new(found(matter("a"), matter("b")), ["here"])] == ["b"]


def test_the_bell_rings_once_for_all_that_came_together(news):
    news.looked(found(), ["here"])
    both = found(matter("a"), matter("b"), matter("c", "warn"))
    assert [one.key for one in news.to_tell(both, ["here"])] == ["a", "b"]
    assert news.to_tell(both, ["here"]) == ()
    assert len(news.new(both, ["here"])) == 3
    news.looked(both, ["here"])
    assert news.new(both, ["here"]) == ()


def test_what_got_worse_is_news(news):
    news.looked(found(matter("a", "warn")), ["here"])
    assert [one.key for one in news.to_tell(found(matter("a")), ["here"])] == ["a"]


def test_what_is_back_is_news_again(news):
    news.looked(found(), ["here"])
    assert news.to_tell(found(matter("a")), ["here"])
    news.looked(found(matter("a")), ["here"])
    news.looked(found(), ["here"])
    assert news.to_tell(found(), ["here"]) == ()
    assert news.to_tell(found(matter("a")), ["here"])


def test_a_project_that_could_not_be_looked_at_makes_no_news(news):
    news.looked(found(matter("a")), ["here"])
    news.looked(found(problems=("the store is damaged.",)), ["here"])
    assert news.new(found(matter("a")), ["here"]) == ()


def test_other_projects_are_left_as_they_were(news):
    there = Project("there", "q", "/q", 0, 0)
    news.looked(found(matter("a"), matter("x", project=there)), ["here", "there"])
    news.looked(found(), ["here"])
    assert news.new(found(matter("x", project=there)), ["there"]) == ()


def test_what_another_console_has_seen_is_seen(tmp_path):
    one, other = (News(places(str(tmp_path / "s.duckdb"))) for _ in range(2))
    one.looked(found(), ["here"])
    assert other.new(found(matter("a")), ["here"])
    one.looked(found(matter("a")), ["here"])
    assert other.new(found(matter("a")), ["here"]) == ()


@pytest.mark.parametrize("text", ["", "[]", '{"projects": 3}', '{"projects": {"here": [1, null]}}', "\x00"])
def test_a_damaged_memory_is_one_that_knows_nothing(tmp_path, text):
    where = places(str(tmp_path / "s.duckdb"))
    (where.state / "attention").mkdir(parents=True)
    (where.state / "attention" / "seen.json").write_text(text)
    news = News(where)
    news.new(found(matter("a")), ["here"])
    news.looked(found(matter("a")), ["here"])
    assert news.new(found(matter("a")), ["here"]) == ()


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["bad", "warn", "ask"])), max_size=6))
def test_nothing_is_rung_twice_without_being_over_in_between(tmp_path_factory, said):
    news = News(places(str(tmp_path_factory.mktemp("n") / "s.duckdb")))
    news.looked(found(), ["here"])
    there = {}
    for key, level in said:
        there[key] = matter(key, level)
        rung = {one.key for one in news.to_tell(found(*there.values()), ["here"])}
        assert rung <= {key}
        assert news.to_tell(found(*there.values()), ["here"]) == ()
