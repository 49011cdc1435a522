"""Reading a run of the file store: what its small files say first, then its points as they are."""

from dataclasses import replace

from mlops_console import beneath
from mlops_console.beneath import OpenFolder
from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow.filestore import facts, series
from mlops_console.readers.mlflow.filestore.claiming import META
from mlops_console.readers.mlflow.filestore.models import Home
from mlops_console.readers.mlflow.filestore.places import Cursor, ReplacedError
from mlops_console.readers.mlflow.filestore.plain_yaml import MOST_BYTES
from mlops_console.records import Chunk, Points, Problem, RunFacts, RunKey, Source

_AT_ONCE = 16 << 10
"""Bytes of metrics that are read along with the facts; of more, the facts come first, so that a table can."""


def read(root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
    """Go on in the run where the cursor says."""
    before = Cursor.decode(cursor) if cursor is not None else None
    anew = cursor is not None and before is None
    try:
        chunk = _read(root, source.path, before or Cursor(), budget)
    except ReplacedError:
        chunk, anew = _read(root, source.path, Cursor(), budget), True
    return replace(chunk, reset=True) if anew else chunk


def _read(root: str, path: str, cursor: Cursor, budget: Budget) -> Chunk:
    try:
        run = OpenFolder.at(root, path)
    except FileNotFoundError:
        return _nothing(cursor)
    except OSError as error:
        return _nothing(cursor, Problem(path, f"the folder {beneath.why_not(error)}"))
    with run:
        try:
            meta = run.read(META, MOST_BYTES)[0]
        except FileNotFoundError:
            # A file that vanished takes nothing back; one that has yet to come has not said anything.
            return _nothing(cursor)
        except OSError as error:
            return _nothing(cursor, Problem(f"{path}/{META}", beneath.why_not(error)))
        return _read_run(root, path, run, meta, cursor, budget)


def _read_run(root: str, path: str, run: OpenFolder, meta: bytes, cursor: Cursor, budget: Budget) -> Chunk:
    home = facts.home_of(root, path)
    said: RunFacts | None = None
    first = not cursor.seen
    more = first and series.more_than(run, _AT_ONCE)
    if first or facts.signature(home, run, facts.look(home, run)) != cursor.seen:
        said = _facts(home, run, meta, cursor, pointed=more)
    gathered = series.Gathered()
    odd: list[Problem] = []
    if not more:
        more, odd = series.read_on(run, path, cursor.places, budget, gathered)
    newest = gathered.newest
    if newest is not None:
        said = replace(said or RunFacts(RunKey(path)), active=newest)
    return Chunk(
        facts=(said,) if said is not None else (),
        points=gathered.points(RunKey(path)),
        problems=(*cursor.problems, *series.problems(path, cursor.places), *odd),
        cursor=cursor.encode(),
        more=more,
    )


def _facts(home: Home, run: OpenFolder, meta: bytes, cursor: Cursor, *, pointed: bool) -> RunFacts:
    """What the small files say now; the cursor keeps what is needed to notice what was taken back."""
    # The points tell of life, where there are some; the times of files are those of a copy as well.
    pointed = pointed or any(place.offset for place in cursor.places.values())
    found = facts.gather(home, run, meta, by_files=not pointed)
    said = found.said()
    taken_back = [word for word in cursor.said if word not in said]
    if taken_back and found.whole:
        raise ReplacedError
    cursor.seen = facts.signature(home, run, found.seen)
    cursor.said = (*said, *taken_back)
    cursor.problems = tuple(found.problems)
    return found.facts


def _nothing(cursor: Cursor, *problems: Problem) -> Chunk:
    return Chunk((), Points.empty(), (*problems, *cursor.problems), cursor.encode())
