"""The answer: what drifts, since when, and what follows for the model."""

import math
from collections.abc import Collection
from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.nothing import not_judged
from mlops_console.console.drift.over_time import Drawn, named, short
from mlops_console.workspace.drifting.states.health import harmed, raised, since_words

if TYPE_CHECKING:
    from mlops_console.console.drift.state import Opened
    from mlops_console.drift.model import Interval, Performance, Verdict
    from mlops_console.workspace.drifting.states.trail import Step

_DAY = 86_400_000_000


def headline(on: Drawn, opened: "Opened", width: int, *, two: bool) -> list[Line]:
    """The sentence, what was compared with what, and what people said about it."""
    if opened.told is None:
        return not_judged(on, opened, width)
    lines = _answer(on, opened, width, two=two)
    below = _compared(on, opened, width) if two else None
    if below is not None:
        lines.append(below)
    return [*lines, *_remarks(on, opened, width)]


def _put(line: Line, words: str, ink: str, width: int, *, gap: int = 3, bold: bool = False) -> bool:
    """Add words where they fit whole; whether they did."""
    words = display.safe_text(words, 400)
    if line.at + gap + width_of(words) > width - 2:
        return False
    line.put(" " * gap).put(words, ink, bold=bold)
    return True


def _answer(on: Drawn, opened: "Opened", width: int, *, two: bool) -> list[Line]:
    """What drifts and since when, then what follows for the model: in a row of its own where that is long."""
    told = opened.told
    line = on.blank().to(2)
    if told is None or opened.at < 0:
        return [line]
    step = opened.course.steps[opened.at]
    harm, muted = _harm(opened), opened.muted(on.now)
    match "DRIFT" if harm is not None else _loudest(told.verdict, step, muted):
        case "DRIFT":
            line.put("!! ", "bad", bold=True)
        case "WATCH":
            line.put("! ", "warn", bold=True)
        case "TOO FEW ROWS" | "NOT JUDGED":
            line.put("? ", "warn", bold=True)
        case _:
            line.put(f"{on.glyphs.state('finished')} ", "ok")
    line.put(_what(opened, muted), "text", bold=True)
    model = _model(opened, harm)
    needed = width_of(model[0][0]) + 3 if model and not two else 0
    for since in _since(opened, muted):
        if _put(line, since, "second", width - needed):
            break
    if told.verdict == "DRIFT" and not step.alarm:
        least, last = opened.watched.monitor.confirm
        _put(line, f"no alarm yet: {step.hits} of {last}, {least} are needed", "second", width)
    lines = [line]
    if two and line.at + sum(width_of(words) + 3 for words, _ in model) > width - 2:
        lines.append(on.blank())
    for words, ink in model:
        if not _put(lines[-1], words, ink, width, gap=3 if lines[-1].at else 2):
            break
    return lines


def _since(opened: "Opened", muted: frozenset[str]) -> tuple[str, ...]:
    """Since when, in the words that say the most first; empty: nothing moves."""
    onset = opened.course.onset(opened.at, muted)
    if onset is None:
        return ()
    steps = opened.course.steps[: opened.at + 1]
    alarm, moving = raised([one.alarm for one in steps]), short(onset.window)
    begun = "" if alarm is None else short(steps[alarm].window)
    whole = since_words(begun, moving)
    first = f"{whole}, {onset.feature} first" if onset.feature else whole
    return first, whole, f"alarm since {begun}" if begun else f"since {moving}"


def _harm(opened: "Opened") -> tuple["Step", str] | None:
    """The window whose labels say that the model does worse, and the first that did; None: none do."""
    steps = opened.course.steps[: opened.at + 1]
    found = harmed(steps)
    return None if found is None else (steps[found[0]], steps[found[1]].window)


def _loudest(verdict: "Verdict", step: "Step", muted: Collection[str]) -> "Verdict":
    """The window's verdict; that of its other features where only muted ones drift."""
    drifting = step.named("DRIFT")
    if not drifting or any(name not in muted for name in drifting):
        return verdict
    return "WATCH" if any(name not in muted for name in step.named("WATCH")) else "STABLE"


def _what(opened: "Opened", muted: Collection[str]) -> str:
    told, step = opened.told, opened.course.steps[opened.at]
    drifting = len([name for name in step.named("DRIFT") if name not in muted])
    quiet = step.drifting - drifting
    judged = display.count(step.judged)
    if told is not None and told.verdict in ("TOO FEW ROWS", "NOT JUDGED"):
        return "too few rows to tell" if told.verdict == "TOO FEW ROWS" else "nothing could be judged"
    besides = f", {display.count(quiet)} muted" if quiet else ""
    if drifting:
        said = f"{display.count(drifting)} of {judged} features"
        return f"{said} {'drifts' if drifting == 1 else 'drift'}{besides}"
    if quiet:
        return f"only what is muted drifts: {display.count(quiet)} of {judged} features"
    if told is not None and told.verdict == "DRIFT":
        return "no feature by itself, but rows can be told apart"
    if step.watched:
        return f"nothing drifts, {display.count(step.watched)} of {judged} features to watch"
    return f"none of {judged} features drifts"


def _model(opened: "Opened", harm: tuple["Step", str] | None) -> list[tuple[str, str]]:
    """What follows for the model, the most needed first: what labels say goes before what is estimated."""
    told = opened.told
    version = opened.state.version if opened.state is not None else ""
    who = version or "model"
    if harm is not None:
        step, first = harm
        since = f" since {short(first)}" if first != step.window else ""
        found = [(f"{who} harmful{since}", "bad")]
        every = step.model.performance if step.model is not None else ()
        worse = next((one for one in every if one.verdict == "worse" and one.realised is not None), None)
        when = "" if told is not None and step.window == told.judged.window else f" of {short(step.window)}"
        return found + ([(f"{change_of(worse)} by labels{when}", "second")] if worse is not None else [])
    if told is None or told.model is None:
        return [(f"affects {version}", "second")] if version else []
    words = {"HARMFUL": ("harmful by an estimate", "warn"), "BENIGN": ("holds", "second")}
    words["STABLE"] = words["BENIGN"]
    said, ink = words.get(told.model.verdict, (told.model.verdict.lower(), "second"))
    found = [(f"{who} {said}", ink)]
    one = told.model.performance[0] if told.model.performance else None
    if one is not None:
        found += [(change, "second") for change in (change_of(one),) if change]
        if one.realised is None and opened.watched.monitor.labels:
            due = _labels_due(opened)
            found += [(due, "second")] if due else []
    return found


def change_of(one: "Performance") -> str:
    """`logloss +.096 [+.075, +.117]`, `estimated auc −.011 [−.019, −.004]`; empty: nothing is known."""
    now, reference = one.realised or one.estimated, one.reference
    if now is None:
        return ""
    word = one.metric if one.realised is not None else f"estimated {one.metric}"
    if reference is None:
        return f"{word} {display.number(now.value, 3)}"
    change = now.value - reference.value
    half = math.hypot(_half(now), _half(reference))
    value, *ends = map(display.signed, display.figures(change, (change - half, change + half), most=3))
    return f"{word} {value} [{', '.join(ends)}]"


def _half(one: "Interval") -> float:
    return (one.high - one.low) / 2


def _labels_due(opened: "Opened") -> str:
    """When labels for the window are to be expected."""
    told, delay = opened.told, opened.watched.monitor.delay_seconds
    if told is None or not delay:
        return "no labels yet"
    days = delay / 86_400
    said = f"{days:g} d" if days >= 1 else display.span(int(delay * 1e6))
    return f"labels {said} after its end"


def _compared(on: Drawn, opened: "Opened", width: int) -> Line | None:
    told = opened.told
    if told is None:
        return None
    judged = told.judged
    line = on.blank().to(2)
    rows = display.count(judged.reference.rows)
    line.put(
        fit(
            f"reference {judged.reference.name}, {rows} rows",
            min(60, 20 + width_of(judged.reference.name) + len(rows)),
        ).rstrip(),
        "muted",
    )
    current = f"current {named(judged.window)}, {display.count(judged.current.rows)} rows"
    _put(line, current, "muted", width, gap=5)
    if not opened.newest:
        behind = len(opened.course.steps) - 1 - opened.at
        _put(line, f"{display.count(behind)} newer: > leads there", "accent", width, gap=5)
    elif opened.awaited is not None:
        _put(line, f"awaited {named(opened.awaited[0])}: {opened.awaited[1]}", "muted", width, gap=5)
    return line


def _remarks(on: Drawn, opened: "Opened", width: int) -> list[Line]:
    """What people said, what is missing, what could not be done: the two most needed, a row each."""
    state = opened.state
    said: list[tuple[str, str]] = []
    if opened.why_not:
        said.append(("!", opened.why_not))
    if state is not None and state.muted is not None:
        until = display.minute(state.muted.until)
        said.append(("", f"muted until {until} UTC by {state.muted.by}: {state.muted.reason}"))
    if state is not None and state.acknowledged is not None:
        one = state.acknowledged
        said.append(("", f"acknowledged by {one.by}, {display.minute(one.at)} UTC: {one.reason}"))
    if opened.problems:
        more = f" (and {len(opened.problems) - 1} more)" if len(opened.problems) > 1 else ""
        said.append(("!", opened.problems[0] + more))
    if state is not None and state.stale_since is not None:
        due = f"the next window was due {display.minute(state.stale_since)} UTC"
        said.append(("!", state.because if state.health == "stale" else due))
    lines = []
    for sign, words in said[:2]:
        line = on.blank().to(2).put(f"{sign} " if sign else "", "warn", bold=True)
        words = display.safe_text(" ".join(words.split()), 400)
        lines.append(line.put(fit(words, min(width - 2 - line.at, width_of(words))), "second"))
    return lines
