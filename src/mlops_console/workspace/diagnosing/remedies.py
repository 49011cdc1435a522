"""The things that may help a harmed model, each with what speaks for and against it."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.display import count, number, safe_text
from mlops_console.errors import ConsoleError
from mlops_console.settings import PROJECT_FILE
from mlops_console.workspace.attention.model import Place
from mlops_console.workspace.diagnosing.faults import at_fault, faults, only_there
from mlops_console.workspace.diagnosing.proposing import Case, Step
from mlops_console.workspace.drifting.checking import LABELLED
from mlops_console.workspace.drifting.standing import Told
from mlops_console.workspace.drifting.unlabelled import file_name
from mlops_console.workspace.retraining.knowing import to_know

if TYPE_CHECKING:
    from mlops_console.drift.model import Performance
    from mlops_console.journal.registry import Version

_NAMED: Final = 3


def source(case: Case) -> Step | None:
    """Look at what writes the data, where that is likelier at fault than the world; None: it is not."""
    signs = faults(case.harmed)
    if not signs:
        return None
    watched = case.state.watched
    action = safe_text(watched.monitor.action, 400).rstrip(".")
    what = f"Look at what writes the data first{f': {action}' if action else ''}."
    part = only_there(case.harmed)
    place = Place("drift", watched.project.key, watched.name, at_fault(case.harmed))
    if part is None:
        return Step("source", what, signs, place=place)
    rows = _ours(
        "drift", "rows", watched.name, "--segment", f"{part.by}={part.level}", *_of_window(case, case.harmed)
    )
    told = (part.by, part.level, case.harmed.judged.window)
    return Step("source", what, signs, start=rows, place=place, binding="drift.open", told=told)


def retrain(case: Case) -> Step | None:
    """Train anew: on what, and with which command."""
    monitor = case.state.watched.monitor
    recent = to_know(case.state, case.counting)
    rows = count(sum(one.judged.current.rows for one in recent))
    first, last = recent[0].judged.window, recent[-1].judged.window
    span = safe_text(first, 80) if first == last else f"{safe_text(first, 80)} to {safe_text(last, 80)}"
    where = safe_text(monitor.current, 120)
    labels = f", labels from {safe_text(monitor.labels, 120)} by {safe_text(monitor.key, 60)}"
    what = f"Train on what it knows and the {rows} rows of {span} ({where}{labels if monitor.labels else ''})"
    because = [*_moved(case)]
    if not case.harmed.moved:
        what = f"Train on the {rows} rows of {span} ({where}{labels if monitor.labels else ''})"
        because.append(
            "No column drifted: the same inputs now mean something else; older rows teach what they meant."
        )
    because += [f"It is wrong most where {one.because}" for one in case.harmed.judged.slices[:1]]
    against = (
        [] if case.sure else ["Only an estimate says that it is harmed: without labels nothing is learned."]
    )
    broken = faults(case.harmed)
    if broken:
        against.append("To train on these rows teaches the model what may be a fault of the data.")
    again, enough = _trained(case)
    because += again
    against += enough
    advised = case.sure and not broken and not enough
    if _wished(case):
        because.append(f"mlops-console.toml says how: [{_table(monitor.model)}].")
        start = _ours("retrain", monitor.model, "--monitor", monitor.name, "--reason")
        return Step(
            "retrain", f"{what}.", tuple(because), tuple(against), advised, start, "", start,
            Place("drift", case.state.watched.project.key, monitor.name), "drift.retrain",
        )  # fmt: skip
    command, cwd, said = _command(case)
    because += said
    because.append(f"To start it from here, say how in mlops-console.toml: [{_table(monitor.model)}].")
    return Step(
        "retrain", f"{what}.", tuple(because), tuple(against), advised, command, cwd, "", _file_place(case)
    )


def roll_back(case: Case) -> Step | None:
    """Go back: to which version, and why that one; None: there is none to go back to."""
    from mlops_console.workspace.deciding.stood import before_this

    monitor = case.state.watched.monitor
    if case.model is None or case.version is None:
        return None
    before = before_this(case.model, monitor.alias)
    if before is None:
        return None
    because, against = [], []
    label = safe_text(before.label, 120)
    judged, theirs = _labelled(case, case.version), _labelled(case, before)
    stands = case.model.aliases.get(monitor.alias)
    own = [one for one in judged if stands is None or one.judged.arrived >= stands.since]
    if judged and not own:
        against.append(
            f"By the times of their files all labelled rows came before {safe_text(case.version.label, 120)}"
            f" was {safe_text(monitor.alias, 60)}: another version scored them."
        )
    began = next((at for at, one in enumerate(own) if one.harmful), None)
    if began == 0:
        because.append(f"{safe_text(case.version.label, 120)} was harmed in the first window that judged it.")
    elif began is not None:
        against.append(
            f"{safe_text(case.version.label, 120)} held in {_windows(began)} before {_window(own[began])}: "
            f"the world moved, and {label} knows it no better."
        )
    if theirs:
        last = theirs[-1]
        side = against if last.harmful else because
        how = "was harmed itself" if last.harmful else "held"
        side.append(f"{label} {how} in {_window(last)}, the last window that judged it: {_realised(last)}.")
    else:
        against.append(f"No window with labels was judged while {label} stood there.")
    advised = began == 0 and bool(theirs) and not theirs[-1].harmful
    because.append(f"It is what {safe_text(monitor.alias, 60)} stood on before, and was not withdrawn.")
    line = _ours("rollback", monitor.model, monitor.alias, "--to", str(before.number), "--reason")
    return Step(
        "roll back", f"Roll {safe_text(monitor.alias, 60)} back to {label}.", tuple(because), tuple(against),
        advised, line, "", line,
        Place("models", case.state.watched.project.key, monitor.model, str(case.version.number)),
        "models.rollback", (monitor.alias, str(before.number)),
    )  # fmt: skip


def labels(case: Case) -> Step | None:
    """Which labels to collect: the harmed window's, else those of the newest that lacks some; None: none."""
    monitor = case.state.watched.monitor
    waiting = [one for one in case.counting if _share(one) < LABELLED]
    if not waiting:
        return None
    lacks = next((one for one in waiting if one is case.harmed), waiting[-1])
    window, rows = _window(lacks), lacks.judged.current.rows
    because = []
    if not case.sure:
        because.append("Nothing but labels can confirm the estimate.")
    because.append(f"{count(round(_share(lacks) * rows))} of {count(rows)} rows of {window} have a label.")
    because += [
        safe_text(f"Those first where it moved: {one.because}", 400)
        for one in lacks.judged.segments[:1]
        if one.because
    ]
    others = [_window(one) for one in waiting if one is not lacks]
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        because.append(f"Labels are also missing of {', '.join(others[-_NAMED:])}{more}.")
    place = safe_text(monitor.labels or monitor.current, 120)
    to = file_name(monitor.name, window)
    line = _ours("drift", "rows", monitor.name, "--unlabelled", *_of_window(case, lacks), "--out", to)
    return Step(
        "labels", f"Collect labels of {window} into {place}.", tuple(because), (),
        not case.sure or _share(case.harmed) < 0.5, line, "", line,
        Place("drift", case.state.watched.project.key, monitor.name), "drift.labels",
        (lacks.judged.window,),
    )  # fmt: skip


def _moved(case: Case) -> list[str]:
    said = [
        f"{safe_text(one.measured.name, 60)} ({number(one.effect, 2)} of rows)"
        for one in case.harmed.moved[:_NAMED]
    ]
    how = "What moved and matters most" if case.harmed.weighed else "What moved most"
    return [f"{how}: {', '.join(said)}."] if said else []


def _command(case: Case) -> tuple[str, str, list[str]]:
    """The command of the run that made the version, where it was run, and what to know of it."""
    from mlops_console.workspace.details import detail

    run = (case.version.run or {}).get("id") if case.version is not None else None
    if case.version is None or not isinstance(run, str) or not run:
        return "", "", ["Which command made this version is not known: it is of no run."]
    label = safe_text(case.version.label, 120)
    try:
        said = detail(case.workspace, run).environment
    except ConsoleError:
        return "", "", [f"The run that made {label} is gone, and its command with it."]
    command, cwd = said.get("command"), said.get("cwd")
    if not isinstance(command, str) or not command:
        return "", "", [f"The run that made {label} recorded no command."]
    return (
        command,
        cwd if isinstance(cwd, str) else "",
        [f"The command is the one that made {label}: give it the new rows, and the run another name."],
    )


def _ours(*words: str) -> str:
    """A command line of ours. `--reason` is its end where one is wanted: what is pasted can't run without."""
    line = shlex.join(["mlops-console", *(safe_text(word, 400) for word in words)])
    return f"{line} " if words[-1] == "--reason" else line


def _of_window(case: Case, one: Told) -> tuple[str, ...]:
    """The words that name a window, where that is not the newest, which is meant without them."""
    return () if one is case.counting[-1] else ("--window", one.judged.window)


def _wished(case: Case) -> bool:
    """Whether the project's file says how the model is trained anew."""
    from mlops_console.wishes.reading import read_wishes

    watched = case.state.watched
    return read_wishes(watched.project.root).model(watched.monitor.model).retrain is not None


def _trained(case: Case) -> tuple[list[str], list[str]]:
    """The newest training that was started for this window: what speaks for another one, and against."""
    from mlops_console.workspace.retraining.following import seen

    watched, window = case.state.watched, case.harmed.judged.window
    some = seen(case.workspace, watched.project.key, watched.monitor.model) if case.model is not None else ()
    one = next(
        (each for each in some if (each.said.monitor, each.said.window) == (watched.name, window)), None
    )
    if one is None:
        return [], []
    who = f"{safe_text(one.said.event.by, 60)} started one for {safe_text(window, 80)}"
    match one.state:
        case "running":
            return [], [f"{who}, and it runs."]
        case "done":
            return [], [f"{who}, and it is done: register what it made, and compare it."]
        case "failed":
            return [f"{who}, which failed: {safe_text(one.said.because or 'why is in its log', 200)}."], []
        case _:
            return [f"{who}, which did not come to its end."], []


def _table(model: str) -> str:
    from mlops_console.wishes.locating import dotted

    return safe_text(dotted(("models", model, "retrain")), 120)


def _file_place(case: Case) -> Place:
    """Where the project's file says what it wishes of the model."""
    from mlops_console.workspace.drifting.quieting import line_in

    watched = case.state.watched
    root = watched.project.root
    line = line_in(root, ("models", watched.monitor.model))
    return Place("file", watched.project.key, str(Path(root, PROJECT_FILE)), str(line or 1))


def _labelled(case: Case, version: "Version") -> list[Told]:
    """The windows that were held against the baseline of a version and have labels."""
    known = {one.sha256 for one in version.baselines}
    found = [
        one for one in case.windows if one.judged.reference.sha256 in known and _decisive(one) is not None
        and _share(one) > 0
    ]  # fmt: skip
    # Of a window that was judged again, with more labels or by other thresholds, what was said last holds.
    return list({one.judged.window: one for one in found}.values())


def _decisive(one: Told) -> "Performance | None":
    """The metric that decides, of a window."""
    return one.model.performance[0] if one.model is not None and one.model.performance else None


def _share(one: Told) -> float:
    told = _decisive(one)
    return told.labelled or 0.0 if told is not None else 0.0


def _realised(one: Told) -> str:
    told = _decisive(one)
    if told is None or told.realised is None:
        return "no figure is known"
    return f"{told.metric} {number(told.realised.value, 3)}"


def _window(one: Told) -> str:
    return safe_text(one.judged.window, 80)


def _windows(amount: int) -> str:
    return "one window" if amount == 1 else f"{amount} windows"
