"""What people decided about a version: gates, approvals, overrides, moves, deployments, notes."""

from collections.abc import Iterator

from mlops_console import display
from mlops_console.documents.blocks import Block, Entry, Grid, Heading, Ink, Items, Picture, Row, Words
from mlops_console.promotion.card.model import Card, ConsentTold, DeploymentTold, MoveTold
from mlops_console.promotion.card.words import cut, interval, listed, version, when
from mlops_console.promotion.model import GateResult, Judged

_ROWS = 60
_VERDICTS = {"pass": "✓ pass", "fail": "✗ fail", "unknown": "? unknown"}
_WAYS = {"promote": "promoted", "rollback": "rolled back", "remove": "taken off", "adopt": "adopted"}
_OUTCOMES = {
    "done": "done", "returned": "taken back", "refused": "refused", "open": "its end was never written",
}  # fmt: skip


def gates(card: Card) -> Iterator[Block]:
    """As judged at each promotion that brought an alias here."""
    yield Heading("Gates")
    if not card.promotions:
        yield Words(_never(card), "muted")
        return
    for move in card.promotions:
        was = "" if move.before is None else f", in place of v{move.before}"
        yield Heading(f"For {move.alias}{was}", 3)
        yield Words(f"As judged on {when(move.at)}, when {move.by} moved it.", "muted")
        yield Grid(
            ("", "gate", "measured", "required", "evidence"),
            tuple(_gate(gate, gate.gate in move.overridden) for gate in move.gates),
            left=9,
        )
        because = [
            f"{gate.gate}: {gate.because}" for gate in move.gates if gate.verdict != "pass" and gate.because
        ]
        if because:
            yield Items(tuple(because), "warn")
        if move.judgements:
            yield Words("Against the version that held it, as the statistics said then:", "muted")
            yield Grid(
                ("metric", "verdict", "of", "difference", "95% interval", "p"),
                tuple(map(_judged, move.judgements)),
                left=3,
            )
            yield Picture("against", move.alias)


def _never(card: Card) -> str:
    holds = [move for move in card.moves if move.version == card.version and move.holds]
    if not holds:
        return "No gate was asked: it was never promoted."
    ways = listed(list(dict.fromkeys(_WAYS.get(move.way, move.way) for move in holds)))
    return f"No gate was asked when its alias was moved: it was {ways}."


def _gate(gate: GateResult, overridden: bool) -> Row:
    inks: dict[str, Ink] = {"pass": "better", "fail": "worse", "unknown": "worse"}
    verdict = _VERDICTS[gate.verdict] + (", overridden" if overridden else "")
    return [Entry(verdict, inks[gate.verdict]), gate.gate, gate.measured, gate.required, gate.evidence]


def _judged(one: Judged) -> Row:
    inks: dict[str, Ink] = {"better": "better", "equivalent": "better", "worse": "worse"}
    return [
        one.metric,
        Entry(one.verdict, inks.get(one.verdict, "")),
        one.n,
        display.number(one.difference),
        interval(one.ci),
        display.number(one.p, 2),
    ]


def consents(card: Card) -> Iterator[Block]:
    """Approvals, and who let which gates fail."""
    yield Heading("Approvals and overrides")
    if card.consents:
        yield Grid(("when", "who", "what", "reason"), tuple(map(_consent, card.consents)), left=9)
    else:
        yield Words("Nobody has approved it.", "muted")
    passed_over = [
        move for move in card.moves if move.version == card.version and move.overridden and move.holds
    ]
    for move in passed_over:
        yield Words(
            f"Overridden by {move.by} on {when(move.at)}, for {move.alias}: {'; '.join(move.overridden)}."
            f" Reason: {move.reason or 'none was given'}",
            "warn",
        )
    if not passed_over:
        yield Words("No gate was overridden.", "muted")


def _consent(one: ConsentTold) -> Row:
    what = f"lets {listed(one.gates)} fail for {one.alias}" if one.gates else f"approves it as {one.alias}"
    return [when(one.at), _by(one.by, one.proven), what, cut(one.reason)]


def _by(name: str, proven: bool) -> str:
    return name if proven else f"{name} (not proven)"


def history(card: Card) -> Iterator[Block]:
    """Every move that came here or went away."""
    yield Heading("History of aliases")
    if not card.moves:
        yield Words("No alias stood on it yet.", "muted")
        return
    head = ("when", "who", "alias", "from", "to", "how", "reason")
    yield Grid(head, tuple(map(_move, card.moves[:_ROWS])), left=9)
    if len(card.moves) > _ROWS:
        yield Words(f"{display.count(len(card.moves) - _ROWS)} earlier moves are not shown.", "muted")


def _move(move: MoveTold) -> Row:
    reason = cut(move.reason)
    if move.contested:
        reason += " (contested)"
    if not move.holds:
        reason += f" (does not hold: {cut(move.because)})"
    ink: Ink = "" if move.holds else "muted"
    return [
        when(move.at),
        _by(move.by, move.proven),
        move.alias,
        version(move.before),
        Entry(version(move.version), ink),
        _WAYS.get(move.way, cut(move.way, 40)),
        reason.strip(),
    ]


def deployments(card: Card) -> Iterator[Block]:
    """Where it is and was."""
    yield Heading("Where it is deployed")
    if not card.deployments:
        yield Words("It was never deployed.", "muted")
        return
    head = ("when", "who", "target", "folder", "outcome", "")
    yield Grid(head, tuple(map(_deployment, card.deployments[:_ROWS])), left=9)
    if len(card.deployments) > _ROWS:
        yield Words(
            f"{display.count(len(card.deployments) - _ROWS)} earlier deployments are not shown.", "muted"
        )


def _deployment(one: DeploymentTold) -> Row:
    ink: Ink = "worse" if one.outcome in ("returned", "refused") else ""
    outcome = _OUTCOMES.get(one.outcome, cut(one.outcome, 40)) + (
        f": {cut(one.because)}" if one.because else ""
    )
    return [
        when(one.at),
        one.by,
        one.target,
        Entry(one.folder, "mono"),
        Entry(outcome, ink),
        Entry("current", "better") if one.current else "",
    ]


def remarks(card: Card) -> Iterator[Block]:
    """Notes and tags."""
    if not (card.notes or card.tags):
        return
    yield Heading("Notes and tags")
    said = (*card.tags, *card.notes)
    yield Grid(
        ("when", "who", ""),
        tuple([when(one.at), one.by, cut(one.text, 2_000)] for one in said[:_ROWS]),
        left=9,
    )
    if len(said) > _ROWS:
        yield Words(f"{display.count(len(said) - _ROWS)} more are not shown.", "muted")
