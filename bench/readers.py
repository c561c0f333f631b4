"""Holds the warehouse open with real clients while runs publish, and counts what fails on either side.

    .venv/bin/python bench/readers.py [--runs 50] [--node FOLDER]

Each run adds an article, so that a generation is known by the number of its articles; a half one would have blocks of
another number. Clients stay connected for a few runs and must see the generation that they opened; then they reconnect
and must see the newest. One opens the file for writing by mistake, writes, and dies: its log must stop no run and reach
no reader. `--node` names a folder in which `npm install @duckdb/node-api` was done; without it Node is not tried.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from invented import write_article

from flows import pipeline
from flows.settings import Settings

COUNTS = "select (select count(*) from articles), (select count(distinct article_id) from blocks)"
DUCKDB = Path(sys.executable).with_name("duckdb")
END = "--end--"
NODE = """
const { DuckDBInstance } = require("@duckdb/node-api");
(async () => {
  const instance = await DuckDBInstance.create(process.argv[1], { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  for await (const line of require("readline").createInterface({ input: process.stdin })) {
    try {
      const rows = (await connection.runAndReadAll(line)).getRows();
      for (const row of rows) console.log(row.map(String).join(","));
    } catch (error) { console.log("Error: " + error.message); }
    console.log("--end--");
  }
})().catch((error) => { console.log("Error: " + error.message); console.log("--end--"); });
"""

#: In a process of its own: DuckDB gives a process that has a file open the same generation at each connection to it.
PYTHON = f"""
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
for line in sys.stdin:
    try:
        for row in connection.execute(line).fetchall():
            print(*row, sep=",")
    except duckdb.Error as error:
        print("Error:", error)
    print("{END}", flush=True)
"""


@dataclass
class Seen:
    """A row of the table: what the readers of a kind asked for and met."""

    readers: int = 0
    queries: int = 0
    failed: int = 0
    half: int = 0
    stale: int = 0  # not the generation that was opened, or after a reconnection not the newest
    said: list[str] = field(default_factory=list)


class Client:
    """A program that answers lines of SQL on its standard input."""

    def __init__(self, command: list[str | Path], end: str = "", cwd: Path | None = None) -> None:
        self.end = end
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=cwd,
            start_new_session=True,
        )

    def ask(self, sql: str) -> str:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{sql}{self.end}\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.process.stdout.readline().rstrip("\n")) != END:
            if self.process.poll() is not None and not line:
                raise RuntimeError("; ".join(lines) or "the client ended")
            lines.append(line)
        return "\n".join(lines)

    def close(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def command_line_client(file: Path, *options: str) -> Client:
    return Client([DUCKDB, *options, "-csv", "-noheader", file], end=f";\nselect '{END}';")


def node_client(file: Path, folder: Path) -> Client:
    return Client(["node", "-e", NODE, file], cwd=folder)


@dataclass
class Reader:
    """A client of a kind that reconnects every few runs."""

    kind: str
    seen: Seen
    every: int
    node: Path | None
    client: Client | None = None
    opened: int = 0

    def look(self, file: Path, newest: int) -> None:
        """Connect if need be, then ask: the answer is the generation that was opened."""
        if self.client is None:
            self.client, self.opened = self.connect(file), newest
            self.seen.readers += 1
        answer = ask(self.client, self.seen)
        if answer is not None and answer != self.opened:
            self.seen.stale += 1
        if newest % self.every == 0:
            self.client.close()
            self.client = None

    def connect(self, file: Path) -> Client:
        if self.kind == "Python":
            return Client([sys.executable, "-c", PYTHON, file])
        if self.node is not None and self.kind == "Node":
            return node_client(file, self.node)
        return command_line_client(file, "-readonly")


def ask(client: Client, seen: Seen) -> int | None:
    """The number of articles; None if the query failed."""
    seen.queries += 1
    try:
        said = client.ask(COUNTS)
        articles, with_blocks = map(int, said.split(","))
    except (RuntimeError, ValueError) as error:
        seen.failed += 1
        seen.said.append(str(error))
        return None
    seen.half += articles != with_blocks
    return articles


def watch(file: Path, seen: Seen, done: threading.Event, gate: threading.Lock) -> None:
    """Reconnect all the time, while the gate is open; what is seen never goes back."""
    last = 0
    while not done.wait(0.01):
        with gate:
            last = glance(file, seen, last)


def glance(file: Path, seen: Seen, last: int) -> int:
    """Connect, ask and leave; the number of articles."""
    seen.readers, seen.queries = seen.readers + 1, seen.queries + 1
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            articles, with_blocks = connection.execute(COUNTS).fetchone() or (0, 0)
    except duckdb.Error as error:
        seen.failed += 1
        seen.said.append(str(error))
        return last
    seen.half += articles != with_blocks
    seen.stale += articles < last
    return int(articles)


def open_by_mistake(file: Path) -> Client:
    """A client that opened the file for writing and wrote; what it wrote stays in its log."""
    file.chmod(0o644)  # else only root could
    client = command_line_client(file)
    client.ask("insert into articles select * replace ('mistake' as article_id) from articles limit 1")
    return client


def hold(settings: Settings, runs: int, node: Path | None) -> tuple[dict[str, Seen], list[str]]:
    """Publishes `runs` generations under all these clients; the table, and the runs that failed."""
    names = ["DuckDB CLI", "Python", *(["Node"] if node else []), "reconnecting"]
    seen = {name: Seen() for name in names}
    readers = [Reader(name, seen[name], every, node) for name in names[:-1] for every in (1, 3, 7, runs + 1)]
    write_article(settings.raw, 0)
    pipeline.run(settings)
    done, gate = threading.Event(), threading.Lock()
    watcher = threading.Thread(target=watch, args=(settings.warehouse, seen["reconnecting"], done, gate))
    watcher.start()
    failed: list[str] = []

    def publish(number: int) -> None:
        write_article(settings.raw, number)
        try:
            pipeline.run(settings)
        except Exception as error:
            failed.append(f"run {number}: {error}")

    try:
        for number in range(1, runs + 1):
            if number % 5:
                for reader in readers:
                    reader.look(settings.warehouse, number)
                publish(number)
            else:  # DuckDB lets nobody read what another writes: until the next run this generation is the writer's
                with gate:
                    writer = open_by_mistake(settings.warehouse)
                    if number % 10:
                        writer.kill()
                    publish(number)
                    if not number % 10:
                        writer.kill()
        for reader in readers:
            reader.look(settings.warehouse, runs + 1)
    finally:
        done.set()
        watcher.join()
        for reader in readers:
            if reader.client is not None:
                reader.client.close()
    return seen, failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--node", type=Path, help="a folder with node_modules/@duckdb/node-api")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="khabar-readers-") as folder:
        settings = Settings(Path(folder) / "raw", Path(folder) / "news.duckdb", workers=1, mentions=False)
        settings.raw.mkdir()
        seen, failed = hold(settings, given.runs, given.node)
        strays = len(list((settings.state / "strays").glob("*.wal")))
    print(f"{'':<14}{'readers':>9}{'queries':>9}{'failed':>9}{'half':>9}{'stale':>9}")
    for name, row in seen.items():
        numbers = (row.readers, row.queries, row.failed, row.half, row.stale)
        print(f"{name:<14}" + "".join(f"{number:>9}" for number in numbers))
    print(f"runs {given.runs}, failed {len(failed)}; logs of writing clients moved aside {strays}")
    for line in [*failed, *(said for row in seen.values() for said in sorted(set(row.said)))]:
        print(line)
    return int(bool(failed) or any(row.failed or row.half or row.stale for row in seen.values()))


if __name__ == "__main__":
    sys.exit(main())
