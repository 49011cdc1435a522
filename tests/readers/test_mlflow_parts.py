"""The parts of the MLflow reader that parse: lines, small YAML, locations, words."""

import json

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.readers.mlflow import meaning
from mlops_console.readers.mlflow.filestore.lines import columns, columns_by_line
from mlops_console.readers.mlflow.filestore.places import Cursor
from mlops_console.readers.mlflow.filestore.plain_yaml import fields
from mlops_console.readers.mlflow.locations import locate, parts_of
from mlops_console.records import Status

RUN = "0123456789abcdef0123456789abcdef"
FIELD = st.one_of(
    st.integers(-(2**65), 2**65).map(str),
    st.floats().map(repr),
    st.floats().map(str),
    st.sampled_from(
        ["nan", "NaN", "-inf", "+inf", "Infinity", "1e5", ".5", "5.", "+1", "0x1", "1_0", "", '"', "#"]
    ),
    st.text(max_size=6),
)
LINE = st.lists(FIELD, min_size=1, max_size=6).map(" ".join)


@given(st.lists(LINE, max_size=4), st.sampled_from(["\n", "\r\n", "\n\n"]), st.integers(0, 400))
def test_both_ways_to_parse_lines_agree(lines, end, many):
    # Blocks of some kilobytes go through the CSV parser.
    good = [f"{1_700_000_000_000 + k} {k / 7!r} {k}" for k in range(many)]
    block = "".join(line + end for line in [*good, *lines, *good]).encode("utf-8", "surrogatepass")
    at_once = columns(block)
    by_line, bad = columns_by_line(block)
    if at_once is not None:
        assert bad is None
        for one, other in zip(at_once, by_line, strict=True):
            np.testing.assert_array_equal(one, other)


TEXT = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("name", "run_id", "artifact_uri", "user_id"), st.none() | st.text(max_size=30)),
)
OTHER = st.dictionaries(
    st.sampled_from(["status", "end_time", "other"]),
    st.one_of(st.text(max_size=30), st.integers(-(2**60), 2**60), st.none(), st.just([])),
    min_size=1,
)


@given(TEXT, OTHER)
def test_small_yaml_reads_as_it_was_written(text, other):
    written = yaml.safe_dump(text | other, allow_unicode=True)
    assert fields(written.encode("utf-8")) == (yaml.safe_load(written), "")


@given(st.binary(max_size=80))
def test_no_bytes_break_it(data):
    fields(data)
    columns(data + b"\n")
    Cursor.decode(data)


@pytest.mark.parametrize(
    ("location", "found"),
    [
        (f"/home/ana/churn/mlruns/1/{RUN}/artifacts", f"mlruns/1/{RUN}/artifacts"),
        (f"file:///home/ana/mlruns/1/{RUN}/artifacts", f"mlruns/1/{RUN}/artifacts"),
        (f"file:///C:/churn/mlruns/1/{RUN}/artifacts", f"mlruns/1/{RUN}/artifacts"),
        (f"C:\\work\\mlruns\\1\\{RUN}\\artifacts", f"mlruns/1/{RUN}/artifacts"),
        (f"./mlruns/1/{RUN}/artifacts", f"mlruns/1/{RUN}/artifacts"),
        (f"mlflow-artifacts:/1/{RUN}/artifacts", f"mlruns/1/{RUN}/artifacts"),
        (f"/srv/old%20store/mlruns/1/{RUN}/artifacts", f"mlruns/1/{RUN}/artifacts"),
        (f"s3://bucket/mlruns/1/{RUN}/artifacts", None),
        (f"file://dead-host/mlruns/1/{RUN}/artifacts", None),
        (f"/x/../mlruns/1/{RUN}/artifacts", None),
        (f"mlruns/1/{RUN}/artifacts/../../../../etc", None),
        ("/etc", None),
        ("/", None),
        ("", None),
        (f"/{'a/' * 5_000}{RUN}/artifacts", None),
        (f"/gone/{RUN}/other", None),
    ],
)
def test_locations_stay_inside(tmp_path, location, found):
    (tmp_path / f"mlruns/1/{RUN}/artifacts").mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    assert locate(str(tmp_path), location, RUN, "mlruns") == found


def test_a_location_is_no_way_through_a_link(tmp_path):
    (tmp_path / "outside" / RUN / "artifacts").mkdir(parents=True)
    (tmp_path / "project").mkdir()
    (tmp_path / "project/mlruns").symlink_to(tmp_path / "outside")
    assert locate(str(tmp_path / "project"), f"/a/mlruns/{RUN}/artifacts", RUN) is None


@given(st.text(max_size=60))
def test_no_location_leads_out(location):
    parts = parts_of(location)
    assert parts is None or not {"..", "", "."} & set(parts)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (1, Status.RUNNING), (2, Status.UNKNOWN), (3, Status.FINISHED), (4, Status.FAILED),
        (5, Status.KILLED), ("FINISHED", Status.FINISHED), ("killed", Status.KILLED), ("4", Status.FAILED),
        (0, None), (9, None), (True, None), (None, None), ("?", None), ([], None), ("-1", None),
    ],
)  # fmt: skip
def test_statuses(said, status):
    assert meaning.status(said)[0] is status


@pytest.mark.parametrize(
    "stated",
    [0, -1, None, "x", True, 1e300, float("nan"), "9" * 30, [], "--5", "-", "5-", 253402300799999.99],
)
def test_no_times(stated):
    assert meaning.moment(stated) is None


@pytest.mark.parametrize("history", ["", "[", "{}", "[1, {}]", '[{"artifact_path": 3}]', "[" * 9_000, "null"])
def test_a_history_that_is_none(history):
    assert meaning.model_history({meaning.HISTORY_TAG: history}) == ()


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["name", "digest", "schema", "profile", "flavors", "signature", "inputs", "num_rows"]
                ),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_a_record_holds_is_taken(found):
    stated = (
        found
        if isinstance(found, dict)
        else {"flavors": found, "signature": found, "profile": json.dumps(found)}
    )
    meaning.dataset(stated)
    meaning.model_description(stated)
    meaning.logged_model(stated, {}, {}, [])
    meaning.environment({}, user=found, source_type=found)
