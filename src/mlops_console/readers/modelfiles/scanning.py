"""What a pickle would import, judged by picklescan; it is loaded only when a pickle is looked at closely."""

import io
import logging
import re
from collections.abc import Iterable
from struct import error as struct_error

from mlops_console.readers.modelfiles.spans import Span
from mlops_console.readers.modelfiles.symbols import Name

MOST_SCANNED = 1 << 16
"""How much of one pickle is scanned as it is."""
_SLOW = 2_000_000
_MEMOS = re.compile(rb"(?:\x94|q.|r.{4}|p\d{1,9}\n){32,}", re.S)
_FAILURES = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, EOFError),
    *(OverflowError, RecursionError, MemoryError, ArithmeticError, RuntimeError, struct_error),
)


def judged(span: Span, names: Iterable[Name], most: int) -> tuple[set[str], set[str], list[str]]:
    """Imports that are dangerous, imports that nobody vouches for, and sentences about what went wrong.

    The pickle's beginning is scanned as it is, and every import that our own reading found is judged as well:
    so a file is not taken for harmless because one of the two readings was led astray.
    """
    warnings: list[str] = []
    dangerous, unknown = _scan(_as_pickle(names), warnings)
    head = span.at(0, min(most, MOST_SCANNED))
    if _would_take_long(head):
        warnings.append("Its opcodes are arranged so that scanning them takes long; the scan was left out.")
    elif head:
        more, others = _scan(head, warnings)
        dangerous |= more
        unknown |= others
    return dangerous, unknown - dangerous, warnings


def _would_take_long(head: bytes) -> bool:
    longest = max((len(found[0]) for found in _MEMOS.finditer(head)), default=0)
    return longest * head.count(b"\x93") > _SLOW


def _scan(data: bytes, warnings: list[str]) -> tuple[set[str], set[str]]:
    from picklescan.scanner import SafetyLevel, scan_pickle_bytes

    # It tells what it finds through logging, and what nobody catches goes to the terminal.
    logging.getLogger("picklescan").disabled = True
    try:
        result = scan_pickle_bytes(io.BytesIO(data), "pickle")
    except _FAILURES as error:
        words = " ".join(str(error).split())[:120]
        warnings.append(f"The scanner for dangerous imports failed ({type(error).__name__}: {words}).")
        return set(), set()
    by_level: dict[object, set[str]] = {}
    for found in result.globals:
        by_level.setdefault(found.safety, set()).add(f"{found.module}.{found.name}"[:200])
    return by_level.get(SafetyLevel.Dangerous, set()), by_level.get(SafetyLevel.Suspicious, set())


def _as_pickle(names: Iterable[Name]) -> bytes:
    """A pickle that would import these names and do nothing with them."""
    parts: list[bytes] = []
    for name in names:
        for word in (name.module, name.name):
            data = word.encode("utf-8", "replace")[:1000]
            parts.append(b"X" + len(data).to_bytes(4, "little") + data)
        parts.append(b"\x93")
    return b"".join((*parts, b"N."))
