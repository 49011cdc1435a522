"""What was decided and what came, the newest first. A worker's work."""

from typing import TYPE_CHECKING, Final

from mlops_console.store import overview as questions
from mlops_console.workspace.audit_sentences import sentence
from mlops_console.workspace.overview import clock
from mlops_console.workspace.overview.figures import DAY, in_scope, numbers
from mlops_console.workspace.overview.model import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_console.journal.event import Event
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace

DAYS: Final = 7
MOST: Final = 100


def activity(workspace: "Workspace", *, now: int | None = None, most: int = MOST) -> tuple[Act, ...]:
    """Decisions and runs that ended, of the last week; what is dated after now is not among them."""
    now = clock.now() if now is None else now
    since = now - DAYS * DAY
    acts = [act for project in in_scope(workspace) for act in _decided(workspace, project, since, now, most)]
    acts += _arrived(workspace, since, now)
    return tuple(sorted(acts, key=lambda act: -act.at)[:most])


def _decided(workspace: "Workspace", project: "Project", since: int, until: int, most: int) -> "list[Act]":
    events = workspace.decisions.events(project.key)
    # The newest are at the end: a long journal is not told from its beginning.
    lately = [event for event in events[-4 * most :] if since <= event.at <= until][-most:]
    earlier = {event.id: event for event in events} if any(_refers(event) for event in lately) else {}
    return [_act(event, project, earlier) for event in lately]


def _refers(event: "Event") -> bool:
    return event.kind in ("deployed", "retract")


def _act(event: "Event", project: "Project", earlier: "Mapping[str, Event]") -> Act:
    return Act(event.at, event.by, " ".join(sentence(event, earlier).split()), project, event.id)


def _arrived(workspace: "Workspace", since: int, until: int) -> list[Act]:
    """Runs that ended, those of one project and hour together."""
    projects = numbers(workspace)
    rows = workspace.ask(lambda con: questions.arrivals(con, list(projects), since, until))
    found = []
    for number, _, count, failed, group, at in rows:
        what = f"{count:,} runs ended" if count != 1 else "a run ended"
        if failed:
            what += (
                ", it failed" if count == 1 else f", {failed:,} failed" if failed < count else ", all failed"
            )
        what += f", {group}" if group else ""
        found.append(Act(int(at), "", what, projects[number], filter=""))
    return found
