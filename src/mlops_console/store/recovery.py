"""When the store's file can't be used: set it aside with its log, say so, begin anew from the files."""

import contextlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from mlops_console.errors import StoreError, StoreTooNewError
from mlops_console.store import schema
from mlops_console.store.database import attach, only_ours, told


def wal_of(path: Path) -> Path:
    """DuckDB's log of changes that are not in the file yet."""
    return path.with_name(path.name + ".wal")


def open_soundly(path: Path) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
    """The store at `path`, made, migrated or rebuilt if need be; and what a person must know.

    The caller holds both locks.
    """
    notices: list[str] = []
    for attempt in range(2):
        con: duckdb.DuckDBPyConnection | None = None
        try:
            con = attach(path)
            found = schema.version(con)
            if found == -1:
                schema.create(con)
            elif found is None or found > schema.VERSION:
                raise _foreign(path, found)  # noqa: TRY301
            elif found < schema.VERSION:
                con = _migrated(con, path, found, notices)
        except BaseException as error:
            if con is not None:
                with contextlib.suppress(duckdb.Error):
                    con.close()
            if not isinstance(error, (duckdb.Error, UnicodeError)):
                raise
            sentence = told(error, path)
            if sentence is not None:
                raise sentence from error
            if attempt:
                raise StoreError(f"{path} can't be opened: {error}") from error
            notices.append(set_aside(path))
        else:
            only_ours(path)
            return con, notices
    raise AssertionError("unreachable")


def _foreign(path: Path, found: int | None) -> StoreError:
    if found is None:
        return StoreError(
            f"{path} is a DuckDB database, but not a store of mlops-console", "name another file with --store"
        )
    return StoreTooNewError(
        f"{path} was written by a newer mlops-console"
        f" (store version {found}, this one knows {schema.VERSION})",
        "upgrade mlops-console, or name another store with --store",
    )


def set_aside(path: Path) -> str:
    """Move a damaged store and its log out of the way, together; the sentence that says so."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.corrupt-{stamp}")
    number = 1
    while aside.exists() or wal_of(aside).exists():
        number += 1
        aside = path.with_name(f"{path.name}.corrupt-{stamp}-{number}")
    for file, target in ((path, aside), (wal_of(path), wal_of(aside))):
        with contextlib.suppress(FileNotFoundError):
            file.rename(target)
    return f"The store was damaged and was set aside as {aside.name}; every run is read again from its files."


def _migrated(
    con: duckdb.DuckDBPyConnection, path: Path, found: int, notices: list[str]
) -> duckdb.DuckDBPyConnection:
    """Bring an older store to this version, with a copy of the old one beside it."""
    con.close()  # its log goes into the file, and ours may not be open while DuckDB is
    backup = path.with_name(f"{path.name}.before-v{schema.VERSION}")
    _copied(path, backup)
    con = attach(path)
    try:
        schema.migrate(con, found)
    except BaseException:
        con.close()
        raise
    notices.append(
        f"The store was brought from version {found} to {schema.VERSION}; the old one is {backup.name}."
    )
    return con


def _copied(path: Path, target: Path, copy: Callable[[Path, Path], object] = shutil.copyfile) -> None:
    temporary = target.with_name(target.name + ".part")
    try:
        copy(path, temporary)
        temporary.chmod(0o600)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(f"no copy of {path} could be kept before its upgrade: {error.strerror}") from error
