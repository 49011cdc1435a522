"""Baselines as bytes: the same for the same data, back to what they were, and hostile ones refused."""

import datetime as dt
import json
import zlib

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drift.baseline.baseline_making import baseline, levels, numbers, same

from mlops_console.drift.baseline.form import packed, unpacked
from mlops_console.drift.baseline.rows_form import plain_rows
from mlops_console.errors import DataError

FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64, min_value=-1e140, max_value=1e140)


def test_what_was_packed_comes_back_with_its_hash():
    made = baseline(problems=("one column was left out",), performed={"auc": 0.7})
    data = packed(made)
    back = unpacked(data, "baseline churn@1")
    same(back, made)
    import hashlib

    assert (back.name, back.sha256) == ("baseline churn@1", hashlib.sha256(data).hexdigest())
    assert packed(back) == data


@given(
    st.lists(FINITE, max_size=30),
    st.integers(0, 9),
    st.dictionaries(st.text(max_size=8), st.integers(0, 1000), max_size=9),
)
def test_any_numbers_and_levels_come_back(values, missing, counts):
    total = sum(counts.values())
    rows = len(values) + missing
    one = numbers(values, missing=missing)
    other = levels(counts, missing=max(0, rows - total), others=0)
    samples = {"numbers": one} if other.rows != rows else {"numbers": one, "levels": other}
    made = baseline(samples, held=pl.DataFrame())
    same(unpacked(packed(made), "b"), made)


def test_float32_and_whole_numbers_take_little_room():
    rng = np.random.default_rng(0)
    wide = rng.normal(size=4096)
    narrow = wide.astype(np.float32).astype(np.float64)
    sizes = [
        len(packed(baseline({"x": numbers(one)}, held=pl.DataFrame())))
        for one in (wide, narrow, np.round(wide * 100))
    ]
    assert sizes[1] < 0.55 * sizes[0]
    assert sizes[2] < 0.15 * sizes[0]


def test_whole_rows_come_back_whatever_their_columns_are():
    day = dt.date(2024, 2, 29)
    moment = dt.datetime(2024, 2, 29, 12, 30, 0, 5, dt.UTC)
    held = pl.DataFrame(
        {
            "integer": [1, None, -(2**62)], "decimal": [1.5, None, 1e308],
            "odd": [float("nan"), float("inf"), float("-inf")], "flag": [True, None, False],
            "day": [day, None, day], "at": [moment, None, moment], "plain": [moment.replace(tzinfo=None)] * 3,
            "level": ["b", None, "ü\0"], "none": pl.Series([None] * 3, dtype=pl.String),
        }
    ).with_columns(pl.col("at").dt.convert_time_zone("Europe/Berlin"))  # fmt: skip
    made = baseline({"x": numbers([1, 2, 3])}, held=held)
    back = unpacked(packed(made), "b").held
    assert back.schema == held.schema
    assert back.to_dicts()[:2][1] == held.to_dicts()[1]
    assert str(back.to_dicts()) == str(held.to_dicts())


def test_of_texts_only_the_lengths_are_kept():
    frame = pl.DataFrame({"note": ["my secret", None, "ü"], "blob": [b"x", b"y", b"z"], "n": [1, 2, 3]})
    held = plain_rows(frame, {"note": "text"})
    made = baseline(
        {"x": numbers([1, 2, 3]), "note": numbers([9, 1], missing=1)}, held=held, kinds={"note": "text"}
    )
    data = packed(made)
    back = unpacked(data, "b").held
    assert back.columns == ["note", "n"]
    assert back["note"].to_list() == ["x" * 9, None, "x"]
    assert b"secret" not in zlib.decompress(data[data.index(b"\n") + 9 :])


def test_long_levels_are_cut_in_rows_too():
    frame = pl.DataFrame({"t": ["x" * 50_000, None, "y" * 1_000]})
    assert plain_rows(frame, {})["t"].to_list() == ["x" * 1_000 + "…", None, "y" * 1_000]


def test_what_is_said_of_the_model_and_makes_no_sense_is_a_problem():
    said = baseline(performed={"task": {"kind": "magic"}, "rows": "many"}).performance
    assert (said.task, said.metrics) == (None, {})
    assert "can't be read" in said.problems[0]
    assert baseline().performance is None


# ---- hostile bytes


def taken_apart(data):
    start = data.index(b"\n") + 1
    whole = zlib.decompress(data[start + 8 :])
    end = 4 + int.from_bytes(whole[:4], "big")
    return data[:start], json.loads(whole[4:end]), whole[end:]


def put_together(line, said, arrays):
    head = json.dumps(said).encode()
    whole = len(head).to_bytes(4, "big") + head + arrays
    return line + len(whole).to_bytes(8, "big") + zlib.compress(whole)


def refused(data):
    with pytest.raises(DataError) as caught:
        unpacked(data, "baseline churn@1")
    said = str(caught.value)
    assert said.startswith("baseline churn@1 can't be used: ")
    return said


GOOD = packed(baseline(performed={"a": 1}))


def test_what_is_none_of_ours_is_refused():
    for data in (b"", b"PAR1", b"\x80\x04pickle", b"mlops-console baseline x\n" + b"0" * 30):
        assert "it is no baseline" in refused(data)
    newer = GOOD.replace(b"baseline 1\n", b"baseline 7\n", 1)
    assert "edition 7" in refused(newer)


def test_one_that_is_cut_off_anywhere_is_refused():
    for end in range(len(GOOD)):
        refused(GOOD[:end])


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_harmless(at, by):
    data = bytearray(GOOD)
    data[at] = (data[at] + by) % 256
    try:
        found = unpacked(bytes(data), "b")
    except DataError:
        return
    assert np.isfinite(found.profiles["x"].values).all()


def test_what_claims_more_than_it_holds_is_refused():
    line, said, arrays = taken_apart(GOOD)
    start = len(line)
    assert "claims" in refused(line + (1 << 60).to_bytes(8, "big") + GOOD[start + 8 :])
    assert "cut off" in refused(line + (len(arrays) * 9).to_bytes(8, "big") + GOOD[start + 8 :])
    assert "more than it claims" in refused(line + (9).to_bytes(8, "big") + GOOD[start + 8 :])
    bomb = zlib.compress(bytes(1 << 24), 9)
    assert "more than it claims" in refused(line + (1 << 10).to_bytes(8, "big") + bomb)
    assert "behind its end" in refused(GOOD + b"more")
    assert "arrays" in refused(put_together(line, said, arrays + b"\0"))


NAN = float("nan")
X, STATE = ("columns", 0), ("columns", 2)
FIGURES = (*X, "sample", "figures")
SPOILED = [
    (("rows",), 5),
    (("rows",), -1),
    (("rows",), 1 << 70),
    (("rows",), 1.5),
    (("rows",), True),
    (("columns",), {}),
    ((*X, "kind"), "blob"),
    ((*X, "kind"), []),
    ((*X, "name"), "state"),
    ((*X, "name"), 5),
    ((*X, "sample", "values"), 999),
    ((*X, "sample", "values"), True),
    ((*X, "sample", "counts"), 0),
    ((*X, "sample", "infinite"), 4),
    ((*X, "sample", "missing"), 1 << 50),
    ((*X, "sample", "rows"), 299),
    ((*X, "sample", "figures"), None),
    ((*FIGURES, "n"), 0),
    ((*FIGURES, "sd"), -1.0),
    ((*FIGURES, "sd"), NAN),
    ((*FIGURES, "mean"), 10**400),
    ((*FIGURES, "mean"), "1"),
    ((*FIGURES, "tails"), [1]),
    ((*FIGURES, "outside"), [0, 999]),
    ((*FIGURES, "deciles"), 0),
    ((*FIGURES, "minimum"), 1e9),
    ((*STATE, "sample", "levels"), ["NY", "CA"]),
    ((*STATE, "sample", "levels"), ["CA"]),
    ((*STATE, "sample", "levels"), ["CA", 5]),
    ((*STATE, "sample", "others"), 7),
    ((*STATE, "sample", "distinct"), 1),
    ((*STATE, "sample", "counts"), 0),
    (("arrays",), None),
    (("arrays", 0), ["<O8", 1]),
    (("arrays", 0), ["<f8", -1]),
    (("arrays", 0), ["<f8", 1 << 40]),
    (("held",), []),
    (("held", "rows"), 1 << 40),
    (("held", "rows"), 2),
    (("held", "columns", 0, "type"), "pickle"),
    (("held", "columns", 0, "name"), "state"),
    (("held", "columns", 1, "levels"), []),
    (("held", "columns", 0, "null"), 0),
    (("held", "columns", 0, "odd"), 0),
    (("source",), None),
    (("source", "sha256"), "a" * 65),
    (("means", "label"), 5),
    (("floors",), {"x": NAN}),
    (("floors",), []),
    (("performed",), 5),
    (("problems",), [5]),
    (("problems",), ["x"] * 5000),
]


@pytest.mark.parametrize(("path", "value"), SPOILED, ids=str)
def test_figures_that_cannot_be_are_refused(path, value):
    line, said, arrays = taken_apart(GOOD)
    *above, last = path
    place = said
    for step in above:
        place = place[step]
    place[last] = value
    refused(put_together(line, said, arrays))


def test_deep_json_is_refused():
    line, _, _ = taken_apart(GOOD)
    head = b"[" * 100_000
    whole = len(head).to_bytes(4, "big") + head
    refused(line + len(whole).to_bytes(8, "big") + zlib.compress(whole, 0))
