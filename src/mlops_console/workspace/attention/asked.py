"""What every source is asked with: the projects, their wishes and decisions, read once."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from mlops_console.journal.registry import Registry
from mlops_console.records import Project
from mlops_console.wishes.model import Wishes

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

CHAMPION: Final = "champion"
DAY: Final = 86_400_000_000
_SLUG: Final = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """One look at everything."""

    workspace: "Workspace"
    projects: Sequence[Project]
    """Those that could be looked at."""
    now: int
    """Epoch microseconds."""
    wishes: Mapping[str, Wishes]
    """By project key."""
    registries: Mapping[str, Registry]
    """By project key."""
    by_folder: frozenset[str] = frozenset()
    """Keys of projects that were read once: commands about monitors find them by their folder alone."""

    def owner(self, project_key: str, model: str) -> str:
        """Who answers for a model, as the project's file says."""
        return self.wishes[project_key].model(model).owner.strip() if model else ""

    def command(self, project: Project, *words: str) -> str:
        """What a shell would be told, from any folder; the project is named where there are several."""
        said = ["mlops-console", *words]
        by_folder = words[0] == "drift" and project.key in self.by_folder
        if len(self.projects) > 1 or by_folder:
            names = [one.name for one in self.projects]
            by_name = names.count(project.name) == 1 and not by_folder
            said += ["--project", project.name if by_name else project.root]
        return shlex.join(said)

    def project(self, key: str) -> Project:
        """The project of this key."""
        return next(one for one in self.projects if one.key == key)


def slug(text: str) -> str:
    """Text as a part of a key: a few words, and a digest where that is not all of it."""
    words = re.sub(r"(?:[^a-z0-9._@-]|\.(?=[^a-z0-9]))+", "-", text.lower()).strip("-.")
    if words and words == text and len(words) <= _SLUG:
        return words
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    few = words[:_SLUG].rpartition("-")[0] if len(words) > _SLUG else words
    few = few.rstrip("-.") or words[:_SLUG].rstrip("-.")
    return f"{few}-{digest}" if few else digest


def key_of(kind: str, *parts: str) -> str:
    """The key of a matter: `drift:loans:2013-03`. Needs no quotes in a shell."""
    return ":".join((kind, *(slug(part) for part in parts)))
