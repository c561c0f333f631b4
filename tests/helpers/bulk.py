"""Bulk files of invented pages."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

Fields = dict[str, object]


def json_lines(records: Iterable[Fields | str]) -> bytes:
    """A line for each record; a string stands as it is."""
    lines = (record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records)
    return "".join(f"{line}\n" for line in lines).encode()


def parquet(records: Iterable[Fields], row_group_size: int = 3) -> bytes:
    data = io.BytesIO()
    pl.DataFrame(list(records)).write_parquet(data, row_group_size=row_group_size)
    return data.getvalue()


def warc_record(
    body: bytes,
    url: str = "https://setu.example/1",
    headers: Iterable[tuple[str, str]] = (("Content-Type", "text/html; charset=utf-8"),),
    status: str = "200 OK",
    kind: str = "response",
) -> bytes:
    """One WARC record, not compressed."""
    data = io.BytesIO()
    writer = WARCWriter(data, gzip=False)
    http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1") if kind == "response" else None
    record = writer.create_warc_record(
        url,
        kind,
        payload=io.BytesIO(body),
        http_headers=http,
        warc_content_type=None if http else "text/plain",
        warc_headers_dict={"WARC-Date": "2024-05-01T06:30:00Z"},
    )
    writer.write_record(record)
    return data.getvalue()


def to_html(text: str) -> str:
    """A text page as a web page."""
    title, *rest = [line for line in text.splitlines() if line]
    paragraphs = "".join(f"<p>{line}</p>\n" for line in rest)
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>\n{paragraphs}</body></html>"


def pack(path: Path, data: bytes) -> Path:
    """A file of these bytes, compressed as its name says."""
    packers = {".gz": gzip.compress, ".zst": zstandard.compress}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packers.get(path.suffix, bytes)(data))
    return path
