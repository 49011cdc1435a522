"""`mlops-console changes RUN [AGAINST]`: what changed since the previous run of the same script."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.cli.printing import cells, coloured, fitted, out, out_json, say, tell_notices, width
from mlops_console.display import safe_text
from mlops_console.records import Json

if TYPE_CHECKING:
    from mlops_console.workspace.changes import Change, Changes

EPILOG = """\
Without AGAINST: the run of the same script before this one; where no run says which script it is of, the one
before it in the same group or folder. Metrics are compared by their last value.
--json prints {"run", "against", "against_name", "because", "changes": [{"kind", "key", "before", "after"}],
"diff", "diff_left_out"}: kind is param, code, data, package, environment or metric; "against" is null where
there is no earlier run; "diff_left_out" counts the bytes of uncommitted code that "diff" does not speak of.
A RUN is named by its id, a unique beginning of it, its path, or a name that no other run has."""
TITLES: Final = {
    "param": "params", "code": "code", "data": "data", "package": "packages",
    "environment": "environment", "metric": "metrics",
}  # fmt: skip


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("run", metavar="RUN", help="a run's id, its beginning, path or name")
    parser.add_argument("against", metavar="AGAINST", nargs="?", help="the run to compare with")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.changes import changes
    from mlops_console.workspace.details import resolve

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        run_id = resolve(workspace, asked.run)
        against = resolve(workspace, asked.against) if asked.against else None
        found = changes(workspace, run_id, against)
    if asked.json:
        out_json(changes_object(run_id, found))
    elif found is None:
        say("There is no earlier run of the same script, group or folder; name one to compare with.")
    else:
        for line in _lines(found):
            out(line)
    return 0


def changes_object(run_id: str, found: "Changes | None") -> dict[str, Any]:
    """What `--json` prints."""
    if found is None:
        nothing = {"against": None, "against_name": None, "because": None, "diff": "", "diff_left_out": 0}
        return {"run": run_id, **nothing, "changes": []}
    listed = [
        {"kind": one.kind, "key": one.key, "before": one.before, "after": one.after} for one in found.changes
    ]
    return {
        "run": run_id,
        "against": found.against,
        "against_name": found.against_name,
        "because": found.because,
        "changes": listed,
        "diff": found.diff,
        "diff_left_out": found.diff_left_out,
    }


def _lines(found: "Changes") -> Iterator[str]:
    name = coloured(safe_text(found.against_name), "strong")
    yield f"against {name}  {found.against}  {safe_text(found.because)}"
    for kind, title in TITLES.items():
        listed = [one for one in found.changes if one.kind == kind]
        if listed:
            yield ""
            yield coloured(title, "strong") + f"  {display.count(len(listed))}"
            yield from _rows(listed)
    if found.diff:
        yield ""
        yield coloured("uncommitted code", "strong")
        yield from (f"  {safe_text(line)}" for line in found.diff.splitlines())
    if found.diff_note:
        yield f"  {found.diff_note}" if found.diff else found.diff_note
    elif not found.changes and not found.diff:
        yield "Nothing that is recorded differs."


def _rows(listed: "list[Change]") -> Iterator[str]:
    size = min(40, max(cells(safe_text(one.key)) for one in listed))
    before = [_shown(one.before) for one in listed]
    room = max(12, ((width() or 200) - size - 8) // 2)
    wide = min(room, max(cells(text) for text in before))
    for one, was in zip(listed, before, strict=True):
        name, was = fitted(one.key, size), fitted(was, wide)
        words = f"  {name}{' ' * (size - cells(name))}  {was}{' ' * (wide - cells(was))}  >  "
        yield words + fitted(_shown(one.after), room) + _difference(one)


def _shown(value: Json) -> str:
    match value:
        case None:
            return "-"
        case str():
            return value or '""'
        case bool():
            return "true" if value else "false"
        case float():
            return display.number(value, 6)
        case _:
            return json.dumps(value)


def _difference(one: "Change") -> str:
    if one.kind != "metric" or not isinstance(one.before, float) or not isinstance(one.after, float):
        return ""
    difference = one.after - one.before
    sign = "+" if difference > 0 else ""
    return f"  ({sign}{display.number(difference)})" if difference == difference else ""
