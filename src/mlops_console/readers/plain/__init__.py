"""Plain files: metrics as CSV, JSON lines or JSON, with params in YAML, JSON or TOML beside them.

`judging` tells metrics from data, `claiming` tells runs from files, `session` is one read of one source:
`files` reads what grows (`table`, `lines`), `docs` what is whole (`document`), `state` is the cursor.
"""

from mlops_console.readers.plain.reader import READER, PlainReader

__all__ = ["READER", "PlainReader"]
