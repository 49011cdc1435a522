"""The run came to its end."""

from collections.abc import Sequence
from typing import Any, Final

from mlops_console.promotion.gates.words import BuiltIn, mapping
from mlops_console.promotion.model import Evidence, GateResult

_REQUIRED: Final = "finished"
_ENDS: Final = {
    "running": "It was still running when it was registered: register it again when it has ended.",
    "failed": "It failed: find out why (mlops-console log RUN), train again, register that run.",
    "killed": "It was killed: train again, register that run.",
}


class Finished(BuiltIn):
    """The status of the run."""

    name = "finished"
    needs = frozenset({"run"})
    example = "finished = true"
    about = "The run that made the model finished: it did not fail, and was not killed."
    sees = "the run's status when the version was registered."
    unknown_when = "the version has no run, or its tool does not say how it ended."

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result."""
        run = mapping(evidence.run)
        status = run.get("status")
        ended = run.get("ended")
        where = f"ended {ended[:16]}" if isinstance(ended, str) else ""
        if status == "finished":
            because = "The run ended by itself, as its tool wrote."
            return (self.said("pass", "finished", _REQUIRED, because, evidence=where, value="finished"),)
        if isinstance(status, str) and status in _ENDS:
            return (self.said("fail", status, _REQUIRED, _ENDS[status], evidence=where, value=status),)
        if evidence.external:
            because = "It is external: no run of it is known."
        elif not status:
            because = "The version has no run: it was registered from a path."
        else:
            because = "Its tool does not say how the run ended."
        return (self.unknown(because, required=_REQUIRED),)


GATE = Finished()
