"""A run does what changed, all or nothing, and its result depends on nothing but files, rules and decisions."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from conftest import make_page
from helpers import deadly

from flows import batches, pipeline, warehouse
from flows.files import Unsettled
from flows.lock import Locked, lock_path, run_lock
from flows.pipeline import RunError
from flows.rulebook import Rulebook
from flows.settings import Settings

SLOGAN = "नदी किनारे की चिट्ठी, हर रविवार"


def write(settings: Settings, path: str, text: str) -> Path:
    file = settings.raw / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")
    return file


def ask(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    return list(warehouse.query(settings.warehouse, sql).rows)


def digest(settings: Settings) -> str:
    return warehouse.digest(settings.warehouse).sha256


def attempts(settings: Settings) -> list[dict[str, object]]:
    lines = (settings.state / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_an_empty_raw_folder_gives_an_empty_warehouse(settings: Settings) -> None:
    assert pipeline.run(settings).status == "published"
    assert ask(settings, "select count(*) from articles") == [(0,)]
    assert ask(settings, "select count(*) from runs") == [(1,)]


def test_a_second_run_over_unchanged_files_publishes_nothing(settings: Settings) -> None:
    write(settings, "setu/a.txt", make_page(1))
    pipeline.run(settings)
    before = settings.warehouse.stat()
    assert pipeline.run(settings).status == "unchanged"
    after = settings.warehouse.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert [attempt["status"] for attempt in attempts(settings)] == ["published", "unchanged"]


def test_a_touched_file_makes_no_version(settings: Settings) -> None:
    file = write(settings, "setu/a.txt", make_page(1))
    pipeline.run(settings)
    os.utime(file, (time.time() + 5, time.time() + 5))
    assert pipeline.run(settings).status == "unchanged"
    assert ask(settings, "select version, change from article_versions") == [(1, "created")]


def test_new_changed_and_deleted_files(settings: Settings) -> None:
    write(settings, "setu/a.txt", make_page(1))
    gone = write(settings, "setu/b.txt", make_page(2))
    pipeline.run(settings)
    write(settings, "setu/a.txt", make_page(3))
    gone.unlink()
    write(settings, "setu/c.txt", make_page(4))
    outcome = pipeline.run(settings)
    assert (outcome.files_new, outcome.files_changed, outcome.files_deleted) == (1, 1, 1)
    assert ask(settings, "select source_path from articles order by 1") == [("setu/a.txt",), ("setu/c.txt",)]
    assert ask(settings, "select path from files where status = 'deleted'") == [("setu/b.txt",)]
    changes = ask(settings, "select change, valid_to is null from article_versions order by article_id, version")
    assert sorted(changes) == sorted(
        [("created", False), ("changed", True), ("created", False), ("deleted", True), ("created", True)]
    )


def test_a_file_that_comes_back_is_as_if_it_had_never_gone(settings: Settings) -> None:
    file = write(settings, "setu/a.txt", make_page(1))
    write(settings, "setu/b.txt", make_page(2))
    pipeline.run(settings)
    before = digest(settings)
    text = file.read_text(encoding="utf-8")
    file.unlink()
    pipeline.run(settings)
    assert digest(settings) != before
    write(settings, "setu/a.txt", text)
    pipeline.run(settings)
    assert digest(settings) == before


def test_a_sidecar_that_changes_reworks_its_file(settings: Settings) -> None:
    write(settings, "setu/a.txt", make_page(1))
    pipeline.run(settings)
    write(settings, "setu/a.txt.meta.json", json.dumps({"url": "https://setu.example/a", "published_at": "2025-03-04"}))
    assert pipeline.run(settings).files_changed == 1
    assert ask(settings, "select url, published_on::varchar from articles") == [
        ("https://setu.example/a", "2025-03-04")
    ]


def test_a_file_that_can_no_longer_be_used_loses_its_article(settings: Settings) -> None:
    write(settings, "setu/a.txt", make_page(1))
    pipeline.run(settings)
    (settings.raw / "setu/a.txt").write_bytes(b"%PDF-1.4\n\x00\x01\x02")
    assert pipeline.run(settings).files_quarantined == 1
    assert ask(settings, "select count(*) from articles") == [(0,)]
    assert ask(settings, "select status, error_code from files") == [("quarantined", "not_text")]
    assert ask(settings, "select change from article_versions order by version") == [("created",), ("deleted",)]


def test_lines_without_an_article_are_quarantined(settings: Settings) -> None:
    write(settings, "setu/a.txt", "Facebook Twitter WhatsApp\n\nRelated posts\n")
    write(settings, "setu/b.txt", make_page(2))
    pipeline.run(settings)
    assert ask(settings, "select path, error_code from files where status = 'quarantined'") == [
        ("setu/a.txt", "no_article")
    ]


def test_recurring_lines_are_learned_and_forgotten_as_files_come_and_go(settings: Settings) -> None:
    """Whether four or five articles hold a line decides; those that hold it are cleaned again, no others."""
    for number in range(4):
        write(settings, f"setu/{number}.txt", make_page(number, footer=SLOGAN))
    write(settings, "setu/other.txt", make_page(9))
    pipeline.run(settings)
    four = digest(settings)
    assert ask(settings, "select count(*) from articles where contains(body, 'नदी किनारे की चिट्ठी')") == [(4,)]
    fifth = write(settings, "setu/4.txt", make_page(4, footer=SLOGAN))
    assert pipeline.run(settings).articles_recleaned == 4
    assert ask(settings, "select count(*) from articles where contains(body, 'नदी किनारे की चिट्ठी')") == [(0,)]
    assert ask(settings, "select count(*) from article_versions where change = 'recleaned'") == [(4,)]
    fifth.unlink()
    pipeline.run(settings)
    assert digest(settings) == four


@pytest.mark.parametrize(("path", "page"), [("setu/a.txt", "{}"), ("setu/a.jsonl", '{{"text": {}}}')])
def test_a_stale_file_that_can_no_longer_be_used_waits(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, page: str
) -> None:
    """Its page was counted for the line that became a template; quarantined by this run it was counted for ever."""
    text = make_page(2, SLOGAN)
    file = write(settings, path, page.format(text if page == "{}" else json.dumps(text)))
    for number in range(20, 23):
        write(settings, f"setu/{number}.txt", make_page(number, SLOGAN))
    pipeline.run(settings)
    for number in range(23, 26):
        write(settings, f"setu/{number}.txt", make_page(number, SLOGAN))
    real = pipeline.learn_templates

    def breaks(*args):  # type: ignore[no-untyped-def]
        stale = real(*args)
        assert path in stale
        file.unlink()
        file.symlink_to("nowhere")
        return stale

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "learn_templates", breaks)
        assert pipeline.run(settings).files_waiting == 1
    assert pipeline.run(settings).files_quarantined == 1
    anew = replace(settings, warehouse=tmp_path / "anew.duckdb")
    pipeline.run(anew)
    assert digest(settings) == digest(anew)


def test_templates_are_learned_without_any_rule(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "rulebook", lambda: Rulebook(()))
    for number in range(5):
        write(settings, f"setu/{number}.txt", make_page(number, footer=SLOGAN))
    pipeline.run(settings)
    assert ask(settings, "select status, article_count from site_templates") == [("accepted", 5)]
    assert ask(settings, "select count(*) from articles where contains(body, 'नदी किनारे की चिट्ठी')") == [(0,)]
    rules = ask(settings, "select distinct rule_id from blocks where contains(raw_text, 'नदी किनारे की चिट्ठी')")
    assert rules == [("template",)]


def test_facts_with_values_of_their_own_are_no_template(settings: Settings) -> None:
    for number in range(6):
        write(settings, f"setu/{number}.txt", make_page(number, footer=f"बैटरी: {4000 + number} एमएएच"))
    pipeline.run(settings)
    assert ask(settings, "select count(*) from site_templates") == [(0,)]
    assert ask(settings, "select count(*) from articles where contains(body, 'एमएएच')") == [(6,)]


def test_a_refused_template_is_kept_in_the_article(settings: Settings) -> None:
    for number in range(5):
        write(settings, f"setu/{number}.txt", make_page(number, footer=SLOGAN))
    pipeline.run(settings)
    (pattern,) = [str(row[0]) for row in ask(settings, "select pattern from site_templates where status = 'accepted'")]
    settings.refused_templates.write_text(f'site,pattern\nsetu,"{pattern}"\n', encoding="utf-8")
    assert pipeline.run(settings).status == "published"
    assert ask(settings, "select count(*) from articles where contains(body, 'नदी किनारे की चिट्ठी')") == [(5,)]
    assert ask(settings, "select status from site_templates where pattern = 'PATTERN'".replace("PATTERN", pattern)) == [
        ("refused",)
    ]


def test_a_folder_with_brackets_is_no_pattern(settings: Settings) -> None:
    settings = replace(settings, warehouse=settings.warehouse.parent / "a'b [1]*{c,d" / "news.duckdb")
    write(settings, "setu/a.txt", make_page(1))
    assert pipeline.run(settings).status == "published"
    assert pipeline.run(replace(settings, rebuild=True)).status == "published"


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in (1, 2))])
def test_the_order_of_arrival_leaves_no_trace(settings: Settings, tmp_path: Path, seed: int) -> None:
    """Random splits over runs, with detours, against one build from scratch."""
    pages = {
        f"{site}/{n}.txt": make_page(n, footer=SLOGAN if n % 2 else None)
        for site in ("setu", "ghat")
        for n in range(11)
    }
    pages["setu/copy.txt"] = make_page(3, footer=SLOGAN)
    whole = replace(settings, raw=tmp_path / "whole", warehouse=tmp_path / "whole.duckdb", workers=2)
    for path, text in pages.items():
        write(whole, path, text)
    pipeline.run(whole)
    chance = random.Random(seed)
    order = sorted(pages)
    chance.shuffle(order)
    while order:
        for _ in range(min(len(order), chance.randint(1, 9))):
            path = order.pop()
            write(settings, path, pages[path])
        if chance.random() < 0.5:
            write(settings, "setu/passing.txt", make_page(50, footer=SLOGAN))
        pipeline.run(settings)
    (settings.raw / "setu/passing.txt").unlink(missing_ok=True)
    pipeline.run(settings)
    assert digest(settings) == digest(whole)


def test_new_rules_rework_everything(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "setu/a.txt", make_page(1))
    pipeline.run(settings)
    monkeypatch.setattr(pipeline, "rules_version", lambda settings: "other")
    assert pipeline.run(settings).articles_cleaned == 1
    assert ask(settings, "select rules_version from articles") == [("other",)]
    assert ask(settings, "select change from article_versions") == [("created",)]
    assert pipeline.run(settings).status == "unchanged"


def test_a_rebuild_gives_the_same_content_and_keeps_history(settings: Settings) -> None:
    write(settings, "setu/a.txt", make_page(1))
    pipeline.run(settings)
    write(settings, "setu/a.txt", make_page(2))
    pipeline.run(settings)
    before, history = digest(settings), ask(settings, "select * from article_versions order by all")
    assert pipeline.run(replace(settings, rebuild=True)).status == "published"
    assert digest(settings) == before
    assert ask(settings, "select * from article_versions order by all") == history
    assert ask(settings, "select count(*) from runs") == [(3,)]


def test_losing_most_files_at_once_publishes_nothing(settings: Settings) -> None:
    for number in range(30):
        write(settings, f"setu/{number}.txt", make_page(number))
    pipeline.run(settings)
    before = digest(settings)
    shutil.rmtree(settings.raw / "setu")
    with pytest.raises(pipeline.RunError, match=r"30 of 30 loaded files.*--accept-loss"):
        pipeline.run(settings)
    assert digest(settings) == before
    assert attempts(settings)[-1]["status"] == "failed"
    assert pipeline.run(replace(settings, accept_loss=True)).files_deleted == 30


def test_breaking_most_files_at_once_publishes_nothing(settings: Settings) -> None:
    for number in range(30):
        write(settings, f"setu/{number}.txt", make_page(number))
    pipeline.run(settings)
    for number in range(30):
        write(settings, f"setu/{number}.txt", "")
    with pytest.raises(pipeline.RunError, match="quarantine 30 of 30"):
        pipeline.run(settings)


def test_a_bug_of_ours_costs_one_page(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "setu/a.txt", make_page(1))
    write(settings, "setu/b.txt", make_page(2))
    real = batches.normalise

    def breaks(blocks, *rest):  # type: ignore[no-untyped-def]
        if any("खबर 1" in text for text in blocks["raw_text"]):
            raise ZeroDivisionError("injected")
        return real(blocks, *rest)

    monkeypatch.setattr(batches, "normalise", breaks)
    pipeline.run(settings)
    ((path, code, message),) = ask(
        settings, "select path, error_code, error_message from files where status = 'quarantined'"
    )
    assert (path, code) == ("setu/a.txt", "failed")
    assert "ZeroDivisionError: injected" in str(message)
    assert ask(settings, "select source_path from articles") == [("setu/b.txt",)]


@pytest.mark.parametrize("kind", ["fifo", "folder", "too large", "circle"])
def test_a_sidecar_that_can_t_be_used_is_no_change_each_time(settings: Settings, kind: str) -> None:
    """The second run comes so soon that it compares what the files hold."""
    sidecar = Path(f"{write(settings, 'setu/a.txt', make_page(1))}.meta.json")
    if kind == "fifo":
        os.mkfifo(sidecar)
    elif kind == "folder":
        sidecar.mkdir()
    elif kind == "circle":
        sidecar.symlink_to(sidecar)
    else:
        sidecar.write_text(" " * 2_000_000)
    pipeline.run(settings)
    assert pipeline.run(settings).status == "unchanged"


@pytest.mark.parametrize("name", ["news.duckdb", "other.duckdb"])
def test_a_warehouse_among_the_raw_files_is_none_of_them(settings: Settings, name: str) -> None:
    write(settings, "setu/a.txt", make_page(1))
    write(settings, "setu/report.html", f"<html><body><p>{make_page(2)}</p></body></html>")
    write(settings, "my-report.html", f"<html><body><p>{make_page(3)}</p></body></html>")
    inside = replace(settings, warehouse=settings.raw / name)
    pipeline.run(inside)
    expected = [("my-report.html",), ("setu/a.txt",), ("setu/report.html",)]
    assert ask(inside, "select path from files order by all") == expected
    assert pipeline.run(inside).status == "unchanged"


def break_pages(monkeypatch: pytest.MonkeyPatch, mark: str) -> None:
    """A step that loses a letter of every page whose title holds a mark, and says nothing."""
    real = batches.clean

    def loses(*rest):  # type: ignore[no-untyped-def]
        cleaned = real(*rest)
        ids = cleaned.articles.filter(pl.col("title").str.contains(mark))["article_id"].to_list()
        text = pl.when(pl.col("article_id").is_in(ids)).then(pl.col("raw_text").str.slice(1)).otherwise("raw_text")
        return replace(cleaned, blocks=cleaned.blocks.with_columns(raw_text=text))

    monkeypatch.setattr(batches, "clean", loses)


def test_a_page_that_a_check_finds_broken_costs_itself(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "setu/a.txt", make_page(1))
    write(settings, "setu/b.txt", make_page(2))
    pipeline.run(settings)
    write(settings, "setu/a.txt", make_page(3))
    write(settings, "setu/c.txt", make_page(4))
    write(settings, "setu/d.jsonl", "\n".join(json.dumps({"text": make_page(number)}) for number in (5, 3, 6)))
    break_pages(monkeypatch, "खबर 3")
    outcome = pipeline.run(settings)
    assert (outcome.status, outcome.files_quarantined, outcome.records_rejected) == ("published", 1, 1)
    assert ask(settings, "select source_path, source_record from articles order by all") == [
        ("setu/b.txt", 0),
        ("setu/c.txt", 0),
        ("setu/d.jsonl", 1),
        ("setu/d.jsonl", 3),
    ]
    ((path, code, message),) = ask(
        settings, "select path, error_code, error_message from files where status = 'quarantined'"
    )
    assert (path, code) == ("setu/a.txt", "failed")
    assert "sql/401_check_ledger.sql" in str(message)
    assert ask(settings, "select source_record, error_code from records where error_code is not null") == [
        (2, "failed")
    ]
    assert ask(settings, "select change from article_versions where valid_to is not null or body is null") == [
        ("created",),
        ("deleted",),
    ]
    assert not warehouse.check(settings.warehouse)
    assert pipeline.run(settings).status == "unchanged"
    monkeypatch.undo()
    pipeline.run(settings, replay=frozenset({"setu/a.txt"}))
    assert ask(settings, "select title from articles where source_path = 'setu/a.txt'") != []


def test_broken_pages_are_losses(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(25):
        write(settings, f"setu/{number}.txt", make_page(number))
    pipeline.run(settings)
    before = warehouse.digest(settings.warehouse)
    break_pages(monkeypatch, "खबर")
    with pytest.raises(RunError, match=r"(?s)25 of 25 .*401_check_ledger"):
        pipeline.run(replace(settings, rebuild=True))
    assert warehouse.digest(settings.warehouse) == before


@pytest.mark.soak
@pytest.mark.parametrize("stage", ["read_batch", "clean_batch"])
def test_a_page_that_kills_a_worker_costs_itself(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """The rest is what it would be without the page; a run after one that died works in processes of its own."""
    for number in range(5):
        write(settings, f"setu/{number}.txt", make_page(number))
    without = replace(settings, warehouse=tmp_path / "without.duckdb")
    pipeline.run(without)
    write(settings, "setu/2a.txt", make_page(7, extra=f"यह {deadly.WORD} पन्ना है जिस पर हर प्रक्रिया रुक जाती है।"))
    lock_path(settings.warehouse).parent.mkdir(exist_ok=True)
    lock_path(settings.warehouse).write_text(
        json.dumps({"pid": 1, "host": "h", "command": "khabar run", "started_at": "2026-01-01T00:00:00+00:00"})
    )
    monkeypatch.setattr(batches, stage, getattr(deadly, stage))
    assert pipeline.run(settings).status == "published"
    ((path, code, message),) = ask(
        settings, "select path, error_code, error_message from files where status = 'quarantined'"
    )
    assert (path, code) == ("setu/2a.txt", "failed")
    assert "the process that worked on it died" in str(message)
    assert digest(settings) == digest(without)


def test_replay_tries_a_quarantined_file_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "setu/a.txt", make_page(1))
    with monkeypatch.context() as patch:
        patch.setattr(batches, "normalise", lambda *args: 1 / 0)
        pipeline.run(settings)
    assert pipeline.run(settings).status == "unchanged"
    assert pipeline.run(settings, replay=frozenset({"setu/a.txt"})).status == "published"
    assert ask(settings, "select status from files") == [("loaded",)]


def test_a_second_run_at_the_same_time_is_refused_and_logged(settings: Settings) -> None:
    with run_lock(settings.warehouse, "the first run"), pytest.raises(Locked, match="the first run"):
        pipeline.run(settings)
    assert attempts(settings)[-1]["status"] == "skipped"


def test_a_failing_check_leaves_the_old_warehouse(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "setu/a.txt", make_page(1))
    pipeline.run(settings)
    before = settings.warehouse.read_bytes()
    write(settings, "setu/b.txt", make_page(2))
    monkeypatch.setattr(warehouse, "check", lambda *args: [warehouse.Fault("4xx_check_none", 3, ["row"])])
    with pytest.raises(pipeline.RunError, match="4xx_check_none"):
        pipeline.run(settings)
    assert settings.warehouse.read_bytes() == before
    assert not list(settings.work.glob("*"))


def test_a_fault_in_another_run_s_article_fails_a_run_that_read_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "setu/a.txt", make_page(1))
    write(settings, "setu/b.txt", make_page(2))
    pipeline.run(settings)
    (settings.raw / "setu/b.txt").unlink()
    fault = warehouse.Fault("4xx_check_none", 1, ["row"], frozenset({"an article of before"}))
    monkeypatch.setattr(warehouse, "check", lambda *args: [fault])
    with pytest.raises(RunError, match="4xx_check_none"):
        pipeline.run(settings)


def test_a_file_that_is_too_large_is_no_change_each_time(settings: Settings) -> None:
    small = replace(settings, max_file_bytes=10)
    write(settings, "setu/a.txt", make_page(1))
    assert pipeline.run(small).files_quarantined == 1
    assert pipeline.run(small).status == "unchanged"


def test_a_file_that_waited_while_the_rules_changed_is_taken_up_next(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "setu/a.txt", make_page(1))
    write(settings, "setu/b.txt", make_page(2))
    pipeline.run(settings)
    monkeypatch.setattr(pipeline, "rules_version", lambda settings: "other")
    real = batches.read_file

    def unsettled(file, *rest):  # type: ignore[no-untyped-def]
        if file.path == "setu/a.txt":
            raise Unsettled("setu/a.txt: it is being written")
        return real(file, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(batches, "read_file", unsettled)
        assert pipeline.run(settings).files_waiting == 1
    assert pipeline.run(settings).articles_cleaned == 1
    assert ask(settings, "select distinct rules_version from articles") == [("other",)]
    assert pipeline.run(settings).status == "unchanged"
