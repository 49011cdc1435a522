"""Promote, roll back, approve, let a gate fail: in the panel, and shown only when the journal says so."""

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.console.models import asking, effects, monitored
from mlops_console.console.models.choosing import AliasList
from mlops_console.console.models.opening import OpenActions
from mlops_console.console.models.state import CHAMPION
from mlops_console.console.widgets.panel import Effect, Field, Form, Panel

if TYPE_CHECKING:
    from mlops_console.console.models.state import Held, Shown
    from mlops_console.journal.registry import Version
    from mlops_console.workspace.deciding.plan import Plan


TOLD_EVERY: Final = 0.2
"""Seconds between words about how far copying is."""


class Deciding(OpenActions):
    """Base of the Models screen: what changes the world."""

    def __init__(self) -> None:
        super().__init__()
        self._about: tuple[tuple[str, str], str] = (("", ""), "")
        """The model and version that the open panel is about."""
        self._plan: Plan | None = None

    def on_panel_walked(self, event: Panel.Walked) -> None:
        """Look at the evidence meanwhile."""
        self.body.gates.move(event.step)
        self.body.moved()

    def changed(self, shown: "Shown") -> None:
        """The registries are others now: so may be what the panel says."""
        self.effects_again()

    def on_models_body_gates_answered(self) -> None:
        """The gates have answered: the panel says what they say."""
        self.effects_again()

    def teller(self, begun: str) -> Callable[[int, int], None]:
        """Say in the footer what is under way; what is given back is told, in a worker, how far it is."""
        app = self.console_app
        self.panel.tell(begun)
        app.say(begun, "accent", 60)
        told = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                how_far = f"{display.size(done)} of {display.size(total)} copied and hashed"
                app.call_later(app.say, f"{begun}   {how_far}", "accent", 60)

        return progress

    # Promote

    def action_promote(self) -> None:
        """Ask which alias where there are several, then open the panel."""
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            return
        choice = AliasList(held, version, self.body.alias)
        if not choice.names:
            self.console_app.say(f"v{version.number} has every alias there is", "muted")
        elif len(choice.names) == 1:
            self.promote_to(choice.names[0])
        else:
            self.app.push_screen(choice, lambda alias: self.promote_to(alias) if alias else None)

    def promote_to(self, alias: str) -> None:
        """Open the panel; what it says comes from a worker, and again whenever something changed."""
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            return
        self.body.extra_alias(alias)
        self.about(held, version)
        self._plan = None
        shown = f"v{version.number}"

        def decide(texts: tuple[str, ...]) -> None:
            found, plan = self.asked_about(), self._plan
            if found is None or plan is None:
                self.panel.refuse("That version is not there any more.")
                return
            before = plan.replaces.version if plan.replaces is not None else None
            self.decide(
                lambda workspace: asking.promote(
                    workspace, *found, alias, texts[0], before, tuple(plan.allowed), self._tell_later
                ),
                lambda outcome: self._moved(outcome, f"{alias} stands on {shown}"),
            )

        self.open_panel(
            Form(
                f"Promote {shown} to {alias}",
                f"changes what {held.called} serves"
                if alias == CHAMPION
                else f"moves {alias} of {held.called}",
                (Effect("effect", (("working it out", "muted"),)),),
                (
                    Field("reason", needed=True, hint="why: it stays in the journal"),
                    Field("Type the version to confirm", must=shown, cells=max(9, len(shown) + 4)),
                ),
                "promote",
                decide,
                walks=True,
            )
        )
        self.effects_again()

    def _tell_later(self, words: str) -> None:
        """In the footer, from whichever thread."""
        self.console_app.call_later(self.console_app.say, words, "muted")

    def about(self, held: "Held", version: "Version") -> None:
        """The panel that is about to be opened is about this version."""
        self._about = (held.key, version.id)

    def asked_about(self) -> "tuple[Held, Version] | None":
        """The model and version of the open panel, as they stand now."""
        key, identity = self._about
        held = self.body.versions.shown.find(key)
        versions = held.model.versions if held is not None else ()
        version = next((one for one in versions if one.id == identity), None)
        return (held, version) if held is not None and version is not None else None

    def effects_again(self) -> None:
        """What the open panel says, from what is known now."""
        form, found = self.panel.form, self.asked_about()
        if form is None or found is None or form.does != "promote":
            return
        held, version = found
        alias, gates = self.body.alias, self.body.gates.current
        results = gates.results if gates is not None and gates.version == version.id else None

        def took(plan: "Plan") -> None:
            self._plan = plan
            if self.panel.form is form:
                glyphs = self.body.glyphs
                watched = monitored.effects(self.body.monitored.of(held), alias, version, glyphs)
                self.panel.again(effects.promoting(plan, glyphs, watched), effects.in_the_way(plan))

        self.body.ask(
            "plan", lambda workspace: asking.planned(workspace, held, version, alias, results), took
        )

    def _moved(self, outcome: Any, words: str) -> str:
        if not outcome.moved:
            # The gates are as they were asked just now: the panel is about those.
            self.body.judge(commands=False)
            return "It was not promoted. " + " ".join((outcome.because or "A gate refuses.").split())
        notes = " ".join(outcome.notes)
        self.console_app.say(f"{words}   {notes}".rstrip(), "warn" if notes else "ok")
        return ""

    # Roll back

    def why_no_rollback(self) -> str | None:
        """Why there is nothing to go back to."""
        held = self.body.held
        if held is None:
            return "no model is registered"
        alias = self.body.alias
        if alias not in held.model.aliases:
            return f"{alias} stands nowhere"
        return None if self._before(held, alias) is not None else f"{alias} stood nowhere before"

    def _before(self, held: "Held", alias: str) -> "Version | None":
        """The version that an alias would go back to."""
        from mlops_console.workspace.deciding.stood import before_this

        return before_this(held.model, alias)

    def why_no_approval(self) -> str | None:
        """Why this user can't approve the version."""
        version = self.body.version
        if version is None or self.allows():
            return None
        if version.retracted:
            return "this version was withdrawn"
        mine = version.registered.uid == os.getuid()
        return "you registered it: somebody else must approve" if mine else None

    def action_rollback(self) -> None:
        """From what to what, and a reason."""
        held, alias = self.body.held, self.body.alias
        back = self._before(held, alias) if held is not None else None
        if held is None or back is None:
            return
        now = held.holder(alias)
        rows = effects.going_back(held, alias, back)

        def decide(texts: tuple[str, ...]) -> None:
            self.decide(
                lambda workspace: asking.rollback(workspace, held, alias, texts[0]),
                lambda outcome: self._moved(outcome, f"{alias} is back"),
            )

        form = Form(
            f"Roll {alias} of {held.called} back {f'from v{now.number} ' if now else ''}to v{back.number}",
            "",
            rows,
            (Field("reason", needed=True, hint="why: it stays in the journal"),),
            "roll back",
            decide,
        )
        self.open_panel(form)

    # Approve, allow

    def allows(self) -> str:
        """The failing gate that `a` would let fail: the one under the cursor of the gates; empty: none."""
        body = self.body
        one = body.gates.result
        if body.pane not in (body.gates, body.evidence) or one is None:
            return ""
        return one.gate if one.verdict != "pass" and not one.gate.startswith("approvals") else ""

    def action_approve(self) -> None:
        """Consent that the version takes the alias, or that the gate under the cursor may fail for it."""
        held, version, alias = self.body.held, self.body.version, self.body.alias
        if held is None or version is None:
            return
        gate = self.allows()
        shown = f"v{version.number}"
        given = effects.approvals(held, version, alias)
        so_far = ", ".join(one.by for one in given) or "nobody yet"
        rows = [Effect("approved", ((so_far, "second"),))]
        if gate:
            one = self.body.gates.result
            because = one.because if one is not None else ""
            rows = [
                Effect("gate", ((gate, "text", True),)),
                Effect("says", ((because, "second"),)),
                Effect("lets it", ((f"fail for {shown} as {alias}, shown for ever", "second"),)),
            ]
        rows.append(Effect("writes", (("an event with your name; nothing moves by it", "second"),)))

        def decide(texts: tuple[str, ...]) -> None:
            self.decide(
                lambda workspace: asking.approve(workspace, held, version, alias, texts[0], gate),
                lambda outcome: self.agreed(
                    outcome, f"{shown}: {gate} may fail" if gate else f"{shown} approved for {alias}"
                ),
            )

        title = f"Let {gate} fail for {shown}" if gate else f"Approve {shown} for {alias}"
        form = Form(
            title,
            held.called,
            rows,
            (Field("reason", needed=True, hint="why: it stays in the journal"),),
            "allow" if gate else "approve",
            decide,
        )
        self.open_panel(form)

    def agreed(self, outcome: Any, words: str) -> str:
        """Say that it was done, or give why nothing was written."""
        if not outcome.moved:
            return outcome.because or "nothing was written"
        self.done(words)
        return ""

    def done(self, words: str) -> None:
        """Say what was done."""
        self.say(words, "ok")
