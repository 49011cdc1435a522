"""What registered models ask of people: contested aliases, champions without owner, monitor or card."""

from collections.abc import Iterator
from typing import Final

from mlops_console.display import safe_text
from mlops_console.journal.registry import AliasState, Model, Move
from mlops_console.promotion.card.missing import WRITTEN, table
from mlops_console.records import Project
from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes.model import Monitor, Wishes
from mlops_console.workspace.attention.asked import CHAMPION, Asked, key_of
from mlops_console.workspace.attention.model import Item, Kind, Place

_ID: Final = 10
_NAME: Final = 80


def items(asked: Asked) -> Iterator[Item]:
    """Everything about models."""
    for project in asked.projects:
        wishes = asked.wishes[project.key]
        for model in asked.registries[project.key].models.values():
            for state in model.aliases.values():
                if state.contested:
                    yield _contested(asked, project, model, state)
            champion = model.aliases.get(CHAMPION)
            if champion is not None and champion.version is not None:
                yield from _missing(asked, project, model, champion, wishes)


def _contested(asked: Asked, project: Project, model: Model, state: AliasState) -> Item:
    rival = _rival(model, state)
    stands = f"v{state.version.number}" if state.version is not None else "nothing"
    what = f"{safe_text(state.alias, _NAME)} was moved by two people at once: {state.by} moved it to {stands}"
    if rival is not None:
        to = f"v{rival.version.number}" if rival.version is not None else "nothing"
        what += f", {rival.event.by} to {to}; the first holds until it is moved again"
    return Item(
        key=key_of("contested", model.name, state.alias, state.event.id[-_ID:]),
        kind="contested",
        level="bad" if state.alias == CHAMPION else "ask",
        project=project,
        subject=model.name,
        what=what,
        effect=f"{stands} is loaded as {safe_text(model.name, _NAME)}@{safe_text(state.alias, _NAME)}",
        since=state.since,
        owner=asked.owner(project.key, model.name),
        place=_place(asked, project, model, state),
    )


def _rival(model: Model, state: AliasState) -> Move | None:
    """The newest move of the alias that lost against the one that holds."""
    others = (one for one in model.moves if one.alias == state.alias and one.event.id != state.event.id)
    return next((one for one in others if one.contested), None)


def _missing(
    asked: Asked, project: Project, model: Model, champion: AliasState, wishes: Wishes
) -> Iterator[Item]:
    """What a model in production ought to have. Where the file can't be read at all, that is the matter."""
    if any(not one.key for one in wishes.mistakes):
        return
    of_model = wishes.model(model.name)
    below = f"below {table(model.name)} in {PROJECT_FILE}"
    told: list[tuple[Kind, str, str]] = []
    if not of_model.owner.strip():
        told.append(
            ("owner", "is in production, and nobody answers for it", f"`owner` {below} names who does")
        )
    if not any(_watches(one, model.name) for one in wishes.monitors.values()):
        how = f'[monitors.NAME] with model = "{safe_text(model.name, _NAME)}" in {PROJECT_FILE} makes one'
        told.append(("monitor", "is in production, and no monitor watches its data", how))
    lacking = [part for part in WRITTEN if part != "owner" and not getattr(of_model, part).strip()]
    if len(lacking) == len(WRITTEN) - 1:
        said = " nor ".join(lacking)
        told.append(("card", f"is in production, and its card has neither {said}", f"both stand {below}"))
    number = champion.version.number if champion.version is not None else 0
    for kind, what, how in told:
        yield Item(
            key=key_of(kind, model.name),
            kind=kind,
            level="ask",
            project=project,
            subject=model.name,
            what=what,
            effect=f"v{number} is champion; {how}",
            since=_first_champion(model),
            owner=of_model.owner.strip(),
            place=_place(asked, project, model, champion),
        )


def _watches(monitor: Monitor, model: str) -> bool:
    """Whether it may see what the model's champion answers; one that names no model may."""
    return not monitor.model or (monitor.model == model and monitor.alias == CHAMPION)


def _first_champion(model: Model) -> int | None:
    """Since when it is in production without a break."""
    begun: int | None = None
    for move in model.moves:
        if move.alias != CHAMPION or not move.holds:
            continue
        if move.version is None:
            break
        begun = move.event.at
    return begun


def _place(asked: Asked, project: Project, model: Model, state: AliasState) -> Place:
    number = str(state.version.number) if state.version is not None else ""
    return Place("models", project.key, model.name, number, asked.command(project, "models", model.name))
