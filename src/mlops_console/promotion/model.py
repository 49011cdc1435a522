"""What gates see and say. A gate is a function of its evidence: it opens nothing and asks nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from mlops_console.records import Json
from mlops_console.wishes.model import ModelWishes

Verdict: TypeAlias = Literal["pass", "fail", "unknown"]

Need: TypeAlias = Literal[
    "metrics",
    "comparison",
    "slices",
    "approvals",
    "run",
    "integrity",
    "description",
    "card",
    "command",
    "drift",
]
"""A part of the evidence; gathered only when a gate that is asked needs it.

metrics: `candidate`, `champion` metrics. comparison: `judgements`. slices: `slices`. approvals. run: `run`.
integrity: `integrity` (files read and hashed). description: `description` (the model's header, its imports).
card: `card_missing`. command: `commands` (trusted ones were run). drift: `drift` (what monitors say).
"""


@dataclass(frozen=True, slots=True)
class GateResult:
    """What one gate says."""

    gate: str
    """Its name; with what it is about where a project lists several: `require: auc >= 0.85`."""
    verdict: Verdict
    measured: str
    """As shown: `.9171`, `2 of 2`, `dirty`; `-` where nothing was."""
    required: str
    """As shown: `>= .9111`, `clean`."""
    because: str
    """One sentence: why, and for a fail what would help."""
    evidence: str = ""
    """What it rests on, short: `20,000 rows`, `5 seeds`, `commit 9a1c2e0`."""
    value: Json = None
    """What was measured, as a number or text for programs."""
    always: bool = False
    """Holds in every project (integrity)."""

    def as_json(self) -> dict[str, Json]:
        """A JSON object."""
        return {
            "gate": self.gate,
            "verdict": self.verdict,
            "measured": self.measured,
            "required": self.required,
            "because": self.because,
            "evidence": self.evidence,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidate against the champion on one metric, as the comparison judged it."""

    metric: str
    goal: str | None
    verdict: str
    """better, worse, equivalent, not shown to differ."""
    difference: float | None
    ci: tuple[float, float] | None
    p: float | None
    n: str
    """`5 seeds`, `20,000 rows`."""
    because: str
    over: str = ""
    """`runs` or `rows`: what was held against what."""


@dataclass(frozen=True, slots=True)
class SliceFound:
    """A slice of the predictions, candidate against champion."""

    name: str
    """`tenure < 3 m`."""
    n: int
    difference: float | None
    """In the goal's direction: negative is worse."""
    ci: tuple[float, float] | None = None
    q: float | None = None
    """p after the correction over all slices that were looked at."""


@dataclass(frozen=True, slots=True)
class ApprovalSeen:
    """An approval as a gate sees it."""

    by: str
    uid: int
    proven: bool
    gates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Integrity:
    """The version's files, read now."""

    problems: tuple[str, ...]
    """Sentences: missing, changed, unreadable files; empty: every byte is what was registered."""
    files: int
    size: int
    seconds: float = 0.0
    from_memory: bool = False
    """Nothing about the files had changed since they were hashed last."""
    unreadable: tuple[str, ...] = ()
    """Sentences: what could not be read, so that nobody knows whether it is what it was."""


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """What a project's own command said."""

    text: str
    trusted: bool
    exit_code: int | None = None
    """None: it did not run, or was stopped."""
    output: Mapping[str, Json] | None = None
    """The JSON object it printed last, if any: `measured`, `required`, `because` are shown."""
    said: str = ""
    """The end of what it printed."""
    seconds: float = 0.0
    timed_out: bool = False


QuietLevel: TypeAlias = Literal["watch", "drift", "harmful"]
"""From which health of a monitor on `drift_quiet` fails."""


@dataclass(frozen=True, slots=True)
class DriftSeen:
    """A monitor that held current data against what the version knows."""

    monitor: str
    health: str
    """harmful, drift, watch, ok; unjudged, stale, none: nobody knows."""
    because: str
    """A sentence with the figures."""
    window: str
    """The newest that is judged; empty: none is."""
    age_seconds: float | None
    """Since that window's end, or since its file came; None: not known."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a gate may look at. A part that was not gathered, or can't be known, is None."""

    model: str
    alias: str
    version: int
    wishes: ModelWishes
    author_uid: int
    """Who registered the version."""
    author: str
    champion: int | None = None
    """The version that holds the alias, else the last that did; None: there was none yet."""
    external: bool = False
    candidate_metrics: Mapping[str, float] | None = None
    champion_metrics: Mapping[str, float] | None = None
    aliases: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Metrics of the versions that other aliases stand on: `require` may name any alias."""
    taken_off: frozenset[str] = frozenset()
    """Aliases that no version holds now, whose last holder counts: `alias` too where it is one."""
    judgements: tuple[Judged, ...] | None = None
    comparison_problem: str = ""
    """Why there are none, a sentence."""
    slices: tuple[SliceFound, ...] | None = None
    slices_problem: str = ""
    approvals: tuple[ApprovalSeen, ...] | None = None
    promoter_uid: int | None = None
    run: Mapping[str, Json] | None = None
    """`status`, `code` (commit, dirty …), `environment`, `datasets`, `params` as recorded at registration."""
    integrity: Integrity | None = None
    description: Mapping[str, Any] | None = None
    """`ModelDescription.as_json()`."""
    size: int | None = None
    card_missing: tuple[str, ...] | None = None
    """Names of the card's parts that nobody has written."""
    commands: Mapping[str, CommandOutcome] = field(default_factory=dict)
    """By the command's text."""
    metric_notes: Mapping[str, str] = field(default_factory=dict)
    """Which of the candidate's values a metric's is, short: `last of 60`, `final`, `as evaluated`."""
    holds: bool = False
    """Whether this very version holds the alias, uncontested: `champion` is itself then."""
    author_proven: bool = True
    """Whether the owner of the registering event's file is its author."""
    drift: tuple[DriftSeen, ...] | None = None
    """The monitors that judged the version's data."""


class Gate(Protocol):
    """A member of the family; every member passes `tests/conformance/test_gates_conform.py`."""

    name: str
    """The key in `[models.NAME.gates.ALIAS]`."""
    needs: frozenset[Need]
    example: str
    """A line of TOML, for the documentation and for `init`."""
    about: str
    """One sentence."""

    def mistakes(self, wish: Any) -> Sequence[str]:
        """What is wrong with what the file says at this key; a sentence each."""
        ...

    def check(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """The verdict(s); never raises for what evidence says."""
        ...
