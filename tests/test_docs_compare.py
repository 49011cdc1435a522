"""What `docs/compare.md` shows is what the product says."""

import re
import shlex
from pathlib import Path

import pytest

from mlops_console.cli import run_command

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")
ERRORS = (ROOT / "docs" / "comparison-errors.md").read_text(encoding="utf-8")


def examples() -> list[tuple[str, list[str]]]:
    """Commands of the page, each with the lines that it shows."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE, flags=re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line != "…":
                found[-1][1].append(line)
    return [one for one in found if one[1]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("example") / "store.duckdb"


def test_the_example_says_what_the_page_shows(store, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sample_projects").symlink_to(ROOT / "sample_projects")
    commands = examples()
    assert len(commands) > 8
    for command, lines in commands:
        code = run_command([*shlex.split(command)[1:], "--store", str(store)])
        said = iter([line.rstrip() for line in capsys.readouterr().out.splitlines()])
        wanted = re.fullmatch(r"\[exit (\d)\]", lines[-1])
        for line in lines[:-1] if wanted else lines:
            assert any(one.startswith(line.rstrip()) for one in said), (command, line)
        assert code == (int(wanted[1]) if wanted else 0), command
    assert (tmp_path / "report.html").stat().st_size > 10_000
    assert (tmp_path / "report.md").read_text().startswith("# Comparison\n")


def test_the_rates_of_the_page_are_those_of_the_tables():
    """What was copied by hand may not part from what was printed."""
    for row in (
        "normal | 3 | yes | 2.7% | 2.2% | 95.2%",
        "normal | 5 | yes | 2.5% | 2.6% | 94.8%",
        "normal | 5 | no | 2.6% | 2.5% | 94.8%",
        "lognormal | 10 | yes | 1.5% | 1.5% | 97.0%",
    ):
        kind, runs, pairs, *rates = row.split(" | ")
        assert row in ERRORS
        paired = "paired" if pairs == "yes" else "unpaired"
        assert f"| {runs} seeds each, {kind} values, {paired} | {' | '.join(rates)} |" in PAGE
    for row in (
        "two modes | 3 | 6.0% |", "two modes | 5 | 0.7% |", "normal | 3 | 1.9% |", "normal | 5 | 2.4% |",
        "normal | 10 | 2.5% |", "exponential | 5 | 88.1%", "exponential | 10 | 89.8%",
        "lognormal | 5 | 82.2%", "lognormal | 10 | 83.5%", "lognormal | 30 | 92.2%",
        "two modes | 2 | no | 0.0% | 0.0% | 87.6%", "lognormal | 1 and 5 | 0.0% | 0.0% | 90.7%",
        "| 5 | yes | 13% | 38% | 69% | 91% | 100% |",
    ):  # fmt: skip
        assert row in ERRORS, row
