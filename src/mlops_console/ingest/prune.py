"""Folders that can't hold runs: told by their structure, before or as soon as they are listed."""

import os
import re
from collections.abc import Callable, Collection, Sequence
from fnmatch import translate

_NAMES = frozenset(
    {
        ".git", ".hg", ".svn", ".bzr", ".jj", "node_modules", "__pycache__", "site-packages", "dist-packages",
        ".cache", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".tox", ".nox", ".eggs",
        ".ipynb_checkpoints", ".mlops-console", ".idea", ".vscode", ".terraform", ".gradle", ".cargo",
        ".rustup", ".npm", ".nvm", ".conda", ".local", ".Trash", "lost+found",
    }
)  # fmt: skip
_OF_THE_SYSTEM = frozenset({"/proc", "/sys", "/dev", "/run"})
_OF_MLFLOW = frozenset({"metrics", "params", "tags", "artifacts", "inputs", "outputs", "traces"})
"""What an MLflow run owns: an event file among its artifacts is an artifact, no run of its own."""
_MLFLOW_RUN = re.compile(r"[0-9a-f]{32}").fullmatch
_MLFLOW_MODEL = re.compile(r"(?:m|tr)-[0-9a-f]{32}").fullmatch
"""A logged model or a trace."""
_DVC_INNER = frozenset({"cache", "tmp"})
DATA_FILES = 5_000
"""A folder with more files than this, none of which a reader knows, holds data: it is not looked at."""


class Pruning:
    """Decides for one project, with the patterns its settings add; `/a` is only the folder right below it."""

    def __init__(self, root: str, patterns: Sequence[str]) -> None:
        self._root = root
        self._wished = _matching([one for one in patterns if not one.startswith("/")])
        self._places = _matching(patterns)

    def by_name(self, path: str, name: str, parent: str) -> bool:
        """Whether a folder is never to be entered, judged by its path and the name of the one above."""
        if name in _NAMES or (parent == ".dvc" and name in _DVC_INNER):
            return True
        if (name in _OF_MLFLOW and _MLFLOW_RUN(parent)) or _MLFLOW_MODEL(name):
            return True
        if self._root == "/" and f"/{path}" in _OF_THE_SYSTEM:
            return True
        return bool(self._wished(name) or self._places(path))

    def by_content(self, full: str, files: Collection[str], folders: Collection[str], matched: bool) -> bool:
        """Whether a listed folder is not to be looked at after all, nor anything below it."""
        if "pyvenv.cfg" in files or "CACHEDIR.TAG" in files or "conda-meta" in folders:
            return True
        if "bin" in folders and os.path.lexists(f"{full}/bin/activate"):
            return True
        if "HEAD" in files and "objects" in folders and "refs" in folders:
            return True
        return not matched and len(files) > DATA_FILES


def _matching(patterns: Sequence[str]) -> Callable[[str], object]:
    if not patterns:
        return lambda _: None
    return re.compile("|".join(translate(pattern.strip("/")) for pattern in patterns)).match
