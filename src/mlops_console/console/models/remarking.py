"""What is said of versions, and what can be typed behind `:` on the Models screen."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mlops_console.console.commands import Command
from mlops_console.console.deeds import Deed
from mlops_console.console.models.adopting import Adopting
from mlops_console.console.models.unsaying import Remarks

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace


class Remarking(Adopting):
    """Notes, tags, commands."""

    # Commands of the project

    def has_commands(self) -> bool:
        """Whether a gate for this alias is a command of the project."""
        held = self.body.held
        return held is not None and "command" in held.wishes.gates.get(self.body.alias, {})

    def action_commands(self) -> None:
        """Ask the gates again, and let the project's commands run that this user trusts."""
        self.console_app.say("asking the gates, with the project's commands", "muted")
        self.body.judge(commands=True)
        self.body.moved()

    # Notes and tags

    def action_note(self) -> None:
        """Begin to type a note."""
        self.console_app.type_command("note ")

    def action_tag(self) -> None:
        """Begin to type a tag."""
        self.console_app.type_command("tag ")

    def _note(self, text: str) -> None:
        text = text.strip()
        self._remark(
            text,
            "Say what to note on it:  :note TEXT",
            "note on",
            lambda said: Deed("", said.take_note_away, lambda: said.add_note(text)),
        )

    def _tag(self, text: str) -> None:
        name, _, value = (part.strip() for part in text.partition("="))
        self._put_tag(name, value, f"tag {name} on")

    def _untag(self, text: str) -> None:
        name = text.partition("=")[0].strip()
        self._put_tag(name, None, f"tag {name} taken from")

    def _put_tag(self, name: str, value: str | None, what: str) -> None:
        def deed(said: Remarks) -> Deed:
            before = said.value(name)
            return Deed("", lambda: said.put_tag(name, before), lambda: said.put_tag(name, value))

        self._remark(name, "Name a tag:  :tag baseline, :untag baseline", what, deed)

    def _remark(self, text: str, usage: str, what: str, deed: Callable[[Remarks], Deed]) -> None:
        """Say something of the version, and keep the way back for a while."""
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            self.console_app.say("There is no version to say it of", "muted")
            return
        if not text:
            self.console_app.say(usage, "warn")
            return

        def do(workspace: "Workspace") -> Deed:
            made = deed(Remarks(workspace, held, version))
            made.again()
            return made

        self.decide_deed(do, f"{what} {version.label}")

    def model_commands(self) -> Sequence[Command]:
        """What can be typed here behind `:`."""
        held = self.body.held
        aliases = list(held.aliases) if held is not None else []
        version = self.body.version
        elsewhere = list(self.body.versions.shown.elsewhere)
        tags = [one.name for one in version.tags] if version is not None else []
        return (
            Command("promote", "ALIAS", "promote this version to an alias", self._promote, lambda: aliases),
            Command("alias", "ALIAS", "show the gates for an alias", self._alias, lambda: aliases),
            Command("rollback", "", "roll the alias back", lambda _: self._rollback()),
            Command("deploy", "[TARGET]", "deploy this version", self._deploy_to, self.target_names),
            Command("timeline", "[ALIAS]", "every move of an alias", self._timeline, lambda: aliases),
            Command(
                "adopt", "[MODEL]", "take over what MLflow has registered", self.adopt, lambda: elsewhere
            ),
            *self.withdraw_commands(),
            Command("note", "TEXT", "add a note to this version", self._note),
            Command("tag", "NAME[=VALUE]", "give this version a tag", self._tag),
            Command("untag", "NAME", "take a tag away", self._untag, lambda: tags),
        )

    def _promote(self, alias: str) -> None:
        from mlops_console.wishes.naming import why_no_alias

        wrong = why_no_alias(alias) if alias else ""
        if wrong:
            self.console_app.say(f"An alias {wrong}", "warn")
        elif alias:
            self.promote_to(alias)
        else:
            self.action_promote()

    def _deploy_to(self, target: str) -> None:
        why_not = self.why_no_deploy()
        if target and (not why_not or why_not.startswith("no target")):
            self.deploy_to(target)
        elif why_not:
            self.console_app.say(why_not, "muted")
        else:
            self.action_deploy()

    def _timeline(self, alias: str) -> None:
        """Every move of an alias, the newest first, with the ones that did not hold."""
        from mlops_console.console.models.timeline import timeline

        held = self.body.held
        if held is not None:
            self.app.push_screen(timeline(held, alias or self.body.alias))

    def _alias(self, alias: str) -> None:
        held = self.body.held
        if held is not None and alias in held.aliases:
            self.body.alias = alias
            self.body.moved()
        else:
            self.console_app.say("Aliases are " + ", ".join(held.aliases if held is not None else ()), "warn")

    def _rollback(self) -> None:
        why_not = self.why_no_rollback()
        if why_not:
            self.console_app.say(why_not, "muted")
        else:
            self.action_rollback()
