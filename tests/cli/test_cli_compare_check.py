"""What `compare` answers to programs: every key of `comparisons`, and the exit code of `--check`."""

import json
import random
import shlex

import pytest

from mlops_console.cli import run_command

KEYS = {
    "metric": str, "a": str, "b": str, "difference": float, "ci": list, "p": float, "p_holm": float,
    "effect_size": float, "n_a": int, "n_b": int, "test": str, "verdict": str, "because": str,
}  # fmt: skip
VERDICTS = {"better", "worse", "equivalent", "not shown to differ"}
MEANS = {"linear": 0.8, "forest": 0.85, "boosted": 0.9, "twin": 0.8001, "wild": 0.8}


def write_run(folder, name, metrics, **params):
    run = folder / "runs" / name
    run.mkdir(parents=True)
    (run / "metrics.jsonl").write_text("".join(json.dumps({"step": at, **metrics}) + "\n" for at in range(2)))
    (run / "config.json").write_text(json.dumps(params))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Five models of five seeds each, lonely runs, and runs with metrics of their own."""
    home = tmp_path_factory.mktemp("check")
    draw = random.Random(5)
    for model, mean in MEANS.items():
        spread = 0.1 if model == "wild" else 0.002
        for seed in range(5):
            auc = mean + seed / 1000 + draw.gauss(0, spread)
            write_run(
                home / "shop", f"{model}-{seed}", {"auc": auc, "widgets": 10 * auc}, model=model, seed=seed
            )
    write_run(home / "shop", "lonely", {"auc": 0.95}, model="lonely", seed=0)
    write_run(home / "shop", "diverged", {"auc": float("nan")}, model="diverged", seed=0)
    write_run(home / "shop", "stranger", {"bleu": 0.4}, model="stranger", seed=0)
    truth = [draw.random() < 0.4 for _ in range(600)]
    for name, skill in (("weak", 0.2), ("strong", 3.0)):
        write_run(home / "shop", name, {"auc": 0.5}, model=name, seed=0)
        rows = [f"{at},{int(label)},{skill * label + draw.gauss(0, 1)}" for at, label in enumerate(truth)]
        (home / "shop" / "runs" / name / "predictions.csv").write_text(
            "id,label,score\n" + "\n".join(rows) + "\n"
        )
    assert run_command(["scan", str(home / "shop"), "--store", str(home / "kept" / "s.duckdb")]) == 0
    return home / "kept" / "s.duckdb"


@pytest.fixture
def ask(kept, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)

    def asked(*words):
        code = run_command(["compare", *map(str, words), "--store", str(kept)])
        return code, capsys.readouterr()

    return asked


def models(*names):
    where = " or ".join(f"model:{name}" for name in names)
    return ("--where", where, "--by", "model", "--base", names[0], "--metric", "auc")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (models("linear", "forest"), 0),
        (models("linear", "forest", "boosted"), 0),
        (models("forest", "linear", "boosted"), 1),  # one is better, one is worse
        (models("linear", "forest", "twin"), 1),  # one is better, one not shown to differ
        (models("linear", "wild"), 1),
        (models("linear", "forest", "lonely"), 2),  # of one nothing can be said
        (models("linear", "diverged"), 2),
        ((*models("linear", "twin"), "--margin", "0.1"), 1),  # equivalent is not better
        ((*models("linear", "forest"), "--margin", "0.001"), 0),
        ((*models("linear", "forest")[:-1], "widgets"), 2),  # nobody said which way is better
        ((*models("linear", "forest")[:-1], "widgets", "--goal", "max"), 0),
        ((*models("linear", "forest")[:-1], "widgets", "--goal", "min"), 1),
        ((*models("linear", "forest")[:-1], "widgets", "--margin", "9"), 1),  # equivalent, whichever way
        ((*models("linear", "forest"), "--metric", "widgets"), 2),  # all that is judged must be told
        (("linear-0", "forest-0"), 2),  # one run each
        (("linear-0", "forest-0", "--metric", "auc", "--margin", "5"), 2),
        (("linear-0", "stranger"), 2),  # no metric in common
        (("linear-0", "stranger", "--metric", "auc"), 2),
        (("weak", "strong", "--metric", "auc"), 0),  # by their predictions
        (("strong", "weak", "--metric", "auc"), 1),
        (("linear-0",), 2),
        ((), 2),
        (("linear-0", "no-such-run"), 2),
        (("linear-0", "forest-0", "--base", "boosted-0"), 2),
        (("linear-0", "forest-0", "--metric", "nothing"), 2),
        (("--where", "model:linear", "--by", "model"), 2),  # one group only
    ],
)
def test_exit_codes(ask, words, code):
    got, said = ask(*words, "--check")
    assert got == code, said.out + said.err
    assert "Traceback" not in said.err
    assert said.out or said.err


@pytest.mark.parametrize("words", [("linear-0", "stranger"), ("linear-0", "stranger", "--metric", "auc")])
def test_a_check_that_can_not_judge_says_so(ask, words):
    _, said = ask(*words, "--check")
    assert "can't" in said.out or "no metric" in said.out or "No run" in said.out, said.out


def test_without_a_check_the_exit_code_says_only_that_it_was_done(ask):
    for words in (("linear-0", "forest-0"), models("forest", "linear"), ("linear-0", "stranger")):
        assert ask(*words)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        models("linear", "forest", "boosted", "wild"),
        (*models("linear", "twin"), "--margin", "0.1"),
        models("linear", "forest", "lonely", "diverged"),
        (*models("linear", "forest")[:-1], "widgets"),
        ("linear-0", "forest-0", "stranger", "--metric", "auc"),
        ("weak", "strong", "--metric", "auc"),
    ],
)
def test_every_comparison_has_every_key(ask, words):
    code, said = ask(*words, "--json")
    assert code == 0
    assert said.out.count("\n") == 1
    found = json.loads(said.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    keys = {subject["key"] for subject in found["subjects"]}
    assert found["comparisons"]
    for one in found["comparisons"]:
        for key, kind in KEYS.items():
            assert one[key] is None or isinstance(one[key], kind), key
        assert all(one[key] is not None for key in ("metric", "a", "b", "n_a", "n_b", "test", "verdict"))
        assert one["verdict"] in VERDICTS
        assert one["a"] == found["base"]
        assert one["b"] in keys - {found["base"]}
        assert one["because"].endswith(".")
        assert one["because"][0].isupper() or one["because"].startswith(one["metric"])
        if one["ci"] is not None:
            low, high = one["ci"]
            assert low <= one["difference"] <= high
        if one["p"] is not None:
            assert 0 <= one["p"] <= one["p_holm"] <= 1
        if one["test"] == "none":
            assert one["p"] is None
    assert {"params", "metrics"} <= set(found)
    assert found["origin"]["command"].startswith("mlops-console compare ")


def test_the_difference_is_of_b_less_a_whatever_the_base(ask):
    there, back = (
        json.loads(ask(*models(*names), "--json")[1].out)
        for names in (("linear", "forest"), ("forest", "linear"))
    )
    (one,), (other,) = there["comparisons"], back["comparisons"]
    assert (one["a"], one["b"]) == ("linear", "forest") == (other["b"], other["a"])
    assert one["difference"] == pytest.approx(one["mean_b"] - one["mean_a"])
    assert one["difference"] == pytest.approx(-other["difference"])
    assert one["ci"] == pytest.approx([-end for end in reversed(other["ci"])])
    assert (one["verdict"], other["verdict"]) == ("better", "worse")
    assert one["p"] == pytest.approx(other["p"])


def test_the_command_in_the_json_asks_the_same(ask):
    first = json.loads(ask(*models("linear", "twin"), "--margin", "0.1", "--at", "best", "--json")[1].out)
    command = shlex.split(first["origin"]["command"])
    again = json.loads(ask(*command[2:], "--json")[1].out)
    assert again["comparisons"] == first["comparisons"]
    assert again["sentence"] == first["sentence"]
