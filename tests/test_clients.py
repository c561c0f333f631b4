"""SQL clients beside runs: which generation they see, and that views of one's own outlive it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest
from helpers.parts import make_page, publish

from flows.settings import Settings

COUNT = "select count(*) from articles"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse with one article."""
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    publish(settings, [make_page(1)])
    return settings


def count(connection: duckdb.DuckDBPyConnection, table: str = "articles") -> int:
    ((number,),) = connection.sql(f"select count(*) from {table}").fetchall()
    return int(number)


def test_a_connection_keeps_its_generation_and_the_next_one_has_the_newest(settings: Settings) -> None:
    """A second connection beside an open one shares its instance: all have to be closed first."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as first:
        publish(settings, [make_page(2)], 2)
        assert count(first) == 1
        with duckdb.connect(str(settings.warehouse), read_only=True) as beside:
            assert count(beside) == 1
    with duckdb.connect(str(settings.warehouse), read_only=True) as later:
        assert count(later) == 2
        assert later.sql("select article_id, body from articles").pl().height == 2
        frame = pl.read_database("select name, article_count from mentions_by_day", later)
        assert frame.columns == ["name", "article_count"]


def test_detach_and_attach_show_the_newest_generation_to_a_program_that_goes_on(settings: Settings) -> None:
    attach = f"attach '{settings.warehouse}' as news (read_only)"
    with duckdb.connect() as client:
        client.execute(attach)
        publish(settings, [make_page(2)], 2)
        assert count(client, "news.articles") == 1
        client.execute(f"detach news; {attach}")
        assert count(client, "news.articles") == 2


def test_views_of_one_s_own_live_in_a_second_file(settings: Settings, tmp_path: Path) -> None:
    mine, attach = str(tmp_path / "mine.duckdb"), f"attach '{settings.warehouse}' as news (read_only)"
    with duckdb.connect(mine) as client:
        client.execute(f"{attach}; create view whole as from news.articles_distinct")
        assert count(client, "whole") == 1
    publish(settings, [make_page(2)], 2)
    with duckdb.connect(mine) as client:
        client.execute(attach)
        assert count(client, "whole") == 2


def test_duckdb_s_command_line_keeps_a_generation_while_a_run_publishes_the_next(settings: Settings) -> None:
    shell = Path(sys.executable).with_name("duckdb")
    with subprocess.Popen(
        [shell, "-readonly", "-csv", "-noheader", settings.warehouse],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as client:
        assert client.stdin is not None and client.stdout is not None
        client.stdin.write(f"{COUNT};\n")
        assert client.stdout.readline() == "1\n"
        publish(settings, [make_page(2)], 2)
        client.stdin.write(f"{COUNT};\n")
        assert client.stdout.readline() == "1\n"
        client.stdin.write(f".open --readonly {settings.warehouse}\n{COUNT};\n")
        assert client.stdout.readline() == "2\n"
    assert not list(settings.warehouse.parent.glob("*.wal"))
