"""At promotion: a baseline of the data that the version's run named. It never undoes a promotion."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text, size
from mlops_console.errors import ConsoleError

if TYPE_CHECKING:
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

MOST: Final = 2 << 30
"""Bytes of data that are read without being asked."""
REASON: Final = "the data that its run named, at promotion to {alias}"
_LOG: Final = logging.getLogger(__name__)


def pin(
    workspace: "Workspace",
    resolved: "Resolved",
    alias: str,
    progress: Callable[[str], None] | None = None,
) -> tuple[str, ...]:
    """Make it where the version has none and its run named data; what a person should know, a sentence each.

    Nothing is said where no data was ever named: most runs do not, and nobody asked for a baseline.
    """
    by_hand = f"mlops-console drift baseline {safe_text(resolved.version.label, 120)}"
    try:
        return _pinned(workspace, resolved, alias, by_hand, progress)
    except ConsoleError as error:
        said = f"No baseline was made: {str(error).rstrip('.')}."
        return (f"{said} {error.hint}".strip(),)
    except KeyboardInterrupt:
        return (f"No baseline was made: interrupted. To make it: {by_hand}",)
    except Exception as error:  # noqa: BLE001 - the boundary to libraries that read somebody's data
        # The alias has moved: nothing that somebody's data does to a library may look as if it had not.
        _LOG.exception("a baseline could not be made")
        return (f"No baseline was made ({type(error).__name__}). To try again: {by_hand}",)


def _pinned(
    workspace: "Workspace",
    resolved: "Resolved",
    alias: str,
    by_hand: str,
    progress: Callable[[str], None] | None,
) -> tuple[str, ...]:
    from mlops_console.workspace.baselines.data import names_data, of_run, size_of
    from mlops_console.workspace.baselines.making import make_baseline
    from mlops_console.workspace.deciding.moving import again

    resolved = again(workspace, resolved)
    if resolved.version.baseline is not None or not names_data(resolved.version):
        return ()
    data, why = of_run(resolved.project, resolved.version)
    if data is None:
        return (f"No baseline was made: {why}. To make one: {by_hand} --data PATH",)
    many = size_of(data)
    if many > MOST:
        shown = safe_text(data.shown, 160)
        return (f"No baseline was made: {shown} has {size(many)}. To make it: {by_hand}",)
    made = make_baseline(
        workspace, resolved, way="promote", reason=REASON.format(alias=alias), progress=progress
    )
    return (made.words, *made.notes)


def pin_behind(
    workspace: "Workspace", resolved: "Resolved", alias: str, told: Callable[[str], None]
) -> threading.Thread:
    """The same while others go on; each sentence goes to `told`, in that thread."""

    def work() -> None:
        for words in pin(workspace, resolved, alias):
            told(words)

    thread = threading.Thread(target=work, name="baseline", daemon=True)
    thread.start()
    return thread
