"""Decisions as rows: who, when, one sentence each; what more an event holds when it is unfolded."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.workspace.audit import sentence
from mlops_console.workspace.audit_sentences import gates_of, model_of, overridden_of

if TYPE_CHECKING:
    from mlops_console.journal.event import Event
    from mlops_console.records import Json, Project

WHEN: Final = 6
"""Cells of a moment."""
_YEAR: Final = 330 * 86_400 * 1_000_000
_LONG: Final = 2_000
_FEW: Final = 20
"""Features whose importance is told."""
_HUGE: Final = 1e300


@dataclass(frozen=True, slots=True)
class Told:
    """One decision as it is listed. Text is raw."""

    project: "Project"
    event: "Event"
    sentence: str
    model: str
    overridden: bool
    """Gates did not pass, and it was done all the same."""
    gates: tuple[int, int] | None


def told(
    project: "Project", events: "Sequence[Event]", known: Mapping[str, Told] | None = None
) -> list[Told]:
    """A project's decisions, the newest first; those that are known already are not told anew."""
    earlier = {event.id: event for event in events}
    known = known or {}
    return [known.get(event.id) or _told(project, event, earlier) for event in reversed(events)]


def _told(project: "Project", event: "Event", earlier: "Mapping[str, Event]") -> Told:
    said = " ".join(sentence(event, earlier).split())
    return Told(project, event, said, model_of(event, earlier), bool(overridden_of(event)), gates_of(event))


def moment(at: int, now: int | None = None) -> str:
    """When, in six cells: the hour of today, the day of this year, else the year."""
    now = time.time_ns() // 1000 if now is None else now
    try:
        then, today = local(at), local(now)
    except (OverflowError, ValueError, OSError):
        return display.NONE.rjust(WHEN)
    if then.date() == today.date():
        return f"{then:%H:%M}".rjust(WHEN)
    if abs(now - at) < _YEAR:
        return f"{then.day:2d} {then:%b}"
    return f"{then:%Y}".rjust(WHEN)


def local(at: int) -> datetime:
    """A moment by the clock on the wall; OverflowError and its like for what no calendar holds."""
    return datetime.fromtimestamp(at / 1e6).astimezone()


def in_full(at: int) -> str:
    """When, to the second, in local time."""
    try:
        return f"{local(at):%Y-%m-%d %H:%M:%S %Z}"
    except (OverflowError, ValueError, OSError):
        return display.NONE


_SHOWN: Final = (
    "overridden", "artifact", "format", "size", "sha256", "from_version", "target", "folder", "outcome",
    "window", "verdict", "feature", "features", "until", "item", "kpi", "value", "metric", "rows", "repeats",
)  # fmt: skip
"""What of a body is told beside its sentence."""

Fact = tuple[str, str, str]
"""Label, ink, text."""


def facts(one: Told, event: "Event") -> list[Fact]:
    """Everything about a decision, `event` being it with its evidence."""
    found: list[Fact] = [
        ("what", "text", one.sentence),
        ("when", "second", in_full(event.at)),
        ("by", "second" if event.proven else "warn", _author(event)),
        ("project", "second", f"{one.project.name}   {one.project.root}"),
    ]
    body = event.body
    gates = body.get("gates")
    if isinstance(gates, list):
        found += [
            _gate(gate) if isinstance(gate, dict) else ("gate", "second", str(gate)) for gate in gates[:60]
        ]
    for key in _SHOWN:
        value = body.get(key)
        if value not in (None, "", [], {}):
            found.append((key.replace("_", " "), "second", _value(key, value)))
    for key, value in _flat(event.evidence):
        found.append((key, "muted", value))
    found.append(("event", "muted", f"{event.id}  {event.kind}, clock {event.clock}"))
    found.append(("sha256", "muted", event.sha256))
    found += [("follows", "muted", parent) for parent in event.parents[:8]]
    return found


def _author(event: "Event") -> str:
    proof = "the file's owner" if event.proven else "not proven by the file's owner"
    return f"{event.by}, uid {event.uid} on {event.host}: {proof}"


def _gate(gate: "Mapping[str, Json]") -> Fact:
    verdict = str(gate.get("verdict", "unknown"))
    ink = {"pass": "second", "fail": "bad"}.get(verdict, "warn")
    measured, required = gate.get("measured", "-"), gate.get("required", "-")
    words = f"{verdict}  {gate.get('gate', '')}: measured {measured}, required {required}"
    return ("gate", ink, f"{words}   {gate.get('because', '')}")


def _value(key: str, value: Any) -> str:
    if key == "size" and isinstance(value, int) and not isinstance(value, bool):
        return display.size(value)
    if key == "until" and isinstance(value, int) and not isinstance(value, bool):
        return in_full(value)
    if key == "features" and isinstance(value, Mapping):
        return _weights(value)
    if isinstance(value, list):
        return ", ".join(map(str, value[:40]))[:_LONG]
    return str(value)[:_LONG]


def _weights(features: Mapping[str, Any]) -> str:
    """How important features are, the most important first: `amount .21, age .08`."""
    means = {
        name: float(one[0])
        for name, one in features.items()
        if isinstance(one, list) and one and isinstance(one[0], int | float) and abs(one[0]) < _HUGE
    }
    ordered = sorted(means, key=lambda name: -means[name])
    more = f" and {len(ordered) - _FEW:,} more" if len(ordered) > _FEW else ""
    return ", ".join(f"{name[:80]} {display.number(means[name], 3)}" for name in ordered[:_FEW]) + more


def _flat(value: Any, name: str = "", depth: int = 0) -> Iterable[tuple[str, str]]:
    """Evidence as lines: what is nested becomes dotted names, lists of plain values one line."""
    if isinstance(value, Mapping) and depth < 3:
        for key, inner in list(value.items())[:60]:
            yield from _flat(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and depth < 3 and any(isinstance(one, (Mapping, list)) for one in value):
        for one in value[:40]:
            yield (
                name,
                ", ".join(f"{key} {inner}" for key, inner in one.items())[:_LONG]
                if isinstance(one, Mapping)
                else str(one)[:_LONG],
            )
    elif value not in (None, "", [], {}):
        yield name, ", ".join(map(str, value[:40])) if isinstance(value, list) else str(value)[:_LONG]
