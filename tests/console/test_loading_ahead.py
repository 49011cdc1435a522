"""Modules of other views are loaded while nobody does anything."""

import sys
import time
from collections.abc import Callable

import pytest

from mlops_console.console import ahead
from mlops_console.console.ahead import MODULES, Ahead
from mlops_console.console.views import _SCREENS

LIMIT = 60.0


def until(there: Callable[[], bool]) -> None:
    """Wait for it."""
    end = time.monotonic() + LIMIT
    while not there():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.usefixtures("at_once")
def test_they_are_loaded_one_after_another_while_it_is_quiet() -> None:
    loading = Ahead(lambda: False, ("colorsys", "this_is_no_module", "colorsys"))
    loading.tick()
    until(lambda: loading.done)
    assert "colorsys" in sys.modules
    loading.tick()
    assert loading.done


@pytest.mark.usefixtures("at_once")
def test_nothing_is_loaded_while_files_are_read() -> None:
    reading = [True]
    loading = Ahead(lambda: reading[0], ("colorsys",))
    loading.tick()
    assert not loading.done
    reading.clear()
    reading.append(False)
    loading.tick()
    until(lambda: loading.done)


def test_whoever_presses_keys_waits_for_nothing() -> None:
    loading = Ahead(lambda: False, ("colorsys",))
    loading.pressed()
    loading.tick()
    assert not loading.done


@pytest.mark.usefixtures("at_once")
def test_nothing_is_loaded_once_the_console_ends() -> None:
    loading = Ahead(lambda: False, ("colorsys",))
    loading.close()
    loading.tick()
    assert not loading.done


def test_every_view_is_among_them() -> None:
    for make in _SCREENS.values():
        module = type(make()).__module__
        assert module in MODULES or module.endswith("overview.screen"), module


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key holds nothing up."""
    monkeypatch.setattr(ahead, "QUIET_SECONDS", 0.0)
