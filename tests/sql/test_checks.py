"""Every check of sql/4* lets a sound generation pass and sees the fault that it is for."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from helpers.parts import DAWN, Name, Page, load, make_page, make_run, parts_of, publish, quarantined

from flows import warehouse
from flows.pipeline import Outcome, RunError, RunRecord, check_and_publish
from flows.settings import Settings
from flows.warehouse import checks
from flows.warehouse import connection as connection_module

PAGE = Page(
    "setu/1.txt",
    [
        ("title", "खबर"),
        ("standfirst", "मोदी और पुतिन की बात"),
        ("blank", " "),
        ("body", "मोदी ने कहा “हाँ”।"),
        ("share", "शेयर करें"),
    ],
    names=(Name("मोदी", curated_id="modi"), Name("पुतिन", full="व्लादिमीर पुतिन")),
)

#: A record that could not be used.
RECORD = """insert into records by name
    select 'r' as article_id, 'setu/1.txt' as source_path, 1 as source_record, 'empty' as error_code,
        'blank' as error_message"""

#: (check, SQL that brings in the fault). The first article of the generation is PAGE; the first fault of a check is not
#: one that the end of a run repairs.
FAULTS = [
    ("401_check_ledger", "update blocks set raw_text = raw_text || 'x' where block_no = 1"),
    ("401_check_ledger", "delete from blocks where role = 'share'; delete from blocks where block_no = 1"),
    ("401_check_ledger", "update blocks set raw_start = raw_start + 1, raw_end = raw_end + 1 where role = 'share'"),
    ("401_check_ledger", "update blocks set block_no = block_no + 1 where block_no >= 2"),
    ("401_check_ledger", "update blocks set block_no = block_no + 1"),
    ("401_check_ledger", "update blocks set raw_start = raw_start + 1, raw_end = raw_end + 1"),
    ("401_check_ledger", "update blocks set raw_end = raw_start, raw_text = '' where role = 'share'"),
    ("402_check_kept_roles", "update blocks set is_kept = true where role = 'share'"),
    ("402_check_kept_roles", "update blocks set is_kept = false, paragraph_no = null where role = 'standfirst'"),
    ("402_check_kept_roles", "update blocks set paragraph_no = 3 where role = 'share'"),
    ("402_check_kept_roles", "update blocks set paragraph_no = null where role = 'body'"),
    ("402_check_kept_roles", "update blocks set role = 'blank' where role = 'share'"),
    ("403_check_body", "update articles set body = replace(body, 'कहा', 'बोला')"),
    ("403_check_body", "update articles set body = replace(body, 'मोदी ने', 'मोदीने पर')"),
    ("403_check_body", "update articles set body = replace(body, chr(10) || chr(10), ' ')"),
    ("403_check_body", "update articles set body = body || chr(10) || chr(10) || 'अधिक'"),
    ("403_check_body", "update articles set body = split_part(body, chr(10), 1)"),
    ("403_check_body", "update blocks set role = 'share', is_kept = false, paragraph_no = null where role = 'body'"),
    ("403_check_body", "update blocks set paragraph_no = -1 where role = 'body'"),
    ("404_check_body_shape", "update articles set body = ''"),
    ("404_check_body_shape", "update articles set body = body || ' '"),
    ("404_check_body_shape", "update articles set body = replace(body, ' ', '  ')"),
    ("404_check_body_shape", "update articles set body = replace(body, ' ', chr(160))"),
    ("404_check_body_shape", "update articles set body = replace(body, ' ', chr(9))"),
    ("404_check_body_shape", "update articles set body = replace(body, chr(10) || chr(10), chr(10))"),
    ("404_check_body_shape", "update articles set body = replace(body, chr(10), chr(10) || chr(10))"),
    ("404_check_body_shape", "update articles set body = body || chr(2392)"),  # क़ as one code point is not NFC
    ("405_check_surfaces", "update mentions set surface = 'मोदि' where surface = 'मोदी'"),
    ("405_check_surfaces", "update mentions set start_char = start_char + 1"),
    ("405_check_surfaces", "update mentions set end_char = end_char + 1"),
    ("405_check_surfaces", "update mentions set surface = '', end_char = start_char"),
    ("406_check_raw_spans", "update mentions set raw_start = raw_start + 1"),
    ("406_check_raw_spans", "update mentions set raw_end = raw_end + 2"),
    ("406_check_raw_spans", "update mentions set raw_start = 9000, raw_end = 9004"),
    ("407_check_ids", "update blocks set article_id = 'nobody' where block_no = 0"),
    ("407_check_ids", "update mentions set article_id = 'nobody'"),
    ("407_check_ids", "delete from blocks"),
    ("407_check_ids", "update mentions set entity_id = null where surface = 'मोदी'"),
    ("407_check_ids", "delete from entities where entity_id = 'modi'"),
    ("407_check_ids", "insert into entity_aliases values ('nobody', 'x', 'Latn', 'same', 1, 1)"),
    ("407_check_ids", "insert into entity_redirects values ('old', 'nobody', 'run1')"),
    ("407_check_ids", "insert into entity_redirects values ('modi', 'PERSON:व्लादिमीर पुतिन', 'run1')"),
    ("407_check_ids", "insert into entity_redirects values ('old', 'modi', 'no run')"),
    ("407_check_ids", "delete from mentions where surface = 'मोदी'"),
    ("407_check_ids", "update articles set run_id = 'no run'"),
    ("407_check_ids", "update files set first_run_id = 'no run'"),
    ("407_check_ids", "update files set last_run_id = 'no run'"),
    ("407_check_ids", "update generation set run_id = 'no run'"),
    ("408_check_entity_counts", "update entities set mention_count = mention_count + 1"),
    ("408_check_entity_counts", "update entities set article_count = article_count + 1"),
    ("408_check_entity_counts", "update entities set type = 'ORG'"),
    ("408_check_entity_counts", "update mentions set type = 'ORG' where start_char = 0"),
    ("408_check_entity_counts", "update entities set first_seen_at = null"),
    ("408_check_entity_counts", "update entities set last_seen_at = last_seen_at + interval 1 day"),
    ("408_check_entity_counts", "update entity_aliases set mention_count = mention_count - 1"),
    ("408_check_entity_counts", "delete from entity_aliases"),
    ("409_check_files", "delete from files"),
    ("409_check_files", "update files set status = 'deleted' where status = 'loaded'"),
    ("409_check_files", "update files set status = 'loaded' where status = 'quarantined'"),
    ("409_check_files", "update files set error_message = null where status = 'quarantined'"),
    ("409_check_files", "update files set error_code = 'empty' where status = 'loaded'"),
    ("410_check_article_versions", "delete from article_versions"),
    ("410_check_article_versions", "update article_versions set version = 2"),
    ("410_check_article_versions", "update article_versions set valid_to = valid_from + interval 1 day"),
    ("410_check_article_versions", "update article_versions set change = 'changed'"),
    ("410_check_article_versions", "update article_versions set change = 'deleted', body = null"),
    ("410_check_article_versions", "update article_versions set body = 'anders'"),
    ("410_check_article_versions", "update articles set title = 'anders'"),
    (
        "410_check_article_versions",
        "insert into article_versions select 'gone', 1, valid_from, null, 'created', title, body from article_versions",
    ),
    (
        "410_check_article_versions",
        "insert into article_versions select article_id, 2, valid_from, null, 'changed', title, body"
        " from article_versions",
    ),
    ("411_check_keys", "insert into files from files limit 1"),
    ("411_check_keys", "insert into runs from runs"),
    ("411_check_keys", "insert into articles from articles limit 1"),
    ("411_check_keys", "insert into articles select * replace ('other' as article_id) from articles limit 1"),
    ("411_check_keys", "insert into site_templates from site_templates limit 1"),
    ("411_check_keys", "insert into entities from entities limit 1"),
    ("411_check_keys", "insert into entity_aliases from entity_aliases limit 1"),
    ("411_check_keys", "insert into mentions from mentions limit 1"),
    ("411_check_keys", "insert into links from links limit 1"),
    ("411_check_keys", "insert into generation from generation"),
    ("411_check_keys", "delete from generation"),
    ("411_check_keys", f"{RECORD} from range(2)"),
    ("412_check_vocabularies", RECORD.replace("empty", "odd")),
    ("415_check_records", RECORD.replace("setu", "nowhere")),
    ("415_check_records", RECORD.replace("'empty'", "null")),
    ("415_check_records", RECORD.replace("'blank'", "null")),
    ("415_check_records", "update articles set source_record = 1"),
    ("412_check_vocabularies", "update blocks set role = 'advert' where role = 'share'"),
    ("412_check_vocabularies", "update mentions set type = 'GPE'"),
    ("412_check_vocabularies", "update files set status = 'unread'"),
    ("412_check_vocabularies", "update files set error_code = 'odd' where status = 'quarantined'"),
    ("412_check_vocabularies", "update articles set published_precision = 'hour'"),
    ("412_check_vocabularies", "update article_versions set change = 'edited'"),
    ("412_check_vocabularies", "update site_templates set status = 'maybe'"),
    ("412_check_vocabularies", "update site_templates set role = 'share'"),
    ("413_check_dates", "update articles set published_on = null"),
    ("413_check_dates", "update articles set published_at = null"),
    ("413_check_dates", "update articles set published_precision = null"),
    ("413_check_dates", "update articles set published_on = published_on + 2"),
    ("414_check_site_templates", "update site_templates set article_count = 9"),
    ("414_check_site_templates", "update site_templates set article_count = 0"),
    ("414_check_site_templates", "update site_templates set first_seen_at = null"),
    ("414_check_site_templates", "update site_templates set pattern = 'anders'"),
    ("414_check_site_templates", "delete from applied_templates"),
    ("414_check_site_templates", "update site_templates set status = 'proposed'"),
    ("421_check_search", "delete from search_articles where article_no = 1"),
    (
        "421_check_search",
        "insert into search_articles select * replace (99 as article_no) from search_articles limit 1",
    ),
    ("421_check_search", "update search_articles set article_id = 'x' where article_no = 1"),
    ("421_check_search", "delete from search_places where article_no = 1"),
    ("421_check_search", "update search_places set body_count = body_count + 1"),
    ("421_check_search", "delete from search_words where word = 'मोदी'"),
    ("421_check_search", "insert into search_words values (9999, 'x', 'x', true)"),
    ("421_check_search", "update search_words set is_spelling = false where word = 'मोदी'"),
    ("421_check_search", "insert into search_words select word_no + 1, word, term, false from search_words"),
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generation that was never published: PAGE, four pages with the same last line, a file in quarantine."""
    settings = Settings(warehouse=tmp_path_factory.mktemp("sound") / "news.duckdb", workers=1)
    others = [make_page(n, ("share", "शेयर करें")) for n in range(4, 8)]
    parts = parts_of([PAGE, *others])
    parts.files.append(quarantined("setu/empty.txt"))
    return load(settings, parts)


@pytest.fixture
def generation(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "generation.duckdb"))


def edit(path: Path, statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(statements)


def test_a_sound_generation_has_no_fault(sound: Path) -> None:
    assert [str(fault) for fault in warehouse.check(sound)] == []
    assert [str(fault) for fault in warehouse.check(sound, "run1")] == []


@pytest.mark.parametrize(("check", "statement"), FAULTS)
def test_a_check_sees_its_fault(generation: Path, check: str, statement: str) -> None:
    edit(generation, statement)
    assert check in {fault.check for fault in warehouse.check(generation)}


@pytest.mark.parametrize("check", sorted({check for check, _ in FAULTS}))
def test_a_fault_stops_publication(generation: Path, settings: Settings, check: str) -> None:
    """The run fails with the name of the check and a row, and whatever was published stays as it is."""
    edit(generation, next(statement for name, statement in FAULTS if name == check))
    settings.warehouse.write_bytes(b"published before")
    started_at = DAWN.isoformat()
    record = RunRecord("run1", started_at, "rules", "decisions")
    with pytest.raises(RunError, match=rf"nothing was published:\n(.*\n)*  {check}: \d+ rows?, such as \w+="):
        check_and_publish(settings, generation, record, Outcome("published", "run1", started_at, started_at))
    assert settings.warehouse.read_bytes() == b"published before"


def test_every_check_is_seen_to_bite() -> None:
    assert {check for check, _ in FAULTS} == {path.stem for path in warehouse.SQL.glob("4*.sql")}


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        ("पहला  शब्द\t है", "पहला शब्द है"),
        ("पहला\u00a0शब्द\u2003है", "पहला शब्द है"),
        ("पह\u00adला \u200bशब्द\ufeff है", "पहला शब्द है"),
        ("“पहला” ‘शब्द’ है", "\"पहला\" 'शब्द' है"),
        ("''पहला'' ``शब्द`` है", '"पहला" "शब्द" है'),
        ("\u0958लम और \u095eसल", "\u0915\u093cलम और \u092b\u093cसल"),
        ("क\u094d\u200dया बात", "क\u094dया बात"),
        ("कु\x1bछ\x07 है", "कुछ है"),
        ("न\u200c\u093cया", "\u0929या"),
        ("\u1fef पहला \u2018", "` पहला"),
    ],
    ids=[
        "spaces",
        "kinds of space",
        "format",
        "quotes",
        "doubled",
        "nukta",
        "joiner",
        "control",
        "composed",
        "singleton",
    ],
)
def test_what_normalisation_may_do_is_no_fault(settings: Settings, raw: str, body: str) -> None:
    parts = parts_of([Page("setu/1.txt", [("body", raw)])])
    parts.articles[0]["body"] = body
    assert [str(fault) for fault in warehouse.check(load(settings, parts))] == []


def test_a_paragraph_may_be_several_blocks_with_removed_ones_between(settings: Settings) -> None:
    parts = parts_of(
        [
            Page(
                "setu/1.txt",
                [("dateline", "दिल्ली।"), ("body", "पहला"), ("blank", ""), ("share", "x"), ("body", "दूसरा")],
            )
        ]
    )
    parts.articles[0]["body"] = "पहला दूसरा"
    parts.blocks[1]["paragraph_no"] = parts.blocks[4]["paragraph_no"] = 0
    assert [str(fault) for fault in warehouse.check(load(settings, parts))] == []


def test_a_mention_may_go_over_the_end_of_a_line(settings: Settings) -> None:
    """A hard-wrapped name: two blocks of one paragraph, a newline in the page, a space in the body."""
    page = Page("setu/1.txt", [("body", "कल व्लादिमीर"), ("body", "पुतिन आए")], names=(Name("व्लादिमीर"),))
    parts = parts_of([page])
    parts.articles[0]["body"] = "कल व्लादिमीर पुतिन आए"
    parts.blocks[1]["paragraph_no"] = 0
    parts.mentions[0] |= {"surface": "व्लादिमीर पुतिन", "end_char": 18, "raw_end": 18, "name": "व्लादिमीर पुतिन"}
    assert [str(fault) for fault in warehouse.check(load(settings, parts))] == []


def test_an_entity_without_a_dated_article_has_no_dates(settings: Settings) -> None:
    page = replace(make_page(1, names=(Name("मोदी"),)), published_at=None)
    assert [str(fault) for fault in warehouse.check(load(settings, [page]))] == []


def test_a_page_of_another_time_zone_may_print_the_next_day(settings: Settings) -> None:
    page = replace(make_page(1), published_at=DAWN + timedelta(hours=20))
    assert [str(fault) for fault in warehouse.check(load(settings, [page]))] == []


def test_an_article_whose_words_all_stand_in_another_is_missed(settings: Settings) -> None:
    generation = load(settings, [make_page(1), replace(make_page(1), path="setu/2.txt")])
    edit(generation, "delete from search_places where article_no = 2")
    assert [fault.check for fault in warehouse.check(generation, make_run(1).run_id)] == ["421_check_search"]


def test_with_a_run_only_its_articles_are_read_again(settings: Settings) -> None:
    publish(settings, [make_page(1)])
    generation = load(settings, [make_page(2)], 2)
    edit(generation, "update articles set body = 'anders' where source_path = 'setu/1.txt'")
    assert warehouse.check(generation, make_run(2).run_id) == []
    assert {fault.check for fault in warehouse.check(generation)} == {"403_check_body", "410_check_article_versions"}
    edit(generation, "update articles set body = 'anders' where source_path = 'setu/2.txt'")
    assert "403_check_body" in {fault.check for fault in warehouse.check(generation, make_run(2).run_id)}


@pytest.mark.parametrize(
    ("edited", "seen_whole", "seen_with_run"),
    [
        ("update blocks set paragraph_no = 3 where role = 'share' and article_id = $old", "402_check_kept_roles", ""),
        ("update entities set article_count = 9 where entity_id = 'putin'", "408_check_entity_counts", ""),
        ("update entities set mention_count = 9 where entity_id = 'putin'", *2 * ("408_check_entity_counts",)),
        ("update entity_aliases set mention_count = 9 where entity_id = 'putin'", *2 * ("408_check_entity_counts",)),
        ("update entities set article_count = 9 where entity_id = 'modi'", *2 * ("408_check_entity_counts",)),
        ("update article_versions set version = 2 where article_id = $old", "410_check_article_versions", ""),
        ("update article_versions set version = 2 where article_id = $new", *2 * ("410_check_article_versions",)),
        (
            "insert into mentions from mentions where article_id = $old limit 1",
            "411_check_keys",
            "408_check_entity_counts",
        ),
        ("insert into mentions from mentions where article_id = $new limit 1", *2 * ("411_check_keys",)),
        ("update search_places set body_count = 9 where article_no = 1", "421_check_search", ""),
    ],
)
def test_what_a_run_did_not_touch_is_left_to_verify(
    settings: Settings, edited: str, seen_whole: str, seen_with_run: str
) -> None:
    old, new = (
        make_page(number, ("share", "शेयर करें"), names=(Name(name, curated_id=entity),))
        for number, name, entity in ((1, "पुतिन", "putin"), (2, "मोदी", "modi"))
    )
    publish(settings, [old])
    generation = load(settings, [new], 2)
    edit(generation, edited.replace("$old", f"'{old.article_id}'").replace("$new", f"'{new.article_id}'"))
    assert seen_whole in {fault.check for fault in warehouse.check(generation)}
    faults = {fault.check for fault in warehouse.check(generation, make_run(2).run_id)}
    assert seen_with_run in faults if seen_with_run else not faults


def test_ranges_of_articles_leave_none_out(generation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "TOGETHER", 1)
    assert warehouse.check(generation) == []
    for edited in ("update articles set body = ' '", "update blocks set raw_end = raw_end + 1"):
        edit(generation, edited)
    counts = {fault.check: fault.count for fault in warehouse.check(generation)}
    articles, blocks = ask(generation, "select (select count(*) from articles), (select count(*) from blocks)")
    assert (counts["404_check_body_shape"], counts["401_check_ledger"]) == (articles, blocks)


def test_what_needs_more_memory_than_a_stage_takes_is_done_with_more(
    generation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "LEAST_LEAN_BYTES", 1_000_000)
    monkeypatch.setattr(connection_module, "LEAN_BYTES_A_THREAD", 0)
    with pytest.raises(warehouse.WarehouseError, match="Out of Memory"):
        lean_only(generation)
    assert warehouse.check(generation) == []


def lean_only(generation: Path) -> None:
    """As `check`, without a second try."""
    token = connection_module._IS_LEAN.set(True)
    try:
        warehouse.check.__wrapped__(generation)  # type: ignore[attr-defined]
    finally:
        connection_module._IS_LEAN.reset(token)


def ask(path: Path, sql: str) -> tuple[int, ...]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchone() or ()


def test_a_fault_says_which_rows_and_how_many(generation: Path) -> None:
    edit(generation, "update blocks set role = 'advert' where role = 'share'")
    (fault,) = warehouse.check(generation)
    assert str(fault) == "412_check_vocabularies: 1 row, such as column_name='blocks.role', word='advert'"
    edit(generation, "update articles set title = title || 'x'")
    fault = warehouse.check(generation)[0]
    assert fault.check == "410_check_article_versions"
    assert fault.count == 5
    assert len(fault.examples) == warehouse.EXAMPLES
