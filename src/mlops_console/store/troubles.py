"""Questions about runs that went wrong: those of one error together, and those without a sign of life."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mlops_console.store.database import Connection
from mlops_console.store.runs import SEVERAL

FOLDER: Final = "folder"
SWEEP: Final = "sweep"
GROUP: Final = "group"

_WORDS: Final = 240
"""So many characters of an error tell it from others."""
_CHANGING: Final = r"0x[0-9a-f]+|\b[0-9a-f]{8,}\b|[0-9]+([.,:][0-9]+)*"
"""What differs between two reports of the same error: addresses, hashes, sizes, steps."""
_KIN: Final = (
    "CASE WHEN r.\"group\" <> '' THEN 'group' WHEN r.parent IS NOT NULL THEN 'sweep' ELSE 'folder' END"
)
_OF: Final = (
    'CASE WHEN r."group" <> \'\' THEN r."group" WHEN r.parent IS NOT NULL THEN r.parent'
    " WHEN r.native <> '' THEN r.path ELSE regexp_replace(r.path, '/?[^/]*$', '') END"
)
_SEEN: Final = "NOT r.archived AND NOT r.gone AND r.deleted IS NULL"
_ENDED: Final = "coalesce(r.ended, r.active, r.seen)"
_MOMENT: Final = f"CASE WHEN {_ENDED} <= $1 THEN {_ENDED} WHEN r.seen <= $1 THEN r.seen END"
"""When it ended; one that ended tomorrow, by a clock that is wrong, was over when it was first seen. None of
a run that was seen tomorrow: then it is our own clock that is wrong."""
_QUIET: Final = "coalesce(r.active, r.seen)"
_SIGN: Final = f"CASE WHEN {_QUIET} <= $1 THEN {_QUIET} WHEN r.seen <= $1 THEN r.seen END"
_BEGAN: Final = f"coalesce(r.started, {_ENDED})"
_NAME: Final = "coalesce(r.name, CASE WHEN r.native <> '' THEN r.native ELSE r.path END)"
_OLDEST: Final = "min({'moment': moment, 'place': concat_ws('#', path, nullif(native, ''))}).place"
"""Of those that ended at once the same for everybody."""
NAMED: Final = 60
"""So many runs of one trouble are named one by one."""
_IDS: Final = f"list_slice(list(id ORDER BY moment DESC, id), 1, {NAMED})"
_STOPPED: Final = "interrupted from the keyboard"
"""As the recorder says that a person ended it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Runs of one group that ended with one error, or fell silent. Times are epoch microseconds."""

    project: str
    """Key."""
    kin: str
    """What `of` is: `group`; `sweep`, a run whose parts these are; `folder`, that they lie in."""
    of: str
    """The group's name, the id of the sweep, the path of the folder."""
    label: str
    """`of` for people."""
    error: str
    """What is the same of the error, lower case without figures; empty: nothing is known of it."""
    said: str
    """The error as the newest of them has it."""
    runs: int
    killed: int
    """So many of them were killed, the others failed."""
    first: int
    last: int
    newest: str
    """Id of the newest of them."""
    name: str
    """Its name."""
    oldest: str
    """Path of the one that was first, and its name in that where a file holds several."""
    ids: Sequence[str] = ()
    """Of all of them, as long as they are no more than `NAMED`; else of so many of the newest."""


def failures(connection: Connection, now: int, since: int) -> list[Trouble]:
    """Runs of all projects that failed or were killed since then and are not resolved, the newest first.

    They are resolved where a run of the same group that began after the newest of them has finished. A run
    that other failing runs are parts of is told by those; what a person stopped is none.
    """
    rows = connection.rows(
        f"""WITH bad AS (SELECT r.run_id, r.id, r.project_id, {_KIN} AS kin, {_OF} AS kin_of, r.parent,
            r.path, r.native, {_NAME} AS name, r.status, {_MOMENT} AS moment,
            coalesce(r.status_reason, '') AS said
            FROM runs r WHERE r.status IN ('failed', 'killed') AND {_SEEN}
            AND {_MOMENT} >= $2 AND (r.status_reason IS NULL OR r.status_reason <> '{_STOPPED}')),
        left_over AS (SELECT * FROM bad WHERE id NOT IN (SELECT parent FROM bad WHERE parent IS NOT NULL)),
        good AS (SELECT r.project_id, {_KIN} AS kin, {_OF} AS kin_of, max({_BEGAN}) AS began FROM runs r
            WHERE r.status = 'finished' AND {_SEEN} AND {_BEGAN} >= $2 GROUP BY ALL),
        alike AS (SELECT project_id, kin, kin_of,
            left(regexp_replace(lower(said), '{_CHANGING}', '#', 'g'), {_WORDS}) AS error,
            arg_max(said, moment) AS said, count(*) AS n, count(*) FILTER (WHERE status = 'killed') AS killed,
            min(moment) AS first, max(moment) AS last, arg_max(id, moment) AS newest,
            arg_max(name, moment) AS name, {_OLDEST} AS oldest, {_IDS} AS ids
            FROM left_over GROUP BY project_id, kin, kin_of, error)
        SELECT p.key, a.kin, a.kin_of, a.error, a.said, a.n, a.killed, a.first, a.last, a.newest, a.name,
            a.oldest, a.ids FROM alike a JOIN projects p USING (project_id)
            LEFT JOIN good g USING (project_id, kin, kin_of)
            WHERE g.began IS NULL OR g.began <= a.last ORDER BY a.last DESC, a.newest""",
        [now, since],
    )
    return _named(connection, [_trouble(row) for row in rows])


def silences(connection: Connection, now: int, since: int) -> list[Trouble]:
    """Runs of all projects that say they run and gave no sign of life, the newest of which came since then.

    Only where a tool said that they run: of one that never says so nothing follows from silence. They are
    resolved as failures are.
    """
    silent = (
        "r.declared = 'running' AND (r.status = 'unknown'"
        " OR (r.status = 'running' AND starts_with(r.status_reason, 'stale since')))"
    )
    rows = connection.rows(
        f"""WITH bad AS (SELECT r.id, r.project_id, {_KIN} AS kin, {_OF} AS kin_of, r.path, r.native,
            {_NAME} AS name, {_SIGN} AS moment
            FROM runs r WHERE {silent} AND {_SEEN} AND {_SIGN} >= $2),
        good AS (SELECT r.project_id, {_KIN} AS kin, {_OF} AS kin_of, max({_BEGAN}) AS began FROM runs r
            WHERE r.status = 'finished' AND {_SEEN} AND {_BEGAN} >= $2 GROUP BY ALL),
        alike AS (SELECT project_id, kin, kin_of, count(*) AS n, min(moment) AS first, max(moment) AS last,
            arg_max(id, moment) AS newest, arg_max(name, moment) AS name, {_OLDEST} AS oldest, {_IDS} AS ids
            FROM bad GROUP BY project_id, kin, kin_of)
        SELECT p.key, a.kin, a.kin_of, '', '', a.n, 0, a.first, a.last, a.newest, a.name, a.oldest, a.ids
            FROM alike a JOIN projects p USING (project_id) LEFT JOIN good g USING (project_id, kin, kin_of)
            WHERE g.began IS NULL OR g.began <= a.last ORDER BY a.last DESC, a.newest""",
        [now, since],
    )
    return _named(connection, [_trouble(row) for row in rows])


def seen_last(connection: Connection) -> int | None:
    """When the newest run was first seen, by the clock of then; None: there is no run."""
    found: int | None = connection.rows("SELECT max(seen) FROM runs")[0][0]
    return found


def _trouble(row: tuple[Any, ...]) -> Trouble:
    key, kin, of, *rest = row
    return Trouble(key, kin, of, of, *rest)


def _named(connection: Connection, found: list[Trouble]) -> list[Trouble]:
    """The same, sweeps called by their names."""
    from dataclasses import replace

    sweeps = sorted({one.of for one in found if one.kin == SWEEP})
    if not sweeps:
        return found
    rows = connection.rows(f"SELECT r.id, {_NAME} FROM runs r WHERE r.id IN ({SEVERAL})", [" ".join(sweeps)])
    names = dict(rows)
    return [replace(one, label=names.get(one.of, "")) if one.kin == SWEEP else one for one in found]
