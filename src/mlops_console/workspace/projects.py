"""Which project a folder is: found again by its path, or, where it moved, by device and inode."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.ours import JOURNAL
from mlops_console.records import Project
from mlops_console.settings import PROJECT_FILE, Places, read_state
from mlops_console.workspace.keeping import keep


@dataclass(frozen=True, slots=True)
class Found:
    """The projects asked for, and what a person should know about them."""

    projects: tuple[Project, ...]
    notices: tuple[str, ...]


def folders_as_projects(folders: Sequence[Path], known: Sequence[Project]) -> Found:
    """The projects of these folders; keys of known ones are kept, also when the folder moved."""
    roots = list(dict.fromkeys(_real(folder) for folder in folders))
    outer, notices = without_nested(roots)
    taken = {project.key: project for project in known}
    projects: list[Project] = []
    for root in outer:
        project, notice = _identified(root, taken)
        taken[project.key] = project
        projects.append(project)
        notices += notice
    return Found(tuple(projects), tuple(notices))


def project_at_hand(known: Sequence[Project]) -> Project | None:
    """The project around the working folder, told by its decisions or wishes; None where it is known.

    It may lie in a known one: who watches a folder of projects takes none of them its decisions and wishes.
    """
    try:
        here = Path.cwd().resolve()
    except OSError:
        return None
    roots = {one.root for one in known}
    for folder in (here, *here.parents):
        if str(folder) in roots:
            return None
        if _is_own(str(folder)):
            try:
                return folders_as_projects([folder], known).projects[0]
            except UsageError:  # it can't be read
                return None
    return None


def nested_in(project: Project, projects: Iterable[Project]) -> tuple[str, ...]:
    """The folders of other projects in this one, relative to it: what lies there is theirs."""
    return tuple(
        os.path.relpath(one.root, project.root) for one in projects if _inside(one.root, project.root)
    )


def watched_projects(where: Places, stored: Sequence[Project] = ()) -> Found:
    """The folders that a person had watched so far; one that was renamed in place is found again."""
    projects: list[Project] = []
    notices: list[str] = []
    for project in watched(where, stored):
        here = project
        if not Path(project.root).is_dir():
            moved = _renamed(project)
            if moved is None:
                notices.append(
                    f"{safe_text(project.root)} is not there; its runs are kept and shown as gone."
                )
            else:
                here = replace(project, root=moved, name=_name(moved))
                notices.append(f"{safe_text(project.root)} is now {safe_text(moved)}: it keeps its runs.")
                watch(where, here)
        projects.append(here)
    roots, nested = without_nested([project.root for project in projects])
    return Found(tuple(p for p in projects if p.root in roots), (*notices, *nested))


def watched(where: Places, stored: Sequence[Project] = ()) -> list[Project]:
    """What the state folder says; items that can't be used are passed over.

    A folder that was made anew where it was has another inode since: of those that the store knows, it knows
    the newest.
    """
    newest = {(project.key, project.root): project for project in stored}
    found = []
    for key, item in sorted(read_state(where, "watched").items()):
        project = _from_state(key, item)
        if project is not None:
            known = newest.get((key, project.root), project)
            found.append(replace(project, device=known.device, inode=known.inode))
    return found


def vanished(where: Places, projects: Iterable[Project]) -> list[Project]:
    """Those of these projects that a person has watched, and whose folders are not there."""
    gone = [one for one in projects if not Path(one.root).is_dir()]
    keys = {one.key for one in watched(where)} if gone else set()
    return [one for one in gone if one.key in keys]


def watch(where: Places, project: Project) -> None:
    """Remember a project as watched."""
    keep(
        where,
        "watched",
        project.key,
        {
            "key": project.key,
            "name": project.name,
            "root": project.root,
            "device": project.device,
            "inode": project.inode,
        },
    )


def without_nested(roots: Iterable[str]) -> tuple[list[str], list[str]]:
    """The outermost of these folders, and a sentence for each that lies in another.

    One that has decisions or wishes of its own stays a project of its own.
    """
    listed = list(roots)
    outer: list[str] = []
    notices: list[str] = []
    for root in listed:
        above = next((other for other in listed if other != root and _inside(root, other)), None)
        if above is None or _is_own(root):
            outer.append(root)
        else:
            notices.append(f"{safe_text(root)} lies in {safe_text(above)} and is shown as part of it.")
    return outer, notices


def _is_own(root: str) -> bool:
    return Path(root, JOURNAL).is_dir() or Path(root, PROJECT_FILE).is_file()


def _inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")


def _real(folder: Path) -> str:
    """The folder's path without links; a UsageError where there is no such folder."""
    shown = safe_text(str(folder))
    try:
        real = os.path.realpath(folder.expanduser(), strict=True)
    except RuntimeError as error:
        raise UsageError(f"{shown}: {error}", "name the folder by its full path") from error
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise UsageError(f"there is no folder {shown}", "name a folder that holds runs") from error
        raise UsageError(
            f"{shown} can't be opened: {error.strerror}", "name a folder that can be read"
        ) from error
    if not Path(real).is_dir():
        raise UsageError(f"{shown} is a file, not a folder", "name the folder that holds the runs")
    if not os.access(real, os.R_OK | os.X_OK):
        raise UsageError(f"{shown} can't be read: permission denied", "ask its owner, or name another folder")
    return real


def _identified(root: str, known: dict[str, Project]) -> tuple[Project, list[str]]:
    status = Path(root).stat()
    here = Project("", _name(root), root, status.st_dev, status.st_ino)
    for project in known.values():
        if project.root == root:
            return replace(here, key=project.key, name=project.name or here.name), []
    for project in known.values():
        if (project.device, project.inode) == (here.device, here.inode) and not Path(project.root).is_dir():
            notice = f"{safe_text(project.root)} is now {safe_text(root)}: it keeps its runs."
            return replace(here, key=project.key), [notice]
    return replace(here, key=_fresh_key(root, known)), []


def _fresh_key(root: str, known: dict[str, Project]) -> str:
    """Of the path at first sight; salted where a project that moved away has taken that key along."""
    raw = os.fsencode(root)
    for salt in range(1000):
        text = raw if salt == 0 else raw + b"\0%d" % salt
        key = blake2b(text, digest_size=6).hexdigest()
        if key not in known:
            return key
    raise UsageError(f"no key is left for {safe_text(root)}")


def _renamed(project: Project) -> str | None:
    """Where the folder went, if it was renamed beside its old place."""
    above = Path(project.root).parent
    try:
        with os.scandir(above) as entries:
            for entry in entries:
                if entry.inode() != project.inode or not entry.is_dir(follow_symlinks=False):
                    continue
                if entry.stat(follow_symlinks=False).st_dev == project.device:
                    return entry.path
    except OSError:
        return None
    return None


def _name(root: str) -> str:
    return Path(root).name or root


def _from_state(key: str, item: dict[str, Any]) -> Project | None:
    match item:
        case {"name": str(name), "root": str(root), "device": int(device), "inode": int(inode)} if (
            root.startswith("/")
        ):
            return Project(key, name, root, device, inode)
    return None
