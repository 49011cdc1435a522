"""What the documents say holds: their links lead somewhere, their examples run."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.readers.recorded_runs import history, read_all

from mlops_console.records import Status

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), target


def test_a_run_written_from_a_shell_as_documented_is_read(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "run-format.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    subprocess.run(["sh", "-euc", example], cwd=tmp_path, check=True)
    (folder,) = (tmp_path / "runs").iterdir()
    chunk = read_all(tmp_path, f"runs/{folder.name}")
    (facts,) = chunk.facts
    assert (facts.name, facts.status, facts.params) == ("shell", Status.FINISHED, {"lr": 0.1})
    assert history(chunk, "loss") == [(0, 0.9), (1, 0.8), (2, 0.7)]
    assert chunk.problems == ()


def test_the_parts_that_the_map_names_are_there() -> None:
    text = (ROOT / "docs" / "CODEBASE.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:ingest|store|readers|console|workspace|tests)/[\w/.]+\.\w+)`", text):
        base = ROOT if path.startswith("tests/") else ROOT / "src" / "mlops_console"
        assert (base / path).exists(), path
