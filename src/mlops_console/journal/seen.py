"""The heads that this user has seen: whoever removes the newest events is found out by who saw them.

Only heads need remembering: what came before them is named by them. That is done at every look and append, so
it waits for no disk.
"""

import contextlib
from collections.abc import Callable, Mapping

from mlops_console.journal.places import JournalPlace
from mlops_console.settings import read_state_item, write_state


def remembered(place: JournalPlace) -> dict[str, str]:
    """Ids and SHA-256 of the heads that this user saw last, and of those that were gone since."""
    item = read_state_item(place.where, "heads", place.key) if place.where else None
    heads = item.get("heads") if item else None
    if not isinstance(heads, dict):
        return {}
    return {identity: digest for identity, digest in heads.items() if isinstance(digest, str)}


def remember(place: JournalPlace, heads: Mapping[str, str], known: Callable[[str, str], bool]) -> None:
    """Take these as seen; earlier ones that are not `known` (id, SHA-256) to be there stay remembered.

    Where nothing can be kept (a full disk) less is found out later, and nothing else is lost.
    """
    if place.where is None:
        return
    before = remembered(place)
    lost = {identity: digest for identity, digest in before.items() if not known(identity, digest)}
    _write(place, before, {**lost, **heads})


def accept(place: JournalPlace, heads: Mapping[str, str]) -> None:
    """Take what is gone as known: only these heads are remembered from now on."""
    _write(place, remembered(place), dict(heads))


def _write(place: JournalPlace, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    if place.where is not None and after != before:
        with contextlib.suppress(OSError):
            write_state(place.where, "heads", place.key, {"heads": after}, durable=False)
