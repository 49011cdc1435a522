"""What people write beside runs: notes and tags. Small files in the state folder, one per run."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mlops_console.errors import UsageError
from mlops_console.records import Changed
from mlops_console.settings import read_state_item
from mlops_console.store import details as questions
from mlops_console.workspace.keeping import change

if TYPE_CHECKING:
    from mlops_console.settings import Places, StateKind
    from mlops_console.store import Store
    from mlops_console.workspace.opening import Workspace

MOST_NOTE = 16_384
MOST_TAG = 200


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote beside a run."""

    id: str
    run: str
    text: str
    by: str
    at: int
    """Epoch microseconds."""


def notes(workspace: "Workspace", run_id: str) -> tuple[Note, ...]:
    """The notes of a run, the oldest first; also those written before it was found to be one with another."""
    found = [
        Note(str(one["id"]), run_id, one["text"], str(one.get("by", "")), one["at"])
        for every in _every_id(workspace, run_id)
        for one in _items(workspace.places, every)
    ]
    return tuple(sorted(found, key=lambda note: note.at))


def add_note(workspace: "Workspace", run_id: str, text: str) -> Note:
    """Write a note; UsageError for an empty or overlong one."""
    text = text.strip()
    if not text:
        raise UsageError("the note is empty", "say what you want to keep")
    if len(text) > MOST_NOTE:
        raise UsageError(f"the note has {len(text):,} characters; {MOST_NOTE:,} are the most")
    written: list[Note] = []

    def edit(item: Mapping[str, Any]) -> dict[str, Any]:
        before = _notes_in(item)
        taken = {str(one["id"]) for one in before}
        at = time.time_ns() // 1000
        while f"{at:x}" in taken:
            at += 1
        note = Note(f"{at:x}", run_id, text, _user(), at)
        written.append(note)
        new = {"id": note.id, "text": text, "by": note.by, "at": at}
        return {"id": run_id, "notes": [*before, new]}

    change(workspace.places, "notes", run_id, edit)
    workspace.tell(Changed(runs=frozenset((run_id,))))
    return written[0]


def remove_note(workspace: "Workspace", run_id: str, note_id: str) -> bool:
    """Take a note away; whether there was one."""
    for every in _every_id(workspace, run_id):
        if any(str(one["id"]) == note_id for one in _items(workspace.places, every)):
            change(workspace.places, "notes", every, partial(_without, run_id=every, note_id=note_id))
            workspace.tell(Changed(runs=frozenset((run_id,))))
            return True
    return False


def _without(item: Mapping[str, Any], run_id: str, note_id: str) -> dict[str, Any] | None:
    left = [one for one in _notes_in(item) if str(one["id"]) != note_id]
    return {"id": run_id, "notes": left} if left else None


def user_tags(workspace: "Workspace", run_id: str) -> Mapping[str, str]:
    """The tags that this user gave a run, by name; many have no value."""
    own, *others = _every_id(workspace, run_id)
    found: dict[str, str] = {}
    for every in (*reversed(others), own):
        found.update(_tags(workspace.places, every))
    return found


def tag(workspace: "Workspace", run_ids: Sequence[str], tag: str, value: str = "", on: bool = True) -> None:
    """Give runs a tag, or take it away again; UsageError for a name that can't be one."""
    name = tag.strip()
    if not name or len(name) > MOST_TAG or len(value) > MOST_TAG:
        raise UsageError(f"a tag's name has 1 to {MOST_TAG} characters, its value at most {MOST_TAG}")
    for run_id in run_ids:
        if on:
            _tagged(workspace, run_id, lambda tags: {**tags, name: value})
            continue
        for every in _every_id(workspace, run_id):
            if name in _tags(workspace.places, every):
                _tagged(workspace, every, lambda tags: {key: tags[key] for key in tags if key != name})


def _tagged(
    workspace: "Workspace", run_id: str, edit: Callable[[Mapping[str, str]], Mapping[str, str]]
) -> None:
    def edited(item: Mapping[str, Any]) -> dict[str, Any] | None:
        tags = edit(_tags_in(item))
        return {"id": run_id, "tags": tags, "by": _user(), "at": time.time_ns() // 1000} if tags else None

    change(workspace.places, "tags", run_id, edited)
    workspace.write(partial(_project, places=workspace.places, run_id=run_id))


def _every_id(workspace: "Workspace", run_id: str) -> tuple[str, ...]:
    """A run's id, and those of the runs that are shown as it: people may have spoken of them before."""
    return (run_id, *workspace.ask(lambda connection: questions.ids_under(connection, run_id)))


def _project(store: "Store", places: "Places", run_id: str) -> Changed:
    # What holds by now: somebody else may have tagged it while this waited for its turn.
    store.user_tags(run_id, _tags(places, run_id))
    return Changed(runs=frozenset((run_id,)))


def _tags(places: "Places", run_id: str) -> Mapping[str, str]:
    return _tags_in(_read(places, "tags", run_id))


def _tags_in(item: Mapping[str, Any]) -> Mapping[str, str]:
    said = item.get("tags")
    return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}


def _items(places: "Places", run_id: str) -> list[dict[str, Any]]:
    return _notes_in(_read(places, "notes", run_id))


def _notes_in(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    said = item.get("notes")
    usable = said if isinstance(said, list) else []
    return [one for one in usable if isinstance(one, dict) and _is_note(one)]


def _is_note(one: Mapping[str, Any]) -> bool:
    """Whether this is a note as they are written here: people may have edited the file."""
    return (
        "id" in one
        and isinstance(one.get("at"), int)
        and bool(isinstance(one.get("text"), str) and one["text"])
    )


def _read(places: "Places", kind: "StateKind", run_id: str) -> Mapping[str, Any]:
    return read_state_item(places, kind, run_id) or {}


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's number without a name
        import os

        return str(os.getuid())
