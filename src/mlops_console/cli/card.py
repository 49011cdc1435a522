"""`mlops-console card MODEL@VERSION`: everything that is known of a version, for people."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from mlops_console.cli.printing import Progress, out, out_json, say, tell_notices
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from mlops_console.promotion.card.model import Card

EPILOG = """\
What it is for and must not be used for, its metrics with intervals (over the rows it predicted, over the
seeds of its configuration), slices, KPIs, the gates as judged when it was promoted, who approved and who
overrode what, data, code, environment, files with hashes, where it is deployed. Parts that nobody has written
or recorded are named, with what would fill them.

  card churn@champion                    Markdown on stdout
  card churn@3 --html churn-3.html       one page: no script, nothing from elsewhere
  card churn@3 --json                    one JSON object

--json prints {"model", "version", "owner", "purpose", "limits", "figures", "kpis", "gates", "moves",
"consents", "lineage", "contents", "deployments", "notes", "tags", "missing", ...}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@VERSION", help="churn@3, or churn@champion")
    parser.add_argument("--project", metavar="P", help="the project's name or folder")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--html", metavar="FILE", help="write it as one HTML page")
    form.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def run(asked: Namespace) -> int:
    """Do it."""
    from pathlib import Path

    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.cards.cards import card_facts
    from mlops_console.workspace.comparing.handing_over import writable, write
    from mlops_console.workspace.models import resolve

    place = None if asked.html is None else Path(asked.html)
    if place is not None:
        writable(place, force=asked.force)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        resolved = resolve(workspace, asked.version, asked.project)
        progress = Progress()
        try:
            card = card_facts(workspace, resolved, progress)
        finally:
            progress.done()
    if place is not None:
        write(place, _document(card, page=True), force=asked.force)
        say(f"wrote {safe_text(str(place))}")
    elif asked.json:
        out_json(card.as_json())
    else:
        for line in _document(card).splitlines():
            out(line)
    return 0


def _document(card: "Card", *, page: bool = False) -> str:
    from mlops_console.workspace.cards.cards import as_html, as_markdown, document_of

    document = document_of(card)
    return as_html(document) if page else as_markdown(document)
