"""The analysis child: one job at a time, at low priority.

Run as `python -P -m mlops_console.analysis.child PAGE PARENT RELEASE`. It loads scipy and scikit-learn when a
job needs them, and never survives its parent.
"""

import os
import sys
import warnings
from collections.abc import Callable
from typing import Final

from mlops_console.analysis.edition import edition
from mlops_console.analysis.jobs import function
from mlops_console.analysis.messages import Answer, Done, Job, Lost
from mlops_console.errors import ConsoleError
from mlops_console.ingest import channel
from mlops_console.ingest.apart import settle_in
from mlops_console.ingest.edition import OTHER_RELEASE
from mlops_console.ingest.in_hand import HandPage

MEMORY: Final = 4 << 30
NICER: Final = 10
WHOLE: Final = 1_000_000
"""What `place` on the page is when a job is done."""


def answer(job: Job, told: Callable[[float], None]) -> Answer:
    """Do a job; what goes wrong in it is a sentence."""
    try:
        return Done(function(job.name)(**job.given, progress=told))
    except ConsoleError as error:
        return Lost(f"{error}.")
    except MemoryError:
        return Lost("Working it out takes more memory than is allowed.")
    except OSError as error:
        return Lost(f"It can't be worked out: {error.strerror or type(error).__name__}.")
    except Exception as error:  # noqa: BLE001 - whatever a method thinks of somebody's numbers
        return Lost(f"It can't be worked out ({type(error).__name__}: {' '.join(str(error).split())[:160]}).")


def main(arguments: list[str]) -> int:
    """Answer until the other end closes."""
    page, parent = (int(argument) for argument in arguments[:2])
    settle_in(parent, MEMORY, NICER)
    if arguments[2:] != [edition()]:
        return OTHER_RELEASE
    # What a library prints by mistake goes to the log, not between the answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    hand = HandPage(page)
    try:
        while True:
            hand.take(0)
            job = channel.read(0)
            hand.request += 1
            hand.take(0)
            found = answer(job, lambda part: hand.take(int(min(1.0, max(0.0, part)) * WHOLE)))
            channel.write(answers, channel.pack(found))
    except (channel.ClosedError, BrokenPipeError):
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
