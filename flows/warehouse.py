"""Edge out: frames become a new generation of the DuckDB warehouse, which is checked and published as a whole."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import secrets
import shutil
import signal
import stat
import tempfile
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb

from flows.settings import Settings

if TYPE_CHECKING:
    import polars as pl

SQL: Final = Path(__file__).resolve().parent.parent / "sql"
#: Raised when a table changes its meaning: an older file is then made anew, a newer one is refused.
SCHEMA_VERSION: Final = 1
#: Every client since DuckDB 1.4 reads it, and it is a quarter of the default's size.
STORAGE_VERSION: Final = "v1.4.0"
#: Fewer distinct articles than this say nothing about a line; it is not even listed.
PROPOSED_ARTICLES: Final = 3
#: Inside an article a recurring line is more often a refrain than furniture.
INSIDE_FACTOR: Final = 3

#: Rows of a failed check that are shown.
EXAMPLES: Final = 3
#: A share that moves by more than this is drift; a mean may move by this share of it: articles differ in length.
DRIFT_OF_SHARE: Final = 0.2
DRIFT_OF_MEAN: Final = 0.5

#: What the digest covers: the columns that the contract names, less scores and run ids.
DIGEST_COLUMNS: Final = {
    "articles": """article_id source_path source_record site url language title author agency dateline_place
        published_at published_on published_precision published_at_rule updated_at page_date fetched_at body word_count
        content_sha256 rules_version""",
    "blocks": "article_id block_no raw_start raw_end raw_text role is_kept paragraph_no rule_id evidence",
    "mentions": """mention_id article_id entity_id type surface start_char end_char raw_start raw_end sentence_no
        is_demonym method""",
    "entities": "entity_id type name name_latin article_count mention_count first_seen_at last_seen_at",
    "entity_aliases": "entity_id alias script rule mention_count",
    "site_templates": "site pattern role article_count first_seen_at last_seen_at status",
}

#: Where `KHABAR_CRASH_AT` can kill a run, in order.
CRASH_POINTS: Final = (
    "generation_opened",
    "templates_learned",
    "articles_loaded",
    "links_loaded",
    "run_finished",
    "checkpointed",
    "before_swap",
    "after_swap",
)


class WarehouseError(Exception):
    """The warehouse can't be read or written: one line says which, why and what to do."""


class SchemaTooNewError(WarehouseError):
    """The file was written by a newer Khabar."""


class KnownFile(NamedTuple):
    """A raw file as the warehouse knows it."""

    stat_key: str | None
    is_settled: bool
    sha256: str | None
    sidecar_sha256: str | None
    status: str  # loaded, quarantined


@dataclass(frozen=True)
class KnownState:
    """What the published warehouse knows: deleted files are not among `files`."""

    files: dict[str, KnownFile]
    rules_version: str | None
    decisions_version: str | None
    schema_version: int | None  # None without a warehouse


@dataclass(frozen=True)
class Run:
    """A run as the warehouse records it."""

    run_id: str
    started_at: datetime
    code_version: str
    rules_version: str
    decisions_version: str = ""
    finished_at: datetime | None = None
    status: str = "published"
    files_new: int = 0
    files_changed: int = 0
    files_unchanged: int = 0
    files_deleted: int = 0
    files_quarantined: int = 0


@dataclass(frozen=True)
class Fault:
    """A check that failed: the file of `sql/4*`, how many rows it returned and the first of them."""

    check: str
    count: int
    examples: list[str]

    def __str__(self) -> str:
        rows = "row" if self.count == 1 else "rows"
        return f"{self.check}: {self.count} {rows}, such as {'; '.join(self.examples)}"


@dataclass(frozen=True)
class Digest:
    """One hash of the content, and the rows of each table that are in it; as lines, the hash is the last."""

    sha256: str
    row_counts: dict[str, int]

    def __iter__(self) -> Iterator[str]:
        yield from (f"{table} {count}" for table, count in self.row_counts.items())
        yield self.sha256


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


@dataclass(frozen=True)
class SiteFreshness:
    """How recent a site is."""

    site: str | None
    article_count: int
    last_published_at: datetime | None
    last_loaded_at: datetime | None


@dataclass(frozen=True)
class QuarantinedFile:
    """A raw file that could not be used, and why."""

    path: str
    error_code: str
    error_message: str


@dataclass(frozen=True)
class Status:
    """What `khabar status` shows of the warehouse."""

    row_counts: dict[str, int]
    freshness: list[SiteFreshness]
    quarantine: list[QuarantinedFile]
    runs: list[Run]  # latest first


# --- the look --------------------------------------------------------------------------------------------------------


def known_files(warehouse: Path) -> KnownState:
    """What the published warehouse knows of the raw files; nothing if there is none.

    Raises:
        SchemaTooNewError: a newer Khabar wrote the file.
        WarehouseError: the file can't be read.
    """
    if not warehouse.exists():
        return KnownState({}, None, None, None)
    move_stray_wal(warehouse)
    with _read_published(warehouse) as connection:
        version = _schema_version(connection, warehouse)
        rows = connection.execute(
            "select path, stat_key, coalesce(is_settled, false), sha256, sidecar_sha256, status from files"
            " where status <> 'deleted'"
        ).fetchall()
        about = connection.execute("select rules_version, decisions_version from generation").fetchone() or (None, None)
    # Tables of an older version have to be made anew, as after a change of the rules.
    rules_version = about[0] if version == SCHEMA_VERSION else None
    return KnownState({row[0]: KnownFile(*row[1:]) for row in rows}, rules_version, about[1], version)


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


# --- a generation ----------------------------------------------------------------------------------------------------


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
        for old in work.glob("generation.duckdb*"):
            old.unlink()
        move_stray_wal(published)
        version = _published_version(published)
        if version is None:
            _create(generation)
        elif rebuild or version < SCHEMA_VERSION:
            _create(generation)
            _carry_over(generation, published, settings.worker_count)
        else:
            shutil.copyfile(published, generation)
    except OSError as error:
        raise WarehouseError(f"can't write in {work}: {error.strerror}; is there room, and may you write?") from error
    with _open(generation, writable=True, threads=settings.worker_count) as connection, _transaction(connection):
        for script in _scripts("1", "3"):
            _run(connection, script)
        connection.execute(
            "insert into generation by name select $version as schema_version"
            " where not exists (select * from generation)",
            {"version": SCHEMA_VERSION},
        )
    crash_point("generation_opened")
    return generation


def _create(generation: Path) -> None:
    with closing(duckdb.connect()) as connection:
        connection.execute(f"attach {_quote(generation)} as news (storage_version '{STORAGE_VERSION}')")


def _published_version(published: Path) -> int | None:
    if not published.exists():
        return None
    with _read_published(published) as connection:
        return _schema_version(connection, published)


def _carry_over(generation: Path, published: Path, threads: int) -> None:
    """What a rebuild can't make again. Files are `unread` until the run has read them."""
    with (
        _private_copy_if_locked(published) as readable,
        _open(generation, writable=True, threads=threads) as connection,
    ):
        connection.execute(f"attach {_quote(readable)} as published (read_only)")
        with _transaction(connection):
            for script in _scripts("1"):
                _run(connection, script)
            for table in ("runs", "article_versions", "files", "entity_redirects", "links"):
                connection.execute(f"insert into {table} by name select * from published.{table}")  # noqa: S608
            connection.execute("update files set status = 'unread' where status <> 'deleted'")


# --- loads -----------------------------------------------------------------------------------------------------------


def read_refused(settings: Settings) -> list[tuple[str, str]]:
    """The site templates that the user refused: rows `site,pattern` of .khabar/refused_templates.csv.

    Raises:
        WarehouseError: the file has other columns or is not UTF-8.
    """
    path = settings.refused_templates
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = list(reader)
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WarehouseError(f"{path} can't be read: {error}; it is a CSV file in UTF-8") from error
    is_headed = {"site", "pattern"} <= set(reader.fieldnames or ("site", "pattern"))
    if not is_headed or any(row["site"] is None or row["pattern"] is None for row in rows):
        raise WarehouseError(f"{path}: every row needs a site and a pattern, under the header site,pattern")
    return sorted({(row["site"], row["pattern"]) for row in rows})


def learn_templates(generation: Path, work: Path, settings: Settings, refused: Sequence[tuple[str, str]]) -> list[str]:
    """Loads pages and lines and learns the site templates anew; the files to clean again for it.

    Those are files that this run has not read and whose pages hold a line that became a template or ceased to be one.
    """
    with _open(generation, writable=True, threads=settings.worker_count) as connection:
        _name_parts(connection, work)
        _set_variables(
            connection,
            template_articles=settings.template_articles,
            inside_factor=INSIDE_FACTOR,
            proposed_articles=PROPOSED_ARTICLES,
        )
        _load_pairs(connection, "refused_templates", ("site varchar", "pattern varchar"), refused)
        with _transaction(connection):
            _run(connection, SQL / "201_load_pages.sql")
            _run(connection, SQL / "202_load_prose_sets.sql")
            pairs = connection.execute("select one_no, other_no from set_pairs").fetchall()
            groups = sorted(connect_pairs(pairs).items())
            _load_pairs(connection, "set_groups", ("set_no bigint", "group_no bigint"), groups)
            _run(connection, SQL / "203_load_site_templates.sql")
            _run(connection, SQL / "204_load_stale_paths.sql")
            stale = connection.execute("select source_path from stale_paths order by all").fetchall()
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
    return _read_frame(
        generation,
        "select site, pattern, role from site_templates where status = 'accepted' order by all",
        generation.parent / "accepted_templates.parquet",
        threads,
    )


def load_articles(generation: Path, work: Path, run: Run, threads: int = 0) -> None:
    """Replaces the articles, blocks and mentions of the files in `work`, and keeps their versions."""
    with _open(generation, writable=True, threads=threads) as connection:
        _name_parts(connection, work)
        _set_variables(connection, run_id=run.run_id, rules_version=run.rules_version, started_at=run.started_at)
        with _transaction(connection):
            _run(connection, SQL / "211_load_articles.sql")
            _run(connection, SQL / "212_load_article_versions.sql")
            _run(connection, SQL / "213_load_files.sql")
            _run(connection, SQL / "214_load_template_dates.sql")
    crash_point("articles_loaded")


def spellings(generation: Path, threads: int = 0) -> pl.DataFrame:
    """The distinct spellings of all current mentions: SPELLINGS."""
    return _read_frame(
        generation,
        "select type, name, curated_id, count(*) as mention_count, count(distinct article_id) as article_count"
        " from mentions group by all order by all",
        generation.parent / "spellings.parquet",
        threads,
    )


def load_links(generation: Path, links: Path, run: Run, threads: int = 0) -> None:
    """Gives every mention its entity and makes entities, aliases and redirects of it; `links` is Parquet of LINKS."""
    from flows import schema

    with _open(generation, writable=True, threads=threads) as connection:
        _name_files(connection, "work_links", [links], schema.LINKS)
        _set_variables(connection, run_id=run.run_id)
        with _transaction(connection):
            _run(connection, SQL / "221_load_links.sql")
            _run(connection, SQL / "222_load_entities.sql")
            _run(connection, SQL / "223_load_entity_redirects.sql")
    crash_point("links_loaded")


def finish_run(generation: Path, run: Run) -> None:
    """Records the run that made this generation."""
    row = {name: value for name, value in asdict(run).items() if name != "decisions_version"}
    row["finished_at"] = run.finished_at or datetime.now(UTC)
    columns = ", ".join(row)
    values = ", ".join(f"${name}" for name in row)
    with _open(generation, writable=True) as connection, _transaction(connection):
        connection.execute("delete from runs where run_id = $run_id", {"run_id": run.run_id})
        connection.execute(f"insert into runs ({columns}) values ({values})", row)  # noqa: S608 names of fields
        connection.execute(
            "update generation set run_id = $run_id, rules_version = $rules, decisions_version = $decisions",
            {"run_id": run.run_id, "rules": run.rules_version, "decisions": run.decisions_version},
        )
    crash_point("run_finished")


# --- checks and publication ------------------------------------------------------------------------------------------


def check(generation: Path, run_id: str | None = None, threads: int = 0) -> list[Fault]:
    """Runs every check of sql/4*; with `run_id` the costly ones look only at the articles of that run."""
    faults = []
    with _open(generation, threads=threads) as connection:
        _set_variables(connection, run_id=run_id)
        for script in _scripts("4"):
            answer = _run(connection, script)
            names = [column[0] for column in answer.description or ()]
            examples = [_describe_row(names, row) for row in answer.fetchmany(EXAMPLES)]
            count = len(examples)
            while rows := answer.fetchmany(10_000):
                count += len(rows)
            if count:
                faults.append(Fault(script.stem, count, examples))
    return faults


def _describe_row(names: list[str], row: tuple[object, ...]) -> str:
    """A row as name=value, long texts cut."""
    return ", ".join(
        f"{name}={textwrap.shorten(repr(value), 80, placeholder='…')}"
        for name, value in zip(names, row, strict=True)
        if value is not None
    )


def publish(generation: Path, settings: Settings) -> None:
    """Puts the generation in the place of the published warehouse, in one step.

    Readers keep the file that they opened; who connects next sees the new one.

    Raises:
        WarehouseError: the folder can't be written; the published warehouse is as it was.
    """
    if generation.exists():
        generation.chmod(0o644)  # it is read-only if this is tried again
    with _open(generation, writable=True, threads=settings.worker_count) as connection:
        connection.execute("checkpoint")
    crash_point("checkpointed")
    if (wal := generation.with_name(f"{generation.name}.wal")).exists():
        raise WarehouseError(f"{wal} is still there after a checkpoint; nothing was published. Please report this")
    try:
        generation.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        _sync(generation)
        move_stray_wal(settings.warehouse)
        crash_point("before_swap")
        generation.replace(settings.warehouse)
        crash_point("after_swap")
        _sync(settings.warehouse.parent)
    except OSError as error:
        raise WarehouseError(f"can't publish {settings.warehouse}: {error.strerror}; may you write there?") from error
    # A writing client may have begun a log between the two steps; it belongs to the old file.
    move_stray_wal(settings.warehouse)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def compact(generation: Path, most_dead: float = 0.4, least_bytes: int = 64 * 1024 * 1024) -> bool:
    """Rewrites a generation of which more than a share `most_dead`, and `least_bytes`, is dead space; whether it did.

    Space that is dead is used again by the next run: it is some 45 % after every article was reworked, and stays so.
    """
    with _open(generation, writable=True) as connection:
        connection.execute("checkpoint")
        total, free, size = connection.execute(
            "select total_blocks, free_blocks, block_size from pragma_database_size() where database_name = 'news'"
        ).fetchone() or (0, 0, 0)
    if free <= most_dead * total or free * size < least_bytes:
        return False
    smaller = generation.with_name("compact.duckdb")
    smaller.unlink(missing_ok=True)
    _create(smaller)
    with _open(generation) as connection:
        connection.execute(f"attach {_quote(smaller)} as smaller")
        connection.execute("copy from database news to smaller")
        connection.execute("checkpoint smaller")
    smaller.replace(generation)
    return True


# --- readers ---------------------------------------------------------------------------------------------------------


def digest(warehouse: Path) -> Digest:
    r"""One hash of the content, whatever the order of rows in the file, and the number of rows.

    SHA-256 over UTF-8: for each table its name, then its rows in the order of their text. A row is its values, NULL as
    \N, with a tab between; backslash, tab and newline are escaped; instants are microseconds since 1970 UTC.
    """
    hasher = hashlib.sha256()
    row_counts = {}
    with _open(_existing(warehouse)) as connection:
        for table, columns in DIGEST_COLUMNS.items():
            kinds = dict(
                connection.execute(
                    "select column_name, data_type from duckdb_columns()"
                    " where database_name = 'news' and table_name = $table",
                    {"table": table},
                ).fetchall()
            )
            cells = ", ".join(_digest_cell(column, kinds[column]) for column in columns.split())
            answer = connection.execute(f"select concat_ws(chr(9), {cells}) as line from {table} order by line")  # noqa: S608
            hasher.update(f"{table}\n".encode())
            count = 0
            while rows := answer.fetchmany(10_000):
                count += len(rows)
                hasher.update("".join(f"{row[0]}\n" for row in rows).encode())
            row_counts[table] = count
    return Digest(hasher.hexdigest(), row_counts)


def _digest_cell(column: str, kind: str) -> str:
    """The SQL that writes a column as text."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        column = f"epoch_us({column})"
    if kind == "VARCHAR":
        for char, escaped in (("'\\'", "'\\\\'"), ("chr(9)", "'\\t'"), ("chr(10)", "'\\n'")):
            column = f"replace({column}, {char}, {escaped})"
    return f"coalesce({column}::varchar, '\\N')"


def query(warehouse: Path, sql: str, parameters: Mapping[str, str] | None = None) -> Result:
    """The answer to a question in SQL that can read the warehouse and nothing else of this machine.

    Raises:
        WarehouseError: there is no warehouse, it is no question, or DuckDB can't answer it.
    """
    connection = _sandbox(warehouse)
    try:
        _refuse_commands(connection, sql)
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
    with closing(_sandbox(warehouse, writes=part)) as connection:
        try:
            _refuse_commands(connection, sql)
            connection.execute(f"create temp table answer as {sql}", dict(parameters or {}))
            connection.execute(f"copy answer to {_quote(part)} (format parquet, use_tmp_file false)")
            count = connection.execute("select count(*) from answer").fetchone() or (0,)
            part.replace(target)
        except (duckdb.Error, OSError) as error:
            part.unlink(missing_ok=True)
            raise WarehouseError(f"can't write the answer to {path}: {error}") from error
    return int(count[0])


def _sandbox(warehouse: Path, writes: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection that reads the warehouse and no other file, and writes none but `writes`."""
    connection = _connect(_existing(warehouse), writable=False, threads=0)
    connection.execute("set TimeZone = 'Asia/Kolkata'")
    if writes is not None:
        connection.execute(f"set allowed_paths = [{_quote(writes)}]")
    connection.execute("set enable_external_access = false; set lock_configuration = true")
    return connection


def _refuse_commands(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Only questions: `copy … to` could still write the one file that DuckDB must be able to open, the warehouse.

    A pivot is parsed into several statements: in 1.5 the type that it makes first has no text of its own.
    """
    kinds = duckdb.StatementType
    statements = connection.extract_statements(sql)
    for statement in statements:
        is_pivot = (statement.type == kinds.CREATE and not statement.query) or str(statement.type).endswith("MULTI")
        is_plan = statement.type == kinds.EXPLAIN and "analyze" not in sql.lower()
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
    queries = (_parse_saved_query(path) for path in _scripts("9"))
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


def counts(warehouse: Path) -> dict[str, int]:
    """The rows of the tables that people ask for."""
    with _open(_existing(warehouse)) as connection:
        return _counts(connection)


def read_status(warehouse: Path, most_runs: int = 5) -> Status:
    """Counts, freshness, quarantine and the latest runs."""
    with _open(_existing(warehouse)) as connection:
        sites = connection.execute(
            "select site, article_count, last_published_at, last_loaded_at from freshness order by site nulls last"
        ).fetchall()
        files = connection.execute(
            "select path, error_code, error_message from files where status = 'quarantined' order by path"
        ).fetchall()
        names = ", ".join(field.name for field in fields(Run) if field.name != "decisions_version")
        rows = connection.execute(
            f"select {names} from runs order by started_at desc, run_id limit $most",  # noqa: S608 names of fields
            {"most": most_runs},
        ).fetchall()
        runs = [Run(**dict(zip(names.split(", "), row, strict=True))) for row in rows]
        return Status(
            _counts(connection), [SiteFreshness(*row) for row in sites], [QuarantinedFile(*row) for row in files], runs
        )


def drift(warehouse: Path) -> list[str]:
    """Sentences on sites whose newest articles come out otherwise than those before: a redesign, as a rule."""
    with _open(_existing(warehouse)) as connection:
        rows = connection.execute("select site, measure, earlier, recent from drift order by site, measure").fetchall()
    warnings = []
    for site, measure, earlier, recent in rows:
        most = DRIFT_OF_MEAN * earlier if measure == "word_count" else DRIFT_OF_SHARE
        if abs(recent - earlier) > most:
            warnings.append(f"{site}: {measure} of the newest articles is {recent:.2f}, it was {earlier:.2f}")
    return warnings


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = ("articles", "blocks", "mentions", "entities")
    rows = connection.execute(" union all ".join(f"select count(*) from {table}" for table in tables)).fetchall()  # noqa: S608
    return {table: row[0] for table, row in zip(tables, rows, strict=True)}


# --- connections -----------------------------------------------------------------------------------------------------


def crash_point(name: str) -> None:
    """Kills this process if KHABAR_CRASH_AT names this point: for tests of what a reader then sees."""
    if os.environ.get("KHABAR_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)


def _existing(warehouse: Path) -> Path:
    if not warehouse.exists():
        raise WarehouseError(f"there is no warehouse at {warehouse}; khabar run makes it")
    return warehouse


def _connect(path: Path, *, writable: bool, threads: int) -> duckdb.DuckDBPyConnection:
    """A connection whose default database is the file; DuckDB's own, so that two in a process never share settings."""
    if not path.exists():  # DuckDB would make an empty one
        raise WarehouseError(f"{path} is gone; run again")
    spill = path.parent / "spill" if writable else Path(tempfile.gettempdir()) / f"khabar-{secrets.token_hex(8)}"
    connection = duckdb.connect(
        config={
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # Tables have no order; keeping that of the parts would only cost memory.
            "preserve_insertion_order": "false" if writable else "true",
            **({"threads": str(threads)} if threads else {}),
        }
    )
    try:
        connection.execute(f"attach {_quote(path)} as news{'' if writable else ' (read_only)'}")
        connection.execute(f"use news; set TimeZone = 'UTC'; set memory_limit = '{_memory_limit(connection)}'")
    except duckdb.Error as error:
        connection.close()
        raise WarehouseError(f"{path} can't be opened: {str(error).splitlines()[0]}") from error
    return connection


@contextmanager
def _open(path: Path, *, writable: bool = False, threads: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """As `_connect`, closed at the end; what DuckDB says becomes an error of ours."""
    with closing(_connect(path, writable=writable, threads=threads)) as connection:
        try:
            yield connection
        except duckdb.Error as error:
            raise WarehouseError(f"{path}: {error}") from error


@contextmanager
def _read_published(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with _private_copy_if_locked(warehouse) as readable, _open(readable) as connection:
        yield connection


@contextmanager
def _private_copy_if_locked(warehouse: Path) -> Iterator[Path]:
    """The warehouse, or a copy while another program has it open for writing: that must not stop a run."""
    try:
        _connect(warehouse, writable=False, threads=1).close()
    except WarehouseError as error:
        if "Could not set lock" not in str(error):
            raise
    else:
        yield warehouse
        return
    with tempfile.TemporaryDirectory(prefix="khabar-") as folder:
        yield Path(shutil.copyfile(warehouse, Path(folder) / "published.duckdb"))


def _schema_version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
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


def _memory_limit(connection: duckdb.DuckDBPyConnection) -> str:
    """Three fifths of what DuckDB would take, 80 % of the machine or container: the workers need the rest."""
    size, unit = str(connection.execute("select current_setting('memory_limit')").fetchall()[0][0]).split()
    return f"{0.6 * float(size):.3f}{unit}"


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _scripts(*kinds: str) -> list[Path]:
    """The files of sql/ whose number begins with one of the digits, in order.

    Raises:
        WarehouseError: sql/ is not where an editable install finds it.
    """
    if not SQL.is_dir():
        raise WarehouseError(f"{SQL} is missing; khabar runs from its repository (make setup)")
    return sorted(path for path in SQL.glob("*.sql") if path.name.startswith(kinds))


def _run(connection: duckdb.DuckDBPyConnection, script: Path) -> duckdb.DuckDBPyConnection:
    """The answer to the last statement of a file of sql/."""
    try:
        return connection.execute(script.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        raise WarehouseError(f"sql/{script.name}: {error}") from error


def _set_variables(connection: duckdb.DuckDBPyConnection, **values: str | int | datetime | None) -> None:
    """What scripts read with getvariable(); None leaves a variable unset, which reads as NULL of any type."""
    for name, value in values.items():
        if value is not None:
            connection.execute(f"set variable {name} = $value", {"value": value})


def _load_pairs(
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


def _name_parts(connection: duckdb.DuckDBPyConnection, work: Path) -> None:
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
        "rejects": {"article_id": text, "source_path": text, "error_code": text, "error_message": text},
        "seen": {"path": text, "stat_key": text, "is_settled": pl.Boolean()},
        "gone": {"path": text},
    }
    for kind, columns in kinds.items():
        parts = sorted((work / kind).glob("*.parquet")) + sorted(work.glob(f"{kind}.parquet"))
        if parts:
            _name_files(connection, f"work_{kind}", parts, columns)
        else:
            described = ", ".join(f"{name} {_sql_type(column)}" for name, column in columns.items())
            connection.execute(f"create or replace temp table work_{kind} ({described})")


def _name_files(
    connection: duckdb.DuckDBPyConnection, view: str, parts: Sequence[Path], columns: Iterable[str] = "*"
) -> None:
    """A temporary view of Parquet files."""
    files = ", ".join(_quote(part) for part in parts)
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
    }
    return names[type(kind).__name__]


def _read_frame(generation: Path, sql: str, path: Path, threads: int) -> pl.DataFrame:
    """The answer as a polars frame, by way of a Parquet file that stays beside the generation."""
    import polars as pl

    with _open(generation, threads=threads) as connection:
        connection.execute(f"copy ({sql}) to {_quote(path)} (format parquet)")
    return pl.read_parquet(path, glob=False)


def _quote(value: Path | str) -> str:
    """A text constant of SQL."""
    return "'" + str(value).replace("'", "''") + "'"
