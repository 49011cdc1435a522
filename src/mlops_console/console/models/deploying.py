"""Deploy a version to a target: what it would do, the version typed, how far it is, how it ended."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.asking import tried
from mlops_console.console.models import asking, effects
from mlops_console.console.models.deciding import Deciding
from mlops_console.console.models.targets import TargetList
from mlops_console.console.widgets.panel import Effect, Field, Form

if TYPE_CHECKING:
    from mlops_console.console.models.state import Held
    from mlops_console.journal.registry import Version
    from mlops_console.workspace.deploying.deploying import Deployed
    from mlops_console.workspace.deploying.plan import DeployPlan


class Deploying(Deciding):
    """`W` on a version."""

    def __init__(self) -> None:
        super().__init__()
        self._to = ""
        """The target that the open panel is about."""

    def target_names(self) -> list[str]:
        """Targets of the model: those that its project names, and folders that it was deployed to."""
        held = self.body.held
        if held is None:
            return []
        names = [one.name for one in held.wishes.targets]
        return list(dict.fromkeys((*names, *(one.name for one in self.body.served.of(held)))))

    def why_no_deploy(self) -> str | None:
        """Why the version can't be deployed."""
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            return "no model is registered"
        if version.retracted:
            return "this version was withdrawn"
        if not version.sha256:
            return "it is external: it has no files"
        if not self.target_names():
            return f"no target yet: name one in mlops-console.toml, [models.{held.model.name}.targets.NAME]"
        return None

    def action_deploy(self) -> None:
        """Ask which target where there are several, then open the panel."""
        held, version, names = self.body.held, self.body.version, self.target_names()
        if held is None or version is None or not names:
            return
        if len(names) == 1:
            self.deploy_to(names[0])
        else:
            listed = TargetList(version.number, names, self.body.served.of(held))
            self.app.push_screen(listed, lambda name: self.deploy_to(name) if name else None)

    def deploy_to(self, target: str) -> None:
        """Open the panel; what it says comes from a worker, and again whenever something changed."""
        held, version = self.body.held, self.body.version
        if held is None or version is None:
            return
        self.about(held, version)
        self._to = target
        shown = f"v{version.number}"
        confirm = Field("Type the version to confirm", must=shown, cells=max(9, len(shown) + 4))
        self.open_panel(
            Form(
                f"Deploy {shown} to {display.safe_text(target, 60)}",
                f"changes what is served as {held.called} there",
                (Effect("effect", (("working it out", "muted"),)),),
                (confirm,),
                "deploy",
                lambda _: self._deploy(held, version, target),
                awaits="what is in the way",
            )
        )
        self.effects_again()

    def effects_again(self) -> None:
        """What the open panel says, from what is known now."""
        super().effects_again()
        form, found = self.panel.form, self.asked_about()
        if form is None or found is None or form.does != "deploy" or self.panel.working:
            return
        held, version = found
        target = self._to

        def took(answer: "tuple[DeployPlan | None, str]") -> None:
            plan, trouble = answer
            if self.panel.form is not form or self.panel.working:
                return
            rows = effects.deploying(plan, held, version) if plan is not None else form.effects
            self.panel.again(rows, trouble or " ".join(plan.refusals[:2] if plan is not None else ()))

        self.body.ask(
            "deployment",
            lambda workspace: tried(lambda each: asking.deployment(each, held, version, target), workspace),
            took,
        )

    def _deploy(self, held: "Held", version: "Version", target: str) -> None:
        progress = self.teller(f"deploying v{version.number} to {display.safe_text(target, 60)}")
        self.decide(
            lambda workspace: asking.deploy(workspace, held, version, target, progress),
            lambda done: self._deployed(done, version, target),
        )

    def _deployed(self, done: "Deployed", version: "Version", target: str) -> str:
        self.body.look_at_targets()
        what, where = f"v{version.number}", display.safe_text(target, 60)
        said = " ".join((done.because, *done.notes)).strip()
        if done.outcome == "done":
            words = f"{what} is current in {where}"
            words += f"   {len(done.pruned):,} old releases removed" if done.pruned else ""
            self.console_app.say(f"{words}   {said}".rstrip(), "warn" if done.notes else "ok")
            return ""
        word = "was taken back from" if done.outcome == "returned" else "was not deployed to"
        words = f"{what} {word} {where}: {said}"
        self.console_app.say(words, "bad")
        return words
