"""Windows of a monitor: which rows of which files belong together, and whether they are all there."""

from mlops_console.drift.windows.cutting import cut
from mlops_console.drift.windows.model import (
    Cut,
    Cutting,
    DataFile,
    Known,
    Memory,
    NotRemembered,
    Part,
    Remembered,
    Window,
)

__all__ = [
    "Cut",
    "Cutting",
    "DataFile",
    "Known",
    "Memory",
    "NotRemembered",
    "Part",
    "Remembered",
    "Window",
    "cut",
]
