"""What every test may use."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# Helper modules beside the tests (the corpus, the folders that discovery would show) are imported by name.
for _folder in ("corpus", "conformance"):
    sys.path.insert(0, str(Path(__file__).parent / _folder))

import restoring


@pytest.fixture
def corpus(tmp_path: Path) -> Callable[[str], Path]:
    """corpus("plain/csv-logs-yaml") -> a fresh copy of that project folder, with its times and links."""
    return lambda case: restoring.restore(case, tmp_path)
