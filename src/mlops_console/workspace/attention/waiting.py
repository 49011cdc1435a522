"""Versions that wait for a person: for somebody's approval, or for a promotion that their gates let through.

Only what the journal knows is asked: no file is opened and nothing is compared, so that a list costs nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import count, safe_text
from mlops_console.journal.registry import Model, Version
from mlops_console.records import Project
from mlops_console.workspace.attention.asked import CHAMPION, DAY, Asked, key_of
from mlops_console.workspace.attention.model import Item, Place
from mlops_console.workspace.model_rows import standing_of

if TYPE_CHECKING:
    from mlops_console.promotion.model import GateResult

RECENT: Final = 30 * DAY
"""What was registered before that was not wanted."""
_CHEAP: Final = frozenset({"metrics", "approvals", "run", "card"})
_NAMED: Final = 4


def items(asked: Asked) -> Iterator[Item]:
    """The newest candidate of each model whose file names gates for its champion."""
    for project in asked.projects:
        wishes = asked.wishes[project.key]
        for model in asked.registries[project.key].models.values():
            table = wishes.model(model.name).gates.get(CHAMPION, {})
            version = _candidate(model, asked.now) if table else None
            if version is not None:
                found = _waits(asked, project, model, version, table)
                if found is not None:
                    yield found


def _candidate(model: Model, now: int) -> Version | None:
    """The newest version, where it was never champion and is not too old to be wanted."""
    newest = next((one for one in model.versions if not one.retracted), None)
    if newest is None or now - newest.registered.at > RECENT or newest.registered.at > now + DAY:
        return None
    if any(name == CHAMPION for name in newest.aliases):
        return None
    moved = any(one.version is not None and one.version.id == newest.id and one.alias == CHAMPION
                for one in model.moves)  # fmt: skip
    standing, _ = standing_of(model, replace(newest, aliases=()))
    return newest if standing == "candidate" and not moved else None


def _waits(
    asked: Asked, project: Project, model: Model, version: Version, table: Mapping[str, Any]
) -> Item | None:
    results, dear = _asked_gates(asked, project, model, version, table)
    others = [one for one in results if one.gate != "approvals"]
    if any(one.verdict != "pass" for one in others):
        return None
    missing, given = _missing(results)
    label = f"v{version.number}"
    if missing:
        people = "approval" if missing == 1 else "approvals"
        what = f"{label} waits for {count(missing)} more {people} to be champion"
        what += f"; registered by {safe_text(version.registered.by, 60)}"
        way = "approve"
    elif given:
        by = ", ".join(safe_text(one, 40) for one in given[:_NAMED])
        what = f"{label} was approved by {by}, and nobody promoted it"
        way = "promote"
    elif results and not dear:
        passed = "its gate passes" if len(results) == 1 else f"its {count(len(results))} gates pass"
        what = f"{label} could be champion: {passed}"
        way = "promote"
    else:
        return None
    command = asked.command(project, way, f"{model.name}@{version.number}", CHAMPION)
    stands = model.aliases.get(CHAMPION)
    now_champion = stands.version if stands is not None else None
    return Item(
        key=key_of("gate", model.name, label, "approval" if missing else "promotion"),
        kind="gate",
        level="ask",
        project=project,
        subject=model.name,
        what=what,
        effect=f"would replace v{now_champion.number}" if now_champion is not None else "",
        since=min(version.registered.at, asked.now),
        owner=asked.owner(project.key, model.name),
        place=Place("models", project.key, model.name, str(version.number), command),
    )


def _asked_gates(
    asked: Asked, project: Project, model: Model, version: Version, table: Mapping[str, Any]
) -> "tuple[tuple[GateResult, ...], bool]":
    """What the gates say that the journal alone can answer, and whether there are others."""
    from mlops_console.promotion.evaluating import ALWAYS, evaluate, needs_of
    from mlops_console.promotion.gates import gates
    from mlops_console.workspace.judging.evidence import How, gather
    from mlops_console.workspace.models import Resolved

    known = gates()
    dear = {key for key, wish in table.items() if key in known and wish and not known[key].needs <= _CHEAP}
    cheap = {key: wish for key, wish in table.items() if key not in dear}
    resolved = Resolved(project, model, version)
    of_model = asked.wishes[project.key].model(model.name)
    needs = needs_of(cheap) & _CHEAP
    evidence = gather(asked.workspace, resolved, CHAMPION, of_model, cheap, needs, How(run_commands=False))
    results = tuple(one for one in evaluate(cheap, evidence) if one.gate != ALWAYS)
    return results, bool(dear)


def _missing(results: "tuple[GateResult, ...]") -> tuple[int, list[str]]:
    """So many approvals are missing, and who gave those that count."""
    for one in results:
        if one.gate == "approvals":
            wanted = int(one.required) if one.required.isdigit() else 0
            got = int(one.value) if isinstance(one.value, (int, float)) else 0
            by = [name for name in one.evidence.split(", ") if name]
            return max(0, wanted - got) if one.verdict == "fail" else 0, by
    return 0, []
