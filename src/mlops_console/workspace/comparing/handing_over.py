"""Writing a report to a file: whole or not at all, and never over another one by accident."""

import os
import tempfile
from pathlib import Path
from typing import Final

from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError, UsageError

TRIES: Final = 1000


def writable(path: Path, *, force: bool = False) -> None:
    """Say now what would be said after minutes of work.

    Raises:
        UsageError: There is a file already, or no such folder.
        ConsoleError: Its name is none.
    """
    shown = safe_text(str(path))
    try:
        folder, home = path.is_dir(), path.parent.is_dir()
    except OSError as error:
        raise ConsoleError(f"can't write {shown}: {error.strerror or error}") from error
    if folder:
        raise UsageError(f"{shown} is a folder", "name a file in it")
    if not home:
        raise UsageError(f"there is no folder {safe_text(str(path.parent))}", "make it, or name another")
    if not force and os.path.lexists(path):
        raise UsageError(f"{shown} is there already", "--force writes over it")


def write(path: Path, text: str, *, force: bool = False) -> None:
    """Write `text` whole.

    Args:
        path: A file that may not be there yet.
        text: What it is to hold; what is no Unicode is written as it is escaped.
        force: Put it in the place of a file that is there.

    Raises:
        UsageError: There is a file already, or no such folder.
        ConsoleError: It can't be written.
    """
    writable(path, force=force)
    try:
        _written(path, text.encode("utf-8", "backslashreplace"), force=force)
    except FileExistsError as error:
        raise UsageError(f"{safe_text(str(path))} is there already", "--force writes over it") from error
    except OSError as error:
        raise ConsoleError(f"can't write {safe_text(str(path))}: {error.strerror or error}") from error


def write_beside(folder: Path, stem: str, ending: str, text: str) -> Path:
    """Write `text` under a name that no file in the folder has yet, which is made where it is missing.

    Raises:
        ConsoleError: It can't be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, TRIES):
            path = folder / (f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}")
            try:
                _written(path, data, force=False)
            except FileExistsError:
                continue
            return path
    except OSError as error:
        raise ConsoleError(f"can't write in {safe_text(str(folder))}: {error.strerror or error}") from error
    raise ConsoleError(f"{safe_text(str(folder))} holds {TRIES:,} files of that name")


def _written(path: Path, data: bytes, *, force: bool) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(0o666 & ~_umask())
        if force:
            new.replace(path)
            return
        # A link fails where a name is taken; some file systems have none, there the name is taken first.
        try:
            path.hardlink_to(new)
        except FileExistsError:
            raise
        except OSError:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _umask() -> int:
    """What this process keeps from others; reading it means setting it, so it is asked of the system."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            found = next((line for line in status if line.startswith("Umask:")), "")
        return int(found.split()[1], 8) if found else 0o022
    except OSError:
        return 0o022
