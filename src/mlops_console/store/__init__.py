"""The store: a projection of what all watched projects' files say, in one DuckDB file per user.

The only package that knows DuckDB. Questions go through `Store.connect()`; the tables are in `schema`. The
points of series are kept in blocks: ask `points.points_of(connection, series_ids)`, not the tables.

The reader child makes blocks with what lies here, without DuckDB: the doors are opened when they are used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.store.database import Connection
    from mlops_console.store.points import points_of
    from mlops_console.store.store import Store, open_store
    from mlops_console.store.types import KnownSource, Read, StoreRebuiltError

__all__ = ["Connection", "KnownSource", "Read", "Store", "StoreRebuiltError", "open_store", "points_of"]

_WHERE = {
    "Connection": "database", "KnownSource": "types", "Read": "types", "Store": "store",
    "StoreRebuiltError": "types", "open_store": "store", "points_of": "points",
}  # fmt: skip


def __getattr__(name: str) -> object:
    import importlib

    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
