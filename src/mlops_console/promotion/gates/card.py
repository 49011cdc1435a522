"""The model's card says what a card must say."""

from collections.abc import Sequence
from typing import Any, Final

from mlops_console.display import count
from mlops_console.promotion.gates.words import BuiltIn
from mlops_console.promotion.model import Evidence, GateResult

_REQUIRED: Final = "complete"
_NAMED: Final = 4
_WRITTEN: Final = ("owner", "purpose", "limits")
"""Parts that people write; all others come from the run."""


class Card(BuiltIn):
    """No part of the card is missing."""

    name = "card"
    needs = frozenset({"card"})
    example = "card = true"
    about = "The model's card is complete: purpose, limits, owner and all that is filled in from the run."
    sees = (
        "the parts of the card that nobody has written (`owner`, `purpose`, `limits` in mlops-console.toml)"
        " or recorded (metrics, data, code, environment)."
    )
    unknown_when = "the card could not be made."

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result."""
        missing = evidence.card_missing
        if missing is None:
            return (self.unknown("The card could not be made.", required=_REQUIRED),)
        if not missing:
            return (self.said("pass", "complete", _REQUIRED, "No part of the card is missing.", value=[]),)
        named = ", ".join(missing[:_NAMED])
        more = f" and {count(len(missing) - _NAMED)} more" if len(missing) > _NAMED else ""
        because = f"The card lacks {named}{more}."
        written = [one for one in missing if one in _WRITTEN]
        recorded = [one for one in missing if one not in _WRITTEN]
        if written:
            name = evidence.wishes.name or evidence.model
            because += f" Write {', '.join(written)} below [models.{name}] in mlops-console.toml."
        if recorded:
            because += f" Record {', '.join(recorded[:_NAMED])} in the run, and register that."
        measured = f"{count(len(missing))} missing"
        return (self.said("fail", measured, _REQUIRED, because, evidence=named, value=list(missing)),)


GATE = Card()
