"""Our reading of pickle opcodes, against what Python itself says of the same bytes."""

import collections
import datetime as dt
import decimal
import pickle
import pickletools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_console.readers.modelfiles import lz4, opcodes, spans
from mlops_console.readers.modelfiles.symbols import Blob, Listed, Made, Table

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.text(max_size=300)
    | st.binary(max_size=300),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=9) | st.integers(), inner, max_size=5)
    ),
    max_leaves=30,
)
objects = st.sampled_from(
    [
        collections.OrderedDict(a=1),
        dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        decimal.Decimal("1.5"),
        np.zeros((2, 3), np.float32),
        np.array(["a", "bc"]),
        np.arange(3).dtype,
        {1, 2},
        frozenset({"a"}),
        bytearray(b"abc"),
        complex(1, 2),
        range(3),
        pickle.Unpickler,
    ]
)


def plainly(value):
    """A symbolic value as the plain one it stands for, as far as it does."""
    if isinstance(value, Listed):
        return [plainly(item) for item in value.items]
    if isinstance(value, Table):
        return {plainly(key): plainly(inner) for key, inner in value.pairs}
    if isinstance(value, tuple):
        return tuple(plainly(item) for item in value)
    return value


def names(data):
    """The imports that pickletools and a memo tell, as pairs."""
    found, memo, stack = set(), {}, []
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name in ("GLOBAL", "INST"):
            found.add(tuple(argument.split(" ", 1)))
        if opcode.name == "STACK_GLOBAL":
            found.add((stack[-2], stack[-1]))
        if opcode.name == "MEMOIZE":
            memo[len(memo)] = stack[-1] if stack else None
        elif "PUT" in opcode.name:
            memo[int(argument)] = stack[-1] if stack else None
        elif "GET" in opcode.name:
            stack.append(memo.get(int(argument)))
        else:
            stack.append(argument)
    return found


@settings(max_examples=150, deadline=None)
@given(value=plain, protocol=st.integers(2, 5))
def test_plain_values_come_out_as_they_went_in(value, protocol):
    data = pickle.dumps(value, protocol)
    here = opcodes.Opcodes(spans.of_bytes(data))
    read = here.read()
    assert here.at == len(data)
    if not any(isinstance(found, Blob) for found in _all(read)) and not here.names:
        assert plainly(read) == value


@settings(max_examples=150, deadline=None)
@given(values=st.lists(objects | plain, max_size=6), protocol=st.integers(0, 5), shared=st.booleans())
def test_imports_are_those_that_pickletools_tells(values, protocol, shared):
    data = pickle.dumps([values, values if shared else None], protocol)
    here = opcodes.Opcodes(spans.of_bytes(data))
    here.read()
    assert {(name.module, name.name) for name in here.names} == names(data)
    assert here.at == len(data)


def _all(value):
    yield value
    inner = value.items if isinstance(value, Listed) else value if isinstance(value, tuple) else ()
    if isinstance(value, Table):
        inner = [part for pair in value.pairs for part in pair]
    for part in inner:
        yield from _all(part)


def test_what_is_long_is_passed_over():
    data = pickle.dumps([b"x" * 1_000_000, "y" * 1_000_000, 7])
    read = opcodes.Opcodes(spans.of_bytes(data)).read()
    assert [type(item) for item in read.items] == [Blob, Blob, int]
    assert isinstance(opcodes.Opcodes(spans.of_bytes(pickle.dumps(np.zeros(3)))).read(), Made)


def _frame(blocks):
    parts = [len(block).to_bytes(4, "little") + block for block in blocks]
    return b"\x04\x22\x4d\x18\x60\x70\x73" + b"".join(parts) + bytes(4)


def test_lz4_by_hand():
    repeated = b"\x14a\x01\x00" + b"\x50bcdef"
    assert lz4.unpacked(_frame([repeated]), 1 << 20) == (b"a" * 9 + b"bcdef", "")
    plain_block = b"hello"
    frame = b"\x04\x22\x4d\x18\x60\x70\x73" + (5 | 1 << 31).to_bytes(4, "little") + plain_block + bytes(4)
    assert lz4.unpacked(frame, 1 << 20) == (b"hello", "")
    assert lz4.unpacked(_frame([b"\x14a\x09\x00"]), 1 << 20)[1]


@given(data=st.binary(max_size=300))
def test_any_lz4_ends(data):
    out, _ = lz4.unpacked(b"\x04\x22\x4d\x18\x60\x70\x73" + data, 1 << 16)
    assert len(out) <= 1 << 16
