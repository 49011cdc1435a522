"""Which folders are runs of a file store, and what tells that a run has changed."""

import re
from collections.abc import Iterator, Sequence

from mlops_console.beneath import BELOW
from mlops_console.readers.contract import Folder
from mlops_console.records import Source

META = "meta.yaml"
NAME = "mlflow"
PARTS = ("params", "metrics", "tags")
LINKS = ("inputs", "outputs")
MODELS = "models"
ARTIFACTS = "artifacts"
DEEPEST = 8
"""Folders in folders: `a/b/c` is a metric's name."""
MOST_FILES = 20_000
_HEAD = 8_192

_RUN_ID = re.compile(rb"^run_(?:id|uuid):", re.MULTILINE)
_OF_RUN = re.compile(rb"^(?:artifact_uri|lifecycle_stage|entry_point_name|source_type):", re.MULTILINE)
RUN_ID = re.compile(r"[0-9a-f]{32}")
"""As MLflow makes them."""


def claims(folder: Folder) -> Sequence[Source]:
    """A folder whose `meta.yaml` tells of a run, or that has a run's name and shape while it doesn't."""
    if META not in folder.files or not (_told(folder.head(META, _HEAD)) or _shaped(folder)):
        return ()
    above, store = _above(folder.path), None
    files = [_within(folder.path, META)]
    if above is not None:
        files.append(_within(above, META))
        store = _above(above)
    if store is not None:
        # A version or an alias that is added moves only what lies in the model's own folder.
        files += [_within(store, MODELS), _within(store, MODELS) + BELOW]
    files += [_within(folder.path, name) for name in (ARTIFACTS, *PARTS, *LINKS) if name in folder.folders]
    for name in ("metrics", "tags"):
        if name in folder.folders:
            files += _below(folder.inside(name))
    if above is not None and "outputs" in folder.folders:
        for model in folder.inside("outputs").folders[:1_000]:
            own = _within(above, f"{MODELS}/{model}")
            files += [f"{own}/{META}", f"{own}/tags", f"{own}/params", f"{own}/metrics"]
    return (Source(NAME, folder.path, tuple(dict.fromkeys(files))),)


def _told(head: bytes) -> bool:
    return _RUN_ID.search(head) is not None and _OF_RUN.search(head) is not None


def _shaped(folder: Folder) -> bool:
    name = folder.path.rpartition("/")[2]
    return RUN_ID.fullmatch(name) is not None and set(PARTS) <= set(folder.folders)


def _below(folder: Folder, depth: int = 0) -> Iterator[str]:
    yield from (f"{folder.path}/{name}" for name in sorted(folder.files)[:MOST_FILES])
    for name in sorted(folder.folders) if depth < DEEPEST else ():
        yield f"{folder.path}/{name}"
        yield from _below(folder.inside(name), depth + 1)


def _above(path: str) -> str | None:
    """The folder that a folder lies in; None for the project's root."""
    return None if path == "." else path.rpartition("/")[0] or "."


def _within(path: str, name: str) -> str:
    return name if path == "." else f"{path}/{name}"
