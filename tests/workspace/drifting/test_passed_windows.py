"""Older windows as lines of figures say what they say when they are read whole."""

from pathlib import Path

import numpy as np
import pytest
from tests.console.drift_stage import DAYS, fraud
from tests.console.models_stage import Standing

from mlops_console.workspace.drifting.monitors import watched_in
from mlops_console.workspace.drifting.states.answers import place_of
from mlops_console.workspace.drifting.states.trail import Course, Trail

INSIDE = ".mlops-console/drift/fraud"


def trail_over(root: Path) -> Trail:
    """A trail of its own workspace."""
    workspace = Standing([root], str(root.parent / "store.duckdb"))
    return Trail(workspace, watched_in(workspace.projects)[0])


def course_of(trail: Trail) -> Course:
    """All of it."""
    trail.begin()
    while trail.more(1.0):
        pass
    return trail.course()


@pytest.mark.parametrize("again", [False, True])
def test_they_say_what_they_say_when_they_are_read_whole(tmp_path: Path, *, again: bool) -> None:
    root = fraud(tmp_path)
    if again:
        course_of(trail_over(root))
    light, trail = course_of(trail_over(root)), trail_over(root)
    whole = trail
    for step in light.steps:
        whole.begin(kept=step.key)
    full = whole.course()
    assert len(light.steps) == len(full.steps) == DAYS
    for one, other in zip(light.steps, full.steps, strict=True):
        figures = one.figures, other.figures
        assert figures[0].at == figures[1].at
        for name in ("effect", "missing", "codes"):
            np.testing.assert_array_equal(*(getattr(each, name) for each in figures))
        for name in ("key", "window", "start", "rows", "verdict", "because", "domain", "model", "segments"):
            assert getattr(one, name) == getattr(other, name), name
        assert (one.harmful, one.alarm, one.hits, one.by, one.at) == (
            other.harmful, other.alarm, other.hits, other.by, other.at,
        )  # fmt: skip


def test_a_damaged_one_is_told_and_the_others_stand(tmp_path: Path) -> None:
    root = fraud(tmp_path)
    file = sorted((root / INSIDE).glob("*.json"))[2]
    file.write_text("{")
    found = course_of(trail_over(root))
    assert len(found.steps) == DAYS - 1
    assert any("is damaged" in one for one in found.problems)


def test_another_file_of_that_name_is_read_anew(tmp_path: Path) -> None:
    root = fraud(tmp_path)
    before = course_of(trail_over(root)).steps[3]
    file = root / INSIDE / before.key.file
    file.write_text(file.read_text().replace('"by":"ana"', '"by":"bob"'))
    assert before.by == "ana"
    assert course_of(trail_over(root)).steps[3].by == "bob"


def test_what_is_kept_and_was_changed_is_not_believed(tmp_path: Path) -> None:
    root = fraud(tmp_path)
    trail = trail_over(root)
    before = course_of(trail)
    kept = sorted(place_of(trail._workspace, trail.watched).glob("*-passed.json"))
    assert kept
    for file, text in zip(kept, ("[", '{"stamp": 3}', "7"), strict=False):
        file.write_text(text)
    kept[4].write_text(kept[4].read_text().replace('"names":[', '"names":["other",'))
    after = course_of(trail_over(root))
    assert [one.verdict for one in after.steps] == [one.verdict for one in before.steps]
