"""What deployments ask of people: targets that are not what was deployed, and those that stayed behind.

A target may lie on a disk that does not answer, and what was touched in it is read: all of that is done by a
thread of its own, and a list takes what it has found out by then.
"""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from mlops_console.display import safe_text, span
from mlops_console.errors import ConsoleError
from mlops_console.journal.registry import AliasState, Model, Version
from mlops_console.records import Project
from mlops_console.workspace.attention.asked import Asked, key_of
from mlops_console.workspace.attention.model import Item, Place

if TYPE_CHECKING:
    from mlops_console.workspace.deploying.targets import TargetState
    from mlops_console.workspace.opening import Workspace

EVERY: Final = 30.0
"""Seconds between looks at the targets of a project."""
LIVE_WAIT: Final = 0.02
"""Seconds that a list of an open console waits for them."""
ONCE_WAIT: Final = 2.0
"""Seconds that a command does."""
_OPEN: Final = 3_600_000_000
"""A deployment that was begun so long ago is not under way any more."""
_ID: Final = 10


class Looking:
    """What is known of the targets of a workspace's projects. Holds no workspace: it goes with it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._known: dict[str, tuple[float, Sequence[TargetState]]] = {}
        self._thread: threading.Thread | None = None

    def known(
        self, workspace: "Workspace", projects: Sequence[Project], wait: float
    ) -> tuple[Mapping[str, "Sequence[TargetState]"], list[str]]:
        """Project key -> its targets as they were looked at last, and the names of those never looked at."""
        with self._guard:
            now = time.monotonic()
            due = [one for one in projects if self._known.get(one.key, (-EVERY, ()))[0] <= now - EVERY]
            if due and self._thread is None:
                self._thread = threading.Thread(
                    target=self._look, args=(workspace, due), name="targets", daemon=True
                )
                self._thread.start()
            thread = self._thread
        if thread is not None:
            thread.join(wait)
        with self._guard:
            found = {one.key: self._known[one.key][1] for one in projects if one.key in self._known}
            return found, [one.name for one in projects if one.key not in found]

    def _look(self, workspace: "Workspace", projects: Sequence[Project]) -> None:
        from mlops_console.workspace.deploying.targets import targets

        try:
            for project in projects:
                found: list[TargetState] = []
                try:
                    found = targets(workspace, project)
                except (ConsoleError, OSError):
                    continue
                finally:
                    with self._guard:
                        self._known[project.key] = (time.monotonic(), found)
        finally:
            with self._guard:
                self._thread = None


_LOOKING: "WeakKeyDictionary[Workspace, Looking]" = WeakKeyDictionary()
_MAKING: Final = threading.Lock()


def items(asked: Asked, problems: list[str]) -> Iterator[Item]:
    """Everything about targets; says so where they could not be looked at in time."""
    projects = [one for one in asked.projects if _deploys(asked, one)]
    if not projects:
        return
    with _MAKING:
        looking = _LOOKING.setdefault(asked.workspace, Looking())
    live = asked.workspace.live
    found, unseen = looking.known(asked.workspace, projects, LIVE_WAIT if live else ONCE_WAIT)
    if unseen and not live:
        problems.extend(f"the targets of {safe_text(one, 80)} did not answer in time." for one in unseen)
    for project in projects:
        changed: set[tuple[str, str]] = set()
        for state in found.get(project.key, ()):
            if state.configured is None and not state.releases:
                changed.add((state.model, state.folder))  # nobody names it any more, and it is gone
                continue
            item = _changed(asked, project, state)
            if item is not None:
                changed.add((state.model, state.folder))
                yield item
        for model in asked.registries[project.key].models.values():
            yield from _behind(asked, project, model, changed)


def _deploys(asked: Asked, project: Project) -> bool:
    models = asked.registries[project.key].models.values()
    return any(one.deployments for one in models)


def _changed(asked: Asked, project: Project, state: "TargetState") -> Item | None:
    """A target that is not what was deployed, or whose deployment was interrupted."""
    begun = state.last.event.at if state.last is not None else None
    if state.problems:
        current = (state.sha256 or "nothing")[:_ID]
        return _item(asked, project, state, current, "bad", state.problems, None)
    model = asked.registries[project.key].models.get(state.model)
    interrupted = [
        one
        for one in (model.deployments if model is not None else ())
        if one.outcome == "open" and one.folder == state.folder and asked.now - one.event.at > _OPEN
    ]
    if not interrupted:
        return None
    said = (f"a deployment by {safe_text(interrupted[0].event.by, 60)} was interrupted",)
    since = min(interrupted[0].event.at, asked.now) if begun is None else interrupted[0].event.at
    return _item(asked, project, state, interrupted[0].event.id[-_ID:], "warn", said, min(since, asked.now))


def _item(
    asked: Asked, project: Project, state: "TargetState", what_key: str, level: str, said: Sequence[str],
    since: int | None,
) -> Item:  # fmt: skip
    more = f" (and {len(said) - 1} more)" if len(said) > 1 else ""
    serves = f"serves v{state.version}" if state.version is not None else ""
    return Item(
        key=key_of("target", state.model, state.name, what_key),
        kind="target",
        level="bad" if level == "bad" else "warn",
        project=project,
        subject=f"{state.model} in {state.name}",
        what=f"{safe_text(said[0], 400).rstrip('.')}{more}",
        effect=serves,
        since=since,
        owner=asked.owner(project.key, state.model),
        place=Place(
            "models",
            project.key,
            state.model,
            "" if state.version is None else str(state.version),
            asked.command(project, "deploy", "--check"),
        ),
    )


def _behind(asked: Asked, project: Project, model: Model, changed: set[tuple[str, str]]) -> Iterator[Item]:
    """Targets that were deployed to by an alias which stands on another version by now."""
    from mlops_console.workspace.deciding.plan import serving

    for alias in model.aliases.values():
        if alias.version is None or alias.contested:
            continue
        for one in serving(model, alias.alias, None, alias.version):
            if (model.name, one.folder) not in changed:
                yield _late(asked, project, model, alias, alias.version, one.target, one.version)


def _late(
    asked: Asked, project: Project, model: Model, alias: AliasState, version: Version, target: str,
    serves: int | None,
) -> Item:  # fmt: skip
    name = safe_text(target, 80)
    before = f"v{serves}" if serves is not None else "another version"
    what = f"still serves {before}; {safe_text(alias.alias, 60)} has been v{version.number}"
    what += f" for {span(asked.now - alias.since)}"
    return Item(
        key=key_of("target", model.name, target, f"v{version.number}"),
        kind="target",
        level="ask",
        project=project,
        subject=f"{model.name} in {name}",
        what=what,
        effect=f"{before} answers there",
        since=min(alias.since, asked.now),
        owner=asked.owner(project.key, model.name),
        place=Place(
            "models",
            project.key,
            model.name,
            str(version.number),
            asked.command(project, "deploy", f"{model.name}@{alias.alias}", target),
        ),
    )
