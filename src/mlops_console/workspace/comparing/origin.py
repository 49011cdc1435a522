"""Where a report comes from: when it was made, by which command, with which versions."""

import platform
import shlex
import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from mlops_console import __version__, display
from mlops_console.workspace.comparing.model import Asked

_COMPUTING: Final = ("numpy", "scipy", "scikit-learn", "duckdb", "polars")


def _versions() -> tuple[tuple[str, str], ...]:
    found = [("mlops-console", __version__), ("Python", platform.python_version())]
    for name in _COMPUTING:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # It came with another program's files.
            continue
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Origin:
    """How to get the same report again."""

    command: str
    when: int = field(default_factory=lambda: time.time_ns() // 1000)
    """Epoch microseconds."""
    versions: tuple[tuple[str, str], ...] = field(default_factory=_versions)

    def as_json(self) -> dict[str, Any]:
        """Its keys in JSON."""
        return {"command": self.command, "when": display.iso(self.when), "versions": dict(self.versions)}


def command_line(asked: Asked) -> str:
    """The command that asks the same."""
    words = ["mlops-console", "compare", *asked.runs]
    options = [
        ("--by", asked.by), ("--base", asked.base), *(("--metric", metric) for metric in asked.metrics),
        ("--goal", asked.goal), ("--margin", asked.margin),
        ("--at", None if asked.at == "last" else asked.at),
        ("--key", asked.columns.key), ("--label", asked.columns.label), ("--score", asked.columns.score),
    ]  # fmt: skip
    for option, value in options:
        if value is not None:
            text = str(value)
            words += [f"{option}={text}"] if text.startswith("-") else [option, text]
    return shlex.join(words)
