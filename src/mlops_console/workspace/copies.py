"""The registry's copies of versions that aliases stand on: whether they still are what was registered."""

import re
import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from mlops_console import pointer
from mlops_console.errors import ConsoleError
from mlops_console.wishes.naming import why_no_name

if TYPE_CHECKING:
    from mlops_console.journal.registry import Registry, Version

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_QUICKLY: Final = 64 << 20
"""Bytes that a list may read of copies that were touched; of larger ones `doctor` tells."""


def held(registry: "Registry") -> Iterator["Version"]:
    """Every version with a copy of its own that an alias stands on, once."""
    for model in registry.models.values():
        for version in model.versions:
            if version.aliases and has_copy(version):
                yield version


def has_copy(version: "Version") -> bool:
    """Whether the registry took a copy of it, under names that a folder can have."""
    return version.copied and bool(_SHA256.fullmatch(version.sha256)) and not why_no_name(version.model)


def wrong_copies(root: str, registry: "Registry") -> list[str]:
    """What is wrong with copies that aliases stand on, a sentence each with the next step.

    Only what was touched since it was hashed is read.
    """
    from mlops_console.promotion.kept import verify_kept

    wrong = []
    for version in held(registry):
        try:
            problems = verify_kept(root, version.model, version.sha256).problems
        except (ConsoleError, OSError) as error:
            problems = (str(error),)
        if problems:
            more = f" ({len(problems) - 1:,} more like it)" if len(problems) > 1 else ""
            stands = ", ".join(version.aliases)
            wrong.append(
                f"the copy of {version.label} ({stands}) is not what was registered: {problems[0]}{more};"
                f" {next_step(version)}"
            )
    return wrong


def intact(root: str, versions: "Iterable[Version]") -> "dict[str, bool | None]":
    """By version id, whether its copy is as it was registered; cheap enough for a list.

    None: there is no copy, or it was touched and is too large to be read again for a list.
    """
    from mlops_console.promotion.kept import kept_path, verify_kept

    found: dict[str, bool | None] = {}
    left = _QUICKLY
    for version in versions:
        found[version.id] = None
        if not has_copy(version):
            continue
        try:
            path = kept_path(root, version.model, version.sha256)
            known = pointer.remembered(root, version.model, version.sha256)
            if path is None:
                found[version.id] = False
            elif known and pointer.untouched(root, str(path.relative_to(root)), known):
                found[version.id] = True
            elif version.size <= left:
                left -= version.size
                found[version.id] = not verify_kept(root, version.model, version.sha256).problems
        except (ConsoleError, OSError):
            continue
    return found


def next_step(version: "Version") -> str:
    """How its copy is put right: the same files, registered again."""
    words = ["mlops-console", "register"]
    run = (version.run or {}).get("id")
    if isinstance(run, str) and run:
        words += [run, version.model]
        words += ["--artifact", version.artifact] if version.artifact else []
    elif version.artifact:
        words += ["--path", version.artifact, version.model]
    else:
        return "registering the same files again puts it back"
    return f"`{shlex.join(words)}` puts it back from the same files"
