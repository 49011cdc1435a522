"""Which edition of a reader said something: what an older one saw, or how far it had read, holds no longer.

Told by the reader's own code, not by a number that somebody must remember to raise: an upgrade that leaves a
reader as it was costs nothing, and one that mends it has the reader look at everything anew.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path

from mlops_console import __version__, beneath, readers, records
from mlops_console.readers.contract import Reader
from mlops_console.store import packed

SIZE = 8
OTHER_RELEASE = 3
"""How a child ends whose parent is of another release."""
_CODE = frozenset({".py", ".toml", ".so", ".pyd"})
_NOT_OF_READING = frozenset({"registry.py"})
_NAMED = re.compile(rb"mlops_console\.readers\.(\w+)")


def editions(loaded: Mapping[str, Reader]) -> dict[str, bytes]:
    """Reader name -> its edition, so many bytes."""
    home = Path(readers.__file__).parent
    own = [file for file in _beside(readers.__name__) if file.name not in _NOT_OF_READING]
    shared = _with_named(home, [Path(beneath.__file__), *own])
    start = _digest(shared)
    return {name: _digest(_of(home, type(reader).__module__), start) for name, reader in loaded.items()}


def _of(home: Path, module: str) -> list[Path]:
    """The code of a reader: its package with all that lies in it, and the packages beside it that it uses."""
    own = _beside(module)
    if own and home in own[0].parents and own[0].parent != home:
        own = _inside(home / own[0].relative_to(home).parts[0])
    return _with_named(home, own)


def _with_named(home: Path, files: list[Path]) -> list[Path]:
    """Files, and the packages of readers that they name, and those that these name."""
    found, waiting = dict.fromkeys(files), list(files)
    met: set[str] = set()
    while waiting:
        for name in _named_in(waiting.pop()):
            if name not in met:
                met.add(name)
                more = [file for file in _inside(home / name) if file not in found]
                found.update(dict.fromkeys(more))
                waiting += more
    return list(found)


@cache
def _bytes_of(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


@cache
def _named_in(file: Path) -> list[str]:
    """The packages of readers that a file names, sorted."""
    return sorted(name.decode() for name in set(_NAMED.findall(_bytes_of(file) or b"")))


@cache
def _inside(package: Path) -> list[Path]:
    if not (package / "__init__.py").exists():
        return []
    return sorted(file for file in package.rglob("*") if file.suffix in _CODE)


@cache
def release(*packages: str) -> str:
    """What both ends of the pipe to a child have in common: this package, the store, records, and `packages`.

    Asked when the first child is started: where the program is upgraded later, while it runs, another child
    would be of the new release and understand things differently.
    """
    common = [file for package in (__name__, packed.__name__, *packages) for file in _beside(package)]
    return _digest([*common, Path(records.__file__)], __version__.encode()).hex()


def _beside(module: str) -> list[Path]:
    """A module's file and, where it lies in a package, the files beside it."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return []
    path = Path(file)
    if not (path.parent / "__init__.py").exists():
        return [path]
    return sorted(one for one in path.parent.iterdir() if one.suffix in _CODE)


def _digest(files: Iterable[Path], start: bytes = b"") -> bytes:
    digest = blake2b(start, digest_size=SIZE)
    some = False
    for file in files:
        data = _bytes_of(file)
        if data is None:
            continue
        some = True
        digest.update(b"%s\0%d\0" % (file.name.encode("utf-8", "surrogateescape"), len(data)))
        digest.update(data)
    if not some:
        # Without files to look at (an archive, a reader made at run time), the release must do.
        digest.update(__version__.encode())
    return digest.digest()
