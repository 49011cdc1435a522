"""What has to be done every so often, each as often as it can afford."""

from dataclasses import dataclass
from time import monotonic


@dataclass(slots=True)
class Round:
    """One kind of work: when it is due, given what it cost the last time."""

    least: float
    """Seconds from one to the next at the least."""
    most: float = 60.0
    """Seconds at the most."""
    share: float = 0.01
    """Of a core: what it may cost on average, as long as `most` is kept."""
    times: float = 0.0
    """At least so many times its cost from one to the next, whatever `most` says."""
    due: float = 0.0

    def is_due(self, now: float) -> bool:
        """Whether it is time."""
        return now >= self.due

    def done(self, cost: float = 0.0) -> None:
        """It was done, at so many seconds' cost."""
        pause = max(self.least, min(self.most, cost / self.share), self.times * cost)
        self.due = monotonic() + pause

    def now(self) -> None:
        """Let it be due at once."""
        self.due = 0.0
