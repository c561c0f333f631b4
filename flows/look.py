"""The look at the raw folder: what is new, changed or gone since the last publication. Imports nothing heavy."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from flows.files import RawFile, Scan, hash_file, scan

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.warehouse import KnownFile, KnownState

PACKAGE = Path(__file__).parent
SQL = PACKAGE.parent / "sql"

#: Modules that only move, show or check what the steps made. All others decide what a page becomes.
_NO_RULES = frozenset(
    f"{name}.py"
    for name in (
        *("alarm", "ask", "attempts", "cli", "cluster", "columns", "facts", "identity", "lock", "look", "news"),
        *("onepage", "pipeline", "progress", "report", "report_page", "schedule", "search", "serve", "server"),
        *("start", "state", "stop", "terminal", "threads", "upkeep", "verify", "verify_records", "workers"),
        *(
            "warehouse/__init__",
            "warehouse/checks",
            "warehouse/digests",
            "warehouse/generation",
            "warehouse/migrations",
        ),
        *("warehouse/queries", "warehouse/reader", "warehouse/records", "warehouse/shown", "warehouse/status"),
    )
)
#: Packages that only show.
_NO_RULE_PACKAGES = frozenset({"explorer"})
_RULE_ENDINGS = (".py", ".toml", ".csv", ".txt", ".npz")
#: Libraries whose verdict ends up in the tables.
_RULE_LIBRARIES = ("charset-normalizer", "duckdb", "lxml", "numpy", "polars", "py3langid", "rapidfuzz", "trafilatura")


@dataclass(frozen=True)
class Changes:
    """What a run has to do. `todo` is to be read; `deleted` are paths of files that were loaded or quarantined."""

    todo: list[RawFile] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)  # known files in folders that could not be listed
    touched: list[RawFile] = field(default_factory=list)  # another stat_key, the same bytes
    files_new: int = 0
    files_changed: int = 0
    files_unchanged: int = 0
    loaded_before: int = 0
    ignored_count: int = 0
    warnings: list[str] = field(default_factory=list)
    are_rules_new: bool = False
    are_decisions_new: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.todo or self.deleted or self.are_rules_new or self.are_decisions_new)


def find_changes(
    settings: Settings,
    known: KnownState,
    rules_version: str,
    decisions_version: str,
    replay: frozenset[str] = frozenset(),
) -> Changes:
    """Compare the raw folder with the files that the warehouse knows.

    A file is unchanged when size, mtime and ctime are as when it was last read, and that was late enough after its
    mtime to trust them; in doubt its hash decides. New rules and a rebuild rework every file, a replay those it names.
    """
    found = scan(settings.raw)
    are_rules_new = bool(known.files) and known.rules_version != rules_version
    todo: list[RawFile] = []
    touched: list[RawFile] = []
    new = changed = unchanged = 0
    for file in found.files:
        before = known.files.get(file.path)
        if before is None or before.status == "deleted":
            new += 1
            todo.append(file)
        elif not is_unchanged(file, before):
            changed += 1
            todo.append(file)
        else:
            unchanged += 1
            if file.stat_key != before.stat_key:
                touched.append(file)
            if are_rules_new or settings.rebuild or file.path in replay:
                todo.append(file)
    before_status = [file.status for file in known.files.values()]
    deleted = find_deleted(found, known.files)
    absent = known.files.keys() - {file.path for file in found.files}
    return Changes(
        todo=todo,
        deleted=deleted,
        unlisted=sorted(absent.difference(deleted)),
        touched=touched,
        files_new=new,
        files_changed=changed,
        files_unchanged=unchanged,
        loaded_before=before_status.count("loaded"),
        ignored_count=found.ignored_count,
        warnings=list(found.warnings),
        are_rules_new=are_rules_new,
        are_decisions_new=bool(known.files) and known.decisions_version != decisions_version,
    )


def is_unchanged(file: RawFile, before: KnownFile) -> bool:
    """Whether the file holds what the warehouse has of it."""
    if before.stat_key is None:
        return False  # a run could not do its work on this file
    if file.stat_key == before.stat_key and before.is_settled:
        return True
    if file.error_code is not None:
        return before.status == "quarantined" and file.stat_key == before.stat_key
    try:
        return hash_file(file) == (before.sha256, before.sidecar_sha256)
    except OSError:
        return before.status == "quarantined" and file.stat_key == before.stat_key


def find_deleted(found: Scan, known: Mapping[str, KnownFile]) -> list[str]:
    """Known files that are gone; those under a folder that could not be listed are kept, for nobody knows."""
    present = {file.path for file in found.files}
    hidden = tuple(f"{folder}/" for folder in found.unreadable_folders)
    return sorted(
        path
        for path, before in known.items()
        if before.status != "deleted" and path not in present and not path.startswith(hidden or ("\0",))
    )


def rules_version(settings: Settings) -> str:
    """One hash of all that decides what a page becomes: rules, models, aliases, settings, code of the steps."""
    digest = hashlib.sha256(settings.rule_relevant().encode())
    model = Path(settings.recogniser)  # of a model in a folder the name alone says too little
    for path in sorted(model.iterdir()) if settings.recogniser and model.is_dir() else ():
        digest.update(f"\0{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    for path in _rule_files():
        digest.update(f"\0{path.relative_to(PACKAGE.parent).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    digest.update(f"\0Unicode {unicodedata.unidata_version}".encode())
    for library in _RULE_LIBRARIES:
        digest.update(f"\0{library} {metadata.version(library)}".encode())
    return digest.hexdigest()[:16]


def _rule_files() -> Iterable[Path]:
    """In a stable order; what editors and Python leave behind is no rule."""
    files = [file for ending in _RULE_ENDINGS for file in PACKAGE.rglob(f"*{ending}")]
    files = [file for file in files if file.relative_to(PACKAGE).as_posix() not in _NO_RULES]
    files = [file for file in files if file.relative_to(PACKAGE).parts[0] not in _NO_RULE_PACKAGES]
    files += SQL.glob("[24]*.sql")  # a page on which a check finds a fault is none
    return sorted(file for file in files if file.is_file() and not file.name.startswith("."))


def decisions_version(paths: Iterable[Path]) -> str:
    """One hash of the user's decisions: joins, splits and refused templates."""
    digest = hashlib.sha256()
    for path in paths:
        if path.exists():
            digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()[:16]
