"""The store: a projection of what all watched projects' files say, in one DuckDB file per user.

The only package that knows DuckDB. Questions go through `Store.connect()`; the tables are in `schema`. The
points of series are kept in blocks: ask `points.points_of(connection, series_ids)`, not the tables.
"""

from mlops_console.store.database import Connection
from mlops_console.store.points import points_of
from mlops_console.store.store import Store, open_store
from mlops_console.store.types import KnownSource, Read, StoreRebuiltError

__all__ = ["Connection", "KnownSource", "Read", "Store", "StoreRebuiltError", "open_store", "points_of"]
