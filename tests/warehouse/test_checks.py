"""The checks of sql/4*, run side by side: who stops them does not wait, and what one says is heard."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from helpers.parts import Page, publish

from flows.settings import Settings
from flows.warehouse import WarehouseError, check, checks, connection

PAGE = Page("setu/1.txt", [("title", "खबर"), ("body", "मोदी ने कहा।")])
#: Some milliseconds; a hundred thousand ranges of it take minutes.
QUICK = "select article_id from articles where getvariable('from_id') is null"
OUT_OF_MEMORY = "select md5(i::varchar) as article_id from range(3000000) as n(i) group by all having count(*) > 1"

WriteChecks = Callable[..., None]


@pytest.fixture
def write_checks(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> WriteChecks:
    """Has `check` run these instead of those of sql/, over a warehouse of one page."""
    publish(settings, [PAGE])
    folder = settings.warehouse.parent / "checks"
    folder.mkdir()

    def write(*checks_of_sql: str) -> None:
        for number, sql in enumerate(checks_of_sql):
            (folder / f"4{number:02}_check_{number}.sql").write_text(sql, encoding="utf-8")
        monkeypatch.setattr(checks, "scripts", lambda *kinds: sorted(folder.glob("*.sql")))

    return write


def test_faults_come_in_order_and_all(settings: Settings, write_checks: WriteChecks) -> None:
    write_checks("select 1 as n where false", "select 2 as n", "select n from range(9) as numbers(n)", "select 4 as n")
    found = [(fault.check, fault.count) for fault in check(settings.warehouse, threads=2)]
    assert found == [("401_check_1", 1), ("402_check_2", 9), ("403_check_3", 1)]


def test_who_stops_the_checks_does_not_wait_for_them(
    settings: Settings, write_checks: WriteChecks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where Ctrl-C comes between two queries, when DuckDB has nothing to interrupt."""
    write_checks(*[QUICK] * 4)
    ids = [f"{number:05x}" for number in range(100_000)]
    monkeypatch.setattr(checks, "article_ranges", lambda *rest: list(pairwise(ids)))
    # A SIGINT would be lost on tests that a shell began in the background.
    before = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    threading.Timer(0.5, signal.pthread_kill, [threading.main_thread().ident, signal.SIGUSR1]).start()
    began = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            check(settings.warehouse, threads=2)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert time.monotonic() - began < 10


def test_what_a_check_dies_of_is_said(settings: Settings, write_checks: WriteChecks) -> None:
    write_checks(QUICK, "select nonsense from articles", QUICK)
    with pytest.raises(WarehouseError, match=r"sql/401_check_1\.sql: .*nonsense"):
        check(settings.warehouse, threads=2)


def test_checks_that_run_out_of_memory_are_done_again_with_more(
    settings: Settings, write_checks: WriteChecks, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_checks(OUT_OF_MEMORY, "select 2 as n", OUT_OF_MEMORY)
    monkeypatch.setattr(connection, "LEAST_LEAN_BYTES", 8_000_000)
    monkeypatch.setattr(connection, "LEAN_BYTES_A_THREAD", 4_000_000)
    died: list[str] = []
    real = checks.run_script

    def run_script(own: duckdb.DuckDBPyConnection, script: Path) -> duckdb.DuckDBPyConnection:
        try:
            return real(own, script)
        except WarehouseError as error:
            died.append(str(error))
            raise

    monkeypatch.setattr(checks, "run_script", run_script)
    assert [(fault.check, fault.count) for fault in check(settings.warehouse, threads=2)] == [("401_check_1", 1)]
    assert any("Out of Memory" in why for why in died), died
