"""Answers as they are kept: known by content, plain in form, bounded in size."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mlops_console.analysis.fingerprint import fingerprint
from mlops_console.analysis.kept import Kept
from mlops_console.analysis.over_runs import Side
from mlops_console.analysis.plain_form import from_text, to_text
from mlops_console.comparison.model import Judgement

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=4) | st.integers() | st.just("~"), inner, max_size=4)
    ),
    max_leaves=20,
)
SIDE = Side("a", np.array([1.0, math.nan, math.inf]), ("x", "", "y"))
JUDGEMENT = Judgement(
    "auc", "a", "b", "max", 0.1, (0.05, math.inf), math.nan, None, "", 3, 3, "paired t", "better", "so",
    notes=("one", "two"),
)  # fmt: skip


def same(one: Any, other: Any) -> bool:
    return repr(one) == repr(other)


@given(PLAIN)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    assert same(from_text(to_text(value)), value)


@given(
    arrays.arrays(
        st.sampled_from([np.float64, np.int32, np.bool_, "U3"]), st.sampled_from([(0,), (3,), (2, 3)])
    )
)
def test_arrays_come_back_as_they_were(array: Any) -> None:
    again = from_text(to_text(array))
    assert again.dtype == array.dtype
    assert again.shape == array.shape
    assert again.tobytes() == array.tobytes()


def test_dataclasses_of_ours_come_back_and_others_do_not() -> None:
    assert same(from_text(to_text(JUDGEMENT)), JUDGEMENT)
    assert same(from_text(to_text({"a": (SIDE,)})), {"a": (SIDE,)})
    with pytest.raises(TypeError):
        to_text(Path("x"))
    for harm in ("os:system", "mlops_console.cli.runs:run", "mlops_console.analysis.kept:Kept"):
        with pytest.raises(ValueError):  # noqa: PT011 - which words it uses is nobody's business
            from_text(json.dumps({"~": harm, "is": {}}))


@given(st.text(max_size=200) | PLAIN.map(to_text).map(lambda text: text[: len(text) // 2]))
def test_whatever_lies_there_is_an_answer_or_none(text: str) -> None:
    try:
        from_text(text)
    except ValueError:
        return


def test_content_tells() -> None:
    one = fingerprint("job", {"side": SIDE})
    assert one == fingerprint("job", {"side": Side("a", np.array([1.0, math.nan, math.inf]), ("x", "", "y"))})
    others = [
        fingerprint("other", {"side": SIDE}),
        fingerprint("job", {"side": Side("b", SIDE.values, SIDE.keys)}),
        fingerprint("job", {"side": Side("a", np.array([1.0, math.nan, 2.0]), SIDE.keys)}),
        fingerprint("job", {"side": Side("a", SIDE.values, ("x", "y", ""))}),
        fingerprint("job", {"side": Side("a", SIDE.values.astype(np.float32), SIDE.keys)}),
    ]
    assert len({one, *others}) == 6
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])
    assert fingerprint(1) != fingerprint("1") != fingerprint(1.0)
    assert fingerprint(np.array(["a", None], object)) != fingerprint(np.array(["b", None], object))
    with pytest.raises(TypeError):
        fingerprint(object())


def test_the_oldest_go(tmp_path: Path) -> None:
    kept = Kept(tmp_path, most=20_000)
    for number in range(40):
        kept.put(f"k{number}", "x" * 1000)
    sizes = [file.stat().st_size for file in tmp_path.iterdir()]
    assert sum(sizes) <= 20_000 + 16 * 1002
    assert kept.get("k39") == (True, "x" * 1000)
    assert kept.get("k0") == (False, None)


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.put("large", "x" * (9 << 20))
    assert kept.get("large") == (False, None)
    assert list(tmp_path.iterdir()) == []
