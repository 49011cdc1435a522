"""What is asked of the analysis child, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Job:
    """A named function (`analysis.jobs`), and what it is given."""

    name: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What came out."""

    value: Any


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no answer; `why` is a sentence."""

    why: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nobody waited for it any more."""


Answer: TypeAlias = Done | Lost | Skipped
