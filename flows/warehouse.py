"""Edge out: frames become a new generation of the DuckDB warehouse, which is checked and published as a whole."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
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
    schema_version: int | None  # None without a warehouse


@dataclass(frozen=True)
class Run:
    """A run as the warehouse records it."""

    run_id: str
    started_at: datetime
    code_version: str
    rules_version: str
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
        return f"{self.check}: {self.count} rows, such as {'; '.join(self.examples)}"


@dataclass(frozen=True)
class Digest:
    """One hash of the content, and the rows of each table that are in it."""

    sha256: str
    row_counts: dict[str, int]


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


def known_files(warehouse: Path) -> KnownState:
    """What the published warehouse knows of the raw files; nothing if there is none."""
    raise NotImplementedError


def move_stray_wal(warehouse: Path) -> list[Path]:
    """Moves what a client left beside the warehouse to .khabar/strays: the next reader would replay it."""
    raise NotImplementedError


def open_generation(settings: Settings, work: Path, rebuild: bool = False) -> Path:
    """A private copy of the published warehouse to load into, or a new one; its path."""
    raise NotImplementedError


def read_refused(settings: Settings) -> list[tuple[str, str]]:
    """The site templates that the user refused: (site, pattern) rows of .khabar/refused_templates.csv."""
    raise NotImplementedError


def learn_templates(generation: Path, work: Path, settings: Settings, refused: Sequence[tuple[str, str]]) -> list[str]:
    """Loads pages and lines, learns the site templates anew; source paths that must be cleaned again for it."""
    raise NotImplementedError


def accepted_templates(generation: Path) -> pl.DataFrame:
    """The site templates to clean with: TEMPLATES."""
    raise NotImplementedError


def load_articles(generation: Path, work: Path, run: Run) -> None:
    """Replaces the articles, blocks and mentions of the files in `work`, and keeps their versions."""
    raise NotImplementedError


def spellings(generation: Path) -> pl.DataFrame:
    """The distinct spellings of all current mentions: SPELLINGS."""
    raise NotImplementedError


def load_links(generation: Path, links: Path, run: Run) -> None:
    """Gives every mention its entity and makes entities, aliases and redirects of it; `links` is Parquet of LINKS."""
    raise NotImplementedError


def finish_run(generation: Path, run: Run) -> None:
    """Records the run that made this generation."""
    raise NotImplementedError


def check(generation: Path, run_id: str | None = None) -> list[Fault]:
    """Runs every check of sql/4*; with `run_id` the costly ones look only at the articles of that run."""
    raise NotImplementedError


def publish(generation: Path, settings: Settings) -> None:
    """Puts the generation in the place of the published warehouse, in one step."""
    raise NotImplementedError


def digest(warehouse: Path) -> Digest:
    """One hash of the content, whatever the order of rows in the file."""
    raise NotImplementedError


def query(warehouse: Path, sql: str, parameters: Mapping[str, str] | None = None) -> Result:
    """Runs SQL that can read the warehouse and nothing else of this machine."""
    raise NotImplementedError


def copy_query(warehouse: Path, sql: str, path: Path, parameters: Mapping[str, str] | None = None) -> int:
    """Writes the answer to a query as Parquet; the number of rows."""
    raise NotImplementedError


def saved_queries() -> dict[str, SavedQuery]:
    """The questions of sql/9*, by name."""
    raise NotImplementedError


def read_status(warehouse: Path, runs: int = 5) -> Status:
    """Counts, freshness, quarantine and the latest runs."""
    raise NotImplementedError


def compact(generation: Path) -> bool:
    """Rewrites a generation that is mostly dead space; whether it did."""
    raise NotImplementedError


def crash_point(name: str) -> None:
    """Kills this process if KHABAR_CRASH_AT names this point: for tests of what a reader then sees."""
    if os.environ.get("KHABAR_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
