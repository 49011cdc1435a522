"""Rows in the form that a model takes: a table with names, or a matrix."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from mlops_console.drift.diagnosis.model import ModelError
from mlops_console.records import IntArray

if TYPE_CHECKING:
    import polars as pl

Shape: TypeAlias = Literal["pandas", "polars", "matrix"]
_NAMED: Final = 5


class Table:
    """Some rows, ready for a model; one column at a time can be mixed up."""

    def __init__(self, frame: "pl.DataFrame", shape: Shape) -> None:
        self.height = frame.height
        self.shape = shape
        self._first = frame
        self.x: Any = _made(frame, shape)
        """What the model is given."""

    def permute(self, name: str, order: IntArray) -> None:
        """Bring the values of one column, as they stand, into this order."""
        if self.shape == "matrix":
            at = self._first.columns.index(name)
            self.x[:, at] = self.x[order, at]
        elif self.shape == "pandas":
            self.x[name] = self.x[name].take(order).array
        else:
            self.x = self.x.with_columns(self.x[name].gather(order))

    def restore(self, name: str) -> None:
        """Bring them back into their first order."""
        if self.shape == "matrix":
            at = self._first.columns.index(name)
            self.x[:, at] = _made(self._first.select(name), "matrix")[:, 0]
        elif self.shape == "pandas":
            self.x[name] = _made(self._first.select(name), "pandas")[name].array
        else:
            self.x = self.x.with_columns(self._first[name])


def columns_for(
    known: Sequence[str] | None, many: int | None, there: Sequence[str], usual: Sequence[str]
) -> list[str]:
    """The columns that a model takes, in its order.

    Args:
        known: Their names, as the model learned them; None: it knows none.
        many: How many it takes; None: it does not say.
        there: All columns of the data but the label.
        usual: Those that are taken where it knows no names.

    Raises:
        ModelError: The data has others.
    """
    if known is not None:
        lacking = [name for name in known if name not in there]
        if lacking:
            raise ModelError(f"the data has no column {_listed(lacking)}, which the model takes")
        return list(known)
    if many is not None and many != len(usual):
        raise ModelError(
            f"the model takes {many} columns without names, the data has {len(usual)} ({_listed(usual)});"
            " save the whole pipeline, fitted on a table with names, or name them in order (--features)"
        )
    if not usual:
        raise ModelError("the data has no column that the model could be given")
    return list(usual)


def ways(frame: "pl.DataFrame", *, named: bool) -> Iterator[Table]:
    """The rows in every form that the model might take, the likeliest first.

    Args:
        frame: The columns that it takes.
        named: Whether it learned from a table with names.
    """
    if named and _has_pandas():
        yield Table(frame, "pandas")
    if named:
        yield Table(frame, "polars")
    yield Table(frame, "matrix")


def _has_pandas() -> bool:
    from importlib.util import find_spec

    return find_spec("pandas") is not None


def _made(frame: "pl.DataFrame", shape: Shape) -> Any:
    if shape == "polars":
        return frame
    columns = {name: _values(frame[name]) for name in frame.columns}
    if shape == "matrix":
        plain = all(values.dtype.kind in "biuf" for values in columns.values())
        out = np.empty((frame.height, len(columns)), np.float64 if plain else object)
        for at, values in enumerate(columns.values()):
            out[:, at] = values
        return out
    import pandas as pd

    return pd.DataFrame(columns, copy=True)


def _values(series: "pl.Series") -> Any:
    """A column as numpy has it: numbers with not-a-number for none, true and false, moments, else objects."""
    import polars as pl

    if series.dtype.is_numeric():
        if series.dtype.is_decimal():
            series = series.cast(pl.Float64)
        return np.array(series.to_numpy())
    if series.dtype == pl.Boolean and not series.null_count():
        return np.array(series.to_numpy())
    if series.dtype.is_temporal() and series.dtype != pl.Time:
        return np.array(series.to_numpy())
    # What tables of numpy and pandas hold where there is no value.
    return np.array([np.nan if value is None else value for value in series.to_list()], dtype=object)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(name[:60] for name in names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
