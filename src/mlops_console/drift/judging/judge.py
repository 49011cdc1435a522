"""What was measured -> verdicts. Pure: the same `Measured` is judged again by other rules.

One family: every test of every feature of the window, adjusted together (`family.py`). A check is then, with
its effect (share of rows that moved), q and what these rows could have shown:

    DRIFT         q <= Rules.q and effect >= drift (10%)
    WATCH         q <= Rules.q and effect >= watch (5%)
    NEGLIGIBLE    q <= Rules.q and a smaller effect: surely there, not worth a night's sleep
    STABLE        not significant, where a move of `drift` had been seen with `power`
    TOO FEW ROWS  not significant, and that move could have been there unseen
    NOT JUDGED    nothing that could be judged

The checks of the data's quality (missing, new and gone levels, tails, range, infinite, constant) are watched
from 1% of rows on (`bounds.QUALITY`): 3% of rows with an unseen level move 3% of rows, which no rule about
distributions should call drift, and are 3% of rows that the model never learned. They never go unsaid: a
significant smaller one is a NEGLIGIBLE check with its sentence. Quiet windows stay quiet because all of them
are tests of the one family.

What needs no test (a column that vanished, one whose type changed) is DRIFT.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from mlops_console.drift.judging import power
from mlops_console.drift.judging.bounds import Bounds, bounds_of
from mlops_console.drift.judging.family import adjusted, size_of
from mlops_console.drift.judging.sentences import because
from mlops_console.drift.model import (
    JUDGED,
    SEVERITY,
    Check,
    CheckName,
    Feature,
    Kind,
    Measured,
    Raw,
    Rules,
    Verdict,
)

_EXTREMES: Final[frozenset[CheckName]] = frozenset({"tails", "range"})
_LEVELS: Final[frozenset[Kind]] = frozenset({"categorical", "boolean"})


def judge(
    measured: Sequence[Measured], rules: Rules, importance: Mapping[str, float] | None = None
) -> tuple[Feature, ...]:
    """The features of one window, the worst first.

    `importance` holds any nonnegative figures by feature (permutation importance); severity is effect times
    its share of their sum, or the effect alone where there are none. The order of `measured` plays no part.
    """
    tests = [(one, raw) for one in measured for raw in one.checks if raw.p is not None]
    size = size_of(measured)
    q = dict(
        zip(
            [(one.name, raw.name) for one, raw in tests],
            adjusted([raw.p for _, raw in tests if raw.p is not None], size, rules.method, rules.q),
            strict=True,
        )
    )
    total = sum(max(0.0, value) for value in importance.values()) if importance else 0.0
    out = []
    for one in measured:
        share = max(0.0, importance.get(one.name, 0.0)) / total if importance and total > 0.0 else 1.0
        visible = {raw.name: _visible(one, raw, rules, max(size, 1)) for raw in one.checks}
        checks = [
            _checked(one, raw, q.get((one.name, raw.name)), rules, visible[raw.name]) for raw in one.checks
        ]
        out.append(_feature(one, checks, share, visible.get("distribution")))
    return tuple(sorted(out, key=_place))


def _place(feature: Feature) -> tuple[int, float, float, str]:
    return -SEVERITY[feature.verdict], -feature.severity, -(feature.effect or 0.0), feature.measured.name


def _checked(one: Measured, raw: Raw, q: float | None, rules: Rules, visible: float | None) -> Check:
    bounds = bounds_of(one.name, raw.name, rules)
    verdict = _verdict(raw, q, bounds, visible, rules)
    return Check(raw, q, verdict, because(one, raw, q, verdict, bounds, visible))


def _verdict(raw: Raw, q: float | None, bounds: Bounds, visible: float | None, rules: Rules) -> Verdict:
    if raw.certain:
        return "DRIFT"
    if raw.p is None or q is None:
        return "TOO FEW ROWS" if raw.name == "distribution" else "NOT JUDGED"
    if q > rules.q:
        return "STABLE" if visible is not None and visible <= bounds.drift else "TOO FEW ROWS"
    effect = raw.effect or 0.0
    return "DRIFT" if effect >= bounds.drift else "WATCH" if effect >= bounds.watch else "NEGLIGIBLE"


def _visible(one: Measured, raw: Raw, rules: Rules, size: int) -> float | None:
    """The smallest effect that these rows show with the rules' power, after the family's correction."""
    level = rules.q / size
    if raw.name != "distribution":
        return None if raw.visible is None else power.of_share(raw.visible, level, rules.power)
    if raw.p is None or raw.visible is None:
        return None
    if one.kind in _LEVELS:
        return power.of_levels(raw.visible, one.n_ref, one.n_cur, level, rules.power)
    # The smaller of two tests speaks for numbers: each has half of the level.
    return power.visible_numbers(one.n_ref, one.n_cur, level / 2.0, rules.power)


def _feature(one: Measured, found: Sequence[Check], share: float, visible: float | None) -> Feature:
    checks = tuple(sorted(found, key=_first))
    if not checks or (one.kind not in JUDGED and not any(check.raw.certain for check in checks)):
        why = one.why_not or (checks[0].because if checks else f"Columns of kind {one.kind} are not judged.")
        return Feature(one, "NOT JUDGED", None, None, why, checks)
    speaks = checks[0]
    effect = speaks.raw.effect
    severity = (1.0 if effect is None and speaks.raw.certain else effect or 0.0) * share
    because = _all_said(speaks, checks)
    return Feature(one, speaks.verdict, effect, speaks.q, because, checks, severity=severity, visible=visible)


def _first(check: Check) -> tuple[int, bool, float, bool, str]:
    """The worst verdict first, then what is about most rows; `range` says less than what else is as bad.

    Where nothing is significant, sizes are chance: the distribution speaks.
    """
    rank, name = SEVERITY[check.verdict], check.raw.name
    effect = (check.raw.effect or 0.0) if rank >= SEVERITY["NEGLIGIBLE"] else 0.0
    return -rank, name == "range", -effect, name != "distribution", name


def _all_said(speaks: Check, checks: tuple[Check, ...]) -> str:
    """The sentence of the check that speaks, and what else was found that matters.

    What lies beyond the reference's range lies in its tails too: one of the two is enough.
    """
    names = {speaks.raw.name}
    out = [speaks.because]
    for check in checks:
        raw = check.raw
        doubled = raw.name in _EXTREMES and names & _EXTREMES
        if check is not speaks and not doubled and SEVERITY[check.verdict] >= SEVERITY["WATCH"]:
            names.add(raw.name)
            out.append(f"{raw.said[:1].upper()}{raw.said[1:].rstrip('.')}.")
    return " ".join(out)
