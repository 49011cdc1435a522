"""`mlops-console drift …`: one module per word."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from importlib import import_module
from typing import Final

WORDS: Final[dict[str, str]] = {
    "baseline": "pin to a version the data that it is judged against; list and show what is pinned",
    "check": "judge what is new of the monitors, and say how they stand: for cron and pipelines",
    "windows": "the judged windows of monitors over time: verdicts, what moved, since when",
    "replay": "other thresholds tried over the stored windows, and what would make an alarm go quiet",
}


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    words = parser.add_subparsers(dest="word", metavar="{" + ",".join(WORDS) + "}", required=True)
    for word, about in WORDS.items():
        module = import_module(f"mlops_console.cli.drift.{word}")
        below = words.add_parser(
            word, help=about, description=f"{about[0].upper()}{about[1:]}.",
            epilog=getattr(module, "EPILOG", None), formatter_class=RawDescriptionHelpFormatter,
        )  # fmt: skip
        module.arguments(below)


def run(asked: Namespace) -> int:
    """Do it."""
    code: int = import_module(f"mlops_console.cli.drift.{asked.word}").run(asked)
    return code
