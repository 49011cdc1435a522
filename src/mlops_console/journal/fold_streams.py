"""The events about one subject, in order, and what they come to."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final, Self

from mlops_console.journal.event import Event
from mlops_console.journal.fold_ancestry import Ancestry
from mlops_console.journal.fold_models import ModelFold
from mlops_console.journal.fold_monitors import TopicFold
from mlops_console.journal.fold_remarks import RunRemarks
from mlops_console.journal.fold_subjects import Subject, Topic

ORDER: Final = attrgetter("order")


class Stream:
    """The events about one subject, and what they come to."""

    def __init__(self, subject: Subject, ancestry: Ancestry) -> None:
        self.subject = subject
        self.events: list[Event] = []
        self._ancestry = ancestry
        self.fold = self._begin()

    @classmethod
    def of(cls, subject: Subject, ancestry: Ancestry, events: Sequence[Event]) -> Self:
        """Of events that are in order."""
        stream = cls(subject, ancestry)
        stream.events += events
        for event in events:
            stream.fold.apply(event)
        return stream

    def add(self, more: list[Event], *, anew: bool = False) -> None:
        """More events; those that come late fold the subject anew."""
        more.sort(key=ORDER)
        late = bool(self.events) and more[0].order < self.events[-1].order
        self.events += more
        if late or anew:
            self.again()
            return
        for event in more:
            self.fold.apply(event)

    def again(self) -> None:
        """Fold anew."""
        self.events.sort(key=ORDER)
        self.fold = self._begin()
        for event in self.events:
            self.fold.apply(event)

    def _begin(self) -> ModelFold | RunRemarks | TopicFold:
        if isinstance(self.subject, str):
            return ModelFold(self.subject, self._ancestry)
        return TopicFold(self.subject) if isinstance(self.subject, Topic) else RunRemarks()
