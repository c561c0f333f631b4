"""Writes docs/tables.md from sql/: `make docs`. What a table and a column mean is said once, in their comments."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "tables.md"

#: Whose key a column holds, by the end of its name.
KEYS = {
    "source_path": "files",
    "run_id": "runs",
    "article_id": "articles",
    "entity_id": "entities",
}

OPENING = """# Tables

Made from `sql/` by `make docs`; every client shows the same text as comments on tables and columns.

Offsets count Unicode code points, start inclusive, end exclusive. Times are instants (TIMESTAMPTZ); set your client's
time zone to `Asia/Kolkata` to read them as printed. What a page does not say is NULL.
"""

Column = tuple[str, str, str]  # name, type, comment


def read_catalogue() -> dict[str, tuple[str, str, list[Column]]]:
    """Kind, comment and columns of every table and view, in the order of sql/."""
    with duckdb.connect() as connection:
        for path in sorted((ROOT / "sql").glob("[13]*.sql")):
            connection.execute(path.read_text(encoding="utf-8"))
        things = connection.execute(
            "select 'table', table_name, comment, table_oid from duckdb_tables() union all"
            " select 'view', view_name, comment, view_oid from duckdb_views() where not internal order by all"
        ).fetchall()
        columns = connection.execute(
            "select table_name, column_name, data_type, comment from duckdb_columns() where not internal"
            " order by table_name, column_index"
        ).fetchall()
    by_table = {name: [row[1:] for row in rows] for name, rows in groupby(columns, lambda row: row[0])}
    files = [path.stem.split("_", 2)[2] for path in sorted((ROOT / "sql").glob("[13]*.sql"))]
    things.sort(key=lambda thing: files.index(thing[1]) if thing[1] in files else len(files))
    return {name: (kind, comment, by_table[name]) for kind, name, comment, _ in things}


def render() -> str:
    """The whole page."""
    catalogue = read_catalogue()
    inner = {name for name, (_, comment, _) in catalogue.items() if comment.startswith("Internal")}
    tables = [name for name, (kind, _, _) in catalogue.items() if kind == "table" and name not in inner]
    views = [name for name, (kind, _, _) in catalogue.items() if kind == "view"]
    parts = [OPENING, draw(catalogue, tables)]
    for heading, names in (("Tables for you", tables), ("Views", views), ("Internal tables", sorted(inner))):
        parts.append(f"## {heading}\n")
        parts += [describe(name, *catalogue[name]) for name in names]
    return "\n".join(parts)


def draw(catalogue: dict[str, tuple[str, str, list[Column]]], tables: list[str]) -> str:
    """The tables and the columns that join them, for GitHub and other readers of Mermaid."""
    lines = ["```mermaid", "erDiagram"]
    for name in tables:
        for column, _, _ in catalogue[name][2]:
            target = next((table for ending, table in KEYS.items() if column.endswith(ending)), name)
            if target != name:
                lines.append(f"    {target} ||--o{{ {name} : {column}")
    for name in tables:
        keys = [(column, kind) for column, kind, _ in catalogue[name][2] if column.endswith((*KEYS, "path", "site"))]
        lines.append(f"    {name} {{")
        lines += [f"        {kind.split()[0].lower()} {column}" for column, kind in keys]
        lines.append("    }")
    return "\n".join([*lines, "```\n"])


def describe(name: str, kind: str, comment: str, columns: list[Column]) -> str:
    """A table with its columns."""
    rows = [f"| `{column}` | {data_type.lower()} | {meaning} |" for column, data_type, meaning in columns]
    return "\n".join([f"### {name}\n", f"{comment}\n", "| column | type | meaning |", "|---|---|---|", *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
