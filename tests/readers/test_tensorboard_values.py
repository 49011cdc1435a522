"""What writers put into events: kinds of scalars, tags, steps, times, hyper-parameters."""

import math
import struct

import numpy as np
import pytest
from tests.readers.event_files import (
    event,
    float_tensor,
    histogram,
    message,
    metadata,
    points_of,
    read,
    record,
    scalar,
    tensor,
    varint,
    version,
)

from mlops_console.records import NO_TIME, RunKey, Status

NAME = "events.out.tfevents.1700000000.box.7.0"
WALL = 1.7e9


def values(root, *raw: bytes) -> dict[str, list[float]]:
    (root / NAME).write_bytes(version(WALL) + b"".join(raw))
    chunk = read(root, [NAME])
    assert not chunk.problems
    return {tag: [value for _, _, value in points] for tag, points in points_of(chunk).items()}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (float_tensor(0.5), 0.5),
        (b"\x08\x01\x12\x00" + message(5, struct.pack("<f", 0.5)), 0.5),
        (b"\x08\x01\x12\x00\x2d" + struct.pack("<f", 0.5), 0.5),
        (b"\x08\x01" + message(5, struct.pack("<f", 0.5)), 0.5),
        (b"\x08\x02\x12\x00" + message(4, struct.pack("<d", 0.1)), 0.1),
        (b"\x08\x02\x12\x00" + message(6, struct.pack("<d", 0.1)), 0.1),
        (b"\x08\x02\x12\x00\x31" + struct.pack("<d", 0.1), 0.1),
        (b"\x08\x03\x12\x00" + message(7, varint(-7)), -7.0),
        (b"\x08\x03\x12\x00\x38" + varint(41), 41.0),
        (b"\x08\x03\x12\x00" + message(4, struct.pack("<i", -7)), -7.0),
        (b"\x08\x09\x12\x00" + message(10, varint(-(2**40))), -(2.0**40)),
        (b"\x08\x09\x12\x00" + message(4, struct.pack("<q", 2**40)), 2.0**40),
        (b"\x08\x16\x12\x00" + message(16, varint(2**32 - 1)), 2.0**32 - 1),
        (b"\x08\x17\x12\x00" + message(17, varint(2**64 - 1)), 2.0**64),
        (b"\x08\x0a\x12\x00" + message(11, b"\x01"), 1.0),
        (b"\x08\x13\x12\x00" + message(13, varint(0x3800)), 0.5),
        (b"\x08\x13\x12\x00" + message(4, np.float16(0.5).tobytes()), 0.5),
        (b"\x08\x0e\x12\x00" + message(13, varint(0x3FC0)), 1.5),
        (b"\x08\x0e\x12\x00" + message(4, struct.pack("<H", 0x3FC0)), 1.5),
        (b"\x08\x01\x12\x00", 0.0),
        (b"\x08\x01" + message(2, message(2, b"\x08\x01")) + message(4, struct.pack("<f", 0.5)), 0.5),
    ],
)
def test_a_tensor_that_is_one_number_is_a_scalar(tmp_path, body, value):
    assert values(tmp_path, event(WALL, 1, tensor(b"t", body))) == {"t": [value]}


@pytest.mark.parametrize(
    "body",
    [
        b"\x08\x01" + message(2, message(2, b"\x08\x02")) + message(4, struct.pack("<ff", 1, 2)),
        b"\x08\x01" + message(2, b"\x18\x01") + message(4, struct.pack("<f", 1)),
        b"\x08\x07\x12\x00" + message(8, b"words"),
        b"",
    ],
)
def test_other_tensors_are_no_scalars(tmp_path, body):
    assert values(tmp_path, event(WALL, 1, tensor(b"t", body))) == {}


@pytest.mark.parametrize("plugin", [b"histograms", b"images", b"text", b"hparams", b""])
def test_tensors_of_other_plugins_are_no_scalars(tmp_path, plugin):
    many = [event(WALL, step, tensor(b"t", float_tensor(1.0), plugin)) for step in range(60)]
    assert values(tmp_path, *many) == {}


@pytest.mark.parametrize("count", [3, 2000])
def test_a_plugin_named_once_holds_for_its_tag(tmp_path, count):
    first = event(WALL, 1, tensor(b"t", float_tensor(1.0)))
    rest = [event(WALL, 2 + k, tensor(b"t", float_tensor(2.0), None)) for k in range(count)]
    stray = event(WALL, 3, tensor(b"other", float_tensor(1.0), None))
    assert values(tmp_path, first, *rest, stray) == {"t": [1.0] + [2.0] * count}


def test_a_plugin_is_remembered_between_reads(tmp_path):
    (tmp_path / NAME).write_bytes(event(WALL, 1, tensor(b"t", float_tensor(1.0))))
    chunk = read(tmp_path, [NAME])
    with open(tmp_path / NAME, "ab") as file:
        file.write(event(WALL, 2, tensor(b"t", float_tensor(2.0), None)))
    assert points_of(read(tmp_path, [NAME], chunk.cursor))["t"][0][2] == 2.0


@pytest.mark.parametrize("count", [1, 100, 3000])
def test_numbers_that_are_not_finite(tmp_path, count):
    odd = [math.nan, math.inf, -math.inf, 1.0]
    found = values(tmp_path, *(event(WALL, 1, scalar(b"a", x)) for x in odd * count))["a"]
    np.testing.assert_array_equal(found, odd * count)


@pytest.mark.parametrize(
    "tag", [b"", b"a" * 10_000, "тест/损失".encode(), b"\xff\xc0", b"a\x1b[31m\n", b"[/red]"]
)
@pytest.mark.parametrize("count", [1, 100, 3000])
def test_tags_are_kept_as_written(tmp_path, tag, count):
    if len(tag) > 1000 and count > 100:
        count = 150
    records = [event(WALL, 1 + step % 100, scalar(tag, step)) for step in range(count)]
    assert values(tmp_path, *records) == {tag.decode("utf-8", "surrogateescape"): list(range(count))}


def test_a_tag_of_a_megabyte_is_nobodys_metric(tmp_path):
    good = event(WALL, 1, scalar(b"a", 1.0))
    assert values(tmp_path, event(WALL, 1, scalar(b"a" * (1 << 20), 1.0)), good) == {"a": [1.0]}


@pytest.mark.parametrize("count", [1, 100, 3000])
@pytest.mark.parametrize(
    "step", [None, 0, 1, 127, 128, 2**35, 2**42, 2**49 - 1, 2**62, 2**63 - 1, -1, -(2**63)]
)
def test_any_step(tmp_path, step, count):
    (tmp_path / NAME).write_bytes(event(WALL, step, scalar(b"a", 1.0)) * count)
    assert points_of(read(tmp_path, [NAME]))["a"] == [(step or 0, round(WALL * 1e6), 1.0)] * count


@pytest.mark.parametrize("count", [1, 100, 3000])
@pytest.mark.parametrize("wall", [None, 0.0, -5.0, math.nan, math.inf, -math.inf, 1e300, 5e-324])
def test_what_can_be_no_time_is_none(tmp_path, wall, count):
    (tmp_path / NAME).write_bytes(event(wall, 1, scalar(b"a", 1.0)) * count)
    chunk = read(tmp_path, [NAME])
    wanted = 0 if wall == 5e-324 else NO_TIME
    assert set(chunk.points.wall.tolist()) == {wanted}
    assert (chunk.facts[0].started is None) == (wanted == NO_TIME)


def test_fields_in_another_order_and_unknown_ones(tmp_path):
    summary = message(5, message(1, b"\x15" + struct.pack("<f", 2.0) + message(1, b"a") + message(77, b"?")))
    late = record(b"\x10\x07" + summary + b"\x09" + struct.pack("<d", WALL) + b"\xb8\x3e\x05")
    nodes = event(WALL, 8, message(7, b"node") + scalar(b"a", 3.0))
    (tmp_path / NAME).write_bytes((late + nodes) * 50)
    found = points_of(read(tmp_path, [NAME]))
    assert found == {"a": [(7, round(WALL * 1e6), 2.0), (8, round(WALL * 1e6), 3.0)] * 50}


def test_several_numbers_in_an_event(tmp_path):
    tags = [b"a", b"b", b"a"]
    records = [
        event(WALL, step, *(scalar(tag, step + k) for k, tag in enumerate(tags))) for step in range(1, 1500)
    ]
    found = values(tmp_path, *records)
    assert found["b"] == [step + 1 for step in range(1, 1500)]
    assert found["a"] == [step + k for step in range(1, 1500) for k in (0, 2)]


def test_the_same_tag_twice_in_a_round_stays_in_order(tmp_path):
    records = []
    for step in range(1, 1000):
        records += [event(WALL, step, scalar(tag, n)) for tag, n in ((b"a", 1), (b"bb", 2), (b"a", 3))]
    found = values(tmp_path, *records)
    assert found == {"a": [1, 3] * 999, "bb": [2] * 999}


def test_tags_of_one_length_are_told_apart(tmp_path):
    tags = [f"layer{k:03d}/norm".encode() for k in range(300)]
    records = [event(WALL + k, k // 300 + 1, scalar(tags[k * 7 % 300], k * 7 % 300)) for k in range(6000)]
    found = values(tmp_path, *records)
    assert found == {tag.decode(): [number] * 20 for number, tag in enumerate(tags)}


def test_media_between_numbers_is_stepped_over(tmp_path):
    import random

    dice = random.Random(1)
    records = []
    for step in range(1, 400):
        records.append(event(WALL, step, scalar(b"loss", step)))
        records.append(event(WALL, step, histogram(b"w", dice)))
        records.append(
            event(WALL, step, tensor(b"h", b"\x08\x02" + message(4, dice.randbytes(48)), b"histograms"))
        )
    records.append(event(WALL, 5, rest=message(4, b"a graph")))
    assert values(tmp_path, *records) == {"loss": list(range(1, 400))}


# ---------------------------------------------------------------- hyper-parameters


def session(*params: tuple[bytes, bytes], group: bytes = b"") -> bytes:
    start = b"".join(message(1, message(1, key) + message(2, value)) for key, value in params)
    start += message(4, group) if group else b""
    return _hparams(b"_hparams_/session_start_info", message(3, start))


def ended(status: int) -> bytes:
    return _hparams(b"_hparams_/session_end_info", message(4, b"\x08" + varint(status)))


def _hparams(tag: bytes, content: bytes) -> bytes:
    return event(WALL, None, message(1, tag) + metadata(b"hparams", content))


def facts(root, *raw: bytes):
    (root / NAME).write_bytes(version(WALL) + b"".join(raw))
    return read(root, [NAME]).facts[0]


def test_params_of_every_kind(tmp_path):
    params = {
        b"lr": b"\x11" + struct.pack("<d", 0.1),
        b"optimizer": message(3, b"adam"),
        b"nesterov": b"\x20\x01",
        b"unset": b"\x08\x00",
        b"layers": message(6, message(1, b"\x11" + struct.pack("<d", 64)) + message(1, message(3, b"x"))),
        b"nested": message(5, message(1, message(1, b"k") + message(2, b"\x20\x00"))),
        "größe".encode(): message(3, b"\xff"),
        b"nan": b"\x11" + struct.pack("<d", math.nan),
    }
    found = dict(facts(tmp_path, session(*params.items(), group=b"sweep-7")).params)
    assert math.isnan(found.pop("nan"))
    assert found == {
        "lr": 0.1,
        "optimizer": "adam",
        "nesterov": True,
        "unset": None,
        "layers": [64.0, "x"],
        "nested": {"k": False},
        "größe": "\udcff",
    }
    assert facts(tmp_path, session(group=b"sweep-7")).group == "sweep-7"
    assert facts(tmp_path, session()).group is None


@pytest.mark.parametrize(
    ("status", "meant"), [(0, None), (1, Status.FINISHED), (2, Status.FAILED), (3, Status.RUNNING), (9, None)]
)
def test_how_a_session_ended(tmp_path, status, meant):
    assert facts(tmp_path, ended(status)).status == meant
    assert facts(tmp_path, session()).status is None


def test_params_nested_beyond_reason_are_a_problem(tmp_path):
    value = b"\x20\x01"
    for _ in range(500):
        value = message(6, message(1, value))
    (tmp_path / NAME).write_bytes(session((b"deep", value)) + event(WALL, 1, scalar(b"a", 1.0)))
    chunk = read(tmp_path, [NAME])
    assert [problem.offset for problem in chunk.problems] == [0]
    assert len(chunk.points) == 1
    assert chunk.facts[0].key == RunKey(".")
