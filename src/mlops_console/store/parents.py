"""Which run is another one's parent: by its key, else by the id that the tool has for it.

A parent may be read after its children, be shown under another run, or go: then the children follow.
"""

from collections.abc import Collection, Iterable, Mapping

import duckdb

from mlops_console.store.joins import Moved, called
from mlops_console.store.known import Facts, Known
from mlops_console.store.merging import Row
from mlops_console.store.staging import sound, staged

Says = Mapping[int, Mapping[int, Facts]]
Named = tuple[int, str | None, str | None]
"""project_id, reader, native id."""


def names_of(before: Says, says: Says, owns: Collection[int], known: Known) -> set[str]:
    """The ids that a tool has for these runs, where they moved: children may have waited for them."""
    if not known.joins.parents_by_name:
        return set()
    names: set[str] = set()
    for own in owns:
        was, is_now = (
            {str(sound(facts["native_id"])) for facts in said[own].values() if "native_id" in facts}
            for said in (before, says)
        )
        names |= was ^ is_now
    return names


def parents_of(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    rows: Mapping[int, Row],
    projects: Mapping[int, int],
    ids: Mapping[int, str],
) -> dict[int, str | None]:
    """Run -> its parent's id."""
    if any(row.parent_native_id is not None for row in rows.values()):
        known.joins.parents_by_name = True
    said = {
        run: (row.parent_key, (projects[run], row.parent_reader, _sound(row.parent_native_id)))
        for run, row in rows.items()
    }
    return _resolved(con, known, said, ids)


def follow(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    joined: Moved,
    fresh: Collection[int],
    ids: Mapping[int, str],
    names: Collection[str],
) -> set[str]:
    """Let children of runs that are new, moved or called otherwise find them; the ids of those that did."""
    moved = {*joined.runs.values(), *joined.left.values()}
    if known.joins.parents_by_name:
        moved.update(ids[own] for own in fresh if own in ids)
    return find_again(con, known, moved, names)


def find_again(
    con: duckdb.DuckDBPyConnection, known: Known, moved: Collection[str], names: Collection[str]
) -> set[str]:
    """Look again for the parents of runs that name one of these ids."""
    if not moved and not names:
        return set()
    by_id, text = staged({"id": ("VARCHAR", list(moved))})
    by_name, names_text = staged({"native": ("VARCHAR", list(names))})
    children = con.execute(
        "SELECT run_id, id, project_id, parent, parent_key, parent_reader, parent_native_id FROM runs"
        f" WHERE parent_key IN (SELECT id FROM {by_id}) OR parent IN (SELECT id FROM {by_id})"
        f" OR parent_native_id IN (SELECT native FROM {by_name.replace('$1', '$2')})",
        [text, names_text],
    ).fetchall()
    said = {run: (key, (project, reader, native)) for run, _, project, _, key, reader, native in children}
    ids = {run: identity for run, identity, *_ in children}
    found = _resolved(con, known, said, ids)
    other = {run: found[run] for run, _, _, parent, *_ in children if found[run] != parent}
    if other:
        rows, text = staged({"run_id": ("INTEGER", list(other)), "parent": ("VARCHAR", list(other.values()))})
        con.execute(f"UPDATE runs SET parent = r.parent FROM {rows} r WHERE runs.run_id = r.run_id", [text])
    return {ids[run] for run in other}


def _resolved(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    said: Mapping[int, tuple[str | None, Named]],
    ids: Mapping[int, str],
) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    wanted: dict[int, Named] = {}
    for run, (key, named) in said.items():
        own = known.runs.get(key) if key is not None else None
        found[run] = _shown_id(known, own, key) if own is not None and key is not None else key
        if own is None and named[2] is not None:
            wanted[run] = named
    by_name = _by_name(con, known, wanted.values(), ids)
    for run, named in wanted.items():
        found[run] = by_name.get(named, found[run])
    return {run: None if parent == ids[run] else parent for run, parent in found.items()}


def _by_name(
    con: duckdb.DuckDBPyConnection, known: Known, wanted: Iterable[Named], ids: Mapping[int, str]
) -> dict[Named, str]:
    """The runs that tools call so; of several the one that was known first."""
    natives = {native for _, _, native in wanted if native is not None}
    if not natives:
        return {}
    owns: dict[Named, int] = {}
    for own, project, reader, native in called(con, natives):
        owns[project, reader, native] = min(own, owns.get((project, reader, native), own))
    identities = _identities(con, known, set(owns.values()), ids)
    return {named: identities[own] for named, own in owns.items() if own in identities}


def _identities(
    con: duckdb.DuckDBPyConnection, known: Known, owns: Collection[int], ids: Mapping[int, str]
) -> dict[int, str]:
    """Own number -> the id of the run it is shown as; `ids` are those that have no row yet."""
    under = known.joins.under
    found = {own: under[own].id if own in under else ids.get(own) for own in owns}
    rest = [own for own, identity in found.items() if identity is None]
    if rest:
        rows = con.execute(f"SELECT run_id, id FROM runs WHERE run_id IN ({', '.join(map(str, rest))})")
        found.update(rows.fetchall())
    return {own: identity for own, identity in found.items() if identity is not None}


def _sound(name: str | None) -> str | None:
    return None if name is None else str(sound(name))


def _shown_id(known: Known, own: int, identity: str) -> str:
    under = known.joins.under.get(own)
    return identity if under is None else under.id
