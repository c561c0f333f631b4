"""The pages of an entity: when it is named, with whom, how it is spelt and why that is one, where; on two sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from flows.explorer import charts
from flows.explorer.data import ANY, MOST_SITES, Spellings, show, unit_of
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
    pager,
    percent,
    problem,
    section,
    several,
    table,
)
from flows.explorer.markup import Markup, element, join, link
from flows.explorer.words import site_name
from flows.identity import WHY
from flows.warehouse import Reader


def found_entities(reader: Reader, spellings: Spellings, words: str, to: str = "entity", **kept: str | None) -> Markup:
    """Entities that are spelt so, as links; without words those that are named most."""
    if not words.strip():
        frame, note = show(reader, "most_named", type=ANY, limit=24), "Named most:"
    else:
        ids = spellings.find(words)
        note = "Found by one of their spellings:" if ids else "No entity is spelt so. Do you mean one of these?"
        frame = show(reader, "entities", entities=ids or spellings.nearest(words))
        if frame.is_empty():
            note = "No entity is spelt so."
    entries = (
        element(
            "li",
            link(row["name"], to, **{**kept, "entity": row["entity_id"]}),
            " ",
            kind_of(row["type"]),
            element("span", f" · {several(row['article_count'], 'article')}", class_="k-dim"),
        )
        for row in frame.iter_rows(named=True)
    )
    return element("div", element("p", note, class_="k-note"), element("ul", *entries, class_="k-found"), class_="k")


def entity(reader: Reader, entity_id: str, skip: int = 0) -> Markup:
    """One entity: when it is named, with whom, how it is spelt and why that is one, and where."""
    frame = show(reader, "entity", entity=entity_id)
    if frame.is_empty():
        return problem(f"No entity has the id {entity_id!r} any more; look for its name.")
    about = frame.row(0, named=True)
    lead = join(
        kind_of(about["type"]),
        f" · {about['name_latin']}" if about["name_latin"] and about["name_latin"] != about["name"] else None,
        f" · {several(about['mention_count'], 'mention')} in {several(about['article_count'], 'article')}",
        f" · {day(about['first_seen_on'])} to {day(about['last_seen_on'])}" if about["first_seen_on"] else None,
        " · ",
        link("compare two sites", "compare", entity=about["entity_id"]),
        " · ",
        link("network around it", "network", entity=about["entity_id"]),
    )
    chosen = str(about["entity_id"])
    return page(
        about["name"],
        lead,
        timeline(reader, chosen, about["first_seen_on"], about["last_seen_on"]),
        element("div", named_with(reader, chosen), spellings_of(reader, chosen), class_="k-two"),
        articles_naming(reader, chosen, skip),
    )


def timeline(reader: Reader, entity_id: str, first_on: date | None, last_on: date | None) -> Markup:
    unit = unit_of(first_on, last_on)
    frame = show(reader, "entity_over_time", entity=entity_id, unit=unit, sites=None, limit=MOST_SITES)
    if frame.is_empty():
        return section("Timeline", None, element("p", "No dated article names it.", class_="k-empty"))
    title = f"Articles that name it, by {unit}"
    return section(title, None, charts.over_time(frame, unit, title))


def named_with(reader: Reader, entity_id: str, site: str = ANY, limit: int = 15, title: str = "Appears with") -> Markup:
    frame = show(reader, "company", entity=entity_id, site=site, limit=limit)
    most = max(frame["article_count"].to_list(), default=1)
    rows = (
        [
            entity_link(row),
            kind_of(row["type"]),
            day(row["first_seen_on"]),
            join(bar(row["article_count"] / most), number(row["article_count"])),
        ]
        for row in frame.iter_rows(named=True)
    )
    columns = [Column("name"), Column("type"), Column("since"), Column("articles", is_number=True)]
    return section(
        title, "In the same articles; copies count once.", table(columns, rows, "Nobody else is named with it.")
    )


def spellings_of(reader: Reader, entity_id: str) -> Markup:
    frame = show(reader, "entity_spellings", entity=entity_id, limit=40)
    rows = (
        [
            row["spelling"],
            join(
                WHY.get(row["rule"] or "", ""),
                " ",
                element("code", row["rule"], class_="k-dim") if row["rule"] else None,
            ),
            "" if row["score"] is None else f"{row['score']:.2f}",
            number(row["mention_count"]),
        ]
        for row in frame.iter_rows(named=True)
    )
    columns = [
        Column("spelling"),
        Column("why it is the same"),
        Column("sure", is_number=True),
        Column("mentions", is_number=True),
    ]
    note = "sure: 0 to 1. You know better? khabar entity NAME --split SPELLING parts them."
    return section("Spellings", note, table(columns, rows, "No spelling."))


def articles_naming(reader: Reader, entity_id: str, skip: int) -> Markup:
    frame = show(reader, "entity_articles", entity=entity_id, site=ANY, limit=PAGE_ROWS, skip=skip)
    return section(
        "Articles", None, article_table(frame, "No more articles."), pager(frame, skip, "entity", entity=entity_id)
    )


# --- two sites -------------------------------------------------------------------------------------------------------


def compare(reader: Reader, entity_id: str, sites: Sequence[str]) -> Markup:
    """How two sites write about one entity: how much, when, with whom, in which spelling."""
    frame = show(reader, "entity", entity=entity_id)
    if frame.is_empty():
        return problem(f"No entity has the id {entity_id!r} any more; look for its name.")
    about = frame.row(0, named=True)
    chosen = str(about["entity_id"])
    ends = (about["first_seen_on"], about["last_seen_on"])
    unit = unit_of(*ends)
    sizes = show(reader, "sites_on_entity", entity=chosen, limit=1_000).with_columns(pl.col("site").fill_null(""))
    dated = {site: show(reader, "entity_over_time", entity=chosen, unit=unit, sites=[site], limit=1) for site in sites}
    most = max((count for one in dated.values() for count in one["article_count"].to_list()), default=1)
    columns = (
        element(
            "div",
            section(
                element("span", site_name(site or None), class_=f"k-site k-site-{place}"),
                share_of_site(sizes.filter(pl.col("site") == site)),
                element("p", "No dated article names it.", class_="k-empty")
                if dated[site].is_empty()
                else charts.on_one_site(dated[site], unit, place, most, ends),
            ),
            named_with(reader, chosen, site, 8, "Named with"),
            site_spellings(reader, chosen, site),
            newest_on_site(reader, chosen, site),
        )
        for place, site in enumerate(sites)
    )
    title = join(link(about["name"], "entity", entity=chosen), " on two sites")
    return page(title, None, element("div", *columns, class_="k-two"))


def share_of_site(size: pl.DataFrame) -> str:
    """How much of a site names the entity, in words."""
    if size.is_empty():
        return "no article"
    row = size.row(0, named=True)
    articles = f"{several(row['article_count'], 'article')} of {row['site_article_count']:,}"
    return f"{articles} name it: {percent(row['article_share'])}, {several(row['mention_count'], 'mention')}"


def newest_on_site(reader: Reader, entity_id: str, site: str) -> Markup:
    frame = show(reader, "entity_articles", entity=entity_id, site=site, limit=6, skip=0)
    return section("Newest articles", None, article_table(frame, "No article names it.", has_site=False))


def site_spellings(reader: Reader, entity_id: str, site: str) -> Markup:
    frame = show(reader, "spellings_on_site", entity=entity_id, site=site, limit=8)
    rows = ([row["spelling"], number(row["mention_count"])] for row in frame.iter_rows(named=True))
    return section("Spellings", None, table([Column("spelling"), Column("mentions", is_number=True)], rows, "None."))
