"""What a decision would do, as rows of the panel: what it replaces, writes, rests on; the way back."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.audit.telling import moment
from mlops_console.console.models.gates import named
from mlops_console.console.models.panel import Effect, Piece
from mlops_console.console.run.head import roughly
from mlops_console.console.run.reading import now_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.glyphs import Glyphs
    from mlops_console.console.models.gates import Judged
    from mlops_console.console.models.state import Held
    from mlops_console.journal.registry import Approval, Version
    from mlops_console.promotion.model import GateResult

MOST_GATES = 3


def promoting(
    held: "Held", version: "Version", alias: str, judged: "Judged | None", glyphs: "Glyphs"
) -> list[Effect]:
    """Of moving an alias to a version."""
    effects = [
        Effect("replaces", replaces(held, alias)),
        Effect("writes", writes(held, version, alias, glyphs)),
    ]
    effects += gates(held, version, alias, judged, glyphs)
    effects.append(
        Effect("way back", (("R", "text", True), (" at any time: one key and a reason, no gates", "second")))
    )
    return effects


def replaces(held: "Held", alias: str) -> tuple[Piece, ...]:
    """What stands there, since when, by whom."""
    state = held.model.aliases.get(alias)
    if state is None or state.version is None:
        return ((f"nothing: it is the first {alias} of {held.model.name}", "second"),)
    for_so_long = roughly(max(1, now_us() - state.since))
    return (
        (f"v{state.version.number}", "text"),
        (f", {alias} for {for_so_long}, put there by {state.by}", "second"),
    )


def writes(held: "Held", version: "Version", alias: str, glyphs: "Glyphs") -> tuple[Piece, ...]:
    """Into which file, and what it points at."""
    where = f".mlops-console/models/{held.model.name}/aliases/{alias}.json"
    what = [f"v{version.number}"]
    if version.size:
        what.append(display.size(version.size))
    if version.sha256:
        what.append(f"sha {version.sha256[:8]}")
    return (("an event, and ", "second"), (f"{where} {glyphs.crumb} {', '.join(what)}", "second"))


def gates(
    held: "Held", version: "Version", alias: str, judged: "Judged | None", glyphs: "Glyphs"
) -> list[Effect]:
    """Those that don't pass, each with who let it fail; else how many pass."""
    if judged is None:
        return [Effect("gates", (("are being asked", "muted"),))]
    failing = [one for one in judged.results if one.verdict != "pass"]
    if not failing:
        return [
            Effect("gates", (("all ", "second"), (str(len(judged.results)), "ok", True), (" pass", "second")))
        ]
    allowed = allowances(held, version, alias)
    rows = []
    for at, one in enumerate(failing[:MOST_GATES]):
        rows.append(Effect("" if at else "gates", _failing(one, allowed, glyphs)))
    if len(failing) > MOST_GATES:
        rows.append(Effect("", ((f"and {len(failing) - MOST_GATES} more that don't pass", "muted"),)))
    return rows


def _failing(one: "GateResult", allowed: "Sequence[Approval]", glyphs: "Glyphs") -> tuple[Piece, ...]:
    fails = one.verdict == "fail"
    sign = glyphs.state("failed" if fails else "unknown")
    head: tuple[Piece, ...] = (
        (f"{sign} ", "bad" if fails else "warn", True),
        (f"{named(one)} {'fails' if fails else 'is not known'}   ", "text"),
    )
    by = [each for each in allowed if _in(one.gate, set(each.gates))]
    if by:
        said = f'allowed by {by[-1].by} {moment(by[-1].at).strip()}: "{by[-1].reason}"'
        return (*head, (said, "second"))
    return (*head, (one.because, "second"))


def allowances(held: "Held", version: "Version", alias: str) -> "list[Approval]":
    """Who let gates fail for this move."""
    return [
        one
        for one in held.model.approvals
        if one.version_id == version.id and one.alias == alias and one.gates
    ]


def approvals(held: "Held", version: "Version", alias: str) -> "list[Approval]":
    """Who approved this move."""
    return [
        one
        for one in held.model.approvals
        if one.version_id == version.id and one.alias == alias and not one.gates
    ]


def may_fail(held: "Held", version: "Version", alias: str, judged: "Judged | None") -> tuple[str, ...]:
    """Gates that don't pass, and that somebody let fail for this move."""
    let = {name for one in allowances(held, version, alias) for name in one.gates}
    results = judged.results if judged is not None else ()
    return tuple(one.gate for one in results if one.verdict != "pass" and _in(one.gate, let))


def in_the_way(held: "Held", version: "Version", alias: str, judged: "Judged | None") -> str:
    """Why nothing can move yet: a gate fails, and nobody has let it fail."""
    if judged is None:
        return ""
    let = may_fail(held, version, alias, judged)
    refused = [one for one in judged.results if one.verdict == "fail" and one.gate not in let]
    if not refused:
        return ""
    names = ", ".join(named(one) for one in refused[:3])
    if all(one.always or one.gate.startswith("approvals") for one in refused):
        return f"Not yet: {names}. {refused[0].because}"
    return f"Not yet: {names}. Esc, then a on a failing gate lets it fail, with a reason that stays."


def _in(gate: str, let: set[str]) -> bool:
    return gate in let or gate.partition(":")[0] in let
