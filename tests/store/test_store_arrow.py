"""Columns come into DuckDB as they are: numbers of all widths, what is no number, bytes of any length."""

import duckdb
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.store.arrow import incoming

ROWS = st.lists(
    st.tuples(
        st.integers(-(2**15), 2**15 - 1),
        st.integers(-(2**31), 2**31 - 1),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(),
        st.binary(max_size=40),
    ),
    max_size=12,
)


@given(ROWS)
def test_columns_arrive_as_they_are(rows: list[tuple[int, int, int, float, bytes]]) -> None:
    con = duckdb.connect(":memory:")
    short, middle, long, floats, data = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    columns = {
        "a": np.array(short, np.int16),
        "b": np.array(middle, np.int32),
        "c": np.array(long, np.int64),
        "d": np.array(floats, np.float64),
        "e": data,
    }
    with incoming(con, columns):
        con.execute("CREATE TABLE t AS SELECT * FROM incoming")
        assert con.execute("SELECT count(*) FROM incoming WHERE c >= 0").fetchone() == (
            sum(one >= 0 for one in long),
        )
    found = con.execute("SELECT * FROM t").fetchall()
    assert [repr(row) for row in found] == [repr(row) for row in rows]
    con.close()


def test_many_rows_of_a_slice() -> None:
    con = duckdb.connect(":memory:")
    numbers = np.arange(20_000, dtype=np.int64)[::2]
    with incoming(con, {"n": numbers, "b": [b"%d" % n for n in numbers]}):
        found = con.execute("SELECT sum(n), count(*) FROM incoming WHERE encode(n::VARCHAR) = b").fetchone()
    assert found == (int(numbers.sum()), len(numbers))
    con.close()
