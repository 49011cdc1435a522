"""`mlops-console show RUN`: everything about one run."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.cli.printing import cells, coloured, fitted, out, out_json, table, tell_notices, width
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.drifting.states.model import MonitorState
    from mlops_console.workspace.lineage import Lineage, Relative
    from mlops_console.workspace.notes import Note

EPILOG = """\
A RUN is named by its id, a unique beginning of it, its path, or a name that no other run has.
--json prints the object of `runs --json` and `sources`: [{"reader", "path", "files", "gone"}], `notes` (see
`note --json`), `lineage`: {"children": [ids], "children_total", "same_config": [ids]}, `monitors`
of the versions that came of it: [{"version", "monitor", "health", "because", ...}], as `models --json` has
them. What changed since the run before it is told by `changes`, what a model's file says by `files RUN
PATH`."""
FILES = 12


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("run", metavar="RUN", help="a run's id, its beginning, path or name")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.note import note_object
    from mlops_console.cli.run_json import run_object
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.details import detail, resolve
    from mlops_console.workspace.drifting.states.shown import state_json
    from mlops_console.workspace.hashes import with_hashes
    from mlops_console.workspace.lineage import lineage
    from mlops_console.workspace.notes import notes

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        workspace.sweep()
        found = with_hashes(workspace, detail(workspace, resolve(workspace, asked.run)))
        kin, written = lineage(workspace, found.id), notes(workspace, found.id)
        watched = _watched(workspace, found)
    if asked.json:
        sources = [
            {"reader": s.reader, "path": s.path, "files": s.files, "gone": s.gone} for s in found.sources
        ]
        more = {"sources": sources, "notes": [note_object(note) for note in written]}
        said = [{"version": label, **state_json(one)} for label, one in watched]
        out_json({**run_object(found), **more, "lineage": _lineage_object(kin), "monitors": said})
        return 0
    for line in (*_lines(found, kin, written), *_monitors(watched)):
        out(line)
    return 0


def _watched(workspace: "Workspace", run: "RunDetail") -> "Sequence[tuple[str, MonitorState]]":
    """The monitors of the versions that came of a run; nothing is asked where its project has none."""
    from mlops_console.wishes.reading import read_wishes
    from mlops_console.workspace.drifting.states.shown import of_run

    return of_run(workspace, run) if read_wishes(run.root).monitors else ()


def _monitors(watched: "Sequence[tuple[str, MonitorState]]") -> Iterator[str]:
    from mlops_console.workspace.drifting.states.shown import INKS, WORDS, heard

    if watched:
        yield ""
        yield coloured("monitors", "strong")
    for label, one in watched:
        said = heard(one)
        word = coloured(WORDS[one.health], INKS[one.health])
        because = safe_text(one.because + (f" ({said})" if said else ""), 4096)
        yield f"  {safe_text(one.watched.name, 40)}  {safe_text(label, 80)}  {word}  {because}"


def _lineage_object(kin: "Lineage") -> dict[str, Any]:
    return {
        "children": [child.id for child in kin.children],
        "children_total": kin.children_total,
        "same_config": [same.id for same in kin.same_config],
    }


def _lines(run: "RunDetail", kin: "Lineage", written: "Sequence[Note]") -> Iterator[str]:
    yield coloured(safe_text(run.name or run.path), "strong") + f"  {run.id}"
    yield from _facts(
        {
            "status": coloured(run.status, run.status) + (f"  {safe_text(run.reason)}" if run.reason else ""),
            "project": safe_text(run.project),
            "path": safe_text(run.path) + ("  (files gone)" if run.gone else ""),
            "source": ", ".join(run.readers),
            "native id": run.native_id and safe_text(run.native_id),
            "group": run.group and safe_text(run.group),
            "parent": run.parent or (run.parent_native_id and safe_text(run.parent_native_id)),
            "started": run.started and _moment(run.started),
            "ended": run.ended and _moment(run.ended),
            "took": _took(run),
            "host": run.host and safe_text(run.host),
            "archived": _archived(run),
        }
    )
    for title, values in (("params", run.params), ("tags", run.tags), ("summary", run.summary)):
        yield from _section(title, values)
    yield from _files("sources disagree", [_conflict(conflict) for conflict in run.conflicts])
    yield from _metrics(run)
    yield from _rows("notes", [(f"{_moment(note.at)} {note.by}", note.text) for note in written])
    yield from _section("environment", run.environment)
    yield from _relatives("children", kin.children, kin.children_total)
    yield from _relatives("same configuration", kin.same_config, len(kin.same_config))
    yield from _files("models", [f"{m.path}  {m.format}" for m in run.models])
    yield from _files("artifacts", [f"{a.path}  {display.size(a.size)}" for a in run.artifacts])
    yield from _files("datasets", [str(dict(d)) for d in run.datasets])
    yield from _files("problems", [f"{p.path}: {p.what}" for p in run.problems])


def _relatives(title: str, runs: "Sequence[Relative]", total: int) -> Iterator[str]:
    if runs:
        yield ""
        yield coloured(title, "strong") + f"  {display.count(total)}"
        for one in runs[:FILES]:
            yield f"  {one.id}  {coloured(one.status.ljust(9), one.status)}  {fitted(one.name, 60)}"
    if total > FILES:
        yield f"  and {display.count(total - FILES)} more"


def _conflict(conflict: Mapping[str, Any]) -> str:
    says = ", ".join(f"{reader} says {_shown(value)}" for reader, value in conflict["says"].items())
    return f"{conflict['key']}: {says}"


def _archived(run: "RunDetail") -> str | None:
    if run.deleted:
        return f"deleted in {run.deleted}" if run.archived else f"no, though deleted in {run.deleted}"
    return "yes" if run.archived else None


def _facts(facts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in facts.items():
        if value:
            yield f"  {name:<11}{value}"


def _section(title: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield from _rows(title, list(values.items()))


def _rows(title: str, rows: Sequence[tuple[str, Any]]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield coloured(title, "strong")
    size = min(32, max(cells(safe_text(key)) for key, _ in rows))
    room = max(20, (width() or 200) - size - 4)
    for key, value in rows:
        name = fitted(key, 64)
        yield f"  {name}{' ' * (size - cells(name))}  {fitted(_shown(value), room)}".rstrip()


def _metrics(run: "RunDetail") -> Iterator[str]:
    if not run.metrics:
        return
    yield ""
    yield coloured("metrics", "strong")
    columns = [
        [fitted(m.key, 48) for m in run.metrics],
        [display.count(m.count) for m in run.metrics],
        [display.number(m.first_value) for m in run.metrics],
        [display.number(m.last_value) for m in run.metrics],
        [display.number(m.min) for m in run.metrics],
        [display.number(m.max) for m in run.metrics],
        [display.count(m.last_step) for m in run.metrics],
    ]
    head = ["  ", "points", "first", "last", "min", "max", "step"]
    yield from table(head, [[f"  {key}" for key in columns[0]], *columns[1:]], [False, *[True] * 6])


def _files(title: str, files: list[str]) -> Iterator[str]:
    if not files:
        return
    yield ""
    yield coloured(title, "strong") + f"  {display.count(len(files))}"
    for file in files[:FILES]:
        yield f"  {fitted(file, (width() or 512) - 2)}"
    if len(files) > FILES:
        yield f"  and {display.count(len(files) - FILES)} more: --json lists them"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(value)
    import json

    return json.dumps(value)


def _moment(value: int) -> str:
    return f"{display.second(value)} UTC"


def _took(run: "RunDetail") -> str | None:
    end = run.ended if run.ended is not None else run.active
    if run.status == "running":
        end = time.time_ns() // 1000
    return None if run.started is None or end is None else display.duration(end - run.started)
