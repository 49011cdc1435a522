"""Events as bytes: one form, whatever they hold; hostile bytes are no event and nothing worse."""

import json
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlops_console.errors import JournalError
from mlops_console.journal.serial import NotAnEvent, content_agrees, in_one_form, packed, unpacked
from mlops_console.journal.ulid import Ticks, is_ulid, milliseconds_of, ulid

TEXT = st.text(st.characters())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
BODIES = st.dictionaries(TEXT, VALUES, max_size=5)


def made(body=None, **changed):
    fields = {
        "clock": 3, "parents": ("a" * 64,), "at": 1, "milliseconds": 1_795_449_411_341, "by": "ana", "uid": 7,
        "host": "box", "kind": "note", "body": body or {}, "evidence": {},
    }  # fmt: skip
    return packed(**{**fields, **changed})


@given(BODIES, BODIES, TEXT, TEXT)
@example({"a": "\udc80 \ud800 \u2028 \x00 é"}, {}, "\udcff", '"id":"')
def test_what_was_written_is_read(body, evidence, kind, by):
    event, data = made(body, evidence=evidence, kind=kind, by=by)
    assert unpacked(data, event.id, 7) == event
    assert event.body == body
    assert event.sha256 == sha256(data).hexdigest()
    assert content_agrees(data, event.id)
    assert in_one_form(data)
    assert b"\n" not in data
    data.decode()


@given(BODIES, st.data())
def test_every_changed_byte_shows(body, data):
    event, written = made(body)
    place = data.draw(st.integers(0, len(written) - 1))
    changed = (
        written[:place] + bytes([written[place] ^ data.draw(st.integers(1, 255))]) + written[place + 1 :]
    )
    try:
        unpacked(changed, event.id, 7)
    except NotAnEvent:
        return
    assert not content_agrees(changed, event.id)


def test_numbers_that_json_has_not_are_words_and_tuples_are_lists():
    event, _ = made({"a": (float("nan"), float("inf"), -float("inf"))})
    assert event.body == {"a": ["NaN", "Infinity", "-Infinity"]}


@pytest.mark.parametrize(
    "body", [{"a": object()}, {"a": {1: 2}}, {"a": b"x"}], ids=["object", "key", "bytes"]
)
def test_what_has_no_form_is_refused_with_a_sentence(body):
    with pytest.raises(JournalError, match="can't be written down"):
        made(body)


def test_what_is_too_deep_or_too_large_is_refused_with_a_sentence():
    deep = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(JournalError, match="nested deeper"):
        made({"a": deep})
    with pytest.raises(JournalError, match="17 MB, 16 are the most"):
        made({"a": "x" * (17 << 20)})


@given(st.binary(max_size=300))
def test_any_bytes_are_no_event_and_nothing_worse(data):
    with pytest.raises(NotAnEvent):
        unpacked(data, "0" * 26, 1)


WRONG = {
    "v": [0, "1", True, None, 1.0], "id": ["", 1, "0" * 26], "clock": [0, -1, 2**53, "1", True, 1.5],
    "parents": [None, "a" * 64, ["a"], [1], ["A" * 64], {}], "at": [None, "now", 1.5, 2**63],
    "by": [None, 1, []], "uid": [-1, "0", 2**32, 8], "host": [None, 1], "kind": [None, 1, {}],
    "body": [None, [], "x"], "evidence": [None, [], 1],
}  # fmt: skip


@pytest.mark.parametrize("field", WRONG)
def test_a_field_that_is_missing_or_of_another_type_makes_no_event(field):
    event, data = made()
    whole = json.loads(data)
    for value in WRONG[field]:
        with pytest.raises(NotAnEvent):
            unpacked(json.dumps({**whole, field: value}).encode(), event.id, 7)
    del whole[field]
    with pytest.raises(NotAnEvent, match=field):
        unpacked(json.dumps(whole).encode(), event.id, 7)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"NaN",
        b'{"v":1e999}',
        b"1" * 100_000,
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
    ],
    ids=["lists", "objects", "nan", "inf", "long number", "utf-16", "mark"],
)
def test_hostile_json_is_no_event(data):
    with pytest.raises(NotAnEvent):
        unpacked(data, "0" * 26, 1)


def test_a_newer_version_with_more_fields_is_an_event():
    event, data = made()
    newer = json.dumps({**json.loads(data), "v": 9, "seal": [1]}).encode()
    assert unpacked(newer, event.id, 7).v == 9


def test_another_form_of_the_same_is_known():
    _, data = made({"a": 1})
    assert not in_one_form(json.dumps(json.loads(data), indent=1).encode())
    assert not in_one_form(data[:-1] + b',"v":1}')


def test_times_only_rise_when_the_clock_goes_backwards_or_stands():
    ticks = Ticks()
    moments = [5_000_000, 5_000_000, 1_000_000, -7, 0, 6_000_000, 2**80, 2**80]
    given_out = [ticks.next(moment) for moment in moments]
    assert given_out == [5000, 5001, 5002, 5003, 5004, 6000, 2**48 - 1, 2**48 - 1]


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=32))
def test_ids_have_the_form_of_a_ulid_and_sort_by_time(milliseconds, digest):
    made_id = ulid(milliseconds, digest)
    assert is_ulid(made_id)
    assert milliseconds_of(made_id) == milliseconds
    assert (ulid(milliseconds, digest) < ulid(min(milliseconds + 1, 2**48 - 1), b"\0" * 10)) or (
        milliseconds == 2**48 - 1
    )


def test_a_ulid_is_spelled_as_its_specification_says():
    # github.com/ulid/spec: 01ARZ3NDEKTSV4RRFFQ69G5FAV, whose 128 bits are these.
    bits = bytes.fromhex("01563e3ab5d3d6764c61efb99302bd5b")
    assert ulid(int.from_bytes(bits[:6]), bits[6:]) == "01ARZ3NDEKTSV4RRFFQ69G5FAV"
