"""What `doctor` tells: versions, places, locks, limits, and what is wrong with any of them."""

import os
import platform
import re
import resource
import shutil
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from typing import Any, Final

from mlops_console import __version__
from mlops_console.display import safe_text, size
from mlops_console.errors import ConsoleError
from mlops_console.settings import Places, places, user_settings

LIBRARIES: Final = (
    "textual", "duckdb", "numpy", "polars", "watchdog", "platformdirs", "pyyaml", "scikit-learn", "scipy",
    "pillow", "picklescan",
)  # fmt: skip
_INOTIFY: Final = Path("/proc/sys/fs/inotify")
_FEW_WATCHES: Final = 8192
_LITTLE_ROOM: Final = 200_000_000
_BESIDE: Final = re.compile(
    r"|\.(lock|write|generation|state|tmp)|(\.corrupt-\w+(-\d+)?|\.before-v\d+(\.part)?)?(\.wal)?"
)
"""What follows the store's name in the names of our files beside it."""


@dataclass(slots=True)
class Diagnosis:
    """Sections of facts, and sentences about what is wrong."""

    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def diagnose(store: str | None) -> Diagnosis:
    """Look at everything; never fails because of what it finds."""
    where = places(store)
    found = Diagnosis()
    found.sections["versions"] = _versions()
    found.sections["places"] = _places(where, found)
    found.sections["store"] = found.sections["decisions"] = {}
    found.sections["store"] = _store(where, store, found)
    found.sections["terminal"] = _terminal(found)
    found.sections["limits"] = _limits(found)
    _settings(found)
    return found


def _versions() -> dict[str, Any]:
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, Any] = {
        "mlops-console": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = None
    return found


def _places(where: Places, found: Diagnosis) -> dict[str, Any]:
    from mlops_console.ingest.mounts import shared_kind

    here = where.store.parent
    while not here.exists() and here != here.parent:
        here = here.parent
    shared = shared_kind(os.path.realpath(here))
    free = shutil.disk_usage(here).free
    if shared:
        found.wrong.append(
            f"the store lies on a shared file system ({shared}), where locks can't be trusted:"
            " name one on a local disk with --store or MLOPS_CONSOLE_STORE"
        )
    if free < _LITTLE_ROOM:
        found.wrong.append(f"only {size(free)} are free where the store lies")
    return {
        "store": str(where.store),
        "state": str(where.state),
        "log": str(where.log),
        "file_system": shared or "local",
        "free": free,
    }


def _store(where: Places, store: str | None, found: Diagnosis) -> dict[str, Any]:
    facts: dict[str, Any] = {"exists": where.store.exists()}
    if not where.store.exists():
        return facts
    from mlops_console.store.locks import owner_of
    from mlops_console.workspace.opening import Workspace

    facts["size"] = sum(file.stat().st_size for file in _files_of(where) if file.is_file())
    damaged = sorted(
        safe_text(file.name) for file in where.store.parent.glob(f"{escape(where.store.name)}.corrupt-*")
    )
    if damaged:
        facts["set_aside"] = ", ".join(damaged)
    owner = owner_of(where.store)
    try:
        workspace = Workspace((), store)
    except ConsoleError as error:
        found.wrong.append(str(error) + (f" ({error.hint})" if error.hint else ""))
        return facts
    with workspace:
        facts["role"] = workspace.store.role
        if workspace.store.role == "follower":
            facts["owner"] = owner
        facts.update(_counted(workspace, found))
        found.wrong += [safe_text(notice) for notice in workspace.notices]
    return facts


def _counted(workspace: Any, found: Diagnosis) -> dict[str, Any]:
    from mlops_console.store import problems as problem_questions
    from mlops_console.store import runs as run_questions
    from mlops_console.workspace.problems import problems
    from mlops_console.workspace.projects import watched
    from mlops_console.workspace.standing import standing, wrong_with
    from mlops_console.workspace.wishing import wish_problems

    left_alone = workspace.ask(problem_questions.quarantined)
    for project, reader, path, deaths in left_alone:
        found.wrong.append(
            f"{safe_text(project)}/{safe_text(path)} is left alone until it changes: reading it as {reader}"
            f" killed the reader {deaths} times"
        )
    watching = watched(workspace.places)
    decisions = found.sections["decisions"] = {}
    for project in workspace.projects:
        if not Path(project.root).is_dir():
            found.wrong.append(f"{safe_text(project.root)} is not there; its runs are kept")
            continue
        for problem in wish_problems(project.root):
            found.wrong.append(
                f"{safe_text(project.root)}/{safe_text(problem.path)}: {safe_text(problem.what)}"
            )
        facts = decisions[project.root] = standing(workspace, project)
        found.wrong += [safe_text(sentence) for sentence in wrong_with(project, facts)]
    return {
        "runs": workspace.ask(run_questions.run_count),
        "projects": [
            {"key": p.key, "name": p.name, "root": p.root, "watched": p in watching}
            for p in workspace.projects
        ],
        "problems": len(problems(workspace)),
        "quarantined": len(left_alone),
    }


def _files_of(where: Places) -> list[Path]:
    """The store and what lies beside it; a stranger's `store.duckdb.csv` is none of that."""
    name = where.store.name
    try:
        return [
            file
            for file in where.store.parent.iterdir()
            if file.name.startswith(name) and _BESIDE.fullmatch(file.name.removeprefix(name))
        ]
    except OSError:
        return []


def _terminal(found: Diagnosis) -> dict[str, Any]:
    import sys

    term = os.environ.get("TERM", "")
    encoding = (sys.stdout.encoding or "").lower()
    if "utf" not in encoding:
        found.wrong.append(f"the terminal's encoding is {encoding or 'not known'}: glyphs are drawn in ASCII")
    if term == "dumb":
        found.wrong.append("TERM=dumb: the console can't draw here; `mlops-console runs` works")
    shown = shutil.get_terminal_size((0, 0))
    return {
        "TERM": term,
        "colours": _colours(term),
        "size": f"{shown.columns}x{shown.lines}" if shown.columns else None,
        "encoding": encoding,
        "tmux": bool(os.environ.get("TMUX")),
        "ssh": bool(os.environ.get("SSH_CONNECTION")),
    }


def _colours(term: str) -> str:
    if os.environ.get("NO_COLOR"):
        return "none (NO_COLOR)"
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "24 bit"
    return "256" if "256" in term else "none" if term in ("", "dumb") else "16"


def _limits(found: Diagnosis) -> dict[str, Any]:
    limits: dict[str, Any] = {"open_files": resource.getrlimit(resource.RLIMIT_NOFILE)[0]}
    for name in ("max_user_watches", "max_user_instances"):
        try:
            limits[name] = int((_INOTIFY / name).read_text(encoding="ascii"))
        except (OSError, ValueError):
            limits[name] = None
    watches = limits["max_user_watches"]
    if watches is not None and watches < _FEW_WATCHES:
        found.wrong.append(
            f"only {watches} folders can be watched (fs.inotify.max_user_watches): the rest is polled"
        )
    return limits


def _settings(found: Diagnosis) -> None:
    try:
        user_settings()
    except ConsoleError as error:
        found.wrong.append(str(error) + (f" ({error.hint})" if error.hint else ""))


def ours(where: Places) -> list[Path]:
    """Every file and folder of ours that exists: the store and what lies beside it, state, logs, cache."""
    private = [where.journals, *(where.journals.with_name(name) for name in ("baselines", "drift"))]
    found = [*_files_of(where), where.state, where.log, where.cache, *private]
    return sorted({path for path in found if path.exists() and not _within(path, found)})


def _within(path: Path, others: list[Path]) -> bool:
    return any(other in path.parents for other in others)


def purge(store: str | None) -> list[Path]:
    """Remove everything of ours; ConsoleError while another process uses the store."""
    from mlops_console.errors import StoreError
    from mlops_console.store.locks import OwnerLock, owner_of

    where = places(store)
    if where.store.parent.is_dir():
        lock = OwnerLock.take(where.store)
        if lock is None:
            raise StoreError(
                f"{where.store} is in use by process {owner_of(where.store) or 'unknown'}",
                "close it there first",
            )
        lock.release()
    removed = ours(where)
    for path in removed:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return removed
