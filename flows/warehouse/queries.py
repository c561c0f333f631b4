"""Questions in SQL that read the warehouse and nothing else of the machine."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.warehouse.connection import connect, existing, quote, scripts
from flows.warehouse.migrations import schema_version
from flows.warehouse.records import WarehouseError


@dataclass(frozen=True)
class Result:
    """The answer to a query; `rows` is read once and closes the warehouse at its end."""

    columns: list[str]
    rows: Iterator[tuple[object, ...]]


@dataclass(frozen=True)
class SavedQuery:
    """A question people ask, from sql/9*; `defaults` are the values of its `$name`s."""

    name: str
    question: str
    question_hi: str
    defaults: dict[str, str]
    sql: str


def query(warehouse: Path, sql: str, parameters: Mapping[str, str] | None = None) -> Result:
    """The answer to a question in SQL that can read the warehouse and nothing else of this machine.

    Raises:
        WarehouseError: there is no warehouse, it is no question, or DuckDB can't answer it.
    """
    connection = sandbox(warehouse)
    try:
        refuse_commands(connection, sql)
        answer = connection.execute(sql, dict(parameters or {}))
        return Result([column[0] for column in answer.description or ()], _stream(connection))
    except duckdb.Error as error:
        connection.close()
        raise WarehouseError(f"DuckDB can't answer: {error}") from error
    except BaseException:
        connection.close()
        raise


def copy_query(warehouse: Path, sql: str, path: Path, parameters: Mapping[str, str] | None = None) -> int:
    """Writes the answer to a question as Parquet; the number of rows. The SQL itself can write nothing.

    Raises:
        WarehouseError: as `query`; or `path` can't be written.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name}.part")
    with closing(sandbox(warehouse, writes=part)) as connection:
        try:
            refuse_commands(connection, sql)
            connection.execute(f"create temp table answer as {sql}", dict(parameters or {}))
            connection.execute(f"copy answer to {quote(part)} (format parquet, use_tmp_file false)")
            count = connection.execute("select count(*) from answer").fetchone() or (0,)
            part.replace(target)
        except (duckdb.Error, OSError) as error:
            raise WarehouseError(f"can't write the answer to {path}: {error}") from error
        finally:
            part.unlink(missing_ok=True)
    return int(count[0])


def sandbox(warehouse: Path, writes: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection that reads the warehouse and no other file, and writes none but `writes`."""
    connection = connect(existing(warehouse), writable=False, threads=0)
    try:
        schema_version(connection, warehouse)
    except BaseException:
        connection.close()
        raise
    connection.execute("set TimeZone = 'Asia/Kolkata'")
    if writes is not None:
        connection.execute(f"set allowed_paths = [{quote(writes)}]")
    connection.execute("set enable_external_access = false; set lock_configuration = true")
    return connection


def refuse_commands(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Only questions: `copy … to` could still write the one file that DuckDB must be able to open, the warehouse.

    `explain analyse`, in either spelling, would do what it explains. A pivot is parsed into several statements: in 1.5
    the type that it makes first has no text of its own.
    """
    kinds = duckdb.StatementType
    statements = connection.extract_statements(sql)
    for statement in statements:
        is_pivot = (statement.type == kinds.CREATE and not statement.query) or str(statement.type).endswith("MULTI")
        is_plan = statement.type == kinds.EXPLAIN and not re.search("analy[sz]e", sql, re.I)
        if not (statement.type == kinds.SELECT or is_plan or (is_pivot and re.search(r"\bpivot\b", sql, re.I))):
            raise WarehouseError(
                f"{textwrap.shorten(sql, 60, placeholder='…')!r} is no question; a query may select, from, with, "
                "values, describe, summarize, show, pivot or explain, and changes nothing"
            )
    if not statements:
        raise WarehouseError("the query is empty; give SQL or the name of a saved query")
    if sum(statement.type == kinds.SELECT for statement in statements) > 1 and not re.search(r"\bpivot\b", sql, re.I):
        raise WarehouseError("the query holds several statements; ask one question at a time")


def _stream(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    with closing(connection):
        if connection.description:
            while rows := connection.fetchmany(1_000):
                yield from rows


def saved_queries() -> dict[str, SavedQuery]:
    """The questions of sql/9*, by name.

    A file opens with `-- question: …`, the same in Hindi, and a line `-- set name = value` for each parameter.
    """
    queries = (_parse_saved_query(path) for path in scripts("9"))
    return {query.name: query for query in queries}


def _parse_saved_query(path: Path) -> SavedQuery:
    sql = path.read_text(encoding="utf-8")
    comments = [line.removeprefix("--").strip() for line in sql.splitlines() if line.startswith("--")]
    settings = (line.removeprefix("set ").partition("=") for line in comments if line.startswith("set "))
    return SavedQuery(
        name=path.stem.split("_query_", 1)[1],
        question=comments[0].removeprefix("question:").strip(),
        question_hi=comments[1].partition(":")[2].strip(),
        defaults={name.strip(): value.strip() for name, _, value in settings},
        sql=sql,
    )
