"""Our own run format (`docs/run-format.md`), as the recorder and scripts of any language write it."""

from mlops_console.readers.recorded.mark import is_recorded
from mlops_console.readers.recorded.reader import RecordedReader

__all__ = ["READER", "RecordedReader", "is_recorded"]

READER = RecordedReader()
