"""The words that stand where there is nothing to see, with the next step."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit
from mlops_console.console.widgets.pane import wrapped
from mlops_console.settings import PROJECT_FILE

if TYPE_CHECKING:
    from mlops_console.console.drift.over_time import Drawn
    from mlops_console.console.drift.state import Opened, Shown
    from mlops_console.console.widgets.empty import Words

_LABEL: Final = 11
_MISTAKES: Final = 4


def no_monitor(shown: "Shown") -> "list[Words]":
    """What is not there, and what to write."""
    lines: list[Words] = [[("No monitor watches anything yet", "text", True)], []]
    for at, one in enumerate(shown.lost[:3]):
        lines.append([("! " if not at else "  ", "warn", True), (one, "second", False)])
    if shown.lost:
        lines.append([])
    for at, project in enumerate(shown.projects[:3]):
        lines.append(
            [("looking in  " if not at else " " * 12, "muted", False), (project.root, "second", False)]
        )
    if len(shown.projects) > 3:
        lines.append([(f"{'':12}and {len(shown.projects) - 3} more projects", "muted", False)])
    lines += [
        [],
        [("A monitor is a few lines in the ", "muted", False), ("mlops-console.toml", "second", False),
         (" of a project:", "muted", False)],
        [],
        [("    [monitors.loans]", "text", False)],
        _key('reference = "train.parquet"', 'or model = "churn": what it was trained on'),
        _key('current = "logs"', "a folder, a file or a glob of what comes in"),
        _key('window = "day"', "or week, month, file, 5000 rows"),
        _key('time = "at"', "the column that says when"),
        [],
        [("then   ", "muted", False), ("mlops-console drift check", "second", False),
         (" judges what is there, and so does this console from now on", "muted", False)],
        [("or     ", "muted", False), ("mlops-console drift compare REFERENCE CURRENT", "second", False),
         (" compares any two tables", "muted", False)],
    ]  # fmt: skip
    return lines


def _key(text: str, means: str) -> "Words":
    return [(f"    {text:<28}", "text", False), (f"   {means}", "muted", False)]


def not_judged(on: "Drawn", opened: "Opened", width: int) -> list[Line]:
    """Of a monitor without a judged window: why there is none, what it is told to do, and what to do."""
    state = opened.state
    if not opened.course.complete or (not opened.course.steps and state is None and not opened.why_not):
        return [on.blank().to(2).put("reading its windows", "muted")]
    because = opened.why_not or (state.because if state is not None else "")
    cannot = bool(opened.why_not) or (state is not None and state.health == "unjudged")
    head = on.blank().to(2)
    if cannot:
        head.put("! ", "warn", bold=True).put("It can't judge", "text", bold=True)
    else:
        head.put("No window is judged yet", "text", bold=True)
        if opened.awaited is not None:
            because = f"{opened.awaited[0]} is awaited: {opened.awaited[1]}"
    said = [one for one in dict.fromkeys([*_mistakes(opened), because, *opened.problems]) if one]
    if cannot and len(said) > 1 and opened.watched.mistakes:
        said.remove(because)
    lines = [head]
    for one in said[:_MISTAKES]:
        lines += [_row(on, "", part, "text") for part in wrapped(display.safe_text(one, 600), width - 8)[:3]]
    lines.append(on.blank())
    lines += [_row(on, key, value, "second") for key, value in _told_to(opened)]
    edit = on.blank().to(4).put("E", "second", bold=True)
    edit.put(f" opens {PROJECT_FILE} at this monitor, to change any of it", "muted")
    check = on.blank().to(4).put("mlops-console drift check ", "second").put(opened.watched.name, "second")
    for words in (" judges what is there now; so does this console once that is possible", " judges now"):
        if len(words) <= width - 2 - check.at:
            check.put(words, "muted")
            break
    return [*lines, on.blank(), edit, check]


def _row(on: "Drawn", label: str, words: str, ink: str) -> Line:
    line = on.blank().to(4)
    if label:
        line.put(fit(label, _LABEL), "muted").put("  ")
    return line.put(words, ink) if words else line


def _mistakes(opened: "Opened") -> list[str]:
    """What can't be used of what the file says, with the line, and what to write instead."""
    places = [PROJECT_FILE + (f":{one.line}" if one.line else "") for one in opened.watched.mistakes]
    said = [
        f"{one.key} {one.what}" + (f"; {one.hint}" if one.hint else "") for one in opened.watched.mistakes
    ]
    return [f"{place}: {what}" for place, what in zip(places, said, strict=True)]


def _told_to(opened: "Opened") -> list[tuple[str, str]]:
    """What the file says that it is judged by, key by key."""
    one = opened.watched.monitor
    window = f"{display.count(one.rows)} rows" if one.window == "rows" else one.window
    told = [
        ("current", one.current or "-"),
        ("reference", one.reference or (f"the baseline of {one.model}@{one.alias}" if one.model else "-")),
        ("window", window),
        ("time", one.time),
    ]
    mistaken = {mistake.key.rpartition(".")[2] for mistake in opened.watched.mistakes}
    return [(key, display.safe_text(value, 120)) for key, value in told if value and key not in mistaken]
