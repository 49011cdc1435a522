"""`mlops-console kpis report FILE`: what a product manager reads."""

import time
from argparse import ArgumentParser, Namespace

from mlops_console.cli.printing import out_json, say, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import UsageError

EPILOG = """\
The answer first, then a table, who must do what by when, and charts of every KPI over time and versions.

  kpis report kpis.html                  one page: no script, nothing from elsewhere; prints well
  kpis report kpis.md --project churn    Markdown, with tables in place of charts

Nothing is measured for it: `mlops-console drift check` does that.
--json prints {"file", "kpis" (how many it tells of), "problems"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("file", metavar="FILE", help="where to: its name ends with .html or .md")
    parser.add_argument("--model", metavar="M", action="append", default=[], help="only of this model")
    parser.add_argument("--project", metavar="P", help="only of this project, by name or folder")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout: what was written")


def run(asked: Namespace) -> int:
    """Do it."""
    from pathlib import Path

    from mlops_console.cli.kpis import chosen
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.comparing.handing_over import writable, write
    from mlops_console.workspace.kpis.report import html, markdown

    place = Path(asked.file)
    ending = place.suffix.lower()
    if ending not in (".html", ".htm", ".md", ".markdown"):
        raise UsageError(
            f"{safe_text(asked.file)} says not which form is wanted", "end its name with .html or .md"
        )
    writable(place, force=asked.force)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        found, lost = chosen(workspace, asked.project, asked.model)
    now = time.time_ns() // 1_000
    text = html(found, now, lost) if ending.startswith(".htm") else markdown(found, now, lost)
    write(place, text, force=asked.force)
    if asked.json:
        out_json({"file": str(place.absolute()), "kpis": len(found), "problems": list(lost)})
    else:
        say(f"wrote {safe_text(asked.file)}")
    return 0
