"""Take back an alias, a consent, a version: by command, in the panel, with a reason."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.console.commands import Command
from mlops_console.console.models import effects, unsaying
from mlops_console.console.models.deploying import Deploying
from mlops_console.console.widgets.panel import Effect, Field, Form

if TYPE_CHECKING:
    from mlops_console.console.models.state import Held
    from mlops_console.journal.registry import Version


def _reason() -> Field:
    return Field("reason", needed=True, hint="why: it stays in the journal")


class Withdrawing(Deploying):
    """`:remove`, `:withdraw`, `:retract`."""

    def withdraw_commands(self) -> Sequence[Command]:
        """What can be taken back behind `:`."""
        held = self.body.held
        standing = (
            [name for name in held.aliases if held.holder(name) is not None] if held is not None else []
        )
        return (
            Command("remove", "[ALIAS]", "take an alias off", self._remove, lambda: standing),
            Command("withdraw", "", "take back what you said of this version", lambda _: self._withdraw()),
            Command("retract", "", "withdraw this version for good", lambda _: self._retract()),
        )

    # An alias

    def _remove(self, alias: str) -> None:
        held, alias = self.body.held, alias or self.body.alias
        now = held.holder(alias) if held is not None else None
        if held is None or now is None:
            self.console_app.say(f"{alias} stands nowhere", "muted")
            return
        state = held.model.aliases[alias]
        rows = [
            Effect("from", effects.stands(now, alias, state.since, state.by)),
            Effect("leaves", ((f"{held.model.name}@{alias} leads nowhere: loading by it fails", "warn"),)),
            Effect("writes", (("an event; targets serve what they serve", "second"),)),
            Effect("way back", (("R", "text", True), (f" puts it back on v{now.number}", "second"))),
        ]  # fmt: skip
        confirm = Field("Type the alias to confirm", must=alias, cells=max(14, len(alias) + 4))
        self.open_panel(
            Form(
                f"Take {alias} off v{now.number}",
                f"{held.called} has no {alias} then",
                rows,
                (_reason(), confirm),
                "take it off",
                lambda texts: self.decide(
                    lambda workspace: unsaying.remove(workspace, held, alias, texts[0], now),
                    lambda outcome: self.agreed(outcome, f"{alias} stands nowhere now   R puts it back"),
                ),
            )
        )

    # A consent

    def _withdraw(self) -> None:
        held, version, alias = self.body.held, self.body.version, self.body.alias
        if held is None or version is None:
            return
        said = unsaying.mine(held, version, alias)
        if not said:
            words = f"You have said nothing of v{version.number} as {alias}   :retract withdraws the version"
            self.console_app.say(words, "muted")
            return
        gates = self._gates_meant([gate for one in said for gate in one.gates])
        if gates:
            row = Effect("takes back", ((f"that {', '.join(gates)} may fail for it", "text"),))
        else:
            row = Effect("takes back", (("your approval", "text"),))
        reasons = [one.reason for one in said if bool(one.gates) == bool(gates)]
        rows = [row, *(Effect("you said", ((f'"{one}"', "second"),)) for one in reasons[:3] if one)]
        if alias in version.aliases:
            moves = f"nothing: v{version.number} is {alias} already, and stays"
            rows.append(Effect("moves", ((moves, "second"),)))
        self.open_panel(
            Form(
                f"Take back what you said of v{version.number} as {alias}",
                held.called,
                rows,
                (_reason(),),
                "take it back",
                lambda texts: self.decide(
                    lambda workspace: unsaying.withdraw(workspace, held, version, alias, texts[0], gates),
                    lambda outcome: self.agreed(outcome, f"taken back for v{version.number} as {alias}"),
                ),
            )
        )

    def _gates_meant(self, allowed: list[str]) -> list[str]:
        """The gate under the cursor if this user let it fail; else all such, where that is all they said."""
        body = self.body
        one = body.gates.result
        if body.pane in (body.gates, body.evidence) and one is not None and one.gate in allowed:
            return [one.gate]
        held, version = body.held, body.version
        assert held is not None
        assert version is not None
        approved = any(not each.gates for each in unsaying.mine(held, version, body.alias))
        return [] if approved else list(dict.fromkeys(allowed))

    # A version

    def _retract(self) -> None:
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            return
        if version.retracted:
            self.console_app.say(f"v{version.number} was withdrawn: {version.retracted}", "muted")
        elif version.aliases:
            names = ", ".join(version.aliases)
            self.console_app.say(
                f"v{version.number} is {names}: roll that back first, or :remove it", "muted"
            )
        else:
            self.open_panel(self._retraction(held, version))

    def _retraction(self, held: "Held", version: "Version") -> Form:
        shown = f"v{version.number}"
        rows = [
            Effect("leaves", (("it listed, with its files and all that was decided of it", "second"),)),
            Effect("takes", (("no alias any more, and is deployed nowhere anew", "second"),)),
            Effect("way back", (("none: register its files again as a new version", "second"),)),
        ]
        confirm = Field("Type the version to confirm", must=shown, cells=max(9, len(shown) + 4))
        return Form(
            f"Withdraw {shown} of {held.called}",
            "",
            rows,
            (_reason(), confirm),
            "withdraw",
            lambda texts: self.decide(
                lambda workspace: unsaying.retract(workspace, held, version, texts[0]),
                lambda outcome: self.agreed(outcome, f"{shown} is withdrawn"),
            ),
        )
