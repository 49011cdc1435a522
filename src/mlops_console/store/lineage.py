"""Questions about how runs belong together: what ran before, children, and runs with the same parameters."""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from mlops_console.store.database import Connection, listed
from mlops_console.store.runs import SEVERAL

_MOMENT: Final = "coalesce(r.started, r.active, r.seen)"


class Kin(NamedTuple):
    """A run as another one's relative."""

    id: str
    name: str | None
    path: str
    status: str
    group: str | None
    parent: str | None
    started: int | None


_KIN: Final = 'r.id, r.name, r.path, r.status, r."group", r.parent, r.started'


def earlier(connection: Connection, run_id: str, limit: int, group: str | None = None) -> list[Kin]:
    """Runs of the same project that began before this one, the newest first; archived ones left out.

    With a group only those of it.
    """
    where, parameters = "", [run_id]
    if group is not None:
        where, parameters = 'AND r."group" = $2', [run_id, group]
    rows = connection.rows(
        f"WITH this AS (SELECT project_id, run_id, {_MOMENT} AS moment FROM runs r WHERE id = $1)"
        f" SELECT {_KIN} FROM runs r, this WHERE r.project_id = this.project_id AND r.run_id <> this.run_id"
        f" AND {_MOMENT} < this.moment AND NOT r.archived {where}"
        f" ORDER BY {_MOMENT} DESC, r.id LIMIT {int(limit)}",
        parameters,
    )
    return [Kin(*row) for row in rows]


def relatives(connection: Connection, ids: Sequence[str]) -> dict[str, Kin]:
    """These runs, by id."""
    rows = connection.rows(f"SELECT {_KIN} FROM runs r WHERE r.id IN ({SEVERAL})", [" ".join(ids)])
    return {row[0]: Kin(*row) for row in rows}


def children(connection: Connection, run_id: str, limit: int) -> tuple[list[Kin], int]:
    """The runs whose parent this is, in the order in which they began, and how many there are."""
    total = connection.rows("SELECT count(*) FROM runs WHERE parent = ?", [run_id])[0][0]
    rows = connection.rows(
        f"SELECT {_KIN} FROM runs r WHERE r.parent = ? ORDER BY {_MOMENT}, r.id LIMIT {int(limit)}", [run_id]
    )
    return [Kin(*row) for row in rows], int(total)


def same_params(connection: Connection, run_id: str, but: Collection[int], limit: int) -> list[Kin]:
    """Other runs of the project with the same parameters, newest first; those numbered in `but` don't count.

    None for a run without other parameters.
    """
    aside = listed(but)
    mine = [
        number
        for (number,) in connection.rows(
            'SELECT v.key_id FROM "values" v JOIN keys k USING (key_id) JOIN runs r USING (run_id)'
            f" WHERE r.id = ? AND k.kind = 'param' AND (v.key_id IN ({aside})) IS NOT TRUE",
            [run_id],
        )
    ]
    if not mine:
        return []
    rows = connection.rows(
        f"""WITH this AS (SELECT project_id, run_id FROM runs WHERE id = ?),
        mine AS (SELECT v.key_id, v.text FROM "values" v JOIN this USING (run_id)
            WHERE v.key_id IN ({listed(mine)})),
        alike AS (SELECT v.run_id FROM "values" v JOIN mine m ON v.key_id = m.key_id AND v.text = m.text
            GROUP BY v.run_id HAVING count(*) = {len(mine)}),
        more AS (SELECT v.run_id FROM "values" v SEMI JOIN alike USING (run_id) JOIN keys k USING (key_id)
            WHERE k.kind = 'param' AND (v.key_id IN ({listed([*mine, *but])})) IS NOT TRUE)
        SELECT {_KIN} FROM runs r, this WHERE r.run_id IN (FROM alike) AND r.run_id NOT IN (FROM more)
            AND r.run_id <> this.run_id AND r.project_id = this.project_id AND NOT r.archived
            ORDER BY {_MOMENT} DESC, r.id LIMIT {int(limit)}""",
        [run_id],
    )
    return [Kin(*row) for row in rows]


def param_keys(connection: Connection) -> dict[str, int]:
    """Every parameter's key and its number."""
    rows: list[tuple[Any, ...]] = connection.rows("SELECT key, key_id FROM keys WHERE kind = 'param'")
    return dict(rows)


def param_texts(
    connection: Connection, ids: Sequence[str], keys: Collection[int]
) -> dict[str, dict[int, str]]:
    """Run id -> the text of its values of these parameters, by the parameter's number."""
    found: dict[str, dict[int, str]] = {run_id: {} for run_id in ids}
    for run_id, key, text in connection.rows(
        'SELECT r.id, v.key_id, v.text FROM "values" v JOIN runs r USING (run_id)'
        f" WHERE v.key_id IN ({listed(keys)}) AND r.id IN ({SEVERAL})",
        [" ".join(ids)],
    ):
        found[run_id][key] = text
    return found
