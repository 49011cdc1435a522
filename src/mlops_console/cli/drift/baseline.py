"""`mlops-console drift baseline MODEL@VERSION`: pin to a version the data that it is judged against."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console.cli.printing import Progress, out, out_json, say, table, tell_notices
from mlops_console.display import day, iso, safe_text, size
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_console.journal.registry import Baseline, Version
    from mlops_console.records import Project
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.baselines.making import Made

EPILOG = """\
A baseline is a profile of the data: sorted values or quantiles of every column, counts of levels, shares
without a value, and at most 2,000 whole rows. It is a few hundred kB, belongs to one version by hash, and
needs the data no more. Promoting makes one by itself where the version's run names its data.

  drift baseline                                  every model's baselines, the newest first
  drift baseline churn                            those of one model
  drift baseline churn@3 --show                   what it holds, column by column
  drift baseline churn@3                          make it, from the data that the run named
  drift baseline churn@3 --data "data/2026-0*.parquet" --label late --score p
                                                  from other data, and how the model did on it

Columns that nobody names are taken from the model's monitor in mlops-console.toml, where it has one.
--no-rows keeps no whole rows: then nothing but single values leaves the data, and no classifier can look at
several columns at once. --json prints a line per baseline {"project", "model", "version", "id", "sha256",
"size", "rows", "columns", "source", "source_sha256", "way", "reason", "by", "at", "holds"}; having made one
{"project", "model", "version", "event", "sha256", "size", "rows", "columns", "source", "performs", "notes"}
("event" null: it was pinned already); with --show one object of its columns.
Exit codes: 0 done; 2 it could not be done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument(
        "name", metavar="MODEL[@VERSION]", nargs="?",
        help="churn@3 or churn@champion: make it; churn, or nothing: list; a .baseline file with --show",
    )  # fmt: skip
    parser.add_argument("--data", metavar="PATH", help="a file, folder or glob (default: the run's)")
    parser.add_argument("--label", metavar="COLUMN", default="", help="what was to be predicted")
    parser.add_argument("--score", metavar="COLUMN", default="", help="the model's score or probability")
    parser.add_argument("--prediction", metavar="COLUMN", default="", help="what the model answered")
    parser.add_argument("--time", metavar="COLUMN", default="", help="what orders the rows")
    parser.add_argument("--key", metavar="COLUMN", default="", help="what joins labels that come later")
    for kind, about in (
        ("categorical", "take this column for levels"),
        ("numeric", "take it for numbers"),
        ("ignore", "leave it out"),
    ):
        words = f"{about}; may be said again"
        parser.add_argument(f"--{kind}", metavar="COLUMN", action="append", default=[], help=words)
    parser.add_argument("--no-rows", action="store_true", help="keep no whole rows of the data")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument("--show", action="store_true", help="print what a baseline holds")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="JSON on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace

    if asked.show and asked.name and "@" not in asked.name.rpartition("/")[2]:
        return _show_file(asked)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        if asked.show:
            return _show(workspace, asked)
        if asked.name and "@" in asked.name:
            return _make(workspace, asked)
        if asked.data is not None:
            raise UsageError("--data needs a version to pin it to", "drift baseline churn@3 --data PATH")
        return _list(workspace, asked)


def _make(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.baselines.making import MOST_ROWS, Wishes, make_baseline
    from mlops_console.workspace.models import resolve

    resolved = resolve(workspace, asked.name, asked.project)
    wishes = Wishes(
        asked.label, asked.score, asked.prediction, asked.time, asked.key, tuple(asked.categorical),
        tuple(asked.numeric), tuple(asked.ignore), 0 if asked.no_rows else MOST_ROWS,
    )  # fmt: skip
    progress = Progress()
    try:
        made = make_baseline(
            workspace, resolved, asked.data, wishes=wishes, progress=progress,
            reason=asked.reason or "made by hand",
        )  # fmt: skip
    finally:
        progress.done()
    if asked.json:
        out_json(_made_object(resolved.project, resolved.version, made))
    else:
        out(
            f"{safe_text(resolved.version.label)}  {made.words}, {size(made.size)}, sha256 {made.sha256[:12]}"
        )
        if made.event is None:
            say("It was pinned to this version already: nothing was written.")
    for note in made.notes:
        say(safe_text(note, 2_000))
    return 0


def _made_object(project: "Project", version: "Version", made: "Made") -> dict[str, Any]:
    return {
        "project": project.name, "model": version.model, "version": version.number,
        "event": None if made.event is None else made.event.id, "sha256": made.sha256, "size": made.size,
        "rows": made.rows, "columns": made.columns, "source": made.source, "performs": made.performs,
        "notes": list(made.notes),
    }  # fmt: skip


def baseline_object(project: "Project", version: "Version", one: "Baseline") -> dict[str, Any]:
    """A baseline as `--json` prints it."""
    return {
        "project": project.name, "model": version.model, "version": version.number, "id": one.id,
        "sha256": one.sha256, "size": one.size, "rows": one.rows, "columns": one.columns,
        "source": one.source or None, "source_sha256": one.source_sha256 or None, "way": one.way,
        "reason": one.reason, "by": one.by, "at": iso(one.at), "holds": one is version.baseline,
    }  # fmt: skip


def _list(workspace: "Workspace", asked: Namespace) -> int:
    found = list(_pinned(workspace, asked))
    if asked.json:
        for project, version, one in found:
            out_json(baseline_object(project, version, one))
    elif found:
        head = ("version", "rows", "columns", "size", "from", "by", "when", "sha256")
        cells = [
            (
                safe_text(version.label, 60) + ("" if one is version.baseline else " (before)"),
                f"{one.rows:,}", f"{one.columns:,}", size(one.size), safe_text(one.source or "-", 60),
                safe_text(one.by, 40), day(one.at), one.sha256[:12],
            )
            for _, version, one in found
        ]  # fmt: skip
        right = (False, True, True, True, False, False, False, False)
        for line in table(head, list(zip(*cells, strict=True)), right):
            out(line)
    else:
        say("No version has a baseline: `mlops-console drift baseline MODEL@VERSION` makes one.")
    return 0


def _pinned(workspace: "Workspace", asked: Namespace) -> "Iterator[tuple[Project, Version, Baseline]]":
    from mlops_console.workspace.models import resolve_model
    from mlops_console.workspace.registering.subject import project_of

    if asked.name:
        named = resolve_model(workspace, asked.name, asked.project)
        there = [(named.project, [named.model])]
    else:
        projects = [project_of(workspace, asked.project)] if asked.project else workspace.projects
        there = [(one, list(workspace.decisions.registry(one.key).models.values())) for one in projects]
    for project, models in there:
        for model in models:
            for version in model.versions:
                for one in version.baselines:
                    yield project, version, one


def _show(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.cli.drift.baseline_shown import show
    from mlops_console.workspace.baselines.making import reference_named

    if not asked.name:
        raise UsageError("--show needs a version or a file", "drift baseline churn@3 --show")
    show(reference_named(asked.name, lambda: workspace, asked.project), asked.json)
    return 0


def _show_file(asked: Namespace) -> int:
    from mlops_console.cli.drift.baseline_shown import show
    from mlops_console.workspace.baselines.making import read_file

    show(read_file(asked.name), asked.json)
    return 0
