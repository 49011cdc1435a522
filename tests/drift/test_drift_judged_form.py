"""Values of a judged window: the same again after JSON, and nothing but a ValueError for what is none."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.judged_form import made, made_all, plain
from mlops_console.drift.model import Domain, Measured, ModelReport, Raw, Segment, Side

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_FINITE = st.floats(allow_nan=False, allow_infinity=False)


def again(value):
    return made(type(value), json.loads(json.dumps(plain(value), allow_nan=False)))


@pytest.mark.parametrize("kind", [Measured, Domain, ModelReport, Segment, Side])
@given(st.data())
def test_every_value_comes_back_exactly(kind, data):
    value = data.draw(_values(kind))
    assert again(value) == value


def _values(kind):
    known = {float: _FINITE, dict: st.dictionaries(st.text(), _JSON.filter(_is_finite), max_size=3)}
    raws = st.builds(Raw, name=st.sampled_from(["distribution", "missing"]), effect=st.none() | _FINITE,
                     p=st.none() | _FINITE, visible=st.none() | _FINITE)  # fmt: skip
    if kind is Measured:
        return st.builds(
            Measured, name=st.text(), kind=st.sampled_from(["numeric", "key"]), n_ref=st.integers(0, 10**15),
            n_cur=st.integers(0, 9), missing_ref=_FINITE, missing_cur=_FINITE, statistics=known[dict],
            checks=st.lists(raws, max_size=3).map(tuple), shapes=known[dict],
        )  # fmt: skip
    if kind is Domain:
        named = st.lists(st.tuples(st.text(), _FINITE), max_size=3).map(tuple)
        return st.builds(Domain, auc=st.none() | _FINITE, p=st.none() | _FINITE, features=named)
    if kind is Segment:
        return st.builds(Segment, share_ref=_FINITE, share_cur=_FINITE, explains=_FINITE)
    if kind is ModelReport:
        return st.builds(ModelReport, performance=st.just(()), outside=st.none() | _FINITE)
    return st.builds(Side)


def _is_finite(value):
    if isinstance(value, dict):
        return all(_is_finite(inner) for inner in value.values())
    if isinstance(value, list):
        return all(_is_finite(inner) for inner in value)
    return not isinstance(value, float) or math.isfinite(value)


@given(_JSON, st.sampled_from([Measured, Domain, ModelReport, Segment, Side]))
def test_whatever_else_is_told_as_such(form, kind):
    for reading in (made, made_all):
        try:
            reading(kind, form)
        except ValueError:
            continue


@given(st.data())
def test_a_value_with_another_in_it_is_no_other_kind(data):
    form = plain(data.draw(_values(Measured)))
    key = data.draw(st.sampled_from(sorted(form)))
    form[key] = data.draw(_JSON)
    try:
        found = made(Measured, form)
    except ValueError:
        return
    assert isinstance(found.name, str)
    assert isinstance(found.n_ref, int)
    assert isinstance(found.missing_ref, float)
    assert math.isfinite(found.missing_ref)
    assert all(isinstance(one, Raw) for one in found.checks)


def test_a_number_that_no_float_holds_is_none():
    with pytest.raises(ValueError, match="size"):
        made(Segment, {**plain(Segment("a", "b", "c", 0.0, 0.0, 0.0)), "explains": 10**400})
