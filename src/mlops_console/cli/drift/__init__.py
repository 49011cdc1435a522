"""`mlops-console drift …`: one module per word."""

from argparse import ArgumentParser, Namespace
from typing import Final

from mlops_console.errors import UsageError

WORDS: Final[dict[str, str]] = {
    "compare": "what moved between two sets of data, feature by feature and all together",
    "check": "judge what is new of the monitors, and say how they stand: for cron and pipelines",
    "windows": "the judged windows of monitors over time: verdicts, what moved, since when",
    "rows": "some rows of the part of a window that explains what moved, or of any other part",
    "replay": "other thresholds tried over the stored windows, and what would make an alarm go quiet",
    "baseline": "pin to a version the data that it is judged against; list and show what is pinned",
    "acknowledge": "say that an alarm was seen: nobody is asked again until it is another one, or worse",
    "mute": "have a monitor, or one feature of it, ask nobody until then",
    "importance": "what a version hangs on, asked of the model itself: it ranks what moved",
    "propose": "what could be done about a model that is harmed: train anew, roll back, collect labels",
    "reference": "hold a monitor against one of its windows from now on, or go back; list what each is",
}
READING: Final = frozenset({"compare", "check", "rows", "baseline", "importance", "reference"})
"""Those that open files of data, which their writers may cut off meanwhile."""
_LISTED: Final = "\n".join(f"  {word:<13}{about}" for word, about in WORDS.items())
EPILOG: Final = f"""\
{_LISTED}

Each has its own --help. Verdicts are DRIFT, WATCH, NEGLIGIBLE, STABLE, TOO FEW ROWS, of a model HARMFUL,
BENIGN, UNVERIFIED, STABLE, UNKNOWN: docs/drift.md says how they come about."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes: a word, which has arguments of its own."""
    parser.add_argument("word", metavar="WORD", choices=tuple(WORDS), help=", ".join(WORDS))


def run(asked: Namespace) -> int:
    """Nobody comes here but who puts `--` before the word."""
    raise UsageError(f"say {asked.word} first, then what it is to take", "mlops-console drift --help")
