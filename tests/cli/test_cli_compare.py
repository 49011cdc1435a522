"""`compare`: what it prints, in which form, and how it answers a pipeline."""

import csv
import io
import json
import random

import pytest

from mlops_console.cli import run_command


def write_run(folder, name, values, **params):
    run = folder / "runs" / name
    run.mkdir(parents=True)
    lines = [json.dumps({"step": step, "auc": value, "loss": 1 - value}) for step, value in enumerate(values)]
    (run / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    (run / "config.json").write_text(json.dumps(params))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Two models with five seeds each, and odd runs beside them."""
    home = tmp_path_factory.mktemp("compare")
    draw = random.Random(3)
    for model, mean in (("linear", 0.8), ("forest", 0.85)):
        for seed in range(5):
            end = mean + seed / 100 + draw.gauss(0, 0.002)
            write_run(home / "shop", f"{model}-{seed}", [0.5, 0.7, end], model=model, seed=seed, kind="net")
    write_run(home / "shop", "evil", [0.9], model="\x1b[31mred|<b>", seed=0, kind="odd")
    assert run_command(["scan", str(home / "shop"), "--store", str(home / "kept" / "s.duckdb")]) == 0
    return home / "kept" / "s.duckdb"


@pytest.fixture
def compare(kept, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)

    def ask(*words, code=0):
        got = run_command(["compare", *map(str, words), "--store", str(kept)])
        said = capsys.readouterr()
        assert got == code, said.err + said.out
        return said

    return ask


GROUPS = ("--where", "kind:net", "--by", "model", "--metric", "auc")


def test_json_is_one_object_with_what_was_judged(compare):
    said = json.loads(compare(*GROUPS, "--base", "linear", "--json").out)
    (one,) = said["comparisons"]
    assert (one["metric"], one["a"], one["b"]) == ("auc", "linear", "forest")
    assert one["difference"] == pytest.approx(0.05, abs=0.005)
    assert one["ci"][0] < one["difference"] < one["ci"][1]
    assert one["p"] <= one["p_holm"] < 0.05
    assert (one["n_a"], one["n_b"], one["pairs"], one["verdict"]) == (5, 5, 5, "better")
    assert one["because"]
    assert one["test"]
    assert one["effect_size"] > 0
    assert said["params"]["model"] == {"linear": "linear", "forest": "forest"}
    assert said["params"]["seed"] == {key: {"several": [0, 1, 2, 3, 4]} for key in ("linear", "forest")}
    assert said["metrics"]["auc"]["goal"] == "max"
    assert len(said["metrics"]["auc"]["subjects"]["forest"]["values"]) == 5
    assert [row["key"] for row in said["differences"]] == ["model"]
    assert [subject["letter"] for subject in said["subjects"]] in (["", "A"], ["A", ""])
    assert said["paired_by"] == ["seed"]
    assert len(said["runs"]) == 10


def test_runs_are_named_by_their_ids(compare):
    said = json.loads(compare("linear-0", "forest-0", "--base", "forest-0", "--json").out)
    ids = {run["name"]: run["id"] for run in said["runs"]}
    (one,) = said["comparisons"]
    assert (one["a"], one["b"]) == (ids["forest-0"], ids["linear-0"])
    assert (one["test"], one["p"], one["ci"], one["verdict"]) == ("none", None, None, "not shown to differ")
    assert said["base"] == ids["forest-0"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((*GROUPS, "--base", "linear"), 0),
        ((*GROUPS, "--base", "forest"), 1),
        ((*GROUPS, "--base", "linear", "--goal", "min"), 1),
        ((*GROUPS, "--base", "linear", "--margin", "0.5"), 1),
        (("linear-0", "forest-0"), 2),
        (("linear-0", "nonsense"), 2),
    ],
)
def test_a_pipeline_may_ask(compare, words, code):
    compare(*words, "--check", code=code)


def test_a_check_says_why_as_well(compare):
    assert "forest beats linear on auc." in compare(*GROUPS, "--base", "linear", "--check").out


def test_people_read_the_answer_first(compare):
    said = compare(*GROUPS, "--base", "linear")
    lines = said.out.splitlines()
    assert lines[0] == "forest beats linear on auc."
    assert "Differences  1 of 3 params" in lines
    assert any(line.split()[:2] == ["model", "linear"] for line in lines)
    assert any("better" in line and "5/5 runs" in line for line in lines)
    assert said.err == ""


def test_hostile_names_are_shown_not_obeyed(compare):
    for form in ((), ("--markdown", "-")):
        text = compare("linear-0", "evil", *form).out
        assert "\x1b" not in text
        assert "\N{SYMBOL FOR ESCAPE}" in text
    assert "\\|\\<b\\>" in compare("linear-0", "evil", "--markdown", "-").out
    assert json.loads(compare("linear-0", "evil", "--json").out)["params"]["model"]


def test_markdown_and_csv(compare):
    text = compare(*GROUPS, "--base", "linear", "--markdown", "-").out
    assert "| A forest | auc |" in text
    rows = list(csv.DictReader(io.StringIO(compare(*GROUPS, "--base", "linear", "--csv").out)))
    (judged,) = [row for row in rows if row["verdict"]]
    assert (judged["metric"], judged["subject"], judged["unit"], judged["verdict"]) == (
        "auc",
        "forest",
        "runs",
        "better",
    )
    assert {row["metric"] for row in rows} == {"auc", "loss"}


def test_reports_are_written_beside_what_is_printed(compare, tmp_path):
    page, text = tmp_path / "report.html", tmp_path / "report.md"
    said = compare(*GROUPS, "--base", "linear", "--html", page, "--markdown", text, "--json")
    assert json.loads(said.out)["sentence"] == "forest beats linear on auc."
    assert said.err.splitlines() == [f"wrote {page}", f"wrote {text}"]
    assert "forest beats linear on auc." in page.read_text()
    assert "<svg" in page.read_text()
    assert text.read_text() == compare(*GROUPS, "--base", "linear", "--markdown", "-").out.replace(
        *_times(compare(*GROUPS, "--base", "linear", "--markdown", "-").out, text.read_text())
    )
    again = compare(*GROUPS, "--html", page, code=2)
    assert f"{page} is there already" in again.err
    assert again.out == ""
    compare(*GROUPS, "--base", "forest", "--html", page, "--force")
    assert "linear is worse than forest on auc." in page.read_text()


def _times(*texts):
    """When each was made."""
    return [next(line for line in text.splitlines() if line.startswith("On 20")) for text in texts]


def test_a_check_writes_its_report_whatever_the_verdict(compare, tmp_path):
    compare(*GROUPS, "--base", "forest", "--check", "--html", tmp_path / "a.html", code=1)
    assert (tmp_path / "a.html").exists()


def test_single_runs_are_told_of_their_other_seeds(compare):
    hint = "8 further runs with other seeds are known: grouped by config they are compared as well."
    assert hint in compare("linear-0", "forest-0").out
    said = compare("linear-0", "forest-0", "--by", "config", "--metric", "auc").out
    assert said.startswith("model=forest beats model=linear on auc.")
    assert hint not in said


def test_values_elsewhere_than_at_the_end(compare):
    for at, value in (("last", None), ("best", None), ("1", 0.7), ("area", None)):
        said = json.loads(compare("linear-0", "forest-0", "--at", at, "--json", "--metric", "auc").out)
        values = [one["value"] for one in said["metrics"]["auc"]["subjects"].values()]
        assert all(found is not None for found in values)
        if value is not None:
            assert values == [value, value]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "no runs are named"),
        (("linear-0",), "two runs or more are needed to compare"),
        (("linear-0", "forest-0", "--metric", "auk"), "none of these runs has a metric 'auk'"),
        (
            ("--where", "kind:net", "--by", "nothing"),
            "none of these runs has a param, tag or field 'nothing'",
        ),
        (("--where", "kind:none"), "no run answers the filter"),
        ((*GROUPS, "--base", "tree"), "the base 'tree' is none of what is compared"),
        (("linear-0", "forest-0", "--margin", "-1"), "'-1' is no number above 0"),
        (("linear-0", "forest-0", "--json", "--markdown", "-"), "can't be told apart"),
        (("linear-0", "forest-0", "--html", "same", "--markdown", "same"), "to one file"),
        (("linear-0", "forest-0", "--html", "/nowhere/at/all.html"), "there is no folder /nowhere/at"),
        (("linear-0", "forest-0", "--at", "noon"), "'noon' is none of last, best, area or a step"),
    ],
)
def test_what_can_not_be_done_is_a_sentence(compare, words, sentence):
    said = compare(*words, code=2)
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
