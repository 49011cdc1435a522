"""The rows of the panel before a model is trained anew: exactly what is run, and what becomes of it."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.console.audit.telling import moment
from mlops_console.console.overlays.note import wrap
from mlops_console.console.retraining.words import at_most, became
from mlops_console.console.run.reading import now_us
from mlops_console.console.widgets.panel import LABEL, Effect
from mlops_console.display import safe_text
from mlops_console.ours import TRAININGS

if TYPE_CHECKING:
    from mlops_console.workspace.retraining.model import Plan, Seen

_LONGEST: Final = 1 << 16
_KNOWN: Final = frozenset({"model", "alias", "project"})
"""What the panel says already, or what everybody knows."""


def effects(plan: "Plan", width: int, before: "Seen | None" = None) -> list[Effect]:
    """What is run where, with what it is told, for how long; the text that is trusted as the file has it.

    Args:
        plan: What would be started.
        width: Cells of the screen.
        before: The newest training that has ended.
    """
    command = plan.command
    if command is None:
        return []
    room = max(20, width - LABEL - 6)
    rows = _wrapped("runs", shlex.join(command.argv), "text", room)
    rows += _wrapped("in", str(Path(plan.project.root, command.cwd)), "second", room)
    told = "   ".join(f"{name} {value}" for name, value in plan.words if value and name not in _KNOWN)
    rows += _wrapped("told", told, "second", room)
    log = f"   what it prints goes to {TRAININGS}/{plan.model}"
    rows.append(Effect("at most", ((at_most(plan), "second"), (log, "muted"))))
    then = "it goes on when this console closes; it promotes nothing"
    rows.append(Effect("then", ((then, "second"),)))
    if before is not None:
        words = f"{before.said.event.by}, {moment(before.said.event.at, now_us()).strip()}, {became(before)}"
        rows.append(Effect("before", ((words, "muted"),)))
    if not plan.trusted:
        # Without names to fill in, what is run is what is trusted.
        whole = plan.text.startswith(shlex.join(command.argv))
        what = "this" if whole else "what the file says"
        said = f"it runs under your name, and you have not trusted {what} yet"
        rows += _wrapped("trust", said if whole else f"{said}:", "warn", room)
        rows += [] if whole else _wrapped("", plan.text, "second", room)
    return rows


def _wrapped(label: str, words: str, ink: str, room: int) -> list[Effect]:
    parts = wrap(safe_text(words, _LONGEST), room) if words else []
    return [Effect("" if at else label, ((part, ink),)) for at, part in enumerate(parts)]
