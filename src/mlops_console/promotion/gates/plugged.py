"""Gates that other packages bring: whatever is wrong with one is a sentence, and passes nothing."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args

from mlops_console.plugins import words
from mlops_console.promotion.gates.words import shown
from mlops_console.promotion.model import Evidence, GateResult, Need, Verdict

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from mlops_console.promotion.model import Gate

_NEEDS: Final = frozenset(get_args(Need))
_VERDICTS: Final = get_args(Verdict)


class Broken:
    """Stands for a gate that can't be used."""

    needs: frozenset[Need] = frozenset()
    example = ""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self.about = why
        self.example = f"{name} = true"

    def mistakes(self, _wish: Any) -> Sequence[str]:
        """It is not the file's mistake."""
        return ()

    def check(self, _wish: Any, _evidence: Evidence) -> Sequence[GateResult]:
        """Unknown, with the reason."""
        return (GateResult(self.name, "unknown", "-", "-", self.about),)


class Guarded:
    """A stranger's gate: what it raises, or says against the contract, is unknown."""

    def __init__(self, gate: "Gate") -> None:
        self._gate = gate
        self.name, self.needs = gate.name, frozenset(gate.needs) & _NEEDS
        self.example, self.about = str(gate.example), str(gate.about)

    def mistakes(self, wish: Any) -> Sequence[str]:
        """What it says is wrong."""
        try:
            return [str(one) for one in self._gate.mistakes(wish)]
        except Exception as error:  # noqa: BLE001 - a stranger's code must not keep others from being judged
            return (f"could not be checked ({words(error)}): {shown(wish)}.",)

    def check(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """What it says, as far as that is what a gate may say."""
        try:
            found = list(self._gate.check(wish, evidence))
        except Exception as error:  # noqa: BLE001 - as above
            return (_unknown(self.name, f"The gate plug-in {self.name} failed: {words(error)}."),)
        if not found:
            return (_unknown(self.name, f"The gate plug-in {self.name} said nothing."),)
        return [_checked(self.name, one) for one in found]


@cache
def plugged(point: "EntryPoint") -> "Gate":
    """The gate behind an entry point; a broken one says so."""
    try:
        found = point.load()
        gate: Gate = found() if isinstance(found, type) else found
        wrong = _wrong(gate, point.name)
    except Exception as error:  # noqa: BLE001 - a stranger's module may raise anything
        wrong = words(error)
    if wrong:
        return Broken(point.name, f"The gate plug-in {point.name} ({point.value}) can't be used: {wrong}.")
    return Guarded(gate)


def _wrong(gate: "Gate", name: str) -> str:
    if gate.name != name:
        return f"it is named {gate.name!r}"
    strangers = sorted(map(str, set(gate.needs) - _NEEDS))
    if strangers:
        return f"it needs {', '.join(strangers)}, which is no part of the evidence"
    if not all(callable(getattr(gate, one)) for one in ("check", "mistakes")):
        return "it can't be asked"
    return "" if gate.about and gate.example else "it says nothing about itself"


def _checked(name: str, said: Any) -> GateResult:
    texts = ("gate", "measured", "required", "because", "evidence")
    fits = all(isinstance(getattr(said, one, None), str) for one in texts)
    if not isinstance(said, GateResult) or not fits or said.verdict not in _VERDICTS or not said.because:
        return _unknown(name, f"The gate plug-in {name} gave an answer that is none: {shown(str(said))}.")
    if said.gate != name and not said.gate.startswith(f"{name}: "):
        return _unknown(name, f"The gate plug-in {name} spoke for another gate: {said.gate}.")
    return said


def _unknown(name: str, because: str) -> GateResult:
    return GateResult(name, "unknown", "-", "-", because)
