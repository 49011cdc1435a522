"""What the writer knows by heart is asked of the tables once something needs it."""

from typing import Any

import duckdb
import pytest
from store_making import PROJECT, reading

from mlops_console.store import open_store
from mlops_console.store.known import Known


class Counting:
    """A connection that counts what it is asked."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self.asked = 0

    def execute(self, *question: Any) -> Any:
        self.asked += 1
        return self._con.execute(*question)


def test_nothing_is_asked_before_something_is_needed(store, where):
    store.apply([reading(f"runs/{number}") for number in range(3)])
    store.close()
    with duckdb.connect(str(where.store)) as file:
        con = Counting(file)
        known = Known(con)
        assert con.asked == 0
        assert known.projects == {PROJECT.key: 1}
        assert con.asked > 0
        asked = con.asked
        assert {path for _, _, path in known.sources} == {"runs/0", "runs/1", "runs/2"}
        assert known.next_source == 4
        assert con.asked == asked
        with pytest.raises(AttributeError):
            _ = known.unheard_of


def test_a_store_that_is_opened_again_goes_on_where_it_was(store, where):
    store.apply([reading("runs/0", metrics={"loss": [(0, 1, 0.5)]})])
    store.close()
    with_more = open_store(where)
    with_more.put_project(PROJECT)
    with_more.apply([reading("runs/0"), reading("runs/1")])
    assert {one.source.path for one in with_more.known(PROJECT.key)} == {"runs/0", "runs/1"}
    with_more.close()
