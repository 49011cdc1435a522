"""What trainings that people started from here ask of people: one matter for the newest of each model."""

import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from mlops_console.display import count, iso, safe_text, span
from mlops_console.store.began import Began, began_between
from mlops_console.workspace.attention.asked import DAY, Asked, key_of
from mlops_console.workspace.attention.model import Item, Place
from mlops_console.workspace.filters import quoted
from mlops_console.workspace.retraining.following import look, said_in

if TYPE_CHECKING:
    from mlops_console.journal.registry import Retraining
    from mlops_console.records import Project
    from mlops_console.workspace.retraining.model import Seen

RECENT: Final = 14 * DAY
"""What ended before that was not wanted."""
_ID: Final = 10
_NAME: Final = 80
_LAST: Final = 200


def items(asked: Asked) -> Iterator[Item]:
    """Trainings that failed, took too long or were lost; those that are done and that nobody registered."""
    for project, model, said in _newest(asked):
        at = min(said.ended or said.event.at, asked.now)
        if said.outcome == "stopped" or asked.now - at > RECENT:
            continue
        found = look(asked.workspace, project, model, said)
        if found.state in ("failed", "late", "lost"):
            yield _ended_badly(asked, found, at)
        elif found.state == "done":
            began = _began(asked, found)
            if not _registered(asked, found, began):
                yield _waits(asked, found, began, at)


def under_way(asked: Asked) -> Mapping[tuple[str, str], str]:
    """(project key, monitor) -> who trains its model anew now, as the end of a sentence."""
    told = {}
    for project, model, said in _newest(asked):
        if said.outcome != "open":
            continue
        if look(asked.workspace, project, model, said, tail=False).state == "running":
            by = safe_text(said.event.by, _NAME)
            ago = span(max(0, asked.now - said.event.at))
            for monitor in asked.wishes[project.key].monitors.values():
                if monitor.model == model:
                    told[project.key, monitor.name] = f"{by} has trained it anew for {ago}"
    return told


def _newest(asked: Asked) -> "Iterator[tuple[Project, str, Retraining]]":
    for project in asked.projects:
        for model, some in said_in(asked.registries[project.key]):
            yield project, model, some[0]


def _ended_badly(asked: Asked, found: "Seen", at: int) -> Item:
    said, by = found.said, safe_text(found.said.event.by, _NAME)
    match found.state:
        case "failed":
            how = f"failed: {safe_text(said.because, _LAST)}"
        case "late":
            how = "was ended, for its time was up"
        case _:
            how = "was lost: its machine went down, or all of it was killed"
    last = f"it printed last: {safe_text(found.tail, _LAST)}" if found.tail else ""
    command = asked.command(found.project, "retrain", found.model, "--log")
    return _item(
        asked, found, "warn", f"the training that {by} started {how}", last, at, _models(found, command)
    )


def _waits(asked: Asked, found: "Seen", began: list[Began], at: int) -> Item:
    by = safe_text(found.said.event.by, _NAME)
    what = f"{by} had it trained anew"
    if len(began) == 1:
        [one] = began
        command = asked.command(found.project, "register", one.id, found.model)
        place = Place("run", found.project.key, one.id, command=command)
        return _item(
            asked,
            found,
            "ask",
            f"{what}: register its run and promote it",
            safe_text(one.name, _NAME),
            at,
            place,
        )
    if not began:
        what += ", and no run of that time is known: register what it made and promote it"
        command = asked.command(found.project, "retrain", found.model, "--log")
        return _item(asked, found, "ask", what, "", at, _models(found, command))
    where = f"project:{quoted(found.project.name)} started>={quoted(str(iso(began[0].at)))}"
    where += f" started<={quoted(str(iso(began[-1].at)))}"
    command = f"mlops-console runs {shlex.quote(found.project.root)} --where {shlex.quote(where)}"
    effect = f"{count(len(began))} runs of that time"
    place = Place("runs", found.project.key, where, command=command)
    return _item(asked, found, "ask", f"{what}: register its run and promote it", effect, at, place)


def _item(
    asked: Asked, found: "Seen", level: str, what: str, effect: str, since: int, place: Place
) -> Item:  # fmt: skip
    return Item(
        key=key_of("retrain", found.model, found.said.event.id[-_ID:].lower()),
        kind="retrain",
        level="warn" if level == "warn" else "ask",
        project=found.project,
        subject=found.model,
        what=what,
        effect=effect,
        since=since,
        owner=asked.owner(found.project.key, found.model),
        place=place,
    )


def _models(found: "Seen", command: str) -> Place:
    return Place("models", found.project.key, found.model, found.said.event.id, command)


def _began(asked: Asked, found: "Seen") -> list[Began]:
    """The runs that began while it ran."""
    until = found.said.ended or asked.now
    return asked.workspace.ask(lambda con: began_between(con, found.project.key, found.said.event.at, until))


def _registered(asked: Asked, found: "Seen", began: list[Began]) -> bool:
    """Whether a version came after it: of one of its runs, where any are known."""
    model = asked.registries[found.project.key].models.get(found.model)
    later = [one for one in model.versions if one.registered.at >= found.said.event.at] if model else []
    own = {(one.path, one.native) for one in began}
    return any(
        not own or (one.run is not None and (one.run.get("path"), one.run.get("native", "")) in own)
        for one in later
    )
