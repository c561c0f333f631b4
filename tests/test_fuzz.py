"""Bytes, archives, sidecars, texts and pages at random: no exception but Quarantine, no promise broken.

bench/fuzz.py runs the same for as long as it is told to.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

import polars as pl
import pytest
import zstandard
from conftest import SENTENCES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import schema
from flows.batches import block_models, clean, rulebook
from flows.files import Document, Quarantine, parse_sidecar, read_text
from flows.settings import Settings
from flows.steps.label import label
from flows.steps.normalise import normalise
from flows.steps.segment import segment
from flows.tagger import NoTagger
from flows.verify import (
    Article,
    Block,
    Mention,
    check_body,
    check_ledger,
    check_mentions,
    read_page,
    read_tree,
    squeeze,
)

SMALL = Settings(max_file_bytes=100_000, max_text_bytes=100_000, max_html_bytes=100_000)
CODES = {"empty", "undecodable", "not_text", "legacy_font", "too_large", "bad_archive"}

# --- what is tried ---------------------------------------------------------------------------------------------------

SAMPLE = "\n".join(SENTENCES)
#: Words, marks and furniture that rules look for, next to what they should not meet.
BITS = st.sampled_from(
    [
        *SENTENCES,
        *("नई दिल्ली, 4 मार्च 2025 (भाषा):", "यह भी पढ़ें", "Related posts", "शेयर करें", "Updated: 03 Mar 2025, 10:30 IST"),
        *("व्लादिमीर पुतिन", "रूसी", "संयुक्त राष्ट्र", "फोटो: एएनआई", "पुतिन ने", "(RIC)", "Author", "टिप्पणी करें", "* * *"),
        *(
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "\t",
            " ",
            "\u00a0",
            "\u200d",
            "\u200c",
            "\u200b",
            "\ufeff",
            "\u00ad",
            "\u2028",
            "\x85",
        ),
        *(
            "\x0b",
            "\x0c",
            "\x1c",
            "\x1b[31m",
            "\x00",
            "\ufffd",
            "\u202e",
            "क़",
            "क\u093c",
            "न\u200c\u093c",
            "्",
            "ि",
            "।",
            "॥",
            "|",
        ),
        *(
            "“",
            "”",
            "''",
            "``",
            "‘",
            "—",
            "-",
            "…",
            ":",
            "/",
            "1",
            "१",
            "😀",
            "👍🏽",
            "<b>",
            "&amp;",
            "https://x.example/a",
        ),
    ]
)
TEXTS = st.lists(BITS | st.text(max_size=12), max_size=40).map("".join)
TAGS = (
    "div",
    "p",
    "h1",
    "h2",
    "span",
    "a",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "br",
    "article",
    "footer",
    "figcaption",
    "b",
)
ODD = (
    "script",
    "style",
    "template",
    "noscript",
    "head",
    "title",
    "textarea",
    "svg",
    "math",
    "iframe",
    "select",
    "html",
    "body",
)
MARKUP = st.one_of(
    st.sampled_from(TAGS).map("<{}>".format),
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from([*(f"<{name}>" for name in ODD), *(f"</{name}>" for name in ODD)]),
    st.builds(
        '<{} class="{}" hidden>'.format, st.sampled_from(TAGS), st.sampled_from(["related", "story-body", "x y"])
    ),
    st.sampled_from(
        ["<!-- x -->", "<!doctype html>", "<?x?>", "<![CDATA[x]]>", "&nbsp;", "&#x905;", "&lt;p&gt;", "<br/>"]
    ),
    st.sampled_from(['<meta property="article:published_time" content="2025-03-04T10:00:00+05:30">', "<p title='>'>"]),
    st.sampled_from(['<script type="application/ld+json">{"@type":"NewsArticle","datePublished":[{}]}</script>']),
)
WHOLE = st.lists(st.sampled_from(TAGS[:9]).flatmap(lambda tag: BITS.map(f"<{tag}>{{}}</{tag}>".format)), max_size=20)
PAGES = st.one_of(
    st.lists(BITS | MARKUP, max_size=40).map("".join),
    WHOLE.map(lambda parts: f"<html><body>{''.join(parts)}</body></html>"),
)
BYTES = st.one_of(
    st.binary(max_size=300),
    TEXTS.map(str.encode),
    st.builds(str.encode, TEXTS, st.sampled_from(["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])),
    st.builds(
        lambda at, junk: SAMPLE.encode()[:at] + junk + SAMPLE.encode()[at:], st.integers(0, 999), st.binary(max_size=9)
    ),
)
ARCHIVES = st.builds(
    lambda ending, data, at, junk, cut: (
        ending,
        (p := pack(ending, data))[:at] + junk + p[at + len(junk) : len(p) - cut],
    ),
    st.sampled_from([".gz", ".zst"]),
    st.binary(max_size=200) | st.just(bytes(200_000)),
    st.integers(0, 60),
    st.binary(max_size=3),
    st.integers(0, 9),
)
VALUES = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=20), st.lists, max_leaves=5)
KEYS = st.sampled_from(["url", "site", "fetched_at", "published_at", "x"])
SIDECARS = st.binary(max_size=60) | st.dictionaries(KEYS, VALUES | st.datetimes().map(str)).map(
    lambda it: json.dumps(it).encode()
)


def pack(ending: str, data: bytes) -> bytes:
    return gzip.compress(data) if ending == ".gz" else zstandard.compress(data)


# --- what must hold --------------------------------------------------------------------------------------------------


def check_bytes(data: bytes) -> None:
    for form in ("text", "html"):
        check_reading(data, form)


def check_archive(archive: tuple[str, bytes]) -> None:
    check_reading(archive[1], "text", f"a.txt{archive[0]}")


def check_reading(data: bytes, form: str, name: str = "") -> None:
    """Bytes are text that can be stored, or refused with a code and a line."""
    try:
        read = read_text(data, form, SMALL, name)
    except Quarantine as error:
        assert error.code in CODES and error.message and "\n" not in error.message
    else:
        assert read.text.encode() and read.encoding


def check_sidecar(data: bytes) -> None:
    sidecar, warnings = parse_sidecar(data)
    for text in (*warnings, sidecar.url, sidecar.site, sidecar.published_at):
        assert text is None or (text.encode() and "\n" not in text)


def check_texts(texts: Sequence[str]) -> None:
    for article, text in cleaned(texts, "text"):
        assert article.page_text == text
        assert faults_of(article) == []


def check_pages(pages: Sequence[str]) -> None:
    for article, page in cleaned(pages, "html"):
        assert squeeze(article.page_text) in (squeeze(read_page(page)), squeeze(read_tree(page)))
        assert faults_of(article) == []


def faults_of(article: Article) -> list[str]:
    """What `khabar verify` would say; a page without a body is no article of the warehouse."""
    return [*check_ledger(article), *check_body(article), *check_mentions(article)] if article.body else []


def cleaned(texts: Sequence[str], form: str) -> list[tuple[Article, str]]:
    """What the steps make of each text that would be read, as the warehouse would hold it."""
    documents = []
    for number, text in enumerate(texts):
        try:
            read = read_text(text.encode(), "text" if form == "text" else "html", SMALL)
        except Quarantine:
            continue
        if read.format == form:
            documents.append(Document(f"{number:02}", f"s/{number}", 0, "s", form, read.text))
    parts = segment(pl.DataFrame([asdict(document) for document in documents], schema.DOCUMENTS))
    templates = schema.empty(schema.TEMPLATES)
    made = clean(parts.pages, parts.segments, templates, NoTagger())
    blocks, bodies = normalise(label(parts.segments, parts.pages, templates, rulebook(), block_models()))
    said = dict(bodies.select("article_id", "body").iter_rows())
    assert dict(made.articles.select("article_id", "body").iter_rows()) == {
        at: body for at, body in said.items() if body
    }
    return [
        (
            Article(
                article_id=document.article_id,
                path=document.source_path,
                record=0,
                file_format=form,
                format=form,
                encoding="utf-8",
                sha256="",
                body=said.get(document.article_id, ""),
                blocks=rows_of(blocks, Block, document.article_id),
                mentions=rows_of(made.mentions, Mention, document.article_id),
            ),
            document.text,
        )
        for document in documents
    ]


def rows_of(frame: pl.DataFrame, kind: Callable[..., object], article_id: str) -> list:  # type: ignore[type-arg]
    rows = frame.filter(pl.col("article_id") == article_id).select(kind._fields)  # type: ignore[attr-defined]
    return [kind(*row) for row in rows.iter_rows()]


TARGETS = {
    "bytes": (check_bytes, BYTES),
    "archives": (check_archive, ARCHIVES),
    "sidecars": (check_sidecar, SIDECARS),
    "texts": (check_texts, st.lists(TEXTS, min_size=1, max_size=6)),
    "pages": (check_pages, st.lists(PAGES, min_size=1, max_size=6)),
}
#: Enough to see a rule that breaks; more costs the suite more than it finds.
EXAMPLES = {"bytes": 80, "archives": 80, "sidecars": 80, "texts": 12, "pages": 12}


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_a_promise(name: str) -> None:
    check, strategy = TARGETS[name]
    few = settings(
        max_examples=EXAMPLES[name], derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
    )
    few(given(strategy)(check))()
