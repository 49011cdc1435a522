"""A store in a folder of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops_console.settings import Places, places
from mlops_console.store import Store, open_store

sys.path.insert(0, str(Path(__file__).parent))

from store_making import PROJECT


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return places(str(tmp_path / "kept" / "store.duckdb"))


@pytest.fixture
def store(where: Places) -> Iterator[Store]:
    opened = open_store(where)
    opened.put_project(PROJECT)
    yield opened
    opened.close()
