"""Which of a run's files may hold predictions, by their names alone."""

import posixpath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlops_console.workspace.details import RunDetail

SUFFIXES: Final = (".csv", ".tsv", ".parquet", ".pq")
_FILES: Final = 40
"""So many tables of a run are looked at."""


def tables_of(run: "RunDetail") -> list[str]:
    """The tables among a run's files, relative to the project."""
    base = run.path
    files = {path for source in run.sources for path in source.files}
    if base in files:
        base = posixpath.dirname(base) or "."
    paths = (posixpath.normpath(posixpath.join(base, artifact.path)) for artifact in run.artifacts)
    return [path for path in paths if path.lower().endswith(SUFFIXES) and not path.startswith(("../", "/"))][
        :_FILES
    ]
