"""Versions in a project, and the commands that decide about them."""

import json
from pathlib import Path
from typing import Any

from tests.scenarios.stage import put

from mlops_console.cli import run_command


class Stage:
    """Commands on one store, in a project with registered versions."""

    def __init__(self, folder: Path, capsys: Any) -> None:
        self.project = folder / "shop"
        self._store = folder / "kept" / "s.duckdb"
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *words: object, code: int = 0) -> str:
        """What a command prints; it ends as it should."""
        got = run_command([*map(str, words), "--store", str(self._store)])
        self.out, self.err = self._capsys.readouterr()
        assert got == code, self.out + self.err
        assert "should not have" not in self.err
        return self.out

    def json(self, *words: object, code: int = 0) -> dict[str, Any]:
        """The one object that it prints."""
        found: dict[str, Any] = json.loads(self.run(*words, "--json", code=code))
        return found

    def versions(self, *scores: float, gates: str = "") -> "Stage":
        """Register external versions with these scores: there are no files to wait for."""
        put(self.project, "runs/a/metrics.csv")
        put(self.project, "mlops-console.toml", f"[models.churn.gates.champion]\n{gates}\n")
        self.run("scan", self.project)
        for score in scores:
            self.run("register", "churn", "--metric", f"auc={score}", "--again")
        return self

    def moves(self) -> list[dict[str, Any]]:
        """The moves of the aliases, the newest first."""
        lines = self.run("models", "churn", "--timeline", "--json").splitlines()
        return [json.loads(line) for line in lines]
