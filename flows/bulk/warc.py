"""WARC records: headers and blocks cut out of the stream, and the page of a response.

The cutting is our own: warcio's takes lines of any length into memory, and ends at the first record it can't make out.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator
from io import BytesIO

from flows.bulk.records import Record, oversized
from flows.expand import ArchiveError

#: Of the headers of a record, or of a response; a long one is a few kB.
MAX_HEADER_BYTES = 256 * 1024
_VERSION = re.compile(rb"WARC/\d+\.\d+\s*$")
#: What a response may be called to be read, and as what.
_PAGE_TYPES = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
#: The line above a chunk, with room for what else it may say.
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]{0,1000})?\r\n")
_HTTP = re.compile(r"https?:", re.IGNORECASE)
#: Record types that hold a page; a conversion is the text that a crawler made of one.
_WITH_PAGE = ("response", "resource", "conversion")

Headers = dict[str, str]


class _Source:
    """A stream of chunks, read by lines or by size."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._buffer = b""
        self._at = 0

    def _fill(self) -> bool:
        chunk = next(self._chunks, b"")
        self._buffer, self._at = self._buffer[self._at :] + chunk, 0
        return bool(chunk)

    def readline(self, most: int) -> bytes:
        """To the next newline, at most so many bytes; nothing at the end."""
        while (end := self._buffer.find(b"\n", self._at)) < 0 and len(self._buffer) - self._at < most and self._fill():
            pass
        stop = min(end + 1 if end >= 0 else len(self._buffer), self._at + most)
        line, self._at = self._buffer[self._at : stop], stop
        return line

    def pieces(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes, or all that there are."""
        while size > 0 and (self._at < len(self._buffer) or self._fill()):
            piece = self._buffer[self._at : self._at + size]
            self._at += len(piece)
            size -= len(piece)
            yield piece


def read_warc(chunks: Iterable[bytes], most: int) -> Iterator[Record]:
    """Every record of a WARC file, by its number; those that hold no page are marked as such.

    After a record whose length is wrong the next line that begins a record is looked for.

    Raises:
        ArchiveError: the file is no WARC file, or ends inside a record.
    """
    logging.getLogger("warcio").setLevel(logging.ERROR)
    source = _Source(chunks)
    number = 0
    while _find_record(source, is_first=number == 0):
        number += 1
        headers = _read_headers(source)
        length = headers.get("content-length", "")
        size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else -1
        has_page = headers.get("warc-type", "").lower() in _WITH_PAGE and _HTTP.match(_target(headers))
        if size < 0:
            message = f"Content-Length {ascii(length)[:40]} of the record is no size"
            yield Record(number, error_code="bad_record", error_message=message, is_page=bool(has_page))
            continue
        kept, found = [], 0
        for piece in source.pieces(size):
            found += len(piece)
            if has_page and size <= most:
                kept.append(piece)
        if found < size:
            raise ArchiveError("its WARC data is cut short")
        if has_page and size > most:
            yield oversized(number, size, most)
        else:
            yield read_page(number, headers, b"".join(kept), most) if has_page else Record(number, is_page=False)


def _target(headers: Headers) -> str:
    """The address of a record; wget writes it in angle brackets."""
    return headers.get("warc-target-uri", "").strip("<>").replace(" ", "%20")


def _find_record(source: _Source, *, is_first: bool) -> bool:
    """Go on to the next record; whether there is one."""
    while line := source.readline(MAX_HEADER_BYTES):
        if _VERSION.match(line):
            return True
        if is_first and line.strip():
            raise ArchiveError("its data does not begin like WARC")
    return False


def _read_headers(source: _Source) -> Headers:
    """The headers of a record by their names in lower case; the first of a name counts.

    Raises:
        ArchiveError: they do not end.
    """
    headers: Headers = {}
    left = MAX_HEADER_BYTES
    while left > 0:
        line = source.readline(left)
        if not line:
            raise ArchiveError("its WARC data is cut short")
        if not line.strip():
            break
        left -= len(line)
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return headers


def read_page(number: int, headers: Headers, block: bytes, most: int) -> Record:
    """The page of a record, if it is one: 200, HTML or plain text, as the server or else its first byte says."""
    if headers.get("warc-type", "").lower() == "response":
        status, kind, body = _read_response(block, most)
    else:
        status, kind, body = "200", headers.get("content-type", ""), block
    name = kind.partition(";")[0].strip().lower()
    form = _PAGE_TYPES.get(name) or ("html" if not name and body[:200].lstrip()[:1] == b"<" else None)
    if status != "200" or form is None:
        return Record(number, is_page=False)
    if len(body) > most:
        message = f"the page of the response is more than max_record_bytes = {most}; raise that setting"
        return Record(number, error_code="too_large", error_message=message)
    charset = _CHARSET.search(kind)
    fields = {
        "url": _target(headers),
        "fetched_at": headers.get("warc-date"),
        "charset": charset[1] if charset else None,
    }
    return Record(number, json.dumps(fields).encode(), body, form)


def _read_response(block: bytes, most: int) -> tuple[str, str, bytes]:
    """Status, content type and body of a response, without chunks and compression; one byte more than the limit."""
    from warcio.recordloader import ArcWarcRecord  # type: ignore[import-untyped]
    from warcio.statusandheaders import (  # type: ignore[import-untyped]
        StatusAndHeadersParser,
        StatusAndHeadersParserException,
    )

    stream = BytesIO(block)
    try:
        http = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1", "HTTP/2"], verify=False).parse(stream)
    except (StatusAndHeadersParserException, EOFError, ValueError):
        return "", "", b""
    if (http.get_header("transfer-encoding") or "").strip().lower() == "chunked":
        # warcio takes trailers for text, loses two bytes behind a chunk of a wrong size, and knows no `Chunked`.
        http.remove_header("transfer-encoding")
        stream = BytesIO(_join_chunks(stream.read()))
    record = ArcWarcRecord("warc", "response", None, stream, http, None, len(block))
    return http.get_statuscode(), http.get_header("content-type") or "", record.content_stream().read(most + 1)


def _join_chunks(body: bytes) -> bytes:
    """The chunks of a body put together; what is not in chunks, or in one of a wrong size, stays as it is."""
    pieces: list[bytes] = []
    at = 0
    while header := _CHUNK_SIZE.match(body, at):
        size = int(header[1], 16)
        start, end = header.end(), header.end() + size
        if not size:
            return b"".join(pieces)
        if end < len(body) and not body.startswith(b"\r\n"[: len(body) - end], end):
            break
        pieces.append(body[start:end])
        at = end + 2
    return b"".join([*pieces, body[at:]])
