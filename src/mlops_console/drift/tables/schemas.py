"""What the columns of several files have in common, and each file's rows as these columns."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.drift.tables import types
from mlops_console.drift.tables.source import Source

if TYPE_CHECKING:
    import polars as pl

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: those of all its files, in the order in which they first appear."""

    types: "dict[str, pl.DataType]"
    problems: tuple[str, ...] = ()
    _same: frozenset[int] = field(default=frozenset())
    """Sources (by `id`) whose columns need nothing done to them."""

    @classmethod
    def of(cls, sources: Sequence[Source]) -> "Columns":
        """Types that differ become one that holds both; text where there is none, which is told."""
        import polars as pl

        found: dict[str, pl.DataType] = {}
        seen: dict[str, int] = {}
        odd: dict[str, list[str]] = {}
        for source in sources:
            for name, dtype in source.schema.items():
                seen[name] = seen.get(name, 0) + 1
                known = found.setdefault(name, dtype)
                if known == dtype:
                    continue
                both = types.common(known, dtype)
                if both is None:
                    odd.setdefault(name, [types.said(known)])
                    odd[name].append(types.said(dtype))
                found[name] = both if both is not None else pl.String()
        problems = [
            f"Column {display.safe_text(name)} is {' and '.join(dict.fromkeys(words))} in different files: "
            "it is read as text."
            for name, words in odd.items()
        ]
        problems += _gaps(seen, sources)
        same = frozenset(id(one) for one in sources if one.schema == found)
        return cls(found, tuple(problems), same)

    def shown(self, name: str) -> str:
        """A column's name, made safe."""
        return display.safe_text(name)[:80]

    def like(self, name: str) -> str:
        """What columns there are, the ones of a like name first."""
        names = difflib.get_close_matches(name, list(self.types)[:1_000], _NAMED) or list(self.types)[:_NAMED]
        more = " …" if len(self.types) > len(names) else ""
        return f"its columns: {', '.join(self.shown(one) for one in names)}{more}"

    def fitted(self, source: Source, names: Sequence[str], first: int, rows: int) -> "pl.DataFrame":
        """Some rows of a file as the table's columns; a column that the file has not is without values."""
        have = [name for name in names if name in source.schema]
        if not have:
            return self.nothing(names).clear(rows)
        return self._fit(source.read(have, first, rows), source, names)

    def fitted_pieces(self, source: Source, names: Sequence[str], rows: int) -> "Iterator[pl.DataFrame]":
        """All rows of a file as the table's columns, in pieces."""
        have = [name for name in names if name in source.schema] or list(source.schema)[:1]
        for piece in source.pieces(have, rows):
            yield self._fit(piece, source, names)

    def nothing(self, names: Sequence[str]) -> "pl.DataFrame":
        """These columns without a row."""
        import polars as pl

        return pl.DataFrame(schema={name: self.types[name] for name in names})

    def _fit(self, read: "pl.DataFrame", source: Source, names: Sequence[str]) -> "pl.DataFrame":
        import polars as pl

        if id(source) in self._same:
            return read if read.columns == list(names) else read.select(names)
        return read.select(
            [
                _cast(pl.col(name), source.schema[name], self.types[name])
                if name in source.schema
                else pl.lit(None, self.types[name]).alias(name)
                for name in names
            ]
        )


def _cast(column: "pl.Expr", have: "pl.DataType", want: "pl.DataType") -> "pl.Expr":
    import polars as pl

    if have == want:
        return column
    if want == pl.String and (have.is_nested() or have == pl.Binary):
        return pl.lit(None, want).alias(column.meta.output_name())
    return column.cast(want, strict=False)


def _gaps(seen: dict[str, int], sources: Sequence[Source]) -> list[str]:
    """Columns that some files have not: a few by name."""
    gaps = [name for name, count in seen.items() if count < len(sources)]
    said = [
        f"Column {display.safe_text(name)} is in {seen[name]:,} of {len(sources):,} files: "
        "rows of the others have no value of it."
        for name in gaps[:20]
    ]
    if len(gaps) > len(said):
        said.append(f"So it is with {len(gaps) - len(said):,} more columns.")
    return said
