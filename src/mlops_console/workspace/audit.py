"""What was decided, by whom and when, over the projects in scope; and whether the journals are as written."""

import heapq
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import iso, safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.event import RETRACT, Event
from mlops_console.journal.fold_reading import sentence as about_event
from mlops_console.journal.log import Log
from mlops_console.journal.places import JournalPlace, place_of
from mlops_console.journal.seen import accept
from mlops_console.journal.verifying import Finding, verified
from mlops_console.records import Problem, Project
from mlops_console.workspace.audit_sentences import gates_of, model_of, overridden_of, sentence
from mlops_console.workspace.registering.subject import project_of

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace

_ID: Final = re.compile(r"\(([0-7][0-9A-HJKMNP-TV-Z]{25})\): ")
__all__ = ["Checked", "Entry", "History", "Wanted", "check", "history", "sentence", "when"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions are wanted; a field that is empty lets everything through."""

    project: str = ""
    """A project's key, name or folder."""
    model: str = ""
    by: str = ""
    """A login name, or a user's number."""
    kind: str = ""
    since: int | None = None
    """Epoch microseconds: at or after."""
    until: int | None = None
    """Epoch microseconds: before."""
    limit: int | None = None
    """So many at most, the newest ones."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision as it is listed. Text is raw."""

    project: Project
    event: Event
    sentence: str
    model: str
    """Empty: about no model."""
    gates: tuple[int, int] | None
    """How many passed, of how many."""
    overridden: tuple[str, ...]
    retracted: str
    """Who took it back and why; empty: nobody."""
    unusable: str = ""
    """Why it does not count, or not as it says; empty: it does."""

    def as_json(self) -> dict[str, Any]:
        """As `audit log --json` prints it."""
        event = self.event
        return {
            "project": self.project.name, "project_key": self.project.key, "id": event.id,
            "at": iso(event.at), "by": event.by, "uid": event.uid, "host": event.host, "proven": event.proven,
            "kind": event.kind,
            "model": self.model or None, "sentence": self.sentence,
            "gates": None if self.gates is None else {"passed": self.gates[0], "of": self.gates[1]},
            "overridden": list(self.overridden), "retracted": self.retracted or None,
            "unusable": self.unusable or None, "clock": event.clock,
            "parents": list(event.parents), "sha256": event.sha256, "body": dict(event.body),
            "evidence": dict(event.evidence),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """Decisions, the newest first, and what could not be read of the journals."""

    entries: tuple[Entry, ...]
    problems: tuple[tuple[Project, Problem], ...] = ()
    private: tuple[Project, ...] = ()
    """Projects whose decisions of this user nobody else sees, for they can't be written."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What verifying the journal of one project found."""

    project: Project
    events: int
    findings: tuple[Finding, ...] = field(default_factory=tuple)
    private: bool = False

    @property
    def errors(self) -> int:
        """How many findings say that the journal is not as it was written."""
        return sum(finding.severity == "error" for finding in self.findings)


def history(workspace: "Workspace", wanted: Wanted | None = None, *, evidence: bool = False) -> History:
    """The decisions that are wanted, the newest first; with `evidence` each has what it rests on.

    Within a project by (clock, id), whatever the clocks on the wall said; projects go by time.
    """
    wanted = wanted or Wanted()
    told: list[list[Entry]] = []
    problems: list[tuple[Project, Problem]] = []
    private: list[Project] = []
    decisions = workspace.decisions
    for project in _projects(workspace, wanted.project):
        problems += [(project, problem) for problem in decisions.problems(project.key)]
        if decisions.private(project.key):
            private.append(project)
        events = decisions.events(project.key, evidence=evidence)
        unusable = _unusable(workspace, project)
        told.append(list(_entries(project, events, wanted, unusable))[::-1])
    entries = heapq.merge(*told, key=lambda entry: -entry.event.at)
    return History(tuple(islice(entries, wanted.limit)), tuple(problems), tuple(private))


def check(workspace: "Workspace", project: str = "", *, take_as_known: bool = False) -> tuple[Checked, ...]:
    """Verify the journals in scope.

    Args:
        workspace: Where to look.
        project: A project's key, name or folder; empty: all in scope.
        take_as_known: What this user has seen and is gone is told this time, and not again.
    """
    checked = []
    for one in _projects(workspace, project):
        place = _place(workspace, one)
        found = verified(place, enforce=_enforces(one))
        workspace.decisions.registry(one.key)  # reads, so that the newest ones count as seen
        if take_as_known:
            log = Log(place)
            log.read()
            accept(place, log.heads_by_id())
        journal = place.folder.shown
        findings = found.findings + tuple(
            Finding("note", f"{journal}/*/{identity}-*.json", identity, f"could not be used: {why}")
            for identity, why in _unusable(workspace, one).items()
        )
        checked.append(Checked(one, found.events, findings, place.private))
    return tuple(checked)


def when(text: str, now: int | None = None) -> int:
    """A moment that a person names, epoch microseconds: `2026-11-23T14:05`, `today` (UTC), `7d` (ago).

    Raises:
        UsageError: it is none.
    """
    from mlops_console.errors import FilterError, SettingsError
    from mlops_console.settings import seconds
    from mlops_console.store.conditions import Text
    from mlops_console.store.filter_values import span_of

    now = time.time_ns() // 1000 if now is None else now
    try:
        return now - round(seconds(text) * 1e6)
    except (SettingsError, OverflowError):
        pass
    try:
        return span_of(Text(text), now)[0]
    except FilterError as error:
        raise UsageError(
            f"{safe_text(text, 40)!r} is no time", "write 2026-11-23, 2026-11-23T14:05 or 7d"
        ) from error


def _unusable(workspace: "Workspace", project: Project) -> dict[str, str]:
    """Id of an event that could not be used -> why."""
    found = {}
    problems = [(one, _ID.findall(one)) for one in workspace.decisions.registry(project.key).problems]
    events = {event.id: event for event in workspace.decisions.events(project.key)} if problems else {}
    for problem, identities in problems:
        # Any of the ids may stand in somebody's words: it is about the event that begins the sentence.
        for event in (events[identity] for identity in identities if identity in events):
            about = about_event(event, "")
            if problem.startswith(about):
                found[event.id] = problem.removeprefix(about)
    return found


def _entries(
    project: Project, events: Sequence[Event], wanted: Wanted, unusable: Mapping[str, str]
) -> Iterable[Entry]:
    earlier = {event.id: event for event in events}
    taken_back: dict[str, str] = {}
    for event in events:
        named = event.body.get("event")
        if event.kind == RETRACT and isinstance(named, str):
            reason = event.body.get("reason")
            taken_back[named] = f"{event.by}: {reason}" if isinstance(reason, str) and reason else event.by
    for event in events:
        model = model_of(event, earlier)
        if _is_wanted(event, model, wanted):
            yield Entry(
                project, event, sentence(event, earlier), model, gates_of(event), overridden_of(event),
                taken_back.get(event.id, ""), unusable.get(event.id, ""),
            )  # fmt: skip


def _is_wanted(event: Event, model: str, wanted: Wanted) -> bool:
    return (
        (not wanted.model or model == wanted.model)
        and (not wanted.by or wanted.by in (event.by, str(event.uid)))
        and (not wanted.kind or event.kind == wanted.kind)
        and (wanted.since is None or event.at >= wanted.since)
        and (wanted.until is None or event.at < wanted.until)
    )


def _projects(workspace: "Workspace", named: str) -> list[Project]:
    if named:
        return [project_of(workspace, named)]
    return [one for one in workspace.projects if not workspace.scope or one.key in workspace.scope]


def _place(workspace: "Workspace", project: Project) -> JournalPlace:
    return place_of(project.root, project.key, workspace.places)


def _enforces(project: Project) -> bool:
    from mlops_console.wishes.reading import read_wishes

    return read_wishes(project.root).owners == "enforce"
