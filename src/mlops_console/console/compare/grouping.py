"""By what runs can be grouped, to be chosen from a list over the screen."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.comparison.differing.same import meaning
from mlops_console.comparison.repeats import is_repeat
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.overlays.listing import Draw, Entry, Listing
from mlops_console.workspace.comparing.model import CONFIG, MOST_SUBJECTS, Asked
from mlops_console.workspace.comparing.pairing import params_of
from mlops_console.workspace.comparing.subjects import group_text, other_seeds, value_of
from mlops_console.workspace.details import details

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.details import RunDetail

ALONE: Final = "none"
"""What is typed, and chosen, for every run by itself."""
_FIELDS: Final = ("group", "status", "host", "project")
_NAMED: Final = 4
_LONGEST: Final = 30


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group the runs."""

    by: str | None
    """As `Asked.by` takes it."""
    kind: str
    """`param`, `tag`, `field`; empty for every run by itself and for configurations."""
    words: str
    """How many groups, and which."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        return ALONE if self.by is None else self.by.removeprefix("tag:")


def groupings(workspace: "Workspace", asked: Asked) -> tuple[Grouping, ...]:
    """By what the asked runs can be grouped into two groups or more; a worker's work."""
    runs = list(details(workspace, list(dict.fromkeys(asked.runs))))
    alone = Grouping(None, "", f"{display.count(len(runs))} runs, each by itself")
    more = other_seeds(workspace, asked.runs) if len(runs) <= MOST_SUBJECTS else 0
    seeds = f", and {display.counted(more, 'more run')} of other seeds" if more else ""
    config = Grouping(CONFIG, "", f"runs that differ in their seeds alone{seeds}")
    params = dict.fromkeys(key for run in runs for key in params_of(run))
    tags = dict.fromkeys(f"tag:{key}" for run in runs for key in run.tags)
    found = [
        (_parts(runs, by), kind, by)
        for kind, several in (("field", _FIELDS), ("param", params), ("tag", tags))
        for by in several
    ]
    # Few groups of several runs each say most; what every run has for itself says nothing new.
    telling = sorted(
        ((parts, kind, by) for parts, kind, by in found if 2 <= len(parts) <= MOST_SUBJECTS),
        key=lambda one: (len(one[0]) == len(runs), is_repeat(one[2]), len(one[0])),
    )
    return (alone, config, *(Grouping(by, kind, _words(parts)) for parts, kind, by in telling))


def _parts(runs: "Sequence[RunDetail]", by: str) -> list[str]:
    """The names of the groups."""
    found: dict[Hashable, str] = {}
    for run in runs:
        known, value = value_of(run, by)
        if known:
            found.setdefault(meaning(value), group_text(value))
    return list(found.values())


def _words(parts: Sequence[str]) -> str:
    named = ", ".join(display.safe_text(part, _LONGEST) for part in parts[:_NAMED])
    return f"{len(parts)} groups: {named}{' ~' if len(parts) > _NAMED else ''}"


class GroupList(Listing):
    """Chooses what runs are grouped by; answers with a `Grouping`."""

    heading = "Group by"
    hint = (("Enter", "group"), ("/", "search"), ("Esc", "as it is"))

    def __init__(self, choices: Sequence[Grouping], now: str | None) -> None:
        super().__init__()
        self._choices = choices
        self._now = now
        self.at = next((at for at, one in enumerate(choices) if one.by == now), 0)
        self._cells = max(
            (min(_LONGEST, width_of(display.safe_text(one.name))) for one in choices), default=8
        )

    def entries(self, search: str) -> list[Entry]:
        """Those whose name holds all words."""
        asked = search.lower().split()
        return [
            Entry(self._row(one), one)
            for one in self._choices
            if all(word in f"{one.name} {one.kind}".lower() for word in asked)
        ]

    def _row(self, one: Grouping) -> Draw:
        def draw(line: Line) -> None:
            now = one.by == self._now
            glyph = self.app.glyphs.picked  # type: ignore[attr-defined]
            line.put(f"{glyph} " if now else "  ", "accent")
            line.put(fit(one.name, self._cells), "text", bold=now).put("  ")
            line.put(fit(one.kind, 7), "muted")
            room = max(8, min(self.widest, self.app.size.width - 6) - line.at - 4)
            line.put(fit(one.words, min(room, max(1, width_of(display.safe_text(one.words))))), "second")

        return draw
