"""The version of the tables in a file, and the steps of sql/0* that take an older file forward."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from flows.warehouse.connection import existing, open_file, run_script, scripts, transaction
from flows.warehouse.records import SchemaTooNewError, SchemaTooOldError, WarehouseError

#: One more for each step of sql/0*. A table that only comes anew needs none, nor does a view.
SCHEMA_VERSION: Final = 2


def schema_version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The version of the tables.

    Raises:
        SchemaTooNewError: it is newer than this program.
        WarehouseError: the file is no warehouse.
    """
    try:
        row = connection.execute("select schema_version from generation").fetchone()
    except duckdb.CatalogException as error:
        raise WarehouseError(f"{path} is a DuckDB file, but no warehouse of Khabar; choose another place") from error
    version = int(row[0]) if row else 0
    if version > SCHEMA_VERSION:
        raise SchemaTooNewError(
            f"{path} was written by a newer Khabar (tables of version {version}, this one knows {SCHEMA_VERSION}); "
            "update Khabar, or choose another place with --warehouse"
        )
    return version


@contextmanager
def open_warehouse(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse for reading.

    Raises:
        WarehouseError: there is none, it can't be read, or its tables are of another version than this program's.
    """
    with open_file(existing(warehouse)) as connection:
        version = schema_version(connection, warehouse)
        if version < SCHEMA_VERSION:
            raise SchemaTooOldError(
                f"{warehouse} was written by an older Khabar (tables of version {version}, this one wants "
                f"{SCHEMA_VERSION}); khabar run brings it up to date and keeps its history"
            )
        yield connection


def check_version(warehouse: Path) -> None:
    """Nothing if the published warehouse can be read by this program; else raises as `open_warehouse`."""
    with open_warehouse(warehouse):
        pass


def migrate(path: Path, threads: int = 0) -> None:
    """Takes a private file forward, a step and a transaction for each version.

    Raises:
        WarehouseError: a step failed, or there is none for this version.
    """
    steps = {int(script.name[:3]): script for script in scripts("0")}
    with open_file(path, writable=True, threads=threads) as connection:
        for version in range(schema_version(connection, path), SCHEMA_VERSION):
            if version not in steps:
                raise WarehouseError(
                    f"{path} has tables of version {version}, and no step of sql/0* leads on from there; "
                    "move the file away, then khabar run makes it anew from the raw files"
                )
            with transaction(connection):
                run_script(connection, steps[version])
                connection.execute("update generation set schema_version = $next", {"next": version + 1})
