"""Which words the file knows, and which one was most likely meant by another."""

import sys
from collections.abc import Iterable
from functools import cache
from typing import Final, Literal, TypeAlias, get_args

GATES: Final = (
    "require", "significant", "slices", "kpis", "approvals", "clean_git", "environment", "data", "safe",
    "size", "finished", "card", "drift_quiet", "command", "override", "integrity",
)  # fmt: skip
"""Keys of `[models.NAME.gates.ALIAS]` that gates of ours read."""
OVERRIDE: Final = "override"
"""The key among them that is no gate: who may let one fail."""
Override: TypeAlias = Literal["reason", "second-person", "never"]
"""Who may let a gate fail: whoever promotes, with a reason; another user, before; nobody."""
OVERRIDES: Final[tuple[Override, ...]] = get_args(Override)
GATE_PLUGINS: Final = "mlops_console.gates"
"""The group of entry points by which other packages bring gates."""
ALIASES: Final = ("champion", "challenger")
"""Usual ones; any other may be used too."""
SHUT: Final = "mlops-console.toml"
"""Begins keys in a table of gates that are no gates: something near them can't be understood, so it can't be
told what is wished, and nothing passes. The value is the sentence."""


def is_shut(key: str) -> bool:
    """Whether a key in a table of gates stands for a mistake in the file; its value says which."""
    return key.startswith(SHUT)


def plugin_gates() -> frozenset[str]:
    """Names of gates that other packages bring; none of them is imported."""
    return _plugin_gates(tuple(sys.path))


@cache
def _plugin_gates(_path: tuple[str, ...]) -> frozenset[str]:
    from importlib.metadata import entry_points

    return frozenset(point.name for point in entry_points(group=GATE_PLUGINS))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant."""
    from difflib import get_close_matches

    lowered = {one.lower(): one for one in known}
    close = get_close_matches(word[:100].lower(), lowered, 1, 0.6)
    return lowered[close[0]] if close else None


def slip_of(word: str, known: Iterable[str]) -> str | None:
    """The known word of which this one is a slip of the finger; not one that goes on after it."""
    from difflib import SequenceMatcher

    for one in known:
        longer = word.startswith(one) or one.startswith(word)
        alike = abs(len(word) - len(one)) <= 1 and SequenceMatcher(None, word.lower(), one).ratio() >= 0.85
        if word != one and not longer and alike:
            return one
    return None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint for an unknown word; lists what there is where nothing is near."""
    listed = list(known)
    near = nearest(word, listed)
    return f"did you mean `{near}`?" if near else "known here: " + ", ".join(listed)
