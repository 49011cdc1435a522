"""Reasons and notes as full sentences.

Where they are found they are clauses, to be put together; what leaves the comparison is read by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from mlops_console.comparison.model import Judgement


def sentence(clause: str, names: Iterable[str] = ()) -> str:
    """The clause with a capital and a full stop; one of `names` at its start stays as it is."""
    if not clause:
        return clause
    if not any(re.match(re.escape(name) + r"(?!\w)", clause) for name in names if name):
        clause = clause[0].upper() + clause[1:]
    return clause if clause.endswith((".", "!", "?")) else clause + "."


def in_sentences(judgement: Judgement) -> Judgement:
    """The judgement with its reason and its notes as sentences."""
    names = (judgement.a, judgement.b, judgement.metric)
    return replace(
        judgement,
        because=sentence(judgement.because, names),
        notes=tuple(sentence(note, names) for note in judgement.notes),
    )
