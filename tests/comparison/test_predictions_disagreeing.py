"""Two models that were judged on other labels, and files without rows."""

import numpy as np
import pytest

from mlops_console.comparison.predictions import Table, judge_rows, match
from mlops_console.comparison.sentences import sentence

RNG = np.random.default_rng(3)
LABELS = RNG.integers(0, 2, 400)
KEYS = np.arange(400)


def judged(turned: int):
    other = LABELS.copy()
    other[:turned] = 1 - other[:turned]
    a, b = RNG.random(400), np.clip(LABELS + RNG.normal(0, 0.3, 400), 0, 1)
    return judge_rows(match(Table("old", KEYS, LABELS, a), Table("new", KEYS, other, b)), "auc", "max")


@pytest.mark.parametrize(("turned", "verdict"), [(0, "better"), (20, "better"), (21, "not shown to differ")])
def test_nothing_is_better_on_another_truth(turned, verdict):
    found = judged(turned)
    assert found.verdict == verdict
    assert (found.test == "none") == (turned > 20)
    assert any("disagree" in note for note in found.notes) == (turned > 0)


def test_a_key_that_one_has_twice_is_left_out_of_both_and_said_so():
    keys = KEYS.copy()
    keys[10:20] = 0
    notes = match(Table("old", KEYS, LABELS, LABELS * 1.0), Table("new", keys, LABELS, LABELS * 1.0)).notes
    assert "1 row of old with a key that is not unique in both: left out" in notes
    assert "11 rows of new with keys that are not unique in both: left out" in notes


def test_a_word_that_begins_like_a_name_is_no_name():
    assert sentence("all labels are 1", ("a", "b")) == "All labels are 1."
    assert sentence("a has no rows", ("a", "b")) == "a has no rows."
