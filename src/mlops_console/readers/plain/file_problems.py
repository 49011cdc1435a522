"""What is wrong in one file, kept small: each kind of damage once, with its count and the first place."""

_WIDE = (
    "The table has {detail} columns, more than the 20,000 that are read, so it is left out; "
    "with a row per value (step, name, value) it is read."
)
_SENTENCES = {
    "long": (
        "A line is longer than 1 MiB and is left out.",
        "{n} lines are longer than 1 MiB and are left out.",
    ),
    "cells": (
        "A row has {detail}; the row is left out.",
        "{n} rows have more or fewer cells than the header (the first has {detail}); they are left out.",
    ),
    "step": (
        "A row's step is no number ({detail}); the row is left out.",
        "In {n} rows the step is no number (the first: {detail}); they are left out.",
    ),
    "number": (
        "A cell among numbers is no number ({detail}); it is left out.",
        "{n} cells among numbers are no numbers (the first: {detail}); they are left out.",
    ),
    "json": (
        "A line is no JSON object ({detail}); it is left out.",
        "{n} lines are no JSON objects (the first: {detail}); they are left out.",
    ),
    "deep": (
        "A line is nested deeper than 64 levels and is left out.",
        "{n} lines are nested deeper than 64 levels and are left out.",
    ),
    "digits": (
        "A line holds a number of more than 4,300 digits and is left out.",
        "{n} lines hold numbers of more than 4,300 digits and are left out.",
    ),
    "repeated": (
        "A row gives a key twice ({detail}); the last value counts.",
        "{n} rows give a key twice (the first: {detail}); the last value counts.",
    ),
    "columns": (
        "Columns of the same name ({detail}): the first one is read, the others are left out.",
        "Columns of the same name ({detail}): the first one is read, the others are left out.",
    ),
    "zeros": (
        "A line holds zero bytes, as after a crash of the machine; it is left out.",
        "{n} lines hold zero bytes, as after a crash of the machine; they are left out.",
    ),
    "encoding": (
        "The text is not UTF-8; it is read as Windows-1252, so some letters of names may be wrong.",
        "The text is not UTF-8; it is read as Windows-1252, so some letters of names may be wrong.",
    ),
    "quote": (
        "A quoted cell does not end within 16 KiB; the line is left out.",
        "{n} quoted cells do not end within 16 KiB; their lines are left out.",
    ),
    "header": (
        "No header names a metric; the file is not read.",
        "No header names a metric; the file is not read.",
    ),
    "wide": (_WIDE, _WIDE),
    "text": ("{detail}", "{detail}"),
}
_MOST_DETAIL = 48


class FileProblems:
    """The problems of one file; survives in the cursor."""

    def __init__(self, kept: dict[str, list[object]] | None = None) -> None:
        self._kinds: dict[str, tuple[int, int | None, str]] = {}
        for kind, entry in (kept or {}).items():
            count, offset, detail = entry
            assert isinstance(count, int)
            self._kinds[kind] = (count, offset if isinstance(offset, int) else None, str(detail))

    def note(self, kind: str, offset: int | None, detail: str = "", count: int = 1) -> None:
        """One more of this kind."""
        known = self._kinds.get(kind)
        if known is None:
            self._kinds[kind] = (count, offset, detail if kind == "text" else detail[:_MOST_DETAIL])
        else:
            self._kinds[kind] = (known[0] + count, known[1], known[2])

    def new(self, kind: str) -> bool:
        """Whether there was none of this kind so far."""
        return kind not in self._kinds

    def kept(self) -> dict[str, list[object]]:
        """As the cursor holds them."""
        return {kind: list(entry) for kind, entry in self._kinds.items()}

    def sentences(self) -> list[tuple[str, int | None]]:
        """A sentence and the first place for each kind."""
        return [
            (_SENTENCES[kind][count > 1].format(n=f"{count:,}", detail=detail), offset)
            for kind, (count, offset, detail) in self._kinds.items()
            if kind in _SENTENCES
        ]
