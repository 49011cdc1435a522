"""Lines of keys, against `tomllib` for what there is and against counting for where it stands."""

import contextlib
import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.wishes.locating import DEEPEST, TooDeepError, dotted, locate

KEYS = st.lists(
    st.one_of(
        st.sampled_from(["a", "b", "gates", "1", "-"]),
        st.sampled_from(['"a.b"', "'c d'", '"\\u0061"', '""', '"]"', "'#'", '"="']),
    ),
    min_size=1,
    max_size=3,
).map(" . ".join)
SCALARS = st.sampled_from(
    [
        "1", "-0.5e3", "true", "2024-01-01T10:00:00Z", '"x"', "'['", '"# \\" ]"', '"""\na = 1\n"""',
        "'''\n[x]\n'''", '""" "" \\"""" """""', "''''quoted''''", "0x1F", "[]", "{}", '"""a\\\n  b"""',
    ]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.tuples(st.lists(inner, max_size=3), st.sampled_from(["", " ", "\n", " # ]\n\n"])).map(
            lambda parts: "[" + parts[1] + ("," + parts[1]).join(parts[0]) + parts[1] + "]"
        ),
        st.lists(st.tuples(KEYS, inner), max_size=2).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    KEYS.map(lambda key: f"[{key}]"),
    KEYS.map(lambda key: f"[[ {key} ]]"),
    st.sampled_from(["", "# a = 1", "  \t"]),
)


def paths(value, path=()):
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from paths(below, (*path, key))


def parsed(text):
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


@given(st.lists(STATEMENTS, max_size=8))
def test_whatever_tomllib_finds_has_a_line_of_its_own(statements):
    kept = []
    for statement in statements:  # without those that contradict the ones before
        if parsed("\n".join([*kept, statement])) is not None:
            kept.append(statement)
    text = "\n".join(kept)
    found = locate(text)
    first = {}
    for number in range(1, len(kept) + 1):
        for path in paths(parsed("\n".join(kept[:number]))):
            first.setdefault(path, number - 1)
    starts = [sum(part.count("\n") + 1 for part in kept[:place]) + 1 for place in range(len(kept) + 1)]
    for path, statement in first.items():
        line = found.line(path)
        assert line is not None
        # A table of tables is told by its header, which may be a later statement's; nothing is told earlier.
        assert starts[statement] <= line, (path, text)
        assert line < starts[-1]


@given(st.text(alphabet="ab=[]{}.,\"'#\\ \n\t1", max_size=200))
def test_text_that_is_no_toml_comes_to_an_end(text):
    locate(text)


def test_lines_are_those_a_person_counts():
    text = """\
# first
owners = "note"

[models.churn]
purpose = '''
[models.decoy]
'''
gates.champion = { require = ["a > 1",
   "b > 1"], approvals = 1 }

[[models.churn.list]]
x = 1
[[models.churn.list]]
x.y = 2
[models.churn.list.below]
z = 3
"""
    assert parsed(text) is not None
    found = locate(text)
    churn = ("models", "churn")
    expected = {
        ("owners",): 2, churn: 4, (*churn, "purpose"): 5, (*churn, "gates", "champion"): 8,
        (*churn, "gates", "champion", "require", 1): 9, (*churn, "gates", "champion", "approvals"): 9,
        (*churn, "list", 0, "x"): 12, (*churn, "list", 1): 13, (*churn, "list", 1, "x", "y"): 14,
        (*churn, "list", 1, "below", "z"): 16,
    }  # fmt: skip
    assert {path: found.line(path) for path in expected} == expected
    assert found.line((*churn, "nothing", "here")) == 4
    assert found.line(("elsewhere",)) is None


@pytest.mark.parametrize(
    "text",
    ["a" + ".a" * DEEPEST + " = 1", "[" + "a." * DEEPEST + "a]", "a = " + "[" * 100, "a = " + "{a=" * 100],
)
def test_what_nobody_means_is_refused_with_its_line(text):
    with pytest.raises(TooDeepError) as refused:
        locate("\n\n" + text)
    assert refused.value.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "a." * 500_000,
        "[" * 60 + "[]," * 300_000,
        '"' * 1_000_000,
        "'''" + "''x" * 300_000,
        '"""' + '\\"' * 500_000,
    ],
)
def test_a_large_file_takes_as_long_as_it_is(text):
    start = time.process_time()
    with contextlib.suppress(TooDeepError):
        locate(text)
    assert time.process_time() - start < 20


def test_a_path_is_written_as_in_the_file():
    assert dotted(("models", "a b", "gates", "champion", "require", 1)) == (
        'models."a b".gates.champion.require[1]'
    )
