"""The commands on a small project: what they print, on which stream, with which exit code."""

import csv
import io
import json

import pytest

from mlops_console.cli import run_command


def write_run(folder, name, losses, **params):
    run = folder / "runs" / name
    run.mkdir(parents=True)
    rows = "".join(
        json.dumps({"step": i, "loss": loss, "acc": 1 - loss}) + "\n" for i, loss in enumerate(losses)
    )
    (run / "metrics.jsonl").write_text(rows)
    (run / "config.json").write_text(json.dumps(params))


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "shop"
    write_run(folder, "run-2", [0.9, 0.5], lr=0.1, model="mlp")
    write_run(folder, "run-10", [0.8, 0.2, 0.1], lr=0.01, model="gbdt")
    write_run(folder, "run-3", [0.7, float("nan")], lr=0.5, model="mlp")
    return folder


@pytest.fixture
def command(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)

    def ask(*words, code=0, store="s.duckdb"):
        got = run_command([*map(str, words), "--store", str(tmp_path / "kept" / store)])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    return ask


@pytest.fixture
def scanned(command, project):
    command("scan", project)
    return command


def test_a_scan_tells_what_is_new_changed_and_as_before(command, project):
    assert command("scan", project).out.startswith("3 runs: 3 new, 0 updated, 0 unchanged; ")
    with (project / "runs/run-2/metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "loss": 0.4, "acc": 0.6}\n')
    write_run(project, "run-4", [0.5, 0.4])
    said = command("scan", project)
    assert said.out.startswith("4 runs: 1 new, 1 updated, 2 unchanged; ")
    assert said.err == ""


def test_a_scan_of_nothing(command, tmp_path):
    (tmp_path / "bare").mkdir()
    assert command("scan", tmp_path / "bare").out.startswith("no runs found; ")
    assert command("scan", tmp_path / "nowhere", code=2).err.startswith("mlops-console: there is no folder")


def test_what_can_t_be_read_is_told_and_no_failure(command, project):
    (project / "runs/run-2/metrics.jsonl").write_text(
        '{"step": 0, "loss": 1}\n{"step": \x1b[31m]\n{"step": 2, "loss": 2}\n'
    )
    said = command("scan", project)
    assert "1 problem" in said.out
    assert "runs/run-2/metrics.jsonl" in said.out
    assert "\x1b" not in said.out
    lines = [json.loads(line) for line in command("scan", project, "--json").out.splitlines()]
    assert [line["kind"] for line in lines] == ["problem", "scan"]
    assert (lines[0]["project"], lines[0]["path"]) == ("shop", "runs/run-2/metrics.jsonl")
    (row,) = rows(command, "--where", "has:problem")
    assert [problem["path"] for problem in row["problems"]] == ["runs/run-2/metrics.jsonl"]


def rows(command, *words):
    return [json.loads(line) for line in command("runs", *words, "--json").out.splitlines()]


def names(command, *words):
    return [row["name"] for row in rows(command, *words)]


def test_runs_filtered_sorted_and_cut(scanned):
    assert names(scanned, "--sort", "name") == ["run-2", "run-3", "run-10"]
    assert names(scanned, "--sort", "loss:desc") == ["run-2", "run-10", "run-3"]
    assert names(scanned, "--sort", "model", "--sort", "lr:desc") == ["run-10", "run-3", "run-2"]
    assert names(scanned, "--where", "loss<0.2 lr<1") == ["run-10"]
    assert names(scanned, "--sort", "name", "--limit", "1") == ["run-2"]
    assert names(scanned, "--where", "nothing-like-it") == []


def test_numbers_that_json_does_not_have_are_strings(scanned):
    (row,) = rows(scanned, "--where", "run-3")
    assert row["metrics"]["loss"] == {
        "count": 2, "first": [0, 0.7], "last": [1, "NaN"], "min": 0.7, "max": 0.7, "nan_count": 1,
    }  # fmt: skip


def test_a_wrong_filter_is_pointed_at(scanned):
    said = scanned("runs", "--where", "run los<1", code=2)
    assert said.out == ""
    assert said.err.splitlines()[1:3] == ["  run los<1", "      ^"]
    assert "loss" in said.err.splitlines()[3]
    assert scanned("runs", "--sort", "los", code=2).err.startswith("mlops-console: no run has")


def test_a_table_for_people(scanned):
    said = scanned("runs", "--sort", "name")
    head, *lines = said.out.splitlines()
    assert head.split()[:3] == ["run", "name", "status"]
    assert [line.split()[1] for line in lines] == ["run-2", "run-3", "run-10"]
    at = head.index("loss") + len("loss")
    assert {line[:at].split()[-1] for line in lines} == {".5", "-", ".1"}
    assert "\x1b" not in said.out


def test_nothing_found_is_words_not_data(command, scanned):
    said = scanned("runs", "--where", "status:killed")
    assert (said.out, said.err) == ("", "None of 3 runs is let through by the filter.\n")
    assert "scan FOLDER" in command("runs", store="other").err


def test_a_folder_without_runs_is_not_called_a_filter(scanned, project, monkeypatch):
    monkeypatch.chdir(project)
    (project / "empty").mkdir()
    assert scanned("runs", "empty").err == "None of 3 runs lies below empty.\n"
    assert "there is no folder nowhere" in scanned("runs", "nowhere", code=2).err


def test_csv_has_every_value_in_a_column(scanned):
    table = list(csv.DictReader(io.StringIO(scanned("runs", "--csv", "--sort", "name").out)))
    assert [row["name"] for row in table] == ["run-2", "run-3", "run-10"]
    assert [row["param:lr"] for row in table] == ["0.1", "0.5", "0.01"]
    assert [row["metric:loss"] for row in table] == ["0.5", "NaN", "0.1"]


def test_folders_are_read_when_first_asked_about_and_narrow_after(command, project, tmp_path):
    said = command("runs", project, "--json")
    assert len(said.out.splitlines()) == 3
    assert "scanning" in said.err
    write_run(tmp_path / "other", "x", [1.0, 0.5])
    command("scan", tmp_path / "other")
    assert len(rows(command)) == 4
    assert command("runs", project, "--json").err == ""
    assert names(command, project / "runs" / "run-10") == ["run-10"]
    assert sorted(names(command, project / "runs" / "run-10", tmp_path / "other")) == ["run-10", "x"]
    assert command("runs", tmp_path / "nowhere", code=2).out == ""


def test_runs_whose_folder_is_gone_are_still_told(command, project, tmp_path):
    command("scan", project)
    project.rename(tmp_path / "elsewhere")
    assert len(rows(command, project)) == 3
    assert len(rows(command, tmp_path / "elsewhere")) == 3
    assert len(rows(command)) == 3


def test_a_run_is_shown(scanned):
    said = scanned("show", "runs/run-10")
    assert said.out.startswith("run-10  ")
    for word in ("status", "params", "gbdt", "metrics", "loss", "runs/run-10"):
        assert word in said.out
    shown = json.loads(scanned("show", "run-10", "--json").out)
    (listed,) = rows(scanned, "--where", "name:run-10")
    assert {key: shown[key] for key in listed} == listed
    assert shown["sources"] == [
        {"reader": "plain", "path": "runs/run-10", "files": shown["sources"][0]["files"], "gone": False}
    ]
    assert json.loads(scanned("show", shown["id"][:8], "--json").out)["id"] == shown["id"]


def test_an_unknown_run_is_answered_with_candidates(scanned):
    said = scanned("show", "run", code=2)
    assert said.out == ""
    assert "run-10" in said.err
    assert scanned("metrics", "nope", code=2).err.startswith("mlops-console: there is no run 'nope'")


def test_metrics_as_figures_points_and_series(scanned):
    head, *lines = scanned("metrics", "run-10", "run-3").out.splitlines()
    assert head.split() == ["run", "metric", "points", "first", "last", "min", "max", "step", "nan"]
    assert len(lines) == 4
    points = scanned("metrics", "run-10", "--key", "loss").out.splitlines()
    assert [line.split()[-1] for line in points[1:]] == [".8", ".2", ".1"]
    (series,) = [
        json.loads(line) for line in scanned("metrics", "run-3", "--key", "loss", "--json").out.splitlines()
    ]
    assert (series["key"], series["count"], series["step"], series["value"]) == (
        "loss",
        2,
        [0, 1],
        [0.7, "NaN"],
    )
    table = list(csv.DictReader(io.StringIO(scanned("metrics", "run-3", "run-2", "--csv").out)))
    assert [(row["key"], row["step"], row["value"]) for row in table[:2]] == [
        ("loss", "0", "0.7"),
        ("loss", "1", "NaN"),
    ]
    assert len(table) == 8
    assert "loss" in scanned("metrics", "run-3", "--key", "los", code=2).err


def test_forgotten_runs_leave_and_stay_away_until_that_is_undone(scanned, project):
    said = scanned("forget", "run-2", "run-3", "--yes")
    assert [line.split()[0] for line in said.out.splitlines()] == ["forgot", "forgot"]
    scanned("scan", project)
    assert names(scanned) == ["run-10"]
    assert (project / "runs/run-2/metrics.jsonl").exists()
    forgotten = said.out.splitlines()[0].split()[1]
    scanned("forget", "--undo", forgotten)
    scanned("scan", project)
    assert names(scanned, "--sort", "name") == ["run-2", "run-10"]
    assert "forgotten" in scanned("forget", "--undo", forgotten, code=2).err


def test_doctor_tells_where_things_are(scanned, project, tmp_path):
    found = json.loads(scanned("doctor", "--json").out)
    assert found["store"]["runs"] == 3
    assert found["store"]["role"] == "owner"
    assert found["store"]["projects"][0]["root"] == str(project)
    assert found["places"]["store"] == str(tmp_path / "kept" / "s.duckdb")
    said = scanned("doctor").out
    for word in ("versions", "places", "limits", "verdict", "duckdb"):
        assert word in said


def test_doctor_tells_what_is_wrong_and_goes_on(command, project, tmp_path, monkeypatch):
    command("scan", project)
    (project / "mlops-console.toml").write_text("[watch]\nprune = 3\n")
    (tmp_path / "kept" / "bad.duckdb").mkdir()
    monkeypatch.setenv("TERM", "dumb")
    assert any("prune" in wrong for wrong in json.loads(command("doctor", "--json").out)["wrong"])
    wrong = json.loads(command("doctor", "--json", store="bad.duckdb").out)["wrong"]
    assert any("folder" in sentence for sentence in wrong)
    assert any("TERM=dumb" in sentence for sentence in wrong)


def test_purge_removes_everything_of_ours_and_nothing_else(scanned, project, tmp_path):
    strangers = {"s.duckdb2", "s.duckdb.csv", "s.duckdb.corrupt", "s.duckdb.walnut"}
    ours = {"s.duckdb.wal", "s.duckdb.corrupt-20261123T120000Z-2.wal", "s.duckdb.before-v3"}
    for name in strangers | ours:
        (tmp_path / "kept" / name).touch()
    assert scanned("doctor", "--purge", code=2).out == ""
    assert (tmp_path / "kept" / "s.duckdb").exists()
    scanned("doctor", "--purge", "--yes")
    assert {file.name for file in (tmp_path / "kept").iterdir()} == strangers
    assert (project / "runs").is_dir()
    assert "nothing to remove" in scanned("doctor", "--purge").err


def test_what_is_printed_for_people_is_safe_and_what_is_for_programs_is_as_written(command, tmp_path):
    folder = tmp_path / "odd"
    write_run(folder, "evil", [1.0, 0.5], note="\x1b]52;c;x\x07", **{"k\u202e": "v"})
    command("scan", folder)
    for words in (("runs",), ("show", "evil"), ("metrics", "evil")):
        out = command(*words).out
        assert "\x1b" not in out
        assert "\u202e" not in out
    (row,) = rows(command)
    assert row["params"] == {"note": "\x1b]52;c;x\x07", "k\u202e": "v"}
