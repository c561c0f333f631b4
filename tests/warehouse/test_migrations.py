"""A file of an older version goes forward with all that it holds; one of a newer version is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from conftest import make_page
from typer.testing import CliRunner

from flows import pipeline, warehouse
from flows.cli import app
from flows.settings import Settings
from flows.warehouse import SCHEMA_VERSION, SQL, WarehouseError, migrations

FROZEN = Path(__file__).parents[1] / "resources"
HISTORY = ("runs", "article_versions", "entity_redirects", "files")


def scripts(kind: str) -> list[Path]:
    return sorted(SQL.glob(f"{kind}*.sql"))


def tables_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select table_name, column_name, data_type, is_nullable from duckdb_columns()"
        " where not internal and table_name in (select table_name from duckdb_tables())"
        " order by table_name, column_index"
    ).fetchall()


def to_version_1(path: Path) -> None:
    """Puts a file of version 1 with the same articles in the place of a published one; its rules were others."""
    older = path.with_name("older.duckdb")
    with duckdb.connect(str(older)) as connection:
        connection.execute((FROZEN / "schema_1.sql").read_text(encoding="utf-8"))
        connection.execute(f"attach '{path}' as current (read_only)")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'older'"
        ).fetchall():
            columns = connection.execute(f"describe {table}").fetchall()
            named = ", ".join(column[0] for column in columns)
            connection.execute(f"insert into {table} ({named}) select {named} from current.{table}")
        connection.execute("update generation set schema_version = 1, rules_version = 'of then'")
    older.replace(path)


def set_version(path: Path, version: int) -> None:
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"update generation set schema_version = {version}")


def rows(path: Path, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(f"select {columns} from {table} order by all").fetchall()


def columns_of_version_1(table: str) -> str:
    with duckdb.connect() as connection:
        connection.execute((FROZEN / "schema_1.sql").read_text(encoding="utf-8"))
        return ", ".join(row[0] for row in connection.execute(f"describe {table}").fetchall())


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse with a history: two runs, a page that changed and one that went."""
    folder = tmp_path_factory.mktemp("grown")
    settings = Settings(raw=folder / "raw", warehouse=folder / "news.duckdb", workers=1, mentions=False)
    settings.raw.mkdir()
    for number in range(3):
        (settings.raw / f"{number}.txt").write_text(make_page(number), encoding="utf-8")
    pipeline.run(settings)
    (settings.raw / "0.txt").write_text(make_page(7), encoding="utf-8")
    (settings.raw / "1.txt").unlink()
    pipeline.run(settings)
    return settings


@pytest.fixture
def aged(grown: Settings, tmp_path: Path) -> Settings:
    """The same in a file of version 1."""
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "news.duckdb", workers=1, mentions=False)
    shutil.copytree(grown.raw, settings.raw)
    shutil.copy(grown.warehouse, settings.warehouse)
    to_version_1(settings.warehouse)
    return settings


def test_the_steps_lead_from_version_1_to_the_present_one() -> None:
    assert [int(path.name[:3]) for path in scripts("0")] == list(range(1, SCHEMA_VERSION))


def test_the_steps_end_at_the_tables_of_a_new_file() -> None:
    with duckdb.connect() as old, duckdb.connect() as new:
        old.execute((FROZEN / "schema_1.sql").read_text(encoding="utf-8"))
        for script in [*scripts("0"), *scripts("1")]:
            old.execute(script.read_text(encoding="utf-8"))
        for script in scripts("1"):
            new.execute(script.read_text(encoding="utf-8"))
        assert tables_of(old) == tables_of(new)


@pytest.mark.parametrize("rebuild", [False, True], ids=["forward", "rebuilt"])
def test_an_older_file_goes_forward_with_content_and_history(grown: Settings, aged: Settings, rebuild: bool) -> None:
    before = {table: rows(aged.warehouse, table, columns_of_version_1(table)) for table in HISTORY}
    outcome = pipeline.run(replace(aged, rebuild=rebuild))
    assert (outcome.status, outcome.files_new, outcome.files_changed) == ("published", 0, 0)
    assert outcome.articles_cleaned == 2  # tables that are new since then are filled
    assert warehouse.digest(aged.warehouse) == warehouse.digest(grown.warehouse)
    after = {table: rows(aged.warehouse, table, columns_of_version_1(table)) for table in HISTORY}
    assert len(after["runs"]) == len(before["runs"]) + 1
    assert after["runs"][:-1] == before["runs"]
    assert after["article_versions"] == before["article_versions"]
    assert after["entity_redirects"] == before["entity_redirects"]
    assert [row[0] for row in after["files"]] == [row[0] for row in before["files"]]
    known = [row[0] for row in rows(aged.warehouse, "runs", "decisions_version is not null")]
    assert known == [False, True, True]  # version 1 kept it of its last run only
    assert pipeline.run(aged).status == "unchanged"


def test_a_step_alone_makes_a_run_publish_and_clean_nothing(grown: Settings, aged: Settings) -> None:
    """As when only a column is new: neither files nor rules have changed."""
    shutil.copy(grown.warehouse, aged.warehouse)
    aged.warehouse.chmod(0o644)
    with duckdb.connect(str(aged.warehouse)) as connection:
        connection.execute("alter table runs drop column decisions_version")
        connection.execute("update generation set schema_version = 1")
    outcome = pipeline.run(aged)
    assert (outcome.status, outcome.articles_cleaned) == ("published", 0)
    assert warehouse.digest(aged.warehouse) == warehouse.digest(grown.warehouse)
    assert pipeline.run(aged).status == "unchanged"


def test_a_step_that_is_missing_leaves_all_as_it_was(aged: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = aged.warehouse.read_bytes()
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    monkeypatch.setattr("flows.warehouse.generation.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(WarehouseError, match="no step of sql/0"):
        pipeline.run(aged)
    assert aged.warehouse.read_bytes() == before


COMMANDS = {
    "run": ["run"],
    "rebuild": ["run", "--rebuild"],
    "replay": ["replay"],
    "status": ["status"],
    "verify": ["verify"],
    "digest": ["digest"],
    "query": ["query", "select 1"],
    "entity": ["entity", "पुतिन"],
    "explain": ["explain", "RAW/2.txt"],
    "clean": ["clean", "RAW/2.txt"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_command_refuses_a_newer_file_in_one_line(grown: Settings, tmp_path: Path, command: list[str]) -> None:
    newer = Path(shutil.copy(grown.warehouse, tmp_path / "news.duckdb"))
    set_version(newer, 99)
    before = newer.read_bytes()
    words = [word.replace("RAW", str(grown.raw)) for word in command]
    result = CliRunner().invoke(app, [*words, "--raw", str(grown.raw), "--warehouse", str(newer)])
    assert result.exit_code == 1
    (line,) = [line for line in result.stderr.splitlines() if "newer Khabar" in line]
    assert line.startswith(f"khabar: {newer} was written by a newer Khabar (tables of version 99")
    assert newer.read_bytes() == before


@pytest.mark.parametrize("ask", [warehouse.digest, warehouse.read_status, warehouse.published_templates])
def test_an_older_file_says_how_it_is_brought_up_to_date(aged: Settings, ask: Callable[[Path], object]) -> None:
    with pytest.raises(WarehouseError, match=r"older Khabar \(tables of version 1.*khabar run"):
        ask(aged.warehouse)


def test_a_query_reads_an_older_file_as_it_is(aged: Settings) -> None:
    assert list(warehouse.query(aged.warehouse, "select count(*) from articles").rows) == [(2,)]
