"""The checks of sql/4*: a row returned is a fault."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from flows.warehouse.connection import article_ranges, lean, open_file, run_script, scripts, set_variables, sibling

#: Checks that look at what became of a page alone: a fault there is that page's, whatever else the warehouse holds.
OF_PAGES: Final = frozenset(
    {
        *("401_check_ledger", "402_check_kept_roles", "403_check_body", "404_check_body_shape", "405_check_surfaces"),
        *("406_check_raw_spans", "413_check_dates"),
    }
)
#: Rows of a failed check that are shown.
EXAMPLES: Final = 3
#: Articles whose texts are compared at once: what they need stays below the memory of a stage.
TOGETHER: Final = 5_000
#: How soon a check that goes on is interrupted again.
AGAIN_SECONDS: Final = 0.05
#: All ids are above the one and below the other.
EVERYTHING: Final = [("", "~")]


@dataclass(frozen=True)
class Fault:
    """A check that failed: the file of `sql/4*`, its number of rows, the first of them, and the articles at fault."""

    check: str
    count: int
    examples: list[str]
    articles: frozenset[str] = frozenset()

    def __str__(self) -> str:
        rows = "row" if self.count == 1 else "rows"
        return f"{self.check}: {self.count} {rows}, such as {'; '.join(self.examples)}"


@lean
def check(generation: Path, run_id: str | None = None, threads: int = 1) -> list[Fault]:
    """Runs every check of sql/4*; with `run_id` the costly ones look only at the articles of that run."""
    with open_file(generation, threads=threads) as connection:
        # Few articles fill two row groups, and each is one thread's: the checks share the threads, not the rows of one.
        connection.execute(f"set external_threads = {threads}")
        sql = "select count(*) from articles where run_id = coalesce($run_id, run_id)"
        ranges = article_ranges((connection.execute(sql, {"run_id": run_id}).fetchone() or (0,))[0], TOGETHER)
        with ExitStack() as opened, ThreadPoolExecutor(threads) as pool:
            checks = [(script, opened.enter_context(closing(sibling(connection)))) for script in scripts("4")]
            futures = [pool.submit(_find_faults, run_id, ranges, *check) for check in checks]
            try:
                found = [future.result() for future in futures]
            except BaseException:
                _give_up(futures, [own for _, own in checks])
                raise
    return [fault for fault in found if fault.count]


def _give_up(futures: Sequence[Future[Fault]], connections: Sequence[duckdb.DuckDBPyConnection]) -> None:
    """Ends the checks that still run: who stops a run does not want to wait for them, nor does a second Ctrl-C."""
    for future in futures:
        future.cancel()
    is_over = False
    while not is_over:
        with suppress(KeyboardInterrupt):
            for connection in connections:
                connection.interrupt()
            is_over = not wait(futures, AGAIN_SECONDS).not_done  # between two queries an interrupt is lost


def _find_faults(
    run_id: str | None, ranges: Sequence[tuple[str, str]], script: Path, connection: duckdb.DuckDBPyConnection
) -> Fault:
    """What one check finds; a count of 0 if nothing."""
    is_by_range = "getvariable('from_id')" in script.read_text(encoding="utf-8")
    count, examples, articles = 0, list[str](), set[str]()
    set_variables(connection, run_id=run_id)
    for from_id, below_id in ranges if is_by_range else EVERYTHING:
        set_variables(connection, from_id=from_id, below_id=below_id)
        answer = run_script(connection, script)
        names = [column[0] for column in answer.description or ()]
        key = names.index("article_id") if script.stem in OF_PAGES else None
        while rows := answer.fetchmany(10_000):
            count += len(rows)
            examples += [_describe_row(names, row) for row in rows[: EXAMPLES - len(examples)]]
            articles.update(row[key] for row in rows if key is not None)
    return Fault(script.stem, count, examples, frozenset(articles))


def _describe_row(names: list[str], row: tuple[object, ...]) -> str:
    """A row as name=value, long texts cut."""
    return ", ".join(
        f"{name}={textwrap.shorten(repr(value), 80, placeholder='…')}"
        for name, value in zip(names, row, strict=True)
        if value is not None
    )
