"""Pages come out of WARC files, however the server sent them; the rest is counted, and a lie costs what it hides."""

from __future__ import annotations

import gzip
import json
import zlib
from contextlib import suppress

import pytest
from helpers.bulk import warc_record
from hypothesis import given
from hypothesis import strategies as st

from flows.bulk.records import Record
from flows.bulk.warc import read_warc
from flows.expand import ArchiveError

HTML = "<html><p>नदी का पुल</p></html>".encode()
TYPE = ("Content-Type", "text/html")
CHUNKED = ("Transfer-Encoding", "chunked")


def chunked(data: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (data[:7], data[7:])) + b"0\r\n\r\n"


def read(*parts: bytes, most: int = 10_000) -> list[Record]:
    return list(read_warc(parts, most))


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param([TYPE], HTML, id="plain"),
        pytest.param([TYPE, ("Transfer-Encoding", "chunked")], chunked(HTML), id="chunked"),
        pytest.param([TYPE, ("Content-Encoding", "gzip")], gzip.compress(HTML), id="gzip"),
        pytest.param([TYPE, ("Content-Encoding", "deflate")], zlib.compress(HTML), id="deflate"),
        pytest.param(
            [TYPE, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")],
            chunked(gzip.compress(HTML)),
            id="gzip in chunks",
        ),
        pytest.param([TYPE, ("Transfer-Encoding", "chunked")], HTML, id="said to be chunked"),
        pytest.param([TYPE, ("Transfer-Encoding", "Chunked ")], chunked(HTML), id="chunked in capitals"),
        pytest.param([TYPE, CHUNKED], chunked(HTML)[:-2] + b"Expires: 0\r\n\r\n", id="chunks and trailers"),
        pytest.param([TYPE, CHUNKED], b"99;a=b\r\n" + HTML, id="chunk cut short"),
        pytest.param([TYPE, ("Content-Encoding", "gzip")], HTML, id="said to be gzip"),
        pytest.param([], HTML, id="no type"),
        pytest.param([("content-type", "Text/HTML")], HTML, id="letters"),
    ],
)
def test_a_page(headers: list[tuple[str, str]], body: bytes) -> None:
    (record,) = read(warc_record(body, headers=headers))
    assert (record.number, record.content, record.form, record.is_page) == (1, HTML, "html", True)
    fields = json.loads(record.fields)
    assert fields == {"url": "https://setu.example/1", "fetched_at": "2024-05-01T06:30:00Z", "charset": None}


@pytest.mark.parametrize("size", [b"-5", b"5", b"1_0", b"0x10", b"zz"])
def test_a_chunk_of_a_wrong_size_costs_no_byte(size: bytes) -> None:
    body = b"6\r\n<html>\r\n" + size + b"\r\n" + HTML
    (record,) = read(warc_record(body, headers=[TYPE, CHUNKED]))
    assert record.content == b"<html>" + size + b"\r\n" + HTML


def test_text_and_what_the_server_says_of_its_letters() -> None:
    (record,) = read(warc_record(b"caf\xe9", headers=[("Content-Type", 'text/plain; charset="ISO-8859-1"')]))
    assert (record.content, record.form) == (b"caf\xe9", "text")
    assert json.loads(record.fields)["charset"] == "ISO-8859-1"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(warc_record(b"gone", status="404 Not Found"), id="404"),
        pytest.param(warc_record(b"", status="301 Moved"), id="301"),
        pytest.param(warc_record(b"\x89PNG", headers=[("Content-Type", "image/png")]), id="image"),
        pytest.param(warc_record(b"software: x\r\n", kind="warcinfo"), id="warcinfo"),
        pytest.param(warc_record(b"not HTTP at all", kind="metadata"), id="metadata"),
        pytest.param(warc_record(HTML, url="dns:setu.example"), id="dns"),
        pytest.param(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 4\r\n\r\nHTTP\r\n\r\n", id="no address"),
        pytest.param(
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.a\r\nContent-Length: 2\r\n\r\n\xff\xff",
            id="no response",
        ),
    ],
)
def test_records_without_a_page_are_counted(other: bytes) -> None:
    found = read(other, warc_record(HTML))
    assert [(record.number, record.is_page, record.error_code) for record in found] == [
        (1, False, None),
        (2, True, None),
    ]


def test_a_text_that_a_crawler_made_of_a_page() -> None:
    (record,) = read(warc_record("नदी".encode(), kind="conversion"))
    assert (record.content, record.form) == ("नदी".encode(), "text")


@pytest.mark.parametrize("length", [5, 40, 10_000_000], ids=["too short", "a little", "too large"])
def test_a_length_that_is_wrong_costs_no_other_record_than_those_that_it_covers(length: int) -> None:
    lie = warc_record(HTML)
    true = next(line for line in lie.splitlines() if line.startswith(b"Content-Length"))
    data = lie.replace(true, b"Content-Length: %d" % length) + warc_record(HTML) * 3
    if length < len(data):
        assert [record.content for record in read(data)][-3:] == [HTML] * 3
    else:
        with pytest.raises(ArchiveError, match="cut short"):
            read(data)


@pytest.mark.parametrize("length", [b"-1", b"x", b"", b"9" * 400], ids=["negative", "word", "none", "endless"])
def test_a_length_that_is_none_is_said(length: bytes) -> None:
    lie = warc_record(HTML)
    true = next(line for line in lie.splitlines() if line.startswith(b"Content-Length"))
    found = read(lie.replace(true, b"Content-Length: " + length, 1), warc_record(HTML))
    assert [record.error_code for record in found] == ["bad_record", None]


def test_a_response_that_is_too_large_costs_itself_alone() -> None:
    bomb = warc_record(gzip.compress(bytes(1_000_000)), headers=[TYPE, ("Content-Encoding", "gzip")])
    found = read(warc_record(b"<p>" * 5000), bomb, warc_record(HTML))
    assert [(record.number, record.error_code) for record in found] == [(1, "too_large"), (2, "too_large"), (3, None)]


def test_headers_without_end_are_not_kept() -> None:
    (record,) = read(b"WARC/1.0\r\n" + b"A: " + b"x" * 5_000_000 + b"\r\n", warc_record(HTML))[-1:]
    assert record.content == HTML


def test_what_is_no_warc() -> None:
    with pytest.raises(ArchiveError, match="does not begin like WARC"):
        read(b"<html>")
    assert read() == []


@given(st.binary(max_size=300), st.integers(1, 50))
def test_nothing_else_is_ever_raised(noise: bytes, size: int) -> None:
    good = warc_record(HTML)
    data = good[:80] + noise + good[80:] + good
    with suppress(ArchiveError):
        read(*(data[at : at + size] for at in range(0, len(data), size)))
