"""What names tell: which files are event files, in which order they were begun, what a run is called."""

import re

LOG_FOLDERS = frozenset(
    [
        "runs",
        "logs",
        "log",
        "tb",
        "tblogs",
        "tensorboard",
        "logdir",
        "events",
        "summaries",
        "summary",
        "tfevents",
    ]
)
"""Words that folders given to TensorBoard as its log folder have in their names."""

_EVENT_FILE = re.compile(r"(^|\.)tfevents(\.|$)")
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".tgz", ".7z", ".lz4")
_TIME = re.compile(r"tfevents\.(\d{1,19})")
_DIGITS = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W_]+")
_WIDTH = 20


def named_as_events(name: str) -> bool | None:
    """Whether a file is an event file; None where its name says `tfevents` and leaves it open."""
    if "tfevents" not in name or name.endswith(_PACKED):
        return False
    return True if _EVENT_FILE.search(name) and not name.endswith(".py") else None


def begun(name: str) -> tuple[int, str, str]:
    """Sorts event files by the time in their names, then as people count."""
    time = _TIME.search(name)
    return int(time[1]) if time else 0, _DIGITS.sub(lambda digits: digits[0].zfill(_WIDTH), name), name


def run_name(folder: str, project: str) -> str:
    """A run's name: its folder's path below the log folder that TensorBoard would be given."""
    if folder == ".":
        return project
    parts = folder.split("/")
    above = next((number for number, part in enumerate(parts) if _is_log_folder(part)), None)
    if above is None:
        above = 0 if len(parts) > 1 else -1
    return "/".join(parts[above + 1 :]) or parts[-1]


def _is_log_folder(name: str) -> bool:
    return any(word in LOG_FOLDERS for word in _WORDS.findall(name.lower()))
