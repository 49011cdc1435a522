"""What people write beside runs and versions: notes and tags, events of their project's journal.

Who else works in the project sees them with names and times. What was written before there were journals
lies in the state folder, is still shown and can be taken away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mlops_console.errors import UsageError
from mlops_console.journal.event import NOTE, RETRACT, TAG
from mlops_console.journal.registry import Registry
from mlops_console.records import Changed, Json
from mlops_console.store import said_of as questions
from mlops_console.workspace import earlier_notes
from mlops_console.workspace.run_remarks import own_tags, put_tags

if TYPE_CHECKING:
    from mlops_console.journal.registry import Remark, Version
    from mlops_console.records import Project
    from mlops_console.store.said_of import Spoken
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

MOST_NOTE = 16_384
MOST_TAG = 200


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote beside a run or a version."""

    id: str
    run: str
    """The run's id; empty: it is about a version."""
    text: str
    by: str
    at: int
    """Epoch microseconds."""


def notes(workspace: "Workspace", run_id: str) -> tuple[Note, ...]:
    """The notes of a run, the oldest first; also those written before it was found to be one with another."""
    key, every = _spoken(workspace, run_id)
    registry = _registry(workspace, key)
    found = [
        Note(one.id, run_id, one.text, one.by, one.at)
        for run in every
        for one in registry.run_notes.get((run.path, run.native), ())
    ]
    for run in every:
        before = earlier_notes.notes_of(workspace.places, run.id)
        found += [Note(one.id, run_id, one.text, one.by, one.at) for one in before]
    return tuple(sorted(found, key=lambda note: note.at))


def add_note(workspace: "Workspace", run_id: str, text: str) -> Note:
    """Write a note; UsageError for an empty or overlong one, JournalError where it can't be written."""
    text = _checked(text)
    key, every = _spoken(workspace, run_id)
    event = workspace.decisions.append(key, NOTE, {"subject": _subject(every), "text": text})
    return Note(event.id, run_id, text, event.by, event.at)


def remove_note(workspace: "Workspace", run_id: str, note_id: str) -> bool:
    """Take a note away; whether there was one."""
    key, every = _spoken(workspace, run_id)
    for run in every:
        if earlier_notes.remove(workspace.places, run.id, note_id):
            workspace.tell(Changed(runs=frozenset((run_id,))))
            return True
    registry = _registry(workspace, key)
    for run in every:
        if any(one.id == note_id for one in registry.run_notes.get((run.path, run.native), ())):
            _retract(workspace, key, note_id)
            return True
    return False


def user_tags(workspace: "Workspace", run_id: str) -> Mapping[str, str]:
    """The tags that people gave a run, by name; many have no value."""
    key, every = _spoken(workspace, run_id)
    registry = _registry(workspace, key)
    found: dict[str, str] = {}
    for run in (*reversed(every[1:]), *every[:1]):
        found.update(own_tags(workspace.places, run.id))
        found.update({one.name: one.value for one in registry.run_tags.get((run.path, run.native), ())})
    return found


def tag(workspace: "Workspace", run_ids: Sequence[str], tag: str, value: str = "", on: bool = True) -> None:
    """Give runs a tag, or take it away again; UsageError for a name that can't be one.

    JournalError where it can't be written; the runs before that one have it then.
    """
    name = _tag_name(tag, value)
    with workspace.remarks.held():
        for run_id in run_ids:
            if on:
                _give(workspace, run_id, name, value)
            else:
                _take_away(workspace, run_id, name)


def version_notes(version: "Version") -> tuple[Note, ...]:
    """The notes of a version, the oldest first."""
    return tuple(sorted((_as_note(one) for one in version.notes), key=lambda note: note.at))


def note_version(workspace: "Workspace", named: "Resolved", text: str) -> Note:
    """Write a note beside a version."""
    body: dict[str, Json] = {"subject": _version_subject(named.version), "text": _checked(text)}
    event = workspace.decisions.append(named.project.key, NOTE, body)
    return Note(event.id, "", _checked(text), event.by, event.at)


def remove_version_note(workspace: "Workspace", named: "Resolved", note_id: str) -> bool:
    """Take a note of a version away; whether there was one."""
    if not any(one.id == note_id for one in named.version.notes):
        return False
    _retract(workspace, named.project.key, note_id)
    return True


def tag_version(
    workspace: "Workspace", named: "Resolved", tag: str, value: str = "", on: bool = True
) -> None:
    """Give a version a tag, or take it away again."""
    name = _tag_name(tag, value)
    given = {one.name: one.value for one in named.version.tags}
    if given.get(name) != (value if on else None):
        said: dict[str, Json] = {"name": name, "value": value if on else None}
        subject = _version_subject(named.version)
        workspace.decisions.append(named.project.key, TAG, {"subject": subject, **said})


def tags_of_version(workspace: "Workspace", named: "Resolved") -> Mapping[str, str]:
    """The tags that a version has by now."""
    model = workspace.decisions.registry(named.project.key).models.get(named.model.name)
    found = next((one for one in model.versions if one.id == named.version.id), None) if model else None
    return {one.name: one.value for one in (found or named.version).tags}


def _give(workspace: "Workspace", run_id: str, name: str, value: str) -> None:
    key, every = _spoken(workspace, run_id)
    own = every[0]
    given = _registry(workspace, key).run_tags.get((own.path, own.native), ())
    if all((one.name, one.value) != (name, value) for one in given):
        body: dict[str, Json] = {"subject": _subject(every), "name": name, "value": value}
        workspace.decisions.append(key, TAG, body)


def _take_away(workspace: "Workspace", run_id: str, name: str) -> None:
    key, every = _spoken(workspace, run_id)
    registry = _registry(workspace, key)
    for run in every:
        if any(one.name == name for one in registry.run_tags.get((run.path, run.native), ())):
            body: dict[str, Json] = {"subject": _subject([run]), "name": name, "value": None}
            workspace.decisions.append(key, TAG, body)
        if earlier_notes.untag(workspace.places, run.id, name):
            workspace.write(partial(put_tags, places=workspace.places, key=key, run_id=run.id))


def _spoken(workspace: "Workspace", run_id: str) -> "tuple[str, list[Spoken]]":
    """A run's project, and how it is spoken of: itself, and the runs that are shown as it."""
    key, every = workspace.ask(lambda connection: questions.spoken_of(connection, run_id))
    if not every:
        raise UsageError(f"there is no run {run_id} any more")
    return key, every


def _registry(workspace: "Workspace", key: str) -> Registry:
    known: Sequence[Project] = workspace.projects
    return workspace.decisions.registry(key) if any(one.key == key for one in known) else Registry()


def _retract(workspace: "Workspace", key: str, event_id: str) -> None:
    workspace.decisions.append(key, RETRACT, {"event": event_id, "reason": ""})


def _subject(every: "Sequence[Spoken]") -> dict[str, Json]:
    run = every[0]
    return {"run": {"path": run.path, "native": run.native, "name": run.name}}


def _version_subject(version: "Version") -> dict[str, Json]:
    return {"model": version.model, "version_id": version.id, "version": version.number}


def _as_note(remark: "Remark") -> Note:
    return Note(remark.id, "", remark.text, remark.by, remark.at)


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise UsageError("the note is empty", "say what you want to keep")
    if len(text) > MOST_NOTE:
        raise UsageError(f"the note has {len(text):,} characters; {MOST_NOTE:,} are the most")
    return text


def _tag_name(tag: str, value: str) -> str:
    name = tag.strip()
    if not name or len(name) > MOST_TAG or len(value) > MOST_TAG:
        raise UsageError(f"a tag's name has 1 to {MOST_TAG} characters, its value at most {MOST_TAG}")
    return name
