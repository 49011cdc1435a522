"""The cells of one column of a table, all at once where they are regular."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mlops_console.readers.plain.numbers import is_blank, number, wall_of, walls
from mlops_console.records import NO_TIME, FloatArray, IntArray

Column = Sequence[str]
Mask = npt.NDArray[np.bool_]

_QUIET = frozenset({"true", "false", "yes", "no"})


def numbers_of(cells: Column) -> tuple[FloatArray, Mask]:
    """Values of the cells, and which are numbers."""
    try:
        return np.array(list(map(float, cells)), np.float64), np.ones(len(cells), np.bool_)
    except ValueError:
        pass
    values = np.full(len(cells), np.nan)
    present = np.zeros(len(cells), np.bool_)
    for place, cell in enumerate(cells):
        if cell:
            found = number(cell)
            if found is not None:
                values[place] = found
                present[place] = True
    return values, present


def walls_of(cells: Column) -> IntArray:
    """Wall times of the cells, `NO_TIME` where one is none."""
    values, present = numbers_of(cells)
    found = walls(values)
    for place in np.flatnonzero(~present).tolist():
        when = wall_of(cells[place]) if cells[place] else None
        found[place] = NO_TIME if when is None else when
    return found


def has_words(cells: Column) -> bool:
    """Whether any cell is neither blank nor a number: perhaps another header."""
    try:
        list(map(float, cells))
    except ValueError:
        return any(number(cell) is None and not is_blank(cell) for cell in cells if cell)
    return False


def is_quiet(cell: str) -> bool:
    """Cells that are no numbers, and nobody thinks they are: flags, lists, mappings."""
    text = cell.strip().strip("\"'").lower()
    return text in _QUIET or text.startswith(("[", "(", "{"))


def masks_of(keys: list[str]) -> list[tuple[str, Mask]]:
    """Each key with a mask of its places, in the order in which they come; empty ones are left out."""
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        if key:
            places.setdefault(key, []).append(place)
    found = []
    for key, own in places.items():
        mask = np.zeros(len(keys), np.bool_)
        mask[own] = True
        found.append((key, mask))
    return found
