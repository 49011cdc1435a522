"""Which failing gates may be passed over, by whose word, and which gate a person means."""

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

from mlops_console.display import count, safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.authors import user_name
from mlops_console.promotion.evaluating import ALWAYS
from mlops_console.promotion.model import GateResult
from mlops_console.wishes.known import OVERRIDE, OVERRIDES, Override, is_shut
from mlops_console.workspace.deciding.people import people_of

if TYPE_CHECKING:
    from mlops_console.journal.registry import Approval, Model, Version
    from mlops_console.workspace.models import Resolved


def override_of(table: Mapping[str, Any]) -> tuple[Override, str]:
    """What a table of gates says of overrides, and why it is that where it does not say so itself."""
    if any(is_shut(key) for key in table):
        return (
            "never",
            "what mlops-console.toml asks of it can't be understood, so nothing may be passed over",
        )
    said = table.get(OVERRIDE, OVERRIDES[0])
    for word in OVERRIDES:
        if said == word:
            return word, ""
    shown = safe_text(str(said), 40)
    return "never", f"`override` in mlops-console.toml is {shown!r}: write one of {', '.join(OVERRIDES)}"


def gates_meant(words: Iterable[str], results: Sequence[GateResult]) -> tuple[str, ...]:
    """The gates that a person means by words such as `require`, `ece` or `require: ece <= 0.015`.

    Raises:
        UsageError: There is no such gate, or it is the one that always holds.
    """
    found: dict[str, None] = {}
    for word in words:
        fits = [one.gate for one in results if word.strip() in _called(one.gate)]
        if any(name == ALWAYS for name in fits) or word.strip() == ALWAYS:
            raise UsageError(
                "integrity can't be passed over: a version whose files are not what was registered stays out",
                "put the registered files back, or register them as they are",
            )
        if not fits:
            raise UsageError(f"there is no gate {safe_text(word, 80)!r}", _near(word, results))
        found.update(dict.fromkeys(fits))
    return tuple(found)


def allowed(
    model: "Model", version: "Version", alias: str, override: Override, promoter_uid: int
) -> "dict[str, Approval]":
    """Gate -> the word that lets it fail for this move, as far as this kind of override takes it.

    Only proven words count. Where it takes a second person, that is neither who promotes nor who registered.
    """
    if override == "never":
        return {}
    own = (promoter_uid, version.registered.uid) if override == "second-person" else ()
    found = {}
    for one in model.approvals:
        if one.version_id == version.id and one.alias == alias and one.proven and one.uid not in own:
            found.update(dict.fromkeys(one.gates, one))
    return found


def passed_over(
    resolved: "Resolved",
    alias: str,
    table: Mapping[str, Any],
    results: Sequence[GateResult],
    words: Sequence[str],
) -> tuple[tuple[str, ...], str]:
    """Names of the gates that don't pass and need not; and a sentence where others refuse nevertheless.

    Args:
        resolved: The version.
        alias: What it would take.
        table: What the project asks of that.
        results: What the gates say.
        words: Gates that whoever promotes passes over.
    """
    override, why = override_of(table)
    meant = gates_meant(words, results)
    others = allowed(resolved.model, resolved.version, alias, override, os.getuid())
    names: list[str] = []
    refusing: list[str] = []
    for one in results:
        if one.verdict == "pass":
            continue
        named = one.gate in meant
        if one.gate != ALWAYS and (one.gate in others or (named and override == "reason")):
            names.append(one.gate)
            continue
        said = f"{one.gate}: {one.because}"
        if named and override == "never":
            said += f" It can't be passed over: {why or f'mlops-console.toml says so for {alias}'}."
        elif named:
            said += f" {_second(resolved, alias, one)}"
        refusing.append(said)
    if not refusing:
        return tuple(names), ""
    are = "1 gate refuses" if len(refusing) == 1 else f"{count(len(refusing))} gates refuse"
    return (), f"{are}. {' '.join(refusing)}"


def way_past(
    resolved: "Resolved",
    alias: str,
    table: Mapping[str, Any],
    results: Sequence[GateResult],
    past: Sequence[str],
) -> str:
    """A sentence: what would let a refused version take an alias nevertheless, or that nothing would.

    Args:
        resolved: The version.
        alias: What it would take.
        table: What the project asks of that.
        results: What the gates say.
        past: Gates that whoever promotes passes over already.
    """
    override, why = override_of(table)
    others = allowed(resolved.model, resolved.version, alias, override, os.getuid())
    meant = gates_meant(past, results) if override == "reason" else ()
    refusing = [one.gate for one in results if one.verdict != "pass"]
    names = [one for one in refusing if one not in others and one not in meant]
    if ALWAYS in names:
        return "Nothing lets it pass: integrity can't be passed over. Put the registered files back."
    if override == "never":
        return f"No gate may be passed over: {why or f'mlops-console.toml says so for {alias}'}."
    if override == "second-person":
        words = " ".join(f"--gate {quote(one)}" for one in names)
        return (
            "Another user may let it pass, neither you nor who registered it: mlops-console approve"
            f" {resolved.version.label} {alias} {words} --reason TEXT"
        )
    words = " ".join(f"--allow-failing {quote(one)}" for one in names)
    return f"To promote it nevertheless, which is shown with it for ever, add: {words}"


def _second(resolved: "Resolved", alias: str, gate: GateResult) -> str:
    own = user_name(os.getuid())
    who = people_of(resolved.project.root).sentence(resolved.version.registered.by, own)
    return (
        "To pass it over takes another user's word first, neither yours nor that of who registered it:"
        f' mlops-console approve {resolved.version.label} {alias} --gate "{gate.gate}" --reason TEXT ({who}).'
    )


def _called(gate: str) -> set[str]:
    """What a person may call a gate: its name, its key, what it is about, the metric that it is about."""
    key, _, about = gate.partition(": ")
    names = {gate, key, about}
    if about:
        names.add(about.split()[0])
    return names - {""}


def _near(word: str, results: Sequence[GateResult]) -> str:
    names = [one.gate for one in results if one.gate != ALWAYS]
    every = sorted({called for name in names for called in _called(name)})
    near = difflib.get_close_matches(word, every, 2, 0.5) or names[:6]
    if not near:
        return "the project asks for no gates there"
    return "there is " + ", ".join(safe_text(one, 80) for one in near)
