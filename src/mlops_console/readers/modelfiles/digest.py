"""SHA-256 of a model for whoever looks at files: as `digesting`, with word of how far it is."""

from collections.abc import Callable

from mlops_console import digesting
from mlops_console.beneath import NotReadable, reading
from mlops_console.readers.modelfiles.listing import listing


def digest(root: str, path: str, beat: Callable[[int], None] = lambda _done: None) -> str:
    """The SHA-256 of a model, in hexadecimal digits: `digesting` says of what.

    Links in a folder are left out here, for this only tells what is there; a copy refuses them.

    Args:
        root: The project's folder.
        path: The file or folder, relative to it.
        beat: Called with the number of bytes read so far, after each piece; what it raises ends the reading.

    Raises:
        OSError: The model can't be read.
    """
    done = 0

    def more(piece: int) -> None:
        nonlocal done
        done += piece
        beat(done)

    def of_file(place: str) -> str:
        with reading(root, place) as descriptor:
            return digesting.of_descriptor(descriptor, more)

    found = listing(root, path)
    if found is None:
        return of_file(path)
    if found.cut:
        raise NotReadable("holds more files than one model can have")
    return digesting.whole(
        (file.path, of_file(f"{path}/{file.path}" if path != "." else file.path)) for file in found.files
    )
