"""`mlops-console importance --metric KEY`: which params tell a metric over a set of runs."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.cli.printing import Progress, coloured, out, out_json, say, table, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError

if TYPE_CHECKING:
    from mlops_console.comparison.why.importance import Importance
    from mlops_console.comparison.why.marginal import Marginal

EPILOG = """\
A forest learns the metric (its last value) from the params of a part of the runs and tells it for the others;
a param is as important as that gets worse when its values are shuffled. It says what goes along with the
metric in these runs, not what causes it; params that always move together stand in one row. Seeds are left
out. Where the runs can't tell, it says why and prints no params. At most 20,000 runs.
--param PARAM prints how the metric goes with one param while the others stay as they are.
--json prints {"metric", "runs", "score" (R2 for runs that were not seen), "correlation", "params": [{"names",
"importance" (R2 lost), "spread", "share"}], "refusal", "notes"}; with --param {"metric", "param", "numeric",
"log", "score", "places": [{"value", "label", "effect", "low", "high", "unsure", "runs", "observed"}],
"refusal", "notes"}: low and high hold eight of ten runs, by their other params."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("--metric", metavar="KEY", required=True, help="the metric to explain")
    parser.add_argument(
        "--where", metavar="FILTER", default="", help="only runs that the filter lets through"
    )
    parser.add_argument("--param", metavar="PARAM", help="the effect of this param, in place of all")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.choosing import filtered
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.comparing.among import MOST_RUNS
    from mlops_console.workspace.comparing.influence import importance, marginal

    progress = Progress()

    def share(done: float) -> None:
        progress(f"working it out, {done:.0%}")

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        runs = filtered(workspace, asked.where, MOST_RUNS)
        try:
            outcome: Any = (
                marginal(workspace, runs, asked.metric, asked.param, share)
                if asked.param is not None
                else importance(workspace, runs, asked.metric, share)
            )
        finally:
            progress.done()
    if outcome.value is None:
        raise ConsoleError(outcome.problem or "nothing was worked out")
    found = outcome.value
    if asked.json:
        made = _importance_object if asked.param is None else _marginal_object
        out_json(made(asked, found))
        return 0
    for line in _lines(asked.metric, found) if asked.param is None else _places(asked.metric, found):
        out(line)
    _say_rest(found)
    return 0


def _say_rest(found: "Importance | Marginal") -> None:
    from mlops_console.comparison.sentences import sentence

    for words in (found.refusal, *found.notes):
        if words:
            say(safe_text(sentence(words)))


def _importance_object(asked: Namespace, found: "Importance") -> dict[str, Any]:
    params = [
        {"names": list(one.names), "importance": one.importance, "spread": one.spread, "share": one.share}
        for one in found.params
    ]
    return {
        "metric": asked.metric, "runs": found.runs, "score": found.score, "correlation": found.correlation,
        "params": params, "refusal": found.refusal, "notes": list(found.notes),
    }  # fmt: skip


def _marginal_object(asked: Namespace, found: "Marginal") -> dict[str, Any]:
    places = [
        {
            "value": one.value, "label": one.label, "effect": one.effect, "low": one.low, "high": one.high,
            "unsure": one.unsure, "runs": one.runs, "observed": one.observed,
        }
        for one in found.places
    ]  # fmt: skip
    return {
        "metric": asked.metric, "param": found.name, "numeric": found.numeric, "log": found.log,
        "score": found.score, "places": places, "refusal": found.refusal, "notes": list(found.notes),
    }  # fmt: skip


def _lines(metric: str, found: "Importance") -> Iterator[str]:
    if found.refusal:
        return
    score = f", R2 {display.number(found.score, 2)} for runs not seen" if found.score is not None else ""
    yield coloured(f"{safe_text(metric)} over {display.count(found.runs)} runs{score}", "strong")
    names = [" + ".join(safe_text(name, 60) for name in one.names) for one in found.params]
    lost = display.aligned([round(max(0.0, one.importance), 3) for one in found.params], 3)
    spread = display.aligned([round(one.spread, 3) for one in found.params], 3)
    share = [f"{one.share:.0%}" for one in found.params]
    yield from table(
        ("param", "R2 lost", "spread", "share"), (names, lost, spread, share), (False, True, True, True)
    )
    yield coloured("What goes along with the metric in these runs, not what causes it.", "muted")


def _places(metric: str, found: "Marginal") -> Iterator[str]:
    if found.refusal:
        return
    yield coloured(f"{safe_text(metric)} by {safe_text(found.name)}", "strong")
    at = [safe_text(one.label, 60) if one.label else display.number(one.value) for one in found.places]
    columns = (
        at,
        display.aligned([one.effect for one in found.places]),
        display.aligned([one.low for one in found.places]),
        display.aligned([one.high for one in found.places]),
        [display.count(one.runs) for one in found.places],
        display.aligned([one.observed for one in found.places]),
    )
    head = ("at", "effect", "tenth", "nine tenths", "runs", "their mean")
    yield from table(head, columns, (not found.numeric, True, True, True, True, True))
    yield coloured("What forests tell while the other params stay as they are: association.", "muted")
