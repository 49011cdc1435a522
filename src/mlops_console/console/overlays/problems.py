"""The drawer: what could not be read and why, and what the watching says of itself."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.console.drawing import Line, fit
from mlops_console.console.overlays.listing import Entry, Listing, words

if TYPE_CHECKING:
    from mlops_console.ingest import Health
    from mlops_console.records import Changed

AGAIN_SECONDS = 0.5


class Problems(Listing):
    """Problems by file, below what goes on now."""

    heading = "Problems and activity"
    widest = 110
    foot = (("j k", "move"), ("/", "search"), ("Enter", "the whole sentence"))
    nothing = "Every file could be read."

    def __init__(
        self, health: "Health | None", notices: Sequence[str], ask: Callable[["Problems"], None]
    ) -> None:
        super().__init__()
        self._health = health
        self._notices = notices
        self._ask = ask
        self._problems: Sequence[Any] | None = None
        self._due = False

    def on_mount(self) -> None:
        """Ask the store."""
        super().on_mount()
        self._ask(self)

    def workspace_opened(self) -> None:
        """Ask the store, now that it is there."""
        self._ask(self)

    def store_changed(self, changed: "Changed") -> None:
        """Ask again, now and then."""
        if not self._due:
            self._due = True
            self.set_timer(AGAIN_SECONDS, self._again)

    def _again(self) -> None:
        self._due = False
        self._ask(self)

    def known(self, problems: Sequence[Any], health: "Health | None", notices: Sequence[str]) -> None:
        """(project name, Problem) pairs, once the store has said; the cursor stays on its problem."""
        here = self.listed[self.at].value if self.listed else None
        self._problems, self._health, self._notices = problems, health, notices
        self.again()
        if here is not None:
            self.at = next((at for at, entry in enumerate(self.listed) if entry.value == here), self.at)
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
