"""Reference and current of one feature, with what several measures need computed once."""

from mlops_console.drift.sample import Sample


class Pair:
    """Both samples are of the same form."""

    def __init__(self, reference: Sample, current: Sample) -> None:
        self.reference, self.current = reference, current
