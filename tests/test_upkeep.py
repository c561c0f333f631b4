"""Upkeep mends, removes and tells; it never touches what lives, never changes what the warehouse says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, make_page
from typer.testing import CliRunner

from flows import alarm, attempts, pipeline, warehouse
from flows import upkeep as keeping
from flows.batches import load_rules
from flows.cli import app
from flows.lock import lock_path, run_lock
from flows.settings import Settings
from flows.upkeep import Upkeep, is_left_behind, retry_quarantined, upkeep


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("published")
    settings = Settings(raw=folder / "raw", warehouse=folder / "news.duckdb", workers=1, mentions=False)
    settings.raw.mkdir()
    for number in range(3):
        (settings.raw / f"{number}.txt").write_text(make_page(number), encoding="utf-8")
    pipeline.run(settings)
    return settings


@pytest.fixture
def published(published_once: Settings, settings: Settings) -> Settings:
    """A published warehouse that the test may change."""
    shutil.copytree(published_once.raw, settings.raw, dirs_exist_ok=True)
    shutil.copy(published_once.warehouse, settings.warehouse)
    return settings


def statuses(done: Upkeep) -> list[str]:
    return [step.status for step in done.steps]


def details(done: Upkeep) -> dict[str, str]:
    return {step.name: step.detail for step in done.steps}


def upkeep_lines(settings: Settings) -> list[dict[str, object]]:
    return list(attempts.latest_attempts(settings, "upkeep"))


def corrupt(path: Path, statement: str) -> None:
    import duckdb

    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)


def test_a_sound_warehouse_is_left_as_it_is(published: Settings) -> None:
    before = published.warehouse.stat()
    done = upkeep(published)
    assert (done.status, done.error, done.warnings) == ("done", None, [])
    assert details(done)["verify"] == "all promises hold"
    after = published.warehouse.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    (line,) = upkeep_lines(published)
    assert (line["status"], line["warehouse"]) == ("done", "news.duckdb")
    assert list(published.work.parent.glob("verify-*")) == []


def test_without_a_warehouse_there_is_nothing_to_do(settings: Settings) -> None:
    done = upkeep(settings)
    assert (done.status, done.steps) == ("done", [])


def test_upkeep_leaves_a_killed_run_to_the_next_run(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """That one lets nothing kill it: it works on each document in a process of its own."""
    with run_lock(published.warehouse, "khabar run"):
        name = lock_path(published.warehouse).read_bytes()
    lock_path(published.warehouse).write_bytes(name)  # only a killed holder leaves it
    upkeep(published)
    isolated: list[bool] = []
    real = pipeline._run_alone
    monkeypatch.setattr(
        pipeline, "_run_alone", lambda settings, *rest: (isolated.append(settings.isolate), real(settings, *rest))[1]
    )
    pipeline.run(published)
    assert isolated == [True]
    assert [str(line["error"])[:7] for line in attempts.read_attempts(published)][-2:] == ["killed:", "None"]


def test_what_does_not_hold_is_loud(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, object]] = []
    monkeypatch.setattr(keeping, "raise_alarm", lambda settings, what, facts: told.append((what, facts["error"])))
    corrupt(published.warehouse, "update articles set body = body || ' और' where source_path = '1.txt'")
    done = upkeep(published)
    assert done.status == "failed"
    assert statuses(done) == ["done", "done", "done", "failed", "done"]  # the others were tried all the same
    assert done.error is not None
    assert "1.txt: promise 2" in done.error
    assert told == [("upkeep", done.error)]
    assert upkeep_lines(published)[0]["error"] == done.error


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        pytest.param(lambda path: path.write_text(make_page(9)), "all promises hold; 1 files wait", id="changed"),
        pytest.param(lambda path: path.unlink(), "all promises hold; 1 files wait", id="gone"),
    ],
)
def test_a_file_that_waits_for_the_next_run_is_no_fault(published: Settings, change, detail: str) -> None:  # type: ignore[no-untyped-def]
    change(published.raw / "1.txt")
    assert details(upkeep(published))["verify"].startswith(detail)


def test_a_file_that_rots_unseen_is_a_fault(settings: Settings) -> None:
    """Its bytes are others than those that were read, although size, mtime and ctime say that nobody wrote it."""
    (settings.raw / "1.txt").write_text(make_page(1), encoding="utf-8")
    pipeline.run(settings)
    corrupt(settings.warehouse, f"update files set sha256 = '{'0' * 64}' where path = '1.txt'")
    done = upkeep(settings)
    assert done.status == "failed"
    assert done.error is not None
    assert "1.txt: promise 1: the raw file changed" in done.error


def test_a_raw_folder_that_is_gone_is_a_fault(published: Settings) -> None:
    published.raw.rename(published.raw.with_name("elsewhere"))
    done = upkeep(published)
    assert done.error is not None
    assert done.error.startswith("verify: ")


def test_a_run_at_work_is_waited_for_a_little_and_then_left_alone(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LOCK_SECONDS", 0.0)
    monkeypatch.setattr(keeping, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(warehouse, "is_worth_compacting", lambda path, most_dead: True)
    living = published.work / "living"
    living.mkdir(parents=True)
    with run_lock(published.warehouse, "khabar run"):
        done = upkeep(published)
    assert (done.status, done.error) == ("skipped", None)
    assert statuses(done) == ["skipped", "skipped", "done", "done", "done"]
    assert living.exists()
    monkeypatch.undo()
    assert upkeep(published).status == "done"
    assert not living.exists()


def test_a_run_that_ends_in_time_is_waited_for(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "POLL_SECONDS", 0.01)
    code = f"""
import time
from pathlib import Path
from flows.lock import lock_path, run_lock
with run_lock(Path({str(published.warehouse)!r}), "khabar run"):
    print("held", flush=True)
    time.sleep(0.5)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert upkeep(published).status == "done"


def dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


@pytest.mark.parametrize(
    ("name", "mode", "is_old", "removed"),
    [
        pytest.param("khabar-{dead}-0a1b2c_d", 0o700, True, True, id="of a reader that died"),
        pytest.param("khabar-{dead}-0123456789abcdef", 0o755, True, True, id="of DuckDB in a reader that died"),
        pytest.param("verify-{dead}-ab_cd_ef", 0o700, True, True, id="of a verification that died"),
        pytest.param("khabar-{dead}-0a1b2c_d", 0o700, False, False, id="not yet a day old"),
        pytest.param("khabar-{own}-0a1b2c_d", 0o700, True, False, id="of a living process"),
        pytest.param("khabar-1-0a1b2c_d", 0o700, True, False, id="of a process of another user"),
        pytest.param("khabar-notes", 0o755, True, False, id="of somebody else"),
        pytest.param("khabar-{dead}-backup", 0o700, True, False, id="a backup with a number that is no process"),
        pytest.param("khabar-{dead}-articles", 0o755, True, False, id="a backup with a name as long as ours"),
    ],
)
def test_only_what_nobody_uses_is_left_behind(
    tmp_path: Path, name: str, mode: int, is_old: bool, removed: bool
) -> None:
    path = tmp_path / name.format(dead=dead_pid(), own=os.getpid())
    path.mkdir()
    path.chmod(mode)
    if is_old:
        os.utime(path, (time.time() - 2 * 86_400,) * 2)
    assert is_left_behind(path) is removed


def test_every_temporary_folder_names_its_process() -> None:
    """By that name upkeep finds what a killed command left."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "flows").rglob("*.py"))
    made = re.findall(r"(?<!\w)(?:tempfile\.)(?:TemporaryDirectory|mkdtemp)\((.*)", code)
    assert len(made) >= 5
    assert [call for call in made if not re.match(r'prefix=f"(khabar|verify)-{os\.getpid\(\)}-"', call)] == []


def test_the_folders_of_commands_that_died_are_removed(
    published: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    published.work.parent.mkdir(parents=True, exist_ok=True)
    folders = {tmp_path: f"khabar-{dead_pid()}-", published.work.parent: f"verify-{dead_pid()}-"}
    old = [Path(tempfile.mkdtemp(prefix=prefix, dir=folder)) for folder, prefix in folders.items()]
    for path in old:
        (path / "file").write_text("")
        os.utime(path, (time.time() - 2 * 86_400,) * 2)
    assert details(upkeep(published))["remove leftovers"] == "2 removed"
    assert not any(path.exists() for path in old)


def test_a_stray_log_is_told_of_and_never_removed(published: Settings) -> None:
    stray = published.state / "strays" / "20200101T000000-news.duckdb.wal"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x" * 100)
    os.utime(stray, (0, 0))
    (warning,) = upkeep(published).warnings
    assert "1 logs" in warning
    assert stray.exists()


def test_a_command_that_can_not_be_called_is_told_of_before_it_is_needed(published: Settings) -> None:
    (warning,) = upkeep(replace(published, on_failure="/nonexistent/mail me")).warnings
    assert "failures stay silent" in warning
    assert upkeep(replace(published, on_failure=f"{sys.executable} -c ''")).warnings == []


def test_a_file_whose_fault_has_passed_comes_out_of_quarantine(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import batches

    def stumble(*_: object) -> object:
        raise MemoryError("for a moment")

    load_rules(published)
    (published.raw / "empty.txt").write_text("")
    (published.raw / "late.txt").write_text(make_page(5), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(batches, "read_file", stumble)
        pipeline.run(published)
    before = {file.path: file.error_code for file in warehouse.read_status(published.warehouse).quarantine}
    assert set(before.values()) == {"failed"}
    assert retry_quarantined(published) == "1 of 2 files came out of quarantine"
    after = {file.path: file.error_code for file in warehouse.read_status(published.warehouse).quarantine}
    assert after == {"empty.txt": "empty"}
    runs = len(warehouse.read_status(published.warehouse).runs)
    assert retry_quarantined(published) == "nothing to try"  # a verdict on the bytes stands
    assert len(warehouse.read_status(published.warehouse).runs) == runs


def test_a_file_full_of_dead_space_is_compacted_and_says_the_same(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.warehouse.generation.is_worth_compacting", lambda *_: True)
    monkeypatch.setattr(warehouse, "is_worth_compacting", lambda *_: True)
    for statement in (
        "create table dead as select sha256(n::varchar) as x from range(200_000) as numbers(n); checkpoint",
        "create table at_the_end as select sha256(n::varchar) as x from range(9_000) as numbers(n); checkpoint",
        "drop table dead; checkpoint",
    ):
        corrupt(published.warehouse, statement)
    before, size = warehouse.digest(published.warehouse), published.warehouse.stat().st_size
    history = warehouse.read_status(published.warehouse).runs
    assert "MB →" in details(upkeep(published))["compact the file"]
    assert published.warehouse.stat().st_size < size / 2
    assert warehouse.digest(published.warehouse) == before
    assert warehouse.read_status(published.warehouse).runs == history
    assert published.warehouse.stat().st_mode & 0o777 == 0o444
    assert list(published.work.glob("*")) == []
    assert pipeline.run(published).status == "unchanged"


def test_the_command_prints_the_steps_and_its_exit_code_tells(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[object] = []
    monkeypatch.setattr(alarm.subprocess, "Popen", lambda *args, **_: called.append(args) or 1 / 0)
    words = ["upkeep", "--raw", str(published.raw), "--warehouse", str(published.warehouse)]
    monkeypatch.setenv("KHABAR_WORKERS", "1")
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, called) == (0, [])
    assert "all promises hold" in done.stdout
    monkeypatch.setattr(keeping, "LOCK_SECONDS", 0.0)
    with run_lock(published.warehouse, "khabar run"):
        assert CliRunner().invoke(app, words).exit_code == 3
    corrupt(published.warehouse, "update mentions set surface = ''; update articles set body = 'x' || body")
    failed = CliRunner().invoke(app, words)
    assert failed.exit_code == 1
    assert "promise 2" in failed.stderr
    shown = CliRunner().invoke(app, ["status", *words[1:]]).stdout
    assert json.dumps(upkeep_lines(published)[0]["status"]) == '"failed"'
    assert "promise 2" in shown
