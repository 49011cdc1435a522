"""What a decision would do, as rows of the panel: what it replaces, writes, rests on; the way back."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.audit.telling import moment
from mlops_console.console.models.gates import named
from mlops_console.console.models.state import CHAMPION
from mlops_console.console.run.head import roughly
from mlops_console.console.run.reading import now_us
from mlops_console.console.widgets.panel import Effect, Piece
from mlops_console.ours import pointer_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.glyphs import Glyphs
    from mlops_console.console.models.state import Held
    from mlops_console.journal.registry import Approval, Version
    from mlops_console.promotion.model import GateResult
    from mlops_console.workspace.deciding.plan import Plan
    from mlops_console.workspace.deploying.plan import DeployPlan

MOST_GATES = 3
MOST_PEOPLE = 4


def promoting(plan: "Plan", glyphs: "Glyphs", monitors: "Sequence[Effect]" = ()) -> list[Effect]:
    """Of moving an alias to a version; `monitors`: what these say of the data."""
    effects = [Effect("replaces", _replaces(plan)), Effect("writes", _writes(plan, glyphs))]
    effects += _gates(plan, glyphs)
    effects += _approvals(plan)
    effects += monitors
    for one in plan.targets[:2]:
        served = f"v{one.version}" if one.version is not None else "another version"
        effects.append(
            Effect("deployed", ((f"{one.target} serves {served} until somebody deploys anew", "second"),))
        )
    back = "one key and a reason, no gates"
    to = f"v{plan.way_back.number}, " if plan.way_back is not None else ""
    effects.append(Effect("way back", (("R", "text", True), (f" at any time: {to}{back}", "second"))))
    if plan.private:
        words = "this project can't be written: the decision stays private to you"
        effects.append(Effect("", ((f"{glyphs.warning} ", "warn", True), (words, "text"))))
    return effects


def _replaces(plan: "Plan") -> tuple[Piece, ...]:
    state = plan.replaces
    if plan.already:
        return ((f"nothing: {plan.alias} stands on v{plan.version.number} already", "warn"),)
    if state is None:
        return ((f"nothing: it is the first {plan.alias} of {plan.model}", "second"),)
    if state.version is None:
        return ((f"nothing: {state.by} took {plan.alias} off", "second"),)
    return stands(state.version, plan.alias, state.since, state.by)


def stands(version: "Version", alias: str, since: int, by: str) -> tuple[Piece, ...]:
    """What stands there, since when, by whom."""
    for_so_long = roughly(max(1, now_us() - since))
    return ((f"v{version.number}", "text"), (f", {alias} for {for_so_long}, put there by {by}", "second"))


def _writes(plan: "Plan", glyphs: "Glyphs") -> tuple[Piece, ...]:
    what = [f"v{plan.version.number}"]
    if plan.writes.sha256:
        what += [display.size(plan.writes.size), f"sha {plan.writes.sha256[:8]}"]
    return ((f"an event, and {plan.writes.pointer} {glyphs.crumb} {', '.join(what)}", "second"),)


def _gates(plan: "Plan", glyphs: "Glyphs") -> list[Effect]:
    """Those that don't pass, each with who let it fail; else how many pass."""
    if plan.gates is None:
        return [Effect("gates", (("are being asked", "muted"),))]
    failing = plan.failing
    if not failing:
        every = str(len(plan.gates))
        return [Effect("gates", (("all ", "second"), (every, "ok", True), (" pass", "second")))]
    rows = [
        Effect("" if at else "gates", _failing(plan, one, glyphs))
        for at, one in enumerate(failing[:MOST_GATES])
    ]
    if len(failing) > MOST_GATES:
        rows.append(Effect("", ((f"and {len(failing) - MOST_GATES} more that don't pass", "muted"),)))
    return rows


def _failing(plan: "Plan", one: "GateResult", glyphs: "Glyphs") -> tuple[Piece, ...]:
    fails = one.verdict == "fail"
    head: tuple[Piece, ...] = (
        (f"{glyphs.state('failed' if fails else 'unknown')} ", "bad" if fails else "warn", True),
        (f"{named(one)} {'fails' if fails else 'is not known'}   ", "text"),
    )
    by = plan.allowed.get(one.gate)
    if by is not None:
        return (*head, (f'allowed by {by.by} {moment(by.at, now_us()).strip()}: "{by.reason}"', "second"))
    return (*head, (one.because, "second"))


def _approvals(plan: "Plan") -> list[Effect]:
    consent = plan.consent
    if not consent.needed:
        return []
    given = ", ".join(one.by for one in consent.given[:MOST_PEOPLE]) or "nobody"
    words = f"by {given}" if consent.given else "by nobody yet"
    if not consent.missing:
        return [Effect("approved", ((words, "second"),))]
    return [Effect("approved", ((f"{words}, ", "second"), (_missing(plan), "text")))]


def _missing(plan: "Plan") -> str:
    consent = plan.consent
    who = " or ".join(consent.may[:MOST_PEOPLE])
    if not who:
        who = "nobody else can write here" if not consent.people.everyone else "anybody but its author"
    return f"{consent.missing} more must: {who}"


def in_the_way(plan: "Plan") -> str:
    """Why nothing can move yet: it stands there, or a gate fails that nobody let fail."""
    if plan.already:
        return f"{plan.alias} stands on v{plan.version.number} already."
    refused = [one for one in plan.failing if one.verdict == "fail" and not _let(plan, one)]
    if not refused:
        return ""
    names = ", ".join(named(one) for one in refused[:3])
    for_ever = [one for one in refused if one.always]
    if for_ever:
        return f"Not yet: {names}. {for_ever[0].because}"
    if all(one.gate.startswith("approvals") for one in refused):
        return f"Not yet: approvals, {_missing(plan)}."
    if plan.override == "never":
        return f"Not yet: {names}. {plan.override_because or 'The project lets no gate of this alias fail.'}"
    if plan.override == "second-person":
        return f"Not yet: {names}. Somebody else than you may let that fail: a on the gate, with a reason."
    return f"Not yet: {names}. Esc, then a on a failing gate lets it fail, with a reason that stays."


def _let(plan: "Plan", one: "GateResult") -> bool:
    return one.gate in plan.allowed or one.gate.partition(":")[0] in plan.allowed


def deploying(plan: "DeployPlan", held: "Held", version: "Version") -> list[Effect]:
    """Of making a version current in a target."""
    number = f"v{version.number}"
    before = _number(plan.before_label) if plan.before else "nothing"
    if plan.before == plan.sha256:
        switches: tuple[Piece, ...] = ((f"nothing: {number} is current there already", "warn"),)
    else:
        switches = (
            (f"current from {before} to ", "second"),
            (number, "text", True),
            (f" in {plan.folder}", "second"),
        )
    copies = (
        f"{display.size(plan.copies)}, hashed there; {display.size(plan.room)} are free"
        if plan.copies
        else "nothing: the release is there already, and whole"
    )
    rows = [Effect("switches", switches), Effect("copies", ((copies, "second"),)), _stands_as(held, version)]
    if plan.smoke or plan.health:
        asks = [f"smoke before the switch ({plan.smoke})"] if plan.smoke else []
        back = f", and returns to {before} if it says no" if plan.before not in (None, plan.sha256) else ""
        asks += [f"health after it ({plan.health}){back}"] if plan.health else []
        rows.append(Effect("asks", (("; ".join(asks), "second"),)))
    if plan.pruned:
        names = ", ".join(map(_number, plan.pruned[:6]))
        rows.append(Effect("removes", ((f"{names}: older than the project keeps", "second"),)))
    if plan.before not in (None, plan.sha256):
        stays = f" on {before}: its release stays there, only current moves"
        rows.append(Effect("way back", (("W", "text", True), (stays, "second"))))
    return rows


def _stands_as(held: "Held", version: "Version") -> Effect:
    """What was decided of a version that is to be served."""
    if version.aliases:
        return Effect("alias", ((", ".join(version.aliases), "second"),))
    champion = held.holder(CHAMPION)
    other = f"; champion is v{champion.number}" if champion is not None else ""
    return Effect("alias", ((f"none: nobody promoted it{other}", "warn"),))


def _number(label: str) -> str:
    """`churn@3` as it is called where only churn is spoken of."""
    _, at, number = label.rpartition("@")
    return f"v{number}" if at and number.isdigit() else label or "an unknown release"


def going_back(held: "Held", alias: str, back: "Version") -> list[Effect]:
    """Of a rollback."""
    state = held.model.aliases[alias]
    taken_off: tuple[Piece, ...] = ((f"nowhere: {state.by} took {alias} off", "second"),)
    begin = stands(state.version, alias, state.since, state.by) if state.version is not None else taken_off
    pointer = pointer_of(held.model.name, alias)
    return [
        Effect("from", begin),
        Effect("to", ((f"v{back.number}", "text", True), (", which stood there before", "second"))),
        Effect("writes", ((f"an event, and {pointer}", "second"),)),
        Effect("gates", (("are not asked; the files of the version are verified", "second"),)),
    ]


def approvals(held: "Held", version: "Version", alias: str) -> "Sequence[Approval]":
    """Who approved this move."""
    same = (version.id, alias)
    return [one for one in held.model.approvals if (one.version_id, one.alias) == same and not one.gates]
