"""The text of a first `mlops-console.toml`, from what is seen in a project. It parses, and has no mistake."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mlops_console.display import number, safe_text
from mlops_console.wishes.locating import dotted
from mlops_console.wishes.model import Goal
from mlops_console.wishes.naming import MOST, why_no_name
from mlops_console.wishes.requirements import Requirement

_WIDTH: Final = 100
_BEGUN: Final = frozenset({"require", "finished", "integrity"})
"""Gates that the file begins with, and the one that always holds; the others are comments to choose from."""
_ANY_METRIC: Final = '"auc"'
"""In examples of gates."""


@dataclass(frozen=True, slots=True)
class SeenModel:
    """A model that the project seems to make."""

    name: str
    metric: str = ""
    """The one that its runs are most likely judged by; empty: none was seen."""
    goal: Goal | None = None
    reached: float | None = None
    """The best value so far."""
    runs: int = 0
    """So many runs have it."""
    slices: tuple[str, ...] = ()
    table: str = ""
    """The file of predictions that has these columns."""


@dataclass(frozen=True, slots=True)
class SeenGate:
    """A gate that could be wished."""

    name: str
    example: str
    """A line (or several) of TOML."""
    about: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What is there."""

    project: str
    owner: str
    runs: int
    models: tuple[SeenModel, ...]
    gates: tuple[SeenGate, ...] = field(default=())


def starting_text(seen: Seen) -> str:
    """The whole file."""
    return "\n".join(_lines(seen)) + "\n"


def name_for(text: str) -> str:
    """A name that a model may have, as near to this text as that goes."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:MOST].rstrip("-._").lower()
    return name if not why_no_name(name) else "model"


def quoted(text: str) -> str:
    """Text as TOML holds it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _lines(seen: Seen) -> Iterator[str]:
    runs = "1 run" if seen.runs == 1 else f"{seen.runs:,} runs"
    yield f"# What {_said(seen.project)} wishes of its models. `mlops-console init` began it and saw {runs}."
    yield "# Keep it under version control, beside the code; `mlops-console doctor` names mistakes in it."
    yield ""
    yield '# A decision whose author its file\'s owner does not prove: a "note", or an error ("enforce").'
    yield '# owners = "note"'
    yield ""
    yield "# [watch]"
    yield '# prune = ["data", "node_modules"]    # folders that hold no runs'
    yield '# silence = "10m"    # a run so long without a sign of life is no longer called running'
    for place, model in enumerate(seen.models):
        yield ""
        yield from _model(model, seen, told=place == 0)


def _model(model: SeenModel, seen: Seen, *, told: bool) -> Iterator[str]:
    key = dotted(("models", model.name))
    yield f"[{key}]"
    yield f"owner = {quoted(seen.owner)}"
    if model.metric and model.goal:
        yield f"# {_best(model)}"
        yield f"metric = {quoted(model.metric)}"
        yield f"goal = {quoted(model.goal)}"
    else:
        yield "# No metric was seen whose name tells which way is better."
        yield '# metric = "auc"'
        yield '# goal = "max"'
    yield '# purpose = "What it is for, in a sentence: begins its card."'
    yield '# limits = "What it must not be used for."'
    if model.slices:
        yield f"# Columns of {_said(model.table)} by which it is looked at in parts."
        yield f"slices = [{', '.join(map(quoted, model.slices))}]"
    else:
        yield '# slices = ["region"]    # columns of a table of predictions by which it is looked at in parts'
    yield ""
    yield from _gates(model, key, seen.gates, told=told)
    if told:
        yield ""
        yield from _aside(model, key)


def _gates(model: SeenModel, key: str, gates: tuple[SeenGate, ...], *, told: bool) -> Iterator[str]:
    yield "# What must hold before a version becomes the champion. That its files are intact must always."
    yield f"[{key}.gates.champion]"
    if model.metric and model.goal:
        required = Requirement(model.metric, ">=" if model.goal == "max" else "<=", alias="champion")
        yield "# At least as good as the champion; where there is none yet, that passes."
        yield f"require = [{quoted(str(required))}]"
    yield "# Its run has ended, and not by failing."
    yield "finished = true"
    if not told:
        return
    for gate in gates:
        if gate.name not in _BEGUN and "\n[" not in f"\n{gate.example}":
            yield from _wrapped(gate.about)
            fitting = gate.example.replace(_ANY_METRIC, quoted(model.metric)) if model.goal else gate.example
            for line in fitting.splitlines():
                yield f"# {_said(line)}"


def _aside(model: SeenModel, key: str) -> Iterator[str]:
    metric, goal = (model.metric, model.goal) if model.goal else ("recall", "max")
    yield "# A figure that the model is judged by in business; one unit of the metric is worth so much."
    yield f"# [{key}.kpis.saved-customers]"
    yield '# purpose = "Customers who stay because somebody called in time."'
    yield f"# metric = {quoted(metric)}"
    yield f"# goal = {quoted(goal)}"
    yield "# floor = 0.5"
    yield '# owner = "ana"'
    yield '# review = "30d"'
    yield "# worth = 120_000"
    yield '# currency = "EUR"'
    yield '# per = "month"'
    yield ""
    yield "# Where `mlops-console deploy` puts it; its commands run once you have trusted them."
    yield f"# [{key}.targets.production]"
    yield f"# folder = {quoted('/srv/models/' + model.name)}"
    yield "# keep = 3"
    yield '# smoke = ["python", "smoke_test.py"]'
    yield '# health = { run = ["python", "health.py"], timeout = "30s" }'
    yield ""
    yield "# What trains it anew, when a person says so: `mlops-console retrain`, once you have trusted it."
    yield f"# [{key}.retrain]"
    yield '# command = ["python", "train.py", "--upto", "{window}"]'
    yield '# timeout = "24h"'
    yield ""
    yield "# The data that it sees, against what it was made from: `mlops-console drift check` judges it."
    yield f"# [{dotted(('monitors', model.name))}]"
    yield f"# model = {quoted(model.name)}"
    yield '# current = "predictions"    # a file, folder or glob that receives rows'
    yield '# time = "at"'
    yield '# window = "week"'


def _best(model: SeenModel) -> str:
    where = "1 run has it" if model.runs == 1 else f"{model.runs:,} runs have it"
    best = "" if model.reached is None else f"; {number(model.reached)} is the best so far"
    return f"{where}{best}."


def _wrapped(sentence: str) -> Iterator[str]:
    import textwrap

    for line in textwrap.wrap(_said(sentence), _WIDTH) or [""]:
        yield f"# {line}"


def _said(text: str) -> str:
    return safe_text(text, 200)
