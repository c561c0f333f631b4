"""Rows of a Parquet file that somebody gave, read page by page: memory holds a few thousand rows, not a row group."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from flows.warehouse.connection import quote
from flows.warehouse.records import WarehouseError

#: For the pages that are being decoded. A hostile file may ask for any amount.
MEMORY: Final = "1GB"
_ROWS: Final = 64


class ParquetError(WarehouseError):
    """A file that DuckDB can't read as Parquet, or no further."""


def parquet_columns(path: str) -> dict[str, str]:
    """The columns of a Parquet file with DuckDB's names of their types.

    Raises:
        ParquetError: it is none.
    """
    with _opened(path) as (connection, source):
        return {row[0]: row[1] for row in connection.execute(f"describe from {source}").fetchall()}


def parquet_rows(path: str, columns: Sequence[str], most: int) -> Iterator[tuple[Any, ...]]:
    """For each row its number, counted from 1, its bytes, and the columns as strings, or bytes where they hold bytes.

    A row of more than `most` bytes is given without its values.

    Raises:
        ParquetError: the file can't be read, or no further.
    """
    kinds = parquet_columns(path)
    texts = {name: f'"{name}"' if kinds[name] in ("VARCHAR", "BLOB") else f'"{name}"::varchar' for name in columns}
    sizes = [f"coalesce({'octet_length' if kinds[name] == 'BLOB' else 'strlen'}({texts[name]}), 0)" for name in columns]
    values = ", ".join(f"if({' + '.join(sizes)} <= {most}, {text}, null)" for text in texts.values())
    with _opened(path) as (connection, source):
        # Names of columns are ours: they come from a list of them.
        answer = connection.execute(f"select file_row_number + 1, {' + '.join(sizes)}, {values} from {source}")  # noqa: S608
        while rows := answer.fetchmany(_ROWS):
            yield from rows


@contextmanager
def _opened(path: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection and the SQL of the file, by a link: its own name may hold what DuckDB takes for a pattern."""
    with tempfile.TemporaryDirectory(prefix=f"khabar-{os.getpid()}-") as folder:
        link = Path(folder) / "file.parquet"
        link.symlink_to(path)
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": "1",
            "memory_limit": MEMORY,
            "temp_directory": str(Path(folder) / "spill"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with closing(duckdb.connect(config=config)) as connection:
            try:
                connection.execute("set TimeZone = 'UTC'")
                yield connection, f"read_parquet({quote(link)}, file_row_number = true)"
            except duckdb.Error as error:
                raise ParquetError(str(error)) from error
