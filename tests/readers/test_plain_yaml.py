"""The quick way through plain YAML says what the YAML parser says, or nothing."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlops_console.readers.plain_yaml import plain_mapping
from mlops_console.readers.structured import _parsed_yaml

KEYS = st.sampled_from(
    ["lr", "a.b", "model/name", "yes", "Null", "on", "_x", "y", "n", "nan", "a-b"]
) | st.from_regex(r"[A-Za-z_][\w./-]{0,8}", fullmatch=True)
VALUES = (
    st.sampled_from(
        [
            "", "~", "null", "True", "no", "y", "0", "-0", "007", "0x1f", "0b1", "1_000", "1:30", "1e5",
            "1.5e3", "1.5e+3", "-1.e3", ".5", ".inf", "-.inf", ".nan", "NaN", "inf", "1e999", "2020-01-01",
            "2020-01-01 10:00:00", "=", "<<", "a: b", "a #b", "a#b", "'a b '", "' '", "''", '""', '"a\\n"',
            "'it''s'", "[]", "{}", "[1, 2]", "*a", "&a 1", "!!str 1", "|", ">", "@x", "%x", "a:", "x ", " x",
            "torch.optim Adam", "/data/x y", "-", "--", "---", "...", "+1", "-1.0", "00.5", "0o7", "1.",
        ]
    )
    | st.floats(width=64).map(repr)
    | st.floats(width=32).map("{:.7g}".format)
    | st.integers().map(str)
    | st.from_regex(r"[ -~]{0,12}", fullmatch=True)
)  # fmt: skip
TEXTS = st.lists(st.tuples(KEYS, VALUES), max_size=6).map(
    lambda pairs: "".join(f"{key}: {value}\n" if value else f"{key}:\n" for key, value in pairs)
)


def same(one: object, other: object) -> bool:
    """Equal with their types; no number is equal to none."""
    if isinstance(one, float) and isinstance(other, float):
        return (one == other and math.copysign(1, one) == math.copysign(1, other)) or (
            one != one and other != other
        )
    return type(one) is type(other) and one == other


@given(TEXTS)
@example("yes: 1\n")
@example("a: 1\na: 2\n")
@example("a:\n- 1\n")
@example("a: 1e5\nb: -0\nc: -0.0\n")
def test_the_quick_way_says_what_the_parser_says(text: str) -> None:
    quick = plain_mapping(text)
    if quick is None:
        return
    parsed = _parsed_yaml(text, []) if text else {}
    assert isinstance(parsed, dict)
    assert list(quick) == list(parsed)
    assert all(same(quick[key], parsed[key]) for key in quick), (quick, parsed)


@given(st.text(alphabet="ab:- #'\"\n\t0.1e\r\\~,[]{}", max_size=24))
def test_it_says_nothing_of_what_only_looks_plain(text: str) -> None:
    quick = plain_mapping(text)
    if quick:
        assert _parsed_yaml(text, []) == quick


@pytest.mark.parametrize(
    "text",
    [
        "lr: 0.01\nname: adam\nseed: 3\nnesterov: false\nnote:\npath: /data/set one\nword: 'yes'\n",
        "a: 1e-05\n",
    ],
)
def test_what_tools_write_needs_no_parser(text: str) -> None:
    assert plain_mapping(text) == _parsed_yaml(text, [])
