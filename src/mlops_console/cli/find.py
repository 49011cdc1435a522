"""`mlops-console find WHAT [RUN]`: the nearest runs, other seeds, duplicates, what broke since."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.cli.printing import coloured, out, out_json, say, table, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError, UsageError

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.comparing.finding import Alike, Neighbour, Repeated, Since

EPILOG = """\
find nearest RUN              runs of its project with the most similar params, seeds apart
find seeds RUN                runs of its project with the same params and another seed, or the same
find duplicates               runs with the same params, code and data: recorded twice, or not reproducible
find since RUN --metric KEY   what changed between the last good run and the first bad one after it, of the
                              200 runs of the same script (or group) before RUN; good is what is no worse than
                              --limit, without it what came before the metric went to a worse level
--json prints one object: {"run", "nearest": [{"run", "name", "distance" (0 to 1), "differing": [{"key",
"mine", "theirs"}], "total"}]}; {"run", "seeds" (names of params), "other_seed", "same_seed"};
{"duplicates": [{"runs", "kind" (the same run twice, or same inputs, other results), "because"}]}; {"run",
"metric", "good", "bad" (ids, or null), "limit", "because", "commits" (what to bisect), "changed":
[{"section", "key", "before", "after", "standing" (suspect or cleared), "because"}]}."""
WHAT: Final = ("nearest", "seeds", "duplicates", "since")
_MOST: Final = 20_000


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("what", metavar="WHAT", choices=WHAT, help="nearest, seeds, duplicates or since")
    parser.add_argument("run", metavar="RUN", nargs="?", help="a run's id, its beginning, path or name")
    parser.add_argument("--most", metavar="N", type=_count, default=10, help="nearest: so many at most (10)")
    parser.add_argument("--where", metavar="FILTER", default="", help="duplicates: only among these runs")
    parser.add_argument("--metric", metavar="KEY", help="since: what is good is told by this metric")
    parser.add_argument("--limit", metavar="X", type=float, help="since: the worst value that is still good")
    parser.add_argument("--goal", choices=("min", "max"), help="since: which way the metric is better")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 1000:
        raise ArgumentTypeError(f"{text!r} is no number from 1 to 1000")
    return int(text)


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace

    if asked.what == "duplicates" and asked.run is not None:
        raise UsageError("`find duplicates` takes no run", "--where says among which runs")
    if asked.what != "duplicates" and asked.run is None:
        raise UsageError(f"`find {asked.what}` needs a run")
    if asked.what == "since" and asked.metric is None:
        raise UsageError("`find since` needs a metric", "--metric KEY")
    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        match asked.what:
            case "nearest":
                return _nearest(workspace, asked)
            case "seeds":
                return _seeds(workspace, asked)
            case "duplicates":
                return _duplicates(workspace, asked)
            case _:
                return _since(workspace, asked)


def _value(outcome: Any) -> Any:
    if outcome.value is None:
        raise ConsoleError(outcome.problem or "nothing was worked out")
    return outcome.value


def _names(workspace: "Workspace", runs: Sequence[str]) -> dict[str, str]:
    from mlops_console.workspace.details import details

    return {run.id: run.name or run.path or "" for run in details(workspace, list(dict.fromkeys(runs)))}


def _nearest(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.comparing.finding import nearest
    from mlops_console.workspace.details import resolve

    this = resolve(workspace, asked.run)
    found: tuple[Neighbour, ...] = _value(nearest(workspace, this, asked.most))
    names = _names(workspace, [one.run for one in found])
    if asked.json:
        listed = [
            {
                "run": one.run, "name": names.get(one.run), "distance": one.distance, "total": one.total,
                "differing": [{"key": d.key, "mine": d.mine, "theirs": d.theirs} for d in one.differing],
            }
            for one in found
        ]  # fmt: skip
        out_json({"run": this, "nearest": listed})
    elif not found:
        say("There is no other run in its project.")
    else:
        columns = (
            [one.run for one in found],
            [safe_text(names.get(one.run, ""), 40) for one in found],
            [f"{one.distance:.3f}" for one in found],
            [_differing(one) for one in found],
        )
        for line in table(("run", "name", "distance", "differs in"), columns, (False, False, True, False)):
            out(line)
    return 0


def _differing(one: "Neighbour") -> str:
    said = [f"{safe_text(d.key, 40)} {_said(d.mine)} to {_said(d.theirs)}" for d in one.differing[:4]]
    if one.total > len(said):
        said.append(f"{one.total - len(said)} more")
    return "; ".join(said) or "nothing but seeds"


def _said(value: object) -> str:
    match value:
        case None:
            return display.NONE
        case bool():
            return "true" if value else "false"
        case int() | float() if abs(value) < 1e300:
            return display.number(float(value))
        case _:
            return safe_text(str(value), 40)


def _seeds(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.comparing.finding import repetitions
    from mlops_console.workspace.details import resolve

    this = resolve(workspace, asked.run)
    found: Repeated = _value(repetitions(workspace, this))
    if asked.json:
        out_json(
            {
                "run": this, "seeds": list(found.seeds), "other_seed": list(found.other_seed),
                "same_seed": list(found.same_seed),
            }
        )  # fmt: skip
        return 0
    names = _names(workspace, [*found.other_seed, *found.same_seed])
    rows = [(run, "other seed") for run in found.other_seed] + [(run, "same seed") for run in found.same_seed]
    if not rows:
        say("No other run of its project has the same params.")
        return 0
    columns = (
        [run for run, _ in rows],
        [safe_text(names.get(run, ""), 40) for run, _ in rows],
        [s for _, s in rows],
    )
    for line in table(("run", "name", "seed"), columns, (False, False, False)):
        out(line)
    return 0


def _duplicates(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.cli.choosing import filtered
    from mlops_console.comparison.sentences import sentence
    from mlops_console.workspace.comparing.finding import duplicates

    runs = filtered(workspace, asked.where, _MOST)
    found: tuple[Alike, ...] = _value(duplicates(workspace, runs))
    if asked.json:
        listed = [{"runs": list(one.runs), "kind": one.kind, "because": sentence(one.words)} for one in found]
        out_json({"duplicates": listed})
        return 0
    if not found:
        say(f"No duplicates among {len(runs):,} runs.")
    names = _names(workspace, [run for one in found for run in one.runs])
    for one in found:
        out(coloured(safe_text(sentence(one.words)), "strong"))
        for run in one.runs:
            out(f"  {run}  {safe_text(names.get(run, ''), 60)}")
    return 0


def _since(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.comparing.finding import since_last_good
    from mlops_console.workspace.details import resolve

    this = resolve(workspace, asked.run)
    outcome = since_last_good(workspace, this, asked.metric, asked.limit, asked.goal)
    since: Since = _value(outcome)
    if asked.json:
        out_json(_since_object(this, asked.metric, since))
        return 0
    for line in _since_lines(workspace, since):
        out(line)
    return 0


def _since_object(this: str, metric: str, since: "Since") -> dict[str, Any]:
    from mlops_console.comparison.sentences import sentence

    found = since.found
    changed = [
        {
            "section": one.row.section, "key": one.row.key, "before": _plain(one.row.values[0]),
            "after": _plain(one.row.values[1]), "standing": one.standing, "because": sentence(one.words),
        }
        for one in found.changed
    ]  # fmt: skip
    good, bad = (since.runs[at] if at is not None else None for at in (found.good, found.bad))
    return {
        "run": this, "metric": metric, "good": good, "bad": bad, "limit": found.limit,
        "because": sentence(found.words), "commits": found.commits, "changed": changed,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """Null for what a run doesn't have; the values of several as a list."""
    from mlops_console.comparison.differing.facts import Absent, Several

    if isinstance(value, Several):
        return [_plain(one) for one in value.values]
    return None if isinstance(value, Absent) else value


def _since_lines(workspace: "Workspace", since: "Since") -> Iterator[str]:
    from mlops_console.comparison.sentences import sentence

    found = since.found
    yield coloured(safe_text(sentence(found.words)), "strong")
    ends = [
        (title, since.runs[at])
        for title, at in (("last good", found.good), ("first bad", found.bad))
        if at is not None
    ]
    names = _names(workspace, [run for _, run in ends])
    for title, run in ends:
        yield f"  {title}  {run}  {safe_text(names.get(run, ''), 60)}"
    if found.commits:
        yield f"  to bisect  {safe_text(found.commits)}"
    for one in found.changed:
        before, after = (_said(_plain(value)) for value in one.row.values[:2])
        change = f"{one.standing:<8}  {safe_text(one.row.key, 60)}  {before} to {after}"
        yield f"  {change}  ({safe_text(one.words)})"
