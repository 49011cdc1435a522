"""How decisions about aliases are printed: what would be done, what became of it. Lines are safe."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.cli.printing import coloured, out, out_json, say
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace.deciding.moving import Outcome
    from mlops_console.workspace.deciding.plan import Plan

REFUSED = 1


def tell(outcome: "Outcome", project: "Project", model: str, alias: str, words: str, as_json: bool) -> int:
    """Print what became of a decision; its exit code.

    Args:
        outcome: What became of it.
        project: Where.
        model: Whose.
        alias: Which.
        words: What was done, where it was.
        as_json: One object on stdout instead.
    """
    if as_json:
        out_json({"project": project.name, "model": model, "alias": alias, **outcome.as_json()})
    elif outcome.moved:
        out(words)
        for line in _besides(outcome):
            out(line)
    elif not outcome.refused:
        out(safe_text(outcome.because, 4_096))
    for note in outcome.notes:
        say(safe_text(note, 2_000))
    if outcome.contested:
        say(safe_text(outcome.contested, 2_000))
    return REFUSED if outcome.refused else 0


def version_words(version: Any) -> str:
    """`v3`, or that there is none."""
    return f"v{version.number}" if version is not None else "nothing"


def _besides(outcome: "Outcome") -> Iterator[str]:
    if outcome.gates:
        passing = sum(one.verdict == "pass" for one in outcome.gates)
        yield f"  {passing} of {len(outcome.gates)} gates pass"
    because = {one.gate: one.because for one in outcome.gates}
    for gate in outcome.overridden:
        said = safe_text(because.get(gate, ""), 1_000)
        yield f"  {coloured('passed over', 'killed')}  {safe_text(gate, 120)}: {said}"


def plan_lines(plan: "Plan") -> Iterator[str]:
    """What a promotion would do."""
    head = f"{safe_text(plan.model)} v{plan.version.number} to {safe_text(plan.alias)}"
    yield coloured(f"Promote {head}", "strong")
    for label, lines in (
        ("replaces", _replaces(plan)),
        ("writes", _writes(plan)),
        ("gates", _gates(plan)),
        ("approvals", _approvals(plan)),
        ("way back", _way_back(plan)),
        ("targets", _targets(plan)),
    ):
        for at, line in enumerate(lines):
            yield f"  {coloured(f'{label if not at else str():<10}', 'muted')}{line}"


def _replaces(plan: "Plan") -> Iterator[str]:
    said = plan.replaces
    if plan.already:
        yield f"nothing: v{plan.version.number} is {safe_text(plan.alias)} already"
    elif said is None or said.version is None:
        yield f"nothing: {safe_text(plan.alias)} stands nowhere" + (" yet" if said is None else "")
    else:
        ago = display.span(time.time_ns() // 1000 - said.since)
        by = safe_text(said.by, 60)
        contested = ", contested" if said.contested else ""
        yield f"v{said.version.number}, {safe_text(plan.alias)} for {ago}{contested}, put there by {by}"


def _writes(plan: "Plan") -> Iterator[str]:
    what = [f"v{plan.version.number}"]
    if plan.writes.sha256:
        what += [display.size(plan.writes.size), f"sha256 {plan.writes.sha256[:12]}"]
    yield f"an event, and {safe_text(plan.writes.pointer)} > {', '.join(what)}"
    if plan.private:
        yield "among your own files only: the project can't be written by you, and nobody else would see it"


def _gates(plan: "Plan") -> Iterator[str]:
    if plan.gates is None:
        return
    passing = sum(one.verdict == "pass" for one in plan.gates)
    yield f"{passing} of {len(plan.gates)} pass"
    for one in plan.failing:
        ink = "failed" if one.verdict == "fail" else "muted"
        verdict = "fails" if one.verdict == "fail" else "is not known"
        word = plan.allowed.get(one.gate)
        by = f" (allowed by {safe_text(word.by, 60)}: “{safe_text(word.reason, 300)}”)" if word else ""
        yield f"{coloured(safe_text(one.gate, 120), ink)} {verdict}: {safe_text(one.because, 1_000)}{by}"
    if plan.failing and plan.override == "never":
        yield "none may be passed over" + (f": {plan.override_because}" if plan.override_because else "")


def _approvals(plan: "Plan") -> Iterator[str]:
    consent = plan.consent
    if not consent.needed and not consent.given:
        return
    by = ", ".join(safe_text(one.by, 60) for one in consent.given)
    yield f"{len(consent.given)} of {consent.needed}" + (f": {by}" if by else "")
    if consent.missing:
        author = plan.version.registered.by
        who = safe_text(consent.people.sentence(author, *(one.by for one in consent.given)), 400)
        yield f"{consent.missing} more must approve, other than {safe_text(author, 60)}: {who}"


def _way_back(plan: "Plan") -> Iterator[str]:
    names = f"{safe_text(plan.model)} {safe_text(plan.alias)}"
    if plan.way_back is not None:
        yield f"v{plan.way_back.number}, at any time: rollback {names} --reason TEXT"
    else:
        yield f"none yet, it is the first: promote {names} --remove takes it off"


def _targets(plan: "Plan") -> Iterator[str]:
    for one in plan.targets:
        serves = f"v{one.version}" if one.version is not None else "another version"
        where = safe_text(one.target, 120)
        yield (
            f"{where} serves {serves} since {display.day(one.since)}, until somebody says:"
            f" deploy {safe_text(plan.model)}@{safe_text(plan.alias)} {where}"
        )
