"""The views for analysts: what they count, and that they hold wherever the file is attached."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from helpers.parts import DAWN, Name, Page, ask, publish

from flows.settings import Settings

MODI = Name("मोदी", curated_id="modi")
PUTIN = Name("पुतिन", curated_id="putin")
DELHI = Name("दिल्ली", "LOC", curated_id="delhi")


def story(path: str, text: str, day: int, *names: Name, **more: object) -> Page:
    site = path.split("/")[0]
    page = Page(path, [("body", text), ("share", "शेयर")], site, published_at=DAWN + timedelta(days=day), names=names)
    return replace(page, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three stories on two sites; one is carried by both, twice by the second."""
    settings = Settings(warehouse=tmp_path_factory.mktemp("views") / "news.duckdb", workers=1)
    carried = "मोदी और पुतिन मिले, मोदी बोले"
    pages = [
        story("setu/a.txt", carried, 1, MODI, PUTIN),
        story("ghat/a.txt", carried, 2, MODI, PUTIN),
        story("ghat/b.txt", carried, 3, MODI, PUTIN),
        story("ghat/c.txt", "दिल्ली में मोदी", 2, MODI, DELHI),
        story("setu/d.txt", "पुतिन लौटे", 5, PUTIN),
        story("setu/e.txt", "मोदी का पत्र", 0, MODI, published_at=None),
        story("ghat/f.txt", "बिना नाम", 9, site=None),
    ]
    publish(settings, pages)
    return settings


def test_copies_of_a_text_are_one_distinct_article(settings: Settings) -> None:
    assert ask(settings, "select source_path, copy_count from articles_distinct order by 1") == [
        ("ghat/c.txt", 1),
        ("ghat/f.txt", 1),
        ("setu/a.txt", 3),
        ("setu/d.txt", 1),
        ("setu/e.txt", 1),
    ]
    columns = [row[0] for row in ask(settings, "describe articles")]
    assert [row[0] for row in ask(settings, "describe articles_distinct")] == [*columns, "copy_count"]


def test_of_copies_published_at_once_the_smallest_id_stands_for_all(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    twins = [story(f"setu/{n}.txt", "एक ही पाठ", 1) for n in range(5)]
    publish(settings, twins)
    assert ask(settings, "select article_id, copy_count from articles_distinct") == [
        (min(twin.article_id for twin in twins), 5)
    ]


def test_mentions_by_day_count_copies_once(settings: Settings) -> None:
    rows = ask(settings, "select published_on, name, mention_count, article_count from mentions_by_day order by all")
    assert rows == [
        (date(2026, 1, 2), "पुतिन", 1, 1),
        (date(2026, 1, 2), "मोदी", 1, 1),
        (date(2026, 1, 3), "दिल्ली", 1, 1),
        (date(2026, 1, 3), "मोदी", 1, 1),
        (date(2026, 1, 6), "पुतिन", 1, 1),
        (None, "मोदी", 1, 1),
    ]


def test_entities_together_stand_in_both_orders(settings: Settings) -> None:
    rows = ask(
        settings,
        "select name, other_name, article_count, first_seen_at from entities_together where name = 'मोदी' order by 2",
    )
    assert rows == [("मोदी", "दिल्ली", 1, DAWN + timedelta(days=2)), ("मोदी", "पुतिन", 1, DAWN + timedelta(days=1))]
    both = ask(settings, "select entity_id, other_entity_id from entities_together")
    assert sorted(both) == sorted((b, a) for a, b in both)


def test_entities_by_site_count_copies_on_each_site(settings: Settings) -> None:
    rows = ask(
        settings,
        "select site, name, article_count, article_share from entities_by_site where name = 'मोदी' order by all",
    )
    assert rows == [("ghat", "मोदी", 3, 1.0), ("setu", "मोदी", 2, pytest.approx(2 / 3))]


def test_entities_seen_name_the_first_and_the_last_article(settings: Settings) -> None:
    rows = ask(
        settings, "select name, first_site, first_seen_at, last_site, last_seen_at from entities_seen order by name"
    )
    day = [DAWN + timedelta(days=n) for n in range(6)]
    assert rows == [
        ("दिल्ली", "ghat", day[2], "ghat", day[2]),
        ("पुतिन", "setu", day[1], "setu", day[5]),
        ("मोदी", "setu", day[1], "ghat", day[3]),
    ]


def test_removed_text_is_counted_by_rule_and_site(settings: Settings) -> None:
    rows = ask(settings, "from removed_text where site = 'setu'")
    ((kept,),) = ask(
        settings,
        "select sum(length(raw_text)) from blocks join articles using (article_id) where site = 'setu' and is_kept",
    )
    assert rows == [("setu", "share", "rule_share", 3, 3, 15, pytest.approx(15 / (15 + int(str(kept)))))]


def test_freshness_has_a_row_for_every_site_and_for_none(settings: Settings) -> None:
    rows = ask(
        settings, "select site, article_count, quarantined_count, last_published_at from freshness order by site"
    )
    day = [DAWN + timedelta(days=n) for n in range(10)]
    assert rows == [("ghat", 3, 0, day[3]), ("setu", 3, 0, day[5]), (None, 1, 0, day[9])]


def test_views_hold_under_another_alias(settings: Settings) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.warehouse}' as presse (read_only)")
        views = connection.execute("select view_name from duckdb_views() where database_name = 'presse'").fetchall()
        assert {"articles_distinct", "mentions_by_day", "freshness", "removed_text"} <= {row[0] for row in views}
        for (view,) in views:
            connection.execute(f"from presse.{view}").fetchall()
