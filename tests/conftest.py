"""What every test may use."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.corpus import restoring


@pytest.fixture
def corpus(tmp_path: Path) -> Callable[[str], Path]:
    """corpus("plain/csv-logs-yaml") -> a fresh copy of that project folder, with its times and links."""
    return lambda case: restoring.restore(case, tmp_path)
