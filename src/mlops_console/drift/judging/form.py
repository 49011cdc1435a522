"""Judged features without what was measured, as JSON and back: kept where judging again costs more."""

from collections.abc import Sequence
from typing import Any, Final, get_args

from mlops_console.drift.model import Check, Feature, Measured, Verdict

EDITION: Final = 1
"""Another one as soon as the same figures and rules come to other words."""
_WORDS: Final = frozenset(get_args(Verdict))


def compact(features: Sequence[Feature]) -> list[Any]:
    """Plain values: features in their order, each check by its place among those that were measured."""
    return [
        [
            one.measured.name,
            one.verdict,
            one.effect,
            one.q,
            one.because,
            one.severity,
            one.visible,
            [
                [one.measured.checks.index(check.raw), check.q, check.verdict, check.because]
                for check in one.checks
            ],
        ]
        for one in features
    ]


def restored(form: Any, measured: Sequence[Measured]) -> tuple[Feature, ...]:
    """The features again, of the same figures; ValueError where they are not of these."""
    known = {one.name: one for one in measured}
    if not isinstance(form, list) or len(form) != len(known):
        raise ValueError("not of these features")
    found = []
    try:
        for name, verdict, effect, q, because, severity, visible, checks in form:
            of = known.pop(name)
            told = tuple(Check(of.checks[place], its_q, word, why) for place, its_q, word, why in checks)
            if not _WORDS.issuperset((verdict, *(one.verdict for one in told))):
                raise ValueError("none of the words that it may be")
            found.append(Feature(of, verdict, effect, q, because, told, severity, visible))
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("not of these features") from error
    return tuple(found)
