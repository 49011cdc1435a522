"""Take over what MLflow has registered: what would become which version is shown before anything is done."""

from typing import TYPE_CHECKING, NamedTuple

from mlops_console import display
from mlops_console.console.models.withdrawing import Withdrawing
from mlops_console.console.widgets.panel import Effect, Field, Form, Piece

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.registering.adopting import Adopted, ForeignVersion

MOST = 6


class Foreign(NamedTuple):
    """Versions of one model in MLflow's registry that are not ours yet, the oldest first."""

    project: "Project"
    versions: "tuple[ForeignVersion, ...]"
    next: int
    """The number that the first of them would get."""
    standing: dict[str, int]
    """Alias -> the version of ours that it stands on: adopting does not move it."""


def foreign(workspace: "Workspace", model: str, project: str) -> Foreign | None:
    """What could be adopted under this name, of this project (its key) or, where that is empty, the first."""
    from mlops_console.workspace.registering.adopting import found

    for one in workspace.projects:
        if project in ("", one.key):
            versions = tuple(
                each
                for each in reversed(found(workspace, one))
                if each.model == model and each.adopted is None
            )
            if versions:
                ours = workspace.decisions.registry(one.key).models.get(model)
                aliases = ours.aliases if ours is not None else {}
                standing = {
                    name: state.version.number for name, state in aliases.items() if state.version is not None
                }
                newest = ours.versions[0].number if ours is not None and ours.versions else 0
                return Foreign(one, versions, newest + 1, standing)
    return None


class Adopting(Withdrawing):
    """`:adopt`."""

    def adopt(self, model: str) -> None:
        """Ask what there is, then open the panel."""
        elsewhere = self.body.versions.shown.elsewhere
        held = self.body.held
        here = held.model.name if held is not None else ""
        name = model or (here if here in elsewhere else next(iter(elsewhere)) if len(elsewhere) == 1 else "")
        if not elsewhere:
            self.console_app.say("MLflow has registered nothing here that isn't ours already", "muted")
        elif not name:
            self.console_app.type_command("adopt ")
        elif name not in elsewhere:
            self.console_app.say("MLflow has " + ", ".join(elsewhere), "warn")
        else:
            key = held.project.key if held is not None and name == here else ""
            self.body.ask("adopt", lambda workspace: foreign(workspace, name, key), self._show)

    def _show(self, found: Foreign | None) -> None:
        if found is None:
            self.console_app.say("It is not there any more", "muted")
            return
        name, many = found.versions[0].model, len(found.versions)
        what = display.counted(many, "version")
        self.open_panel(
            Form(
                f"Adopt {what} of {name} from MLflow",
                f"into the registry of {found.project.name}",
                [
                    *_rows(found),
                    Effect("writes", (("copies and events; MLflow's registry stays as it is", "second"),)),
                ],
                (Field("reason", hint="why; may stay empty"),),
                "adopt",
                lambda texts: self._adopt(found, texts[0]),
            )
        )

    def _adopt(self, found: Foreign, reason: str) -> None:
        progress = self.teller(f"adopting {found.versions[0].model}")

        def adopted(workspace: "Workspace") -> "list[Adopted]":
            from mlops_console.workspace.registering.adopting import adopt

            return adopt(workspace, found.project, found.versions, reason=reason, progress=progress)

        self.decide(adopted, self._adopted)

    def _adopted(self, done: "list[Adopted]") -> str:
        ours = [one.version for one in done if one.version is not None]
        missing = "; ".join(f"{one.foreign.label}: {one.because}" for one in done if one.version is None)
        if not ours:
            return f"Nothing was adopted. {missing}"
        took = [alias for one in done for alias in one.aliases]
        words = f"Adopted {', '.join(one.label for one in reversed(ours))}"
        words += f"   {', '.join(took)} taken over" if took else ""
        self.console_app.say(f"{words}   {missing}".rstrip(), "warn" if missing else "ok")
        return ""


def _rows(found: Foreign) -> list[Effect]:
    """A row for each version: what it is there, what it would be here."""
    rows: list[Effect] = []
    number = found.next
    holders = {alias: one for one in found.versions for alias in one.takes}
    for at, one in enumerate(found.versions):
        takes = [alias for alias in one.takes if holders[alias] is one]
        pieces: tuple[Piece, ...]
        if one.path is None:
            pieces = ((f"{one.label}  ", "second"), ("its files are not in the project", "warn"))
        else:
            pieces = (
                (f"{one.label} as ", "second"),
                (f"v{number}", "text", True),
                (_aliases(takes, found), "second"),
            )
            number += 1
        if at < MOST:
            rows.append(Effect("" if at else "registers", pieces))
    if len(found.versions) > MOST:
        rows.append(Effect("", ((f"and {len(found.versions) - MOST} more", "muted"),)))
    return rows


def _aliases(takes: list[str], found: Foreign) -> str:
    words = [
        f"{alias} stays on v{found.standing[alias]}" if alias in found.standing else f"takes {alias}"
        for alias in takes
    ]
    return "".join(f", {word}" for word in words)
