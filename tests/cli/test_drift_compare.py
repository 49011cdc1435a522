"""`drift compare` through its door: real files in, verdicts, JSON, documents and exit codes out."""

import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.drift.json_schema import mistakes

from mlops_console.cli import run_command
from mlops_console.drift.baseline.form import packed
from mlops_console.drift.baseline.making import make
from mlops_console.drift.baseline.model import Columns
from mlops_console.drift.performance.outcomes import outcomes_of
from mlops_console.drift.performance.referring import reference_of
from mlops_console.drift.tables.opening import open_table

DATA = Path(__file__).parent.parent / "drift" / "data"
DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "drift-json.schema.json").read_text())
ROWS = 2_000


def rows(seed: int, n: int = ROWS) -> pl.DataFrame:
    """One hour of a shop: nothing in it moves."""
    chance = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "amount": chance.lognormal(3.0, 0.7, n),
            "items": chance.poisson(3, n),
            "country": chance.choice(["at", "de", "ch"], n, p=[0.5, 0.3, 0.2]),
            "member": chance.random(n) < 0.3,
        }
    )


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows(1).write_parquet("ref.parquet")
    rows(2).write_parquet("cur.parquet")
    return tmp_path


@pytest.fixture
def ask(capsys, shop):
    def asked(*words: str, code: int = 0):
        got = run_command(["drift", "compare", *words])
        said = capsys.readouterr()
        assert got == code, said.out + said.err
        return said

    return asked


def told(said):
    [line] = said.out.splitlines()
    return json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def put(name: str, **columns) -> str:
    """The quiet window with other columns."""
    frame = rows(2)
    frame.with_columns(**columns).write_parquet(name)
    return name


class TestJson:
    def test_a_quiet_window_is_quiet(self, ask):
        found = told(ask("ref.parquet", "cur.parquet", "--json"))
        assert found["verdict"] == "STABLE"
        assert {one["verdict"] for one in found["features"].values()} == {"STABLE"}
        assert not found["dataset"]["drifted"]
        assert found["to_do"] == []

    def test_the_same_twice_to_the_byte_and_as_the_schema_says(self, ask):
        reference, current = (
            str(DATA / "car-loan" / name) for name in ("reference.parquet", "current-05.parquet")
        )
        words = (reference, current, "--label", "repaid", "--score", "y_proba", "--json")
        first, second = ask(*words).out, ask(*words).out
        assert first == second
        found = json.loads(first)
        assert mistakes(found, SCHEMA) == []
        assert found["features"]["car_value"]["verdict"] == "DRIFT"
        assert found["features"]["salary_range"]["verdict"] == "WATCH"
        assert found["dataset"]["domain_classifier_auc"] > 0.8
        assert found["model"]["performance"]
        assert next(iter(found["features"])) == "car_value"

    @pytest.mark.parametrize("name", ["breast-cancer-aa", "seattle-weather"])
    def test_real_windows_are_as_the_schema_says(self, ask, name):
        folder = DATA / name
        current = min(folder.glob("current-*.parquet"))
        assert mistakes(told(ask(str(folder / "reference.parquet"), str(current), "--json")), SCHEMA) == []

    def test_kinds_are_overridden_and_columns_left_out(self, ask):
        words = ("--categorical", "items", "--ignore", "member,country")
        found = told(ask("ref.parquet", "cur.parquet", "--json", "--fast", *words))
        assert {name: one["kind"] for name, one in found["features"].items()} == {
            "amount": "numeric", "items": "categorical",
        }  # fmt: skip
        assert found["features"]["items"]["chi2"] is not None
        assert found["dataset"]["domain_classifier_auc"] is None

    def test_thresholds_change_the_verdict_and_no_figure(self, ask):
        moved = put("moved.parquet", amount=pl.col("amount") * 1.15)
        usual = told(ask("ref.parquet", moved, "--json", "--fast"))["features"]["amount"]
        strict = told(ask("ref.parquet", moved, "--json", "--fast", "--drift", ".02"))["features"]["amount"]
        assert usual["verdict"] != strict["verdict"] == "DRIFT"
        assert usual["ks"] == strict["ks"]

    def test_every_form_of_data_gives_the_same_figures(self, ask):
        def features(reference, current):
            found = told(ask(reference, current, "--json", "--fast"))["features"]
            return {name: {k: v for k, v in one.items() if k != "because"} for name, one in found.items()}

        rows(1).write_csv("ref.csv")
        rows(2).write_ndjson("cur.jsonl")
        rows(2).write_ipc("cur.arrow", compression="uncompressed")
        usual = features("ref.parquet", "cur.parquet")
        assert features("ref.csv", "cur.arrow") == usual
        assert features("ref.parquet", "cur.jsonl") == usual


class TestBadInput:
    """What is wrong with one column costs the others nothing, to the last digit."""

    @pytest.fixture
    def others(self, ask):
        def found(current: str, column: str, *, exactly: bool = True):
            usual = told(ask("ref.parquet", "cur.parquet", "--json", "--fast"))["features"]
            now = told(ask("ref.parquet", current, "--json", "--fast"))
            assert mistakes(now, SCHEMA) == []
            for name, one in usual.items():
                if name != column:
                    # q is over all tests of the window: those of this column are others now.
                    over_all = set() if exactly else {"q", "because", "checks", "visible"}
                    assert {k: v for k, v in one.items() if k not in over_all} == {
                        k: v for k, v in now["features"][name].items() if k not in over_all
                    }
            return now["features"].get(column)

        return found

    @pytest.mark.parametrize("value", [1e308, -1e308, float("inf"), float("nan")])
    def test_one_extreme_row_changes_no_verdict(self, others, value):
        amounts = rows(2)["amount"].to_numpy().copy()
        amounts[7] = value
        one = others(put("odd.parquet", amount=pl.Series(amounts)), "amount")
        assert one["verdict"] == "STABLE"

    @pytest.mark.parametrize(
        ("column", "check"),
        [
            (pl.lit(5.0), "constant"),
            (pl.lit(None, pl.Float64), "missing"),
            (pl.lit(None), "missing"),
            (pl.col("country"), "type"),
            (pl.lit([1, 2]), "type"),
            (pl.lit(b"x"), "type"),
            (pl.datetime(2024, 1, 1), "type"),
        ],
    )
    def test_a_column_that_is_something_else_now_is_drift(self, others, column, check):
        one = others(put("odd.parquet", amount=column), "amount", exactly=False)
        assert one["verdict"] == "DRIFT"
        assert one["checks"][0]["name"] == check
        assert one["because"].endswith(".")

    def test_levels_that_are_all_different_are_drift(self, others):
        one = others(put("odd.parquet", country=pl.int_range(ROWS).cast(pl.String)), "country", exactly=False)
        assert one["verdict"] == "DRIFT"

    def test_numbers_as_text_are_compared_as_numbers(self, others):
        one = others(put("odd.parquet", amount=pl.col("amount").cast(pl.String)), "amount")
        assert one["checks"][0]["name"] == "type"
        assert one["ks"] < 0.1

    def test_whole_numbers_for_decimal_ones_are_no_drift(self, ask):
        rows(1).with_columns(pl.col("items").cast(pl.Float64)).write_parquet("decimal.parquet")
        found = told(ask("decimal.parquet", "cur.parquet", "--json", "--fast"))
        assert found["features"]["items"]["verdict"] == "STABLE"

    def test_a_renamed_column_is_drift_and_its_new_name_guessed(self, ask):
        rows(2).rename({"amount": "amout"}).write_parquet("odd.parquet")
        found = told(ask("ref.parquet", "odd.parquet", "--json"))
        assert found["features"]["amount"]["verdict"] == "DRIFT"
        assert found["features"]["amount"]["type_cur"] is None
        assert found["features"]["amout"]["verdict"] == "NOT JUDGED"
        assert any('Did "amount" become "amout"?' in one for one in found["problems"])
        assert mistakes(found, SCHEMA) == []

    def test_an_extra_column_is_told_and_harms_nothing(self, others, ask):
        current = put("odd.parquet", voucher=pl.lit(3))
        assert others(current, "voucher")["verdict"] == "NOT JUDGED"
        assert 'no column "voucher"' in ask("ref.parquet", current, "--fast").out

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("empty.parquet", None),
            ("cut.parquet", lambda whole: whole[: len(whole) // 2]),
            ("footer.parquet", lambda whole: whole[:-8] + b"\xff\xff\xff\x7fPAR1"),
            ("nothing.parquet", lambda whole: b""),
            ("noise.parquet", lambda whole: b"PAR1" + bytes(range(256)) * 4 + b"PAR1"),
        ],
    )
    def test_a_file_that_can_t_be_judged_is_a_sentence(self, ask, shop, name, content):
        if content is None:
            rows(2).head(0).write_parquet(name)
        else:
            Path(name).write_bytes(content((shop / "cur.parquet").read_bytes()))
        said = ask("ref.parquet", name, "--json", code=2)
        assert said.out == ""
        assert name in said.err
        assert "went wrong" not in said.err

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("ref.parquet", "gone.parquet"), "gone.parquet"),
            (("ref.parquet", "cur.parquet", "--ignore", "amout"), "did you mean amount"),
            (("ref.parquet", "cur.parquet", "--label", "truth"), "--label: there is no column"),
            (("ref.parquet", "cur.parquet", "--labels", "cur.parquet"), "--key"),
            (("ref.parquet", "cur.parquet", "--drift", "2"), "between 0 and 1"),
            (("ref.parquet", "cur.parquet", "--watch", ".3"), "above --drift"),
            (("ref.parquet", "cur.parquet", "--html", "gone/a.html"), "no folder"),
            (("churn@champion", "cur.parquet"), "churn"),
            (("ref.parquet",), "CUR"),
        ],
    )
    def test_a_mistake_is_a_sentence(self, ask, words, said):
        assert said in ask(*words, "--fast", code=2).err

    def test_thousands_of_columns_of_few_rows(self, ask):
        chance = np.random.default_rng(3)
        for name in ("wide.parquet", "wider.parquet"):
            names = [f"f{at}" for at in range(1_500)]
            pl.DataFrame(chance.normal(size=(60, 1_500)), schema=names).write_parquet(name)
        found = told(ask("wide.parquet", "wider.parquet", "--json", "--fast"))
        assert found["verdict"] == "TOO FEW ROWS"
        assert len(found["features"]) == 1_500


class TestExitCodes:
    def test_0_where_nothing_says_drift(self, ask):
        ask("ref.parquet", "cur.parquet", "--check")

    def test_1_where_something_does(self, ask):
        current = put("odd.parquet", amount=pl.col("amount") * 3)
        ask("ref.parquet", current, "--check", "--fast", code=1)
        ask("ref.parquet", current, "--check", "--json", "--fast", code=1)
        ask("ref.parquet", current, "--fast")

    def test_2_where_there_are_too_few_rows(self, ask):
        rows(2, 5).write_parquet("few.parquet")
        ask("ref.parquet", "few.parquet", "--check", code=2)

    def test_1_where_the_model_does_worse_and_nothing_moved(self, ask):
        for seed, name, skill in ((1, "good.parquet", 0.95), (2, "bad.parquet", 0.6)):
            chance = np.random.default_rng(seed)
            truth = chance.random(ROWS) < 0.5
            said = np.where(chance.random(ROWS) < skill, truth, ~truth)
            score = np.where(said, 0.8, 0.2) + chance.normal(0, 0.05, ROWS)
            rows(seed).with_columns(late=pl.Series(truth), p=pl.Series(score)).write_parquet(name)
        said = ask("good.parquet", "bad.parquet", "--label", "late", "--score", "p", "--check", code=1)
        assert "HARMFUL" in said.out


class TestWords:
    def test_the_verdict_comes_first_and_why(self, ask):
        current = put("odd.parquet", amount=pl.col("amount") * 2, country=pl.lit("fr"))
        said = ask("ref.parquet", current).out
        assert said.startswith("DRIFT  2 of 4 features drifted: ")
        assert re.search(r"DRIFT +amount +\d+% █+.* ▲ median ", said)
        assert re.search(r"STABLE +2 features: ", said)
        assert "A classifier tells current rows from reference rows" in said
        assert "map them, or train" in said
        assert max(map(len, said.splitlines())) <= 110

    def test_all_lists_every_feature_with_its_reason(self, ask):
        said = ask("ref.parquet", "cur.parquet", "--all", "--fast").out
        assert len(re.findall(r"^  STABLE ", said, re.MULTILINE)) == 4
        assert said.count("may be chance") >= 3

    def test_names_and_levels_from_data_are_made_safe(self, ask):
        for name, level in (("ref.parquet", "a"), ("cur.parquet", "\x1b[31mred\u202e")):
            pl.DataFrame({"\x1b[2J": [level] * 500, "b": list(range(500))}).write_parquet(name)
        for words in ((), ("--all",), ("--markdown", "-")):
            said = ask("ref.parquet", "cur.parquet", "--fast", *words).out
            assert "\x1b" not in said
            assert "\u202e" not in said

    def test_a_page_and_markdown_say_the_same(self, ask):
        current = put("odd.parquet", amount=pl.col("amount") * 2)
        ask("ref.parquet", current, "--html", "a.html", "--markdown", "a.md", "--fast")
        page, text = Path("a.html").read_text(), Path("a.md").read_text()
        for one in (page, text):
            assert "1 of 4 features drifted" in one
            assert "amount" in one
        assert "<svg" in page
        assert "<script" not in page
        assert "is there already" in ask("ref.parquet", current, "--html", "a.html", code=2).err
        ask("ref.parquet", current, "--html", "a.html", "--force", "--fast")

    def test_the_worst_check_explains_and_the_others_stand_below(self, ask):
        chance = np.random.default_rng(9)
        lost = pl.when(pl.Series(chance.random(ROWS) < 0.2)).then(None).otherwise(pl.col("amount") * 3)
        said = ask("ref.parquet", put("odd.parquet", amount=lost), "--fast").out
        why, quality = said.partition("Data quality")[::2]
        assert re.search(r"Why\n  amount  \d+% of rows moved", why)
        assert re.search(r"DRIFT  amount: \d+% of rows have no value, before 0%\.", quality)
        assert "Find out why amount has fewer values than before." in said


class TestABaseline:
    @pytest.fixture
    def pinned(self, shop):
        frame = rows(1).with_columns(late=pl.col("amount") > 25, p=(pl.col("amount") / 100).clip(0, 1))
        frame.write_parquet("labelled.parquet")
        outcomes = outcomes_of(open_table("labelled.parquet"), label="late", score="p")
        means = Columns(label="late", score="p")
        made = make(open_table("labelled.parquet"), performance=reference_of(outcomes), means=means)
        Path("ref.baseline").write_bytes(packed(made))
        return frame

    def test_it_stands_for_the_data_and_knows_the_model_s_columns(self, ask, pinned):
        current = rows(2).with_columns(p=(pl.col("amount") / 100).clip(0, 1))
        current.with_columns(late=pl.col("amount") > 25).write_parquet("now.parquet")
        found = told(ask("ref.baseline", "now.parquet", "--json"))
        assert mistakes(found, SCHEMA) == []
        assert found["reference"]["sha256"]
        assert found["reference"]["rows"] == ROWS
        assert found["verdict"] == "STABLE"
        assert found["model"]["verdict"] == "STABLE"
        assert found["features"]["late"]["kind"] == "boolean"

    @pytest.mark.parametrize("content", [b"", b"PAR1", b"\x00" * 5_000])
    def test_what_is_none_is_a_sentence(self, ask, content):
        Path("odd.baseline").write_bytes(content)
        assert "odd.baseline" in ask("odd.baseline", "cur.parquet", code=2).err


class TestTheModel:
    def test_labels_that_came_later_are_joined_by_key(self, ask):
        chance = np.random.default_rng(5)
        for seed, name in ((1, "before.parquet"), (2, "now.parquet")):
            frame = rows(seed).with_columns(
                id=pl.Series([f"{name}{at}" for at in range(ROWS)]), p=pl.Series(chance.random(ROWS))
            )
            truth = pl.Series("late", chance.random(ROWS) < frame["p"].to_numpy())
            if name == "now.parquet":
                frame.select("id", truth).sample(fraction=1.0, shuffle=True, seed=1).write_csv("labels.csv")
            else:
                frame = frame.with_columns(truth)
            frame.write_parquet(name)
        words = ("before.parquet", "now.parquet", "--label", "late", "--score", "p", "--key", "id")
        found = told(ask(*words, "--labels", "labels.csv", "--json"))
        assert found["model"]["verdict"] == "STABLE"
        assert found["model"]["performance"][0]["labelled"] == 1.0
        assert found["features"]["id"]["verdict"] == "NOT JUDGED"
        assert "p" in found["features"]
        assert "p" not in {one["name"] for one in found["dataset"]["domain_classifier_features"]}

    def test_labels_that_have_not_come_are_no_drift(self, ask):
        for seed, name in ((1, "before.parquet"), (2, "now.parquet")):
            chance = np.random.default_rng(seed)
            truth = pl.Series(chance.random(ROWS) < 0.4) if seed == 1 else pl.lit(None, pl.Boolean)
            rows(seed).with_columns(late=truth, p=pl.Series(chance.random(ROWS))).write_parquet(name)
        found = told(ask("before.parquet", "now.parquet", "--label", "late", "--score", "p", "--json"))
        assert found["features"]["late"]["verdict"] == "NOT JUDGED"
        assert found["verdict"] == "STABLE"
