"""Notes and tags from before there were journals: small files in the state folder, read and taken away."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mlops_console.settings import Places, read_state_item
from mlops_console.workspace.keeping import change


class EarlierNote(NamedTuple):
    """What this user wrote beside a run."""

    id: str
    text: str
    by: str
    at: int


def notes_of(places: Places, run_id: str) -> tuple[EarlierNote, ...]:
    """The notes of a run; what can't be understood is passed over, for people may have edited the file."""
    return tuple(
        EarlierNote(str(one["id"]), one["text"], str(one.get("by", "")), one["at"])
        for one in _notes_in(read_state_item(places, "notes", run_id) or {})
    )


def remove(places: Places, run_id: str, note_id: str) -> bool:
    """Take a note away; whether there was one."""
    if all(one.id != note_id for one in notes_of(places, run_id)):
        return False

    def without(item: Mapping[str, Any]) -> dict[str, Any] | None:
        left = [one for one in _notes_in(item) if str(one["id"]) != note_id]
        return {"id": run_id, "notes": left} if left else None

    change(places, "notes", run_id, without)
    return True


def untag(places: Places, run_id: str, name: str) -> bool:
    """Take a tag away; whether the run had it."""
    if name not in _tags_in(read_state_item(places, "tags", run_id) or {}):
        return False

    def without(item: Mapping[str, Any]) -> dict[str, Any] | None:
        left = {key: value for key, value in _tags_in(item).items() if key != name}
        return {**item, "tags": left} if left else None

    change(places, "tags", run_id, without)
    return True


def _tags_in(item: Mapping[str, Any]) -> Mapping[str, Any]:
    said = item.get("tags")
    return said if isinstance(said, dict) else {}


def _notes_in(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    said = item.get("notes")
    usable = said if isinstance(said, list) else []
    return [one for one in usable if isinstance(one, dict) and _is_note(one)]


def _is_note(one: Mapping[str, Any]) -> bool:
    """Whether this is a note as they were written here."""
    return (
        "id" in one
        and isinstance(one.get("at"), int)
        and bool(isinstance(one.get("text"), str) and one["text"])
    )
