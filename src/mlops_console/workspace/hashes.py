"""Hashes of files, remembered with what the file was: its size, its time and its inode."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_console.errors import StoreError
from mlops_console.settings import read_state_item
from mlops_console.workspace.keeping import change

if TYPE_CHECKING:
    from mlops_console.beneath import FileStat
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Workspace


def known(workspace: "Workspace", run_id: str, path: str, stat: "FileStat") -> str | None:
    """The hash of a file that still is what it was."""
    item = _files(workspace, run_id).get(path)
    if not isinstance(item, dict) or not isinstance(item.get("sha256"), str):
        return None
    same = (item.get("size"), item.get("modified"), item.get("inode"))
    return str(item["sha256"]) if same == (stat.size, stat.modified_ns, stat.inode) else None


def known_of(workspace: "Workspace", run_id: str, root: str, paths: Sequence[str]) -> dict[str, str]:
    """The hashes that are known of these files (relative to the project); asks about no file without one."""
    remembered = _files(workspace, run_id).keys() & set(paths)
    if not remembered:
        return {}
    found = workspace.viewer.look(root, sorted(remembered))
    hashes = {path: known(workspace, run_id, path, stat) for path, stat in found.items()}
    return {path: sha256 for path, sha256 in hashes.items() if sha256 is not None}


def with_hashes(workspace: "Workspace", run: "RunDetail") -> "RunDetail":
    """A run whose models carry their hashes, as far as these are known."""
    hashes = known_of(workspace, run.id, run.root, [model.path for model in run.models])
    models = [replace(m, sha256=m.sha256 or hashes.get(m.path)) for m in run.models]
    return replace(run, models=tuple(models))


def remember(workspace: "Workspace", run_id: str, path: str, stat: "FileStat", sha256: str) -> None:
    """Keep a hash; where nothing can be kept it is worked out again next time."""
    item = {"sha256": sha256, "size": stat.size, "modified": stat.modified_ns, "inode": stat.inode}
    with suppress(StoreError):
        change(
            workspace.places, "hashes", run_id, lambda was: {"id": run_id, "files": {**_of(was), path: item}}
        )


def _files(workspace: "Workspace", run_id: str) -> Mapping[str, Any]:
    return _of(read_state_item(workspace.places, "hashes", run_id) or {})


def _of(item: Mapping[str, Any]) -> Mapping[str, Any]:
    files = item.get("files")
    return files if isinstance(files, dict) else {}
