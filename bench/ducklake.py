"""Tries a DuckLake with a PostgreSQL catalogue as the home of a published warehouse, beside the swapped file.

    python bench/ducklake.py warehouse/news.duckdb 'dbname=lake host=127.0.0.1 port=5433 user=lake'

The database must be empty. Needs duckdb, duckdb-extensions, duckdb-extension-ducklake and
duckdb-extension-postgres-scanner of one version, which are no dependencies of Khabar. Prints a Markdown table: seconds
to copy the file as a run does and to load the lake, to replace one article in it, to ask both for its blocks; then what
two writers at once and a reader beside them meet.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import duckdb
from duckdb_extensions import import_extension

TABLES = ("articles", "blocks", "mentions", "entities", "entity_aliases", "files")
COMMITS = 20


def attach(connection: duckdb.DuckDBPyConnection, catalogue: str, data: Path) -> None:
    for extension in ("ducklake", "postgres_scanner"):
        connection.execute(f"load {extension}")
    connection.execute(f"attach 'ducklake:postgres:{catalogue}' as lake (data_path '{data}')")


def seconds(work: Callable[[], object]) -> str:
    began = time.perf_counter()
    work()
    return f"{time.perf_counter() - began:.2f}"


def replace_article(connection: duckdb.DuckDBPyConnection, article_id: str) -> None:
    """What a run does for one changed page, in one transaction."""
    connection.begin()
    for table in ("articles", "blocks", "mentions"):
        connection.execute(f"delete from lake.{table} where article_id = $id", {"id": article_id})
        connection.execute(
            f"insert into lake.{table} select * from published.{table} where article_id = $id", {"id": article_id}
        )
    connection.commit()


def write_beside(catalogue: str, data: Path, article_ids: list[str], faults: list[str]) -> None:
    """Commits again and again; what the lake refuses is noted."""
    with duckdb.connect() as connection:
        attach(connection, catalogue, data)
        for article_id in article_ids:
            try:
                connection.begin()
                connection.execute("delete from lake.articles where article_id = $id", {"id": article_id})
                connection.commit()
            except duckdb.Error as error:
                faults.append(" ".join(str(error).split()))
                with suppress(duckdb.TransactionException):  # a commit that failed has ended it
                    connection.rollback()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("catalogue", help="connection string of an empty PostgreSQL database")
    given = parser.parse_args()
    for extension in ("ducklake", "postgres_scanner"):
        import_extension(extension)
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        data = Path(folder) / "lake"
        attach(connection, given.catalogue, data)
        connection.execute(f"attach '{given.warehouse}' as published (read_only)")
        size = given.warehouse.stat().st_size / 1e6
        copy = Path(folder) / "copy.duckdb"
        rows.append((f"copy the file of {size:.0f} MB", seconds(lambda: shutil.copyfile(given.warehouse, copy))))

        def load() -> None:
            for table in TABLES:
                connection.execute(f"create table lake.{table} as select * from published.{table}")

        rows.append(("load its tables into the lake", seconds(load)))
        used = sum(file.stat().st_size for file in data.rglob("*.parquet")) / 1e6
        rows.append(("MB of Parquet in the lake", f"{used:.0f}"))
        ids = [row[0] for row in connection.execute("select article_id from published.articles limit 100").fetchall()]
        rows.append(("replace one article in the lake", seconds(lambda: replace_article(connection, ids[0]))))
        for store in ("published", "lake"):
            sql = f"select raw_text from {store}.blocks where article_id = $id order by block_no"
            ask = partial(connection.execute, sql, {"id": ids[1]})
            rows.append((f"the blocks of one article from {store}", seconds(lambda ask=ask: ask().fetchall())))
        with duckdb.connect() as reader:
            attach(reader, given.catalogue, data)
            connection.begin()
            connection.execute("delete from lake.blocks")
            seen = reader.execute("select count(*) from lake.blocks").fetchone()
            connection.rollback()
            whole = connection.execute("select count(*) from published.blocks").fetchone()
            rows.append(("a reader sees the old state until the commit", str(seen == whole)))
        faults: list[str] = []
        writers = [
            threading.Thread(target=write_beside, args=(given.catalogue, data, ids[first : first + COMMITS], faults))
            for first in (10, 10 + COMMITS)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        rows.append((f"of {2 * COMMITS} commits of two writers at once, refused", str(len(faults))))
        if faults:
            rows.append(("first refusal", faults[0][:160]))
    print("| what | seconds, or as said |\n|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
