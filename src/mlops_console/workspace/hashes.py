"""Hashes of files, remembered with what the file was: its size, its time and its inode."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlops_console.errors import StoreError
from mlops_console.settings import read_state_item
from mlops_console.workspace.keeping import keep

if TYPE_CHECKING:
    from mlops_console.readers.contract import FileStat
    from mlops_console.workspace.opening import Workspace


def known(workspace: "Workspace", run_id: str, path: str, stat: "FileStat") -> str | None:
    """The hash of a file that still is what it was."""
    item = _files(workspace, run_id).get(path)
    if not isinstance(item, dict) or not isinstance(item.get("sha256"), str):
        return None
    same = (item.get("size"), item.get("modified"), item.get("inode"))
    return str(item["sha256"]) if same == (stat.size, stat.modified_ns, stat.inode) else None


def remember(workspace: "Workspace", run_id: str, path: str, stat: "FileStat", sha256: str) -> None:
    """Keep a hash; where nothing can be kept it is worked out again next time."""
    item = {"sha256": sha256, "size": stat.size, "modified": stat.modified_ns, "inode": stat.inode}
    files = {**_files(workspace, run_id), path: item}
    try:
        keep(workspace.places, "hashes", run_id, {"id": run_id, "files": files})
    except StoreError:
        return


def _files(workspace: "Workspace", run_id: str) -> Mapping[str, Any]:
    files = (read_state_item(workspace.places, "hashes", run_id) or {}).get("files")
    return files if isinstance(files, dict) else {}
