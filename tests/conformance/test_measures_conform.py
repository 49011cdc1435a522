"""What every measure must hold, whatever it looks at: ours, and those of installed plug-ins.

For one that is not installed yet, with an entry point of the group `mlops_console.measures` in a folder:

    PYTHONPATH=my_package pytest tests/conformance/test_measures_conform.py
"""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_console.drift.measures.contract import Measure, Score
from mlops_console.drift.measures.registry import BUILT_IN, measures, statistics_of
from mlops_console.drift.pair import Pair
from mlops_console.drift.sample import LevelSample, NumericSample, level_sample, numeric_sample

NAMES = tuple(measures())
numbers = st.lists(
    st.floats() | st.sampled_from([0.0, -0.0, 1.0, 1e308, -1e308, 5e-324, math.nan, math.inf]), max_size=30
)
levels = st.dictionaries(st.text(max_size=3), st.integers(1, 10**6), max_size=8)
PLUG_IN = """
from mlops_console.drift.measures.contract import Score

class MeanApart:
    name = "mean_apart"
    accepts = frozenset({"numeric"})
    def score(self, pair):
        extra = {"mean_apart_twice": float("inf"), "said": "x"}
        return Score(float("nan"), None, pair.n_ref, pair.n_cur, extra)

class Fails(MeanApart):
    name = "fails"
    def score(self, pair):
        raise KeyError("nothing")
"""


def of_numbers(values: list[float], missing: int = 0) -> NumericSample:
    return numeric_sample(np.array(values, np.float64), missing)


def of_levels(counts: dict[str, int], missing: int = 0) -> LevelSample:
    return level_sample(counts, counts.values(), sum(counts.values()) + missing, missing)


def holds(pair: Pair, name: str) -> Score | None:
    measure = measures()[name]
    if pair.form not in measure.accepts:
        return None
    score = measure.score(pair)
    if score is not None:
        assert score.value is None or math.isfinite(score.value)
        assert score.p_value is None or 0 <= score.p_value <= 1
        assert (score.n_ref, score.n_cur) == (pair.n_ref, pair.n_cur)
        json.dumps(dict(score.extra), allow_nan=False)
    return score


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(numbers, numbers, st.integers(0, 3))
def test_any_numbers_are_measured(name: str, one: list[float], other: list[float], missing: int) -> None:
    pair = Pair(of_numbers(one, missing), of_numbers(other))
    again = Pair(of_numbers(one[::-1], missing), of_numbers(sorted(other, key=repr)))
    assert holds(pair, name) == holds(again, name)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(levels, levels, st.integers(0, 3))
def test_any_levels_are_measured(name: str, one: dict[str, int], other: dict[str, int], missing: int) -> None:
    pair = Pair(of_levels(one, missing), of_levels(other))
    again = Pair(of_levels(dict(reversed(one.items())), missing), of_levels(other))
    assert holds(pair, name) == holds(again, name)


@pytest.mark.parametrize("name", BUILT_IN)
def test_what_is_the_same_is_not_apart(name: str) -> None:
    same = of_numbers(np.random.default_rng(0).normal(size=999).tolist())
    kinds = of_levels({"a": 40, "b": 50, "c": 1})
    for pair in (Pair(same, same), Pair(kinds, kinds)):
        score = holds(pair, name)
        if score is None or score.value is None or name == "mannwhitney":
            continue
        assert score.value == pytest.approx(0, abs=1e-12)
        assert score.p_value is None or score.p_value > 0.999


@pytest.mark.parametrize("name", sorted(set(BUILT_IN) - {"figures", "levels"}))
def test_it_grows_with_the_shift(name: str) -> None:
    values = np.random.default_rng(1).normal(size=2000)
    found = [
        holds(pair, name)
        for shift in (0.0, 0.1, 0.4, 1.0)
        for pair in (
            Pair(of_numbers(values.tolist()), of_numbers((values + shift).tolist())),
            Pair(of_levels({"a": 500, "b": 500}), of_levels({"a": 500 + int(300 * shift), "b": 500})),
        )
    ]
    sizes = [one.value for one in found if one is not None and one.value is not None]
    step = 2 if len(sizes) == 8 else 1
    for start in range(step):
        assert sizes[start::step] == sorted(set(sizes[start::step])), name


@pytest.mark.parametrize("form", ["numeric", "levels"])
def test_an_empty_side_defines_nothing(form: str) -> None:
    if form == "numeric":
        pairs = [Pair(of_numbers([]), of_numbers([1.0])), Pair(of_numbers([1.0]), of_numbers([math.nan]))]
    else:
        pairs = [Pair(of_levels({}, 3), of_levels({"a": 1})), Pair(of_levels({"a": 1}), of_levels({}))]
    for pair in pairs:
        left = set(statistics_of(pair))
        assert left <= {"levels", "new_levels", "gone_levels", "new_levels_total", "gone_levels_total"}


def test_a_constant_is_measured() -> None:
    found = statistics_of(Pair(of_numbers([3.0] * 50), of_numbers([3.0] * 20)))
    assert (found["ks"], found["ks_p"], found["wasserstein"], found["mannwhitney_p"]) == (0.0, 1.0, 0.0, 1.0)
    assert "wasserstein_norm_sd" not in found
    moved = statistics_of(Pair(of_numbers([3.0] * 50), of_numbers([4.0] * 20)))
    assert (moved["ks"], moved["wasserstein"], moved["cliffs_delta"]) == (1.0, 1.0, 1.0)


def test_those_of_other_packages_are_measured_too_and_a_broken_one_costs_a_warning(tmp_path: Path) -> None:
    (tmp_path / "brought.py").write_text(PLUG_IN)
    about = tmp_path / "brought-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[mlops_console.measures]\nmean_apart = brought:MeanApart\nfails = brought:Fails\n"
        "missing = brought:Nothing\nks = brought:Fails\n"
    )
    code = (
        "import json, sys, warnings; import numpy as np\n"
        "from mlops_console.drift.measures.registry import measures, statistics_of\n"
        "from mlops_console.drift.pair import Pair; from mlops_console.drift.sample import numeric_sample\n"
        "assert 'mean_apart' in measures() and 'brought' not in sys.modules\n"
        "pair = Pair(numeric_sample(np.arange(9.0)), numeric_sample(np.arange(8.0)))\n"
        "with warnings.catch_warnings(record=True) as said:\n"
        "    warnings.simplefilter('always'); found = statistics_of(pair); statistics_of(pair)\n"
        "print(json.dumps([found, [str(one.message) for one in said]], allow_nan=False))"
    )
    source = str(Path(__file__).parents[2] / "src")
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=100,
        env={"PYTHONPATH": f"{source}:{tmp_path}", "PATH": ""},
    )  # fmt: skip
    found, said = json.loads(ran.stdout)
    assert found["ks"] == pytest.approx(1 / 9)
    assert "mean_apart" not in found
    assert (found["mean_apart_twice"], found["said"]) == (None, "x")
    failed, absent = sorted(said)
    assert failed == "The measure plug-in fails failed: KeyError: 'nothing'. It is left out."
    assert absent.startswith("The measure plug-in missing (brought:Nothing) can't be used: AttributeError: ")


def test_each_says_what_it_is() -> None:
    for name, measure in measures().items():
        known: Measure = measure
        assert known.name == name
        assert known.accepts <= {"numeric", "levels"}
