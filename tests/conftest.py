"""What every test may use."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.children_ready import Mothers
from tests.corpus import restoring

# How long inputs take to make says how busy the machine is, not whether the code is right. The same inputs
# each time: what fails has failed by a change. `HYPOTHESIS_PROFILE=exploring` looks for others.
_calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", derandomize=True, **_calm)
settings.register_profile("exploring", **_calm)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# A shell that puts the tests into the background has them ignore ^C, and all that they start inherits it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def corpus(tmp_path: Path) -> Callable[[str], Path]:
    """corpus("plain/csv-logs-yaml") -> a fresh copy of that project folder, with its times and links."""
    return lambda case: restoring.restore(case, tmp_path)


def pytest_collection_finish() -> None:
    """What the whole run keeps is looked through for garbage once, not again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def mothers() -> Iterator[Mothers]:
    """Whence children come quickly."""
    mothers = Mothers()
    yield mothers
    mothers.close()


@pytest.fixture
def children_at_once(mothers: Mothers, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what is done with children, not of how they are started."""
    for user in ("child_process", "answering"):
        monkeypatch.setattr(f"mlops_console.ingest.{user}.spawn", mothers.spawn)


@pytest.fixture
def calm() -> Iterator[None]:
    """For tests that measure: what other tests left in memory is not looked through meanwhile."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
