"""The rows of the panel before a model is trained anew: exactly what is run, and what becomes of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.console.overlays.note import wrap
from mlops_console.console.retraining.words import at_most
from mlops_console.console.widgets.panel import LABEL, Effect
from mlops_console.display import safe_text
from mlops_console.ours import TRAININGS

if TYPE_CHECKING:
    from mlops_console.workspace.retraining.model import Plan

_ROWS: Final = 6
"""Of a command that is longer than a row."""


def effects(plan: "Plan", width: int) -> list[Effect]:
    """What is run where, with what it is told, for how long; of the command all that fits in some rows."""
    import shlex

    command = plan.command
    if command is None:
        return []
    room = max(20, width - LABEL - 6)
    line = wrap(safe_text(shlex.join(command.argv), 16_384), room)
    shown = line if len(line) <= _ROWS else [*line[: _ROWS - 1], f"{line[_ROWS - 1][: room - 2]} ~"]
    rows = [Effect("" if at else "runs", ((part, "text", not at),)) for at, part in enumerate(shown)]
    rows.append(Effect("in", ((str(Path(plan.project.root, command.cwd)), "second"),)))
    told = wrap("  ".join(f"{name} {value}" for name, value in plan.words if value), room)
    rows += [Effect("" if at else "told", ((part, "second"),)) for at, part in enumerate(told[:2]) if part]
    rows.append(
        Effect(
            "at most",
            ((at_most(plan), "second"), (f"   its log goes to {TRAININGS}/{plan.model}", "muted")),
        )
    )
    rows.append(
        Effect("then", (("it runs on when this console closes; no version is promoted by it", "second"),))
    )
    if not plan.trusted:
        rows.append(
            Effect(
                "trust",
                (("it runs under your name, and you have not trusted this text yet", "warn"),),
            )
        )
    return rows
