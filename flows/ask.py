"""`khabar query`: a question in SQL, or one of the saved ones, answered in the form that the user wants."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flows import warehouse
from flows.settings import Settings, UsageError
from flows.terminal import as_json, console, harmless, show_table, write_csv

if TYPE_CHECKING:
    from flows.cli import Format


def list_saved() -> None:
    """The saved queries with their questions and what may be set."""
    out = console()
    for query in warehouse.saved_queries().values():
        out.print(query.name, style="bold")
        out.print(f"  {query.question}\n  {query.question_hi}", soft_wrap=True)
        if query.defaults:
            out.print(
                f"  --set {' --set '.join(f'{k}={v}' for k, v in query.defaults.items())}", style="dim", soft_wrap=True
            )
    out.print("\nkhabar query NAME runs one; khabar query 'select …' runs your own", style="dim")


def run_query(settings: Settings, sql_or_name: str, values: list[str], format: Format, output: Path | None) -> None:
    """Run it and print the rows, or write them to `output`."""
    saved = warehouse.saved_queries()
    given = parse_values(values)
    if sql_or_name in saved:
        chosen = saved[sql_or_name]
        unknown = sorted(given.keys() - chosen.defaults.keys())
        if unknown:
            known = ", ".join(chosen.defaults) or "nothing"
            raise UsageError(f"{sql_or_name} has no {unknown[0]!r} to set; it takes: {known}")
        sql, parameters = chosen.sql, chosen.defaults | given
    elif is_name(sql_or_name):
        raise UsageError(f"no saved query {sql_or_name!r}; khabar query lists them")
    else:
        sql, parameters = sql_or_name, given
    if format == "parquet":
        write_parquet(settings, sql, parameters, output)
        return
    result = warehouse.query(settings.warehouse, sql, parameters)
    stream = output.open("w", encoding="utf-8", newline="") if output else sys.stdout
    try:
        if format == "json":
            print(as_json(result.columns, result.rows), file=stream)
        elif format == "csv":
            write_csv(result.columns, result.rows, stream)
        else:
            show_table(result.columns, result.rows, console(stream))
    finally:
        if output:
            stream.close()


def write_parquet(settings: Settings, sql: str, parameters: Mapping[str, str], output: Path | None) -> None:
    """Parquet is bytes: a file is wanted, a terminal is refused."""
    if output is None:
        raise UsageError("--format parquet needs --output FILE")
    rows = warehouse.copy_query(settings.warehouse, sql, output, parameters)
    print(f"{rows} rows written to {harmless(str(output))}", file=sys.stderr)


def parse_values(values: list[str]) -> dict[str, str]:
    """`name=value` pairs; the value may hold further equals signs."""
    pairs = [value.partition("=") for value in values]
    for name, equals, _ in pairs:
        if not (equals and name.isidentifier()):
            raise UsageError(f"--set {name}: give it as name=value")
    return {name: value for name, _, value in pairs}


def is_name(text: str) -> bool:
    """SQL always has a space, a semicolon or a bracket; a name never."""
    return text.isidentifier()
