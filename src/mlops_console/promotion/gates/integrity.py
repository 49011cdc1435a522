"""The model's files are what was registered, and open as what they say they are."""

from collections.abc import Sequence
from typing import Any, Final

from mlops_console.display import count, size
from mlops_console.promotion.gates.words import BuiltIn, shown
from mlops_console.promotion.model import Evidence, GateResult

_REQUIRED: Final = "as registered"


class IntegrityOfFiles(BuiltIn):
    """Always asked."""

    name = "integrity"
    needs = frozenset({"integrity"})
    example = "integrity = true"
    about = "The model's files are there, every byte as it was registered, and open as their format says."
    sees = (
        "the files, hashed now (or remembered, where size, time and inode are as they were), against the"
        " hashes in the journal, and the format that their bytes show. Always on, in every project; an"
        " external version has no files, and passes with *nothing to check*."
    )
    unknown_when = "a file can't be read."
    always = True

    def mistakes(self, wish: Any) -> Sequence[str]:
        """It can't be switched off."""
        return () if wish is True else (f"is always checked: leave it out, rather than {shown(wish)}.",)

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result."""
        if evidence.external:
            because = "It is external: there are no files of it here that could change."
            return (self.said("pass", "nothing", _REQUIRED, because, evidence="external"),)
        found = evidence.integrity
        if found is None:
            return (self.unknown("The model's files were not looked at.", required=_REQUIRED),)
        files = f"{count(found.files)} file{'s' if found.files != 1 else ''}, {_size(found.size)}"
        if found.problems:
            more = f" {count(len(found.problems) - 1)} more like it." if len(found.problems) > 1 else ""
            because = (
                f"{found.problems[0]}{more} Registering the same files again puts them back;"
                " what lies there now would be a version of its own."
            )
            return (self.said("fail", "changed", _REQUIRED, because, evidence=files, value="changed"),)
        if found.unreadable:
            return (self.unknown(found.unreadable[0], required=_REQUIRED, evidence=files),)
        if not found.files:
            return (self.unknown("No file of it is known.", required=_REQUIRED),)
        how = "as when they were hashed last" if found.from_memory else "hashed just now"
        because = f"Every byte is what was registered ({how})."
        return (self.said("pass", "intact", _REQUIRED, because, evidence=files, value="intact"),)


def _size(octets: int) -> str:
    return size(max(0, octets)) if octets < 1 << 80 else "very large"


GATE = IntegrityOfFiles()
