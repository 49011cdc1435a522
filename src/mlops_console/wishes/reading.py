"""Reading `mlops-console.toml`: what it wishes, and every mistake in it with its line.

Nothing here raises for what the file says, and nothing that the file names is opened or run. What can't be
used costs itself: the rest holds, with one exception: gates that can't be understood never let an alias pass
(`wishes.gates`).
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Final

from mlops_console.beneath import read_small, why_not
from mlops_console.records import Problem
from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes.gates import Gates, read_gates
from mlops_console.wishes.known import nearest
from mlops_console.wishes.locating import NOWHERE, Lines, Path, TooDeepError, dotted, locate
from mlops_console.wishes.model import Mistake, ModelWishes, Wishes
from mlops_console.wishes.models import Usual, read_model, retrain_of, usual_model, usual_targets
from mlops_console.wishes.monitors import read_monitors
from mlops_console.wishes.naming import why_no_name
from mlops_console.wishes.tables import MOST_KEYS, Mistakes, Table
from mlops_console.wishes.watching import read_watch

LIMIT: Final = 1 << 20
"""Bytes of the file."""
TOP_KEYS: Final = ("owners", "watch", "models", "gates", "targets", "retrain", "monitors")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file wishes, and where it says so."""

    wishes: Wishes
    lines: Lines


def read_wishes(root: str | FilePath) -> Wishes:
    """A project's wishes; mistakes are in them. No file: nothing is wished."""
    return read(root).wishes


def read(root: str | FilePath) -> Reading:
    """A project's wishes, and the lines of their keys."""
    try:
        data = read_small(str(root), PROJECT_FILE, LIMIT)
    except FileNotFoundError:
        return Reading(Wishes(), NOWHERE)
    except OSError as error:
        return _unusable(Mistake("", why_not(error)))
    return read_bytes(data)


@lru_cache(maxsize=128)
def read_bytes(data: bytes) -> Reading:
    """What these bytes of a file wish. The same bytes are understood once."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _unusable(Mistake("", f"byte {error.start + 1:,} is not UTF-8", line, "save it as UTF-8"))
    try:
        lines = locate(text)
        values = tomllib.loads(text)
    except TooDeepError as error:
        return _unusable(Mistake("", str(error), error.line))
    except ValueError as error:
        return _unusable(_no_toml(text, str(error)))
    except RecursionError:
        return _unusable(Mistake("", "is nested too deep"))
    large = _too_large(values, ())
    if large is not None:
        what = "is a whole number larger than 64 bits, which TOML does not have"
        return _unusable(Mistake(dotted(large), what, lines.line(large)))
    return Reading(_wishes(values, lines), lines)


def problems_of(wishes: Wishes) -> tuple[Problem, ...]:
    """Mistakes as problems of the project; their path names the line."""
    return tuple(problem_of(mistake) for mistake in wishes.mistakes)


def problem_of(mistake: Mistake) -> Problem:
    """A mistake as a problem of the project; its path names the line."""
    path = PROJECT_FILE if mistake.line is None else f"{PROJECT_FILE}:{mistake.line}"
    what = f"{mistake.key}: {mistake.what}" if mistake.key else mistake.what
    return Problem(path, f"{what} ({mistake.hint})" if mistake.hint else what)


def _wishes(values: dict[str, Any], lines: Lines) -> Wishes:
    mistakes = Mistakes(lines)
    top = Table((), values, mistakes)
    usual = Usual(targets=usual_targets(top), retrain=retrain_of(top))
    usual.gates = read_gates(top, "gates")
    unknown = top.known(*TOP_KEYS)
    if len(unknown) > MOST_KEYS:
        usual.gates.shut_all((), "it has too many keys that are not known")
    for key in unknown[:MOST_KEYS]:
        below = values[key]
        if nearest(key, TOP_KEYS) in ("models", "gates") or (isinstance(below, dict) and "gates" in below):
            usual.gates.shut_all((key,), "gates may stand here, where they are not looked for")
    models = _models(top, usual)
    owners = top.choice("owners", ("note", "enforce"))
    strict = owners == "enforce" or "owners" in top.wrong
    watch, monitors = read_watch(top), read_monitors(top)
    return Wishes(
        models=models,
        watch=watch,
        monitors=monitors,
        owners="enforce" if strict else "note",
        mistakes=tuple(sorted(mistakes.found, key=lambda one: (one.line or 0, not one.key))),
        usual=usual_model(top, usual),
    )


def _models(top: Table, usual: Usual) -> dict[str, ModelWishes]:
    holder = top.table("models")
    if holder is None:
        if "models" in top.values:
            usual.gates.shut_all(("models",), "gates can't be read: this must be a table")
        return {}
    found = {}
    for name in holder.values:
        why = why_no_name(name)
        if why:
            holder.say(name, f"is no name of a model: it {why}")
            continue
        table = holder.table(name)
        if table is None:
            gates = Gates().over(usual.gates)
            gates.shut_all(holder.at(name), "gates can't be read: this must be a table")
            found[name] = ModelWishes(name, gates=gates.mapping())
        else:
            found[name] = read_model(name, table, usual)
    return found


def _too_large(value: Any, path: Path) -> Path | None:
    """Where a number stands that others can't write down again."""
    if isinstance(value, int):
        return None if -(2**63) <= value < 2**63 else path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        found = _too_large(below, (*path, key))
        if found is not None:
            return found
    return None


def _no_toml(text: str, why: str) -> Mistake:
    """What `tomllib` says, with the line as a number: its words end in `(at line 3, column 7)`."""
    import re

    said = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", why)
    if said is None:
        return Mistake("", "holds a number of too many digits" if "digits" in why else f"is no TOML: {why}")
    line = int(said[1]) if said[1] else text.count("\n") + 1
    return Mistake("", f"is no TOML: {why[0].lower()}{why[1:]}", line, _quoting(why))


def _quoting(why: str) -> str:
    """The most usual slip: text without quotes."""
    return 'text stands in quotes: owner = "ana"' if why.startswith("Invalid value") else ""


def _unusable(mistake: Mistake) -> Reading:
    """Nothing of the file can be used, so nobody knows which gates it wishes: none passes."""
    gates = Gates()
    gates.shut_all((), f"can't be used: {mistake.what}")
    nothing = Wishes(mistakes=(mistake,), usual=ModelWishes("", gates=gates.mapping()))
    return Reading(nothing, NOWHERE)
