"""A version's files, looked at now: whether they are what was registered, and what their bytes say.

What is remembered of them lies in the user's own folder, never in the project: whoever can change a model's
file could change what a project remembers of it as well.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mlops_console import pointer
from mlops_console.errors import ReleaseError
from mlops_console.pointer import Seen
from mlops_console.promotion.gates.safe import NOT_SCANNED
from mlops_console.promotion.kept import kept_path
from mlops_console.promotion.model import Integrity
from mlops_console.records import Json
from mlops_console.replacing import replace_file

if TYPE_CHECKING:
    from mlops_console.journal.registry import Version
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace

FOLDER: Final = "intact"
"""Of the user's cache."""
_MOST: Final = 64 << 20
_UNREAD: Final = re.compile(r"can't be read: |changed while it was read")
_DAMAGE: Final = re.compile(r"cut off|damaged|ends in the middle|not all there|The file is empty")
_LOADERS: Final = frozenset(
    f"mlflow.{name}"
    for name in ("sklearn", "xgboost", "lightgbm", "catboost", "onnx", "statsmodels", "tensorflow", "keras")
)
"""Loaders of MLflow that read nothing but the files that were looked at."""
_CARRIES_CODE: Final = re.compile(r"(?:cloudpickle|dill|types[. ](?:Code|Function)Type)\b")


@dataclass(frozen=True, slots=True)
class Files:
    """What was found."""

    integrity: Integrity
    description: Mapping[str, Json] | None
    """As `ModelDescription.as_json()`, and what the scan could not see; None: nobody asked."""


def place_of(project: "Project", version: "Version") -> str | None:
    """Where a version's files lie, relative to the project; None: nowhere in it."""
    if version.copied:
        with suppress(ReleaseError):
            kept = kept_path(project.root, version.model, version.sha256)
            return None if kept is None else str(kept.relative_to(project.root))
        return None
    return version.artifact


def files_of(
    workspace: "Workspace",
    project: "Project",
    version: "Version",
    *,
    describe: bool = True,
    full: bool = False,
) -> Files:
    """Look at a version's files; those that nothing has touched since are not read again.

    Args:
        workspace: Whose memory and viewer are used.
        project: Where they lie.
        version: Whose files.
        describe: Also tell what their bytes say.
        full: Read every byte, whatever is remembered.
    """
    import time

    began = time.monotonic()
    place = place_of(project, version)
    if place is None:
        copy = "The registry's copy of its files" if version.copied else "The place of its files"
        return Files(Integrity((f"{copy} is gone.",), 0, 0), None)
    memory = _memory(workspace, project, version)
    known = () if full else memory.files
    stated = tuple(Seen(one.path, one.size, one.sha256) for one in version.files)
    found = pointer.check(project.root, place, version.sha256, known or stated, full=full)
    problems = [_sentence(one) for one in found.problems]
    unread = tuple(one for one in problems if _UNREAD.search(one))
    wrong = [one for one in problems if one not in unread]
    description = None
    if not problems:
        description = memory.description
        if describe and description is None:
            description = scanned(workspace.viewer.describe(project.root, place))
        if description is not None:
            wrong += damage(description)
        _remember(memory, found.files, description)
    size = sum(one.size for one in found.files)
    seconds = time.monotonic() - began
    integrity = Integrity(
        tuple(wrong), len(found.files), size, seconds, from_memory=not found.read, unreadable=unread
    )
    return Files(integrity, description)


def damage(description: Mapping[str, Any]) -> list[str]:
    """Sentences that say that it does not open as what it is."""
    told = description.get("warnings")
    form = str(description.get("format") or "model")
    found = [one for one in told if _DAMAGE.search(str(one))] if isinstance(told, list) else []
    return [f"It does not open as {form}: {one}" for one in found]


def scanned(told: Mapping[str, Json]) -> dict[str, Json]:
    """A description with what the scan for dangerous imports could not see."""
    from mlops_console.readers.modelfiles.pickled import RUNS_CODE

    if "problem" in told:
        return dict(told)
    raw = told.get("details")
    details: Mapping[str, Json] = raw if isinstance(raw, dict) else {}
    warnings = told.get("warnings")
    hidden: list[Json] = []
    if told.get("unsafe_format"):
        expected = (RUNS_CODE, "An MLflow model names the Python code", "It imports what models don't need")
        sentences = [str(one) for one in warnings] if isinstance(warnings, list) else []
        hidden = [one for one in sentences if not any(known in one for known in expected)]
        if told.get("format") == "mlflow":
            loader = str(details.get("loader") or "none")
            if loader not in _LOADERS:
                hidden.append(f"Its loader, {loader}, can run code that nobody looked at.")
        elif "imports" not in details:
            hidden.append("No pickle in it could be read.")
        imports = details.get("imports")
        carried = (
            [str(one) for one in imports if _CARRIES_CODE.match(str(one))]
            if isinstance(imports, list)
            else []
        )
        if carried:
            hidden.append(f"It carries code of its own ({carried[0]}).")
    return {**told, NOT_SCANNED: hidden}


@dataclass(frozen=True, slots=True)
class _Memory:
    place: Path
    sha256: str
    edition: str
    files: tuple[Seen, ...] = ()
    description: Mapping[str, Json] | None = None


def _memory(workspace: "Workspace", project: "Project", version: "Version") -> _Memory:
    name = blake2b(f"{project.root}\0{version.sha256}".encode(errors="surrogateescape"), digest_size=16)
    folder = workspace.places.cache / FOLDER
    nothing = _Memory(folder / f"{name.hexdigest()}.json", version.sha256, _edition())
    try:
        said = pointer.read_object(str(folder), nothing.place.name)
    except OSError:
        return nothing
    files = pointer.from_json(said.get("files"))
    if not files or pointer.sha256_of(files, version.sha256) != version.sha256:
        return nothing
    told = said.get("description")
    same = isinstance(told, dict) and said.get("edition") == nothing.edition
    return _Memory(nothing.place, version.sha256, nothing.edition, files, told if same else None)


def _remember(memory: _Memory, files: tuple[Seen, ...], description: Mapping[str, Json] | None) -> None:
    """Where nothing can be kept, all is read again next time."""
    if files == memory.files and description == memory.description:
        return
    if description is not None and "problem" in description:
        description = None
    said = {"files": pointer.as_json(files), "description": description, "edition": memory.edition}
    data = json.dumps(said, separators=(",", ":")).encode()
    if len(data) > _MOST:
        return
    with suppress(OSError):
        memory.place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(memory.place, data)


def _edition() -> str:
    """Of what describes models: what an older one saw is looked at again."""
    from mlops_console.ingest.edition import release

    return release("mlops_console.readers.modelfiles.describing")


def _sentence(words: str) -> str:
    """Ends with a point, and begins large unless it begins with the name of a file."""
    is_file = any(sign in words.partition(" ")[0] for sign in "./_")
    return f"{words[:1] if is_file else words[:1].upper()}{words[1:]}."
