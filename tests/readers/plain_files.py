"""Plain files written by hand, and what the reader makes of them."""

from pathlib import Path
from typing import Any

from tests.conformance.reading import Story, claimed, read_on

from mlops_console.readers.contract import Budget
from mlops_console.readers.plain import READER
from mlops_console.records import NO_TIME, Source


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """A project with these files."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode() if isinstance(text, str) else text)
    return root


def runs(root: Path) -> list[str]:
    """The paths of the runs that the reader sees in a project."""
    return sorted(source.path for source in claimed(READER, root))


class OneRun:
    """A project with a single run, read to its end."""

    def __init__(self, root: Path, files: dict[str, str | bytes]) -> None:
        self.root = write(root, files)
        (self.source,) = claimed(READER, self.root)
        self.story = read_on(READER, self.root, self.source)

    @property
    def metrics(self) -> dict[str, list[tuple[int, float]]]:
        """Each metric's (step, value) pairs."""
        return {
            key: list(zip(block[0].astype(int).tolist(), block[2].tolist(), strict=True))
            for (_, key), block in self.story.series().items()
        }

    @property
    def walls(self) -> dict[str, list[int | None]]:
        """Each metric's wall times."""
        return {
            key: [None if wall == NO_TIME else int(wall) for wall in block[1].tolist()]
            for (_, key), block in self.story.series().items()
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What is said of the run."""
        (facts,) = self.story.facts.values()
        return facts

    @property
    def params(self) -> dict[str, Any]:
        """Its params."""
        return self.facts.get("params", {})

    @property
    def summary(self) -> dict[str, Any]:
        """Its final values."""
        return self.facts.get("summary", {})

    @property
    def problems(self) -> list[str]:
        """Sentences."""
        return [f"{problem.path}: {problem.what}" for problem in self.story.problems]

    def append(self, path: str, text: str) -> "OneRun":
        """A file grows; read on."""
        with open(self.root / path, "ab") as file:
            file.write(text.encode())
        return self.read_on()

    def read_on(self) -> "OneRun":
        """Read what is new."""
        read_on(READER, self.root, self.source, self.story)
        return self

    def next_chunk(self, budget: Budget | None = None):
        """The next read's chunk, kept in the story."""
        chunk = READER.read(str(self.root), self.source, self.story.cursor, budget or Budget())
        self.story.apply(chunk)
        return chunk

    def at_once(self) -> Story:
        """The same files read from the start."""
        return read_on(READER, self.root, self.source)


def source_of(root: Path) -> Source:
    """The only source in a project."""
    (source,) = claimed(READER, root)
    return source
