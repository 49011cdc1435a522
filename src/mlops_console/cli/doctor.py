"""`mlops-console doctor`: how this installation stands."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from mlops_console.cli.printing import coloured, out, out_json, say
from mlops_console.display import count, safe_text, size
from mlops_console.errors import UsageError

EPILOG = """\
decisions tells of each project with whom its journal is shared, who may therefore decide there, which
approvals are asked for, whether aliases are in line with the journal, whether the registry's copies that they
stand on are what was registered (only what was touched is read), which copies of models no version is
registered by (another branch of the journal may have one that is), and which commands you have not trusted.
--json prints one object: {"versions", "places", "store", "decisions": {folder: {"journal", "folder", "owner",
"group", "mode", "may_decide", "approvals", "owners", "models", "events", "aliases", "copies", "not_in_use",
"targets", "not_trusted", ...}}, "terminal", "limits", "wrong": [sentences]}
--purge removes everything of ours: the store, watched folders, layouts, what was forgotten or archived,
logs, and private journals (your decisions on projects that you can't write to, kept nowhere else). Run files,
journals in projects, mlops-console.toml files and your settings file are not touched."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--purge", action="store_true", help="remove everything that this program keeps")
    parser.add_argument("--yes", "-y", action="store_true", help="don't ask before --purge")


def run(asked: Namespace) -> int:
    """Do it."""
    if asked.purge:
        return _purge(asked)
    from mlops_console.workspace.diagnosis import diagnose

    found = diagnose(asked.store)
    if asked.json:
        out_json({**found.sections, "wrong": found.wrong})
        return 0
    for title, facts in found.sections.items():
        if facts:
            out(coloured(title, "strong"))
        for name, value in facts.items():
            for line in _lines(name, value):
                out(f"  {line}")
    out(coloured("verdict", "strong"))
    for sentence in found.wrong:
        out(f"  {coloured('!', 'killed')} {safe_text(sentence)}")
    if not found.wrong:
        out("  nothing is wrong")
    return 0


def _lines(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [safe_text(name, 4096), *(line for key, one in value.items() for line in _facts(key, one))]
    if isinstance(value, list):
        return [f"{name:<20}{len(value)}", *(f"  {safe_text(p['root'])}{_note(p)}" for p in value)]
    return [f"{name:<20}{_shown(name, value)}"]


def _facts(name: str, value: Any) -> list[str]:
    """What is known of one project; names as a person reads them."""
    title = name.replace("_", " ")
    if isinstance(value, list):
        whole = [safe_text(str(one), len(str(one)) + 1) for one in value]
        return [f"  {title:<18}{len(whole)}", *(f"    {one}" for one in whole)]
    return [f"  {title:<18}{_shown(name, value)}"]


def _note(project: dict[str, Any]) -> str:
    return "" if project["watched"] else "  (read once, not watched)"


def _shown(name: str, value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case int() if name in ("size", "free"):
            return size(value)
        case int():
            return count(value)
    return safe_text(str(value))


def _purge(asked: Namespace) -> int:
    from mlops_console.settings import places
    from mlops_console.workspace.diagnosis import ours, purge

    there = ours(places(asked.store))
    if not there:
        say("There is nothing to remove.")
        return 0
    if not asked.yes:
        for path in there:
            say(f"  {safe_text(str(path))}")
        if not sys.stdin.isatty():
            raise UsageError("--purge removes all this", "say --yes if you mean it")
        sys.stderr.write("Remove all this? Run files are not touched. Type purge: ")
        sys.stderr.flush()
        if sys.stdin.readline().strip() != "purge":
            say("Nothing was removed.")
            return 2
    for path in purge(asked.store):
        out(f"removed {safe_text(str(path))}")
    return 0
