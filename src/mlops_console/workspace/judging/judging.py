"""Judging a version: what the project's gates for an alias say of it, and what they saw."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.promotion.evaluating import evaluate, mistakes_of, needs_of, passes
from mlops_console.promotion.model import GateResult
from mlops_console.records import Json
from mlops_console.wishes.known import ALIASES, is_shut
from mlops_console.wishes.locating import dotted
from mlops_console.wishes.reading import problem_of, read_wishes
from mlops_console.workspace.judging.evidence import How, Progress, gather
from mlops_console.workspace.judging.evidence_json import as_json

if TYPE_CHECKING:
    from mlops_console.journal.registry import Version
    from mlops_console.wishes.model import Wishes
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class GateRun:
    """What came of it."""

    results: tuple[GateResult, ...]
    evidence_json: dict[str, Json]
    """What the gates saw: goes into the event, at most 64 KiB."""
    champion: "Version | None"
    """The version that it is held against: the alias's holder, else its last one; None: it is the first."""
    mistakes: tuple[str, ...] = ()
    """What is wrong in the project's file, a sentence with its line each."""

    @property
    def passed(self) -> bool:
        """Whether every gate passes."""
        return passes(self.results)

    @property
    def refusing(self) -> tuple[GateResult, ...]:
        """Those that fail or can't tell."""
        return tuple(one for one in self.results if one.verdict != "pass")


def judge(
    workspace: "Workspace",
    resolved: "Resolved",
    alias: str,
    *,
    promoter_uid: int | None = None,
    run_commands: bool = True,
    full: bool = False,
    progress: Progress | None = None,
    wanted: Callable[[], bool] | None = None,
) -> GateRun:
    """Ask every gate that the project lists for an alias, and integrity. A worker's work.

    Args:
        workspace: The workspace.
        resolved: The version.
        alias: Where it would move.
        promoter_uid: Who would move it.
        run_commands: Whether trusted commands of the project run; else they are unknown.
        full: Read every byte of the model, also where nothing has touched its files since.
        progress: Told what is being done; may raise to have it given up.
        wanted: Asked now and then whether anybody still waits; a no ends what takes long, as unknown.
    """
    wishes = read_wishes(resolved.project.root)
    of_model = wishes.model(resolved.model.name)
    table: Mapping[str, object] = of_model.gates.get(alias, {})
    how = How(promoter_uid, run_commands, full, progress or (lambda _words: None), wanted)
    evidence = gather(workspace, resolved, alias, of_model, table, needs_of(table), how)
    results = evaluate(table, evidence)
    told = _mistakes(wishes, resolved.model.name, alias, table)
    number = evidence.champion
    champion = None if number is None else resolved.model.version(number)
    return GateRun(results, as_json(evidence), champion, told)


def alias_with_gates(resolved: "Resolved") -> str:
    """The alias that is meant where none is named: champion, or the only one that has gates.

    Raises:
        UsageError: There are several others, or none.
    """
    gates = read_wishes(resolved.project.root).model(resolved.model.name).gates
    if ALIASES[0] in gates:
        return ALIASES[0]
    if len(gates) == 1:
        return next(iter(gates))
    name = safe_text(resolved.model.name)
    if gates:
        several = ", ".join(safe_text(one, 60) for one in list(gates)[:8])
        raise UsageError(f"{name} has gates for several aliases: {several}", "name one: --for ALIAS")
    known = ", ".join(safe_text(one, 60) for one in list(resolved.model.aliases)[:8])
    there = f"it has the aliases {known}" if known else "no alias of it was moved yet"
    raise UsageError(f"mlops-console.toml names no gates for {name}: {there}", "name one: --for ALIAS")


def unnamed(resolved: "Resolved", alias: str) -> str:
    """A sentence where the project names no gates for an alias, though it does for others; else nothing."""
    gates = read_wishes(resolved.project.root).model(resolved.model.name).gates
    if alias in gates or not gates:
        return ""
    near = difflib.get_close_matches(alias, list(gates), 1, 0.6)
    others = f"did you mean {near[0]}?" if near else f"it does for {', '.join(list(gates)[:8])}."
    return f"mlops-console.toml names no gates for {alias} of {resolved.model.name}: {others}"


def _mistakes(wishes: "Wishes", model: str, alias: str, table: Mapping[str, object]) -> tuple[str, ...]:
    """Of the file: those that are not about another model; of the table: what the file's reader let by."""
    own = dotted(("models", model))
    near = [one for one in wishes.mistakes if not one.key.startswith("models.") or _below(one.key, own)]
    problems = [problem_of(one) for one in near]
    told = [f"{one.path}: {one.what}" for one in problems]
    for key, what in mistakes_of(table):
        paths = [dotted((*above, "gates", alias, key)) for above in (("models", model), ())]
        if not is_shut(key) and not any(_below(one.key, path) for one in near for path in paths):
            told.append(f"{paths[0]} {what}")
    return tuple(told)


def _below(key: str, path: str) -> bool:
    return key == path or key.startswith((f"{path}.", f"{path}["))
