"""Windows of a monitor: which rows of which files belong together, and whether they are all there."""

from mlops_console.drift.windows.cutting import cut
from mlops_console.drift.windows.model import Cut, Cutting, DataFile, Memory, Part, Remembered, Window

__all__ = ["Cut", "Cutting", "DataFile", "Memory", "Part", "Remembered", "Window", "cut"]
