"""Questions of a page or of a person to one generation, each limited in rows and in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.warehouse.queries import refuse_commands, sandbox
from flows.warehouse.records import WarehouseError
from flows.warehouse.shown import shown_sql


@dataclass(frozen=True)
class Answer:
    """The first rows of the answer to a question; `is_cut` if there are more."""

    columns: list[str]
    rows: list[tuple[object, ...]]
    is_cut: bool


class Reader:
    """Asks one generation; the SQL can read the warehouse and nothing else of this machine."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def ask(
        self,
        sql: str,
        parameters: Mapping[str, object] | None = None,
        *,
        most_rows: int | None = None,
        seconds: float = 20.0,
    ) -> Answer:
        """The first rows of the answer.

        Raises:
            WarehouseError: it is no question, DuckDB can't answer it, or not in that time.
        """
        timer = threading.Timer(seconds, self._connection.interrupt)
        timer.start()
        try:
            refuse_commands(self._connection, sql)
            answer = self._connection.execute(sql, dict(parameters or {}))
            rows = answer.fetchall() if most_rows is None else answer.fetchmany(most_rows + 1)
            columns = [column[0] for column in answer.description or ()]
        except duckdb.InterruptException as error:
            raise WarehouseError(
                f"the answer took longer than {seconds:g} s; ask for less: some days, a site, a limit"
            ) from error
        except duckdb.Error as error:
            raise WarehouseError(f"DuckDB can't answer: {error}") from error
        finally:
            timer.cancel()
            timer.join()  # to interrupt a connection that is being closed would end the process
        return Answer(columns, rows[:most_rows], most_rows is not None and len(rows) > most_rows)

    def show(self, name: str, **parameters: object) -> Answer:
        """The answer of sql/5*_show_<name>.sql."""
        return self.ask(shown_sql(name), parameters)


@contextmanager
def open_reader(warehouse: Path) -> Iterator[Reader]:
    """A reader of the generation that is published now.

    Raises:
        WarehouseError: there is no warehouse, or it can't be read.
    """
    with closing(sandbox(warehouse)) as connection:
        yield Reader(connection)
