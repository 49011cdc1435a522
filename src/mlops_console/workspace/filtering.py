"""Which runs a filter lets through."""

from typing import TYPE_CHECKING

from mlops_console.records import IntArray
from mlops_console.store import filter_sql
from mlops_console.store.conditions import Condition, tests
from mlops_console.workspace.filters import parse
from mlops_console.workspace.goals import goal_of

if TYPE_CHECKING:
    from mlops_console.store.database import Connection
    from mlops_console.workspace.opening import Workspace


def matching(connection: "Connection", where: str, now: int) -> tuple[IntArray, bool]:
    """The numbers of the runs, and whether the filter speaks of archived ones itself."""
    condition = parse(where)
    return filter_sql.matching(connection, condition, now, goal_of), _speaks_of_archived(condition)


def check(workspace: "Workspace", where: str) -> None:
    """FilterError if the filter can't be read or asks for what no run has."""
    workspace.ask(lambda connection: matching(connection, where, 0))


def _speaks_of_archived(condition: Condition) -> bool:
    return any(
        test.key.text.lower() == "is"
        and any(value.text.lower() in ("archived", "deleted") for value in test.values)
        for test in tests(condition)
    )
