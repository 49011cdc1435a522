"""What is said of versions, and what can be typed behind `:` on the Models screen."""

from collections.abc import Sequence

from mlops_console.console.clipboard import copy
from mlops_console.console.commands import Command
from mlops_console.console.models import asking
from mlops_console.console.models.deploying import Deploying


class Remarking(Deploying):
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
        self._remark("note", text, "Say what to note on it:  :note TEXT")

    def _tag(self, text: str) -> None:
        self._remark("tag", text, "Name a tag:  :tag baseline")

    def _untag(self, text: str) -> None:
        self._remark("untag", text, "Name a tag:  :untag baseline")

    def _remark(self, kind: str, text: str, usage: str) -> None:
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            self.console_app.say("There is no version to say it of", "muted")
        elif not text.strip():
            self.console_app.say(usage, "warn")
        else:
            self.decide(
                lambda workspace: asking.remark(workspace, held, version, kind, text.strip()),
                lambda _: self.said_so(f"{kind} on {version.label}"),
            )

    def model_commands(self) -> Sequence[Command]:
        """What can be typed here behind `:`."""
        held = self.body.held
        aliases = list(held.aliases) if held is not None else []
        version = self.body.version
        tags = [one.name for one in version.tags] if version is not None else []
        return (
            Command("promote", "ALIAS", "promote this version to an alias", self._promote, lambda: aliases),
            Command("alias", "ALIAS", "show the gates for an alias", self._alias, lambda: aliases),
            Command("rollback", "", "roll the alias back", lambda _: self._rollback()),
            Command("deploy", "[TARGET]", "deploy this version", self._deploy_to, self.target_names),
            Command("timeline", "[ALIAS]", "every move of an alias", self._timeline, lambda: aliases),
            Command("adopt", "", "take over what MLflow has registered", lambda _: self._adopt()),
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

    def _adopt(self) -> None:
        elsewhere = self.body.versions.shown.elsewhere
        if elsewhere:
            line = f"mlops-console adopt {next(iter(elsewhere))}"
            copy(self.app, line, f"{line}   run it in a shell: it says what it takes over")
        else:
            self.console_app.say("MLflow has registered nothing here that isn't ours already", "muted")

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
