"""The sections that say where a run happened, what it left behind, and what was read of it."""

from collections.abc import Iterator
from typing import Final

from mlops_console import display
from mlops_console.console.drawing import width_of
from mlops_console.console.run.changed import diff_rows, note_of_diff
from mlops_console.console.run.data import in_words
from mlops_console.console.run.facts import RunView
from mlops_console.console.run.metrics import natural
from mlops_console.console.run.texts import (
    BLANK,
    Cell,
    TextRow,
    heading,
    label_width,
    pairs,
    sentence,
    wrapped,
)
from mlops_console.records import Json

_PARTS: Final = (
    ("Code", ("git.", "code.", "source", "entry_point")),
    ("Command", ("command", "cwd", "executable", "exit", "script", "args", "argv")),
    ("Python", ("python", "framework")),
    ("Machine", ("host", "user", "platform", "os", "cpu", "gpu", "cuda", "memory", "pid")),
    ("Variables", ("env.",)),
)


def environment(
    view: RunView,
    width: int,
    now: int,
    unfolded: frozenset[str] = frozenset(),
    diff: str = "",
    note: str = "",
) -> list[TextRow]:
    """Time and place, code, command, machine, packages, data."""
    left = {key: _plain(value) for key, value in view.environment.items() if key != "git.diff"}
    packages = left.pop("packages", None)
    if left.pop("git.diff_cut", None):
        note = f"{note} The recorder kept only the beginning of what was uncommitted.".strip()
    data = [in_words(dataset) for dataset in view.datasets]
    names = [_named(key) for key in left if not key.startswith("env.")]
    label = label_width((*names, "last sign", *(key for dataset in data for key in dataset)), width)
    rows = [heading("Run"), *pairs(_whereabouts(view, now), width, label=label)]
    for title, starts in _PARTS:
        part = {key: left.pop(key) for key in list(left) if key.startswith(starts)}
        if part:
            rows += [BLANK, heading(title), *_part(title, part, width, label)]
        if title == "Code":
            rows += [
                *(diff_rows(diff, "not committed", unfolded) if diff else ()),
                *note_of_diff(note, width),
            ]
    if left:
        rows += [BLANK, heading("Other"), *pairs(left, width, label=label)]
    for index, dataset in enumerate(data):
        title = "Data" if len(data) == 1 else f"Data {index + 1}"
        rows += [BLANK, heading(title), *pairs(dataset, width, label=label)]
    if isinstance(packages, dict) and packages:
        rows += [BLANK, heading("Packages", display.count(len(packages))), *_packages(packages, width)]
    elif isinstance(packages, list) and packages:
        rows += [BLANK, heading("Packages", display.count(len(packages)))]
        rows += _packages(dict(str(item).partition("==")[::2] for item in packages), width)
    if not view.environment:
        rows += [
            BLANK,
            *sentence(
                "Its files say nothing of code, packages or machine. mlops_console.run() records them.", width
            ),
        ]
    return rows


def _part(title: str, part: dict[str, Json], width: int, label: int) -> Iterator[TextRow]:
    shown = {_named(key): value for key, value in part.items()}
    if title == "Code" and isinstance(shown.get("dirty"), bool):
        dirty = shown.pop("dirty")
        shown["state"] = "changed since the commit" if dirty else "as committed"
        for row in pairs(shown, width, label=label):
            if dirty and row.item is not None and row.item.key == "state":
                yield row._replace(cells=(*row.cells[:-1], row.cells[-1]._replace(ink="warn")))
            else:
                yield row
    elif title == "Variables":
        yield from pairs(shown, width, label=max(label, label_width(shown, width)))
    else:
        yield from pairs(shown, width, label=label)


def _named(key: str) -> str:
    """Without the word that its heading says already."""
    return key.removeprefix("git.").removeprefix("code.").removeprefix("env.")


def _plain(value: Json) -> Json:
    # Process numbers, ports, years: names, not amounts.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _whereabouts(view: RunView, now: int) -> dict[str, Json]:
    found: dict[str, Json] = {"id": view.id, "name": view.name, "project": view.project, "path": view.path}
    if view.group:
        found["group"] = view.group
    if view.parent:
        found["parent"] = view.parent
    for label, moment in (("started", view.started), ("ended", view.ended), ("last sign", view.active)):
        if moment is not None and not (label == "last sign" and view.ended is not None):
            found[label] = f"{_clock(moment)}   {display.span(now - moment)} ago"
    took = view.took(now)
    if took is not None:
        found["took"] = display.duration(took)
    if view.reason:
        found["because"] = view.why(now)
    return found


def _clock(moment: int) -> str:
    return f"{display.second(moment)} UTC"


def _packages(packages: dict[str, Json], width: int) -> Iterator[TextRow]:
    names = sorted(packages, key=natural)
    longest = max(width_of(f"{name} {packages[name]}") for name in names)
    cell = min(max(24, longest + 4), max(24, width - 4))
    columns = max(1, (width - 4) // cell)
    down = -(-len(names) // columns)
    for row in range(down):
        cells: list[Cell] = []
        shown = names[row::down][:columns]
        for column, name in enumerate(shown):
            at, version = 2 + column * cell, str(packages[name])
            room = cell - 2
            cells.append(Cell(at, name, "muted", width=min(width_of(name), room)))
            if width_of(name) + 2 < room:
                cells.append(
                    Cell(at + width_of(name) + 1, version, "second", width=room - width_of(name) - 1)
                )
        yield TextRow(tuple(cells), " ".join(f"{name} {packages[name]}" for name in shown))


def sources(view: RunView, width: int, now: int) -> list[TextRow]:
    """What each reader said, and what could not be read."""
    rows: list[TextRow] = []
    if view.problems:
        rows.append(heading("Problems", display.count(len(view.problems))))
        for problem in view.problems:
            where = problem.path if problem.offset is None else f"{problem.path}, byte {problem.offset:,}"
            search = f"{problem.path} {problem.what}"
            for index, part in enumerate(wrapped(problem.what, width - 8)):
                sign = (Cell(2, "!", "warn", bold=True, width=1),) if index == 0 else ()
                rows.append(TextRow((*sign, Cell(4, part, "text")), search))
            rows.append(TextRow((Cell(4, where, "muted"),), search))
    else:
        rows += [heading("Problems"), *sentence("None: all of its files could be read.", width)]
    rows += [BLANK, heading("Sources", "who says what")]
    if view.deleted:
        rows.append(
            TextRow((Cell(2, f"It was {view.lost}, which keeps its files until they are purged.", "warn"),))
        )
    if view.gone:
        rows.append(TextRow((Cell(2, "Its files are gone; this is what was read of them.", "warn"),)))
    for source in view.sources:
        search = f"{source.reader} {source.path}"
        says = "gone" if source.gone else source.says
        cells = [Cell(2, source.reader, "text", width=12), Cell(16, source.path, "second")]
        beside = 16 + width_of(display.safe_text(source.path)) + 3
        if says and beside + width_of(says) <= width - 2:
            cells.append(Cell(max(beside, min(width // 2 + 2, width - 2 - width_of(says))), says, "muted"))
            says = ""
        rows.append(TextRow(tuple(cells), search))
        rows += [TextRow((Cell(16, part, "muted"),), search) for part in wrapped(says, width - 18) if says]
    return rows
