"""Reasons as they are read."""

import numpy as np
import pytest

from mlops_console.comparison.predictions import Table, match
from mlops_console.comparison.sentences import in_sentences, sentence
from mlops_console.comparison.statistics import Sample, judge


@pytest.mark.parametrize(
    ("clause", "read"),
    [
        ("one run each: nothing can be said", "One run each: nothing can be said."),
        ("auc can't be computed from predictions", "auc can't be computed from predictions."),
        ("Both rank worse than chance: is 1 the positive class?", None),
        ("", None),
    ],
)
def test_a_clause_becomes_a_sentence_and_a_name_stays_a_name(clause, read):
    assert sentence(clause, ("gbm", "auc")) == (clause if read is None else read)
    assert sentence(sentence(clause, ("auc",)), ("auc",)) == sentence(clause, ("auc",))


def test_a_judgement_is_read_in_sentences():
    values = [0.71, 0.72, 0.70, 0.715, float("nan")]
    one = in_sentences(judge("auc", "max", Sample("old", values, ()), Sample("new", values, ())))
    assert one.because.startswith("The 95% interval, ")
    assert all(said[0].isupper() or said[0].isdigit() for said in (one.because, *one.notes))
    assert all(said.endswith(".") for said in (one.because, *one.notes))


def test_who_has_no_key_agrees_with_its_verb():
    short, long = (Table(name, None, np.zeros(n), np.zeros(n)) for name, n in (("gbm-s1", 3), ("x", 4)))
    said = match(short, long).problem
    assert said.startswith("gbm-s1 and x have no key column, and")
    keyed = Table("x", np.arange(4), np.zeros(4), np.zeros(4))
    assert match(short, keyed).problem.startswith("gbm-s1 has no key column, and")
