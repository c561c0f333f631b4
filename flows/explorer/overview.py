"""The first page: how much there is, how recent it is, what was removed, what could not be used."""

from __future__ import annotations

from datetime import date

from flows.explorer import charts
from flows.explorer.data import ANY, MOST_SITES, show, unit_of
from flows.explorer.layout import (
    PAGE_ROWS,
    Column,
    article_table,
    bar,
    day,
    entity_link,
    kind_of,
    number,
    page,
    percent,
    section,
    several,
    table,
)
from flows.explorer.markup import Markup, element, join, link
from flows.explorer.words import ROLES, group_of, site_name
from flows.warehouse import Reader


def overview(reader: Reader) -> Markup:
    """How much there is, how recent it is, what was removed, what could not be used."""
    totals = show(reader, "totals").row(0, named=True)
    if not totals["article_count"] and not totals["quarantined_count"]:
        return page("Overview", "The warehouse is empty: put pages under raw/ and type khabar run.")
    span = f"{day(totals['first_on'])} to {day(totals['last_on'])}" if totals["first_on"] else "no dated article"
    tiles = element(
        "dl",
        *(
            element("div", element("dt", label), element("dd", number(totals[key])))
            for key, label in (
                ("article_count", "articles"),
                ("site_count", "sites"),
                ("entity_count", "entities"),
                ("mention_count", "mentions"),
                ("quarantined_count", "files in quarantine"),
            )
        ),
        class_="k-tiles",
    )
    lead = f"{span} · last run {totals['finished_at'] or 'unknown'}"
    return page(
        "Overview",
        lead,
        tiles,
        published(reader, totals["first_on"], totals["last_on"], totals["undated_count"]),
        element(
            "div",
            element("div", most_named(reader), removed(reader)),
            element("div", freshness(reader), newest(reader)),
            class_="k-two",
        ),
        quarantine(reader),
    )


def published(reader: Reader, first_on: date | None, last_on: date | None, undated_count: int) -> Markup:
    unit = unit_of(first_on, last_on)
    frame = show(reader, "articles_over_time", unit=unit, limit=MOST_SITES)
    note = "By the day that the page prints."
    if undated_count:
        note += f" {several(undated_count, 'article')} without a date are not in the picture."
    if frame.is_empty():
        return section("Articles by day and site", None, element("p", "No article has a date.", class_="k-empty"))
    title = f"Articles by {unit} and site"
    return section(title, note, charts.over_time(frame, unit, title))


def most_named(reader: Reader) -> Markup:
    frame = show(reader, "most_named", type=ANY, limit=12)
    most = max(frame["article_count"].to_list(), default=1)
    rows = (
        [entity_link(row), kind_of(row["type"]), join(bar(row["article_count"] / most), number(row["article_count"]))]
        for row in frame.iter_rows(named=True)
    )
    columns = [Column("name"), Column("type"), Column("articles", is_number=True)]
    return section("Most named", None, table(columns, rows, "No names were looked for: the run had --no-mentions."))


def freshness(reader: Reader) -> Markup:
    frame = show(reader, "freshness", limit=PAGE_ROWS)
    rows = (
        [
            site_name(row["site"]),
            number(row["article_count"]),
            number(row["quarantined_count"]),
            day(row["last_published_on"]),
            day(row["last_loaded_on"]) if row["last_loaded_on"] else "never",
        ]
        for row in frame.iter_rows(named=True)
    )
    columns = [
        Column("site"),
        Column("articles", is_number=True),
        Column("quarantined", is_number=True),
        Column("newest article"),
        Column("last worked on"),
    ]
    note = f"The {PAGE_ROWS} largest." if len(frame) == PAGE_ROWS else None
    return section("Freshness", note, table(columns, rows, "No site yet."))


def removed(reader: Reader) -> Markup:
    frame = show(reader, "removed_by_role")
    total = sum(frame["character_share"].to_list())
    most = max(frame["character_share"].to_list(), default=1.0)
    rows = (
        [
            element("span", row["role"], class_=f"k-role k-{group_of(row['role'])}"),
            ROLES.get(row["role"], ("", ""))[1],
            join(bar(row["character_share"] / most), percent(row["character_share"])),
        ]
        for row in frame.iter_rows(named=True)
    )
    columns = [Column("role"), Column("what it is"), Column("share of all text", is_number=True)]
    note = f"{percent(total)} of the text of all pages is no part of an article; each page shows why."
    return section("Removed from the pages", note, table(columns, rows, "Nothing was removed."))


def newest(reader: Reader) -> Markup:
    frame = show(reader, "articles", site=ANY, words="", limit=14, skip=0)
    more = element("p", link("all articles →", "article"), class_="k-pager")
    return section("Newest articles", None, article_table(frame, "No article yet."), more)


def quarantine(reader: Reader) -> Markup:
    frame = show(reader, "quarantine", limit=PAGE_ROWS)
    rows = (
        [element("code", row["error_code"]), element("span", row["path"], class_="k-path"), row["error_message"]]
        for row in frame.iter_rows(named=True)
    )
    counts = dict(frame.select("error_code", "code_count").iter_rows())
    note = "; ".join(f"{code}: {several(count, 'file')}" for code, count in counts.items()) or None
    columns = [Column("reason"), Column("file"), Column("what to know")]
    return section("Quarantine", note, table(columns, rows, "Every file could be used."))
