"""Frames become rows of a generation: what the sql/2* scripts read, in the order of a run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from flows.settings import Settings
from flows.warehouse.connection import (
    SQL,
    article_ranges,
    crash_point,
    lean,
    open_file,
    quote,
    run_script,
    set_variables,
    transaction,
)
from flows.warehouse.migrations import open_warehouse
from flows.warehouse.records import Run, WarehouseError

if TYPE_CHECKING:
    import polars as pl


#: Fewer distinct articles than this say nothing about a line; it is not even listed.
PROPOSED_ARTICLES: Final = 3
#: Inside an article a recurring line is more often a refrain than furniture.
INSIDE_FACTOR: Final = 3
ACCEPTED: Final = "select site, pattern, role from site_templates where status = 'accepted' order by all"


#: Articles whose texts are sorted at once: what that needs stays below the memory of a stage.
TOGETHER: Final = 20_000

#: In the work folder: the records to clean again for a template.
STALE_RECORDS: Final = "stale_records.parquet"


@dataclass(frozen=True)
class Loaded:
    """What a load came to; `lost` are the files of many documents none of whose records could be used."""

    files_quarantined: int
    records_rejected: int
    lost: tuple[str, ...]


def read_refused(settings: Settings) -> list[tuple[str, str]]:
    """The site templates that the user refused: rows `site,pattern` of .khabar/refused_templates.csv.

    Raises:
        WarehouseError: the file has other columns, a row of more or fewer, or is not UTF-8.
    """
    path = settings.refused_templates
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WarehouseError(f"{path} can't be read: {error}; it is a CSV file in UTF-8") from error
    if not {"site", "pattern"} <= set(reader.fieldnames or ("site", "pattern")):
        raise WarehouseError(f"{path}, line 1: {reader.fieldnames!r} is not the header site,pattern; put it there")
    for number, row in rows:  # a comma of the pattern itself, if not in quotes, begins another column
        if None in row or row["site"] is None or row["pattern"] is None:
            raise WarehouseError(
                f"{path}, line {number}: {[*row.values()]!r} is not a site and a pattern; "
                'one that holds a comma stands in quotes: site,"one, two"'
            )
    return sorted({(row["site"], row["pattern"]) for _, row in rows})


@lean
def learn_templates(generation: Path, work: Path, settings: Settings, refused: Sequence[tuple[str, str]]) -> list[str]:
    """Loads pages and lines and learns the site templates anew; the files to clean again for it.

    Those are files that this run has not read and whose pages hold a line that became a template or ceased to be one.
    Of files of many documents the records are in the work folder, Parquet of source_path and source_record, in order.
    """
    with open_file(generation, writable=True, threads=settings.worker_count) as connection:
        name_parts(connection, work)
        set_variables(
            connection,
            template_articles=settings.template_articles,
            inside_factor=INSIDE_FACTOR,
            proposed_articles=PROPOSED_ARTICLES,
        )
        load_pairs(connection, "refused_templates", ("site varchar", "pattern varchar"), refused)
        with transaction(connection):
            run_script(connection, SQL / "201_load_pages.sql")
            run_script(connection, SQL / "202_load_prose_sets.sql")
            pairs = connection.execute("select one_no, other_no from set_pairs").fetchall()
            groups = sorted(connect_pairs(pairs).items())
            load_pairs(connection, "set_groups", ("set_no bigint", "group_no bigint"), groups)
            run_script(connection, SQL / "203_load_site_templates.sql")
            run_script(connection, SQL / "204_load_stale_paths.sql")
            stale = connection.execute("select distinct source_path from stale_pages order by all").fetchall()
            connection.execute(
                f"copy (from stale_records order by all) to {quote(work / STALE_RECORDS)} (format parquet)"
            )
            crash_point("templates_written")
    crash_point("templates_learned")
    return [row[0] for row in stale]


def connect_pairs(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The smallest member of the group of every number that a pair connects to another."""
    parents: dict[int, int] = {}

    def find(number: int) -> int:
        while parents.setdefault(number, number) != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for one, other in pairs:
        first, second = sorted((find(one), find(other)))
        parents[second] = first
    return {number: find(number) for number in parents}


def accepted_templates(generation: Path, threads: int = 0) -> pl.DataFrame:
    """The site templates to clean with: TEMPLATES."""
    return read_frame(generation, ACCEPTED, generation.parent / "accepted_templates.parquet", threads)


def published_templates(warehouse: Path) -> pl.DataFrame:
    """The same of the published warehouse, beside which nothing may be written."""
    import polars as pl

    from flows import schema

    with open_warehouse(warehouse) as connection:
        return pl.DataFrame(connection.execute(ACCEPTED).fetchall(), schema.TEMPLATES, orient="row")


@lean
def load_articles(generation: Path, work: Path, run: Run, threads: int = 0) -> Loaded:
    """Replaces the articles, blocks, mentions and words of the files in `work`, and keeps their versions."""
    with open_file(generation, writable=True, threads=threads) as connection:
        name_parts(connection, work)
        set_variables(connection, run_id=run.run_id, rules_version=run.rules_version, started_at=run.started_at)
        with transaction(connection):
            run_script(connection, SQL / "210_load_touched.sql")
            count = (connection.execute("select count(*) from new_articles").fetchone() or (0,))[0]
            for from_id, below_id in article_ranges(count, TOGETHER):
                set_variables(connection, from_id=from_id, below_id=below_id)
                run_script(connection, SQL / "211_load_articles.sql")
            run_script(connection, SQL / "212_load_article_versions.sql")
            run_script(connection, SQL / "213_load_files.sql")
            run_script(connection, SQL / "214_load_template_dates.sql")
            run_script(connection, SQL / "215_load_search.sql")
            run_script(connection, SQL / "216_load_records.sql")
            counts = connection.execute(
                "select (select count(*) from files where status = 'quarantined' and last_run_id = $run_id),"
                " (select count(*) from new_records where error_code is not null)",
                {"run_id": run.run_id},
            ).fetchone()
            lost = connection.execute("select path from bulk_files where record_count = rejected_count").fetchall()
            crash_point("articles_written")
    crash_point("articles_loaded")
    assert counts
    return Loaded(counts[0], counts[1], tuple(path for (path,) in lost))


def spellings(generation: Path, run: Run, threads: int = 0) -> pl.DataFrame:
    """The distinct spellings of all current mentions, and those that the last run knew: KNOWN_SPELLINGS."""
    sql = (SQL / "220_load_spellings.sql").read_text(encoding="utf-8")
    versions = {"rules_version": run.rules_version, "decisions_version": run.decisions_version}
    return read_frame(generation, sql, generation.parent / "known_spellings.parquet", threads, **versions)


@lean
def load_links(generation: Path, work: Path, run: Run, threads: int = 0, *, are_all: bool) -> None:
    """Gives every mention its entity and makes entities, aliases and redirects of it.

    `work` holds links.parquet, LINKS, and spellings.parquet, KNOWN_SPELLINGS: those that were resolved. They are all
    there are, or the links of the others hold.
    """
    from flows import schema

    with open_file(generation, writable=True, threads=threads) as connection:
        name_files(connection, "work_links", [work / "links.parquet"], schema.LINKS)
        name_files(connection, "work_spellings", [work / "spellings.parquet"], schema.KNOWN_SPELLINGS)
        set_variables(connection, run_id=run.run_id, are_all=are_all)
        with transaction(connection):
            run_script(connection, SQL / "221_load_links.sql")
            run_script(connection, SQL / "222_load_entities.sql")
            run_script(connection, SQL / "223_load_entity_redirects.sql")
            crash_point("links_written")
    crash_point("links_loaded")


def load_pairs(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: tuple[str, str],
    pairs: Sequence[tuple[str, str]] | Sequence[tuple[int, int]],
) -> None:
    """A temporary table of two columns; as two lists, since row by row takes a millisecond each."""
    connection.execute(f"create or replace temp table {table} ({', '.join(columns)})")
    kinds = [column.split()[1] for column in columns]
    connection.execute(
        f"insert into {table} select unnest($one::{kinds[0]}[]), unnest($other::{kinds[1]}[])",
        {"one": [pair[0] for pair in pairs], "other": [pair[1] for pair in pairs]},
    )


def name_parts(connection: duckdb.DuckDBPyConnection, work: Path) -> None:
    """Names every kind of part of the work folder `work_<kind>`; one that has no parts is empty."""
    import polars as pl

    from flows import schema

    text = pl.String()
    kinds: dict[str, schema.Schema] = {
        "files": schema.FILES,
        "pages": schema.PAGES,
        "lines": schema.LINES,
        "articles": schema.ARTICLES,
        "blocks": schema.BLOCKS,
        "mentions": schema.MENTIONS,
        "words": schema.WORDS,
        "terms": schema.TERMS,
        "records": schema.RECORDS,
        "rejects": {
            "article_id": text,
            "source_path": text,
            "source_record": pl.Int64(),
            "error_code": text,
            "error_message": text,
        },
        "seen": {"path": text, "stat_key": text, "is_settled": pl.Boolean(), "are_records_owed": pl.Boolean()},
        "gone": {"path": text},
        "partial": {"path": text},
        "lost": {"article_id": text},
    }
    for kind, columns in kinds.items():
        parts = sorted((work / kind).glob("*.parquet")) + sorted(work.glob(f"{kind}.parquet"))
        if parts:
            name_files(connection, f"work_{kind}", parts, columns)
        else:
            described = ", ".join(f"{name} {_sql_type(column)}" for name, column in columns.items())
            connection.execute(f"create or replace temp table work_{kind} ({described})")


def name_files(
    connection: duckdb.DuckDBPyConnection, view: str, parts: Sequence[Path], columns: Iterable[str] = "*"
) -> None:
    """A temporary view of Parquet files."""
    files = ", ".join(quote(part) for part in parts)
    select = f"select {', '.join(columns)} from read_parquet([{files}])"  # noqa: S608 names of our own
    connection.execute(f"create or replace temp view {view} as {select}")


def _sql_type(kind: pl.DataType) -> str:
    names = {
        "String": "varchar",
        "Boolean": "boolean",
        "Int32": "integer",
        "Int64": "bigint",
        "Float32": "float",
        "Float64": "double",
        "Date": "date",
        "Datetime": "timestamptz",
        "List": "integer[]",  # positions: no other list comes here
    }
    return names[type(kind).__name__]


def read_frame(generation: Path, sql: str, path: Path, threads: int, **variables: str) -> pl.DataFrame:
    """The answer as a polars frame, by way of a Parquet file that stays beside the generation."""
    import polars as pl

    with open_file(generation, threads=threads) as connection:
        set_variables(connection, **variables)
        connection.execute(f"copy ({sql}) to {quote(path)} (format parquet)")
    return pl.read_parquet(path, glob=False)
