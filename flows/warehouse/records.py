"""What a warehouse tells of itself and of its runs, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class WarehouseError(Exception):
    """The warehouse can't be read or written: one line says which, why and what to do."""


class SchemaTooNewError(WarehouseError):
    """The file was written by a newer Khabar."""


class SchemaTooOldError(WarehouseError):
    """The file was written by an older Khabar: a run brings it up to date."""


class KnownFile(NamedTuple):
    """A raw file as the warehouse knows it."""

    stat_key: str | None
    is_settled: bool
    sha256: str | None
    sidecar_sha256: str | None
    status: str  # loaded, quarantined
    has_error: bool = False  # it, or a part of it, could not be used


@dataclass(frozen=True)
class KnownState:
    """What the published warehouse knows: deleted files are not among `files`."""

    files: dict[str, KnownFile]
    rules_version: str | None
    decisions_version: str | None
    is_outdated: bool = False  # its tables are of an older version: the next run publishes, whatever it finds


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
