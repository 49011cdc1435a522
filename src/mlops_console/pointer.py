"""Files of a version as they were when they were hashed: what makes a second look at them cheap.

The registry's pointers, its memory of its own copies, and a target's manifests list files this way. A file
whose size, times and inode are what they were is not read again; one where any differs is.

Standard library only: what loads a model in production comes through here.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from mlops_console import beneath, digesting
from mlops_console.digesting import Found
from mlops_console.ours import MODELS, POINTERS
from mlops_console.replacing import replace_file

_LARGEST: Final = 128 << 20


class Seen(NamedTuple):
    """A file, its hash, and how it was found on the disk when it was hashed; zeros: it was not looked at."""

    path: str
    """Relative to the model's folder; the file's name where the model is one file."""
    size: int
    sha256: str
    modified_ns: int = 0
    changed_ns: int = 0
    inode: int = 0

    def is_as(self, found: Found) -> bool:
        """Whether nothing has touched the file since."""
        return (self.size, self.modified_ns, self.changed_ns, self.inode) == (
            found.size,
            found.modified_ns,
            found.changed_ns,
            found.inode,
        )


class Checked(NamedTuple):
    """What is true of a version's files now."""

    problems: tuple[str, ...]
    """A sentence for each that is missing, changed or too many; empty: every byte is what was registered."""
    files: tuple[Seen, ...]
    """As they are now."""
    read: int
    """So many bytes were read for it; 0: nothing had changed."""


def is_single(sha256: str, files: Iterable[Seen]) -> bool:
    """Whether the model is one file, not a folder: then its hash is that file's own."""
    listed = tuple(files)
    return len(listed) == 1 and listed[0].sha256 == sha256


def sha256_of(files: Iterable[Seen], sha256: str) -> str:
    """The hash that these files make; `sha256` is what is expected, which tells a file from a folder."""
    listed = tuple(files)
    return sha256 if is_single(sha256, listed) else digesting.whole((one.path, one.sha256) for one in listed)


def check(root: str, path: str, sha256: str, files: tuple[Seen, ...], *, full: bool = False) -> Checked:
    """Compare a version's files with what they were.

    Args:
        root: The folder that they lie beneath.
        path: The model's file or folder, relative to it.
        sha256: The version's hash.
        files: As they were; none: only `sha256` tells.
        full: Read every file, whatever its times say.
    """
    try:
        listed, single = digesting.model_files(root, path)
    except OSError as error:
        return Checked((f"{path} {beneath.why_not(error)}",), files, 0)
    if files and sha256_of(files, sha256) != sha256:
        files = ()
    now = {found.path: found for found in listed}
    known = {one.path: one for one in files}
    problems = [f"{one.path} is missing" for one in files if one.path not in now]
    problems += [f"{extra} is no part of it" for extra in now if files and extra not in known]
    fresh = [
        known[name] for name, found in now.items() if name in known and not full and known[name].is_as(found)
    ]
    same = {one.path for one in fresh}
    read = 0
    touched = (found for found in listed if found.path not in same)
    for found, inner in digesting.hashes(root, path, touched, single):
        if isinstance(inner, OSError):
            problems.append(f"{found.path} {beneath.why_not(inner)}")
            continue
        read += found.size
        fresh.append(Seen(found.path, found.size, inner, found.modified_ns, found.changed_ns, found.inode))
        if found.path in known and known[found.path].sha256 != inner:
            problems.append(f"{found.path} is not what was registered: its bytes differ")
    if not problems and sha256_of(fresh, sha256) != sha256:
        problems.append("its bytes are not what was registered")
    return Checked(tuple(problems), tuple(fresh), read)


def untouched(root: str, path: str, files: tuple[Seen, ...]) -> bool:
    """Whether these are all of its files, and nothing has touched any of them since they were hashed."""
    try:
        now, _ = digesting.model_files(root, path)
    except OSError:
        return False
    known = {one.path: one for one in files}
    return len(now) == len(known) and all(
        found.path in known and known[found.path].is_as(found) for found in now
    )


def memory_path(model: str, sha256: str) -> str:
    """Where a project remembers a version's files as they were hashed last, relative to it."""
    # No alias begins with a dot.
    return f"{MODELS}/{model}/{POINTERS}/.seen-{sha256}.json"


def remember(root: str, model: str, sha256: str, files: Iterable[Seen]) -> None:
    """Write down how a version's files were when they were hashed.

    Raises:
        OSError: It can't be written.
    """
    replace_file(Path(root, memory_path(model, sha256)), dumped({"sha256": sha256, "files": as_json(files)}))


def remembered(root: str, model: str, sha256: str) -> tuple[Seen, ...]:
    """What was written down; empty where nothing was, or it does not give this hash."""
    try:
        files = from_json(read_object(root, memory_path(model, sha256)).get("files"))
    except OSError:
        return ()
    return files if files and sha256_of(files, sha256) == sha256 else ()


def dumped(said: Mapping[str, Any]) -> bytes:
    """A JSON file of ours."""
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def as_json(files: Iterable[Seen]) -> list[dict[str, Any]]:
    """As pointers and manifests hold them."""
    return [one._asdict() for one in files]


def from_json(said: Any) -> tuple[Seen, ...]:
    """The other way round; what can't be used counts as not known."""
    if not isinstance(said, list):
        return ()
    files = []
    for one in said:
        if not isinstance(one, dict):
            return ()
        path, size, sha256 = one.get("path"), one.get("size"), one.get("sha256")
        if not (isinstance(path, str) and isinstance(size, int) and isinstance(sha256, str)):
            return ()
        times = [one.get(key) for key in ("modified_ns", "changed_ns", "inode")]
        files.append(Seen(path, size, sha256, *(time if isinstance(time, int) else 0 for time in times)))
    return tuple(files)


def read_object(root: str, path: str) -> Mapping[str, Any]:
    """A small JSON object beneath a root; empty where it is none.

    Raises:
        OSError: There is no such file, or it can't be read.
    """
    try:
        said = json.loads(beneath.read_small(root, path, _LARGEST))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
