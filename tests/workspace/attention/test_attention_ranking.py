"""The order of the list, and of each matter one."""

import re
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from mlops_console.records import Project
from mlops_console.workspace.attention.asked import key_of, slug
from mlops_console.workspace.attention.model import Item, Kind, Level
from mlops_console.workspace.attention.ranking import each_once, ranked

PROJECTS = [Project(f"key{n}", f"p{n % 2}", f"/p{n}", 0, n) for n in range(3)]
ITEMS = st.builds(
    Item,
    key=st.sampled_from([f"k:{n}" for n in range(12)]),
    kind=st.sampled_from(get_args(Kind)),
    level=st.sampled_from(get_args(Level)),
    project=st.sampled_from(PROJECTS),
    subject=st.just("s"),
    what=st.just("w"),
    since=st.none() | st.integers(-(2**62), 2**62),
)
LEVELS, KINDS = get_args(Level), get_args(Kind)


@given(st.lists(ITEMS))
def test_the_worst_first_then_by_kind_then_the_newest(items):
    found = ranked(items)
    assert sorted(map(repr, found)) == sorted(map(repr, items))
    for before, after in pairwise(found):
        places = [(LEVELS.index(one.level), KINDS.index(one.kind)) for one in (before, after)]
        assert places[0] <= places[1]
        if places[0] == places[1] and after.since is not None:
            assert before.since is not None
            assert before.since >= after.since


@given(st.lists(ITEMS), st.randoms(use_true_random=False))
def test_the_order_does_not_hang_on_who_asked_first(items, draw):
    once = each_once(items)
    other = list(once)
    draw.shuffle(other)
    assert ranked(once) == ranked(other)


@given(st.lists(ITEMS))
def test_each_matter_is_there_once_as_the_worst_that_was_said_of_it(items):
    once = each_once(items)
    names = [(one.project.key, one.key) for one in once]
    assert len(set(names)) == len(names)
    assert set(names) == {(one.project.key, one.key) for one in items}
    worst = {name: min(LEVELS.index(one.level) for one in items if (one.project.key, one.key) == name)
             for name in names}  # fmt: skip
    assert all(LEVELS.index(one.level) == worst[one.project.key, one.key] for one in once)
    assert each_once(once) == once


@given(st.text(), st.text())
def test_parts_of_keys_are_one_word_and_tell_texts_apart(one, other):
    said = slug(one)
    assert said
    assert said.isascii()
    assert said.isprintable()
    assert not any(c in said for c in " :/'\"\\$`|&;()<>*?")
    assert (said == slug(other)) == (one == other) or not one or not other
    assert len(said) <= 60


def test_keys_are_for_people():
    assert key_of("drift", "loans", "2013-03") == "drift:loans:2013-03"


def test_the_page_has_every_kind_in_its_order():
    page = (Path(__file__).parents[3] / "docs" / "attention.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == KINDS


def test_thousands_are_ranked_at_once():
    some = [
        Item(
            f"k:{n}", KINDS[n % 15], LEVELS[n % 3], PROJECTS[n % 3], f"s{n}", "w" * 80, since=n * 7919 % 5000
        )
        for n in range(5_000)
    ]
    some += [replace(one, level="ask") for one in some]
    begun = time.process_time()
    found = ranked(each_once(some))
    took = time.process_time() - begun
    assert len(found) == 5_000
    assert took < 1.0  # a twentieth of it alone on the machine: benchmarks/attention.py measures
