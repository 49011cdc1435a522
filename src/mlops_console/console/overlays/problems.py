"""The drawer: what could not be read and why, and what the watching says of itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.console.drawing import Line, fit
from mlops_console.console.overlays.listing import Entry, Listing, words

if TYPE_CHECKING:
    from mlops_console.ingest import Health


class Problems(Listing):
    """Problems by file, below what goes on now."""

    heading = "Problems and activity"
    widest = 110
    foot = (("j k", "move"), ("/", "search"), ("Enter", "the whole sentence"))
    nothing = "Every file could be read."

    def __init__(self, health: "Health | None", notices: Sequence[str]) -> None:
        super().__init__()
        self._health = health
        self._notices = notices
        self._problems: Sequence[Any] | None = None

    def known(self, problems: Sequence[Any]) -> None:
        """(project name, Problem) pairs, once the store has said."""
        self._problems = problems
        self.again()

    def entries(self, search: str) -> list[Entry]:
        """Activity, then problems."""
        rows = self._activity() if not search else []
        if self._problems is None:
            return [*rows, Entry(words(("Asking the store", "muted")))]
        asked = search.lower().split()
        found = [
            (project, problem)
            for project, problem in self._problems
            if all(word in f"{project} {problem.path} {problem.what}".lower() for word in asked)
        ]
        if not self._problems:
            rows.append(Entry(words((self.nothing, "second"))))
        rows += [Entry(_problem(project, problem), (project, problem)) for project, problem in found]
        return rows

    def _activity(self) -> list[Entry]:
        rows = []
        health = self._health
        if health is not None:
            says = health.words or health.state
            watched = (
                f"   watching {display.count(health.watching)} of {display.count(health.watchable)} folders"
            )
            rows.append(
                Entry(
                    words(
                        ("now       ", "muted"),
                        (says, "text"),
                        (watched if health.watchable else "", "muted"),
                    )
                )
            )
            rows.append(Entry(words(("store     ", "muted"), (f"{health.role} of the store", "second"))))
        notices = dict.fromkeys((*self._notices, *(health.notices if health else ())))
        rows += [Entry(words(("! ", "warn", True), (notice, "second"))) for notice in notices]
        return [*rows, Entry(lambda line: line)] if rows else []

    def chosen(self, value: Any) -> None:
        """Show a problem in full."""
        from mlops_console.console.overlays.note import Note

        project, problem = value
        facts = [
            ("project", "second", project),
            ("file", "text", problem.path),
            ("what", "second", problem.what),
        ]
        if problem.offset is not None:
            facts.append(("at byte", "second", display.count(problem.offset)))
        self.app.push_screen(Note("Problem", facts))


def _problem(project: str, problem: Any) -> Any:
    def draw(line: Line) -> None:
        line.put("! ", "warn", bold=True)
        path = f"{project}/{problem.path}" if problem.path != "." else project
        line.put(fit(path, 44), "text").put("  ")
        line.put(problem.what, "second")

    return draw
