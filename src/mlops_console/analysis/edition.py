"""Which code an answer is of: what another edition worked out holds no longer."""

from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from mlops_console import __version__, analysis, comparison, readers

_SIZE: Final = 12
_LIBRARIES: Final = ("numpy", "scipy", "scikit-learn", "polars")


@cache
def edition() -> str:
    """What both ends of the pipe have in common, and what answers are kept under.

    Told by the code itself, as with readers: whoever changes a method need not remember a number.
    """
    digest = blake2b(__version__.encode(), digest_size=_SIZE)
    for file in _files():
        try:
            data = file.read_bytes()
        except OSError:
            continue
        digest.update(b"%s\0%d\0" % (file.name.encode("utf-8", "surrogateescape"), len(data)))
        digest.update(data)
    for library in _LIBRARIES:
        try:
            digest.update(f"{library} {version(library)}\0".encode())
        except PackageNotFoundError:
            continue
    return digest.hexdigest()


def _files() -> list[Path]:
    homes = [Path(package.__file__).parent for package in (analysis, comparison) if package.__file__]
    files = [file for home in homes for file in home.rglob("*.py")]
    return sorted([*files, *Path(readers.__file__).parent.glob("predictions*/**/*.py")]) + sorted(
        Path(readers.__file__).parent.glob("predictions*.py")
    )
