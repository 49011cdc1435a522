"""Real run folders through `scan` and `runs --json`: every fact of their truth."""

import json
from pathlib import Path

import pytest
from tests.corpus import restoring

from mlops_console.cli import run_command

SOURCES = ("plain", "tensorboard")
CASES = [case for source in SOURCES for case in restoring.cases(source)]
KEYS = [
    "id", "project", "path", "source", "native_id", "name", "group", "parent", "parent_native_id", "status",
    "status_reason", "started", "ended", "params", "tags", "metrics", "summary", "artifacts", "models",
    "datasets", "environment", "problems",
]  # fmt: skip


@pytest.fixture
def answer(tmp_path, capsys):
    def ask(*words):
        code = run_command(["--store", str(tmp_path / "kept" / "s.duckdb"), *map(str, words)])
        said = capsys.readouterr()
        assert code == 0, said.err
        return [json.loads(line) for line in said.out.splitlines()]

    return ask


@pytest.mark.parametrize("case", CASES)
def test_runs_of_the_corpus_are_told_truly(case, corpus, answer):
    folder = corpus(case)
    (*problems, scan) = answer("scan", folder, "--json")
    truth = restoring.truth(case)["runs"]
    rows = answer("runs", "--json")
    assert (scan["kind"], scan["new"], len(rows)) == ("scan", len(truth), len(truth))
    assert problems == [p for p in problems if p["kind"] == "problem"]
    for row in rows:
        assert list(row)[: len(KEYS)] == KEYS
    wrong = [line for run in truth for line in told_wrongly(run, rows)]
    assert wrong == []
    (*_, again) = answer("scan", folder, "--json")
    assert (again["new"], again["updated"], again["unchanged"]) == (0, 0, len(truth))
    assert again["files_opened"] == 0


def told_wrongly(run, rows):
    """A line for each fact of a true run that its row has otherwise."""
    same = [
        row
        for row in rows
        if (row["native_id"], Path(row["path"])) == (str(run["native_id"]), Path(run["path"]))
    ]
    same = same or [row for row in rows if Path(row["path"]) == Path(run["path"])]
    if len(same) != 1:
        yield f"{run['path']}: {len(same)} rows"
        return
    (row,) = same
    for name in ("name", "group"):
        if run.get(name):
            yield from unlike(name, row[name], run[name])
    for key, value in (run.get("params") or {}).items():
        yield from unlike(f"param {key}", row["params"].get(key), value)
    for key, metric in (run.get("metrics") or {}).items():
        found = row["metrics"].get(key) or {}
        for figure in ("count", "min", "max", "nan_count", "first", "last"):
            if metric.get(figure) is not None:
                yield from unlike(f"{key}.{figure}", found.get(figure), metric[figure])
    for key, value in (run.get("final_metrics") or {}).items():
        yield from unlike(
            f"summary {key}", row["summary"].get(key, row["metrics"].get(key, {}).get("last")), value
        )


def unlike(what, got, wanted):
    if isinstance(wanted, list) and len(wanted) == 2 and isinstance(got, list):
        for found, true in zip(got, wanted, strict=True):
            if true is not None:
                yield from unlike(what, found, true)
        return
    if isinstance(wanted, int | float) and isinstance(got, int | float):
        if got != pytest.approx(wanted, rel=1e-6, abs=1e-9):
            yield f"{what} is {got!r}, not {wanted!r}"
    elif str(got) != str(wanted):
        yield f"{what} is {got!r}, not {wanted!r}"
