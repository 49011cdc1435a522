"""How much a reference moves by itself, and since when something moves."""

import numpy as np
import pytest

from mlops_console.drift.judging.floors import CAP, effect_of, floors, own_moves, pieces, together
from mlops_console.drift.judging.judge import judge
from mlops_console.drift.judging.onset import onset
from mlops_console.drift.model import Feature, Measured, Raw, Rules
from mlops_console.drift.pair import Pair
from mlops_console.drift.sample import NumericSample, level_sample, numeric_sample

RNG = np.random.default_rng(12)


def chunks(moves: list[float], rows: int = 2_000) -> list[NumericSample]:
    return [numeric_sample(RNG.standard_normal(rows) + move) for move in moves]


def test_a_steady_reference_has_no_floor() -> None:
    assert floors([{"x": one} for one in chunks([0.0] * 8)]) == {}


def test_a_reference_with_seasons_has_one_and_it_is_capped() -> None:
    mild = floors([{"x": one} for one in chunks([0.0, 0.3, 0.0, -0.3, 0.0, 0.3, 0.0, -0.3])])
    assert 0.1 < mild["x"] < CAP
    assert floors([{"x": one} for one in chunks([0, 3, 6, 9, 12.0])]) == {"x": CAP}
    assert floors([{"x": one} for one in chunks([0, 3, 6])]) == {}


def test_a_chunk_is_not_held_against_a_reference_that_has_it() -> None:
    sides = chunks([0.0, 0.0, 0.0, 1.0])
    apart = own_moves(sides)[-1]
    everything = together(sides)
    assert everything is not None
    with_itself = effect_of(Pair(everything, sides[-1]))
    assert with_itself is not None
    # Half a standard deviation away from each other: KS of 1 sd is .38.
    assert apart == pytest.approx(0.38, abs=0.03)
    assert with_itself < 0.8 * apart


def test_levels_have_floors_too_and_a_column_that_comes_and_goes_has_none() -> None:
    made = []
    for share in (0.5, 0.7, 0.5, 0.7, 0.5):
        a = round(1_000 * share)
        made.append({"c": level_sample(["a", "b"], [a, 1_000 - a], 1_010, 10)})
    made[0]["once"] = level_sample(["a"], [10], 10, 0)
    assert floors(made) == {"c": pytest.approx(0.15, abs=0.03)}


def test_chunks_are_as_large_as_a_window() -> None:
    assert pieces(10_000, 2_500) == ((0, 2_500), (2_500, 2_500), (5_000, 2_500), (7_500, 2_500))
    assert pieces(10_000, 5_000) == ()
    assert pieces(10_000, 0) == ()
    many = pieces(1_000_000, 100)
    assert len(many) == 50
    assert many[-1] == (999_900, 100)


def window(**effects: float | None) -> tuple[Feature, ...]:
    """None: too few rows."""
    made = []
    for name, effect in effects.items():
        p = None if effect is None else 1e-9 if effect else 1.0
        checks = (Raw("distribution", effect, p, 0.03),)
        made.append(Measured(name, "numeric", 50_000, 5_000, 0.0, 0.0, checks=checks))
    return judge(made, Rules())


def test_onset_tells_which_feature_moved_first() -> None:
    both = [(0.0, 0.0), (0.07, 0.0), (0.2, 0.0), (0.2, 0.3), (0.2, 0.4)]
    windows = [window(a=a, b=b) for a, b in both]
    first, second = onset(windows)
    assert (first.feature, first.since, first.drifts_since, first.windows) == ("a", 1, 2, 3)
    assert (second.feature, second.since, second.drifts_since, second.confirmed) == ("b", 3, 3, True)
    assert onset(windows[:4])[1].confirmed is False
    assert [one.feature for one in onset(windows, features=["b"])] == ["b"]
    assert onset([]) == ()
    assert onset([window(a=0.3), window(a=0.0)]) == ()


def test_a_spell_survives_one_quiet_window_and_ends_after_two() -> None:
    assert onset([window(a=it) for it in (0.2, 0.0, 0.2)])[0].since == 0
    assert onset([window(a=it) for it in (0.2, 0.0, 0.0, 0.2)])[0].since == 3
    # What could tell nothing is no quiet window.
    assert onset([window(a=it) for it in (0.2, None, None, 0.0, 0.2)])[0].since == 0
