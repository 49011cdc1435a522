"""How a run folder of Lightning is known, so that the reader of plain files leaves it alone.

`CSVLogger` writes `metrics.csv` with a column `step`: since 2.0 with the columns in the alphabet's order,
before in the order of their first appearance, where `step` comes after what was logged. `hparams.yaml` comes
from it and from `TensorBoardLogger`, checkpoints from `ModelCheckpoint`. Many a hand-made folder has a
`metrics.csv`, too: without a folder named `version_N` more than one of these signs is asked for.
"""

import csv
import re

from mlops_console.readers.contract import Folder
from mlops_console.readers.recorded.mark import is_recorded

METRICS = "metrics.csv"
HPARAMS = "hparams.yaml"
CONFIG = "config.yaml"
CHECKPOINTS = "checkpoints"
_USUAL_HEAD = 65536
_LONGEST_HEADER = 1 << 20
_VERSION = re.compile(r"version_\d+")


def is_lightning(folder: Folder) -> bool:
    """Whether this folder is a run that Lightning's loggers wrote."""
    files = folder.files
    table, params = METRICS in files, HPARAMS in files
    named = _VERSION.fullmatch(folder.path.rpartition("/")[2]) is not None
    if not (table or params or named) or is_recorded(folder):
        return False
    if table and not (named and params):
        return _told_by_header(folder, named=named)
    if named and params:
        return True
    return any(is_events(name) for name in files)


def is_events(name: str) -> bool:
    """Whether a file is one of TensorBoard's, by its name."""
    return "tfevents" in name


def _told_by_header(folder: Folder, *, named: bool) -> bool:
    head = folder.head(METRICS)
    if len(head) >= _USUAL_HEAD and b"\n" not in head:
        head = folder.head(METRICS, _LONGEST_HEADER)
    line, ended, _ = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    if not line.strip():
        return named
    names = _names(line.decode("utf-8", "surrogateescape").strip("\r"))
    if "step" not in names:
        return False
    if named:
        return True
    checkpoints = _has_checkpoints(folder)
    if HPARAMS in folder.files and checkpoints:
        return True
    before = {*names[: names.index("step")]} - {"epoch"}
    usual = names == sorted(names) or bool(before)
    if not usual:
        return False
    # Python's csv module ends lines as Windows does, wherever it runs.
    signature = "epoch" in names and names == sorted(names) and line.endswith(b"\r") and bool(ended)
    return HPARAMS in folder.files or checkpoints or signature


def _has_checkpoints(folder: Folder) -> bool:
    if any(name.endswith(".ckpt") for name in folder.files):
        return True
    if CHECKPOINTS not in folder.folders:
        return False
    inner = folder.inside(CHECKPOINTS)
    return any(name.endswith(".ckpt") for name in (*inner.files, *inner.folders))


def _names(line: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return line.split(",")
