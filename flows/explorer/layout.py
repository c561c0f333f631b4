"""What the pages of the explorer are made of: headings, tables, bars, links, and how values are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from flows.explorer.markup import Child, Markup, address, element, link
from flows.explorer.words import PAGES, TYPES, site_name

#: Rows of a list; the next ones are a link away.
PAGE_ROWS = 25


def header(page: str) -> Markup:
    """The name and the pages, the one that is shown marked."""
    entries = [
        element("a", label, href=address(name), aria_current="page" if name == page else None)
        for name, label in PAGES.items()
    ]
    return element(
        "header",
        element("a", "Khabar", href=address("overview"), class_="k-mark"),
        element("nav", *entries),
        class_="k",
    )


def problem(message: str) -> Markup:
    """Why there is nothing to see, and what to do."""
    return element("div", message, class_="k k-problem", role="alert")


def page(title: Child, lead: Child, *sections: Markup) -> Markup:
    """A page: what it is about, then its sections."""
    return element(
        "main", heading(1, title), element("p", lead, class_="k-lead") if lead else None, *sections, class_="k"
    )


def section(title: Child, note: Child, *content: Markup, class_: str | None = None) -> Markup:
    """A part of a page under a heading; the note says how to read it."""
    return element(
        "section", heading(2, title), element("p", note, class_="k-note") if note else None, *content, class_=class_
    )


def heading(level: int, title: Child) -> Markup:
    """A heading; no h1 or h2, of which marimo would draw an outline beside the page."""
    return element("div", title, role="heading", aria_level=level, class_=f"k-h{level}")


class Column(NamedTuple):
    """A column of a table; numbers stand to the right."""

    title: str
    is_number: bool = False


def table(columns: Sequence[Column], rows: Iterable[Sequence[Child]], empty: str) -> Markup:
    """Rows as a table; one that has none says so."""
    lines = [
        element(
            "tr",
            *(
                element("td", cell, class_="n" if col.is_number else None)
                for col, cell in zip(columns, row, strict=True)
            ),
        )
        for row in rows
    ]
    if not lines:
        return element("p", empty, class_="k-empty")
    heads = (element("th", column.title, class_="n" if column.is_number else None, scope="col") for column in columns)
    return element(
        "div", element("table", element("thead", element("tr", *heads)), element("tbody", *lines)), class_="k-scroll"
    )


def bar(share: float) -> Markup:
    """A share, 0 to 1, as a bar beside its number."""
    return element(
        "span",
        element("span", style=f"width:{100 * min(max(share, 0.0), 1.0):.1f}%"),
        class_="k-bar",
        aria_hidden="true",
    )


def number(value: object) -> str:
    """A count with commas."""
    return f"{value:,}" if isinstance(value, int) else str(value)


def percent(share: float) -> str:
    """A share as per cent, finer where it is small."""
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def day(value: object) -> str:
    """A calendar day."""
    return f"{value.day} {value:%b %Y}" if isinstance(value, date) else "undated" if value is None else str(value)


def several(count: int, one: str) -> str:
    """A count and its noun: 1 article, 2 articles, 3 entities."""
    return f"{count:,} {one if count == 1 else one[:-1] + 'ies' if one.endswith('y') else one + 's'}"


def kind_of(kind: str) -> Markup:
    """The type of an entity, in a word."""
    return element("span", TYPES.get(kind, kind.lower()), class_=f"k-type k-{kind.lower()}")


def entity_link(row: dict[str, object]) -> Markup:
    """An entity by its name."""
    return link(str(row["name"]), "entity", entity=str(row["entity_id"]))


def article_table(frame: pl.DataFrame, empty: str, *, has_site: bool = True) -> Markup:
    """Articles by headline, with day and site."""
    rows = (
        [
            element("span", day(row["published_on"]), class_="k-day"),
            *([site_name(row["site"])] if has_site else []),
            link(row["title"], "article", article=row["article_id"]),
        ]
        for row in frame.iter_rows(named=True)
    )
    return table([Column("day"), *([Column("site")] if has_site else []), Column("article")], rows, empty)


def pager(frame: pl.DataFrame, skip: int, name: str, **parameters: str | None) -> Markup:
    """Links to the rows before and after those of a list."""
    before = link("← newer", name, skip=max(skip - PAGE_ROWS, 0) or None, **parameters) if skip else None
    after = link("older →", name, skip=skip + PAGE_ROWS, **parameters) if len(frame) == PAGE_ROWS else None
    return element("p", before, after, class_="k-pager") if before or after else Markup()
