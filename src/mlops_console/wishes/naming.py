"""Names of models, aliases and targets: they become names of files, and parts of `MODEL@VERSION`."""

import re
from typing import Final

MOST: Final = 100
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NUMBER: Final = re.compile(r"v?[0-9]+")


def why_no_name(name: str) -> str:
    """Why this can't be the name of a model or target, as the end of a sentence; empty where it can."""
    if not name:
        return "is empty"
    if len(name) > MOST:
        return f"has {len(name):,} characters; {MOST} are the most"
    if not _NAME.fullmatch(name):
        return "may hold letters, digits, `.`, `_` and `-` only, and begins with a letter or a digit"
    return ""


def why_no_alias(name: str) -> str:
    """Why this can't be an alias; one must not look like a version's number (`3`, `v3`) either."""
    if _NUMBER.fullmatch(name):
        return "looks like the number of a version"
    return why_no_name(name)
