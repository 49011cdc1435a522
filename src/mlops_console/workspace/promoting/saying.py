"""Words that decisions share: names, reasons, how long ago."""

import time
from typing import Final

from mlops_console.display import age, safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.registry import Version
from mlops_console.wishes.naming import why_no_alias

MOST_REASON: Final = 4_000


def ago(at: int) -> str:
    """How long something is past, for prose; `at` is in epoch microseconds."""
    return f"{age(time.time_ns() // 1000 - at)} ago"


def named(version: Version) -> str:
    """`churn@3`, safe to draw."""
    return safe_text(version.label)


def checked_alias(alias: str) -> str:
    """The alias; UsageError where it can't be one."""
    wrong = why_no_alias(alias)
    if wrong:
        raise UsageError(f"{safe_text(alias, 80)!r} is no alias: it {wrong}", "for example champion")
    return alias


def reasoned(reason: str) -> str:
    """The reason as it is kept; UsageError without one."""
    said = reason.strip()
    if not said:
        raise UsageError("a decision needs a reason", "--reason TEXT: it stays in the journal")
    if len(said) > MOST_REASON:
        raise UsageError(f"the reason has {len(said):,} characters; {MOST_REASON:,} are the most")
    return said
