"""Asking the gates of a table. What can't be understood or known passes never."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mlops_console.promotion.gates import gates
from mlops_console.promotion.model import Evidence, Gate, GateResult, Need
from mlops_console.wishes.known import OVERRIDE, did_you_mean, is_shut

ALWAYS: Final = "integrity"

Table = Mapping[str, Any]


def needs_of(table: Table) -> frozenset[Need]:
    """The parts of the evidence that the gates of a table look at."""
    found: frozenset[Need] = frozenset()
    for _, gate, _ in _asked(table):
        if gate is not None:
            found |= gate.needs
    return found


def evaluate(table: Table, evidence: Evidence) -> tuple[GateResult, ...]:
    """What the gates say, in the order of the file; the one that always holds comes last.

    `false` switches a gate off, but for the one that always holds.
    """
    results: list[GateResult] = []
    for key, gate, wish in _asked(table):
        results += _no_gate(key, wish) if gate is None else _checked(gate, wish, evidence)
    return tuple(results)


def mistakes_of(table: Table) -> list[tuple[str, str]]:
    """What is wrong in a table: the key, and a sentence about it."""
    found = []
    for key, gate, wish in _asked(table):
        if gate is None:
            found.append((key, _why_none(key, wish)))
        else:
            found += [(key, sentence) for sentence in gate.mistakes(wish)]
    return found


def passes(results: Sequence[GateResult]) -> bool:
    """Whether every gate passes."""
    return all(one.verdict == "pass" for one in results)


def _asked(table: Table) -> Iterator[tuple[str, Gate | None, Any]]:
    """Key, gate and wish of what is to be asked; None where no gate has this name."""
    known = gates()
    always: Any = True
    for key, wish in table.items():
        if key == ALWAYS:
            always = wish
        elif key == OVERRIDE or (wish is False and key in known):
            continue
        else:
            yield key, known.get(key), wish
    yield ALWAYS, known[ALWAYS], True
    if always is not True:
        # Said and not heard would be worse than said wrongly.
        yield ALWAYS, known[ALWAYS], always


def _checked(gate: Gate, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
    wrong = gate.mistakes(wish)
    found = gate.check(wish, evidence)
    if wrong and all(one.verdict == "pass" for one in found):
        because = f"`{gate.name}` in mlops-console.toml {wrong[0]}"
        return (GateResult(gate.name, "unknown", "-", "-", because),)
    return found


def _no_gate(key: str, wish: Any) -> Sequence[GateResult]:
    because = _why_none(key, wish)
    name = key.partition(":")[0] if is_shut(key) else key
    return (GateResult(name, "unknown", "-", "-", because),)


def _why_none(key: str, wish: Any) -> str:
    if is_shut(key):
        where = key.partition(":")[2].strip()
        return f"mlops-console.toml{f', {where}' if where else ''}: {wish}."
    hint = did_you_mean(key, list(gates()))
    return f"There is no gate `{key}`: {hint}{'' if hint.endswith('?') else '.'}"
