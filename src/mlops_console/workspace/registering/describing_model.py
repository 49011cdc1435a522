"""What a model's own bytes say that a version keeps: format, signature, and what it needs to run."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mlops_console import beneath
from mlops_console.records import Json

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace
    from mlops_console.workspace.registering.choosing_artifact import Chosen

_REQUIREMENTS: Final = "requirements.txt"
_MOST_BYTES: Final = 256 << 10
_UNKNOWN: Final = ("", "unrecognised")


@dataclass(frozen=True, slots=True)
class Described:
    """A model, told without loading it."""

    format: str
    signature: Mapping[str, Json]
    """`inputs`, `outputs`: lists of `{"name", "dtype", "shape"}`, or as the tool wrote them."""
    environment: Mapping[str, Json] = field(default_factory=dict)
    """`packages`, `python`, as files beside the model name them."""
    run_id: str = ""
    """The tool's id of the run that the model says it came from."""


def described(workspace: "Workspace", root: str, chosen: "Chosen") -> Described:
    """What the bytes say, else what the tool said of it; a child process looks at them."""
    facts = workspace.viewer.describe(root, chosen.path)
    told = facts.get("details")
    details: Mapping[str, Json] = told if isinstance(told, dict) else {}
    word = str(facts.get("format") or "")
    if word in _UNKNOWN:
        word = "folder" if chosen.is_folder else word or "unrecognised"
    return Described(
        format=word,
        signature={
            part: facts.get(part) or chosen.details.get(f"signature.{part}") or []
            for part in ("inputs", "outputs")
        },
        environment=_environment(root, chosen, details),
        run_id=str(details.get("run_id") or chosen.details.get("run_id") or ""),
    )


def _environment(root: str, chosen: "Chosen", details: Mapping[str, Any]) -> dict[str, Json]:
    """What MLflow writes beside a model: the packages it was made with, pinned."""
    if not chosen.is_folder:
        return {}
    found: dict[str, Json] = {}
    if details.get("python_version"):
        found["python"] = str(details["python_version"])
    with suppress(OSError):
        data = beneath.read_small(root, f"{chosen.path}/{_REQUIREMENTS}", _MOST_BYTES)
        lines = [line.partition("#")[0].strip() for line in data.decode("utf-8", "replace").splitlines()]
        pinned = (line.partition(";")[0].partition("==") for line in lines if "==" in line)
        packages: dict[str, Json] = {name.strip(): version.strip() for name, _, version in pinned}
        if packages:
            found["packages"] = packages
    return found
