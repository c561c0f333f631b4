"""What counts as unchanged, and what makes all be done again."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from flows import look
from flows.files import Scan, hash_file, scan
from flows.look import find_deleted, is_unchanged, rules_version
from flows.settings import Settings
from flows.warehouse import KnownFile

OTHER = "0" * 64


@pytest.mark.parametrize(
    ("stat_key", "is_settled", "sha256", "status", "expected"),
    [
        pytest.param("same", True, OTHER, "loaded", True, id="same look and settled: the hash is not asked"),
        pytest.param("same", False, OTHER, "loaded", False, id="same look, read too early, other bytes"),
        pytest.param("same", False, "own", "loaded", True, id="same look, read too early, same bytes"),
        pytest.param("other", True, "own", "loaded", True, id="touched"),
        pytest.param("other", True, OTHER, "loaded", False, id="changed"),
        pytest.param("other", True, "own", "quarantined", True, id="touched in quarantine"),
        pytest.param("other", True, None, "quarantined", False, id="never read"),
        pytest.param(None, True, "own", "loaded", False, id="a run owes it work"),
    ],
)
def test_unchanged(
    tmp_path: Path, stat_key: str | None, is_settled: bool, sha256: str | None, status: str, expected: bool
) -> None:
    (tmp_path / "a.txt").write_text("एक", encoding="utf-8")
    (file,) = scan(tmp_path).files
    known = KnownFile(
        file.stat_key if stat_key == "same" else stat_key,
        is_settled,
        hash_file(file)[0] if sha256 == "own" else sha256,
        None,
        status,
    )
    assert is_unchanged(file, known) is expected


def test_files_of_a_folder_that_can_not_be_listed_are_not_deleted() -> None:
    known = {path: KnownFile("x", True, OTHER, None, "loaded") for path in ("a/1.txt", "ab/1.txt", "b/1.txt")}
    assert find_deleted(Scan(unreadable_folders=["a"]), known) == ["ab/1.txt", "b/1.txt"]


def test_rules_are_code_data_and_loads_but_not_what_editors_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, sql = tmp_path / "flows", tmp_path / "sql"
    for folder in (package / "steps", package / "rules", package / "warehouse", package / "explorer", sql):
        folder.mkdir(parents=True)
    monkeypatch.setattr(look, "PACKAGE", package)
    monkeypatch.setattr(look, "SQL", sql)
    seen = {rules_version(Settings())}
    relevant = ("steps/label.py", "warehouse/loads.py", "rules/a.toml", "rules/b.csv")
    relevant += ("../sql/201_load.sql", "../sql/401_check.sql")
    for name in relevant:
        (package / name).write_text("x")
        seen.add(rules_version(Settings()))
    assert len(seen) == 1 + len(relevant)
    unused = ("cli.py", "warehouse/digests.py", "explorer/app.py", "steps/.label.py.swp", "rules/a.toml~")
    for name in (*unused, "../sql/301_view.sql"):
        (package / name).write_text("x")
        seen.add(rules_version(Settings()))
    assert len(seen) == 1 + len(relevant)
    assert rules_version(Settings(template_articles=9)) not in seen


def test_what_was_touched_is_known_by_its_look_after_the_next_publication(settings: Settings) -> None:
    from flows import pipeline, warehouse

    first = settings.raw / "a.txt"
    first.write_text("पहली खबर। " * 30, encoding="utf-8")
    pipeline.run(settings)
    os.utime(first, (1_700_000_000, 1_700_000_000))
    (settings.raw / "b.txt").write_text("दूसरी खबर। " * 30, encoding="utf-8")
    pipeline.run(settings)
    (now,) = [file for file in scan(settings.raw).files if file.path == "a.txt"]
    known = warehouse.known_files(settings.warehouse).files["a.txt"]
    assert (known.stat_key, known.is_settled) == (now.stat_key, True)


def test_a_touched_file_is_settled_as_of_the_look_that_hashed_it(settings: Settings, tmp_path: Path) -> None:
    """Not as of the end of the run: a change right after the hash, of the same mtime on a coarse clock, went unseen."""
    from flows.files import SETTLED_NS
    from flows.pipeline import note_seen

    (settings.raw / "a.txt").write_text("खबर", encoding="utf-8")
    files = scan(settings.raw).files
    for wait, is_settled in ((SETTLED_NS - 1, False), (SETTLED_NS, True)):
        note_seen(tmp_path, files, files[0].newest_mtime_ns + wait, [], [])
        assert pl.read_parquet(tmp_path / "seen.parquet")["is_settled"].to_list() == [is_settled]
