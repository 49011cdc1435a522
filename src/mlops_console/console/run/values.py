"""Numbers that were measured once: no curve to draw, so they stand as label and number, in columns."""

from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.run.brief import on_the_point
from mlops_console.console.run.facts import Metric
from mlops_console.console.run.metrics import Group

LABEL_MOST: Final = 34
BETWEEN: Final = 4
SHARE: Final = 5
"""Beside charts the values have at most this part of the height."""


def apart(groups: Sequence[Group], metrics: Collection[Metric]) -> tuple[list[Group], list[Metric]]:
    """The charts that have a curve to draw, and the metrics of the others."""
    by_key = {metric.key: metric for metric in metrics}
    charts: list[Group] = []
    single: list[Metric] = []
    for group in groups:
        members = [by_key[member[2]] for member in group.members]
        if any(metric.count > 1 for metric in members):
            charts.append(group)
        else:
            single += members
    return charts, single


class Block(NamedTuple):
    """How values stand: in so many columns, down first."""

    columns: int
    down: int
    label: int
    number: int
    shown: int
    """How many of them; behind the last one stands how many more there are."""

    @property
    def height(self) -> int:
        """Rows, with the heading and the blank row below."""
        return self.down + 2


def block(values: Sequence[Metric], width: int, height: int, *, alone: bool) -> Block | None:
    """How values stand on an area, alone or below charts; None where there are none, or no room."""
    most = (height if alone else height // SHARE) - 2
    if not values or most < 1:
        return None
    some = values[: most * max(1, width // 16)]
    label = min(LABEL_MOST, max(8, *(width_of(display.safe_text(one.key)) for one in some)))
    number = max(map(len, on_the_point([one.last for one in some])))
    cell = label + 2 + number + BETWEEN
    columns = max(1, (width - 4 + BETWEEN) // cell)
    # A few values read best below each other.
    down = min(most, max(-(-len(values) // columns), min(len(values), 6) if alone else 1))
    columns = min(columns, -(-len(values) // down))
    room = columns * down
    return Block(columns, down, label, number, len(values) if len(values) <= room else room - 1)


def value_lines(
    values: Sequence[Metric], laid: Block, width: int, rule: str, blank: Callable[[], Line]
) -> list[Line]:
    """The heading, and the values below it."""
    head = blank().to(2).put("Values", "second", bold=True)
    head.put(f"  {display.count(len(values))} measured once  ", "muted")
    lines = [head.put(rule * max(0, width - 2 - head.at), "line")]
    lines += [blank() for _ in range(laid.down)]
    shown = values[: laid.shown]
    for index, (metric, number) in enumerate(
        zip(shown, on_the_point([one.last for one in shown]), strict=True)
    ):
        column, row = divmod(index, laid.down)
        line = lines[1 + row].to(2 + column * (laid.label + 2 + laid.number + BETWEEN))
        line.put(fit(metric.key, laid.label), "muted").put("  ")
        line.put(fit(number, laid.number), "bad" if metric.not_numbers else "text", bold=True)
    if laid.shown < len(values):
        column, row = divmod(laid.shown, laid.down)
        line = lines[1 + row].to(2 + column * (laid.label + 2 + laid.number + BETWEEN))
        line.put(f"{display.count(len(values) - laid.shown)} more in Metrics", "muted")
    return [*lines, blank()]
