"""Records of all layouts say what they mean; one that can't be used says why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.bulk.records import ReadRecord, Record, read_record
from flows.files import Quarantine, RawFile, Sidecar
from flows.settings import Settings

TEXT = "नगर परिषद ने पुराने पुल की मरम्मत का निर्णय लिया है।"
FILE = RawFile("news.jsonl", "/raw/news.jsonl", None, "jsonl", 1, "1", 1)
NO_SIDECAR = Sidecar()


def read(data: bytes | dict[str, object], file: RawFile = FILE, sidecar: Sidecar = NO_SIDECAR) -> ReadRecord:
    line = data if isinstance(data, bytes) else json.dumps(data).encode()
    return read_record(Record(7, line), file, sidecar, Settings())


def test_the_layout_of_the_contract() -> None:
    found = read({"id": "x1", "url": "https://www.setu.example/7", "date": "1 मई 2024", "text": TEXT, "other": [1]})
    document = found.document
    assert (document.source_path, document.source_record, document.format, document.text) == (
        "news.jsonl",
        7,
        "text",
        TEXT,
    )
    assert (document.url, document.site) == ("https://www.setu.example/7", "setu.example")
    assert (document.given_published_at, document.fetched_at, document.given_title) == ("1 मई 2024", None, None)
    assert (found.record_id, found.encoding) == ("x1", "utf-8")


def test_the_date_of_fineweb_is_that_of_the_crawl() -> None:
    fields = {"dump": "CC-MAIN-2020-05", "date": "2020-01-20T03:04:05Z", "file_path": "s3://x", "language_score": 0.99}
    document = read({"text": TEXT, "id": "<urn:uuid:1>", "url": "http://setu.example/a", **fields}).document
    assert (document.given_published_at, document.fetched_at) == (None, datetime(2020, 1, 20, 3, 4, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    "fields",
    [
        {
            "text": TEXT,
            "domain": "www.setu.example",
            "date": "2018-04-05 06:07:08",
            "description": "x",
            "image_url": "x",
        },
        {
            "plain_text": TEXT,
            "requested_url": "https://setu.example/a",
            "published_date": "2018-04-05",
            "publisher": "x",
        },
        {"maintext": TEXT, "url": "https://setu.example/a", "date_publish": "2018-04-05", "authors": ["x"]},
    ],
    ids=["cc_news", "ccnews", "news-please"],
)
def test_the_layouts_of_cc_news(fields: dict[str, object]) -> None:
    document = read({"title": "शीर्षक", **fields}).document
    assert (document.text, document.site, document.given_title) == (TEXT, "setu.example", "शीर्षक")
    assert str(document.given_published_at).startswith("2018-04-05")


def test_html_goes_before_text() -> None:
    document = read({"html": "<p>पुल", "text": TEXT}).document
    assert (document.format, document.text) == ("html", "<p>पुल")
    assert read({"html": "  ", "text": TEXT}).document.format == "text"
    assert read({"text": f"<!doctype html><title>x</title><p>{TEXT}"}).document.format == "html"


def test_site_is_the_folder_then_the_record_then_the_sidecar_then_the_address() -> None:
    fields = {"text": TEXT, "url": "https://c.example/", "site": "b"}
    sidecar = Sidecar(site="d", url="https://e.example")
    assert read(fields, replace(FILE, site="a"), sidecar).document.site == "a"
    assert read(fields, FILE, sidecar).document.site == "b"
    assert read({"text": TEXT, "url": "https://c.example/"}, FILE, sidecar).document.site == "d"
    assert read({"text": TEXT, "url": "https://c.example/"}).document.site == "c.example"
    assert read({"text": TEXT}).document.site is None


def test_what_a_page_holds_as_bytes_is_decoded_as_a_file_is() -> None:
    said = Record(1, b'{"charset": "windows-1252"}', "<p>“café”".encode("cp1252"), "html")
    found = read_record(said, FILE, Sidecar(), Settings())
    assert (found.document.text, found.encoding) == ("<p>“café”", "windows-1252")


def test_bytes_that_are_not_utf_8_are_counted_as_in_a_file() -> None:
    found = read(b'{"text": "' + TEXT.encode() * 5 + b"\xff" + b'"}')
    assert (found.document.text, found.encoding) == (TEXT * 5 + "\ufffd", "utf-8+replaced:1")


BAD: dict[str, tuple[bytes, str]] = {
    "not JSON": (b'{"text": ', "bad_record"),
    "deep": (b"[" * 100_000, "bad_record"),
    "deep inside": (b'{"text": "a", "x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, "bad_record"),
    "a list": (b'["text"]', "bad_record"),
    "a word": (b"null", "bad_record"),
    "a number": (b"9" * 10_000, "bad_record"),
    "no page": (b'{"title": "x"}', "bad_record"),
    "a page that is null": (b'{"text": null}', "bad_record"),
    "a page that is a number": (b'{"text": 5}', "bad_record"),
    "a page that is NaN": (b'{"text": NaN}', "bad_record"),
    "a page that is an object": (b'{"html": {"a": 1}}', "bad_record"),
    "blank": (b'{"text": " \\n"}', "empty"),
    "invisible": (b'{"text": "\\u200b\\u200b"}', "empty"),
    "NUL": (b'{"text": "a\\u0000b"}', "not_text"),
    "a lone surrogate": (b'{"text": "a\\ud800b"}', "undecodable"),
    "UTF-16": ('{"text": "a"}'.encode("utf-16"), "bad_record"),
    "bytes of another kind": (b'{"text": "%PDF-1.4"}', "not_text"),
}


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD.keys())
def test_a_bad_record(data: bytes, code: str) -> None:
    with pytest.raises(Quarantine) as caught:
        read(data)
    assert caught.value.code == code
    assert caught.value.message and "\n" not in caught.value.message


ODD: dict[str, bytes] = {
    "equal names: the last counts": b'{"text": "x", "text": "TEXT"}',
    "a huge number elsewhere": b'{"n": ' + b"9" * 10_000 + b', "text": "TEXT"}',
    "NaN elsewhere": b'{"n": NaN, "text": "TEXT"}',
    "an address that is none": b'{"url": "javascript:x", "text": "TEXT"}',
    "fields of wrong types": b'{"url": 1, "site": ["a"], "date": {}, "title": true, "id": 5, "text": "TEXT"}',
    "control characters": b'{"site": "a\\u0000b", "text": "TEXT"}',
    "a surrogate pair": b'{"x": "\\ud83d\\ude00", "text": "TEXT"}',
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD.keys())
def test_an_odd_record_is_read(data: bytes) -> None:
    document = read(data.replace(b"TEXT", TEXT.encode())).document
    assert (document.text, document.url, document.site, document.given_title) == (TEXT, None, None, None)


@given(st.text(min_size=1, max_size=50), st.binary(max_size=20))
def test_any_line_is_read_or_refused(text: str, noise: bytes) -> None:
    for data in (json.dumps({"text": text}).encode(), b'{"text": "' + noise + b'"}'):
        try:
            read(data).document.text.encode()  # no lone surrogate
        except Quarantine as error:
            assert error.code in {"bad_record", "empty", "undecodable", "not_text", "legacy_font"}
