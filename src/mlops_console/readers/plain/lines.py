"""JSON lines -> rows: a block in one go where every line is sound, line by line where not."""

import json
from typing import Any

from mlops_console.readers.plain.file_problems import FileProblems
from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.pieces import size_of
from mlops_console.readers.plain.rows import Rows, TooDeepError
from mlops_console.readers.plain.state import FileState
from mlops_console.records import Json


class Lines:
    """One file of JSON lines while it is read."""

    def __init__(
        self, state: FileState, problems: FileProblems, gather: Gather, label: str, params: dict[str, Json]
    ) -> None:
        self._state = state
        self._problems = problems
        self._rows = Rows(state, gather, label, params)
        self._repeated: list[str] = []
        self._decoder = json.JSONDecoder(object_pairs_hook=self._pairs)

    def feed(self, text: str, offset: int) -> int:
        """Take whole lines; the bytes used, which is all of them."""
        lines = text.split("\n")
        if lines[-1] == "":
            lines.pop()
        if not self._whole(lines):
            newline = 2 if self._state.encoding.startswith("utf-16") else 1
            at = offset
            for line in lines:
                self._line(line, at)
                at += size_of(line, self._state.encoding) + newline
        return size_of(text, self._state.encoding)

    def complete(self, line: str) -> bool:
        """Whether a line without an end is whole as it stands: a JSON object says where it ends."""
        text, place = line.strip(), 0
        try:
            while text[place : place + 1] == "{":
                _, place = self._decoder.raw_decode(text, place)
                place += len(text[place:]) - len(text[place:].lstrip())
        except (ValueError, RecursionError):
            return False
        return place == len(text) > 0

    def _whole(self, lines: list[str]) -> bool:
        """Take lines that are all flat objects of numbers; False: nothing was taken."""
        lines = [line for raw in lines if (line := raw.strip())]
        if not all(line[0] == "{" and line[-1] == "}" for line in lines):
            return False
        joined = "[" + ",".join(lines) + "]"
        if "\0" in joined:
            return False
        try:
            rows = json.loads(joined)
        except (ValueError, RecursionError):
            return False
        if len(rows) != len(lines) or not all(type(row) is dict for row in rows):
            return False
        # As many keys in the text as in the rows: none is given twice.
        keys = sum(map(len, rows))
        if joined.count('":') != keys and joined.count('":') + joined.count('" :') != keys:
            return False
        return self._rows.block(rows)

    def _line(self, line: str, at: int) -> None:
        text = line.strip().lstrip("\ufeff")
        if not text or text.startswith(("#", "//")):
            return
        if "\0" in text:
            self._problems.note("zeros", at)
            return
        place = 0
        try:
            while place < len(text):
                self._repeated.clear()
                row, place = self._decoder.raw_decode(text, place)
                while place < len(text) and text[place] in " \t,\r":
                    place += 1
                if not isinstance(row, dict):
                    self._problems.note("json", at, repr(text[:32]))
                    continue
                if self._repeated:
                    self._problems.note("repeated", at, ", ".join(self._repeated[:3]))
                self._rows.one(row)
        except (RecursionError, TooDeepError):
            self._problems.note("deep", at)
        except ValueError as error:
            digits = "integer string conversion" in str(error)
            self._problems.note("digits" if digits else "json", at, "" if digits else repr(text[:32]))

    def _pairs(self, found: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(found)
        if len(built) < len(found):
            keys = [key for key, _ in found]
            self._repeated.extend(sorted({key for key in keys if keys.count(key) > 1})[:3])
        return built
