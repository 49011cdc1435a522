"""Requirements: what can be written is read as meant; what can't is pointed at."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.wishes.naming import why_no_alias
from mlops_console.wishes.requirements import Misread, Requirement, parse_requirement

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
ALIASES = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,12}\Z").filter(lambda name: not why_no_alias(name))
METRICS = st.text(min_size=1, max_size=30)
OPS = st.sampled_from([">=", ">", "<=", "<"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auc >= 0.85", Requirement("auc", ">=", bound=0.85)),
        ("auc>=.85", Requirement("auc", ">=", bound=0.85)),
        ("  val/loss < 1e-3 ", Requirement("val/loss", "<", bound=0.001)),
        ("r2 > -1", Requirement("r2", ">", bound=-1.0)),
        ("auc >= champion", Requirement("auc", ">=", alias="champion")),
        ("auc >= champion - 0.002", Requirement("auc", ">=", alias="champion", offset=-0.002)),
        ("auc >= champion + 0.002", Requirement("auc", ">=", alias="champion", offset=0.002)),
        ("auc >= champion+0.002", Requirement("auc", ">=", alias="champion", offset=0.002)),
        ("loss <= champion * 0.99", Requirement("loss", "<=", alias="champion", factor=0.99)),
        ("loss <= 0.99 * champion", Requirement("loss", "<=", alias="champion", factor=0.99)),
        ("loss<=champion*0.99 + 1", Requirement("loss", "<=", alias="champion", factor=0.99, offset=1.0)),
        ("`a >= b` < 3", Requirement("a >= b", "<", bound=3.0)),
        ('"f1 (macro)" > challenger', Requirement("f1 (macro)", ">", alias="challenger")),
        ("`back``tick` > 1", Requirement("back`tick", ">", bound=1.0)),
        ('auc > "challenger-2" - 1', Requirement("auc", ">", alias="challenger-2", offset=-1.0)),
        ("metrics/mAP50-95(B) > 0.5", Requirement("metrics/mAP50-95(B)", ">", bound=0.5)),
    ],
)
def test_what_is_written_is_read(text, expected):
    assert parse_requirement(text) == expected


@pytest.mark.parametrize(
    ("text", "place", "says", "hint"),
    [
        ("", 0, "names no metric", "auc >= 0.85"),
        ("auc", 3, "compares with nothing", ""),
        ("auc >=", 6, "has no bound", ""),
        ("auc => 0.8", 4, "=> is no comparison", "write >="),
        ("auc == 0.8", 4, "== is no comparison", "use >="),
        ("auc ≥ 0.8", 4, "≥ is no comparison", "write >="),
        ("f1 macro > 1", 3, "macro > 1 stands where", "backticks"),
        ("auc >= 85%", 7, "85% is no number", "0.85"),
        ("auc >= 0,85", 7, "0,85 is no number", "0.85"),
        ("auc >= champion - 1%", 18, "1% stands where a number", "champion * 0.99"),
        ("auc >= champion-0.002", 7, "may be an alias, or champion less 0.002", "`champion - 0.002`"),
        ("auc >= champion - -1", 18, "-1 stands where a number", ""),
        ("auc >= churn@champion", 7, "is no alias", "just the alias: champion"),
        ("auc >= v3", 7, "looks like the number of a version", ""),
        ("auc >= 1e999", 7, "larger than any number", ""),
        ("auc >= nan", 7, "nan is no number", ""),
        ("auc >= 0.8 and f1 > 0.7", 11, "does not belong here", "an item of its own"),
        ("auc >= champion * 0", 19, "is nothing to be held against", ""),
        ("`auc > 1", 0, "has no end", ""),
    ],
)
def test_what_can_not_be_read_is_pointed_at(text, place, says, hint):
    found = parse_requirement(text)
    assert isinstance(found, Misread)
    assert says in found.what
    assert hint in found.hint
    assert found.place == place


@given(st.text(max_size=60))
def test_any_text_is_read_or_pointed_at(text):
    found = parse_requirement(text)
    if isinstance(found, Misread):
        assert 0 <= found.place <= len(text)
        assert found.what
    else:
        assert parse_requirement(str(found)) == found


@given(METRICS, OPS, NUMBERS)
def test_a_number_comes_back_as_it_was(metric, op, bound):
    requirement = Requirement(metric, op, bound=bound)
    assert parse_requirement(str(requirement)) == requirement


@given(METRICS, OPS, ALIASES, NUMBERS, st.floats(1e-9, 1e9))
def test_an_alias_comes_back_as_it_was(metric, op, alias, offset, factor):
    requirement = Requirement(metric, op, alias=alias, offset=offset, factor=factor)
    assert parse_requirement(str(requirement)) == requirement


def test_what_it_is_held_against():
    share = parse_requirement("loss <= champion * 0.5 + 0.1")
    assert isinstance(share, Requirement)
    assert share.limit(0.8) == pytest.approx(0.5)
    assert share.met(0.5 - 1e-9, 0.8)
    assert not share.met(0.51, 0.8)
    assert math.isnan(share.limit(None))
    assert not share.met(0.0, None)
    floor = parse_requirement("auc >= 0.85")
    assert isinstance(floor, Requirement)
    assert floor.met(0.85)
    assert not floor.met(math.nan)


def test_a_long_text_is_refused_at_once():
    assert isinstance(parse_requirement("a" * 1_001), Misread)
