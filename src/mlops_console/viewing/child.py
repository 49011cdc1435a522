"""The viewer child: previews, ends of logs, descriptions and hashes of files, one request at a time.

Run as `python -P -m mlops_console.viewing.child PAGE PARENT RELEASE`. It is as polite as its parent, for a
person waits for it; and it never survives its parent.
"""

import os
import sys
from collections.abc import Callable

from mlops_console.beneath import stat_beneath, why_not
from mlops_console.ingest import channel
from mlops_console.ingest.apart import settle_in
from mlops_console.ingest.edition import OTHER_RELEASE
from mlops_console.ingest.in_hand import HandPage
from mlops_console.readers.previews import preview
from mlops_console.readers.previews.hashing import sha256
from mlops_console.readers.previews.looking import logs_in
from mlops_console.readers.previews.tails import tail
from mlops_console.viewing.messages import (
    Answer,
    Describe,
    Described,
    Follow,
    Followed,
    Hash,
    Hashed,
    Look,
    Looked,
    Lost,
    Request,
    Show,
    edition,
)

MEMORY = 2 << 30


def answer(request: Request, beat: Callable[[int], None]) -> Answer:
    """Do what is asked; what goes wrong over somebody's file is a sentence."""
    try:
        return _answer(request, beat)
    except OSError as error:
        return Lost(f"The file {why_not(error)}.")
    except MemoryError:
        return Lost("Looking at it takes more memory than is allowed.")
    except RecursionError:
        return Lost("It is nested too deep to be looked at.")
    except Exception as error:  # noqa: BLE001 - whatever a decoder thinks of somebody's bytes
        return Lost(f"It can't be shown ({type(error).__name__}: {' '.join(str(error).split())[:160]}).")


def _answer(request: Request, beat: Callable[[int], None]) -> Answer:
    match request:
        case Show():
            return preview(request.root, request.path, request.width, request.height)
        case Follow():
            return Followed(*tail(request.root, request.path, request.offset, request.limit, request.mark))
        case Describe():
            from mlops_console.readers.modelfiles import describe

            return Described(dict(describe(request.root, request.path).as_json()))
        case Look():
            return _looked(request)
        case Hash():
            return Hashed(*sha256(request.root, request.path, beat))


def _looked(request: Look) -> Looked:
    found = {}
    for path in request.paths:
        try:
            found[path] = stat_beneath(request.root, path)
        except OSError:
            continue
    for folder in request.folders:
        found |= logs_in(request.root, folder)
    return Looked(found)


def main(arguments: list[str]) -> int:
    """Answer until the other end closes."""
    page, parent = (int(argument) for argument in arguments[:2])
    settle_in(parent, MEMORY)
    if arguments[2:] != [edition()]:
        return OTHER_RELEASE
    # What a decoder prints by mistake goes to the log, not between the answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    hand = HandPage(page)
    try:
        while True:
            hand.take(0)
            request = channel.read(0)
            hand.request += 1
            hand.take(0)
            channel.write(answers, channel.pack(answer(request, hand.take)))
    except (channel.ClosedError, BrokenPipeError):
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
