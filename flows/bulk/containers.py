"""A bulk file as a stream of records: lines, rows or responses, each with its number, none larger than the limit."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from flows.bulk.records import OTHER_FIELDS, PAGE_FIELDS, Record, oversized
from flows.bulk.warc import read_warc
from flows.expand import ArchiveError, expand
from flows.files import Quarantine, RawFile, unreadable

if TYPE_CHECKING:
    from flows.settings import Settings

_BUFFER = 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class HashedStream(io.RawIOBase):
    """A stream that hashes what is read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except OSError as error:
            raise unreadable(error) from None
        self._digest.update(data)
        buffer[: len(data)] = data
        return len(data)

    def sha256_to_end(self) -> str:
        """The hash of the whole stream, whose rest is read for it."""
        while self.read(_BUFFER):
            pass
        return self._digest.hexdigest()


def read_records(file: RawFile, stream: io.RawIOBase, settings: Settings) -> Iterator[Record]:
    """The records of a bulk file, in order; `stream` holds its bytes, and a Parquet file is opened by name beside it.

    Raises:
        Quarantine: what follows the last record can't be read, or is more than `max_bulk_bytes`.
    """
    if file.format == "parquet":
        yield from read_rows(file.target or file.absolute, settings)
        return
    chunks = _gather(_bounded(expand(file.path, io.BufferedReader(stream, _BUFFER).read), settings.max_bulk_bytes))
    read = read_warc if file.format == "warc" else read_lines
    number = 0
    try:
        for record in read(chunks, settings.max_record_bytes):
            number = record.number
            yield record
    except ArchiveError as error:
        raise damaged(error, number) from None


def damaged(error: Exception, number: int) -> Quarantine:
    """What to say of a file that can be read up to a record and no further."""
    where = f" after record {number}" if number else ""
    return Quarantine("bad_archive", f"{error}{where}; fetch it again")


def _bounded(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise too_much(limit)
        yield chunk


def too_much(limit: int) -> Quarantine:
    return Quarantine(
        "too_large",
        f"it holds more than max_bulk_bytes = {limit}, the rest is left out; raise that setting or split it",
    )


def _gather(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Chunks worth the handling; what comes before damage is still given."""
    parts: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            parts.append(chunk)
            size += len(chunk)
            if size >= _BUFFER:
                yield b"".join(parts)
                parts, size = [], 0
    except (ArchiveError, Quarantine):
        if parts:
            yield b"".join(parts)
        raise
    if parts:
        yield b"".join(parts)


# --- JSON Lines ------------------------------------------------------------------------------------------------------


def read_lines(chunks: Iterable[bytes], most: int) -> Iterator[Record]:
    """A record for each line that is not blank, by the number of the line; the last needs no newline."""
    number, size = 1, 0
    parts: list[bytes] = []  # of a line that goes on; none of one that is too long
    for chunk in chunks:
        at = 0
        while (end := chunk.find(b"\n", at)) >= 0:
            size += end - at
            if size <= most:
                parts.append(chunk[at:end])
            yield from _line(number, parts, size, most)
            number, size, parts, at = number + 1, 0, [], end + 1
        size += len(chunk) - at
        parts = [*parts, chunk[at:]] if size <= most else []
    if size:
        yield from _line(number, parts, size, most)


def _line(number: int, parts: list[bytes], size: int, most: int) -> Iterator[Record]:
    if size > most:
        yield oversized(number, size, most)
        return
    line = b"".join(parts).strip()
    if number == 1:
        line = line.removeprefix(_BOM).lstrip()
    if line:
        yield Record(number, line)


# --- Parquet ---------------------------------------------------------------------------------------------------------


def read_rows(path: str, settings: Settings) -> Iterator[Record]:
    """A record for each row of a Parquet file, by its number; its fields are written as a line of JSON would be.

    Raises:
        Quarantine: it has no column of pages, or its data can't be read any further.
    """
    from flows.warehouse.parquet import ParquetError, parquet_columns, parquet_rows

    number = total = 0
    try:
        kinds = parquet_columns(path)
        names = _choose_columns(kinds)
        for number, size, *values in parquet_rows(path, names, settings.max_record_bytes):
            total += size
            if total > settings.max_bulk_bytes:
                raise too_much(settings.max_bulk_bytes)
            if size > settings.max_record_bytes:
                yield oversized(number, size, settings.max_record_bytes)
            else:
                yield _row(number, dict(zip(names, values, strict=True)))
    except ParquetError:
        raise damaged(ArchiveError("its Parquet data is corrupt, encrypted or cut short"), number) from None


def _choose_columns(kinds: dict[str, str]) -> list[str]:
    """The columns to read.

    Raises:
        Quarantine: none of them holds pages.
    """
    pages = [name for name in PAGE_FIELDS if kinds.get(name) in ("VARCHAR", "BLOB")]
    if not pages:
        found = ", ".join(f"{name} {kind}" for name, kind in kinds.items())[:200]
        raise Quarantine(
            "bad_record", f"no column of strings is called {', '.join(PAGE_FIELDS)}; it has {ascii(found)[1:-1]}"
        )
    return pages + [name for name in OTHER_FIELDS if name in kinds and not set("([") & set(kinds[name])]


def _row(number: int, values: dict[str, str | bytes | None]) -> Record:
    """A row as JSON; the first page that is stored as bytes is the content."""
    content = form = None
    texts: dict[str, str | None] = {}
    for name, value in values.items():
        if not isinstance(value, bytes):
            texts[name] = value
        elif name not in PAGE_FIELDS:
            texts[name] = value.decode("utf-8", "replace")
        elif content is None and value.strip():
            content, form = value, "html" if name == "html" else "text"
    return Record(number, json.dumps(texts, ensure_ascii=False).encode(), content, form)
