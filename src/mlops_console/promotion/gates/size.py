"""The model is no larger than it may be."""

import re
from collections.abc import Sequence
from typing import Any, Final

from mlops_console import display
from mlops_console.promotion.gates.words import BuiltIn, shown
from mlops_console.promotion.model import Evidence, GateResult

_UNITS: Final = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
_SIZE: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([KMGTkmgt]?i?[Bb]?)")
_MOST: Final = 1 << 60


def octets(wish: Any) -> int | None:
    """So many bytes; None where it is no size."""
    if isinstance(wish, int) and not isinstance(wish, bool):
        return wish if 0 < wish <= _MOST else None
    found = _SIZE.fullmatch(wish.strip()) if isinstance(wish, str) and len(wish) < 40 else None
    unit = _UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None:
        return None
    amount = round(float(found[1]) * unit)
    return amount if 0 < amount <= _MOST else None


class Size(BuiltIn):
    """A limit for the bytes of the files."""

    name = "size"
    needs = frozenset()
    example = 'size = "2 GB"'
    about = "The model's files take no more than this."
    sees = "the size as registered. `2 GB` are 2,000,000,000 bytes, `2 GiB` 2,147,483,648; a number is bytes."
    unknown_when = "no size is known. An external version has no files, and passes."

    def mistakes(self, wish: Any) -> Sequence[str]:
        """What is no size."""
        return () if octets(wish) is not None else (f'must be a size such as "2 GB", not {shown(wish)}.',)

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result."""
        limit = octets(wish) or 0
        required = f"<= {display.size(limit)}"
        if evidence.external:
            because = "It is external: it has no files here."
            return (self.said("pass", "nothing", required, because, evidence="external"),)
        found = evidence.size
        if found is None or found < 0:
            return (self.unknown("Nobody knows how large it is.", required=required),)
        measured = display.size(min(found, _MOST))
        exact = f"{display.count(found)} bytes" if found < _MOST else ""
        if found <= limit:
            because = f"Its files take {measured}."
            return (self.said("pass", measured, required, because, evidence=exact, value=found),)
        because = f"Its files take {measured}, {display.size(min(found - limit, _MOST))} more than they may."
        return (self.said("fail", measured, required, because, evidence=exact, value=found),)


GATE = Size()
