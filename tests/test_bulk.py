"""Files of many documents through whole runs: their records are pages like any other, and each is worked on once."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import make_page
from helpers.bulk import Fields, json_lines, pack, parquet, to_html, warc_record

from flows import batches, pipeline, warehouse
from flows.bulk import batches as bulk_batches
from flows.bulk import spool
from flows.settings import Settings, UsageError
from flows.verify import verify

SLOGAN = "नदी किनारे की चिट्ठी, हर रविवार"


def page(number: int, footer: str | None = None) -> Fields:
    return {
        "text": make_page(number, footer),
        "url": f"https://setu.example/{number}",
        "date": "2024-05-01",
        "id": f"n{number}",
    }


def write(settings: Settings, path: str, data: bytes) -> Path:
    return pack(settings.raw / path, data)


def ask(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    return list(warehouse.query(settings.warehouse, sql).rows)


def digest(settings: Settings) -> str:
    return warehouse.digest(settings.warehouse).sha256


def scratch(settings: Settings, folder: Path, **changes: object) -> str:
    """The digest of the same raw folder, built from nothing elsewhere."""
    anew = replace(settings, warehouse=folder / "anew" / "news.duckdb", **changes)  # type: ignore[arg-type]
    pipeline.run(anew)
    return digest(anew)


def read_records(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Fills with the numbers of the records that runs read from now on."""
    numbers: list[int] = []
    real = bulk_batches.read_record

    def noted(record, *rest):  # type: ignore[no-untyped-def]
        numbers.append(record.number)
        return real(record, *rest)

    monkeypatch.setattr(bulk_batches, "read_record", noted)
    return numbers


def test_a_bulk_file_is_its_documents(settings: Settings, tmp_path: Path) -> None:
    """Up to paths and ids: the same rows as from a file for each; in every container the same."""
    pages = [make_page(n, SLOGAN) for n in range(12)]
    html = [to_html(text) for text in pages]
    single = replace(settings, raw=tmp_path / "single", warehouse=tmp_path / "single.duckdb")
    for number, text in enumerate(pages):
        write(single, f"setu/{number:02}.txt", text.encode())
        write(single, f"ghat/{number:02}.html", html[number].encode())
        said = {"url": f"https://ghat.example/{number}", "fetched_at": "2024-05-01T06:30:00Z"}
        write(single, f"ghat/{number:02}.html.meta.json", json.dumps(said).encode())
    write(settings, "setu/a.jsonl.zst", json_lines({"text": text} for text in pages[:5]))
    write(settings, "setu/b.parquet", parquet({"text": text} for text in pages[5:]))
    responses = [warc_record(text.encode(), f"https://ghat.example/{n}") for n, text in enumerate(html)]
    write(settings, "ghat/c.warc.gz", b"".join(responses))
    for one in (single, settings):
        assert pipeline.run(one).files_quarantined == 0
    columns = "site, url, language, title, author, published_on, fetched_at, body, word_count, content_sha256"
    tables = (
        f"select {columns} from articles order by all",
        "select site, raw_start, raw_text, role, paragraph_no, rule_id, evidence from blocks join articles using"
        " (article_id) order by all",
        "select site, pattern, role, article_count, status, zone from site_templates order by all",
    )
    for sql in tables:
        assert ask(settings, sql) == ask(single, sql)
    assert ask(settings, "select count(*) from site_templates where status = 'accepted'") != [(0,)]
    assert ask(settings, "select source_record from articles where source_path = 'setu/b.parquet' order by 1") == [
        (number,) for number in range(1, 8)
    ]
    assert verify(settings) == []
    assert pipeline.run(settings).status == "unchanged"


def test_only_the_records_that_changed_are_worked_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = read_records(monkeypatch)
    write(settings, "a.jsonl", json_lines(page(n) for n in range(6)))
    write(settings, "b.txt", make_page(20).encode())
    pipeline.run(settings)
    assert numbers == [1, 2, 3, 4, 5, 6]
    before = ask(settings, "select article_id, run_id from articles order by source_record")
    numbers.clear()
    write(settings, "a.jsonl", json_lines([page(0), page(1), page(9), "", page(4), page(5), page(7)]))
    outcome = pipeline.run(settings)
    assert (numbers, outcome.articles_cleaned, outcome.files_changed) == ([3, 7], 2, 1)
    after = dict(ask(settings, "select article_id, run_id from articles"))
    assert [after.get(article) == run for article, run in before] == [True] * 3 + [False] * 2 + [True] * 2
    changes = "select source_record, version, change from article_versions join articles using (article_id)"
    assert ask(settings, f"{changes} where version > 1") == [(3, 2, "changed")]
    assert ask(settings, "select count(*) from article_versions where change = 'deleted'") == [(1,)]
    assert digest(settings) == scratch(settings, tmp_path)
    numbers.clear()
    write(settings, "a.jsonl.meta.json", b'{"site": "setu"}')
    pipeline.run(settings)
    assert numbers == [1, 2, 3, 5, 6, 7], "what the sidecar says is part of each record"


def test_one_bad_record_costs_itself_alone(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    bad = ["{", '{"text": 5}', {"text": " "}, {"text": "Facebook Twitter\n\nRelated posts"}, "[" * 100_000]
    path = write(settings, "setu/a.jsonl", json_lines([page(0), *bad, page(1)]))
    write(settings, "setu/none.jsonl", json_lines(["{", "["]))
    write(settings, "setu/empty.jsonl", b"\n\n")
    outcome = pipeline.run(settings)
    assert (outcome.files_quarantined, outcome.records_rejected) == (2, 7)
    assert ask(settings, "select source_record from articles order by 1") == [(1,), (7,)]
    codes = "select source_record, error_code from records where error_code is not null"
    assert ask(settings, f"{codes} and source_path = 'setu/a.jsonl' order by 1") == [
        (2, "bad_record"),
        (3, "bad_record"),
        (4, "empty"),
        (5, "no_article"),
        (6, "bad_record"),
    ]
    rows = ask(settings, "select path, status, error_code, error_message from files order by path")
    assert [row[:3] for row in rows] == [
        ("setu/a.jsonl", "loaded", "bad_record"),
        ("setu/empty.jsonl", "quarantined", "empty"),
        ("setu/none.jsonl", "quarantined", "bad_record"),
    ]
    assert str(rows[0][3]).startswith("5 of 7 records could not be used; the first is record 2, bad_record: ")
    from flows.state import show_status

    show_status(settings)
    shown = capsys.readouterr().out
    assert "setu/a.jsonl#2" in shown and "5 of 7 records" in shown.replace("\n", " ")
    assert pipeline.run(settings).status == "unchanged"
    write(settings, "setu/a.jsonl", json_lines([page(0), page(2), *bad[1:], page(1)]))
    assert pipeline.run(settings).articles_cleaned == 1
    path.unlink()
    pipeline.run(settings)
    assert ask(settings, "select count(*) from articles") == [(0,)]
    assert ask(settings, "select distinct source_path from records") == [("setu/none.jsonl",)]


def test_a_file_that_is_cut_short_keeps_what_stands_before(settings: Settings, tmp_path: Path) -> None:
    whole = b"".join(warc_record(to_html(make_page(n)).encode(), f"https://setu.example/{n}") for n in range(8))
    path = write(settings, "a.warc", whole[: len(whole) * 3 // 4 - 10])
    pipeline.run(settings)
    ((status, code, message),) = ask(settings, "select status, error_code, error_message from files")
    assert (status, code) == ("loaded", "bad_archive")
    assert str(message).startswith("its WARC data is cut short after record 5")
    assert verify(settings) == []
    path.write_bytes(whole)
    assert pipeline.run(settings).articles_cleaned == 3
    assert ask(settings, "select status, error_code from files") == [("loaded", None)]
    assert digest(settings) == scratch(settings, tmp_path)
    path.write_bytes(whole[:40])
    pipeline.run(settings)
    assert ask(settings, "select status, error_code from files") == [("quarantined", "bad_archive")]


def test_templates_are_learned_from_records_and_clean_only_those_that_hold_them(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(settings, "setu/a.jsonl", json_lines(page(n, SLOGAN if n < 4 else None) for n in range(6)))
    pipeline.run(settings)
    four = digest(settings)
    assert ask(settings, "select count(*) from articles where contains(body, 'नदी किनारे')") == [(4,)]
    numbers = read_records(monkeypatch)
    write(settings, "setu/b.txt", make_page(4, SLOGAN).encode())
    assert pipeline.run(settings).articles_recleaned == 4
    assert numbers == [1, 2, 3, 4]
    assert ask(settings, "select count(*) from articles where contains(body, 'नदी किनारे')") == [(0,)]
    assert ask(settings, "select count(*) from article_versions where change = 'recleaned'") == [(4,)]
    numbers.clear()
    (settings.raw / "setu/b.txt").unlink()
    # The file changes in the same run in which other records of it become stale.
    first.write_bytes(json_lines([*(page(n, SLOGAN) for n in range(3)), page(30), page(4), page(5)]))
    pipeline.run(settings)
    assert sorted(numbers) == [1, 2, 3, 4]
    assert digest(settings) == scratch(settings, tmp_path)
    first.write_bytes(json_lines(page(n, SLOGAN if n < 4 else None) for n in range(6)))
    pipeline.run(settings)
    assert digest(settings) == four


@pytest.mark.parametrize(
    "now",
    [
        pytest.param([0, 1, 2, 3, 7], id="more records", marks=pytest.mark.soak),
        pytest.param([0, 1], id="fewer"),
        pytest.param([], id="none", marks=pytest.mark.soak),
    ],
)
def test_a_stale_file_that_moves_on_meanwhile_is_taken_up_whole_by_the_next_run(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: list[int]
) -> None:
    write(settings, "setu/a.jsonl", json_lines(page(n, SLOGAN) for n in range(4)))
    pipeline.run(settings)
    write(settings, "setu/b.txt", make_page(4, SLOGAN).encode())
    real = pipeline.learn_templates

    def touches(*args):  # type: ignore[no-untyped-def]
        stale = real(*args)
        write(settings, "setu/a.jsonl", json_lines(page(n, SLOGAN) for n in now))
        return stale

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "learn_templates", touches)
        assert pipeline.run(settings).files_waiting == 1
    assert pipeline.run(settings).articles_cleaned == len(now)
    assert digest(settings) == scratch(settings, tmp_path)


@pytest.mark.soak
def test_parts_leave_no_trace(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "setu/a.jsonl.gz", json_lines(page(n, SLOGAN if n % 3 else None) for n in range(25)))
    write(settings, "b.parquet", parquet((page(n) for n in range(25, 40)), row_group_size=4))
    pipeline.run(settings)
    monkeypatch.setattr(spool, "MOST_RECORDS", 3)
    assert digest(settings) == scratch(settings, tmp_path, batch_bytes=20_000)


def test_replay_reads_the_bad_records_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "setu/a.jsonl", json_lines(page(n) for n in range(3)))
    real = bulk_batches.read_record

    def breaks(record, *rest):  # type: ignore[no-untyped-def]
        if record.number == 2:
            raise ZeroDivisionError("injected")
        return real(record, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(bulk_batches, "read_record", breaks)
        pipeline.run(settings)
    assert ask(settings, "select error_code from records order by source_record") == [(None,), ("failed",), (None,)]
    assert warehouse.known_files(settings.warehouse).files["setu/a.jsonl"].has_error
    numbers = read_records(monkeypatch)
    pipeline.run(settings, replay=frozenset({"setu/a.jsonl"}))
    assert numbers == [2]
    assert ask(settings, "select status, error_code from files") == [("loaded", None)]


def test_a_bad_record_that_is_gone_is_gone_for_a_replay_too(settings: Settings) -> None:
    write(settings, "setu/a.jsonl", json_lines([page(0), page(1), "{"]))
    pipeline.run(settings)
    write(settings, "setu/a.jsonl", json_lines([page(0), page(1)]))
    pipeline.run(settings, replay=frozenset({"setu/a.jsonl"}))
    assert ask(settings, "select status, error_code from files") == [("loaded", None)]
    assert ask(settings, "select source_record from records order by 1") == [(1,), (2,)]


def test_a_bug_of_ours_in_a_step_costs_one_record(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "setu/a.jsonl", json_lines(page(n) for n in range(3)))
    real = batches.segment

    def breaks(documents):  # type: ignore[no-untyped-def]
        if any("खबर 1" in text for text in documents["text"]):
            raise ZeroDivisionError("injected")
        return real(documents)

    monkeypatch.setattr(batches, "segment", breaks)
    pipeline.run(settings)
    assert ask(settings, "select source_record, error_code from records where error_code is not null") == [
        (2, "failed")
    ]


def test_a_file_may_be_written_anew_with_fewer_records(settings: Settings) -> None:
    path = write(settings, "setu/a.jsonl", json_lines(page(n) for n in range(40)))
    pipeline.run(settings)
    path.write_bytes(json_lines(page(n) for n in range(10)))
    pipeline.run(settings)
    assert ask(settings, "select count(*) from articles") == [(10,)]
    assert ask(settings, "select count(*) from article_versions where change = 'deleted'") == [(30,)]


@pytest.mark.soak
def test_losing_every_record_of_many_files_publishes_nothing(settings: Settings) -> None:
    paths = [write(settings, f"setu/{n}.jsonl", json_lines([page(n)])) for n in range(25)]
    pipeline.run(settings)
    before = digest(settings)
    for path in paths:
        path.write_bytes(json_lines([{"text": ""}]))
    with pytest.raises(pipeline.RunError, match=r"25 of 2\d loaded files.*--accept-loss"):
        pipeline.run(settings)
    assert digest(settings) == before


def test_a_rebuild_reads_every_record_and_keeps_history(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "setu/a.jsonl", json_lines([page(0), "{", page(1)]))
    pipeline.run(settings)
    write(settings, "setu/a.jsonl", json_lines([page(2), "{", page(1)]))
    pipeline.run(settings)
    before, history = digest(settings), ask(settings, "select * from article_versions order by all")
    numbers = read_records(monkeypatch)
    pipeline.run(replace(settings, rebuild=True))
    assert numbers == [1, 2, 3]
    assert (digest(settings), ask(settings, "select * from article_versions order by all")) == (before, history)


def test_verify_finds_a_record_that_is_not_what_the_warehouse_says(settings: Settings) -> None:
    path = write(settings, "setu/a.jsonl", json_lines(page(n) for n in range(3)))
    pipeline.run(settings)
    assert verify(settings) == []
    settings.warehouse.chmod(0o644)
    import duckdb

    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("update blocks set raw_text = replace(raw_text, 'खबर 1', 'खबर 2')")
        connection.execute("update records set error_code = 'empty' where source_record = 1")
        connection.execute("delete from articles where source_record = 3")
    found = verify(settings)
    assert [fault for fault in found if fault.startswith("setu/a.jsonl#2: promise 1: the blocks are not")]
    assert {
        "setu/a.jsonl#1: promise 1: empty, yet an article",
        "setu/a.jsonl#3: promise 1: no error, yet no article",
    } <= {*found}
    path.write_bytes(json_lines(page(n) for n in range(4)))
    assert "the raw file changed since the last run" in verify(settings)[0]


def test_verify_reads_files_of_any_name(settings: Settings) -> None:
    try:
        for number, name in enumerate(("a'b [1]*?", "caf\udce9", "नाम\n%41")):
            write(settings, f"setu/{name}.parquet", parquet([page(number)]))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    pipeline.run(settings)
    assert ask(settings, "select count(*) from articles") == [(3,)]
    assert verify(settings) == []


def test_verify_reads_what_a_run_reads_of_odd_records(settings: Settings) -> None:
    write(
        settings,
        "setu/a.jsonl",
        json_lines([{"html": 5, **page(0)}, json.dumps(page(1)).replace("{", '{"html": ' + "9" * 5000 + ", ", 1)]),
    )
    headers = [("Content-Type", "text/html"), ("Transfer-Encoding", "Chunked")]
    html = to_html(make_page(2)).encode()
    bodies = (b"%x\r\n%s\r\n0\r\nX: y\r\n\r\n" % (len(html), html), b"5\r\n" + html, b"-5\r\n" + html)
    write(settings, "setu/b.warc", b"".join(warc_record(body, headers=headers) for body in bodies))
    pipeline.run(settings)
    assert ask(settings, "select count(*) from articles") == [(5,)]
    assert verify(settings) == []


def test_one_record_of_a_file(settings: Settings) -> None:
    from flows.onepage import PageError, read_page

    path = write(settings, "setu/a.jsonl", json_lines([page(0), "{", page(1)]))
    one = read_page(settings, path, 3, templates=False)
    assert one.articles[0]["title"] == read_page(settings, Path(f"{path}#3"), templates=False).articles[0]["title"]
    assert one.articles[0]["source_record"] == 3
    with pytest.raises(UsageError, match=r"holds many documents; name one .*--record 1, or .*a\.jsonl#1"):
        read_page(settings, path, templates=False)
    with pytest.raises(UsageError, match="no record 4"):
        read_page(settings, path, 4, templates=False)
    with pytest.raises(PageError, match="bad_record"):
        read_page(settings, path, 2, templates=False)
    single = write(settings, "setu/a#1.txt", make_page(1).encode())
    assert read_page(settings, single, templates=False).articles[0]["source_record"] == 0
    with pytest.raises(UsageError, match="leave out --record"):
        read_page(settings, single, 1, templates=False)


def test_a_worker_that_dies_costs_the_record_that_kills_it(tmp_path: Path) -> None:
    """What is left of a part is halved until one record stands alone."""
    work = tmp_path
    (work / "raw").mkdir()
    settings = Settings(raw=work / "raw", warehouse=work / "news.duckdb")
    write(settings, "setu/a.jsonl", json_lines(page(n) for n in range(3)))
    from flows.files import scan

    (file,) = scan(settings.raw).files
    job = pickle.loads(pickle.dumps(spool.UnpackJob(file, "b0")))
    _, (part,) = bulk_batches.unpack_file(settings, work, job)
    part = pickle.loads(pickle.dumps(part))
    first, second = bulk_batches.halve_part(work, part)
    assert [record.number for half in (first, second) for _, record in spool.read_spool(work, half)] == [1, 2, 3]
    assert bulk_batches.halve_part(work, first) == []
    assert bulk_batches.give_up_part(work, first, "it died").documents == 1
    assert bulk_batches.read_part(settings, work, second).documents == 2
    import polars as pl

    rows = pl.read_parquet(work / "records" / "*.parquet").sort("source_record")
    assert rows.select("source_record", "error_code").rows() == [(1, "failed"), (2, None), (3, None)]


def test_html_that_calls_itself_text_is_read_as_a_page(settings: Settings) -> None:
    write(settings, "setu/a.txt", to_html(make_page(1)).encode())
    write(settings, "setu/b.txt", f"<b> {make_page(2)}".encode())
    pipeline.run(settings)
    assert ask(settings, "select path, format from files order by path") == [
        ("setu/a.txt", "html"),
        ("setu/b.txt", "text"),
    ]
    assert ask(settings, "select count(*) from articles where contains(body, '<p>')") == [(0,)]
    assert verify(settings) == []


def test_a_damaged_start_is_no_bug_of_ours(settings: Settings) -> None:
    write(settings, "setu/a.parquet", b"no Parquet")
    (settings.raw / "setu/b.jsonl.gz").write_bytes(b"no gzip")
    write(settings, "setu/c.warc", b"<html>")
    assert pipeline.run(settings).files_quarantined == 3
    assert ask(settings, "select distinct status, error_code from files") == [("quarantined", "bad_archive")]
