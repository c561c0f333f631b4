"""What `khabar status` shows: counts, freshness, quarantine, runs and drift."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from flows.warehouse.migrations import open_warehouse
from flows.warehouse.records import Run

#: A share that moves by more than this is drift; a mean may move by this share of it: articles differ in length.
DRIFT_OF_SHARE: Final = 0.2
DRIFT_OF_MEAN: Final = 0.5


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


def counts(warehouse: Path) -> dict[str, int]:
    """The rows of the tables that people ask for."""
    with open_warehouse(warehouse) as connection:
        return _counts(connection)


def read_status(warehouse: Path, most_runs: int = 5) -> Status:
    """Counts, freshness, quarantine and the latest runs."""
    with open_warehouse(warehouse) as connection:
        sites = connection.execute(
            "select site, article_count, last_published_at, last_loaded_at from freshness order by site nulls last"
        ).fetchall()
        files = connection.execute(
            "select path, error_code, error_message from files where status = 'quarantined' order by path"
        ).fetchall()
        names = ", ".join(field.name for field in fields(Run))
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
    with open_warehouse(warehouse) as connection:
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
