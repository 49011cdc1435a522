"""How a monitor stands, for people and for the mail that cron sends."""

from typing import TYPE_CHECKING

from mlops_console.cli.drift.monitored import title, verdict
from mlops_console.display import count, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_console.drift.model import Feature
    from mlops_console.workspace.drifting.standing import Standing, Told

_MOVED = 8
"""Features that are named; the others are counted."""
_WRONG = 3
_PROBLEMS = 4


def lines(one: "Standing", *, several: bool) -> "Iterator[str]":
    """A line, and what explains it below."""
    name, newest = title(one.watched, several=several), one.newest
    if newest is None or one.code == 2:
        own = newest if newest is not None and newest.because == one.because else None
        word = "TOO FEW ROWS" if own is not None and own.verdict == "TOO FEW ROWS" else "not judged"
        yield f"{name}  {verdict(word)}: {safe_text(one.because, 2048)}"
        yield from _met(own)
        return
    said = verdict(newest.verdict)
    window = safe_text(newest.judged.window, 120)
    rows = count(newest.judged.current.rows)
    yield f"{name}  {said} in {window} ({rows} rows): {safe_text(one.because, 2048)}"
    if newest.verdict == "DRIFT" and not newest.alarm:
        least, last = one.watched.monitor.confirm
        yield f"  not confirmed: {newest.hits} of the last {last} windows say DRIFT, {least} are asked for"
    if one.onset is not None and one.onset.windows > 1:
        first = f", {safe_text(one.onset.feature, 120)} first" if one.onset.feature else ""
        yield f"  since {safe_text(one.onset.window, 120)}{first} ({one.onset.windows} windows)"
    for feature in newest.moved[:_MOVED]:
        yield f"  {_feature(feature)}"
    if len(newest.moved) > _MOVED:
        yield f"  and {len(newest.moved) - _MOVED} more features"
    named = one.watched.monitor.model
    if named and len(newest.moved) > 1 and not newest.weighed:
        yield f"  ranked by effect alone: mlops-console drift importance {safe_text(named, 120)} weighs them"
    if newest.model is not None and newest.model.verdict != "UNKNOWN":
        model = newest.model
        yield f"  model {verdict(model.verdict)}: {safe_text(model.because, 2048)}"
        for part in model.slices[:_WRONG]:
            yield f"  wrong most: {safe_text(part.because, 512)}"
    for segment in newest.judged.segments[:3]:
        if segment.because:
            yield f"  {safe_text(segment.because, 512)}"
    yield from _met(newest)
    if newest.alarm and one.watched.monitor.action:
        yield f"  {safe_text(one.watched.monitor.action, 1024)}"


def _met(newest: "Told | None") -> "Iterator[str]":
    """What is wrong with its data; with the model's as long as labels say nothing of it."""
    if newest is None:
        return
    model = newest.model
    said = [*newest.judged.problems]
    if model is not None and not any(one.realised is not None for one in model.performance):
        said += model.problems
    for problem in said[:_PROBLEMS]:
        yield f"  {safe_text(problem, 512)}"


def _feature(one: "Feature") -> str:
    return f"{verdict(one.verdict)}  {safe_text(one.measured.name, 120)}: {safe_text(one.because, 1024)}"
