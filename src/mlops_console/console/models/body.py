"""What lies between header and footer: the panes, beside each other or one at a time."""

from typing import TYPE_CHECKING, Any, Final

from textual.message import Message

from mlops_console import display
from mlops_console.console.audit.asking import whole
from mlops_console.console.audit.telling import Told, moment
from mlops_console.console.audit.unfolding import Unfolded
from mlops_console.console.drawing import Line
from mlops_console.console.models import asking
from mlops_console.console.models.evidence import EvidencePane
from mlops_console.console.models.gates import GatesPane, Judged
from mlops_console.console.models.history import HistoryPane
from mlops_console.console.models.monitored import Monitored
from mlops_console.console.models.pane import Pane
from mlops_console.console.models.patience import Patience
from mlops_console.console.models.state import CHAMPION, Held, Shown
from mlops_console.console.models.targets import Served
from mlops_console.console.models.versions import VersionsPane
from mlops_console.console.run.reading import now_us
from mlops_console.console.widgets.body import PanesBody
from mlops_console.console.widgets.pane import wrapped

if TYPE_CHECKING:
    from textual.timer import Timer

    from mlops_console.journal.registry import Version
    from mlops_console.workspace.deploying.targets import TargetState

LEFT: Final = (0.47, 84)
"""The left panes' share of the width, and the cells that are enough for them."""
REST_SECONDS: Final = 0.15
"""Gates are asked once the cursor rests."""
LEAST_LOWER: Final = 5


class ModelsBody(PanesBody[Pane]):
    """Draws the panes; asks for all of them."""

    class GatesAnswered(Message):
        """The gates have answered."""

    def __init__(self) -> None:
        super().__init__()
        self.served = Served()
        self.monitored = Monitored()
        self.versions = VersionsPane(self)
        self.gates = GatesPane(self)
        self.history = HistoryPane(self, self.unfold)
        self.evidence = EvidencePane(self, self.gates, self.served, self.monitored)
        self.panes = (self.versions, self.gates, self.history, self.evidence)
        self.alias = CHAMPION
        self.known = False
        self._extra = ""
        self._rest: Timer | None = None
        self._patience = Patience(self, self._waits, self.redraw)
        self._asked: object = None

    def unanswered(self, about: str, words: str) -> None:
        """Of the gates it is said where they would stand."""
        if about == "gates":
            self.gates.trouble, self.gates.working, self.gates.judged = words, False, None
            self.moved()
        else:
            super().unanswered(about, words)

    # What is looked at

    @property
    def held(self) -> "Held | None":
        """The model that is looked at."""
        return self.versions.held

    @property
    def version(self) -> "Version | None":
        """Its version that is looked at."""
        return self.versions.version

    @property
    def alone(self) -> bool:
        """Whether one pane has all the room."""
        return self._zoomed or not self.wide

    @property
    def complete(self) -> bool:
        """Whether everything that is looked at has come."""
        if self.version is None:
            return self.known
        return self.gates.current is not None or bool(self.gates.trouble)

    def show(self, shown: Shown) -> None:
        """A new state of the registries."""
        self.known = True
        self.versions.show(shown)
        self.seen(anew=True)

    def seen(self, *, anew: bool = False) -> None:
        """Another version or alias may be looked at: ask for what is said of it once the cursor rests."""
        held, version = self.held, self.version
        if held is not None and self.alias not in (*held.aliases, self._extra):
            self.alias = held.aliases[0]
        looked_at = (held.key if held else None, version.id if version else None, self.alias)
        if anew or looked_at != self._asked:
            self._asked = looked_at
            if self._rest is not None:
                self._rest.stop()
            if anew:
                self._ask()
            else:
                self._rest = self.set_timer(REST_SECONDS, self._ask)
                self._patience.begin()

    def _ask(self) -> None:
        held = self.held
        if held is None or self.version is None:
            return
        known = {one.event.id: one for one in self.history.entries}
        self.ask(
            "history",
            lambda workspace: asking.history(workspace, held, known),
            lambda found: self._told(held, found),
        )
        self.look_at_targets()
        self.look_at_monitors()
        self.judge(commands=False)

    def look_at_targets(self) -> None:
        """Ask what is current where the model is served: nobody who edits production writes a journal."""
        held = self.held
        if held is None or not (held.wishes.targets or held.model.deployments):
            return

        def took(states: "tuple[TargetState, ...]") -> None:
            if self.served.show(held.key, states):
                self.moved()

        self.ask("targets", lambda workspace: asking.targets(workspace, held), took)

    def look_at_monitors(self) -> None:
        """Ask how the data looks that the model sees."""
        self.monitored.look(self)

    def judge(self, *, commands: bool) -> None:
        """Ask the gates, with the project's commands or without."""
        held, version, alias = self.held, self.version, self.alias
        if held is None or version is None:
            return
        self.gates.working, self.gates.trouble = True, ""
        self.ask(
            "gates", lambda workspace: asking.judged(workspace, held, version, alias, commands), self._judged
        )

    def _told(self, held: Held, entries: tuple[Told, ...]) -> None:
        self.history.show(held.key, entries)
        self.moved()

    def _judged(self, judged: Judged) -> None:
        self.gates.show(judged)
        self.post_message(self.GatesAnswered())
        self.moved()

    # Moving among panes

    def turn_alias(self, step: int) -> bool:
        """The gates of another alias; whether there is one."""
        held = self.held
        if held is None or len(held.aliases) < 2:
            return False
        at = held.aliases.index(self.alias) if self.alias in held.aliases else 0
        self.alias = held.aliases[(at + step) % len(held.aliases)]
        self.moved()
        return True

    def extra_alias(self, alias: str) -> None:
        """Ask for an alias that nobody has named yet, as long as it is looked at."""
        self.alias = self._extra = alias

    def back(self) -> bool:
        """Out of a pane that has all the room, from versions to models; whether there was something."""
        if self._zoomed and self.wide:
            self.zoom()
        elif self.focus_at and not self.wide:
            self.go_to(self.versions)
        else:
            return self.versions.back()
        return True

    # What panes find around them

    def moved(self) -> None:
        """What is shown has changed."""
        self.seen()
        super().moved()

    def _waits(self) -> bool:
        gates = self.gates
        return self.version is not None and gates.current is None and not gates.trouble

    def unfold(self, one: Told) -> None:
        """All of a decision, over the screen."""

        def show(event: Any) -> None:
            self.app.push_screen(Unfolded(one, event))

        self.ask("event", lambda workspace: whole(workspace, one), show)

    # Drawing

    def drawn(self, width: int, height: int) -> list[Line]:
        """The rows."""
        if not self.known:
            return [self.blank(), self.blank().to(2).put("reading the journals", "muted")]
        lines = [self.blank()] if height >= 10 else []
        lines += self._warnings(width)
        room = height - len(lines)
        return lines + (self._one(width, room) if self.alone else self._all(width, room))

    def _warnings(self, width: int) -> list[Line]:
        """What can't wait for somebody to look: a contested alias, a target that was changed by hand."""
        held = self.held
        if held is None:
            return []
        warning = self.glyphs.warning
        said = [(one, "!!", "bad") for one in self.monitored.warnings(held)]
        said = [*((one, warning, "warn") for one in (*contested(held), *self.served.warnings(held))), *said]
        if not said:
            return []
        rows: list[Line] = []
        for one, mark, ink in said[:2]:
            for at, part in enumerate(wrapped(display.safe_text(one), width - 7)[:2]):
                line = self.blank().to(2).put("" if at else mark, ink, bold=True)
                rows.append(line.to(5 if ink == "bad" else 4).put(part, "text"))
        return [*rows, self.blank()]

    def _one(self, width: int, height: int) -> list[Line]:
        lines = [self.tabs(), self.blank()]
        return lines + self.pane.lines(width, height - len(lines), focused=True, alone=True)

    def _all(self, width: int, height: int) -> list[Line]:
        wanted = self._patience.kept("height", width, lambda: self.gates.wanted(width))
        upper = max(self.versions.wanted(width), wanted)
        upper = min(upper, max(height - 1 - LEAST_LOWER, height * 11 // 20))
        upper = max(upper, min(8, height - 1))
        upper = max(upper, min(height // 2 - 1, 12)) if height >= 24 else upper
        lower = height - upper - 1 - (height >= 20)
        lines = self._beside(self.versions, self.gates, width, upper)
        if lower >= 2:
            lines.append(self.blank())
            lines += self._beside(self.history, self.evidence, width, lower)
        return lines

    def _beside(self, left: Pane, right: Pane, width: int, height: int) -> list[Line]:
        cells = min(int(width * LEFT[0]), LEFT[1])
        room, here = width - cells - 4, right is self.pane
        key = (room, height, here, self.colours.name)
        return self.beside(
            left.lines(cells, height, focused=left is self.pane, alone=False),
            self._patience.kept(right.tab, key, lambda: right.lines(room, height, focused=here, alone=False)),
            cells + 4,
        )


def contested(held: Held) -> list[str]:
    """Who moved an alias at the same time as whom, while nobody has settled it."""
    said = []
    for name, state in held.model.aliases.items():
        if not state.contested:
            continue
        rivals = [move for move in held.model.moves if move.alias == name and move.contested][:4]
        each = [_moved(move) for move in rivals]
        stands = f"v{state.version.number}" if state.version is not None else "nothing"
        said.append(
            f"{name} is contested: {', '.join(each)}. It stands on {stands}; moving it again settles it."
        )
    return said


def _moved(move: Any) -> str:
    where = f"v{move.version.number}" if move.version is not None else "nothing"
    return f"{move.event.by} moved it to {where} at {moment(move.event.at, now_us()).strip()}"
