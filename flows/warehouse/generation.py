"""A new generation of the warehouse: copied or made, checked, compacted and published as a whole."""

from __future__ import annotations

import logging
import os
import shutil
import stat
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb

from flows.settings import Settings
from flows.stop import hold
from flows.warehouse.connection import (
    crash_point,
    open_file,
    private_copy_if_locked,
    quote,
    read_published,
    run_script,
    scripts,
    transaction,
)
from flows.warehouse.migrations import SCHEMA_VERSION, migrate, schema_version
from flows.warehouse.records import KnownFile, KnownState, Run, WarehouseError

log = logging.getLogger("khabar")

#: Every client since DuckDB 1.4 reads it, and it is a quarter of the default's size.
STORAGE_VERSION: Final = "v1.4.0"
#: Bytes of dead space that nobody would notice.
LEAST_DEAD: Final = 64 * 1024 * 1024


def known_files(warehouse: Path) -> KnownState:
    """What the published warehouse knows of the raw files; nothing if there is none.

    Raises:
        SchemaTooNewError: a newer Khabar wrote the file.
        WarehouseError: the file can't be read.
    """
    if not warehouse.exists():
        return KnownState({}, None, None)
    move_stray_wal(warehouse)
    with read_published(warehouse) as connection:
        version = schema_version(connection, warehouse)
        rows = connection.execute(
            "select path, stat_key, coalesce(is_settled, false), sha256, sidecar_sha256, status,"
            " error_code is not null from files where status <> 'deleted'"
        ).fetchall()
        about = connection.execute("select rules_version, decisions_version from generation").fetchone() or (None, None)
    return KnownState({row[0]: KnownFile(*row[1:]) for row in rows}, about[0], about[1], version < SCHEMA_VERSION)


def write_known_records(warehouse: Path, path: str, target: Path, *, only_good: bool) -> None:
    """Writes which records of a raw file the warehouse knows: Parquet of source_record and record_hash, in order.

    One that is to be read again whatever it holds has no hash; without its row nobody would miss it in the file.
    """
    record_hash = "if(error_code is null, record_hash, null)" if only_good else "record_hash"
    with read_published(warehouse) as connection:
        # No parameters can be given where a query is copied.
        connection.execute(
            f"copy (select source_record, {record_hash} as record_hash from records"  # noqa: S608
            f" where source_path = {quote(path)} order by source_record) to {quote(target)} (format parquet)"
        )


def _has_records(connection: duckdb.DuckDBPyConnection, database: str) -> bool:
    """Whether a file knows of records: one of an earlier Khabar does not."""
    return bool(
        connection.execute(
            "select count(*) from duckdb_tables() where table_name = 'records' and database_name = $database",
            {"database": database},
        ).fetchall()[0][0]
    )


def move_stray_wal(warehouse: Path) -> list[Path]:
    """Moves what a writing client left beside the warehouse to .khabar/strays; the new paths.

    DuckDB would replay it for every reader, and refuse to open the next generation with it.
    """
    moved = []
    for ending in (".wal", ".wal.checkpoint", ".wal.recovery"):
        stray = warehouse.with_name(warehouse.name + ending)
        if not stray.exists():
            continue
        folder = warehouse.parent / ".khabar" / "strays"
        target = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{stray.name}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stray.rename(target)
        except FileNotFoundError:
            continue  # its owner removed it
        except OSError as error:
            raise WarehouseError(
                f"{stray} was left by a program that opened the warehouse for writing, and can't be moved to {folder}: "
                f"{error.strerror}; move it away"
            ) from error
        moved.append(target)
    return moved


def open_generation(settings: Settings, work: Path, rebuild: bool = False) -> Path:
    """A private copy of the published warehouse to load into, or a new file; its path.

    A new file keeps the runs, versions and redirects of the published one, and what it knew of the raw files.

    Raises:
        SchemaTooNewError: a newer Khabar wrote the published file.
        WarehouseError: it can't be read, or the folder can't be written.
    """
    generation, published = work / "generation.duckdb", settings.warehouse
    try:
        work.mkdir(parents=True, exist_ok=True)
        if work.stat().st_dev != published.parent.stat().st_dev:
            raise WarehouseError(
                f"{work} is on another file system than {published}, where no file gets from there in one step; "
                "make .khabar a folder beside the warehouse"
            )
        for old in [*work.glob("generation.duckdb*"), *work.glob("published.duckdb*")]:
            old.unlink()
        move_stray_wal(published)
        version = _published_version(published)
        if version is None:
            _create(generation)
        elif rebuild:
            before = published
            if version < SCHEMA_VERSION:
                before = Path(shutil.copyfile(published, work / "published.duckdb"))
                migrate(before, settings.worker_count)
            _create(generation)
            _carry_over(generation, before, settings.worker_count)
        else:
            shutil.copyfile(published, generation)
            crash_point("generation_copied")
            if version < SCHEMA_VERSION:
                migrate(generation, settings.worker_count)
    except OSError as error:
        raise WarehouseError(f"can't write in {work}: {error.strerror}; is there room, and may you write?") from error
    with open_file(generation, writable=True, threads=settings.worker_count) as connection, transaction(connection):
        for script in scripts("1", "3"):
            run_script(connection, script)
        connection.execute(
            "insert into generation by name select $version as schema_version"
            " where not exists (select * from generation)",
            {"version": SCHEMA_VERSION},
        )
    crash_point("generation_opened")
    return generation


def _create(generation: Path) -> None:
    with closing(duckdb.connect()) as connection:
        connection.execute(f"attach {quote(generation)} as news (storage_version '{STORAGE_VERSION}')")


def _published_version(published: Path) -> int | None:
    if not published.exists():
        return None
    with read_published(published) as connection:
        return schema_version(connection, published)


def _carry_over(generation: Path, published: Path, threads: int) -> None:
    """What a rebuild can't make again. Files are `unread` until the run has read them."""
    with (
        private_copy_if_locked(published) as readable,
        open_file(generation, writable=True, threads=threads) as connection,
    ):
        connection.execute(f"attach {quote(readable)} as published (read_only)")
        with transaction(connection):
            for script in scripts("1"):
                run_script(connection, script)
            for table in ("runs", "article_versions", "files", "entity_redirects", "links"):
                connection.execute(f"insert into {table} by name select * from published.{table}")  # noqa: S608
            if _has_records(connection, "published"):
                connection.execute("insert into records by name select * from published.records")
            connection.execute("update files set status = 'unread' where status <> 'deleted'")


def finish_run(generation: Path, run: Run) -> None:
    """Records the run that made this generation."""
    row = asdict(run) | {"finished_at": run.finished_at or datetime.now(UTC)}
    columns = ", ".join(row)
    values = ", ".join(f"${name}" for name in row)
    with open_file(generation, writable=True) as connection, transaction(connection):
        connection.execute("delete from runs where run_id = $run_id", {"run_id": run.run_id})
        connection.execute(f"insert into runs ({columns}) values ({values})", row)  # noqa: S608 names of fields
        connection.execute(
            "update generation set run_id = $run_id, rules_version = $rules, decisions_version = $decisions",
            {"run_id": run.run_id, "rules": run.rules_version, "decisions": run.decisions_version},
        )
        crash_point("run_written")
    crash_point("run_finished")


def publish(generation: Path, settings: Settings) -> None:
    """Puts the generation in the place of the published warehouse, in one step.

    Readers keep the file that they opened; who connects next sees the new one.

    Raises:
        WarehouseError: the folder can't be written; the published warehouse is as it was.
    """
    if generation.exists():
        generation.chmod(0o644)  # it is read-only if this is tried again
    with open_file(generation, writable=True, threads=settings.worker_count) as connection:
        connection.execute("checkpoint")
    crash_point("checkpointed")
    if (wal := generation.with_name(f"{generation.name}.wal")).exists():
        raise WarehouseError(f"{wal} is still there after a checkpoint; nothing was published. Please report this")
    try:
        generation.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        _sync(generation)
        crash_point("synced")
        move_stray_wal(settings.warehouse)
        crash_point("before_swap")
        hold()
        generation.replace(settings.warehouse)
        crash_point("after_swap")
    except OSError as error:
        raise WarehouseError(f"can't publish {settings.warehouse}: {error.strerror}; may you write there?") from error
    try:
        _sync(settings.warehouse.parent)
        crash_point("folder_synced")
        # A writing client may have begun a log between the two steps; it belongs to the old file.
        move_stray_wal(settings.warehouse)
    except (OSError, WarehouseError) as error:  # it is published all the same: some file systems can't sync a folder
        log.warning("%s is published, but: %s", settings.warehouse, error)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_worth_compacting(path: Path, most_dead: float, least_bytes: int = LEAST_DEAD) -> bool:
    """Is more than a share `most_dead` of a file, and `least_bytes`, dead space?"""
    with open_file(path) as connection:
        total, free, size = connection.execute(
            "select total_blocks, free_blocks, block_size from pragma_database_size() where database_name = 'news'"
        ).fetchone() or (0, 0, 0)
    return bool(free > most_dead * total and free * size >= least_bytes)


def compact(generation: Path, most_dead: float = 0.4, least_bytes: int = LEAST_DEAD) -> bool:
    """Rewrites a generation if that is worth it; whether it was.

    Space that is dead is used again by the next run: it is some 45 % after every article was reworked, and stays so.
    """
    with open_file(generation, writable=True) as connection:
        connection.execute("checkpoint")
    if not is_worth_compacting(generation, most_dead, least_bytes):
        return False
    smaller = generation.with_name("compact.duckdb")
    smaller.unlink(missing_ok=True)
    _create(smaller)
    with open_file(generation) as connection:
        connection.execute(f"attach {quote(smaller)} as smaller")
        connection.execute("copy from database news to smaller")
        connection.execute("checkpoint smaller")
    crash_point("compact_written")
    smaller.replace(generation)
    crash_point("compacted")
    return True
