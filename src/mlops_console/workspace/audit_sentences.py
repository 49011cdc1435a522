"""What an event says, as a person's sentence: "promoted churn v14 to champion: better on every slice".

Bodies come from files that anybody may have written: whatever they hold, there is a sentence. Text in it is
raw; `display.safe_text` makes it safe where it is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mlops_console.display import NONE, duration, minute, number, safe_text
from mlops_console.journal import event as kinds
from mlops_console.journal.event import Event

Earlier = Mapping[str, Event]
_MOST: Final = 200
_REASON: Final = 2_000
_FEW: Final = 6
"""Features that are named."""


def sentence(event: Event, earlier: Earlier | None = None) -> str:
    """One sentence, without who and when.

    Args:
        event: Of any kind, also one that this version does not know.
        earlier: Events by id: what `deployed` and `retract` refer to is told with them.
    """
    said = _KINDS.get(event.kind)
    if said is None:
        return f"wrote down {_quoted(event.kind)}, a kind of decision that this version does not know"
    return said(event, earlier or {})


def model_of(event: Event, earlier: Earlier | None = None) -> str:
    """The model that an event is about; empty: none, or not known."""
    if event.kind == kinds.ACKNOWLEDGE:
        return ""  # its `model` is a verdict
    name = _text(event.body, "model") or _text(_map(event.body, "subject"), "model")
    if name or not earlier:
        return name
    refers = (_text(event.body, key) for key in ("deploy", "retrain", "event"))
    other = earlier.get(next(filter(None, refers), ""))
    return model_of(other) if other is not None and other.id != event.id else ""


def gates_of(event: Event) -> tuple[int, int] | None:
    """How many gates passed, of how many; None: the event holds none."""
    gates = event.body.get("gates")
    if event.kind != kinds.ALIAS or not isinstance(gates, list) or not gates:
        return None
    return sum(isinstance(gate, dict) and gate.get("verdict") == "pass" for gate in gates), len(gates)


def overridden_of(event: Event) -> tuple[str, ...]:
    """Names of the gates that did not pass and were overridden."""
    return tuple(_texts(event.body, "overridden"))


def _register(event: Event, _: Earlier) -> str:
    body = event.body
    run, origin = _map(body, "run"), _text(body, "origin")
    named = _text(run, "name") or _text(run, "path")
    if origin == "external":
        source = ", external"
    elif origin == "path" or not named:
        source = _put(" from ", _text(body, "artifact"))
    else:
        source = f" from run {named}"
    if origin == "mlflow":
        theirs = _map(body, "mlflow")
        source = f" from MLflow's {_text(theirs, 'model') or named or 'registry'}"
        source += _put(" version ", _text(theirs, "version"))
    parent = _map(body, "from")
    tuned = f", fine-tuned from {_version(parent)}" if parent else ""
    return f"registered {_version(body)}{source}{tuned}{_reason(body)}"


def _alias(event: Event, _: Earlier) -> str:
    body = event.body
    alias, before = _text(body, "alias") or "an alias", _number(body, "from_version")
    was = f" (was {before})" if before else ""
    match _text(body, "way"):
        case "promote":
            moved = f"promoted {_version(body)} to {alias}{was}"
        case "rollback":
            moved = f"rolled {alias} of {_model(body)} back to {_number(body, 'version') or 'nothing'}{was}"
        case "remove":
            moved = f"took {alias} off {_model(body)}{_put(' ', before)}"
        case "adopt":
            moved = f"adopted {_version(body)} as {alias}{was}"
        case _:
            moved = f"moved {alias} of {_model(body)} to {_number(body, 'version') or 'nothing'}{was}"
    gates = overridden_of(event)
    despite = f", overriding {_listed(gates)}" if gates else ""
    return moved + despite + _reason(body)


def _approve(event: Event, _: Earlier) -> str:
    return f"approved {_version(event.body)} for {_alias_of(event)}{_reason(event.body)}"


def _allow(event: Event, _: Earlier) -> str:
    gates = _listed(_texts(event.body, "gates")) or "gates"
    return f"allowed {_version(event.body)} to become {_alias_of(event)} without {gates}{_reason(event.body)}"


def _note(event: Event, _: Earlier) -> str:
    return f"noted on {_subject(event)}: {_text(event.body, 'text', _REASON)}"


def _tag(event: Event, _: Earlier) -> str:
    name, value = _text(event.body, "name"), event.body.get("value")
    if value is None:
        return f"took the tag {name} off {_subject(event)}"
    return f"tagged {_subject(event)} {name}{_put('=', _text(event.body, 'value'))}"


def _deploy(event: Event, _: Earlier) -> str:
    body = event.body
    target = _text(body, "target") or _text(body, "folder") or "a target"
    return f"began to deploy {_version(body)}{_in_brackets(_text(body, 'alias'))} to {target}"


def _deployed(event: Event, earlier: Earlier) -> str:
    started = earlier.get(_text(event.body, "deploy"))
    body: Mapping[str, Any] = started.body if started is not None else event.body
    what, target = _version(body) if started is not None else "a version", _text(body, "target") or "a target"
    because = _reason(event.body, "because")
    match _text(event.body, "outcome"):
        case "done":
            return f"deployed {what} to {target}{because}"
        case "returned":
            return f"took {what} back off {target}, where the release before is current again{because}"
        case "refused":
            return f"did not deploy {what} to {target}{because}"
        case outcome:
            return f"ended deploying {what} to {target}{_in_brackets(outcome)}{because}"


def _baseline(event: Event, _: Earlier) -> str:
    body = event.body
    source = _put(" from ", _text(_map(body, "source"), "path"))
    return f"pinned a baseline to {_version(body)}{source}{_rows(body)}{_reason(body)}"


def _acknowledge(event: Event, _: Earlier) -> str:
    body = event.body
    features = _texts(body, "features")
    more = f" and {len(features) - _FEW:,} more" if len(features) > _FEW else ""
    moved = f"{', '.join(features[:_FEW])}{more}" if more else _listed(features)
    model = _put("the model ", _text(body, "model"))
    besides = _in_brackets("; ".join(one for one in (moved, model) if one))
    verdict, window = _text(body, "verdict") or "an alarm", _put(" in ", _text(body, "window"))
    return f"acknowledged {verdict} of {_monitor(body)}{window}{besides}{_reason(body)}"


def _mute(event: Event, _: Earlier) -> str:
    body = event.body
    what = _text(body, "feature")
    named = f"{what} of {_monitor(body)}" if what else _monitor(body)
    if body.get("until") is None:
        return f"unmuted {named}{_reason(body)}"
    return f"muted {named}{_until(body)}{_reason(body)}"


def _reference(event: Event, _: Earlier) -> str:
    body = event.body
    if body.get("sha256") is None:
        return f"took back the reference of {_monitor(body)}: what its file names holds again{_reason(body)}"
    window = _text(body, "window") or "a window"
    return f"made {window} the reference of {_monitor(body)}{_rows(body)}{_reason(body)}"


def _snooze(event: Event, _: Earlier) -> str:
    body = event.body
    what = _text(body, "what") or _text(body, "item") or "something that needs attention"
    if body.get("until") is None:
        return f"woke “{what}”{_reason(body)}"
    return f"snoozed “{what}”{_until(body)}{_reason(body)}"


def _figure(body: Mapping[str, Any], name: str) -> str:
    """A measured number with the digits that it deserves."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _text(body, name)
    return number(value, 3)


def _review(event: Event, _: Earlier) -> str:
    body = event.body
    kpi, version = _text(body, "kpi"), _put(" ", _number(body, "version"))
    value = _put(", which was ", _figure(body, "value"))
    return f"reviewed {kpi or 'the KPIs'} of {_model(body)}{version}{value}{_reason(body)}"


def _importance(event: Event, _: Earlier) -> str:
    body = event.body
    metric = _put(" by ", _text(body, "metric"))
    source = _put(" on ", _text(_map(body, "source"), "path"))
    return f"measured how much {_version(body)} needs each feature{metric}{source}{_rows(body)}"


def _retrain(event: Event, _: Earlier) -> str:
    body = event.body
    after, window = _put(" after ", _number(body, "version")), _put(" in ", _text(body, "window"))
    asked = _put(", for ", _text(body, "monitor"))
    return f"began to train {_model(body)} anew{after}{asked + window if asked else ''}{_reason(body)}"


def _retrained(event: Event, earlier: Earlier) -> str:
    began = earlier.get(_text(event.body, "retrain"))
    model = _model(began.body if began is not None else event.body)
    because, took, seconds = _reason(event.body, "because"), "", event.body.get("seconds")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds < 1e9:
        took = f" in {duration(int(seconds * 1e6))}"
    match _text(event.body, "outcome"):
        case "done":
            return f"trained {model} anew{took}{because}"
        case "failed":
            return f"did not train {model} anew, it failed{because}"
        case "late":
            return f"did not train {model} anew, its time was up{because}"
        case "stopped":
            return f"stopped training {model} anew{because}"
        case outcome:
            return f"ended training {model} anew{_in_brackets(outcome)}{because}"


def _retract(event: Event, earlier: Earlier) -> str:
    named = _text(event.body, "event")
    other = earlier.get(named)
    if other is None or other.id == event.id:
        return f"took back event {named or 'of no id'}{_reason(event.body)}"
    if other.kind == kinds.RETRACT:
        return f"took back the withdrawal {named}{_reason(event.body)}"
    if other.kind == kinds.REGISTER:
        return f"withdrew {_version(other.body)}{_reason(event.body)}"
    return f"took back what {other.by[:_MOST]} did: “{sentence(other)}”{_reason(event.body)}"


_KINDS: Final[Mapping[str, Callable[[Event, Earlier], str]]] = {
    kinds.REGISTER: _register,
    kinds.ALIAS: _alias,
    kinds.APPROVE: _approve,
    kinds.ALLOW: _allow,
    kinds.NOTE: _note,
    kinds.TAG: _tag,
    kinds.DEPLOY: _deploy,
    kinds.DEPLOYED: _deployed,
    kinds.RETRACT: _retract,
    kinds.BASELINE: _baseline,
    kinds.ACKNOWLEDGE: _acknowledge,
    kinds.MUTE: _mute,
    kinds.REFERENCE: _reference,
    kinds.SNOOZE: _snooze,
    kinds.REVIEW: _review,
    kinds.IMPORTANCE: _importance,
    kinds.RETRAIN: _retrain,
    kinds.RETRAINED: _retrained,
}


def _map(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(body: Mapping[str, Any], key: str, most: int = _MOST) -> str:
    """Text or a number at a key, cut; empty for anything else."""
    match body.get(key):
        case bool():
            return ""
        case str() as text:
            return text if len(text) <= most else text[: most - 1] + "~"
        case int() | float() as number if abs(number) < 1e15:
            return str(number)
        case _:
            return ""


def _texts(body: Mapping[str, Any], key: str) -> list[str]:
    value = body.get(key)
    if not isinstance(value, list):
        return []
    return [one if len(one) <= _MOST else one[: _MOST - 1] + "~" for one in value if isinstance(one, str)]


def _number(body: Mapping[str, Any], key: str) -> str:
    number = _text(body, key)
    return f"v{number}" if number else ""


def _model(body: Mapping[str, Any]) -> str:
    return _text(body, "model") or "a model"


def _monitor(body: Mapping[str, Any]) -> str:
    return _text(body, "monitor") or "a monitor"


def _rows(body: Mapping[str, Any]) -> str:
    rows = _whole(body, "rows")
    return f", {rows:,} rows" if rows is not None and 0 <= rows < 10**15 else ""


def _until(body: Mapping[str, Any]) -> str:
    end = _whole(body, "until")
    at = minute(end) if end is not None else NONE
    return f" until {at} UTC" if at != NONE else ""


def _whole(body: Mapping[str, Any], key: str) -> int | None:
    value = body.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _version(body: Mapping[str, Any]) -> str:
    return f"{_model(body)} {_number(body, 'version') or '(no version)'}"


def _alias_of(event: Event) -> str:
    return _text(event.body, "alias") or "an alias"


def _subject(event: Event) -> str:
    subject = _map(event.body, "subject")
    if _text(subject, "model"):
        return _version(subject)
    run = _map(subject, "run")
    return _put("run ", _text(run, "name") or _text(run, "path")) or "something"


def _reason(body: Mapping[str, Any], key: str = "reason") -> str:
    return _put(": ", _text(body, key, _REASON).strip())


def _put(before: str, text: str) -> str:
    return before + text if text else ""


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def _quoted(kind: str) -> str:
    return f"“{safe_text(kind, 60)}”"
