"""A record of a bulk file becomes a document: which of its fields say what."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flows.files import (
    Document,
    PageText,
    Quarantine,
    RawFile,
    Sidecar,
    article_id,
    is_address,
    is_plain,
    parse_time,
    read_text,
    site_of_url,
)
from flows.settings import Settings

HTML_FIELDS = ("html",)
#: Of plain text: the usual name, and those of CC-News and news-please.
TEXT_FIELDS = ("text", "plain_text", "maintext")
URL_FIELDS = ("url", "requested_url")
PUBLISHED_FIELDS = ("published_at", "published_date", "date_publish", "date")
FETCHED_FIELDS = ("fetched_at", "crawl_date", "date_download")
#: A record of FineWeb names the crawl it is from, and its date is that of the crawl.
CRAWL_FIELD = "dump"

PAGE_FIELDS = (*HTML_FIELDS, *TEXT_FIELDS)
#: With these, all that is read of a record.
OTHER_FIELDS = ("id", *URL_FIELDS, "site", "domain", "title", "author", CRAWL_FIELD, *PUBLISHED_FIELDS, *FETCHED_FIELDS)

Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class Record:
    """A record as stored. `fields` is a JSON object; `content` is the page where the container holds it as bytes."""

    number: int
    fields: bytes = b""
    content: bytes | None = None
    form: str | None = None  # of the content: text, html
    error_code: str | None = None
    error_message: str | None = None
    is_page: bool = True  # else a record that is none: a request, an image

    @property
    def size(self) -> int:
        return len(self.fields) + len(self.content or b"")


def oversized(number: int, size: int, most: int) -> Record:
    message = f"the record is {size} bytes, more than max_record_bytes = {most}; raise that setting"
    return Record(number, error_code="too_large", error_message=message)


@dataclass(frozen=True)
class ReadRecord:
    """A record as read. `record_id` is what it calls itself."""

    document: Document
    encoding: str
    record_id: str | None


def read_record(record: Record, file: RawFile, sidecar: Sidecar, settings: Settings) -> ReadRecord:
    """The document of a record, with what the sidecar of its file says where the record is silent.

    Raises:
        Quarantine: it can't be used.
    """
    if record.error_code is not None:
        raise Quarantine(record.error_code, record.error_message or "it can't be read")
    fields = _parse(record.fields)
    page = _read_page(fields, record, settings)
    url = _find(fields, URL_FIELDS)
    if url is None or not is_address(url):
        url = sidecar.url
    domain = _find(fields, ("domain",))
    site = file.site or _find(fields, ("site",)) or (domain and site_of_url(f"https://{domain}")) or sidecar.site
    is_crawl = _find(fields, (CRAWL_FIELD,)) is not None
    fetched = _find(fields, (*FETCHED_FIELDS, "date") if is_crawl else FETCHED_FIELDS)
    published = _find(fields, PUBLISHED_FIELDS[:-1] if is_crawl else PUBLISHED_FIELDS)
    document = Document(
        article_id=article_id(file.path, record.number),
        source_path=file.path,
        source_record=record.number,
        site=site or site_of_url(url),
        format=page.format,
        text=page.text,
        url=url,
        fetched_at=(parse_time(fetched) if fetched else None) or sidecar.fetched_at,
        given_published_at=published or sidecar.published_at,
        given_title=_find(fields, ("title",)),
        given_authors=_find(fields, ("author",)),
    )
    return ReadRecord(document, page.encoding, _find(fields, ("id",)))


def _parse(data: bytes) -> Fields:
    """The fields of a JSON object; of equal names the last counts. Bytes that are not UTF-8 become lone surrogates."""
    try:
        fields = json.loads(data.decode("utf-8", "surrogateescape"), parse_int=_number)
    except ValueError as error:
        at = f" at character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Quarantine("bad_record", f"it is not JSON{at}; write one object a line") from None
    except RecursionError:
        raise Quarantine("bad_record", "its JSON is nested too deep; leave out what is no page") from None
    if not isinstance(fields, dict):
        raise Quarantine("bad_record", f"it is {_kind(fields)}, not a JSON object; write one object a line")
    return fields


def _number(digits: str) -> int | float:
    """Python refuses whole numbers of thousands of digits, and no field that we read is one."""
    return int(digits) if len(digits) < 20 else float(digits)


def _read_page(fields: Fields, record: Record, settings: Settings) -> PageText:
    """The page of a record: its HTML if it has any, else its text."""
    html = _page_field(fields, HTML_FIELDS)
    if html is None and record.content is not None and record.form is not None:
        charset = fields.get("charset")
        return read_text(record.content, record.form, settings, charset=charset if isinstance(charset, str) else None)
    text = html if html is not None else _page_field(fields, TEXT_FIELDS)
    if text is not None:
        return read_text(_encode(text), "text" if html is None else "html", settings)
    for name in PAGE_FIELDS:
        value = fields.get(name)
        if isinstance(value, str):
            raise Quarantine("empty", f"its {name} is blank; fetch the page again or remove the record")
        if value is not None:
            raise Quarantine("bad_record", f"its {name} is {_kind(value)}, not a string; write the page as a string")
    raise Quarantine("bad_record", f"it has no field {', '.join(PAGE_FIELDS)}; name the page so")


def _page_field(fields: Fields, names: tuple[str, ...]) -> str | None:
    """The first of the fields that is a string and not blank."""
    values = (fields.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value.strip()), None)


def _encode(text: str) -> bytes:
    """The bytes that a file of this text would hold, those that are not UTF-8 included."""
    for errors in ("strict", "surrogateescape"):
        try:
            return text.encode("utf-8", errors)
        except UnicodeEncodeError:
            continue
    return text.encode("utf-8", "surrogatepass")


def _find(fields: Fields, names: tuple[str, ...]) -> str | None:
    """The first of the fields that is a short string and not blank."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip() and is_plain(value.strip()):
            return value.strip()
    return None


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
    return names.get(type(value), "null" if value is None else "an object")
