"""What is decided about a monitor: that its alarm was seen, how long it is mute, what it is held to."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drift.over_time import named
from mlops_console.console.drift.saying import Saying
from mlops_console.console.until_when import no_end
from mlops_console.console.widgets.panel import Effect, Field

if TYPE_CHECKING:
    from mlops_console.journal.event import Event
    from mlops_console.journal.registry import PinnedReference
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.monitors import Watched

USUAL: Final = "7d"
"""How long something is muted, unless told otherwise."""


class Deciding(Saying):
    """Base of the Drift screen: each decision, and why it can't be made now."""

    @property
    def pinned(self) -> "PinnedReference | None":
        """The reference that people gave the monitor; None: it is held to what its file names."""
        opened = self.body.opened
        newest = opened.said.references[0] if opened is not None and opened.said.references else None
        return newest if newest is not None and newest.sha256 else None

    # Why not

    def why_no_acknowledgement(self) -> str | None:
        """Why `x` does nothing."""
        opened = self.body.opened
        if opened is None:
            return "open a monitor first"
        if not opened.course.steps:
            return "no window is judged yet"
        last = opened.course.steps[-1]
        says = last.verdict in ("DRIFT", "TOO FEW ROWS", "NOT JUDGED") or last.harmful
        return None if says else f"it raises no alarm: {named(last.window)} says {last.verdict}"

    def why_no_feature(self) -> str | None:
        """Why `M` does nothing."""
        return None if self.body.feature is not None else "no feature is under the cursor"

    def why_no_reference(self) -> str | None:
        """Why `B` does nothing."""
        opened = self.body.opened
        return None if opened is not None and opened.told is not None else "no window is judged yet"

    # Panels

    def action_acknowledge(self) -> None:
        """It was seen."""
        opened = self.body.opened
        if opened is None or not opened.course.steps:
            return
        watched, last = opened.watched, opened.course.steps[-1]

        def write(workspace: "Workspace", texts: tuple[str, ...]) -> "Event":
            from mlops_console.workspace.drifting.deciding import acknowledge

            return acknowledge(workspace, watched, texts[0])

        self.begin(
            f"Acknowledge the alarm of {watched.name}",
            (
                Effect("says", ((last.because, "bad"),)),
                Effect(
                    "then",
                    (("nobody is asked again until it is worse, or another feature drifts", "second"),),
                ),
            ),
            (Field("reason", needed=True, hint="what was seen, and what follows from it"),),
            "acknowledge",
            write,
            f"Acknowledged: {watched.name}",
        )

    def action_mute(self) -> None:
        """The monitor asks nobody until then; or it does again."""
        watched, opened = self.watched, self.body.opened
        if watched is None:
            return
        muted = opened.said.muted(self.body.now) if opened is not None else None
        if muted is not None:
            self._unmute(watched, "", f"by {muted.by}: {muted.reason}")
        else:
            self._mute(watched, "")

    def action_mute_feature(self) -> None:
        """The same for one feature."""
        watched, opened, one = self.watched, self.body.opened, self.body.feature
        if watched is None or opened is None or one is None:
            return
        name = one.measured.name
        muted = opened.said.muted(self.body.now, name)
        if muted is not None:
            self._unmute(watched, name, f"by {muted.by}: {muted.reason}")
        else:
            self._mute(watched, name)

    def _mute(self, watched: "Watched", feature: str) -> None:
        what = f"{feature} of {watched.name}" if feature else watched.name

        def write(workspace: "Workspace", texts: tuple[str, ...]) -> "Event":
            from mlops_console.workspace.drifting.deciding import mute
            from mlops_console.workspace.ending import until

            return mute(workspace, watched, until(texts[0]), texts[1], feature)

        end = Field("until", needed=True, hint="7d, tomorrow, 2026-12-01", cells=24)
        end.edit.set(USUAL)
        end.preset, end.wrong = True, no_end
        then = (
            "it raises no alarm and needs nobody"
            if feature
            else "it needs nobody; windows are judged as ever"
        )
        self.begin(
            f"Mute {what}",
            (
                Effect("then", ((then, "second"),)),
                Effect("back", (("by itself at the end, or with the same key", "second"),)),
            ),
            (end, Field("reason", needed=True, hint="why it can wait")),
            "mute",
            write,
            f"Muted: {what}",
        )

    def _unmute(self, watched: "Watched", feature: str, said: str) -> None:
        what = f"{feature} of {watched.name}" if feature else watched.name

        def write(workspace: "Workspace", texts: tuple[str, ...]) -> "Event":
            from mlops_console.workspace.drifting.deciding import mute

            return mute(workspace, watched, None, texts[0], feature)

        self.begin(
            f"Let {what} speak again",
            (Effect("muted", ((said, "second"),)), Effect("then", (("it asks again at once", "second"),))),
            (Field("reason", needed=True),),
            "unmute",
            write,
            f"Speaks again: {what}",
        )

    def action_reference(self) -> None:
        """Hold the monitor to the rows of the window that is looked at."""
        opened = self.body.opened
        if opened is None or opened.told is None:
            return
        watched, judged = opened.watched, opened.told.judged
        window = judged.window

        def write(workspace: "Workspace", texts: tuple[str, ...]) -> "Event":
            from mlops_console.workspace.drifting.renewing import pin_reference

            return pin_reference(workspace, watched, texts[0], window)

        self.begin(
            f"New reference for {watched.name}: the rows of {named(window)}",
            (
                Effect(
                    "instead of",
                    ((f"{judged.reference.name}, {display.count(judged.reference.rows)} rows", "second"),),
                ),
                Effect(
                    "makes",
                    (
                        (
                            f"a baseline of {display.count(judged.current.rows)} rows, kept with its hash",
                            "second",
                        ),
                    ),
                ),
                Effect(
                    "then",
                    (("windows are held to it, what drifts now is as it should be; R leads back", "warn"),),
                ),
            ),
            (Field("reason", needed=True, hint="why these rows are as they should be"),),
            "hold it to these rows",
            write,
            f"{watched.name} is held to {named(window)}",
            working="making the baseline",
        )

    def action_reference_back(self) -> None:
        """Hold it to what its file names again."""
        watched, pinned = self.watched, self.pinned
        if watched is None or pinned is None:
            return

        def write(workspace: "Workspace", texts: tuple[str, ...]) -> "Event":
            from mlops_console.workspace.drifting.renewing import unpin_reference

            return unpin_reference(workspace, watched, texts[0])

        one = watched.monitor
        to = one.reference or f"the baseline of {one.model}"
        self.begin(
            f"Hold {watched.name} to what its file names again",
            (
                Effect("held to", ((f"the rows of {named(pinned.window)}", "second"),)),
                Effect("then", ((to, "second"),)),
            ),
            (Field("reason", needed=True),),
            "go back",
            write,
            f"{watched.name} is held to what its file names",
        )
