"""The page on the commands, made from their parsers.

Run `python -m mlops_console.cli.reference > docs/commands.md` after changing one.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from mlops_console.cli import COMMANDS, command_parser, console_parser, word_parser

HEAD = """\
# Commands

Made from the commands' own parsers (`python -m mlops_console.cli.reference > docs/commands.md`); a test
holds it fresh.

Data goes to stdout, words and progress to stderr; a progress line is drawn only on a terminal. Exit code 0:
done (also when nothing was found, or some files could not be read); 2: could not, and a sentence says why;
130: interrupted. `--json` prints JSON Lines: one object a line, times in ISO 8601 (UTC), numbers that JSON
does not have as the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.

The first word that is no option is the command; a folder that is called like a command is given as `./runs`.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, *_section("mlops-console [FOLDER ...]", "Open the console.", console_parser(), "")]
    for name, about in COMMANDS.items():
        parser = command_parser(name)
        module = import_module(f"mlops_console.cli.{name}")
        for words, told, each in [(name, about, parser), *_below(name, module)]:
            epilog = each.epilog or ""
            parts += _section(_usage(words, each), f"{told[0].upper()}{told[1:]}.", each, epilog)
    return "\n".join(parts) + "\n"


def _below(name: str, module: ModuleType) -> Iterator[tuple[str, str, ArgumentParser]]:
    """The words of a command of several, each with its own arguments."""
    for word, about in getattr(module, "WORDS", {}).items():
        yield f"{name} {word}", about, word_parser(name, word)


def _section(title: str, about: str, parser: ArgumentParser, epilog: str) -> Iterator[str]:
    yield f"\n## `{title}`\n\n{about}\n"
    yield "| argument | |\n|---|---|"
    for action in parser._actions:  # noqa: SLF001 - argparse shows them nowhere else, and its help differs by version
        names = ", ".join(action.option_strings) or str(action.metavar)
        value = f" {action.metavar}" if action.option_strings and action.metavar else ""
        if action.choices and action.option_strings:
            value = " " + "\\|".join(str(choice) for choice in action.choices)
        if "-h" not in action.option_strings:
            yield f"| `{names}{value}` | {action.help} |"
    if epilog:
        yield f"\n```text\n{epilog.rstrip()}\n```"


def _usage(name: str, parser: ArgumentParser) -> str:
    words = [f"mlops-console {name}"]
    for action in parser._actions:  # noqa: SLF001
        if not action.option_strings:
            many = {"+": f"{action.metavar} ...", "*": f"[{action.metavar} ...]"}
            words.append(many.get(str(action.nargs), str(action.metavar)))
    return " ".join(words)


if __name__ == "__main__":
    sys.stdout.write(page())
