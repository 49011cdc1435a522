"""The code was committed when the run started."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mlops_console.ours import OURS
from mlops_console.promotion.gates.words import BuiltIn, keys_wrong, mapping, shown
from mlops_console.promotion.model import Evidence, GateResult

_KEYS: Final = ("untracked",)
_NAMED: Final = 3


class CleanGit(BuiltIn):
    """No uncommitted changes."""

    name = "clean_git"
    needs = frozenset({"run"})
    example = "clean_git = true"
    about = "The code of the run was committed: no changed file when it started."
    sees = (
        "commit and changes as the tracker captured them at the start of the run; never the repository as it"
        " is now. Files that git does not know don't count, unless `{ untracked = false }` says that there"
        f" must be none; `{OURS}` never counts."
    )
    unknown_when = "the tracker captured no commit, or not whether there were changes."

    def mistakes(self, wish: Any) -> Sequence[str]:
        """Anything but true and the table."""
        if isinstance(wish, Mapping):
            found = keys_wrong(wish, _KEYS)
            if not isinstance(wish.get("untracked", True), bool):
                found.append(f"has untracked = {shown(wish['untracked'])}: write false, or leave it out.")
            return found
        return super().mistakes(wish)

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result."""
        code = mapping(mapping(evidence.run).get("code"))
        if evidence.external and not code:
            return (self.unknown("It is external: nobody knows its code.", required="clean"),)
        if "commit" not in code and "dirty" not in code:
            because = (
                "The state of the code was not captured when the run started: record runs with"
                " mlops_console.run(), inside a git repository."
            )
            return (self.unknown(because, required="clean"),)
        commit, dirty = code.get("commit"), _truth(code.get("dirty"))
        where = f"commit {commit[:7]}" if isinstance(commit, str) and commit else "no commit"
        others = (
            [one for one in code.get("untracked") or () if isinstance(one, str) and not _is_ours(one)]
            if isinstance(code.get("untracked"), list)
            else []
        )
        if dirty:
            because = "Files had been changed and not committed: commit them, train again, register that run."
            return (self.said("fail", "dirty", "clean", because, evidence=where, value="dirty"),)
        if not isinstance(commit, str) or not commit:
            because = "Nothing had been committed yet: commit the code, train again, register that run."
            return (self.said("fail", "no commit", "clean", because, evidence=where),)
        if dirty is None:
            because = f"It ran from {where}, but whether files had been changed was not captured."
            return (self.unknown(because, required="clean", evidence=where),)
        named = ", ".join(others[:_NAMED]) + (" …" if len(others) > _NAMED else "")
        if others and isinstance(wish, Mapping) and wish.get("untracked") is False:
            because = f"Files were there that git does not know ({named}): add or ignore them, train again."
            return (self.said("fail", "untracked", "clean", because, evidence=where, value="untracked"),)
        beside = f" Git did not know {named}." if others else ""
        because = f"Every file that git knows was as committed.{beside}"
        return (self.said("pass", "clean", "clean", because, evidence=where, value="clean"),)


def _is_ours(path: str) -> bool:
    return OURS in path.split("/")


def _truth(value: Any) -> bool | None:
    """A flag as trackers write it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "yes", "1", "dirty"):
        return True
    if isinstance(value, str) and value.lower() in ("false", "no", "0", "clean"):
        return False
    return None


GATE = CleanGit()
