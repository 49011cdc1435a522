"""What can be typed behind `:` on the Runs screen, and the words that explain a row."""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.console.clipboard import copy
from mlops_console.console.commands import Command
from mlops_console.console.elsewhere import folder_of, open_folder
from mlops_console.console.naming import plain_moments
from mlops_console.console.overlays.note import Note, Question
from mlops_console.console.runs.choosing import first_way
from mlops_console.console.runs.comparing import CompareActions
from mlops_console.console.runs.loading import now_us
from mlops_console.console.runs.registering import RegisterActions
from mlops_console.console.runs.tagging import TagActions

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_console.console.runs.view import Sort
    from mlops_console.workspace.details import RunDetail

MEANINGS = {
    "running": "It runs, as far as its files and its process tell.",
    "finished": "Its tool wrote that it ended well.",
    "failed": "Its tool wrote that it failed.",
    "killed": "The process that wrote it is gone, and no end was written.",
    "unknown": "No end was written, and nothing has been written for a while; the process can't be asked.",
}


class SayActions(TagActions, CompareActions, RegisterActions):
    """Commands and explanations."""

    def commands(self) -> Sequence[Command]:
        """The commands that hold here."""
        return (
            *self.tag_commands(),
            *self.compare_commands(),
            *self.register_commands(),
            Command("filter", "TEXT", "show only runs that match", self._filter),
            Command("sort", "KEY[:desc] ...", "order by columns", self._sort, self._keys),
            Command("columns", "KEY ...", "show these columns", self._columns, self._keys),
            Command("group", "KEY | off", "group by a column", self._group, lambda: [*self._keys(), "off"]),
            Command("archived", "on | off", "show archived runs too", self._archived, lambda: ("on", "off")),
            Command(
                "forget", "", "forget the marked runs, or this one (files stay)", lambda _: self._forget()
            ),
        )

    def _keys(self) -> list[str]:
        return [column.key for column in self.answer.frame.columns] if self.answer is not None else []

    def _filter(self, text: str) -> None:
        self.filter_line.show(text)
        self.change(replace(self.choices, where=text), anew=True)

    def _sort(self, text: str) -> None:
        sort: Sort = ()
        for word in text.split():
            key, colon, way = word.rpartition(":") if word.endswith((":desc", ":asc")) else (word, "", "")
            column = self.column_called(key)
            if column is None:
                self.say(f"There is no column {key}", "warn")
                return
            sort = (*sort, (column.key, way == "asc" if colon else first_way(column)))
        if sort:
            self.change(replace(self.choices, sort=sort))

    def _columns(self, text: str) -> None:
        keys = [column.key for word in text.split() if (column := self.column_called(word)) is not None]
        if keys:
            self.change(self.choices.with_columns(keys))
        else:
            self.say("Name columns, such as status param:lr metric:val/loss", "warn")

    def _group(self, text: str) -> None:
        if text in ("", "off"):
            self.change(replace(self.choices, group=None))
            return
        column = self.column_called(text)
        if column is None:
            self.say(f"There is no column {text}", "warn")
        else:
            self.change(replace(self.choices, group=column.key, closed=frozenset()))

    def _archived(self, text: str) -> None:
        self.change(replace(self.choices, archived=text != "off"), anew=True)

    def column_called(self, name: str) -> Any:
        """A column by key or title; `RunsScreen` knows them all."""

    def _forget(self) -> None:
        runs = self.chosen()
        if not runs:
            return
        many = f"{len(runs):,} runs" if len(runs) > 1 else f"run {runs[0][:8]}"
        facts = (
            ("", "second", "They leave the console for good, also when their files are read again."),
            ("", "second", "Their files are not touched. `mlops-console forget --undo ID` takes it back."),
        )

        def answered(yes: object) -> None:
            if yes:
                self.decide(lambda source: source.forget(runs))
                self.marks.forget(runs)
                self.marked()
                self.say(f"Forgotten: {many}")

        self.app.push_screen(Question(f"Forget {many}?", facts, "forget"), answered)

    def action_folder(self) -> None:
        """Open the folder of the run under the cursor, where there is a desktop."""
        run = self.table.run
        if run is not None:
            self.ask_detail(run, self._open_folder)

    def _open_folder(self, detail: "RunDetail") -> None:
        folder = folder_of(detail.root, detail.path)
        if detail.gone:
            self.say("Its folder is gone", "muted")
        elif open_folder(folder, os.environ):
            self.say(f"Opened {folder}")
        else:
            copy(self.app, folder, f"{folder}   there is no desktop here to open it on")

    def action_explain(self) -> None:
        """Say what the status under the cursor rests on."""
        run = self.table.run
        if run is not None:
            self.ask_detail(run, self._explain)

    def _explain(self, detail: "RunDetail") -> None:
        self.app.push_screen(_explained(detail, self.column))

    def ask_detail(self, run: str, told: "Callable[[RunDetail], None]") -> None:
        """Ask for all about a run; `RunsScreen` knows whom."""


def _explained(detail: "RunDetail", column: Any) -> Note:
    status = str(detail.status)
    facts = [("status", "text", status), ("means", "second", MEANINGS.get(status, ""))]
    if detail.reason:
        facts.append(("because", "second", plain_moments(detail.reason, now_us())))
    if detail.started is not None:
        facts.append(("started", "second", f"{display.second(detail.started)} UTC"))
    if detail.ended is not None:
        facts.append(("ended", "second", f"{display.second(detail.ended)} UTC"))
    facts.append(("path", "second", detail.path))
    if column is not None and column.kind == "number":
        facts.append((column.title, "second", f"the column {column.key}: {_figure(column.key)}"))
    return Note(f"Run {detail.id[:8]}  {display.safe_text(detail.name or '', 40)}", facts)


def _figure(key: str) -> str:
    family = key.partition(":")[0]
    return {
        "metric": "the newest value of its history",
        "best": "the best value of its history",
        "summary": "a final value that the tool stated itself",
        "param": "an input of the run",
    }.get(family, "a fact of the run")
