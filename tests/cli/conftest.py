"""What the tests of commands take for given."""

import pytest


@pytest.fixture(autouse=True)
def quickly(children_at_once: None) -> None:
    """Children are there when they are asked for."""
