"""Who may let a gate fail: the key `override` in a table of gates."""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

Override: TypeAlias = Literal["reason", "second", "never"]

KEY: Final = "override"
RULES: Final[dict[Override, str]] = {
    "reason": "whoever promotes, with a reason",
    "second": "whoever promotes, with a reason, after another user allowed it",
    "never": "nobody",
}


def override_of(table: Mapping[str, Any]) -> Override:
    """The rule of an alias. One that can't be understood is the strictest that may have been meant."""
    said = table.get(KEY, "reason")
    for rule in RULES:
        if said == rule:
            return rule
    return "never"
