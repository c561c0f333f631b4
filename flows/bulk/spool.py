"""A bulk file is cut into parts: the records that changed since it was last read, so many bytes a part.

One process reads a file once, from its beginning to its end, and knows at the end that it stayed as it was; the work on
the records, a hundred times as long, is then shared among all. Parts are Parquet files in the run's work folder.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import polars as pl

from flows.bulk.containers import HashedStream, read_records
from flows.bulk.records import Record
from flows.files import (
    Quarantine,
    RawFile,
    Sidecar,
    Unsettled,
    article_id,
    check_unchanged,
    is_settled,
    open_stored,
    read_sidecar,
)
from flows.settings import Settings

#: Bytes bound a part; so do records, for those of a few words cost as much beside their text as others.
MOST_RECORDS: Final = 2000
_SLICE: Final = 65_536

SPOOL: Final = {
    "source_record": pl.Int64(),
    "record_hash": pl.String(),
    "fields": pl.Binary(),
    "content": pl.Binary(),
    "form": pl.String(),
    "error_code": pl.String(),
    "error_message": pl.String(),
}
#: Records that a file no longer has.
LOST: Final = {"article_id": pl.String()}


@dataclass(frozen=True)
class UnpackJob:
    """A bulk file to cut into parts, whose names begin with `prefix`.

    `known` is Parquet of source_record and record_hash, in order, as the warehouse has them: equal records are left
    out, and those that the file has no more are lost. `wanted` is Parquet of source_record: only these are read again,
    whatever they hold. `expected` are the hashes that the file and its sidecar must have.
    """

    file: RawFile
    prefix: str
    known: Path | None = None
    wanted: Path | None = None
    expected: tuple[str | None, str | None] | None = None


@dataclass(frozen=True)
class SpoolPart:
    """Records to read: all of a part, or `count` from number `first` on."""

    source: str
    file: RawFile
    sidecar: Sidecar
    first: int = 0
    count: int | None = None

    @property
    def name(self) -> str:
        return self.source if self.count is None else f"{self.source}-{self.first}-{self.count}"

    def rows(self, work: Path) -> pl.DataFrame:
        rows = pl.read_parquet(work / "spool" / f"{self.source}.parquet", glob=False)
        return rows if self.count is None else rows.slice(self.first, self.count)


@dataclass(frozen=True)
class Unpacked:
    """A bulk file, cut. With an error and records it was read up to some damage."""

    parts: list[SpoolPart]
    sha256: str
    sidecar_sha256: str | None
    is_settled: bool
    error_code: str | None
    error_message: str | None
    record_count: int  # as they stand in the file, read or not
    ignored_count: int
    warnings: list[str]


def unpack(settings: Settings, work: Path, job: UnpackJob) -> Unpacked:
    """Cut a bulk file into parts spool, and write which of the known records it no longer has.

    Raises:
        Unsettled: it changed since the look at the folder, or while it was read, or is not as expected.
        Quarantine: it can't even be opened.
    """
    file = job.file
    if file.error_code is not None:
        raise Quarantine(file.error_code, file.error_message or "it can't be read")
    read_at = time.time_ns()
    sidecar, warnings = read_sidecar(file)
    spool = _Spool(settings, work, job, sidecar)
    damage: Quarantine | None = None
    with open_stored(file) as stream:
        hashed = HashedStream(stream)
        try:
            for record in read_records(file, hashed, settings):
                spool.take(record)
        except Quarantine as error:
            damage = error
        sha256 = hashed.sha256_to_end()
    check_unchanged(file)
    if job.expected not in (None, (sha256, sidecar.sha256)):
        raise Unsettled(f"{file.path}: changed since it was read in this run; it waits for the next run")
    spool.finish()
    return Unpacked(
        spool.parts,
        sha256,
        sidecar.sha256,
        is_settled(file, read_at),
        damage.code if damage else None,
        damage.message if damage else None,
        spool.record_count,
        spool.ignored_count,
        warnings,
    )


class _Spool:
    """Writes the records of a file that are to be read, a part whenever one is full."""

    def __init__(self, settings: Settings, work: Path, job: UnpackJob, sidecar: Sidecar) -> None:
        self.parts: list[SpoolPart] = []
        self.record_count = self.ignored_count = 0
        self._job, self._work, self._sidecar = job, work, sidecar
        self._most_bytes = settings.batch_bytes
        self._rows: list[tuple[object, ...]] = []
        self._bytes = 0
        self._lost: list[str] = []
        self._known = _pairs(job.known)
        self._wanted = _pairs(job.wanted)
        self._next_known = next(self._known, None)
        self._next_wanted = next(self._wanted, None)

    def take(self, record: Record) -> None:
        """Spool a record unless it is as known, or others are wanted."""
        if not record.is_page:
            self.ignored_count += 1
            return
        self.record_count += 1
        record_hash = hash_record(record, self._sidecar)
        if self._is_called_for(record.number, record_hash):
            if self._rows and (self._bytes + record.size > self._most_bytes or len(self._rows) >= MOST_RECORDS):
                self._write()
            self._rows.append(
                (
                    record.number,
                    record_hash,
                    record.fields,
                    record.content,
                    record.form,
                    record.error_code,
                    record.error_message,
                )
            )
            self._bytes += record.size

    def _is_called_for(self, number: int, record_hash: str) -> bool:
        if self._job.wanted is not None:
            while self._next_wanted is not None and self._next_wanted[0] < number:
                self._next_wanted = next(self._wanted, None)
            return self._next_wanted is not None and self._next_wanted[0] == number
        self._lose_before(number)
        if self._next_known is None or self._next_known[0] != number:
            return True
        known_hash = self._next_known[1]
        self._next_known = next(self._known, None)
        return known_hash != record_hash

    def _lose_before(self, number: float) -> None:
        while self._next_known is not None and self._next_known[0] < number:
            self._lost.append(article_id(self._job.file.path, self._next_known[0]))
            self._next_known = next(self._known, None)

    def finish(self) -> None:
        """Write what is left, and the records that are gone."""
        if self._rows:
            self._write()
        self._lose_before(float("inf"))
        if self._lost:
            _write(pl.DataFrame({"article_id": self._lost}, LOST), self._work / "lost" / f"{self._job.prefix}.parquet")

    def _write(self) -> None:
        name = f"{self._job.prefix}-{len(self.parts):06}"
        _write(pl.DataFrame(self._rows, SPOOL, orient="row"), self._work / "spool" / f"{name}.parquet")
        self.parts.append(SpoolPart(name, self._job.file, self._sidecar))
        self._rows, self._bytes = [], 0


def hash_record(record: Record, sidecar: Sidecar) -> str:
    """A hash of all that its document is made from."""
    digest = hashlib.blake2b(digest_size=16)
    for value in (sidecar.sha256, record.form, record.error_code, record.fields, record.content):
        data = value.encode() if isinstance(value, str) else value or b""
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def _pairs(path: Path | None) -> Iterator[tuple[int, str | None]]:
    """The rows of a file of known or wanted records, some at a time."""
    frame = pl.scan_parquet(path, glob=False) if path is not None else pl.LazyFrame(schema={"source_record": pl.Int64})
    at = 0
    while (rows := frame.slice(at, _SLICE).collect()).height:
        yield from cast("Iterator[tuple[int, str | None]]", rows.iter_rows())
        at += _SLICE


def write_wanted(stale: Path, path: str, target: Path) -> None:
    """Of the stale records of all files, those of one: what UnpackJob calls wanted."""
    target.parent.mkdir(exist_ok=True)
    records = pl.scan_parquet(stale, glob=False).filter(pl.col("source_path") == path).select("source_record")
    records.sink_parquet(target)


def read_spool(work: Path, part: SpoolPart) -> Iterator[tuple[str, Record]]:
    """The records of a part with their hashes."""
    for number, record_hash, fields, content, form, code, message in part.rows(work).iter_rows():
        yield record_hash, Record(number, fields, content, form, code, message)


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    frame.write_parquet(path, compression="zstd", compression_level=1)
