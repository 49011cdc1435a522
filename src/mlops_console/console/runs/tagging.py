"""Tags that people give: to the marked runs, or to the one under the cursor."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.console.commands import Command
from mlops_console.console.deeds import Deed
from mlops_console.console.runs.base import RunsBase

if TYPE_CHECKING:
    from mlops_console.console.runs.source import WorkspaceSource

_USED: set[str] = set()
"""Tags given in this session: offered again."""


class TagActions(RunsBase):
    """Give and take tags."""

    def tag_commands(self) -> Sequence[Command]:
        """What can be said of runs behind `:`."""
        return (
            Command(
                "tag",
                "NAME[=VALUE]",
                "give the marked runs, or this one, a tag",
                lambda text: self._tag(text, on=True),
                lambda: sorted(_USED),
            ),
            Command(
                "untag",
                "NAME",
                "take a tag away from them",
                lambda text: self._tag(text, on=False),
                lambda: sorted(_USED),
            ),
        )

    def _tag(self, text: str, *, on: bool) -> None:
        name, _, value = (part.strip() for part in text.partition("="))
        runs = tuple(self.chosen())
        if not name or not runs:
            self.say("Name a tag:  :tag baseline" if runs else "No run is marked", "warn")
            return
        _USED.add(name)
        many = f"{len(runs):,} runs" if len(runs) > 1 else runs[0][:8]
        what = f"{many} tagged {name}" if on else f"Tag {name} taken from {many}"

        def give(source: "WorkspaceSource") -> None:
            back = source.tag(runs, name, value, on)
            self.from_worker(self.did, Deed(what, back, lambda: source.tag(runs, name, value, on)))

        self.decide(give)
