"""What gates have in common: how their results are put, and what a wish may look like."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mlops_console.display import count, json_number, number
from mlops_console.promotion.model import Evidence, GateResult, Need, Verdict
from mlops_console.records import Json

NOTHING: Final = "-"
HELD: Final = "holds it already"
"""Measured, of a version that is compared with the holder of an alias and is that itself."""
_MOST_DIGITS: Final = 12
_SHOWN: Final = 120


class BuiltIn:
    """A gate of ours: a wish with mistakes is unknown, whatever the evidence says."""

    name: str
    needs: frozenset[Need]
    example: str
    about: str
    sees: str
    """What it looks at; for the documentation."""
    unknown_when: str
    """When it can't tell; for the documentation."""
    always = False

    def mistakes(self, wish: Any) -> Sequence[str]:
        """What is wrong with what the file says; here for gates that are just switched on."""
        return () if wish is True else (f"must be true, not {shown(wish)}.",)

    def check(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """The verdict(s)."""
        wrong = self.mistakes(wish)
        if wrong:
            return (self.unknown(f"`{self.name}` in mlops-console.toml {wrong[0]}", required=shown(wish)),)
        return self.judged(wish, evidence)

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """The verdict(s) on a wish without mistakes."""
        raise NotImplementedError

    def said(
        self,
        verdict: Verdict,
        measured: str,
        required: str,
        because: str,
        *,
        evidence: str = "",
        value: Json = None,
        about: str = "",
    ) -> GateResult:
        """A result of this gate; `about` where it gives several."""
        gate = f"{self.name}: {about}" if about else self.name
        if isinstance(value, float):
            value = json_number(value)
        return GateResult(gate, verdict, measured, required, because, evidence, value, self.always)

    def unknown(
        self, because: str, *, required: str = NOTHING, evidence: str = "", about: str = ""
    ) -> GateResult:
        """That nothing can be said."""
        return self.said("unknown", NOTHING, required, because, evidence=evidence, about=about)

    def first(self, evidence: Evidence, required: str, about: str = "") -> GateResult:
        """That there is nothing yet to be held against."""
        because = f"No version is {evidence.alias} now: it is the first, with nothing to be held against."
        return self.said("pass", "first", required, because, about=about)

    def itself(self, evidence: Evidence, required: str, about: str = "") -> GateResult:
        """That what it would be held against is the version itself."""
        because = (
            f"v{count(evidence.version)} is {evidence.alias} itself: there is nothing to compare it with;"
            " the move that put it there went past this gate then."
        )
        return self.said("pass", HELD, required, because, about=about)


def holder(evidence: Evidence) -> str:
    """The version that it is held against: `v3`; where nobody holds the alias now, that it was the last."""
    last = f" (the last {evidence.alias})" if evidence.alias in evidence.taken_off else ""
    return f"v{count(evidence.champion or 0)}{last}"


def shown(value: Any) -> str:
    """What the file says, short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key} = {shown(inner)}" for key, inner in list(value.items())[:8]) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(inner) for inner in value[:8]) + "]"
    elif isinstance(value, int) and value.bit_length() > _SHOWN:
        text = "a number of many digits"
    else:
        text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "~"


def finite(value: Any) -> float | None:
    """A wish as a number; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def exact(limit: float) -> str:
    """A number that somebody wrote, with all its digits."""
    return number(limit, _MOST_DIGITS)


def apart(value: float, limit: float, *, written: bool = True) -> tuple[str, str]:
    """Two numbers with as few digits as tell them apart: `.8499` against `.85`, never `.85` against `.85`.

    `written`: the limit is as somebody wrote it, and keeps its digits.
    """
    for digits in range(4, _MOST_DIGITS + 1, 2):
        texts = number(value, digits), exact(limit) if written else number(limit, digits)
        if _plain(texts[0]) != _plain(texts[1]) or value == limit:
            return texts
    return repr(value), repr(limit)


def _plain(text: str) -> str:
    """`.8500` reads as `.85` does."""
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def signed(value: float, digits: int = 4) -> str:
    """A difference, with its sign."""
    text = number(value, digits)
    return f"+{text}" if value > 0 else text


def keys_wrong(wish: Mapping[Any, Any], known: Sequence[str]) -> list[str]:
    """What is wrong with the keys of a table."""
    from mlops_console.wishes.known import did_you_mean

    return [
        f"has no key {shown(str(key))}: {did_you_mean(str(key), known)}." for key in wish if key not in known
    ]


def near(word: str, known: Sequence[str]) -> str:
    """The names that are likeliest meant by one that is not there, as the end of a sentence."""
    from difflib import get_close_matches

    some = [one for one in known if len(one) <= _SHOWN][:500]
    close = get_close_matches(word[:_SHOWN], some, 3, 0.5) or some[:5]
    return f"; there is {', '.join(close)}" if close else ""


def mapping(value: Any) -> Mapping[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, Mapping) else {}
