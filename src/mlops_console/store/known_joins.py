"""What the writer knows by heart of runs that are one: who claims whom, and who is shown under whom."""

import json
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple, TypeAlias

import duckdb

from mlops_console.store.staging import sound

_NONE: Final[frozenset[int]] = frozenset()

Name: TypeAlias = tuple[int, str, str]
"""(project_id, reader, native id): what the sources of one reader call a run."""


def name_of(project: int, reader: str, native: str) -> Name:
    """The name as the tables hold it."""
    return (project, reader, str(sound(native)))


class Shown(NamedTuple):
    """The run under which another one is shown."""

    run: int
    id: str


class KnownJoins:
    """Claims ("this run of mine is what MLflow calls 7f3…") and what follows from them by now."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.claimers: dict[Name, set[int]] = {}
        self._claims: dict[int, frozenset[Name]] = {}
        said: dict[int, set[Name]] = {}
        for own, project, same_as in con.execute(
            "SELECT own_id, project_id, same_as FROM facts JOIN sources USING (source_id)"
            " WHERE same_as IS NOT NULL"
        ).fetchall():
            said.setdefault(own, set()).update(name_of(project, r, n) for r, n in json.loads(same_as))
        for own, names in said.items():
            self.put_claims(own, frozenset(names))
        self.under: dict[int, Shown] = {}
        """own number of a joined run -> the run it is shown under."""
        self.members: dict[int, set[int]] = {}
        """run -> own numbers of the runs that are shown under it, itself left out."""
        self._ids: dict[int, str] = {}
        for own, run, identity, own_identity in con.execute(
            "SELECT j.own_id, j.run_id, r.id, j.id FROM joined j JOIN runs r USING (run_id)"
        ).fetchall():
            self.put_under(own, Shown(run, identity), own_identity)
        row = con.execute("SELECT 1 FROM runs WHERE parent_native_id IS NOT NULL LIMIT 1").fetchone()
        self.parents_by_name = row is not None
        """Whether any run names its parent by the tool's own id."""

    def shown(self, own: int) -> int:
        """The run under which it is shown: itself, if nothing else is known."""
        under = self.under.get(own)
        return own if under is None else under.run

    def all_of(self, run: int) -> tuple[int, ...]:
        """The own numbers of all that is shown as this run."""
        return (run, *sorted(self.members.get(run, ())))

    def claims_of(self, own: int) -> frozenset[Name]:
        """What it says it is called elsewhere."""
        return self._claims.get(own, frozenset())

    def put_claims(self, own: int, names: frozenset[Name]) -> None:
        """What it says by now."""
        for name in self.claims_of(own) - names:
            claimers = self.claimers.get(name, set())
            claimers.discard(own)
            if not claimers:
                self.claimers.pop(name, None)
        for name in names:
            self.claimers.setdefault(name, set()).add(own)
        if names:
            self._claims[own] = names
        else:
            self._claims.pop(own, None)

    def ids_under(self, run: int) -> list[str]:
        """The ids of the runs that are shown under this one."""
        return sorted(self._ids[own] for own in self.members.get(run, ()))

    def put_under(self, own: int, shown: Shown | None, own_id: str = "") -> None:
        """Where it (whose own id is given) is shown by now; None: as itself."""
        self._ids.pop(own, None)
        before = self.under.pop(own, None)
        if before is not None:
            members = self.members[before.run]
            members.discard(own)
            if not members:
                del self.members[before.run]
        if shown is not None:
            self.under[own], self._ids[own] = shown, own_id
            self.members.setdefault(shown.run, set()).add(own)

    def claimers_of(self, names: Iterable[Name]) -> Collection[int]:
        """Who claims any of these names."""
        found: set[int] = set()
        for name in names:
            found |= self.claimers.get(name, _NONE)
        return found

    def drop(self, owns: Iterable[int]) -> None:
        """These are gone."""
        for own in owns:
            self.put_claims(own, frozenset())
            self.put_under(own, None)
