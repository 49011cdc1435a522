"""A workspace in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.workspace.desk_making import three, workspace_at

from mlops_console.workspace import Workspace


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    with workspace_at(tmp_path) as workspace:
        yield workspace


@pytest.fixture
def desk(empty: Workspace) -> Workspace:
    three(empty)
    return empty


@pytest.fixture(autouse=True)
def quickly(children_at_once: None) -> None:
    """Children are there when they are asked for."""
