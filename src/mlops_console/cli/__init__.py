"""The command line: stdout is data, stderr is words, the exit code says how it went.

    0   done (also: nothing found, or Problems in somebody's files)
    2   could not: a sentence says why
    130 interrupted

The first word that is no option is the command if there is one of that name, else the folders to open the
console on; a folder that is called like a command is given as `./runs`.
"""

from argparse import SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Container, Sequence
from importlib import import_module
from types import ModuleType
from typing import Final, NoReturn

COMMANDS: Final = {
    "overview": "the day over all projects: figures, what needs you, production, runs, what was done",
    "scan": "read folders once: what is new, what changed, what could not be read",
    "runs": "list runs: filtered, sorted, as a table, JSON Lines or CSV",
    "show": "everything about one run",
    "metrics": "the metrics of runs: figures, or every point of one",
    "compare": "which of several runs is better, by how much, how sure, and how they differ",
    "importance": "which params tell a metric over many runs, and how it goes with one of them",
    "find": "the runs nearest to one, its other seeds, duplicates, what changed since the last good run",
    "changes": "what changed between a run and the previous one of the same script",
    "note": "write a note beside a run or a version, list or remove its notes",
    "tag": "give runs or versions a tag, or take it away",
    "models": "registered models: their versions, where aliases stand, every move of them",
    "register": "register a version of a model: its files with hashes, and what explains them",
    "adopt": "register what MLflow has registered, with its aliases",
    "gates": "whether a version would be let through to an alias, gate by gate, and why not",
    "promote": "move an alias to a version, if its gates let it",
    "approve": "consent that a version takes an alias, or that a gate may fail for it",
    "rollback": "put an alias back on the version before: a reason, and no gates",
    "retract": "withdraw a version: it takes no alias any more",
    "card": "everything that is known of a version, for people: Markdown, or one HTML page",
    "retrain": "train a model anew by the project's own command; how a training goes, its log, its stop",
    "export": "a version with all that explains it, in a folder that needs no program",
    "files": "the files of a run: a list, or what can be seen of one",
    "log": "the end of a run's log, followed while it runs",
    "forget": "take runs out of the store and keep them away",
    "unwatch": "watch folders no longer; without a folder: list the watched ones",
    "init": "begin a project: a commented mlops-console.toml, and the folder of its decisions",
    "trust": "let commands of a project's mlops-console.toml run under your name, each by its text",
    "audit": "what was decided, by whom and when; and whether the journals are as they were written",
    "deploy": "make a version current in a folder, take it back, see whether it still is",
    "drift": "what moved between two sets of data, how far, how sure, and whether it matters",
    "attention": "what needs a person, over all projects, the worst first; what was put off",
    "kpis": "how the KPIs of models stand: value, floor, worth, review; and a report for others",
    "doctor": "versions, places, locks, limits and what is wrong with them",
}


class _Parser(ArgumentParser):
    """Quotes what was typed so that a terminal can be shown it."""

    def error(self, message: str) -> NoReturn:
        from mlops_console.display import safe_text

        super().error(safe_text(message))


def run_command(argv: Sequence[str], *, alone: bool = False) -> int:
    """Run one command line; returns the exit code.

    Args:
        argv: Its words.
        alone: The process is there for nothing else, so that what reads data may go on in a child of it.
    """
    from mlops_console.cli.failing import guarded

    return guarded(lambda: _run(list(argv), alone=alone))


def _run(argv: list[str], *, alone: bool) -> int:
    place = _word_at(argv, COMMANDS)
    if place is None:
        parser, module = console_parser(), import_module("mlops_console.cli.open")
        found = parser.parse_args(argv)
    else:
        before = _store_parser().parse_args(argv[:place])
        name, words = argv[place], _bound(argv[place + 1 :])
        module = import_module(f"mlops_console.cli.{name}")
        at = _word_at(words, getattr(module, "WORDS", {}))
        outlived = False
        if at is None:
            parser = command_parser(name)
        else:
            outlived = alone and words[at] in getattr(module, "READING", ())
            parser, module = word_parser(name, words[at]), import_module(f"{module.__name__}.{words[at]}")
            del words[at]
        found = _parsed(parser, words, before)
        if outlived:
            from mlops_console.cli.outliving import outlive

            outlive()
    code: int = module.run(found)
    return code


def _parsed(parser: ArgumentParser, words: list[str], before: Namespace) -> Namespace:
    """The command's words, also where options stand between those that are none.

    argparse gives all that fits to the first words that it meets, and has nobody then to take the rest.
    """
    found, rest = parser.parse_known_args(words, Namespace(**vars(before)))
    if not rest:
        return found
    if "--" in words:
        return parser.parse_args(words, before)
    return parser.parse_intermixed_args(words, before)


def _bound(words: list[str]) -> list[str]:
    """A filter that begins with a minus (`--where -is:archived`) is no option, whatever argparse thinks."""
    bound: list[str] = []
    for word in words:
        if bound and bound[-1] == "--where" and word.startswith("-"):
            bound[-1] = f"--where={word}"
        else:
            bound.append(word)
    return bound


def _word_at(argv: Sequence[str], known: Container[str]) -> int | None:
    """Where the command stands (or the second word of one), if the first word that is no option is one."""
    skip = False
    for place, word in enumerate(argv):
        if skip:
            skip = False
        elif word in ("--store", "--theme", "--view", "--project"):
            skip = True
        elif not word.startswith("-"):
            return place if word in known else None
        elif word == "--":
            return None
    return None


def command_parser(name: str) -> ArgumentParser:
    """The parser of one command."""
    return _parser_of(name, import_module(f"mlops_console.cli.{name}"), COMMANDS[name])


def word_parser(name: str, word: str) -> ArgumentParser:
    """The parser of one word of a command that has several."""
    about = import_module(f"mlops_console.cli.{name}").WORDS[word]
    return _parser_of(f"{name} {word}", import_module(f"mlops_console.cli.{name}.{word}"), about)


def _parser_of(words: str, module: ModuleType, about: str) -> ArgumentParser:
    parser = _Parser(
        prog=f"mlops-console {words}",
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=getattr(module, "EPILOG", None),
        formatter_class=RawDescriptionHelpFormatter,
    )
    module.arguments(parser)
    _store_option(parser)
    return parser


def console_parser() -> ArgumentParser:
    """The parser for no command: the console, and the list of commands."""
    from mlops_console import __version__
    from mlops_console.cli.open import arguments

    listed = "\n".join(f"  {name:<12}{about}" for name, about in COMMANDS.items())
    parser = _Parser(
        prog="mlops-console",
        usage="mlops-console [FOLDER ...]\n       mlops-console COMMAND ...",
        description="See every machine-learning run in your folders, live, in the terminal.",
        epilog=f"commands:\n{listed}\n\nEach has its own --help."
        " A folder called like a command is given as ./runs.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"mlops-console {__version__}")
    arguments(parser)
    _store_option(parser)
    return parser


def _store_parser() -> ArgumentParser:
    parser = _Parser(prog="mlops-console", add_help=False)
    _store_option(parser)
    parser.set_defaults(store=None)
    return parser


def _store_option(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--store",
        metavar="FILE",
        default=None if parser.prog == "mlops-console" else SUPPRESS,
        help="the store to use (default: $MLOPS_CONSOLE_STORE, else one per user)",
    )
