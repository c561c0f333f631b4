"""SQL clients that hold the warehouse open stop no run, and no run breaks their queries."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
from conftest import make_page

from flows import pipeline
from flows.settings import Settings
from flows.warehouse import Reader

DUCKDB = Path(sys.executable).with_name("duckdb")


class Client:
    """The DuckDB command line client, kept open on a file as a person keeps it."""

    def __init__(self, file: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [DUCKDB, *options, "-csv", "-noheader", file],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def ask(self, sql: str) -> list[str]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{sql};\nselect '--end--';\n")
        self.process.stdin.flush()
        return list(iter(lambda: self.process.stdout.readline().rstrip("\n"), "--end--"))  # type: ignore[union-attr]

    def close(self) -> None:
        self.process.communicate(timeout=30)

    def kill(self) -> None:
        """Leave at once, as in a crash: a write-ahead log stays behind. The command is a script that starts another."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def add(settings: Settings, number: int) -> None:
    file = settings.raw / "setu" / f"{number}.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text(make_page(number), encoding="utf-8")


COUNTS = "select (select count(*) from articles), (select count(distinct article_id) from blocks)"


def test_a_command_line_client_keeps_its_generation_while_runs_publish(settings: Settings) -> None:
    add(settings, 0)
    pipeline.run(settings)
    client = Client(settings.warehouse, "-readonly")
    assert client.ask(COUNTS) == ["1,1"]
    for number in (1, 2):
        add(settings, number)
        assert pipeline.run(settings).status == "published"
        assert client.ask(COUNTS) == ["1,1"]
    client.close()
    newcomer = Client(settings.warehouse, "-readonly")
    assert newcomer.ask(COUNTS) == ["3,3"]
    newcomer.close()


def test_a_client_that_reconnects_all_the_time_sees_whole_runs_only(settings: Settings) -> None:
    add(settings, 0)
    pipeline.run(settings)
    done, seen, faults = threading.Event(), set(), []

    def watch() -> None:
        while not done.is_set():
            try:
                with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
                    seen.add(connection.execute(COUNTS).fetchone())
            except duckdb.Error as error:
                faults.append(str(error))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for number in (1, 2, 3):
            add(settings, number)
            pipeline.run(settings)
    finally:
        done.set()
        watcher.join()
    assert faults == []
    assert seen <= {(n, n) for n in range(1, 5)} and (4, 4) in seen | {
        duckdb.connect(str(settings.warehouse), read_only=True).execute(COUNTS).fetchone()
    }


def test_a_write_ahead_log_left_by_a_client_never_reaches_the_next_generation(settings: Settings) -> None:
    """A client that opened the file for writing and died leaves its log: it is kept, aside, and not replayed."""
    add(settings, 0)
    pipeline.run(settings)
    settings.warehouse.chmod(0o644)  # else only root could
    client = Client(settings.warehouse)
    client.ask("create table scratch as select 1; insert into runs select * from runs")
    client.kill()
    stray = settings.warehouse.with_name("news.duckdb.wal")
    left = stray.read_bytes()
    add(settings, 1)
    assert pipeline.run(settings).status == "published"
    assert not stray.exists()
    assert [file.read_bytes() for file in (settings.state / "strays").rglob("*") if file.is_file()] == [left]
    reader = Client(settings.warehouse, "-readonly")
    assert reader.ask("select count(*) from articles") == ["2"]
    assert reader.ask("select count(*) from runs") == ["2"]
    reader.close()


def test_the_published_file_is_read_only(settings: Settings) -> None:
    add(settings, 0)
    pipeline.run(settings)
    assert settings.warehouse.stat().st_mode & 0o777 == 0o444


def test_nobody_interrupts_a_connection_after_its_answer() -> None:
    """It may be closed by then, and DuckDB would end the process."""
    said: list[str] = []

    class Slow:
        """A connection whose interruption takes a while."""

        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.connection = connection

        def __getattr__(self, name: str) -> object:
            return getattr(self.connection, name)

        def interrupt(self) -> None:
            said.append("begins")
            time.sleep(0.3)
            said.append("ends")

        def execute(self, *given: object) -> object:
            time.sleep(0.1)
            return self.connection.execute(*given)  # type: ignore[arg-type]

    with duckdb.connect() as connection:
        assert Reader(Slow(connection)).ask("select 1", seconds=0.01).rows == [(1,)]  # type: ignore[arg-type]
        assert said == ["begins", "ends"]
