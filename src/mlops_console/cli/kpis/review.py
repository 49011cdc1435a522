"""`mlops-console kpis review MODEL [KPI]`: say that somebody has looked at it."""

from argparse import ArgumentParser, Namespace

from mlops_console.cli.printing import out, out_json, tell_notices
from mlops_console.display import iso, safe_text

EPILOG = """\
Kept in the project's journal with the figures as they were then, who, when and why. Its next review is due an
interval (`review` in mlops-console.toml) later. Without KPI all of the model's are meant.

  kpis review churn retention --reason "seasonal, as last year"

--json prints {"project", "model", "kpi", "by", "at", "reason", "version", "value", "event", "due"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("model", metavar="MODEL", help="whose")
    parser.add_argument("kpi", metavar="KPI", nargs="?", default="", help="which (default: all of them)")
    parser.add_argument("--reason", metavar="TEXT", default="", help="what you saw; it stays in the journal")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.note import tell_private
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.deciding.moving import reason_of
    from mlops_console.workspace.kpis import words
    from mlops_console.workspace.kpis.reviewing import review
    from mlops_console.workspace.kpis.standing import kpis
    from mlops_console.workspace.models import resolve_model

    reason = reason_of(asked.reason)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        named = resolve_model(workspace, asked.model, asked.project)
        event = review(workspace, named.project.key, named.model.name, asked.kpi, reason)
        states = [one for one in kpis(workspace, [named.project]) if one.model == named.model.name]
        tell_private(workspace, named.project.key)
    about = [one for one in states if asked.kpi in ("", one.kpi.name)]
    if asked.json:
        body = event.body
        due = min((one.due for one in about if one.due is not None), default=None)
        said = {"project": named.project.name, "model": named.model.name, "kpi": asked.kpi or None}
        figures = {"version": body.get("version"), "value": body.get("value")}
        more = {"by": event.by, "at": iso(event.at), "reason": reason, "event": event.id, "due": iso(due)}
        out_json({**said, **figures, **more})
        return 0
    for one in about:
        name = f"{safe_text(one.model, 120)} {safe_text(one.kpi.name, 120)}"
        until = words.review(one, event.at)
        said_so = f"reviewed: {name} {safe_text(words.sentence(one), 1_000)}"
        out(f"{said_so}, next {until}" if until else said_so)
    return 0
