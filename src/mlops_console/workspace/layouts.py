"""How a person likes the runs of a project shown; kept per project in the state folder."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlops_console.settings import read_state
from mlops_console.workspace.keeping import keep

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Layout:
    """A person's choices; empty ones stand for what the console proposes."""

    columns: tuple[str, ...] = ()
    """Keys in order."""
    hidden: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    """(column key, ascending)."""
    where: str = ""
    group: str | None = None
    archived: bool = False


def layout_name(workspace: "Workspace") -> str:
    """Under which name a workspace's layout is kept: its only project's key, or `all`."""
    return workspace.projects[0].key if len(workspace.projects) == 1 else "all"


def load_layout(workspace: "Workspace") -> Layout | None:
    """The layout kept for this workspace's projects; None where there is none that can be used."""
    item = read_state(workspace.places, "layouts").get(layout_name(workspace))
    return None if item is None else _from_state(item)


def save_layout(workspace: "Workspace", layout: Layout) -> None:
    """Keep a layout for this workspace's projects."""
    keep(workspace.places, "layouts", layout_name(workspace), asdict(layout))


def _from_state(item: dict[str, Any]) -> Layout:
    """What can be used of a file that anything may have written."""
    sort = [
        (pair[0], pair[1])
        for pair in _list(item.get("sort"))
        if isinstance(pair, list)
        and len(pair) == 2
        and isinstance(pair[0], str)
        and isinstance(pair[1], bool)
    ]
    where, group = item.get("where"), item.get("group")
    return Layout(
        columns=_texts(item.get("columns")),
        hidden=_texts(item.get("hidden")),
        pinned=_texts(item.get("pinned")),
        sort=tuple(sort),
        where=where if isinstance(where, str) else "",
        group=group if isinstance(group, str) else None,
        archived=item.get("archived") is True,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for text in _list(value) if isinstance(text, str))
