"""Which readers there are: the built-in ones in their order, then those of other packages (entry points).

Names are listed without importing anything; a plug-in that can't be loaded costs a warning, not the scan.
What a built-in reader reads with is imported when it is first asked: a project of one tool needs one of them.
"""

import importlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

from mlops_console.readers.contract import Reader

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

BUILT_IN = {
    "recorded": "mlops_console.readers.recorded",
    "mlflow": "mlops_console.readers.mlflow",
    "lightning": "mlops_console.readers.lightning",
    "tensorboard": "mlops_console.readers.tensorboard",
    "plain": "mlops_console.readers.plain",
}
"""Reader name -> module that has it as READER.

Where several say the same of a run, the first is believed: those that record a run on purpose come before
those that only hold traces of one. Readers of other packages come last, by name.
"""
GROUP = "mlops_console.readers"
TELLING = frozenset({"run.json", "meta.yaml", "metrics.csv", "mlflow.db"})
"""Names that stand for runs: a link of such a name hides some, for links are not followed."""
LINK = "is a link; links are not followed, so the runs that it stands for are not read: put the file here"
"""What is said of one."""


@dataclass(frozen=True, slots=True)
class Readers:
    """The loaded readers in order, and a sentence for each that could not be loaded."""

    readers: dict[str, Reader]
    warnings: tuple[str, ...]


def names() -> tuple[str, ...]:
    """The names of all readers, without importing them."""
    return (*BUILT_IN, *(point.name for point in _plug_ins() if point.name not in BUILT_IN))


@cache
def load() -> Readers:
    """All readers, loaded once per process."""
    readers: dict[str, Reader] = {}
    warnings: list[str] = []
    for name, module in BUILT_IN.items():
        readers[name] = importlib.import_module(module).READER
    for point in _plug_ins():
        if point.name in readers:
            warnings.append(f"The reader plug-in {point.value} is left out: the name {point.name} is taken.")
            continue
        try:
            readers[point.name] = _checked(point)
        except _BROKEN as error:
            words = f"{type(error).__name__}: {error}"
            warnings.append(f"The reader plug-in {point.name} ({point.value}) can't be loaded: {words}")
    return Readers(readers, tuple(warnings))


def registry() -> dict[str, Reader]:
    """Reader name -> reader, the most believed first."""
    return dict(load().readers)


# What importing a stranger's module commonly raises; anything odder is theirs to answer for in the child.
_BROKEN = (
    ImportError,
    AttributeError,
    TypeError,
    ValueError,
    NameError,
    SyntaxError,
    OSError,
    LookupError,
    RuntimeError,
    ArithmeticError,
    AssertionError,
)


def _plug_ins() -> list["EntryPoint"]:
    if not any(map(_may_hold, sys.path)) and not any(map(_is_odd, sys.meta_path)):
        return []
    from importlib.metadata import entry_points

    return sorted(entry_points(group=GROUP), key=lambda point: point.name)


_KINDS = (".dist-info", ".egg-info", "EGG-INFO")


def _may_hold(place: str) -> bool:
    """Whether packages installed here may bring a reader: asked of files, for the module takes 20 ms."""
    try:
        with os.scandir(place or ".") as entries:
            found = [entry.path for entry in entries if entry.name.endswith(_KINDS)]
    except NotADirectoryError:
        return True  # an archive
    except OSError:
        return False
    for path in found:
        try:
            with open(f"{path}/entry_points.txt", "rb") as file:
                if GROUP.encode() in file.read():
                    return True
        except OSError:
            continue
    return False


def _is_odd(finder: object) -> bool:
    """Whether a finder of modules other than Python's own may know of packages."""
    return finder is not PathFinder and hasattr(finder, "find_distributions")


def _checked(point: "EntryPoint") -> Reader:
    found = point.load()
    reader: Reader = found() if isinstance(found, type) else found
    if reader.name != point.name or not callable(reader.claims) or not callable(reader.read):
        raise TypeError(f"it is no reader named {point.name}")
    if not all(isinstance(pattern, str) for pattern in reader.patterns):
        raise TypeError("its patterns are no strings")
    return reader
