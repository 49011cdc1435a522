"""A training script of a page, run in this process: what it imports is there already."""

import contextlib
import os
import runpy
import sys
import warnings
from collections.abc import Iterator

import pytest


def run_script(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """What `python SCRIPT WORDS…` does in the working folder: exit code, and what it wrote."""
    from threadpoolctl import threadpool_limits

    code = 0
    with _as_its_own(words), threadpool_limits(1):
        try:
            runpy.run_path(words[0], run_name="__main__")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    out, err = capsys.readouterr()
    return code, out + err


@contextlib.contextmanager
def _as_its_own(words: list[str]) -> Iterator[None]:
    """Arguments, module path and warnings as a process of its own has them; no module of the folder stays."""
    here = os.getcwd()
    arguments, path = sys.argv, sys.path
    sys.argv, sys.path = words, [here, *path]
    try:
        with warnings.catch_warnings():
            warnings.resetwarnings()
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.argv, sys.path = arguments, path
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(here + os.sep):
                del sys.modules[name]
