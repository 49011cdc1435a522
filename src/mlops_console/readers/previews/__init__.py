"""Files shown to people: what they are, their head, the end of a log. Runs in the child that may fail.

Everything heavy (polars, Pillow, the model scanners) is imported by the one function that needs it.
"""

from mlops_console.readers.previews.model import Preview

__all__ = ["preview"]


def preview(root: str, path: str, width: int, height: int) -> Preview:
    """A file as it can be looked at in so many cells."""
    from mlops_console.readers.previews.choosing import shown

    return shown(root, path, max(8, width), max(1, height))
