"""SHA-256 of a model: of a file its bytes', of a folder one over all its files."""

import hashlib
import os
from collections.abc import Callable

from mlops_console.beneath import NotReadable, reading
from mlops_console.readers.modelfiles.listing import listing

_PIECE = 1 << 20


def digest(root: str, path: str, beat: Callable[[int], None] = lambda _done: None) -> str:
    r"""The SHA-256 of a model, in hexadecimal digits.

    A folder's is the SHA-256 over one line per file, sorted by path: the file's own SHA-256, two spaces, the
    path relative to the folder, a line feed. That is what `sha256sum` prints for these files, so
    `find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum` gives the same.

    Args:
        root: The project's folder.
        path: The file or folder, relative to it.
        beat: Called with the number of bytes read so far, after each piece; what it raises ends the reading.

    Raises:
        OSError: The model can't be read.
    """
    found = listing(root, path)
    if found is None:
        return _of_file(root, path, 0, beat)[0]
    if found.cut:
        raise NotReadable("holds more files than one model can have")
    whole = hashlib.sha256()
    done = 0
    for file in sorted(found.files, key=lambda file: os.fsencode(file.path)):
        inner, done = _of_file(root, f"{path}/{file.path}" if path != "." else file.path, done, beat)
        whole.update(f"{inner}  ".encode() + os.fsencode(file.path) + b"\n")
    return whole.hexdigest()


def _of_file(root: str, path: str, done: int, beat: Callable[[int], None]) -> tuple[str, int]:
    found = hashlib.sha256()
    with reading(root, path) as descriptor:
        while piece := os.read(descriptor, _PIECE):
            found.update(piece)
            done += len(piece)
            beat(done)
    return found.hexdigest(), done
