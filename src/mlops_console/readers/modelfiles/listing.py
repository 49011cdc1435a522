"""What lies in a model's folder, links left out, with caps."""

import os
from dataclasses import dataclass

from mlops_console.beneath import open_folder

_MOST_FILES = 5_000
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in a model's folder."""

    path: str
    """Relative to the folder."""
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A model's folder."""

    files: tuple[Listed, ...]
    """All files in and below it, sorted by path."""
    folders_here: tuple[str, ...]
    cut: bool
    """There are more files, or deeper ones, than are listed."""

    @property
    def names_here(self) -> tuple[str, ...]:
        """The names of the files in the folder itself."""
        return tuple(file.path for file in self.files if "/" not in file.path)

    def size_of(self, path: str) -> int:
        """A file's size, 0 where there is none."""
        return next((file.size for file in self.files if file.path == path), 0)


def listing(root: str, path: str) -> Listing | None:
    """What lies in a folder; None where the path is no folder that can be listed."""
    files: list[Listed] = []
    here: list[str] = []
    waiting = [("", 0)]
    cut = False
    while waiting:
        below, depth = waiting.pop()
        try:
            descriptor = open_folder(root, f"{path}/{below}" if below else path)
        except (OSError, ValueError):
            if not below:
                return None
            continue
        above = f"{below}/" if below else ""
        try:
            with os.scandir(descriptor) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        here += [entry.name] if not below else []
                        if depth < _DEEPEST:
                            waiting.append((above + entry.name, depth + 1))
                        cut = cut or depth >= _DEEPEST
                    elif entry.is_file(follow_symlinks=False):
                        files.append(Listed(above + entry.name, entry.stat(follow_symlinks=False).st_size))
        except OSError:
            cut = True
        finally:
            os.close(descriptor)
        if len(files) > _MOST_FILES:
            return _sorted(files[:_MOST_FILES], here, True)
    return _sorted(files, here, cut)


def _sorted(files: list[Listed], here: list[str], cut: bool) -> Listing:
    return Listing(tuple(sorted(files, key=lambda file: file.path)), tuple(sorted(here)), cut)
