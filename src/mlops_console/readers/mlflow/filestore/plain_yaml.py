"""The small YAML files of a store: most are one plain value a line, and need no YAML parser to be read.

The few keys that hold text are taken as text whatever it looks like: to YAML a run id of digits is a number.
"""

import re
from functools import lru_cache

from mlops_console.readers import structured
from mlops_console.records import Json

MOST_BYTES = 1 << 20
_SHORT = 16 << 10
"""Longer files are not remembered: hundreds of them would be gigabytes."""
_LINE = re.compile(r"([A-Za-z_]+):(?: (.*))?")
_QUOTED = re.compile(r"'([^'\n]*)'")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_PLAIN = re.compile(r"[A-Za-z0-9/._\-][^#:\n]*(?:[:#](?=[^\s])[^#:\n]*)*")
_TEXT = frozenset(
    {
        "artifact_location", "artifact_uri", "entry_point_name", "experiment_id", "lifecycle_stage", "name",
        "run_id", "run_name", "run_uuid", "source_name", "source_version", "user_id", "digest", "source_id",
        "destination_id", "model_id", "source_run_id", "model_type", "current_stage", "storage_location",
        "run_link", "version",
    }
)  # fmt: skip
_BREAKS = re.compile("[\\x85\\u2028\\u2029\\ufeff]")
"""Line ends and marks to YAML, though no `\\n`."""
_NOTHING = ("", "null", "~")


def fields(data: bytes) -> tuple[dict[str, Json], str]:
    """The mapping in a file (not to be changed), and the sentence on what is wrong with it, if anything."""
    return _remembered(data) if len(data) <= _SHORT else _fields(data)


@lru_cache(maxsize=512)
def _remembered(data: bytes) -> tuple[dict[str, Json], str]:
    """As the runs of an experiment share their datasets and the experiment."""
    return _fields(data)


def _fields(data: bytes) -> tuple[dict[str, Json], str]:
    simple = _simple(data)
    if simple is not None:
        return simple, ""
    loaded = structured.load(data, "yaml")
    if not isinstance(loaded.value, dict):
        return {}, " ".join(loaded.problems) or "holds no mapping of names to values"
    found = dict(loaded.value)
    for key in _TEXT & found.keys():
        line = re.search(rb"^%b: ([\w.-]+) *$" % key.encode(), data, re.MULTILINE)
        if line and isinstance(found[key], int | float):
            found[key] = line[1].decode("ascii", "replace")
    return found, ""


def _simple(data: bytes) -> dict[str, Json] | None:
    """The mapping, where every line is plainly one key and one value; None where YAML has to say."""
    if not data.endswith(b"\n") or b"\r" in data or b"\t" in data:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if _BREAKS.search(text):
        return None
    found: dict[str, Json] = {}
    for line in text[:-1].split("\n"):
        parts = _LINE.fullmatch(line)
        if parts is None or parts[1] in found:
            return None
        key, value = parts[1], parts[2] or ""
        quoted = _QUOTED.fullmatch(value)
        if value in _NOTHING:
            found[key] = None
        elif value == "[]":
            found[key] = []
        elif quoted:
            found[key] = quoted[1]
        elif key in _TEXT and _PLAIN.fullmatch(value) and value == value.rstrip():
            found[key] = value
        elif _WHOLE.fullmatch(value):
            found[key] = int(value)
        else:
            return None
    return found
