"""Choosing what to see: filter, order, groups, columns."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_console.console.overlays.columns import Columns
from mlops_console.console.runs.base import RunsBase
from mlops_console.console.runs.sheets import MOST_GROUPS, too_many_groups
from mlops_console.console.runs.view import RunsView, shifted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def first_way(column: Any) -> bool:
    """Whether a column is first sorted ascending: the best first, text from A, the newest first."""
    if column.goal is not None:
        return bool(column.goal == "min")
    return column.kind in ("text", "id", "status", "flag")


class ViewActions(RunsBase):
    """What changes the view."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key that begins the filter is a letter in it."""
        return not (action == "filter" and self.console_app.typing)

    def action_filter(self) -> None:
        """Type a filter."""
        self.filter_line.begin()

    def action_sort(self) -> None:
        """Sort by the column under the cursor."""
        column = self.column
        if column is None:
            return
        if column.kind == "spark":
            self.say("A curve has no order; sort by its last value", "muted")
            return
        self.change(self.choices.sorted_by(column.key, first_way(column)))

    def action_sort_next(self) -> None:
        """Add the column as the next sort key."""
        column = self.column
        if column is not None and column.kind != "spark":
            self.change(self.choices.then_by(column.key, first_way(column)))

    def action_group(self) -> None:
        """Group by the column under the cursor."""
        column = self.column
        if column is None or self.answer is None:
            return
        if self.choices.group is not None:
            self.change(self.choices.grouped_by(self.choices.group))
            return
        if column.kind == "spark":
            self.say("A curve makes no groups", "muted")
            return
        many = too_many_groups(self.answer.frame, column.key)
        if many:
            self.say(
                f"{column.title} has {many:,} different values; at most {MOST_GROUPS} groups help", "muted"
            )
            return
        self.change(self.choices.grouped_by(column.key))
        self.say(f"Grouped by {column.title}   h l choose another column, o ends it")

    def action_shift(self, step: int) -> None:
        """Move the column under the cursor."""
        column = self.column
        if column is None:
            return
        keys = [shown.key for shown in self.table.sheet.columns]
        pinned = self.choices.pinned
        if column.key in pinned:
            self.say(f"{column.title} is pinned; v unpins it", "muted")
            return
        loose = shifted([key for key in keys if key not in pinned], column.key, step)
        self.change(self.choices.with_columns([*(key for key in keys if key in pinned), *loose]))

    def action_columns(self) -> None:
        """Choose columns."""
        if self.answer is None:
            return
        shown = [column.key for column in self.table.sheet.columns]
        panel = Columns(self.choices, shown, self.change)

        def closed(answer: str | None) -> None:
            if answer == "proposed":
                self.change(replace(self.choices, columns=(), pinned=RunsView().pinned))

        self.app.push_screen(panel, closed)
        self.ask_columns(panel.known)

    def ask_columns(self, told: "Callable[[Sequence[Any]], None]") -> None:
        """Ask which columns there are; `RunsScreen` knows whom."""

    def action_zoom(self) -> None:
        """The table alone, or with the preview again."""
        self.zoomed = not self.zoomed
        self.place_preview()

    def place_preview(self) -> None:
        """Place the preview; `RunsScreen` knows how."""
