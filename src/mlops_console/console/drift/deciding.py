"""What is decided about a monitor: that its alarm was seen, how long it is mute, what it is held to."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from textual.screen import Screen

from mlops_console import display
from mlops_console.console.deeds import Deed, Deeds
from mlops_console.console.drift.body import DriftBody
from mlops_console.console.drift.over_time import named
from mlops_console.console.widgets.panel import Effect, Field, Form, Panel

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.journal.event import Event
    from mlops_console.journal.registry import PinnedReference
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.monitors import Watched

USUAL: Final = "7d"
"""How long something is muted, unless told otherwise."""


class Deciding(Screen[None]):
    """Base of the Drift screen: the panel, and what was said in it."""

    def __init__(self) -> None:
        super().__init__()
        self.deeds = Deeds()

    @property
    def console_app(self) -> "ConsoleApp":
        """The application."""
        return cast("ConsoleApp", self.app)

    @property
    def body(self) -> DriftBody:
        """What lies between header and footer."""
        return self.query_one(DriftBody)

    @property
    def panel(self) -> Panel:
        """Where it is decided."""
        return self.query_one(Panel)

    def close_panel(self) -> bool:
        """Close what is being decided; whether there was something."""
        if self.panel.form is None:
            return False
        self.panel.close()
        self.body.moved()
        return True

    def on_panel_closed(self) -> None:
        """It was given up."""
        self.close_panel()

    @property
    def watched(self) -> "Watched | None":
        """The monitor that is looked at, or under the cursor of the list."""
        opened = self.body.opened
        if opened is not None:
            return opened.watched
        listed = self.body.monitors.listed
        return listed.watched if listed is not None else None

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

        self._begin(
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
        then = (
            "it raises no alarm and needs nobody"
            if feature
            else "it needs nobody; windows are judged as ever"
        )
        self._begin(
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

        self._begin(
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

        self._begin(
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
        self._begin(
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

    def _begin(
        self,
        heading: str,
        effects: tuple[Effect, ...],
        fields: tuple[Field, ...],
        does: str,
        write: "Callable[[Workspace, tuple[str, ...]], Event]",
        words: str,
        working: str = "",
    ) -> None:
        watched = self.watched
        if watched is None:
            return
        project = watched.project

        def decide(texts: tuple[str, ...]) -> None:
            self._decide(
                lambda workspace: _deed(lambda: write(workspace, texts), workspace, project.key), words
            )
            if working:
                self.panel.tell(working)

        note = "in the journal of " + display.safe_text(project.name, 40)
        self.panel.begin(Form(display.safe_text(heading, 90), note, effects, fields, does, decide))
        self.body.moved()

    def _decide(self, do: "Callable[[Workspace], Deed]", words: str) -> None:
        from mlops_console.console.models.asking import tried

        form = self.panel.form

        def took(found: tuple[Any, str]) -> None:
            deed, trouble = found
            here = form is not None and self.panel.form is form
            if trouble:
                if here:
                    self.panel.refuse(trouble)
                else:
                    self.console_app.say(trouble, "bad")
                return
            self.deeds.add(replace(deed, what=words))
            if here:
                self.close_panel()
            self.console_app.say(f"{words}   u undo")
            self.body.again()

        self.body.decide(self.deeds, lambda workspace: tried(do, workspace), took)

    def action_undo(self) -> None:
        """Take the last thing said back."""
        deed = self.deeds.undo()
        if deed is not None:
            self._turn(deed.back, f"Undone: {deed.what}   ^r again")

    def action_redo(self) -> None:
        """Say again what was taken back last."""
        deed = self.deeds.redo()
        if deed is not None:
            self._turn(deed.again, f"Done again: {deed.what}   u undo")

    def _turn(self, do: Callable[[], object], words: str) -> None:
        from mlops_console.console.models.asking import tried

        def took(found: tuple[Any, str]) -> None:
            trouble = found[1]
            self.console_app.say(trouble or words, "bad" if trouble else "text")
            self.body.again()

        self.body.decide(self.deeds, lambda workspace: tried(lambda _: do(), workspace), took)


def _deed(write: "Callable[[], Event]", workspace: "Workspace", project: str) -> Deed:
    """What was said is taken back by a retraction: nothing is unwritten."""
    written = [write()]

    def back() -> None:
        workspace.decisions.append(project, "retract", {"event": written[-1].id, "reason": "undone"})

    def again() -> None:
        written.append(write())

    return Deed("", back, again)
