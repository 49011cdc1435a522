"""Every figure of `drift compare` against what numpy and scipy say of the same data, on five sets."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlops_console.cli import run_command

DATA = Path(__file__).parent / "data"
MEASURES = (
    "ks", "wasserstein", "wasserstein_norm_sd", "psi", "js_distance_base2", "js_distance_nats", "hellinger",
    "total_variation", "l_infinity", "chi2", "chi2_dof", "min_expected", "cramers_v", "levels",
    "cliffs_delta_cur_minus_ref", "mean_ref", "mean_cur", "sd_ref", "sd_cur", "median_ref", "median_cur",
    "decile_edges", "rel_shift_outside_ref_range", "missing_ref", "missing_cur", "n_ref", "n_cur",
)  # fmt: skip
CHANCES = ("ks_p", "ks_p_asymp", "chi2_p", "mannwhitney_p")
SETS = {
    "bikeshare": 8, "breast-cancer-aa": 1, "car-loan": 10, "nyc-flights": 10, "seattle-weather": 3,
}  # fmt: skip
WINDOWS = [
    (name, path.stem.removeprefix("current-"))
    for name in SETS
    for path in sorted((DATA / name).glob("current-*.parquet"))
]
DRIFTED = {"car_value", "repaid_loan_on_prev_car", "loan_length"}


def answers(name: str, window: str) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((DATA / name / "expected.json").read_text())
    found: dict[str, Any] = known["scipy_direct"]["windows"][window]
    return found


@pytest.fixture
def compared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    def ask(name: str, window: str, *words: str) -> dict[str, Any]:
        files = [DATA / name / "reference.parquet", DATA / name / f"current-{window}.parquet"]
        store = ["--store", str(tmp_path / "store.duckdb")]
        assert run_command(["drift", "compare", *map(str, files), "--json", *words, *store]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return ask


def judged_columns(name: str) -> tuple[str, ...]:
    """The features that the set's reference answers correct for one another."""
    return ("--only", ",".join(json.loads((DATA / name / "meta.json").read_text())["features"]))


def test_all_windows_are_here() -> None:
    assert {name: sum(one == name for one, _ in WINDOWS) for name in SETS} == SETS


@pytest.mark.parametrize(("name", "window"), WINDOWS)
def test_every_statistic_is_what_scipy_says(compared: Any, name: str, window: str) -> None:
    features, held = compared(name, window, "--no-classifier")["features"], 0
    for feature, wanted in answers(name, window)["features"].items():
        flat = {**wanted, **wanted.get("decile", {})}
        got = features[feature]
        assert got["kind"] == wanted["kind"]
        for key in MEASURES:
            if key in flat:
                np.testing.assert_allclose(got[key], flat[key], 1e-9, 1e-12, err_msg=f"{feature}.{key}")
                held += 1
        for key in CHANCES:
            if key in flat:
                np.testing.assert_allclose(got[key], flat[key], 1e-6, 1e-300, err_msg=f"{feature}.{key}")
        for key in ("new_levels", "gone_levels"):
            assert got.get(key) == flat.get(key), feature
    assert held > 60


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("bikeshare", "2011-12"), ("breast-cancer-aa", "aa"), ("car-loan", "02"), ("car-loan", "07"),
        ("nyc-flights", "2013-12"), ("seattle-weather", "2014"),
    ],
)  # fmt: skip
def test_the_classifier_tells_rows_apart_as_another_one_does(compared: Any, name: str, window: str) -> None:
    dataset = compared(name, window, *judged_columns(name))["dataset"]
    wanted = answers(name, window)["domain_classifier"]
    assert dataset["domain_classifier_auc"] == pytest.approx(wanted["auc"], abs=0.03)
    assert dataset["domain_classifier_drifted"] == (wanted["auc"] >= 0.60)
    assert dataset["domain_classifier_rows"] == wanted["n_per_side"]


@pytest.mark.parametrize("window", ["00", "01", "02", "03", "04"])
def test_where_nothing_was_changed_nothing_is_said(compared: Any, window: str) -> None:
    """The first five windows of car-loan are drawn as its reference was: its README."""
    report = compared("car-loan", window, *judged_columns("car-loan"))
    assert report["verdict"] == "STABLE"
    assert {one["verdict"] for one in report["features"].values()} <= {"STABLE", "NEGLIGIBLE", "NOT JUDGED"}
    assert report["dataset"]["drifted"] is False


@pytest.mark.parametrize("window", ["05", "06", "07", "08", "09"])
def test_what_was_changed_is_said(compared: Any, window: str) -> None:
    report = compared("car-loan", window, "--no-classifier", *judged_columns("car-loan"))
    said = {name: one["verdict"] for name, one in report["features"].items()}
    assert {name for name, verdict in said.items() if verdict == "DRIFT"} == DRIFTED
    assert said["salary_range"] == "WATCH"
    assert {said[name] for name in ("debt_to_income_ratio", "size_of_downpayment", "driver_tenure")} <= {
        "STABLE", "NEGLIGIBLE",
    }  # fmt: skip
    assert report["verdict"] == "DRIFT"


def test_two_halves_of_one_set_say_nothing(compared: Any) -> None:
    """30 correlated columns, of which three fall below p = .05 by chance (expected.json)."""
    report = compared("breast-cancer-aa", "aa", *judged_columns("breast-cancer-aa"))
    assert {one["verdict"] for one in report["features"].values()} <= {"STABLE", "TOO FEW ROWS"}
    assert min(one["q"] for one in report["features"].values()) > 0.05
    assert report["dataset"]["drifted"] is False


def test_what_is_significant_is_so_after_the_correction_of_benjamini_and_hochberg(compared: Any) -> None:
    """By `scipy.stats.false_discovery_control`, over all tests that the columns could have had."""
    from scipy.stats import false_discovery_control

    report = compared("seattle-weather", "2015", "--no-classifier")
    checks = [check for one in report["features"].values() for check in one["checks"]]
    tested = [check for check in checks if check["p"] is not None]
    family = 4 * 5 + 1 * 4  # five tests of a numeric column, four of a categorical one
    p = [check["p"] for check in tested]
    corrected = false_discovery_control(p + [1.0] * (family - len(p)))[: len(p)]
    significant = [check["q"] <= 0.05 for check in tested]
    assert significant == list(corrected <= 0.05)
    assert 2 < sum(significant) < len(significant)
    assert [check["q"] for check in tested if check["q"] <= 0.05] == pytest.approx(
        list(corrected[corrected <= 0.05]), rel=1e-9
    )


@pytest.mark.parametrize("window", ["2011-06", "2011-11"])
def test_the_same_question_has_the_same_answer_to_the_byte(
    window: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(DATA / "bikeshare" / f"{one}.parquet") for one in ("reference", f"current-{window}")]
    said = []
    for _ in range(2):
        assert (
            run_command(["drift", "compare", *files, "--json", "--label", "bikers", "--prediction", "y_pred"])
            == 0
        )
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert "NaN" not in said[0]
    assert "Infinity" not in said[0]
