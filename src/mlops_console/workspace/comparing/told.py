"""What runs say of themselves, as the facts that are laid beside each other."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.comparison.differing import Differences, Facts, merged, rows
from mlops_console.comparison.differing.code import KEYS
from mlops_console.comparison.differing.costs import Cost, costs
from mlops_console.comparison.differing.data import as_values
from mlops_console.comparison.differing.facts import Section, flat
from mlops_console.comparison.differing.packages import packages
from mlops_console.records import Status
from mlops_console.workspace.goals import words_of

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.model import Subject
    from mlops_console.workspace.details import RunDetail

_SURROUNDINGS: Final = ("python", "platform", "host", "user", "gpus", "cpus", "framework", "executable")
_OPTIONAL: Final[tuple[Section, ...]] = ("packages", "environment", "code", "data")
"""Sections in which nothing is held to differ where a subject says nothing at all."""
_OF_MACHINES: Final = frozenset({"system", "gpu", "cpu", "ram", "rss", "vram", "memory", "mem"})
_AMOUNTS: Final = frozenset(
    {"memory", "mem", "utilization", "util", "percent", "rss", "ram", "vram", "gb", "mb"}
)


def differences(
    subjects: "Sequence[Subject]", runs: "Mapping[str, RunDetail]", notes: list[str]
) -> Differences:
    """The facts of all subjects beside each other; what can't be held against each other is noted."""
    told = [merged([facts_of(runs[run_id]) for run_id in subject.runs]) for subject in subjects]
    for section in _OPTIONAL:
        silent = sum(not facts.get(section) for facts in told)
        if 0 < silent < len(told):
            told = [{**facts, section: {}} for facts in told]
            which = f"{silent} of {len(subjects)} {'says' if silent == 1 else 'say'}"
            notes.append(f"{which} nothing of {_WORDS[section]}: that is not compared.")
    return rows(told, _place_of_base(subjects))


_WORDS: Final[Mapping[Section, str]] = {
    "packages": "packages", "environment": "the environment", "code": "code", "data": "data",
}  # fmt: skip


def costs_of(subjects: "Sequence[Subject]", runs: "Mapping[str, RunDetail]") -> tuple[Cost, ...]:
    """What the subjects took: the mean time of their runs, the most their machines showed, bytes kept."""
    spans, amounts = [], []
    for subject in subjects:
        members = [runs[run_id] for run_id in subject.runs]
        took = [span for run in members if (span := _took(run)) is not None]
        spans.append((0, round(sum(took) / len(took))) if took else (None, None))
        amounts.append(_resources(members))
    return costs(spans, amounts, _place_of_base(subjects))


def _place_of_base(subjects: "Sequence[Subject]") -> int:
    return next(at for at, subject in enumerate(subjects) if subject.base)


def facts_of(run: "RunDetail") -> Facts:
    """What one run says of itself, by section."""
    said = run.environment
    variables = {key: said[key] for key in said if key.startswith("env.") and not key.startswith("env.SLURM")}
    return {
        "params": flat(run.params),
        "code": {key: said[key] for key in KEYS if key in said},
        "data": as_values(run.datasets),
        "packages": packages(said.get("packages")),
        "environment": {**{key: said[key] for key in _SURROUNDINGS if key in said}, **variables},
    }


def _took(run: "RunDetail") -> int | None:
    ended = run.ended if run.ended is not None else run.active
    if run.status == Status.RUNNING or run.started is None or ended is None or ended <= run.started:
        return None
    return ended - run.started


def _resources(runs: "Sequence[RunDetail]") -> dict[str, float]:
    """The most of each resource that was logged, and the mean size of the files a run left."""
    found: dict[str, float] = {}
    for run in runs:
        for metric in run.metrics:
            words = set(words_of(metric.key))
            if metric.max is not None and words & _OF_MACHINES and words & _AMOUNTS:
                key = f"most {metric.key}"
                found[key] = max(found.get(key, metric.max), metric.max)
    sizes = [sum(artifact.size for artifact in run.artifacts) for run in runs if run.artifacts]
    if sizes:
        found["artifact bytes"] = sum(sizes) / len(sizes)
    return found
