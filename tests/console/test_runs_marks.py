"""Marks and the choices of a view: pure values."""

from hypothesis import given
from hypothesis import strategies as st

from mlops_console.console.runs.marks import Marks
from mlops_console.console.runs.view import NEWEST_FIRST, RunsView, shifted


def test_a_new_mark_takes_the_first_free_letter() -> None:
    marks = Marks()
    for run in "xyz":
        marks.toggle(run)
    assert marks.lettered() == [("A", "x"), ("B", "y"), ("C", "z")]
    marks.toggle("y")
    marks.toggle("w")
    assert marks.lettered() == [("A", "x"), ("B", "w"), ("C", "z")]
    assert "w" in marks
    assert "y" not in marks


def test_clearing_can_be_taken_back() -> None:
    marks = Marks()
    assert marks.add(["x", "y", "x"]) == {"x": 0, "y": 1}
    before = marks.clear()
    assert len(marks) == 0
    marks.restore(before)
    assert marks.runs() == ["x", "y"]
    marks.forget(["x", "unknown"])
    assert marks.lettered(1) == [("B", "y")]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=40))
def test_letters_are_never_shared(keys: list[str]) -> None:
    marks = Marks()
    for key in keys:
        marks.toggle(key)
    numbers = marks.numbers()
    assert len(set(numbers.values())) == len(numbers)
    assert set(numbers) == {key for key in "abcdefgh" if keys.count(key) % 2}


def test_sorting_by_a_column_again_turns_it_and_then_goes_home() -> None:
    view = RunsView().sorted_by("metric:auc", False)
    assert view.sort == (("metric:auc", False),)
    view = view.sorted_by("metric:auc", False)
    assert view.sort == (("metric:auc", True),)
    assert view.sorted_by("metric:auc", False).sort == NEWEST_FIRST


def test_a_next_key_is_added_turned_and_taken_away() -> None:
    view = RunsView().sorted_by("model", True).then_by("auc", False)
    assert view.sort == (("model", True), ("auc", False))
    view = view.then_by("auc", False)
    assert view.sort == (("model", True), ("auc", True))
    assert view.then_by("auc", False).sort == (("model", True),)


def test_grouping_twice_by_one_column_is_no_grouping() -> None:
    view = RunsView().grouped_by("model").folded("lgbm")
    assert view.closed == {"lgbm"}
    assert view.folded("lgbm").closed == frozenset()
    assert view.grouped_by("model").group is None
    assert view.grouped_by("lr").closed == frozenset()


def test_columns_move_within_their_ends() -> None:
    assert shifted("abc", "a", 1) == ("b", "a", "c")
    assert shifted("abc", "a", -1) == ("a", "b", "c")
    assert shifted("abc", "x", 1) == ("a", "b", "c")
    assert RunsView().with_columns("aab").columns == ("a", "b")
