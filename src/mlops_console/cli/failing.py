"""How a command ends when it can't go on: a sentence, a hint, an exit code; never a traceback by itself."""

import errno
import os
import sys
from collections.abc import Callable
from typing import Final

from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError

DEBUG: Final = "MLOPS_CONSOLE_DEBUG"
MOST: Final = 4096
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def guarded(command: Callable[[], int]) -> int:
    """Run a command; whatever goes wrong becomes words on stderr and an exit code."""
    _open_streams()
    try:
        code = command()
        sys.stdout.flush()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 2
    except BrokenPipeError:
        _mute()
        return 0
    except KeyboardInterrupt:
        return _interrupted()
    except ConsoleError as error:
        if _is_interrupt(error):
            return _interrupted()
        tell(error)
        return error.exit_code
    except Exception as error:
        if _is_interrupt(error):
            return _interrupted()
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            _mute()
            _say(f"mlops-console: can't write: {(error.strerror or '').lower()}")
            return 2
        if os.environ.get(DEBUG):
            raise
        _say(f"something went wrong that should not have: {type(error).__name__}: {safe_text(str(error))}")
        _say(f"  {_kept(error)}")
        return 2
    return code


def tell(error: ConsoleError) -> None:
    """An error's sentence and hint."""
    first, *more = str(error).split("\n")
    _say(f"mlops-console: {safe_text(first)}")
    for line in more:
        _say(f"  {safe_text(line, MOST)}")
    if error.hint:
        _say(f"  {safe_text(error.hint)}")


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether ^C led to it: in the middle of a question DuckDB makes an error of its own of it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, KeyboardInterrupt):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def _interrupted() -> int:
    _mute()
    _say("mlops-console: interrupted")
    return 130


def _open_streams() -> None:
    """Streams that were closed (`>&-`) lead nowhere: else the next file that is opened takes their place."""
    while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(fd, True)
    os.close(fd)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process


def _say(text: str) -> None:
    try:
        print(text, file=sys.stderr)  # noqa: T201 - words for people
    except OSError:
        return


def _mute() -> None:
    """Whoever read stdout is gone: nothing more is written, nor complained about at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def _kept(error: Exception) -> str:
    """Where the traceback was put, in words."""
    import time
    import traceback

    from mlops_console.settings import places

    try:
        folder = places().log
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / time.strftime("error-%Y%m%d-%H%M%S.txt")
        file.write_text(
            "".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace"
        )
    except (OSError, ConsoleError):
        return f"set {DEBUG}=1 to see where"
    return f"what led to it is in {file}; set {DEBUG}=1 to see it here"
