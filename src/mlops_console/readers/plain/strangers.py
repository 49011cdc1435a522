"""Lines that can't be rows of a table, told apart by counting delimiters: millions of them cost little."""

from itertools import repeat

import numpy as np

from mlops_console.readers.plain.header import BLANKS, Plan

MANY = 10_000
"""After so many rows of words or of another width no header is looked for among them any more."""
_TELLING = ('"', "\0", "#")


def off_width(lines: list[str], delimiter: str, plan: Plan) -> bytearray:
    """A flag for each line: 1 for those that have another number of cells than the table, whatever they hold.

    Lines that take a closer look (odd quotes, zero bytes, comments, blanks) have none.
    """
    if delimiter == BLANKS:
        counts = np.array([len(line.split()) - 1 for line in lines])
    else:
        counts = np.fromiter(map(str.count, lines, repeat(delimiter)), np.int64, len(lines))
    commas = plan.width - 1
    off = counts != commas
    together = "\n".join(lines)
    if any(mark in together for mark in _TELLING):
        unsure = off
    else:
        unsure = off & ((counts <= 0) | (counts == commas + 1) | (counts == commas - 1))
    flags = bytearray(off.tobytes())
    for at, count in zip(np.flatnonzero(unsure).tolist(), counts[unsure].tolist(), strict=True):
        flags[at] = not _may_be_row(lines[at], count - commas, delimiter, plan)
    return flags


def _may_be_row(line: str, more: int, delimiter: str, plan: Plan) -> bool:
    """Whether a line of another width is nothing at all, a comment, or a row all the same."""
    text = line.strip("\r\ufeff")
    if "\0" in text or text.startswith("#") or not text.strip():
        return True
    if '"' in text:
        parts = text.split('"')
        more = "".join(parts[::2]).count(delimiter) - plan.width + 1
        if not len(parts) % 2 or more == 0:
            return True
    if more == 1:
        return text.rstrip().endswith(delimiter)
    return more == -1 and not plan.names[-1]
