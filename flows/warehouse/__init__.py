"""Edge out: frames become a new generation of the DuckDB warehouse, which is checked and published as a whole.

The only package that imports duckdb.
"""

from flows.warehouse.checks import EXAMPLES, Fault, check
from flows.warehouse.connection import CRASH_POINTS, SQL, crash_point
from flows.warehouse.digests import DIGEST_COLUMNS, Digest, digest
from flows.warehouse.generation import (
    STORAGE_VERSION,
    compact,
    finish_run,
    is_worth_compacting,
    known_files,
    move_stray_wal,
    open_generation,
    publish,
    write_known_records,
)
from flows.warehouse.loads import (
    INSIDE_FACTOR,
    PROPOSED_ARTICLES,
    STALE_RECORDS,
    Loaded,
    accepted_templates,
    connect_pairs,
    learn_templates,
    load_articles,
    load_links,
    published_templates,
    read_refused,
    spellings,
)
from flows.warehouse.migrations import SCHEMA_VERSION, check_version, migrate
from flows.warehouse.queries import Result, SavedQuery, copy_query, query, saved_queries
from flows.warehouse.reader import Answer, Reader, open_reader
from flows.warehouse.records import KnownFile, KnownState, Run, SchemaTooNewError, SchemaTooOldError, WarehouseError
from flows.warehouse.shown import compared, show, shown_sql
from flows.warehouse.status import (
    DRIFT_OF_MEDIAN,
    DRIFT_OF_SHARE,
    QuarantinedFile,
    RejectedRecord,
    SiteFreshness,
    Status,
    counts,
    drift,
    read_status,
)

__all__ = [
    "CRASH_POINTS",
    "DIGEST_COLUMNS",
    "DRIFT_OF_MEDIAN",
    "DRIFT_OF_SHARE",
    "EXAMPLES",
    "INSIDE_FACTOR",
    "PROPOSED_ARTICLES",
    "SCHEMA_VERSION",
    "SQL",
    "STALE_RECORDS",
    "STORAGE_VERSION",
    "Answer",
    "Digest",
    "Fault",
    "KnownFile",
    "KnownState",
    "Loaded",
    "QuarantinedFile",
    "Reader",
    "RejectedRecord",
    "Result",
    "Run",
    "SavedQuery",
    "SchemaTooNewError",
    "SchemaTooOldError",
    "SiteFreshness",
    "Status",
    "WarehouseError",
    "accepted_templates",
    "check",
    "check_version",
    "compact",
    "compared",
    "connect_pairs",
    "copy_query",
    "counts",
    "crash_point",
    "digest",
    "drift",
    "finish_run",
    "is_worth_compacting",
    "known_files",
    "learn_templates",
    "load_articles",
    "load_links",
    "migrate",
    "move_stray_wal",
    "open_generation",
    "open_reader",
    "publish",
    "published_templates",
    "query",
    "read_refused",
    "read_status",
    "saved_queries",
    "show",
    "shown_sql",
    "spellings",
    "write_known_records",
]
