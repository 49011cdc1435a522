"""What a target knows of each release: `manifests/<sha256>.json`, written with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mlops_console import pointer
from mlops_console.pointer import Checked, Seen
from mlops_console.replacing import replace_file

MANIFESTS: Final = "manifests"
RELEASES: Final = "releases"
_TEXTS: Final = ("model", "version_id", "sha256", "alias", "by", "host", "project", "event", "head")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A release: what it is, and who put it there."""

    model: str
    version: int
    version_id: str
    sha256: str
    size: int
    alias: str
    by: str
    uid: int
    host: str
    at: int
    """Epoch microseconds."""
    project: str
    """The project's folder, on `host`."""
    event: str
    """The id of the deployment's event in that project's journal."""
    head: str
    """That event's SHA-256: an anchor outside the journal, by which an edit of it is found."""
    files: tuple[Seen, ...] = field(default=(), repr=False)

    @property
    def label(self) -> str:
        """`churn@3`."""
        return f"{self.model}@{self.version}"

    @property
    def path(self) -> str:
        """Where its model lies, relative to the target: the release's folder, or the one file in it."""
        folder = f"{RELEASES}/{self.sha256}"
        return f"{folder}/{self.files[0].path}" if pointer.is_single(self.sha256, self.files) else folder

    def as_json(self) -> dict[str, Any]:
        """As it is written."""
        said: dict[str, Any] = {"v": 1}
        for name in self.__slots__:
            said[name] = getattr(self, name)
        said["files"] = pointer.as_json(self.files)
        return said

    def check(self, folder: Path, *, full: bool = False) -> Checked:
        """Whether the release in this target is what was deployed."""
        return pointer.check(str(folder), self.path, self.sha256, self.files, full=full)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put it beside its release; OSError where it can't be written."""
    replace_file(folder / MANIFESTS / f"{manifest.sha256}.json", pointer.dumped(manifest.as_json()))


def read_manifest(folder: Path, sha256: str) -> Manifest | None:
    """The manifest of a release; None where there is none, or it is not the one of that release."""
    try:
        said = pointer.read_object(str(folder), f"{MANIFESTS}/{sha256}.json")
    except OSError:
        return None
    return _manifest(said, sha256)


def _manifest(said: Mapping[str, Any], sha256: str) -> Manifest | None:
    files = pointer.from_json(said.get("files"))
    texts = {key: said.get(key) for key in _TEXTS}
    numbers = {key: said.get(key) for key in ("version", "size", "uid", "at")}
    if not all(isinstance(text, str) for text in texts.values()):
        return None
    if not all(isinstance(number, int) for number in numbers.values()):
        return None
    if said.get("sha256") != sha256 or not files or pointer.sha256_of(files, sha256) != sha256:
        return None
    return Manifest(**texts, **numbers, files=files)  # type: ignore[arg-type]
