"""Drift: a site that leaves its range of the last 30 days or falls silent, and nothing that chance would do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from helpers.parts import DAWN, Page, ask, make_page, publish

from flows import warehouse
from flows.settings import Settings
from flows.warehouse import SQL

PER_DAY, DAYS = 8, 40


@pytest.fixture
def invented() -> duckdb.DuckDBPyConnection:
    """Empty tables and the views over them, to be filled with an invented history."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for kind in "13":
        for path in sorted(SQL.glob(f"{kind}*.sql")):
            connection.execute(path.read_text(encoding="utf-8"))
    return connection


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse whose runs and files a test may replace."""
    settings = Settings(warehouse=tmp_path_factory.mktemp("published") / "news.duckdb", workers=1)
    publish(settings, [make_page(1)])
    settings.warehouse.chmod(0o644)
    return settings.warehouse


def history(connection: duckdb.DuckDBPyConnection, change: str = "", days: int = DAYS, per_day: int = PER_DAY) -> None:
    """A site with `per_day` files a day, each day a run; `change` is SQL for the columns that are otherwise."""
    connection.execute(
        f"""
        create temp table invented as
        with steady as (
            select
                n,
                timestamptz '2026-01-01 06:00:00+00' + to_days((n // {per_day})::integer) as dated_at,
                n // {per_day} >= {days - 6} as is_late,
                150 + (n * 7919) % 300 as words,
                0.7 + ((n * 104729) % 200) / 1000 as share,
                (n * 31) % 10 < 1 as is_rejected,
                'शीर्षक' as title,
                if(n % 2 = 0, 'लेखक', null) as author
            from range({days * per_day}) as numbers(n)
        )
        select * replace ({change or "words as words"}) from steady;

        insert into runs by name
        select distinct
            strftime(dated_at, '%Y%m%d') as run_id, dated_at as started_at, 'published' as status, 0 as files_new,
            0 as files_changed, 0 as files_unchanged, 0 as files_deleted, 0 as files_quarantined
        from invented;

        insert into files by name
        select
            n || '.txt' as path, 'setu' as site, if(is_rejected, 'quarantined', 'loaded') as status,
            if(is_rejected, 'no_article', null) as error_code,
            strftime(dated_at, '%Y%m%d') as first_run_id, strftime(dated_at, '%Y%m%d') as last_run_id
        from invented;

        insert into articles by name
        select
            n::varchar as article_id, n || '.txt' as source_path, 0 as source_record, 'setu' as site, title, author,
            dated_at as published_at, '' as body, words as word_count, '' as content_sha256, '' as run_id,
            '' as rules_version
        from invented
        where not is_rejected;

        insert into blocks by name
        select
            n::varchar as article_id, part as block_no, if(part = 0, 0, (1000 * share)::bigint) as raw_start,
            if(part = 0, (1000 * share)::bigint, 1000) as raw_end, '' as raw_text,
            if(part = 0, 'body', 'promo') as role, part = 0 as is_kept
        from invented, range(2) as parts(part)
        where not is_rejected
        """
    )


def drifting(connection: duckdb.DuckDBPyConnection) -> set[str]:
    from flows.warehouse.status import _has_left

    rows = connection.execute("select measure, recent, usual_low, usual_high from drift").fetchall()
    return {row[0] for row in rows if _has_left(*row)}


@pytest.mark.parametrize(
    ("change", "measures"),
    [
        pytest.param("", set(), id="steady"),
        pytest.param("if(is_late, words * 4, words) as words", {"word_count"}, id="longer: boilerplate is kept"),
        pytest.param("if(is_late, words // 4, words) as words", {"word_count"}, id="shorter: text is lost"),
        pytest.param("if(is_late, words * 1.2, words)::bigint as words", set(), id="a little longer"),
        pytest.param("if(is_late, share / 2, share) as share", {"kept_share"}, id="less is kept"),
        pytest.param("is_rejected or (is_late and n % 4 > 1) as is_rejected", {"no_article"}, id="pages hold none"),
        pytest.param("if(is_late, null, title) as title", {"has_title"}, id="titles gone"),
        pytest.param("if(is_late, null, author) as author", {"has_author"}, id="authors gone"),
        pytest.param(
            "if(is_late or n % 40 < 20, words * 4, words) as words", set(), id="longer, but so were groups before"
        ),
    ],
)
def test_a_site_that_leaves_its_range(invented: duckdb.DuckDBPyConnection, change: str, measures: set[str]) -> None:
    history(invented, change)
    assert drifting(invented) == measures


@pytest.mark.parametrize(
    ("days", "per_day", "judged"),
    [
        pytest.param(10, 11, False, id="too few pages"),
        pytest.param(10, 15, True, id="a young site"),
        pytest.param(200, 1, True, id="a slow site, by its newest 120"),
        pytest.param(40, 100, True, id="a busy site, day by day"),
    ],
)
def test_only_a_site_with_enough_pages_is_judged(
    invented: duckdb.DuckDBPyConnection, days: int, per_day: int, judged: bool
) -> None:
    history(invented, "if(n >= 0.8 * (select max(range) from range(1)), words, words) as words", days, per_day)
    rows = invented.execute("select measure, page_count from drift where measure = 'word_count'").fetchall()
    assert bool(rows) is judged
    if per_day == 100:
        assert rows[0][1] >= 90  # a tenth of the pages hold no article


def test_what_is_older_than_30_days_is_no_measure(invented: duckdb.DuckDBPyConnection) -> None:
    """Half a year ago the articles were as long as today; since then they were short."""
    history(invented, "if(is_late or n < 8 * 60, words * 4, words) as words", days=120)
    assert drifting(invented) == {"word_count"}


def test_a_date_in_the_future_is_no_newest_article(invented: duckdb.DuckDBPyConnection) -> None:
    history(invented)
    invented.execute("update articles set published_at = '2099-01-01', word_count = 1 where article_id::int % 5 = 0")
    assert drifting(invented) == set()


def test_an_archive_that_came_at_once_tells_nothing_of_its_rejected_pages(invented: duckdb.DuckDBPyConnection) -> None:
    history(invented, "n >= 200 as is_rejected, timestamptz '2026-03-01 00:00:00+00' as dated_at")
    assert "no_article" not in drifting(invented)


@pytest.mark.parametrize("seed", range(8))
def test_chance_is_no_drift(invented: duckdb.DuckDBPyConnection, seed: int) -> None:
    history(invented, f"150 + hash(n + {seed}) % 300 as words, hash(n + {seed}) % 10 < 1 as is_rejected", per_day=5)
    assert drifting(invented) == set()


@pytest.mark.parametrize(
    ("arrivals", "look", "is_silent"),
    [
        pytest.param([0, 1, 2, 3, 5, 6, 7, 8], 11, False, id="no longer than twice the longest pause"),
        pytest.param([0, 1, 2, 3, 5, 6, 7, 8], 13, True, id="longer than that"),
        pytest.param([0, 7, 14, 21, 28], 41, False, id="a weekly"),
        pytest.param([0, 7, 14, 21, 28], 43, True, id="a weekly that missed two issues"),
        pytest.param([0, 1, 2, 3, 4], 90, False, id="not yet a week"),
        pytest.param([0, 20], 90, False, id="two arrivals are no rhythm"),
        pytest.param([0], 90, False, id="an archive"),
        pytest.param([x / 24 for x in range(240)], 11.4, False, id="by the hour: a day and a half is nothing"),
        pytest.param([x / 24 for x in range(240)], 11.6, True, id="by the hour"),
    ],
)
def test_a_site_gone_silent(published: Path, arrivals: list[float], look: float, is_silent: bool) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from runs; delete from files")
        connection.execute(
            "insert into runs by name select md5(day::varchar) as run_id, day as started_at, 'published' as status,"
            " 1 as files_new, 0 as files_changed, 0 as files_unchanged, 0 as files_deleted, 0 as files_quarantined"
            " from (select unnest($arrivals::timestamptz[]) as day)",
            {"arrivals": [DAWN + timedelta(days=day) for day in arrivals]},
        )
        connection.execute(
            "insert into files by name select run_id || '.txt' as path, 'setu' as site, 'loaded' as status,"
            " run_id as first_run_id, run_id as last_run_id from runs"
        )
    found = warehouse.drift(published, DAWN + timedelta(days=look))
    assert bool(found) is is_silent
    assert all("nothing new since" in sentence for sentence in found)
    assert warehouse.drift(published) == []  # nobody has looked


def test_the_sentence_says_site_measure_and_range(settings: Settings) -> None:
    def page(number: int) -> Page:
        base = make_page(number)
        return replace(base, published_at=DAWN - timedelta(days=200 - number), title=None if number >= 180 else "शीर्षक")

    publish(settings, [page(number) for number in range(200)])
    assert warehouse.drift(settings.warehouse) == [
        "setu: has_title (share) of the newest 20 pages is 0.00; in the 30 days before it was mostly 1.00 to 1.00"
    ]
    assert ask(settings, "select measure from drift order by all") == [
        ("has_author",),
        ("has_title",),
        ("kept_share",),
        ("no_article",),
        ("word_count",),
    ]
