"""The versions of one model: their numbers, and what was written beside them."""

from typing import TYPE_CHECKING, Final

from mlops_console.journal.event import Event
from mlops_console.journal.fold_baselines import Baselines
from mlops_console.journal.fold_reading import (
    MOST_NUMBER,
    UnusableError,
    files_of,
    loose_text,
    optional_object,
    optional_text,
    text,
    whole,
)
from mlops_console.journal.fold_remarks import Remarks
from mlops_console.journal.registry import Importance, Version

if TYPE_CHECKING:
    from mlops_console.journal.fold_aliases import MoveFold

ORIGINS: Final = ("run", "path", "mlflow", "checkpoint", "external")


class VersionFold:
    """A version on its way to being shown."""

    def __init__(self, event: Event) -> None:
        body = event.body
        self.event = event
        self.id = event.id
        self.model = text(body, "model")
        self.claimed = self.number = whole(body, "version", 1, MOST_NUMBER)
        self.origin = text(body, "origin")
        if self.origin not in ORIGINS:
            raise UnusableError("`origin` is none of " + ", ".join(ORIGINS))
        external = self.origin == "external"
        self.sha256 = loose_text(body, "sha256") if external else text(body, "sha256")
        self.size = whole(body, "size") if body.get("size") is not None else 0
        self.format = loose_text(body, "format")
        self.files = files_of(body)
        self.artifact = optional_text(body, "artifact")
        self.run = optional_object(body, "run")
        self.parent = optional_object(body, "from")
        self.aliases: set[str] = set()
        self.remarks = Remarks()
        self.baselines = Baselines()
        self.importances: dict[str, Importance] = {}
        """By event, in their order."""
        self.retracted = ""
        self.moves: list[MoveFold] = []
        """The moves in which it is shown."""
        self._shown: Version | None = None

    def changed(self) -> None:
        """Show it anew, and the moves that show it."""
        self._shown = None
        for move in self.moves:
            move.shown = None

    def show(self) -> Version:
        """As the registry has it; kept until something about it changes."""
        if self._shown is None:
            baselines = self.baselines.standing
            self._shown = Version(
                self.id,
                self.model,
                self.number,
                self.claimed,
                self.event,
                self.origin,
                self.sha256,
                self.size,
                self.format,
                self.files,
                self.event.body.get("copied") is True,
                self.artifact,
                self.run,
                self.parent,
                tuple(sorted(self.aliases)),
                self.remarks.notes,
                self.remarks.tags,
                self.retracted,
                baselines[0] if baselines else None,
                baselines,
                next(reversed(self.importances.values()), None),
            )
        return self._shown


class Numbering:
    """Which number each version has: the first to claim one, the others the next that nobody claimed."""

    def __init__(self) -> None:
        self.versions: dict[str, VersionFold] = {}
        """By id, in the order of events."""
        self._by_claim: dict[int, VersionFold] = {}
        self._others: list[VersionFold] = []
        self._given: dict[int, VersionFold] = {}
        self._next: dict[int, int] = {}
        """From a number that is taken to one above it: where to look on for a free one."""

    def add(self, version: VersionFold) -> None:
        """The next version in order."""
        self.versions[version.id] = version
        if version.claimed in self._by_claim:
            self._others.append(version)
            self._give(version)
            return
        self._by_claim[version.claimed] = version
        if version.claimed in self._given:
            self._given, self._next = {}, {}
            for other in self._others:
                self._give(other)

    def sorted(self) -> tuple[Version, ...]:
        """The versions, the highest number first."""
        return tuple(
            one.show() for one in sorted(self.versions.values(), key=lambda one: one.number, reverse=True)
        )

    @property
    def renumbered(self) -> tuple[VersionFold, ...]:
        """Those that have another number than they claimed, in the order of events."""
        return tuple(self._others)

    def _give(self, version: VersionFold) -> None:
        number = self._free(version.claimed)
        self._given[number] = version
        if version.number != number:
            version.number = number
            version.changed()

    def _free(self, number: int) -> int:
        passed = []
        while number in self._by_claim or number in self._given:
            passed.append(number)
            number = max(number + 1, self._next.get(number, 0))
        self._next.update(dict.fromkeys(passed, number))
        return number
