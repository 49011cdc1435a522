"""Tables of gates: which hold before an alias moves. What can't be understood is kept, and never passes.

A key that no gate has stays in its table, where it evaluates to unknown. Where it can't even be told which
table was meant (the file is no TOML, `[model.churn.gates.champion]`), every table in question is *shut*: it
holds a key that begins with `known.SHUT`, which is no gate either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from mlops_console.wishes.known import (
    ALIASES,
    GATES,
    OVERRIDE,
    OVERRIDES,
    SHUT,
    did_you_mean,
    nearest,
    plugin_gates,
    slip_of,
)
from mlops_console.wishes.locating import Path, dotted
from mlops_console.wishes.naming import why_no_alias
from mlops_console.wishes.requirements import Misread, parse_requirement
from mlops_console.wishes.tables import Table, kind_of

GateTable: TypeAlias = Mapping[str, Any]

_MOST: Final = 50
"""Aliases that have gates, and gates of one alias."""
_EXAMPLE: Final = 'write ["auc >= 0.85", "auc >= champion - 0.002"]'


class ShutGates(Mapping[str, GateTable]):
    """Tables of gates when there may be more wishes than could be read: every alias is shut."""

    def __init__(self, tables: Mapping[str, GateTable], shut: GateTable) -> None:
        self._tables, self._shut = dict(tables), dict(shut)

    def __getitem__(self, alias: str) -> GateTable:
        return {**self._tables.get(alias, {}), **self._shut}

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._tables, *ALIASES)))

    def __len__(self) -> int:
        return len({*self._tables, *ALIASES})


@dataclass(slots=True)
class Gates:
    """Tables of gates as they are read."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    shut: dict[str, str] = field(default_factory=dict)
    """Holds for every alias."""

    def shut_all(self, path: Path, why: str) -> None:
        """Let no alias pass: something that may have held gates can't be understood."""
        self.shut[_shut_key(path)] = why

    def shut_alias(self, alias: str, path: Path, why: str) -> None:
        """Let one alias not pass."""
        self.tables.setdefault(alias, {})[_shut_key(path)] = why

    def shut_where(self, gates: tuple[str, ...], path: Path, why: str) -> None:
        """Let no alias pass whose table holds one of these gates: what they look at is not understood."""
        for alias, table in self.tables.items():
            if any(gate in table for gate in gates):
                self.shut_alias(alias, path, why)

    def over(self, usual: "Gates") -> "Gates":
        """These, and what usually holds where they say nothing."""
        aliases = dict.fromkeys((*usual.tables, *self.tables))
        tables = {one: {**usual.tables.get(one, {}), **self.tables.get(one, {})} for one in aliases}
        return Gates(tables, {**usual.shut, **self.shut})

    def mapping(self) -> Mapping[str, GateTable]:
        """Alias -> gate's key -> what the file says."""
        return ShutGates(self.tables, self.shut) if self.shut else self.tables


def read_gates(holder: Table, key: str) -> Gates:
    """The tables of gates below a key."""
    found = Gates()
    table = holder.table(key)
    if table is None:
        if key in holder.values:
            found.shut_all(holder.at(key), "gates can't be read here")
        return found
    if len(table.values) > _MOST:
        holder.say(key, f"names {len(table.values):,} aliases; {_MOST} are the most")
        found.shut_all(holder.at(key), "gates are not read, for there are too many")
        return found
    for alias, value in table.values.items():
        why = why_no_alias(alias)
        slip = nearest(alias.strip(), ALIASES) if why else slip_of(alias, ALIASES)
        if why:
            table.say(alias, f"is no alias: it {why}", f"did you mean `{slip}`?" if slip else "")
        elif slip:
            table.say(alias, f"is an alias of its own, beside `{slip}`", f"did you mean `{slip}`?")
        if slip and slip not in table.values:
            found.shut_alias(slip, table.at(alias), f"its gates may stand below `{alias}`")
        if isinstance(value, dict) and len(value) > _MOST:
            what = f"holds {len(value):,} gates; {_MOST} are the most"
            table.say(alias, what)
            found.shut_alias(alias, table.at(alias), what)
        elif isinstance(value, dict):
            if not why:
                found.tables.setdefault(alias, {}).update(value)
            _check(Table(table.at(alias), value, table.mistakes))
        else:
            what = f"must be a table of gates, not {kind_of(value)}"
            table.say(alias, what, f"begin it with [{dotted(table.at(alias))}]")
            found.shut_alias(alias, table.at(alias), what)
    return found


def _check(table: Table) -> None:
    others = [key for key in table.values if key not in GATES]
    plugins = plugin_gates() if others else frozenset()
    for key in others:
        if key not in plugins:
            table.say(key, "is no gate", did_you_mean(key, (*GATES, *sorted(plugins))))
    if "require" in table.values:
        _check_requirements(table)
    table.choice(OVERRIDE, OVERRIDES)


def _check_requirements(table: Table) -> None:
    wish = table.values["require"]
    listed = [wish] if isinstance(wish, str) else wish
    if not isinstance(listed, list):
        table.say("require", f"must be a list of requirements, not {kind_of(wish)}", _EXAMPLE)
        return
    for place, text in enumerate(listed):
        path = (*table.at("require"), place)
        if not isinstance(text, str):
            table.mistakes.add(path, f"must be text, not {kind_of(text)}", _EXAMPLE)
            continue
        read = parse_requirement(text)
        if isinstance(read, Misread):
            table.mistakes.add(path, f"`{text[:80]}`: {read}", read.hint)
        elif read.alias is not None:
            slip = slip_of(read.alias, ALIASES)
            if slip:
                what = f"`{text[:80]}` names `{read.alias}`, an alias of its own beside `{slip}`"
                table.mistakes.add(path, what, f"did you mean `{slip}`?")


def _shut_key(path: Path) -> str:
    where = dotted(path)
    return f"{SHUT}: {where}" if where else SHUT
