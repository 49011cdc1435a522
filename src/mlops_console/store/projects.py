"""Projects, and what discovery remembers of each."""

from collections.abc import Mapping, Sequence

import duckdb

from mlops_console.records import Problem, Project
from mlops_console.store.apply import delete_points
from mlops_console.store.known import Known
from mlops_console.store.sources import insert_problems
from mlops_console.store.staging import as_found, exact, sound, staged


def put(con: duckdb.DuckDBPyConnection, known: Known, project: Project) -> None:
    """Know a project, or its new name and place."""
    row = [sound(project.name), exact(project.root), project.device, project.inode]
    number = known.projects.get(project.key)
    if number is None:
        number = known.next_project
        known.next_project += 1
        known.projects[project.key] = number
        con.execute("INSERT INTO projects VALUES (?, ?, ?, ?, ?, ?)", [number, project.key, *row])
    else:
        con.execute(
            "UPDATE projects SET name = ?, root = ?, device = ?, inode = ? WHERE project_id = ?",
            [*row, number],
        )


def drop(con: duckdb.DuckDBPyConnection, key: str) -> None:
    """A project with all that was read in it."""
    row = con.execute("SELECT project_id FROM projects WHERE key = ?", [key]).fetchone()
    if row is None:
        return
    number = int(row[0])
    runs = f"run_id IN (SELECT run_id FROM runs WHERE project_id = {number})"
    delete_points(con, runs)
    con.execute(f'DELETE FROM "values" WHERE {runs}')
    con.execute(f"DELETE FROM facts WHERE {runs}")
    for table in ("runs", "joined", "sources", "verdicts", "problems", "events", "folds", "projects"):
        con.execute(f"DELETE FROM {table} WHERE project_id = {number}")


def looks(con: duckdb.DuckDBPyConnection, key: str) -> dict[str, tuple[bytes, bytes]]:
    """What discovery saw in heads: path -> (stamp, verdict)."""
    rows = con.execute(
        "SELECT path, stamp, verdict FROM verdicts JOIN projects USING (project_id) WHERE key = ?", [key]
    ).fetchall()
    return {as_found(path): (bytes(stamp), bytes(verdict)) for path, stamp, verdict in rows}


def put_looks(
    con: duckdb.DuckDBPyConnection, known: Known, key: str, seen: Mapping[str, tuple[bytes, bytes]]
) -> None:
    """Remember looks; those at other paths stay."""
    if not seen:
        return
    number = known.projects[key]
    rows, text = staged(
        {
            "path": ("VARCHAR", [exact(path) for path in seen]),
            "stamp": ("BLOB", [stamp for stamp, _ in seen.values()]),
            "verdict": ("BLOB", [verdict for _, verdict in seen.values()]),
        }
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE looks AS SELECT * FROM {rows}", [text])
    con.execute(f"DELETE FROM verdicts WHERE project_id = {number} AND path IN (SELECT path FROM looks)")
    con.execute(f"INSERT INTO verdicts SELECT {number}, * FROM looks")
    con.execute("DROP TABLE looks")


def put_problems(con: duckdb.DuckDBPyConnection, known: Known, key: str, problems: Sequence[Problem]) -> bool:
    """Replace discovery's problems of a project; whether there were or are any."""
    number = known.projects[key]
    had = con.execute(
        f"SELECT 1 FROM problems WHERE project_id = {number} AND source_id IS NULL LIMIT 1"
    ).fetchone()
    if had:
        con.execute(f"DELETE FROM problems WHERE project_id = {number} AND source_id IS NULL")
    if problems:
        insert_problems(con, [(number, None, problem) for problem in problems])
    return bool(had or problems)
