"""Other people than the author have agreed."""

from collections.abc import Sequence
from typing import Any, Final

from mlops_console.promotion.gates.words import BuiltIn, shown
from mlops_console.promotion.model import Evidence, GateResult

_MOST: Final = 100


class Approvals(BuiltIn):
    """So many distinct users other than the author."""

    name = "approvals"
    needs = frozenset({"approvals"})
    example = "approvals = 1"
    about = "So many users other than the author have approved that this version takes the alias."
    sees = (
        "approvals of this version for this alias (`mlops-console approve`), a user of the system once. Only"
        " those count whose author the owner of the journal's file proves; the author's own never does."
    )
    unknown_when = "the journal could not be asked, or nobody can prove who registered the version."

    def mistakes(self, wish: Any) -> Sequence[str]:
        """Anything but a small whole number."""
        if isinstance(wish, int) and not isinstance(wish, bool) and 0 <= wish <= _MOST:
            return ()
        return (f"must be a number of people, 0 to {_MOST}, not {shown(wish)}.",)

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result; says who, and how many are missing."""
        required = str(wish)
        if evidence.approvals is None:
            return (self.unknown("Nobody knows who approved it.", required=required),)
        consents = [one for one in evidence.approvals if not one.gates]
        counted = {one.uid: one.by for one in consents if one.proven and one.uid != evidence.author_uid}
        unproven = {one.by for one in consents if not one.proven and one.uid not in counted}
        own = any(one.uid == evidence.author_uid for one in consents)
        by = sorted(counted.values())
        who = f"Approved by {', '.join(by)}." if by else "Nobody else has approved it."
        notes = ""
        if own:
            notes += f" {evidence.author} registered it, so their own does not count."
        if unproven:
            notes += f" Not counted, for no file's owner proves it: {', '.join(sorted(unproven))}."
        measured = f"{len(by)} of {wish}"
        if wish and not evidence.author_proven:
            because = f"No file's owner proves that {evidence.author} registered it. {who}{notes}"
            return (self.unknown(because, required=required, evidence=", ".join(by)),)
        missing = wish - len(by)
        if missing <= 0:
            return (
                self.said("pass", measured, required, who + notes, evidence=", ".join(by), value=len(by)),
            )
        because = (
            f"{missing} more must approve, other than {evidence.author}:"
            f" mlops-console approve {evidence.model}@{evidence.version} {evidence.alias}. {who}{notes}"
        )
        return (self.said("fail", measured, required, because, evidence=", ".join(by), value=len(by)),)


GATE = Approvals()
