"""Which runs are one, where a tool says so: `RunFacts.same_as`, settled again whenever a claim or name moved.

What comes out depends only on what is said by now, never on the order in which it was read: a name that is
claimed leads from the runs that are called so to the one that claims it, and whoever is at the end of that
way is the run as which all are shown. The rules stand in `docs/merging.md`.
"""

import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb

from mlops_console.records import RunKey
from mlops_console.store.known import Facts, Known
from mlops_console.store.known_joins import Name, Shown, name_of
from mlops_console.store.merging import rank
from mlops_console.store.staging import staged

_MOST_CLAIMERS: Final = 16
"""A name with more claimers than this is nobody's, without a look at who they are."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What all sources of a run, as they key it, say that joins could follow from."""

    claims: frozenset[Name]
    names: frozenset[Name]
    readers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A run that has no row yet."""

    id: str
    key: RunKey
    project: int
    seen: int


@dataclass(slots=True)
class Moved:
    """What became of the runs that were looked at."""

    runs: dict[int, str] = field(default_factory=dict)
    """Runs (number -> id) that are shown with more or fewer sources than before."""
    left: dict[int, str] = field(default_factory=dict)
    """Runs that are shown under another one from now on."""
    back: dict[int, Newcomer] = field(default_factory=dict)
    """Runs that are shown as themselves again, and need a row."""
    lost: set[int] = field(default_factory=set)
    """Runs that were shown with sources that are shown elsewhere now."""
    actives: dict[int, int] = field(default_factory=dict)
    """Newest signs of life that the rows held which had to go."""
    projects: dict[int, int] = field(default_factory=dict)
    """Run -> project_id, for all in `runs`."""


@dataclass(frozen=True, slots=True)
class _Place:
    id: str
    project: int
    path: str
    native: str

    def depth(self) -> tuple[int, str, str]:
        return (self.path.count("/"), self.path, self.native)


@dataclass(slots=True)
class _Seen:
    """What is known of the runs that hang together."""

    names: dict[int, set[Name]] = field(default_factory=dict)
    readers: dict[int, set[str]] = field(default_factory=dict)
    called: dict[Name, set[int]] = field(default_factory=dict)


def voice_of(says: Mapping[int, Facts], known: Known, project: int) -> Voice:
    """The claims and names in what sources say."""
    return Voice(
        frozenset(name_of(project, r, n) for facts in says.values() for r, n in facts.get("same_as", ())),
        frozenset(
            name_of(project, known.reader(source), facts["native_id"])
            for source, facts in says.items()
            if "native_id" in facts
        ),
        frozenset(known.reader(source) for source in says),
    )


def settle(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    voices: Mapping[int, tuple[Voice, Voice]],
    newcomers: Mapping[int, Newcomer],
) -> Moved:
    """Take in what runs said before and say now, and show as one what is one; the facts are in the tables."""
    seeds = _seeds(known, voices)
    if not seeds:
        return Moved()
    seen = _Seen()
    together = _together(con, known, seeds, seen)
    places = _places(con, together, newcomers)
    under = _claimers(known, places, seen)
    ends = {own: _end(own, under, lambda one: _merit(one, seen, places)) for own in places}
    for own in together:
        if own in known.joins.under and not seen.readers.get(own) and own in places:
            ends[own] = known.joins.under[own].run  # it says nothing at the moment: it stays where it is
    ends = {own: ends.get(end, end) for own, end in ends.items()}
    return _apply(con, known, ends, places, newcomers)


def _seeds(known: Known, voices: Mapping[int, tuple[Voice, Voice]]) -> set[int]:
    """The runs from which on something may have moved; takes in the claims."""
    joins = known.joins
    names: set[Name] = set()
    for before, now in voices.values():
        if before.claims != now.claims:
            names |= before.claims | now.claims
    earlier = {name: set(joins.claimers.get(name, ())) for name in names}
    for own, (_, now) in voices.items():
        joins.put_claims(own, now.claims)
    seeds: set[int] = set()
    for name, before_it in earlier.items():
        by_now = joins.claimers.get(name, set())
        if min(len(before_it), len(by_now)) <= _MOST_CLAIMERS:
            seeds |= before_it | by_now
    for own, (before, now) in voices.items():
        concerned = before.claims or now.claims or own in joins.under or own in joins.members
        if concerned or (joins.claimers and joins.claimers_of(before.names | now.names)):
            seeds.add(own)
    return seeds


def _together(con: duckdb.DuckDBPyConnection, known: Known, seeds: set[int], seen: _Seen) -> set[int]:
    """All runs that a chain of claims, names and former joins leads to."""
    joins = known.joins
    found: set[int] = set()
    edge = set(seeds)
    while edge:
        found |= edge
        _learn_names(con, known, edge, seen)
        claims = {name for own in edge for name in _valid(joins.claims_of(own))} - seen.called.keys()
        _learn_called(con, claims, seen)
        more: set[int] = set()
        for own in edge:
            for name in joins.claims_of(own):
                more |= seen.called.get(name, set())
            for name in seen.names.get(own, ()):
                claimers = joins.claimers.get(name, ())
                if len(claimers) <= _MOST_CLAIMERS:
                    more.update(claimers)
            more.update(joins.all_of(joins.shown(own)))
        edge = more - found
    return found


def _valid(claims: Collection[Name]) -> list[Name]:
    """Who names several runs of one tool is none of them."""
    tools = [(project, reader) for project, reader, _ in claims]
    return [name for name in claims if tools.count(name[:2]) == 1]


def _learn_names(con: duckdb.DuckDBPyConnection, known: Known, owns: Collection[int], seen: _Seen) -> None:
    for own, source, project, native in con.execute(
        "SELECT own_id, source_id, project_id, native_id FROM facts JOIN sources USING (source_id)"
        f" WHERE own_id IN ({', '.join(map(str, owns))})"
    ).fetchall():
        reader = known.reader(source)
        seen.readers.setdefault(own, set()).add(reader)
        if native is not None:
            seen.names.setdefault(own, set()).add((project, reader, native))


def _learn_called(con: duckdb.DuckDBPyConnection, names: Collection[Name], seen: _Seen) -> None:
    if names:
        for name in names:
            seen.called[name] = set()
        for own, project, reader, native in called(con, {native for _, _, native in names}):
            if (project, reader, native) in names:
                seen.called[project, reader, native].add(own)


def called(con: duckdb.DuckDBPyConnection, natives: Iterable[str]) -> list[tuple[int, int, str, str]]:
    """(own number, project, reader, native id) of the runs that a tool calls by these ids."""
    rows, text = staged({"native_id": ("VARCHAR", list(natives))})
    return con.execute(
        "SELECT DISTINCT f.own_id, s.project_id, s.reader, f.native_id"
        f" FROM facts f JOIN sources s USING (source_id) WHERE f.native_id IN (SELECT native_id FROM {rows})",
        [text],
    ).fetchall()


def _places(
    con: duckdb.DuckDBPyConnection, owns: Collection[int], newcomers: Mapping[int, Newcomer]
) -> dict[int, _Place]:
    listed = ", ".join(map(str, owns))
    places = {
        own: _Place(identity, project, path, native)
        for own, identity, project, path, native in con.execute(
            f"SELECT run_id, id, project_id, path, native FROM runs WHERE run_id IN ({listed})"
            f" UNION ALL SELECT own_id, id, project_id, path, native FROM joined WHERE own_id IN ({listed})"
        ).fetchall()
    }
    for own in owns:
        if own not in places and own in newcomers:
            one = newcomers[own]
            places[own] = _Place(one.id, one.project, one.key.path, one.key.native)
    return places


def _claimers(known: Known, places: Mapping[int, _Place], seen: _Seen) -> dict[int, int]:
    """Each run that is claimed -> who claims it rightly."""
    claimed: dict[int, int] = {}
    for own in places:
        best: int | None = None
        for name in sorted(seen.names.get(own, ())):
            claimers = [
                one
                for one in known.joins.claimers.get(name, ())
                if one != own and one in places and name in _valid(known.joins.claims_of(one))
            ]
            found = _rightful(own, claimers, seen, places)
            if found is not None and (
                best is None or _merit(found, seen, places) < _merit(best, seen, places)
            ):
                best = found
        if best is not None:
            claimed[own] = best
    return claimed


def _rightful(own: int, claimers: Collection[int], seen: _Seen, places: Mapping[int, _Place]) -> int | None:
    """Of several that claim a run, the best reader's; two runs of one reader are two, so none of them is it.

    Copies of one run (the same id by the same reader) are one; the copy that lies nearest counts.
    """
    if not claimers or len(claimers) > _MOST_CLAIMERS:
        return None
    ranks = {one: min((rank(r) for r in seen.readers.get(one, ())), default=(99, "")) for one in claimers}
    top = min(ranks.values())
    first = [one for one in claimers if ranks[one] == top]
    ids = {tuple(sorted(n for n in seen.names.get(one, ()) if n[1] == top[1])) or one for one in first}
    if len(ids) > 1:
        return None
    here = places[own].path
    return min(first, key=lambda one: (-_common(here, places[one].path), places[one].depth()))


def _common(one: str, other: str) -> int:
    """How many folders two paths share."""
    shared = posixpath.commonpath(["/" + one, "/" + other])
    return shared.count("/") if shared != "/" else 0


def _merit(own: int, seen: _Seen, places: Mapping[int, _Place]) -> tuple[Any, ...]:
    best = min((rank(reader) for reader in seen.readers.get(own, ())), default=(99, ""))
    return (*best, *places[own].depth())


def _end(own: int, under: Mapping[int, int], merit: Callable[[int], tuple[Any, ...]]) -> int:
    """Where the way from claimed to claimer ends; in a ring at the best of it."""
    way: dict[int, None] = {}
    while own in under and own not in way:
        way[own] = None
        own = under[own]
    if own not in way:
        return own
    steps = list(way)
    return min(steps[steps.index(own) :], key=merit)


def _apply(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    ends: Mapping[int, int],
    places: Mapping[int, _Place],
    newcomers: Mapping[int, Newcomer],
) -> Moved:
    """Bring tables and memory to where each run is shown now."""
    joins = known.joins
    moved = Moved()
    to = {own: end for own, end in ends.items() if joins.shown(own) != end}
    if not to:
        return moved
    before = {own: joins.under.get(own) for own in to}
    for own, end in to.items():
        old = before[own]
        if old is not None:
            moved.runs[old.run] = old.id
            moved.lost.add(old.run)
        moved.runs[end] = places[end].id
        joins.put_under(own, None if end == own else Shown(end, places[end].id), places[own].id)
    _repoint(con, ("facts", "series"), to)
    _take_back(con, [own for own in to if before[own] is not None and to[own] == own], moved)
    _repoint(con, ("joined",), {own: end for own, end in to.items() if before[own] and end != own})
    folded = {own: end for own, end in to.items() if before[own] is None}
    _put_under(con, folded, newcomers, moved)
    for own in folded:
        known.unsettled.pop(own, None)
        moved.left[own] = places[own].id
        moved.runs.pop(own, None)
    moved.projects = {run: places[run].project for run in moved.runs}
    return moved


def _repoint(con: duckdb.DuckDBPyConnection, tables: Collection[str], to: Mapping[int, int]) -> None:
    if not to:
        return
    rows, text = staged({"own_id": ("INTEGER", list(to)), "run_id": ("INTEGER", list(to.values()))})
    for table in tables:
        con.execute(
            f"UPDATE {table} SET run_id = r.run_id FROM {rows} r WHERE {table}.own_id = r.own_id", [text]
        )


def _take_back(con: duckdb.DuckDBPyConnection, owns: Collection[int], moved: Moved) -> None:
    if not owns:
        return
    listed = ", ".join(map(str, owns))
    for own, identity, project, path, native, seen in con.execute(
        f"SELECT own_id, id, project_id, path, native, seen FROM joined WHERE own_id IN ({listed})"
    ).fetchall():
        moved.back[own] = Newcomer(identity, RunKey(path, native), project, seen)
    con.execute(f"DELETE FROM joined WHERE own_id IN ({listed})")


def _put_under(
    con: duckdb.DuckDBPyConnection,
    folded: Mapping[int, int],
    newcomers: Mapping[int, Newcomer],
    moved: Moved,
) -> None:
    """Take the rows of runs that are shown under another one out of sight."""
    with_row = {own: end for own, end in folded.items() if own not in newcomers}
    if with_row:
        rows, text = staged(
            {"own_id": ("INTEGER", list(with_row)), "end_id": ("INTEGER", list(with_row.values()))}
        )
        con.execute(
            "INSERT INTO joined SELECT r.run_id, r.id, r.project_id, r.path, r.native, r.seen, f.end_id"
            f" FROM runs r JOIN {rows} f ON r.run_id = f.own_id",
            [text],
        )
        listed = ", ".join(map(str, with_row))
        for own, active in con.execute(
            f"SELECT run_id, active FROM runs WHERE active IS NOT NULL AND run_id IN ({listed})"
        ).fetchall():
            moved.actives[with_row[own]] = max(active, moved.actives.get(with_row[own], active))
        for table in ("runs", '"values"'):
            con.execute(f"DELETE FROM {table} WHERE run_id IN ({listed})")
    fresh = {own: newcomers[own] for own in folded if own in newcomers}
    if fresh:
        rows, text = staged(
            {
                "own_id": ("INTEGER", list(fresh)),
                "id": ("VARCHAR", [one.id for one in fresh.values()]),
                "project_id": ("INTEGER", [one.project for one in fresh.values()]),
                "path": ("VARCHAR", [one.key.path for one in fresh.values()]),
                "native": ("VARCHAR", [one.key.native for one in fresh.values()]),
                "seen": ("BIGINT", [one.seen for one in fresh.values()]),
                "run_id": ("INTEGER", [folded[own] for own in fresh]),
            }
        )
        con.execute(f"INSERT INTO joined SELECT * FROM {rows}", [text])
