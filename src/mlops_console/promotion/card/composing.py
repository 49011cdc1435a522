"""A card as a document: what matters to somebody who must answer for the model comes first."""

from collections.abc import Iterator

from mlops_console import display
from mlops_console.documents.blocks import (
    Block,
    Document,
    Facts,
    Heading,
    Ink,
    Items,
    Tile,
    Tiles,
    Words,
)
from mlops_console.promotion.card.decided import consents, deployments, gates, history, remarks
from mlops_console.promotion.card.model import Card, MoveTold
from mlops_console.promotion.card.origin import data, files, lineage, training
from mlops_console.promotion.card.reached import kpis, metrics, slices
from mlops_console.promotion.card.words import listed, when


def composed(card: Card) -> Document:
    """Every block, the answer first."""
    return Document(f"{card.label}: model card", tuple(_blocks(card)))


def _blocks(card: Card) -> Iterator[Block]:
    yield Heading(f"Model card, project {card.project}", 1)
    yield Words(f"{card.label} {_stands(card)}.", "answer")
    yield Words(_comes(card), "muted")
    yield Tiles(tuple(_tiles(card)))
    yield from _warnings(card)
    yield from _purpose(card)
    yield from metrics(card)
    yield from slices(card)
    yield from kpis(card)
    yield from gates(card)
    yield from consents(card)
    yield from data(card)
    yield from lineage(card)
    yield from training(card)
    yield from files(card)
    yield from history(card)
    yield from deployments(card)
    yield from remarks(card)
    yield from _made(card)


def _stands(card: Card) -> str:
    match card.standing:
        case "held" | "contested":
            since = max(
                (move.at for move in card.moves if move.version == card.version and move.holds), default=0
            )
            return f"is {card.words}" + (f" since {when(since)[:10]}" if since else "")
        case "withdrawn":
            return "is withdrawn"
        case "candidate":
            return "is a candidate: no alias stands on it"
        case "not picked":
            return "was not picked: no alias ever stood on it"
    left = next((move for move in card.moves if move.before == card.version and move.holds), None)
    if left is None:
        return "held an alias before"
    if card.standing == "rolled back":
        back = f" to v{left.version}" if left.version else ""
        return f"was {left.alias} until it was rolled back{back} on {when(left.at)[:10]}"
    after = f", when v{left.version} took its place" if left.version else ", when it was taken off"
    return f"was {left.alias} until {when(left.at)[:10]}{after}"


def _comes(card: Card) -> str:
    run = card.lineage.run
    named = next((run[key] for key in ("name", "native_id", "path") if isinstance(run.get(key), str)), "")
    source = f" from the run {named}" if named else " as an external model" if card.external else ""
    digest = f". SHA-256 {card.contents.sha256[:12]}…" if card.contents.sha256 else "."
    return f"Registered {when(card.registered_at)} by {card.registered_by}{source}{digest}"


def _tiles(card: Card) -> Iterator[Tile]:
    figure = next((one for one in card.figures if one.metric == card.metric), None)
    if figure is not None:
        better = {"max": "more is better", "min": "less is better"}.get(figure.goal or "", "")
        yield Tile(figure.metric, display.number(figure.value), better)
    promotion = next(iter(card.promotions), None)
    if promotion is not None:
        yield _passed(promotion)
    else:
        yield Tile("gates", display.NONE, "none were asked yet", "muted")
    approvals = [one for one in card.consents if not one.gates]
    if approvals:
        who = listed(list(dict.fromkeys(one.by for one in approvals)))
        yield Tile("approvals", display.count(len(approvals)), who)
    yield Tile("owner", card.wishes.owner or "nobody", "", "" if card.wishes.owner else "worse")
    yield Tile("registered", when(card.registered_at)[:10], f"by {card.registered_by}")


def _passed(promotion: MoveTold) -> Tile:
    passing = sum(gate.verdict == "pass" for gate in promotion.gates)
    every = len(promotion.gates)
    ink: Ink = "better" if passing == every else "worse"
    note = f"for {promotion.alias}"
    if promotion.overridden:
        note += f", {display.count(len(promotion.overridden))} overridden"
    return Tile("gates passed", f"{display.count(passing)} of {display.count(every)}", note, ink)


def _warnings(card: Card) -> Iterator[Block]:
    """What must not be overlooked."""
    told = []
    if card.retracted:
        told.append(f"It was withdrawn: {card.retracted}")
    if card.contested:
        told.append("An alias of it is contested: two people moved it at the same time.")
    for move in card.moves:
        if move.version == card.version and move.overridden and move.holds:
            gates = "gates" if len(move.overridden) > 1 else "a gate"
            told.append(
                f"It became {move.alias} on {when(move.at)} past {gates} that did not pass:"
                f" {'; '.join(move.overridden)}. {move.by} gave as the reason: {move.reason or 'nothing'}"
            )
    if not card.registered_proven:
        told.append(f"That {card.registered_by} registered it is not proven by the owner of the file.")
    if card.private:
        told.append("Some of this stands in a private journal: others of the project don't see it.")
    if told:
        yield Items(tuple(told), "warn")
    if card.missing:
        parts = "A part" if len(card.missing) == 1 else f"{display.count(len(card.missing))} parts"
        verb = "is" if len(card.missing) == 1 else "are"
        yield Words(f"{parts} of this card {verb} missing:")
        yield Items(tuple(one.how for one in card.missing), "warn")
    if card.mistakes:
        yield Words("The project's file has mistakes, so that something may be missing here:")
        yield Items(card.mistakes, "warn")


def _purpose(card: Card) -> Iterator[Block]:
    how = {one.part: one.how for one in card.missing}
    for name, title in (("purpose", "Purpose"), ("limits", "Limits")):
        yield Heading(title)
        text = str(getattr(card.wishes, name))
        if text.strip():
            yield from (Words(part) for part in _paragraphs(text))
        else:
            yield Words(how.get(name, "Nobody has written it."), "muted")
    if card.wishes.owner:
        yield Words(f"{card.wishes.owner} answers for it.", "muted")


def _paragraphs(text: str) -> list[str]:
    """Blank lines part paragraphs, other line ends are blanks."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            found[-1].append(line.strip())
        elif found[-1]:
            found.append([])
    return [" ".join(lines) for lines in found if lines]


def _made(card: Card) -> Iterator[Block]:
    yield Heading("How this card was made")
    yield Words(
        f"On {when(card.made)} by {card.maker}, from the project's journal, its mlops-console.toml and what"
        " was recorded when the version was registered. Purpose, limits, owner and KPIs are as they stand"
        " today; gates are as they were judged when the alias was moved.",
        "muted",
    )
    yield Facts((("Version's id", card.version_id),))
