"""One hash of what a warehouse holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flows.warehouse.migrations import open_warehouse

#: What the digest covers: the columns that the contract names, less scores and run ids.
DIGEST_COLUMNS: Final = {
    "articles": """article_id source_path source_record site url language title author agency dateline_place
        published_at published_on published_precision published_at_rule updated_at page_date fetched_at body word_count
        content_sha256 rules_version""",
    "blocks": "article_id block_no raw_start raw_end raw_text role is_kept paragraph_no rule_id evidence",
    "mentions": """mention_id article_id entity_id type surface start_char end_char raw_start raw_end sentence_no
        is_demonym method""",
    "entities": "entity_id type name name_latin article_count mention_count first_seen_at last_seen_at",
    "entity_aliases": "entity_id alias script rule mention_count",
    "site_templates": "site pattern role article_count first_seen_at last_seen_at status",
}


@dataclass(frozen=True)
class Digest:
    """One hash of the content, and the rows of each table that are in it; as lines, the hash is the last."""

    sha256: str
    row_counts: dict[str, int]

    def __iter__(self) -> Iterator[str]:
        yield from (f"{table} {count}" for table, count in self.row_counts.items())
        yield self.sha256


def digest(warehouse: Path) -> Digest:
    r"""One hash of the content, whatever the order of rows in the file, and the number of rows.

    SHA-256 over UTF-8: for each table its name, then its rows in the order of their text. A row is its values, NULL as
    \N, with a tab between; backslash, tab and newline are escaped; instants are microseconds since 1970 UTC.
    """
    hasher = hashlib.sha256()
    row_counts = {}
    with open_warehouse(warehouse) as connection:
        for table, columns in DIGEST_COLUMNS.items():
            kinds = dict(
                connection.execute(
                    "select column_name, data_type from duckdb_columns()"
                    " where database_name = 'news' and table_name = $table",
                    {"table": table},
                ).fetchall()
            )
            cells = ", ".join(_digest_cell(column, kinds[column]) for column in columns.split())
            answer = connection.execute(f"select concat_ws(chr(9), {cells}) as line from {table} order by line")  # noqa: S608
            hasher.update(f"{table}\n".encode())
            count = 0
            while rows := answer.fetchmany(10_000):
                count += len(rows)
                hasher.update("".join(f"{row[0]}\n" for row in rows).encode())
            row_counts[table] = count
    return Digest(hasher.hexdigest(), row_counts)


def _digest_cell(column: str, kind: str) -> str:
    """The SQL that writes a column as text."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        column = f"epoch_us({column})"
    if kind == "VARCHAR":
        for char, escaped in (("'\\'", "'\\\\'"), ("chr(9)", "'\\t'"), ("chr(10)", "'\\n'")):
            column = f"replace({column}, {char}, {escaped})"
    return f"coalesce({column}::varchar, '\\N')"
