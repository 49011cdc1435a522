"""The pictures of a card, as SVG in the colours of its page."""

import math
from typing import Final

from mlops_console.charts.svg import Look
from mlops_console.charts.svg_intervals import Row, intervals_svg
from mlops_console.display import count, number
from mlops_console.documents.page import COLOURS
from mlops_console.promotion.card.model import Card
from mlops_console.promotion.card.reached import worst_first
from mlops_console.promotion.model import SliceFound

_WIDTH: Final = 760
_MOST: Final = 16
_SHOWN: Final = 0.05
_INKS: Final = {"better": "ok", "equivalent": "ok", "worse": "bad"}


def pictures_of(card: Card) -> dict[str, str]:
    """By name; those without anything to see are left out."""
    drawn = {"slices": _slices(card), "against": _against(card)}
    return {name: svg for name, svg in drawn.items() if svg}


def _slices(card: Card) -> str:
    """How each part of the data fares against the version before."""
    move = next((move for move in card.promotions if move.slices), None)
    rows = [
        Row(
            one.name, one.difference, one.ci, _slice_ink(one),
            f"{_signed(one.difference)} of {count(one.n)}",
        )
        for one in (worst_first(move) if move is not None else ())
        if one.difference is not None and math.isfinite(one.difference)
    ]  # fmt: skip
    return _drawn(rows, "Difference by slice, with 95% intervals", bars=True)


def _slice_ink(one: SliceFound) -> str:
    """Chance has no colour."""
    if one.q is None or one.q >= _SHOWN or not one.difference:
        return "common"
    return "ok" if one.difference > 0 else "bad"


def _against(card: Card) -> str:
    """How it fares as a whole, where the gates of one promotion judged that."""
    judged = [move.judgements for move in card.promotions if move.judgements]
    rows = [
        Row(
            one.metric, one.difference, one.ci, _INKS.get(one.verdict, "series0"),
            f"{_signed(one.difference)} {one.verdict}",
        )
        for one in (judged[0] if len(judged) == 1 else ())
        if one.ci is not None
    ]  # fmt: skip
    return _drawn(rows, "Difference, with 95% intervals")


def _drawn(rows: list[Row], title: str, *, bars: bool = False) -> str:
    if not rows:
        return ""
    chosen = rows[:_MOST]
    desc = "; ".join(f"{row.label} {row.words}" for row in chosen)
    return intervals_svg(chosen, Look(COLOURS, _WIDTH, title=title, desc=desc), bars=bars)


def _signed(value: float | None) -> str:
    text = number(value)
    return f"+{text}" if value is not None and value > 0 else text
