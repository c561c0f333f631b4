"""Asks the files of sql/5*: what the report of a run and `khabar entity` show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from flows.warehouse.connection import open_file, private_copy_if_locked, quote, scripts
from flows.warehouse.queries import Result, query

if TYPE_CHECKING:
    from flows.facts import Ask


def show(warehouse: Path, name: str, **values: str) -> Result:
    """What the published warehouse answers to `sql/5*_show_<name>.sql`."""
    return query(warehouse, shown_sql(name), values)


@contextmanager
def compared(generation: Path, published: Path, threads: int = 0) -> Iterator[Ask]:
    """Asks a generation; the published one, which it is to replace, is attached as `earlier`."""
    is_first = not published.exists()
    with (
        nullcontext(":memory:") if is_first else private_copy_if_locked(published) as earlier,
        open_file(generation, threads=threads) as connection,
    ):
        connection.execute(f"attach {quote(earlier)} as earlier {'' if is_first else '(read_only)'}")
        for table in ("entities", "entity_aliases") if is_first else ():
            connection.execute(f"create table earlier.{table} as from {table} limit 0")

        def ask(name: str, /, **values: object) -> list[tuple[object, ...]]:
            sql = shown_sql(name)
            return connection.execute(sql, {key: one for key, one in values.items() if f"${key}" in sql}).fetchall()

        yield ask


def shown_sql(name: str) -> str:
    """The SQL of `sql/5*_show_<name>.sql`."""
    return next(path for path in scripts("5") if path.stem.endswith(f"_show_{name}")).read_text(encoding="utf-8")
