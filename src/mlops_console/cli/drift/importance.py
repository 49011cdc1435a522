"""`mlops-console drift importance MODEL[@VERSION]`: what a version hangs on, column by column."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console.cli.printing import Progress, out, out_json, say, table, tell_notices
from mlops_console.display import aligned, count, iso, minute, number, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_console.journal.registry import Importance
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.diagnosing.examining import Made, Runs
    from mlops_console.workspace.models import Resolved

EPILOG = """\
Permutation importance: how much worse the model does when one column's values are mixed up, on the newest
window with labels of a monitor of the model, or on other data. It is kept with the version, and ranks what
drifts: effect times share of the importance.

  drift importance churn@3 --trust          shows what loading it runs, lets it, and asks it
  drift importance churn                    the champion, else the newest version
  drift importance churn@3 --data new.parquet --label left
  drift importance churn@3 --show           what is kept

Nothing is loaded before you ask. A model of pickle or joblib runs what its file names as it is loaded, under
your name: only one whose exact bytes you have trusted is (--trust, remembered; `mlops-console trust --forget`
forgets). Models of skops and ONNX run nothing and need no such word; they need the packages skops and
onnxruntime. All are loaded in a process of their own, with a limit of memory and of time, without your
environment, and without network where the system allows that.
The model is given the columns that it knows by name; one that knows none is given all that are judged, in
their order, or those of --features. --json prints {"project", "model", "version", "event", "metric", "base",
"rows", "repeats", "source", "estimator", "features": [{"name", "mean", "deviation", "share"}], "left_out",
"notes"}. Exit codes: 0 done; 2 it could not be done."""
_SHOWN = 20


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("name", metavar="MODEL[@VERSION]", help="churn@3, churn@champion, or churn")
    parser.add_argument(
        "--data", metavar="PATH", default="", help="a file, folder or glob of rows with labels"
    )
    parser.add_argument(
        "--monitor", metavar="NAME", default="", help="whose newest window (default: the model's)"
    )
    parser.add_argument(
        "--label", metavar="COLUMN", default="", help="what came true (default: the monitor's)"
    )
    parser.add_argument(
        "--metric", metavar="NAME", default="", help="what gets worse (default: the monitor's)"
    )
    parser.add_argument("--features", metavar="A,B,C", default="", help="the columns, in the model's order")
    parser.add_argument("--repeats", metavar="N", type=int, default=5, help="how often each is mixed up")
    parser.add_argument(
        "--rows", metavar="N", type=int, default=5_000, help="rows that are drawn (default: 5000)"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of the rows and of the orders")
    parser.add_argument("--trust", action="store_true", help="show what loading the model runs, and let it")
    parser.add_argument("--show", action="store_true", help="print what is kept; nothing is worked out")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace

    for word, least, most in (("repeats", 1, 1_000), ("rows", 50, 1_000_000), ("seed", 0, 2**32 - 1)):
        if not least <= getattr(asked, word) <= most:
            raise UsageError(
                f"--{word} is {getattr(asked, word)}", f"a whole number from {least:,} to {most:,}"
            )
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        resolved = _resolved(workspace, asked)
        return _show(resolved, asked) if asked.show else _examine(workspace, resolved, asked)


def _resolved(workspace: "Workspace", asked: Namespace) -> "Resolved":
    from mlops_console.workspace.models import Resolved, resolve, resolve_model

    if "@" in asked.name:
        return resolve(workspace, asked.name, asked.project)
    found = resolve_model(workspace, asked.name, asked.project)
    state = found.model.aliases.get("champion")
    version = state.version if state is not None and state.version is not None else found.model.versions[0]
    return Resolved(found.project, found.model, found.model.version(version.number) or version)


def _examine(workspace: "Workspace", resolved: "Resolved", asked: Namespace) -> int:
    from mlops_console.workspace.diagnosing.examining import Wanted, examine, trust, what_runs

    if asked.trust:
        runs = what_runs(workspace, resolved)
        for line in _told(runs, resolved):
            say(line)
        if not runs.trusted:
            trust(workspace, resolved, runs)
    features = tuple(name.strip() for name in asked.features.split(",") if name.strip())
    wanted = Wanted(
        asked.monitor, asked.data, asked.label, asked.metric, features, asked.repeats, asked.rows, asked.seed
    )
    progress = Progress()
    try:
        made = examine(
            workspace, resolved, wanted, progress=lambda part: progress(f"asking the model: {part:.0%}")
        )
    finally:
        progress.done()
    if asked.json:
        out_json(_made_object(resolved, made))
    else:
        _print(resolved, made)
    for note in made.notes:
        say(safe_text(note, 2_000))
    return 0


def _told(runs: "Runs", resolved: "Resolved") -> list[str]:
    """What loading it runs, before it is."""
    path = safe_text(runs.path, len(runs.path) + 1)
    lines = [f"{safe_text(resolved.version.label, 120)}: {path}", f"  {runs.format}, sha256 {runs.sha256}"]
    if runs.asks:
        lines.append("  Loading it runs what it names, under your name:")
        lines += [f"    {safe_text(name, 200)}" for name in runs.imports] or [
            "    (its imports can't be told)"
        ]
        lines += [f"  known as dangerous: {safe_text(name, 200)}" for name in runs.dangerous]
        lines += [f"  {safe_text(sentence, 500)}" for sentence in runs.warnings]
    return lines


def _print(resolved: "Resolved", made: "Made") -> None:
    weighed, label = made.weighed, safe_text(resolved.version.label, 120)
    repeats = "once" if weighed.repeats == 1 else f"{weighed.repeats} times"
    out(
        f"{label}  {weighed.metric} {number(weighed.base, 3)} on {count(weighed.rows)} rows of"
        f" {safe_text(made.source, 160)}; each column mixed up {repeats}"
    )
    _table([(name, mean, spread, share) for name, mean, spread, share in made.ranked])


def _table(rows: "list[tuple[str, float, float, float]]") -> None:
    columns = [
        [safe_text(name, 60) for name, _, _, _ in rows[:_SHOWN]],
        aligned([mean for _, mean, _, _ in rows[:_SHOWN]], 3),
        aligned([spread for _, _, spread, _ in rows[:_SHOWN]], 3),
        [f"{share:.0%}" for _, _, _, share in rows[:_SHOWN]],
    ]
    for line in table(("column", "worse by", "±", "share"), columns, (False, True, True, True)):
        out(line)
    if len(rows) > _SHOWN:
        out(f"and {len(rows) - _SHOWN} more columns")


def _made_object(resolved: "Resolved", made: "Made") -> "Mapping[str, Any]":
    weighed = made.weighed
    return {
        "project": resolved.project.name, "model": resolved.version.model, "version": resolved.version.number,
        "event": made.event.id, "metric": weighed.metric, "base": weighed.base, "rows": weighed.rows,
        "repeats": weighed.repeats, "source": made.source, "estimator": weighed.model,
        "features": [
            {"name": name, "mean": mean, "deviation": spread, "share": share}
            for name, mean, spread, share in made.ranked
        ],
        "left_out": made.left_out, "notes": list(made.notes),
    }  # fmt: skip


def _show(resolved: "Resolved", asked: Namespace) -> int:
    from mlops_console.workspace.diagnosing.weighing import shares

    kept, label = resolved.version.importance, safe_text(resolved.version.label, 120)
    if kept is None:
        raise UsageError(
            f"what {label} hangs on was not worked out", f"mlops-console drift importance {label}"
        )
    share = shares(kept) or {}
    rows = [
        (name, mean, spread, share.get(name, 0.0))
        for name, (mean, spread) in sorted(kept.features.items(), key=lambda one: (-one[1][0], one[0]))
    ]
    if asked.json:
        out_json(_kept_object(resolved, kept, rows))
        return 0
    out(
        f"{label}  {safe_text(kept.metric, 40)} on {count(kept.rows)} rows of"
        f" {safe_text(kept.source or '-', 160)}; {safe_text(kept.by, 60)}, {minute(kept.at)}"
    )
    _table(rows)
    return 0


def _kept_object(
    resolved: "Resolved", kept: "Importance", rows: "list[tuple[str, float, float, float]]"
) -> "Mapping[str, Any]":
    return {
        "project": resolved.project.name, "model": resolved.version.model, "version": resolved.version.number,
        "event": kept.id, "metric": kept.metric, "base": None, "rows": kept.rows, "repeats": kept.repeats,
        "source": kept.source or None, "estimator": None,
        "features": [
            {"name": name, "mean": mean, "deviation": spread, "share": share}
            for name, mean, spread, share in rows
        ],
        "left_out": kept.left_out, "notes": [], "by": kept.by, "at": iso(kept.at),
    }  # fmt: skip
