"""What is shown beside the models: notes and tags of runs, what was said of monitors, what was put off."""

from dataclasses import dataclass, field
from typing import TypeVar

from mlops_console.journal.fold_models import ModelFold
from mlops_console.journal.fold_monitors import TopicFold
from mlops_console.journal.fold_remarks import RunRemarks
from mlops_console.journal.fold_subjects import ITEMS, Subject, Topic
from mlops_console.journal.registry import MonitorSaid, Remark, Retraining, Snooze, TagValue

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Beside:
    """By what it is about."""

    notes: dict[tuple[str, str], tuple[Remark, ...]] = field(default_factory=dict)
    tags: dict[tuple[str, str], tuple[TagValue, ...]] = field(default_factory=dict)
    monitors: dict[str, MonitorSaid] = field(default_factory=dict)
    snoozes: dict[str, tuple[Snooze, ...]] = field(default_factory=dict)
    trainings: dict[str, tuple[Retraining, ...]] = field(default_factory=dict)
    """Of names under which nothing was registered."""

    def put(self, subject: Subject, fold: object) -> None:
        """What a fold comes to by now; nothing where it is empty."""
        if isinstance(fold, RunRemarks) and isinstance(subject, tuple):
            _put(self.notes, subject, fold.notes)
            _put(self.tags, subject, fold.tags)
        elif isinstance(fold, ModelFold):
            _put(self.trainings, fold.name, () if fold.there else fold.retrainings)
        elif isinstance(fold, TopicFold) and isinstance(subject, Topic):
            if subject.part == ITEMS:
                _put(self.snoozes, subject.name, fold.snoozes)
            else:
                _put(self.monitors, subject.name, fold.monitor)

    def update(self, other: "Beside") -> None:
        """Take over what another holds."""
        self.notes.update(other.notes)
        self.tags.update(other.tags)
        self.monitors.update(other.monitors)
        self.snoozes.update(other.snoozes)
        self.trainings.update(other.trainings)


def _put(into: dict[K, V], key: K, value: V | None) -> None:
    if value:
        into[key] = value
    else:
        into.pop(key, None)
