"""The pages of an article: its page with what was removed and its names marked, and what it said before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

import polars as pl

from flows.explorer.data import ANY, MOST_TEXT, show
from flows.explorer.layout import PAGE_ROWS, article_table, day, page, pager, problem, section, several
from flows.explorer.markup import Markup, address, element, join, link, text
from flows.explorer.words import CHANGES, GROUPS, ROLES, TYPES, group_of, site_name
from flows.search import Filters, answer
from flows.settings import UsageError
from flows.warehouse import Reader

#: Words of two versions that are compared one by one; more would take seconds.
MOST_WORDS = 3_000


def articles(reader: Reader, words: str, site: str, skip: int = 0) -> Markup:
    """Articles on a site: those that the words find, best first; without words all, the newest first."""
    if words.strip():
        return found_articles(reader, words, site)
    frame = show(reader, "articles", site=site, words=words.strip(), limit=PAGE_ROWS, skip=skip)
    turn = pager(frame, skip, "article", words=words or None, site=None if site == ANY else site)
    return element("div", article_table(frame, "No article."), turn, class_="k")


def found_articles(reader: Reader, words: str, site: str) -> Markup:
    """What `khabar search` finds, each with the stretch of its text that says most of what was asked."""

    def ask(sql: str, **parameters: object) -> list[tuple[Any, ...]]:
        return reader.ask(sql, parameters).rows

    try:
        found = answer(ask, words, Filters(site=None if site == ANY else site), PAGE_ROWS)
    except UsageError as error:
        return problem(str(error))
    notes = [
        *(f"{name} also as {', '.join(aliases)}" for name, aliases in found.also.items() if aliases),
        *found.notes,
        *([f"the best {len(found.matches)} of {several(found.total, 'article')}"] if found.total else []),
    ]
    entries = (
        element(
            "li",
            link(match.title or match.source_path, "article", article=match.article_id),
            element("div", f"{day(match.published_on)} · {site_name(match.site)}", class_="k-note"),
            element("div", *snippet(match.snippet)),
        )
        for match in found.matches
    )
    lines = (element("p", note, class_="k-note") for note in notes)
    return element("div", *lines, element("ol", *entries, class_="k-hits"), class_="k")


def snippet(marked_text: str) -> Iterator[Markup]:
    """A stretch of text whose matches are «marked»."""
    for part in re.split("(«[^»]*»)", marked_text):
        yield element("mark", part[1:-1]) if part.startswith("«") and part.endswith("»") else text(part)


ABOUT = {
    "site": "site",
    "published_on": "published",
    "published_at_rule": "date found by",
    "updated_at": "updated",
    "page_date": "date of the page",
    "author": "author",
    "agency": "agency",
    "dateline_place": "dateline",
    "language": "language",
    "word_count": "words",
    "url": "address",
    "source_path": "file",
    "fetched_at": "fetched",
}


def article(reader: Reader, article_id: str, *, with_removed: bool = True, with_rules: bool = False) -> Markup:
    """One page: its text with what was removed struck through, its names marked, and its versions."""
    frame = show(reader, "article", article=article_id)
    if frame.is_empty():
        versions = versions_of(reader, article_id)
        return join(problem(f"No current article has the id {article_id!r}."), element("div", versions, class_="k"))
    about = frame.row(0, named=True)
    facts = (
        element(
            "div", element("dt", label), element("dd", day(about[key]) if isinstance(about[key], date) else about[key])
        )
        for key, label in ABOUT.items()
        if about[key] is not None
    )
    blocks = show(reader, "blocks", article=article_id, limit=MOST_TEXT)
    mentions = show(reader, "article_mentions", article=article_id, limit=MOST_TEXT)
    classes = "k-text" + ("" if with_removed else " k-without-removed") + (" k-with-rules" if with_rules else "")
    cut = max(blocks["raw_end"].to_list(), default=0) >= MOST_TEXT
    return page(
        about["title"] or about["source_path"],
        None,
        element("dl", *facts, class_="k-facts"),
        section(
            "The page",
            "What was removed is struck through; point at it for the rule. Underlined names lead to their entity.",
            legend(),
            element("div", *segments(blocks, mentions), class_=classes, lang=about["language"]),
            element("p", f"Only the first {MOST_TEXT:,} letters are shown.", class_="k-note") if cut else Markup(),
        ),
        versions_of(reader, article_id),
    )


def legend() -> Markup:
    """What the colours of removed text and the marks of names say."""
    groups = (element("span", element("del", label), class_=f"k-{group}") for group, label in GROUPS.items())
    kinds = (
        element("span", element("span", label, class_=f"k-name k-{kind.lower()}")) for kind, label in TYPES.items()
    )
    return element("p", *groups, *kinds, class_="k-legend")


def segments(blocks: pl.DataFrame, mentions: pl.DataFrame) -> Iterator[Markup]:
    """The lines or elements of a page, each with the blocks that it was cut into; blank ones are a gap."""
    names = list(mentions.iter_rows(named=True))
    for _, group in groupby(blocks.iter_rows(named=True), key=lambda block: block["segment_no"]):
        spans = [span(block, names) for block in group if block["raw_text"].strip()]
        yield element("div", *spans, class_="k-segment" if spans else "k-gap")


def span(block: dict[str, object], names: Sequence[dict[str, object]]) -> Markup:
    """A block: kept text with its names marked, or removed text with role and rule."""
    role, raw = str(block["role"]), str(block["raw_text"])
    why = " · ".join(str(block[key]) for key in ("rule_id", "evidence") if block[key])
    if block["is_kept"]:
        content = join(*marked(raw.rstrip("\r\n"), int(str(block["raw_start"])), names))
        return element("span", content, class_=f"k-kept k-{role}", title=f"kept as {role}: {why}")
    return element(
        "span",
        element("span", role, class_="k-role"),
        element("del", raw.strip("\r\n")),
        element("span", why, class_="k-why"),
        class_=f"k-removed k-{group_of(role)}",
        title=f"removed as {role} ({ROLES.get(role, ('', ''))[1]}): {why}",
    )


def marked(raw: str, start: int, names: Iterable[dict[str, object]]) -> Iterator[Markup]:
    """The text of a block that starts at this place of the page, with each name in it as a link to its entity.

    A name may go on in the next line: each block has its part of it.
    """
    done = 0
    for name in names:
        first = max(int(str(name["raw_start"])) - start, done)
        last = min(int(str(name["raw_end"])) - start, len(raw))
        if first >= last:
            continue
        yield text(raw[done:first])
        kind = str(name["type"])
        people = " (its people)" if name["is_demonym"] else ""
        yield element(
            "a",
            raw[first:last],
            href=address("entity", entity=str(name["entity_id"])),
            title=f"{name['name']}, {TYPES.get(kind, kind)}{people}, found by {name['method']}",
            class_=f"k-name k-{kind.lower()}",
        )
        done = last
    yield text(raw[done:])


def versions_of(reader: Reader, article_id: str) -> Markup:
    """What the article said before, newest first, each against the one after it."""
    rows = list(show(reader, "versions", article=article_id, limit=MOST_TEXT).iter_rows(named=True))
    entries = [
        element(
            "details",
            element(
                "summary",
                f"version {row['version']} · {CHANGES.get(row['change'], row['change'])} · from {row['valid_from']}",
                f" to {row['valid_to']}" if row["valid_to"] else " · current",
            ),
            element("p", element("b", row["title"])) if row["title"] else None,
            element("div", told(row["body"], newer["body"] if newer else None), class_="k-text"),
        )
        for row, newer in zip(rows, [None, *rows], strict=False)
    ]
    note = "Against the next version: struck through what went, underlined what came." if len(rows) > 1 else None
    return section("Versions", note, *entries) if entries else Markup()


def told(body: str | None, newer: str | None) -> Markup:
    """A body, with what the newer one says otherwise."""
    if body is None:
        return element("p", "The page was gone.", class_="k-empty")
    if newer is None or newer == body:
        return text(body)
    one, other = re.split(r"(\s+)", body), re.split(r"(\s+)", newer)
    if max(len(one), len(other)) > 2 * MOST_WORDS:
        return text(body)
    parts: list[Markup] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(text("".join(one[a:b])))
            continue
        if a < b:
            parts.append(element("del", "".join(one[a:b])))
        if c < d:
            parts.append(element("ins", "".join(other[c:d])))
    return join(*parts)
