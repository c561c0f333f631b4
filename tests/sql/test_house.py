"""The files of sql/ keep the house rules, and the tables say of themselves what they are."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from flows import warehouse
from flows.settings import Settings

FILES = sorted(warehouse.SQL.glob("*.sql"))
KINDS = {"0": "migrate", "1": "table", "2": "load", "3": "view", "4": "check", "5": "show", "9": "query"}

#: The contract with saved queries and checks: these columns, in these tables, keep name and type.
CONTRACT = {
    "runs": "run_id started_at finished_at status code_version files_new files_changed files_unchanged files_deleted"
    " files_quarantined",
    "files": "path site format encoding size_bytes sha256 status error_code error_message first_run_id last_run_id",
    "articles": "article_id source_path source_record site url language title author agency dateline_place published_at"
    " published_on published_precision published_at_rule updated_at page_date fetched_at body word_count content_sha256"
    " run_id rules_version",
    "article_versions": "article_id version valid_from valid_to change title body",
    "blocks": "article_id block_no raw_start raw_end raw_text role is_kept paragraph_no rule_id evidence",
    "site_templates": "site pattern role article_count first_seen_at last_seen_at status",
    "entities": "entity_id type name name_latin article_count mention_count first_seen_at last_seen_at",
    "entity_aliases": "entity_id alias script rule score mention_count",
    "entity_redirects": "old_id entity_id run_id",
    "mentions": "mention_id article_id entity_id type surface start_char end_char raw_start raw_end sentence_no"
    " is_demonym method score",
}


@pytest.fixture(scope="module")
def catalogue() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for path in FILES:
        if path.name[0] in "13":
            connection.execute(path.read_text(encoding="utf-8"))
    return connection


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_opens_with_what_a_row_is_and_is_lower_case(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    number, kind = path.stem.split("_")[:2]
    assert KINDS[number[0]] == kind
    assert text.startswith("-- ")
    assert max(map(len, text.splitlines())) <= 120
    code = re.sub(r"--[^\n]*|'[^']*'", "", text)
    assert code == code.lower()


def test_numbers_are_unique() -> None:
    numbers = [path.name[:3] for path in FILES]
    assert len(set(numbers)) == len(numbers)


def test_names_of_a_kind_are_unique() -> None:
    names = [path.stem.split("_", 1)[1] for path in FILES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("table", "columns"), CONTRACT.items())
def test_tables_have_the_columns_of_the_contract(
    catalogue: duckdb.DuckDBPyConnection, table: str, columns: str
) -> None:
    found = {row[0]: row[1] for row in catalogue.execute(f"describe {table}").fetchall()}
    assert set(columns.split()) <= set(found)
    kinds = {name: kind for name, kind in found.items() if name.endswith(("_at", "_on", "valid_from", "valid_to"))}
    assert set(kinds.values()) <= {"TIMESTAMP WITH TIME ZONE", "DATE"}
    assert all(kind == "DATE" for name, kind in kinds.items() if name.endswith("_on"))


def test_everything_has_a_comment(catalogue: duckdb.DuckDBPyConnection) -> None:
    bare = catalogue.execute(
        """
        select table_name, null from duckdb_tables() where comment is null
        union all
        select view_name, null from duckdb_views() where not internal and comment is null
        union all
        select table_name, column_name
        from duckdb_columns()
        where not internal and comment is null
        """
    ).fetchall()
    assert bare == []


def test_comments_reach_the_published_file(sample_settings: Settings) -> None:
    """On views too, where a client that reads only the file looks for them."""
    told = warehouse.query(
        sample_settings.warehouse,
        "select count(*), count(comment) from (select comment, internal from duckdb_columns() union all"
        " select comment, internal from duckdb_views() union all select comment, internal from duckdb_tables())"
        " where not internal",
    ).rows
    ((every, commented),) = told
    assert every == commented > 200


def test_nobody_else_imports_duckdb() -> None:
    home = Path(warehouse.__file__).parent
    importers = [
        path for path in home.parent.rglob("*.py") if re.search(r"(?m)^\s*(import|from) duckdb", path.read_text())
    ]
    assert importers
    assert {path.parent for path in importers} == {home}
