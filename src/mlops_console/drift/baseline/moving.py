"""How much data moves by itself: floors of its features, where its later windows are known.

Parts smaller than a window differ more than windows do, and floors from them would hide drift: so a monitor
has to say how its windows are cut.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.drift.model import JUDGED

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.tables.files import FileTable

_FEWEST: Final = 50
"""Rows of a window: of fewer, chance is most of what is seen."""
_DAY: Final = 86_400.0


def floors_of(
    table: "FileTable", time: str, *, rows: int = 0, days: float = 0.0, aside: Sequence[str] = ()
) -> tuple[dict[str, float], str]:
    """Floors by feature, from parts of the rows as large as a window; or why there are none.

    Args:
        table: The data.
        time: The column that its rows ascend by; empty: it is not known.
        rows: Of a window.
        days: How long a window lasts, where it is cut by time.
        aside: Columns that are no features.
    """
    from mlops_console.drift.judging.floors import floors, pieces

    if not time or not (rows or days):
        return {}, ""
    moments = table.frame([time])[time]
    if not moments.is_sorted():
        shown = safe_text(time, 60)
        return {}, f"rows do not ascend by {shown}: how much the data moves by itself in time is not known"
    names = [name for name, about in table.columns().items() if about.kind in JUDGED and name not in aside]
    window = rows or _rows_of(moments, days)
    parts = [table.part(*place) for place in pieces(table.rows, window)] if window >= _FEWEST else []
    kinds = {name: table.columns()[name].kind for name in names}
    return floors([part.samples(names, kinds) for part in parts]), ""


def _rows_of(moments: "pl.Series", days: float) -> int:
    """How many rows come in so many days; 0: not known."""
    import polars as pl

    known = moments.drop_nulls()
    if moments.dtype not in (pl.Date, pl.Datetime) or not len(known):
        return 0
    first, last = known[0], known[-1]
    span = (last - first).total_seconds() / _DAY
    return int(len(known) * days / span) if span > 0 else 0
