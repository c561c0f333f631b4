"""Connections to the file of a warehouse, and the scripts of sql/ run through them."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import duckdb

from flows.warehouse.records import WarehouseError

SQL: Final = Path(__file__).resolve().parents[2] / "sql"
#: Where `KHABAR_CRASH_AT` can kill a run, in order: before and after each commit, sync and rename.
CRASH_POINTS: Final = (
    "generation_copied",
    "generation_opened",
    "templates_written",
    "templates_learned",
    "articles_written",
    "articles_loaded",
    "links_written",
    "links_loaded",
    "run_written",
    "run_finished",
    "compact_written",  # only where much of the file is dead
    "compacted",
    "checkpointed",
    "synced",
    "before_swap",
    "after_swap",
    "folder_synced",
)

#: Memory that a stage of a run takes for each thread, and at least; the rest of its work spills to the work folder.
LEAN_BYTES_A_THREAD: Final = 384 * 1024 * 1024
LEAST_LEAN_BYTES: Final = 768 * 1024 * 1024

P = ParamSpec("P")
T = TypeVar("T")
_IS_LEAN: ContextVar[bool] = ContextVar("is_lean", default=False)


def lean(work: Callable[P, T]) -> Callable[P, T]:
    """Work that takes little memory; where DuckDB can't do it in that, it is done again with what the machine has."""

    @wraps(work)
    def bounded(*args: P.args, **kwargs: P.kwargs) -> T:
        token = _IS_LEAN.set(True)
        try:
            return work(*args, **kwargs)
        except WarehouseError as error:
            if not isinstance(error.__cause__, duckdb.OutOfMemoryException):
                raise
        finally:
            _IS_LEAN.reset(token)
        return work(*args, **kwargs)

    return bounded


def crash_point(name: str) -> None:
    """Kills this process if KHABAR_CRASH_AT names this point: for tests of what a reader then sees."""
    if os.environ.get("KHABAR_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)


def existing(warehouse: Path) -> Path:
    if not warehouse.exists():
        raise WarehouseError(f"there is no warehouse at {warehouse}; khabar run makes it")
    return warehouse


def connect(path: Path, *, writable: bool, threads: int) -> duckdb.DuckDBPyConnection:
    """A connection whose default database is the file; DuckDB's own, so that two in a process never share settings."""
    if not path.exists():  # DuckDB would make an empty one
        raise WarehouseError(f"{path} is gone; run again")
    # The number of the process in a name tells upkeep whose folder it is.
    own = f"khabar-{os.getpid()}-{secrets.token_hex(8)}"
    spill = path.parent / "spill" if writable else Path(tempfile.gettempdir()) / own
    connection = duckdb.connect(
        config={
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # Tables have no order; keeping that of the parts would only cost memory.
            "preserve_insertion_order": "false" if writable else "true",
            "write_buffer_row_group_count": "1",
            **({"threads": str(threads)} if threads else {}),
        }
    )
    try:
        # Nobody else reads a generation, and publishing makes it durable: a log would only write everything twice.
        mode = "recovery_mode no_wal_writes" if writable else "read_only"
        connection.execute(f"attach {quote(path)} as news ({mode})")
        connection.execute(_SESSION)
        connection.execute(f"set memory_limit = '{_memory_limit(connection)}'")
    except duckdb.Error as error:
        connection.close()
        raise WarehouseError(f"{path} can't be opened: {str(error).splitlines()[0]}") from error
    return connection


#: What each connection sets for itself.
_SESSION: Final = "use news; set TimeZone = 'UTC'; set enable_progress_bar = false"


def sibling(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Another connection to what one has open, for another thread; variables and temporary tables are not shared."""
    other = connection.cursor()
    other.execute(_SESSION)
    return other


@contextmanager
def open_file(path: Path, *, writable: bool = False, threads: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """As `connect`, closed at the end; what DuckDB says becomes an error of ours."""
    with closing(connect(path, writable=writable, threads=threads)) as connection:
        try:
            yield connection
        except duckdb.Error as error:
            raise WarehouseError(f"{path}: {error}") from error


@contextmanager
def read_published(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with private_copy_if_locked(warehouse) as readable, open_file(readable) as connection:
        yield connection


@contextmanager
def private_copy_if_locked(warehouse: Path) -> Iterator[Path]:
    """The warehouse, or a copy while another program has it open for writing: that must not stop a run."""
    try:
        connect(warehouse, writable=False, threads=1).close()
    except WarehouseError as error:
        if "Could not set lock" not in str(error):
            raise
    else:
        yield warehouse
        return
    with tempfile.TemporaryDirectory(prefix=f"khabar-{os.getpid()}-") as folder:
        yield Path(shutil.copyfile(warehouse, Path(folder) / "published.duckdb"))


def _memory_limit(connection: duckdb.DuckDBPyConnection) -> str:
    """Three fifths of what DuckDB would take, 80 % of the machine or container: the workers need the rest."""
    size, unit = str(connection.execute("select current_setting('memory_limit')").fetchall()[0][0]).split()
    most = int(0.6 * float(size) * _UNITS[unit])
    if _IS_LEAN.get():
        threads = int(connection.execute("select current_setting('threads')").fetchall()[0][0])
        most = min(most, max(LEAST_LEAN_BYTES, threads * LEAN_BYTES_A_THREAD))
    return f"{most}B"


_UNITS: Final = {unit: 1024**power for power, unit in enumerate(("bytes", "KiB", "MiB", "GiB", "TiB", "PiB"))}


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def scripts(*kinds: str) -> list[Path]:
    """The files of sql/ whose number begins with one of the digits, in order.

    Raises:
        WarehouseError: sql/ is not where an editable install finds it.
    """
    if not SQL.is_dir():
        raise WarehouseError(f"{SQL} is missing; khabar runs from its repository (make setup)")
    return sorted(path for path in SQL.glob("*.sql") if path.name.startswith(kinds))


def run_script(connection: duckdb.DuckDBPyConnection, script: Path) -> duckdb.DuckDBPyConnection:
    """The answer to the last statement of a file of sql/."""
    try:
        return connection.execute(script.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        raise WarehouseError(f"sql/{script.name}: {error}") from error


def set_variables(connection: duckdb.DuckDBPyConnection, **values: str | int | datetime | None) -> None:
    """What scripts read with getvariable(); None leaves a variable unset, which reads as NULL of any type."""
    for name, value in values.items():
        if value is not None:
            connection.execute(f"set variable {name} = $value", {"value": value})


def article_ranges(count: int, together: int) -> list[tuple[str, str]]:
    """Ranges of article ids, from one and below another, that hold some `together` of `count` articles each.

    Ids are hexadecimal digits of a hash: as many begin with one digit as with another.
    """
    pieces = min(max(1, count // together), 16**4)
    borders = ["", *(f"{16**4 * number // pieces:04x}" for number in range(1, pieces)), "~"]
    return list(pairwise(borders))


def quote(value: Path | str) -> str:
    """A text constant of SQL."""
    return "'" + str(value).replace("'", "''") + "'"
