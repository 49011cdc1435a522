"""Which values of summaries are metrics."""

from mlops_console.readers.tensorboard.event import Value
from mlops_console.readers.tensorboard.layout import Layout, Place

_PLUGIN = b"scalars"
MOST_TAGS = 100_000


class ScalarTags:
    """The tags whose tensors are scalars.

    A writer may name a tensor's plugin in the first record of its tag alone, so it is remembered.
    """

    def __init__(self, tags: set[bytes]) -> None:
        self.tags = tags

    def __contains__(self, value: Value | Place) -> bool:
        """Whether a number is a metric's."""
        if not value.tensor:
            return True
        if value.plugin is None:
            return value.tag in self.tags
        if value.plugin != _PLUGIN:
            return False
        if len(self.tags) < MOST_TAGS:
            self.tags.add(value.tag)
        return True

    def all_of(self, layout: Layout) -> bool:
        """Whether every number of a layout is a metric's."""
        return all(place in self for place in layout.places)
