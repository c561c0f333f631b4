"""What `khabar status` shows: counts, freshness, quarantine, runs and drift."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from flows.warehouse.migrations import open_warehouse
from flows.warehouse.records import Run

#: How far outside the usual range of 30 days a share or a median (by this share of it) must be to be drift. Of the
#: smallest groups chance alone puts one in 30 there at worst: of shares near a half.
DRIFT_OF_SHARE: Final = 0.2
DRIFT_OF_MEDIAN: Final = 0.5
#: A site is silent after this many of its longest pauses, and after a day and a half at least.
SILENT_FACTOR: Final = 2
SHORTEST_SILENCE: Final = timedelta(hours=36)


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
class RejectedRecord:
    """A record of a raw file of many documents that could not be used, and why."""

    path: str
    source_record: int
    error_code: str
    error_message: str


@dataclass(frozen=True)
class Status:
    """What `khabar status` shows of the warehouse."""

    row_counts: dict[str, int]
    freshness: list[SiteFreshness]
    quarantine: list[QuarantinedFile]
    runs: list[Run]  # latest first
    damaged: list[QuarantinedFile]  # loaded in part
    rejected_count: int
    rejected: list[RejectedRecord]  # the first of each file


def counts(warehouse: Path) -> dict[str, int]:
    """The rows of the tables that people ask for."""
    with open_warehouse(warehouse) as connection:
        return _counts(connection)


#: Rejected records of a file that are shown.
MOST_REJECTED: Final = 5


def read_status(warehouse: Path, most_runs: int = 5) -> Status:
    """Counts, freshness, quarantine, what is loaded in part, and the latest runs."""
    with open_warehouse(warehouse) as connection:
        connection.execute("set TimeZone = 'Asia/Kolkata'")  # in UTC an article of a day stands on the day before
        sites = connection.execute(
            "select site, article_count, last_published_at, last_loaded_at from freshness order by site nulls last"
        ).fetchall()
        files = connection.execute(
            "select path, error_code, error_message, status from files where error_code is not null order by path"
        ).fetchall()
        rejected = connection.execute(
            "select source_path, source_record, error_code, error_message from records where error_code is not null"
            " qualify row_number() over (partition by source_path order by source_record) <= $most order by all",
            {"most": MOST_REJECTED},
        ).fetchall()
        total = connection.execute("select count(error_code) from records").fetchall()[0][0]
        names = ", ".join(field.name for field in fields(Run))
        rows = connection.execute(
            f"select {names} from runs order by started_at desc, run_id limit $most",  # noqa: S608 names of fields
            {"most": most_runs},
        ).fetchall()
        runs = [Run(**dict(zip(names.split(", "), row, strict=True))) for row in rows]
        return Status(
            _counts(connection),
            [SiteFreshness(*row) for row in sites],
            [QuarantinedFile(*row[:3]) for row in files if row[3] == "quarantined"],
            runs,
            [QuarantinedFile(*row[:3]) for row in files if row[3] != "quarantined"],
            total,
            [RejectedRecord(*row) for row in rejected],
        )


def drift(warehouse: Path, looked_at: datetime | None = None) -> list[str]:
    """Sentences on sites that come out otherwise than in the 30 days before, or that fell silent.

    Silent is a site from which the last look, `looked_at`, still had no new file after twice its longest pause.
    """
    with open_warehouse(warehouse) as connection:
        moved = connection.execute(
            "select site, measure, page_count, recent, usual_low, usual_high from drift order by all"
        )
        found = [_drift_sentence(*row) for row in moved.fetchall() if _has_left(*row[1:2], *row[3:])]
        rests = connection.execute("select site, last_arrived_at, longest_pause from arrivals order by all").fetchall()
    for site, last, longest in rests:
        if looked_at is not None and looked_at - last > max(SILENT_FACTOR * longest, SHORTEST_SILENCE):
            found.append(
                f"{site}: nothing new since {last:%Y-%m-%d %H:%M} UTC; "
                f"its longest pause in the 30 days before was {_hours(longest)}"
            )
    return sorted(found)


def _has_left(measure: str, recent: float, usual_low: float, usual_high: float) -> bool:
    """Is a measure outside its range by more than chance would put it there?"""
    if measure == "word_count":
        return recent > (1 + DRIFT_OF_MEDIAN) * usual_high or recent < (1 - DRIFT_OF_MEDIAN) * usual_low
    return recent > usual_high + DRIFT_OF_SHARE or recent < usual_low - DRIFT_OF_SHARE


def _drift_sentence(
    site: str, measure: str, page_count: int, recent: float, usual_low: float, usual_high: float
) -> str:
    digits = 0 if measure == "word_count" else 2
    kind = "median" if measure in ("word_count", "kept_share") else "share"
    return (
        f"{site}: {measure} ({kind}) of the newest {page_count} pages is {recent:.{digits}f}; "
        f"in the 30 days before it was mostly {usual_low:.{digits}f} to {usual_high:.{digits}f}"
    )


def _hours(pause: timedelta) -> str:
    hours = pause.total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours >= 72 else f"{hours:.0f} hours"


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = ("articles", "blocks", "mentions", "entities")
    rows = connection.execute(" union all ".join(f"select count(*) from {table}" for table in tables)).fetchall()  # noqa: S608
    return {table: row[0] for table, row in zip(tables, rows, strict=True)}
