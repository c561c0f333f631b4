"""The pages of a bulk file, read again by code that the pipeline does not have: what `khabar verify` compares with."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Protocol

HTML = ("html",)
TEXT = ("text", "plain_text", "maintext")
LONGEST_LINE = 1 << 30
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]{0,1000})?\r\n")
_PAIR = re.compile(rb"([^:\r\n]+):[ \t]*([^\r\n]*)")

#: Number of a record and the bytes of its page.
Page = tuple[int, bytes]


def read_pages(path: Path, form: str) -> Iterator[Page]:
    """The pages of a bulk file in order, up to where it can't be read any further."""
    readers: Mapping[str, Callable[[Path], Iterator[Page]]] = {
        "jsonl": _read_lines,
        "parquet": _read_rows,
        "warc": _read_warc,
    }
    return readers[form](path)


def hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Damaged(Exception):
    """Compressed data that can't be read any further."""


class _Unpacker(Protocol):
    """What zlib and zstandard have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def _expand(path: Path) -> Iterator[bytes]:
    """The bytes of a file without its compression, in small bites: of damaged data no more is lost than by a run."""
    import zstandard

    ending = path.name.lower().rpartition(".")[2]
    zstd = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    starts: dict[str, Callable[[], _Unpacker]] = {"gz": partial(zlib.decompressobj, 31), "zst": zstd.decompressobj}
    start = starts.get(ending)
    with path.open("rb") as stream:
        if start is None:
            yield from iter(lambda: stream.read(1 << 16), b"")
            return
        unpacker, is_begun = start(), False
        for bite in iter(lambda: stream.read(256), b""):
            while bite:
                if not is_begun and not bite.strip(b"\0"):
                    break
                try:
                    yield unpacker.decompress(bite)
                except (zlib.error, zstandard.ZstdError) as error:
                    raise _Damaged from error
                is_begun, bite = not unpacker.eof, unpacker.unused_data
                if unpacker.eof:
                    unpacker = start()


class _Expanded(io.RawIOBase):
    """The bytes of a file without its compression, as a stream."""

    def __init__(self, path: Path) -> None:
        self._chunks = _expand(path)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _open(path: Path) -> io.BufferedReader:
    return io.BufferedReader(_Expanded(path), 1 << 16)


def _read_lines(path: Path) -> Iterator[Page]:
    with _open(path) as stream, suppress(_Damaged):
        for number in count(1):
            line = stream.readline(LONGEST_LINE)
            if not line:
                return
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            with suppress(ValueError, RecursionError):
                record = json.loads(line.decode("utf-8", "surrogateescape"), parse_int=float)
                if isinstance(record, dict) and (page := _choose(record)) is not None:
                    yield number, page


def _choose(record: Mapping[str, object]) -> bytes | None:
    """The HTML of a record if it is not blank, else its text, as the bytes that a file of it would hold."""
    for value in (record.get(name) for name in (*HTML, *TEXT)):
        if isinstance(value, bytes) and value.strip():
            return value
        if isinstance(value, str) and value.strip():
            handler = "surrogatepass" if re.search("[\ud800-\udc7f\udd00-\udfff]", value) else "surrogateescape"
            return value.encode("utf-8", handler)
    return None


def _read_rows(path: Path) -> Iterator[Page]:
    import polars as pl

    with (
        suppress(pl.exceptions.PolarsError, OSError),
        tempfile.TemporaryDirectory(prefix=f"khabar-{os.getpid()}-") as folder,
    ):
        link = Path(folder) / "file.parquet"  # polars takes no name that is not UTF-8
        link.symlink_to(path.absolute())
        frame = pl.scan_parquet(link, glob=False)
        columns = [name for name in (*HTML, *TEXT) if name in frame.collect_schema().names()]
        number = 0
        for rows in frame.select(columns).collect_batches(chunk_size=1000):
            for record in rows.iter_rows(named=True):
                number += 1
                if (page := _choose(record)) is not None:
                    yield number, page


def _read_warc(path: Path) -> Iterator[Page]:
    number = 0
    with _open(path) as stream, suppress(_Damaged):
        while line := stream.readline(1 << 18):
            if not line.startswith(b"WARC/"):
                continue
            number += 1
            headers = _headers(iter(lambda: stream.readline(1 << 18), b""))
            with suppress(ValueError):
                block = stream.read(int(headers.get("content-length", "")))
                if headers.get("warc-type", "").lower() != "response":
                    yield number, block
                elif (body := _body(block)) is not None:
                    yield number, body


def _headers(lines: Iterator[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        if not line.strip():
            break
        if pair := _PAIR.match(line):
            headers.setdefault(pair[1].decode("latin-1").strip().lower(), pair[2].decode("latin-1").strip())
    return headers


def _body(block: bytes) -> bytes | None:
    """The body of a response without chunks and compression; None where it can't be made out."""
    lines = io.BytesIO(block)
    lines.readline()
    headers = _headers(iter(lines.readline, b""))
    body = lines.read()
    if headers.get("transfer-encoding", "").strip().lower() == "chunked":
        body = _join_chunks(body)
    packing = headers.get("content-encoding", "").lower()
    if packing not in ("gzip", "deflate"):
        return body
    for wbits in (31, 15, -15):
        with suppress(zlib.error):
            return zlib.decompressobj(wbits).decompress(body)
    return body


def _join_chunks(body: bytes) -> bytes:
    """Chunks put together; a body that is not in chunks, or not to its end, is left from there as it is."""
    joined, at = b"", 0
    while match := _CHUNK_SIZE.match(body, at):
        size = int(match[1], 16)
        if not size:
            return joined
        end = match.end() + size
        if body[end : end + 2] not in (b"\r\n", b"\r", b""):
            break
        joined += body[match.end() : end]
        at = end + 2
    return joined + body[at:]
