"""What a version reached: metrics with how sure they are, slices, KPIs in the terms of business."""

from collections.abc import Iterator

from mlops_console import display
from mlops_console.documents.blocks import Block, Entry, Grid, Heading, Ink, Items, Picture, Row, Words
from mlops_console.promotion.card.missing import table
from mlops_console.promotion.card.model import Card, Figure, KpiTold, MoveTold
from mlops_console.promotion.card.words import interval, when
from mlops_console.promotion.model import SliceFound

_METRICS = 40
_SLICES = 30
_BETTER = {"max": "more", "min": "less"}


def metrics(card: Card) -> Iterator[Block]:
    """Values, and the intervals that predictions and seeds give them."""
    yield Heading("Metrics")
    if not card.figures:
        yield Words(_how(card, "metrics"), "muted")
        return
    rows = any(one.rows_ci for one in card.figures)
    seeds = any(one.seeds_ci for one in card.figures)
    known = card.figures[:_METRICS]
    head = ["metric", "better", "of", "value"]
    head += ["95%, over rows"] if rows else []
    head += ["mean of seeds", "95%, over seeds"] if seeds else []
    yield Grid(tuple(head), tuple(_figure(card, one, rows, seeds) for one in known), left=3)
    if len(card.figures) > len(known):
        yield Words(f"{display.count(len(card.figures) - len(known))} more metrics were recorded.", "muted")
    if rows:
        many = next(one.rows for one in card.figures if one.rows_ci)
        yield Words(
            f"Over rows: how far the value may be off because of which {display.count(many)} rows it was"
            " measured on (bootstrap).",
            "muted",
        )
    if seeds:
        many = next(one.seeds for one in card.figures if one.seeds_ci)
        yield Words(
            f"Over seeds: the mean of {display.count(many)} runs of the same configuration, and the interval"
            " of that mean (Student's t). What another training would give varies more.",
            "muted",
        )
    if card.unsure:
        yield Items(card.unsure)


def _figure(card: Card, one: Figure, rows: bool, seeds: bool) -> Row:
    judged = one.metric == card.metric
    cells: list[str | Entry] = [
        Entry(one.metric, "best" if judged else ""),
        _BETTER.get(one.goal or "", ""),
        one.which,
        Entry(display.number(one.value), "best" if judged else ""),
    ]
    cells += [interval(one.rows_ci)] if rows else []
    cells += [display.number(one.seeds_mean), interval(one.seeds_ci)] if seeds else []
    return cells


def slices(card: Card) -> Iterator[Block]:
    """Parts of the data, as the gates saw them."""
    yield Heading("Slices")
    told = next((move for move in card.promotions if move.slices), None)
    if told is not None:
        worst = worst_first(told)
        yield Words(
            f"Against {_before(told.before)}, as judged for {told.alias} on {when(told.at)}; worst first.",
            "muted",
        )
        head = ("slice", "rows", "difference", "95% interval", "q")
        yield Grid(head, tuple(map(_slice, worst[:_SLICES])))
        if len(worst) > _SLICES:
            yield Words(f"{display.count(len(worst) - _SLICES)} more slices are less bad.", "muted")
        yield Words("Below 0 is worse; q is p after the correction over all slices.", "muted")
        yield Picture("slices")
        return
    problem = next((move.slices_problem for move in card.promotions if move.slices_problem), "")
    if problem:
        yield Words(problem, "muted")
    elif any(gate.gate.startswith("slices") for move in card.promotions for gate in move.gates):
        yield Words("There was no version yet to hold it against: it was the first.", "muted")
    elif any("slices" in gates for gates in card.wishes.gates.values()):
        yield Words("Nobody has looked at parts of the data yet: promoting it will.", "muted")
    else:
        yield Words(
            "Nobody has looked at parts of the data: add `slices = 0.01` under"
            f" {table(card.model)[:-1]}.gates.champion] in mlops-console.toml, and promoting will.",
            "muted",
        )


def worst_first(move: MoveTold) -> list[SliceFound]:
    """Slices that can be told first, and of these the worst."""
    known = [one for one in move.slices if one.difference is not None]
    return [
        *sorted(known, key=lambda one: one.difference or 0.0),
        *(one for one in move.slices if one.difference is None),
    ]


def _before(number: int | None) -> str:
    return "the version before" if number is None else f"v{number}"


def _slice(one: SliceFound) -> Row:
    ink: Ink = ""
    if one.q is not None and one.q < 0.05 and one.difference:
        ink = "better" if one.difference > 0 else "worse"
    return [
        one.name,
        display.count(one.n),
        Entry(display.number(one.difference), ink),
        interval(one.ci),
        display.number(one.q, 2),
    ]


def kpis(card: Card) -> Iterator[Block]:
    """In business terms."""
    yield Heading("KPIs")
    if not card.kpis:
        yield Words(
            "Nobody has said what it is worth in business: add"
            f" {table(card.model)[:-1]}.kpis.NAME] to mlops-console.toml.",
            "muted",
        )
        return
    lives = any(one.production for one in card.kpis)
    head = ["KPI", "metric", "owner", "reviewed", "value", "floor", "target", "worth"]
    head += ["in production"] if lives else []
    yield Grid(head, tuple([*_kpi(one), *([one.production] if lives else [])] for one in card.kpis), left=4)


def _kpi(told: KpiTold) -> list[str | Entry]:
    kpi = told.kpi
    sign = ">=" if kpi.goal == "max" else "<="
    met: Ink = "" if told.met is None else "better" if told.met else "worse"
    reached: Ink = "" if told.reached is None else "better" if told.reached else "muted"
    review = "" if kpi.review_days is None else f"every {display.number(kpi.review_days)} days"
    review += f", {told.review}" if told.review else ""
    value = display.number(told.value)
    return [
        kpi.name,
        kpi.metric,
        kpi.owner or "nobody",
        review,
        Entry(value if told.value is not None else "not recorded", "" if told.value is not None else "muted"),
        Entry(_limit(sign, kpi.floor, {True: "kept", False: "not kept", None: ""}[told.met]), met),
        Entry(_limit(sign, kpi.target, {True: "reached", False: "not yet", None: ""}[told.reached]), reached),
        told.worth or display.NONE,
    ]


def _limit(sign: str, value: float | None, verdict: str) -> str:
    if value is None:
        return display.NONE
    return f"{sign} {display.number(value)}" + (f", {verdict}" if verdict else "")


def _how(card: Card, part: str) -> str:
    return next((one.how for one in card.missing if one.part == part), "Nothing was recorded.")
