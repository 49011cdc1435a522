"""The mark by which a folder is known to be a run of ours; other readers leave such a folder alone."""

import re

from mlops_console.readers.contract import Folder
from mlops_console.recording import layout

_MARK = re.compile(rb'"format"\s*:\s*"' + layout.FORMAT.encode() + rb'"')


def is_recorded(folder: Folder) -> bool:
    """Whether this folder is a run in our own format."""
    return layout.RUN in folder.files and _MARK.search(folder.head(layout.RUN)) is not None
