"""Parallel coordinates as a reader of the screen or of a document sees them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlops_console.charts import plain
from mlops_console.charts.parallel import (
    BRIGHT,
    BrightLine,
    ParallelAxis,
    ParallelOptions,
    by_rank,
    layout,
    parallel,
)

LR = ParallelAxis("lr", np.array([1e-4, 1e-3, 1e-2, np.nan]), None, log=True)
KIND = ParallelAxis("opt", np.array([0.0, 1.0, 2.0, 1.0]), ("adam", "sgd", "lion"))
AUC = ParallelAxis("auc", np.array([0.8, 0.9, 0.85, 0.7]), None, ink="accent")
AXES = (LR, KIND, AUC)
BEST = [BrightLine(1, "A", "run one", "series0"), BrightLine(2, "B", "run two", "series1")]
SVG = "{http://www.w3.org/2000/svg}"


def text(chart):
    return [plain(row) for row in chart.rows]


def inks(chart):
    return {ink for row in chart.rows for _, ink in row}


def test_runs_stand_where_their_values_are():
    plan = layout(AXES, 5)
    assert plan.heights[:3, 0].tolist() == [0, 0.5, 1]
    assert np.isnan(plan.heights[3, 0])
    assert plan.heights[:, 1].tolist() == [1, 0.5, 0, 0.5]
    assert plan.heights[1, 2] == 1
    assert plan.missing


def test_names_and_ends_are_at_their_axes():
    chart = parallel(AXES, BEST, 60, 14)
    page = text(chart)
    assert len(page) == 14
    assert page[0].split() == ["lr", "opt", "auc"]
    assert page[1].split() == [".01", ".9"]
    assert page[-1].split() == ["1.0e-4", ".7"]
    assert [level for level in ("adam", "sgd", "lion") if any(level in row for row in page)] == [
        "adam", "sgd", "lion",
    ]  # fmt: skip
    assert "A" in "".join(page)
    assert {"series0", "series1", "rest", "muted", "accent"} <= inks(chart)
    assert [(entry.letter, entry.value) for entry in chart.legend] == [("A", 0.9), ("B", 0.85)]


def test_a_run_in_focus_leaves_the_others_dim_and_says_its_values():
    chart = parallel(AXES, BEST, 60, 14, ParallelOptions(focus=1))
    assert text(chart)[-1].split() == [".001", "sgd", ".9"]
    assert "series0" in inks(chart)
    assert "series1.dim" in inks(chart)
    assert "series1" not in inks(chart)
    assert text(parallel(AXES, BEST, 60, 14, ParallelOptions(focus=3)))[-1].split()[0] == "-"


def test_at_most_twelve_lines_are_bright():
    values = np.random.default_rng(0).normal(size=100)
    best = by_rank(values, more_is_better=True)
    assert len(best) == BRIGHT
    assert [line.run for line in best[:3]] == np.argsort(-values)[:3].tolist()
    assert [line.ink for line in best[:2]] == ["series0", "series1"]
    many = [BrightLine(run, "", "", "ok") for run in range(50)]
    assert (
        len(parallel((AUC._replace(values=values), AUC._replace(values=values)), many, 60, 12).legend) == 12
    )


def test_of_too_many_axes_the_last_stays():
    axes = [LR._replace(name=f"p{k}") for k in range(30)] + [AUC]
    plan = layout(axes, 4)
    assert [axis.name for axis in plan.axes] == ["p0", "p1", "p2", "auc"]
    assert plan.left_out == 27
    assert text(parallel(axes, BEST, 60, 12))[0].split()[-1] == "auc"


def test_the_bright_line_covers_the_dim_ones():
    axes = [AUC._replace(values=np.array([1.0, 1.0, 0.0]))] * 2
    chart = parallel(axes, [BrightLine(0, "", "", "series0")], 40, 10, ParallelOptions("ascii"))
    top = chart.rows[2]
    assert "*" in "".join(words for words, ink in top if ink == "series0")
    assert "".join(text(chart)).isascii()


def test_wide_and_hostile_names_keep_the_width():
    axes = [ParallelAxis("学习率\x1b[31m", KIND.values, ("一二三", "e\u0301", "\u202ex")), AUC, AUC]
    chart = parallel(axes, BEST, 50, 12)
    page = "".join(text(chart))
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "学" not in page
    assert all(len(row) <= 50 for row in text(chart))


anything = st.floats(allow_nan=True, allow_infinity=True)
columns = hnp.arrays(np.float64, st.shared(st.integers(0, 9), key="runs"), elements=anything)
any_axes = st.lists(
    st.builds(
        ParallelAxis,
        st.text(max_size=9),
        columns,
        st.none() | st.just(("a", "b")) | st.just(()),
        st.booleans(),
    ),
    max_size=6,
)


@settings(max_examples=80)
@given(any_axes, st.integers(1, 70), st.integers(1, 16), st.none() | st.integers(-1, 9),
       st.sampled_from(["braille", "quadrant", "block", "ascii"]))  # fmt: skip
def test_no_runs_are_too_odd(axes, width, height, focus, glyphs):
    lines = [BrightLine(run, "ABC"[run], "x", "series0") for run in range(3)]
    chart = parallel(axes, lines, width, height, ParallelOptions(glyphs, focus))
    assert len(chart.rows) == height
    assert all(len(row) <= max(9, width) for row in text(chart))
