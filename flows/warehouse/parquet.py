"""Rows of a Parquet file that somebody gave, read page by page: memory holds a few thousand rows, not a row group."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from flows.warehouse.connection import quote
from flows.warehouse.records import WarehouseError

#: For the pages that are being decoded. A hostile file may ask for any amount.
MEMORY: Final = "1GB"
#: Rows that DuckDB hands on at once, and bytes of them that are too many; bytes that are then asked for at a time.
_TOGETHER: Final = 2048
#: The column that numbers the rows.
_NUMBER: Final = "file_row_number"
MOST_TOGETHER: Final = 256 * 1024 * 1024
MOST_IN_RANGE: Final = 64 * 1024 * 1024


class ParquetError(WarehouseError):
    """A file that DuckDB can't read as Parquet, or no further."""


def parquet_columns(path: str) -> dict[str, str]:
    """The columns of a Parquet file with DuckDB's names of their types.

    Raises:
        ParquetError: it is none.
    """
    with _opened(path) as (connection, source):
        kinds = dict(row[:2] for row in connection.execute(f"describe from {source}").fetchall())
        return {name: kind for name, kind in kinds.items() if name != _NUMBER}


def parquet_rows(path: str, columns: Sequence[str], most: int) -> Iterator[tuple[Any, ...]]:
    """For each row its number, counted from 1, its bytes, and the columns as strings, or bytes where they hold bytes.

    A row of more than `most` bytes is given without its values.

    Raises:
        ParquetError: the file can't be read, or no further.
    """
    kinds = parquet_columns(path)
    texts = {name: f'"{name}"' if kinds[name] in ("VARCHAR", "BLOB") else f'"{name}"::varchar' for name in columns}
    sizes = [f"coalesce({'octet_length' if kinds[name] == 'BLOB' else 'strlen'}({texts[name]}), 0)" for name in columns]
    size = " + ".join(sizes)
    values = ", ".join(f"if({size} <= {most}, {text}, null)" for text in texts.values())
    with _opened(path) as (connection, source):
        # Names of columns are ours: they come from a list of them.
        for some in _ranges(connection, f"select if({size} <= {most}, {size}, 0) from {source}"):  # noqa: S608
            answer = connection.execute(f"select file_row_number + 1, {size}, {values} from {source}{some}")  # noqa: S608
            while (row := answer.fetchone()) is not None:
                yield row


def _ranges(connection: duckdb.DuckDBPyConnection, sizes: str) -> list[str]:
    """What to ask for one after the other: everything, if no rows that DuckDB holds together are too large.

    It copies the values of 2048 rows at once, and in a file of a few kilobytes each may be the same 60 MB. Ranges of
    rows are slow: each reads the file again.
    """
    together: deque[int] = deque(maxlen=_TOGETHER)
    held = in_range = first = number = 0
    is_heavy = False
    bounds: list[tuple[int, int]] = []
    answer = connection.execute(sizes)
    while rows := answer.fetchmany(_TOGETHER):
        for (size,) in rows:
            held += size - (together[0] if len(together) == _TOGETHER else 0)
            together.append(size)
            is_heavy |= held > MOST_TOGETHER
            if in_range and in_range + size > MOST_IN_RANGE:
                bounds.append((first, number - 1))
                first, in_range = number, 0
            in_range += size
            number += 1
    bounds.append((first, number))
    return [f" where file_row_number between {low} and {high}" for low, high in bounds] if is_heavy else [""]


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
                yield connection, _numbered(connection, quote(link))
            except duckdb.Error as error:
                raise ParquetError(str(error)) from error


def _numbered(connection: duckdb.DuckDBPyConnection, file: str) -> str:
    """The SQL of a file with its rows numbered from 0."""
    columns = connection.execute(f"describe from read_parquet({file})").fetchall()
    if all(column.lower() != _NUMBER for column, *_ in columns):
        return f"read_parquet({file}, {_NUMBER} = true)"
    # DuckDB numbers no file that has such a column, as those have that it wrote itself from rows with their numbers.
    numbered = f"row_number() over () - 1 as {_NUMBER}"
    return f"(select * exclude ({_NUMBER}), {numbered} from read_parquet({file}))"  # noqa: S608
