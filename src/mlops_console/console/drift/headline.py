"""The answer: what drifts, since when, and what follows for the model."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_console.console.drift.state import Opened


def headline(opened: "Opened", width: int, blank: "Callable[[], Line]") -> list[Line]:
    """Two rows: the sentence, then what was compared with what."""
    told = opened.told
    if told is None:
        why = opened.why_not or ("no window of it is judged yet" if opened.course.complete else "reading")
        return [blank().to(2).put(fit(why, min(width - 4, width_of(display.safe_text(why)))), "warn")]
    step = opened.course.steps[opened.at]
    line = blank().to(2)
    if told.verdict == "DRIFT":
        line.put("!! ", "bad", bold=True)
    elif told.verdict == "WATCH":
        line.put("! ", "warn", bold=True)
    many = step.drifting
    line.put(f"{many} of {step.judged} features {'drifts' if many == 1 else 'drift'}", "text", bold=True)
    onset = opened.course.onset(opened.at)
    if onset is not None:
        line.put(f"   since {onset.window}", "second")
    if told.model is not None:
        line.put(f"   model {told.model.verdict}", "bad" if told.model.verdict == "HARMFUL" else "second")
    reference, current = told.judged.reference, told.judged.current
    below = blank().to(2).put(f"reference {reference.name}, {display.count(reference.rows)} rows", "muted")
    below.put(f"     current {told.judged.window}, {display.count(current.rows)} rows", "muted")
    return [line, below]
