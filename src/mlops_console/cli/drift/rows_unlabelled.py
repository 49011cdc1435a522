"""`drift rows MONITOR --unlabelled`: the rows that somebody is to label, to look at or as a file."""

import csv
import io
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import coloured, out, out_json, say, table
from mlops_console.display import count, safe_text

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.drifting.standing import Told
    from mlops_console.workspace.drifting.unlabelled import Unlabelled

_SHOWN: Final = 40


def tell_unlabelled(workspace: "Workspace", watched: "Watched", told: "Told", asked: Namespace) -> int:
    """Print the rows, or write them; the exit code."""
    from mlops_console.workspace.drifting.unlabelled import unlabelled, write

    found = unlabelled(workspace, watched, told.judged)
    rows = list(csv.reader(io.StringIO(found.csv)))[1:]
    if asked.out and found.rows:
        say(f"wrote {said(found)} to {safe_text(str(write(found, Path(asked.out))), 400)}")
    if asked.json:
        one = found.part
        part = None if one is None else {"by": one.by, "level": one.level, "feature": one.feature}
        out_json(
            {
                "monitor": watched.name, "project": watched.project.name, "window": told.judged.window,
                "part": part, "columns": list(found.columns), "rows": rows, "moved": found.moved,
                "lacking": found.lacking, "lacking_moved": found.lacking_moved, "of": found.window,
                "problems": list(found.problems),
            }
        )  # fmt: skip
        return 0
    if not asked.out:
        name = safe_text(told.judged.window, 80)
        out(
            coloured(f"{count(found.lacking)} of {count(found.window)} rows of {name} lack a label", "strong")
        )
        if rows:
            shown = rows[:_SHOWN]
            cells = [[safe_text(row[at], 40) for row in shown] for at in range(len(found.columns))]
            for line in table([safe_text(one, 40) for one in found.columns], cells, [False] * len(cells)):
                out(line)
        if found.rows > _SHOWN:
            out(f"{_SHOWN} of them shown; --out FILE writes {said(found)}")
    elif not found.rows:
        say("every row has a label: nothing was written")
    for problem in found.problems:
        say(safe_text(problem, 2_000))
    return 0


def said(found: "Unlabelled") -> str:
    """How many rows are written, and which first: `10,000 of 90,210 rows, 3,114 of origin = EWR first`."""
    of = f" of {count(found.lacking)}" if found.lacking > found.rows else ""
    words = f"{count(found.rows)}{of} row{'' if found.rows == 1 else 's'}"
    if found.part is None or not found.moved:
        return words
    return f"{words}, {count(found.moved)} of {safe_text(f'{found.part.by} = {found.part.level}', 80)} first"
