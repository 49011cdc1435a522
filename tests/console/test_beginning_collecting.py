"""The collector: still until there is something to show, and never over what the start made."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mlops_console.console.beginning import Settling


class Repeated:
    """What is done again and again, by hand."""

    def __init__(self) -> None:
        self.do: Callable[[], None] | None = None
        self.stopped = False

    def every(self, seconds: float, do: Callable[[], None]) -> Any:
        self.do = do
        return self

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_it_collects_from_then_on_and_not_what_was_made_before():
    gc.disable()
    before = gc.get_freeze_count()
    Settling(lambda: False).begin(Repeated().every)
    assert gc.isenabled()
    assert gc.get_freeze_count() > before


def test_what_is_made_while_files_are_read_stays_too():
    reads, repeated = [True], Repeated()
    Settling(lambda: reads[0]).begin(repeated.every)
    made = [[number] for number in range(2_000)]
    before = gc.get_freeze_count()
    repeated.do()
    assert gc.get_freeze_count() >= before + len(made)
    assert not repeated.stopped
    reads[0] = False
    repeated.do()
    assert repeated.stopped
