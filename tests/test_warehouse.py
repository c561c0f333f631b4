"""The warehouse takes a run's parts, whole or not at all, and its content depends on nothing but them."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from helpers.parts import (
    DAWN,
    Name,
    Page,
    ask,
    learn,
    load,
    make_page,
    make_run,
    parts_of,
    publish,
    quarantined,
)
from hypothesis import given
from hypothesis import strategies as st

from flows import warehouse
from flows.settings import Settings
from flows.warehouse import WarehouseError, loads

SLOGAN = "नदी की चिट्ठी हर रविवार"
PUTIN = Name("पुतिन", full="व्लादिमीर पुतिन")
MODI = Name("मोदी", curated_id="modi")
WRITER = """
import os, signal, sys, time
import duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("insert into runs by name select * replace ('smuggled' as run_id) from runs limit 1")
print("written", flush=True)
if sys.argv[2] == "die":
    os.kill(os.getpid(), signal.SIGKILL)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(warehouse=tmp_path_factory.mktemp("published") / "news.duckdb", workers=1)
    publish(settings, [make_page(n, ("share", SLOGAN), names=(PUTIN, MODI)) for n in range(5)])
    return settings


@pytest.fixture
def published(published_once: Settings, settings: Settings) -> Settings:
    """A published warehouse that the test may change."""
    shutil.copy(published_once.warehouse, settings.warehouse)
    return settings


@pytest.fixture(scope="module")
def one_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(warehouse=tmp_path_factory.mktemp("one") / "news.duckdb", workers=1)
    publish(settings, [make_page(1)])
    return settings.warehouse


@pytest.fixture
def one(one_once: Path, settings: Settings) -> None:
    """As after `publish(settings, [make_page(1)])`."""
    shutil.copy(one_once, settings.warehouse)


def edit(path: Path, *statements: str) -> None:
    """Change a file behind the back of the warehouse."""
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def start_writer(path: Path, end: str) -> subprocess.Popen[str]:
    path.chmod(0o644)
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path), end], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    if end == "die":
        process.wait()
    return process


# --- the look --------------------------------------------------------------------------------------------------------


def test_without_a_warehouse_nothing_is_known(settings: Settings) -> None:
    known = warehouse.known_files(settings.warehouse)
    assert (known.files, known.rules_version, known.is_outdated) == ({}, None, False)
    assert not settings.warehouse.exists()


def test_known_files_are_the_loaded_and_the_quarantined(settings: Settings) -> None:
    parts = parts_of([make_page(1), make_page(2)])
    parts.files.append(quarantined("setu/empty.txt"))
    publish(settings, parts)
    publish(settings, [], 2, gone=["setu/2.txt"], rules_version="newer")
    known = warehouse.known_files(settings.warehouse)
    assert {path: file.status for path, file in known.files.items()} == {
        "setu/1.txt": "loaded",
        "setu/empty.txt": "quarantined",
    }
    page = make_page(1)
    assert known.files["setu/1.txt"] == (f"stat {page.file_sha256}", True, page.file_sha256, None, "loaded", False)
    assert (known.rules_version, known.decisions_version) == ("newer", "decisions")
    assert not known.is_outdated


@pytest.mark.usefixtures("one")
def test_a_hundred_thousand_files_are_known_in_well_under_a_second(settings: Settings) -> None:
    edit(
        settings.warehouse,
        "insert into files by name select files.* replace (n || '.txt' as path, sha256(n::varchar) as sha256)"
        " from files, range(100_000) as numbers(n)",
    )
    start = time.process_time()
    known = warehouse.known_files(settings.warehouse)
    assert len(known.files) == 100_001
    assert time.process_time() - start < 1  # 0.3 s; of this process alone, for the machine may be busy


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda path: edit(path, "update generation set schema_version = 99"), r"newer Khabar \(tables of version 99"),
        (lambda path: edit(path, "drop table generation"), "is a DuckDB file, but no warehouse of Khabar"),
        (lambda path: (path.unlink(), path.write_text("words")), r"news\.duckdb can't be opened: IO Error"),
    ],
    ids=["newer", "foreign", "no database"],
)
@pytest.mark.usefixtures("one")
def test_a_file_of_another_kind_is_refused_in_one_line(settings: Settings, break_it, message: str) -> None:  # type: ignore[no-untyped-def]
    break_it(settings.warehouse)
    for use in (
        lambda: warehouse.known_files(settings.warehouse),
        lambda: warehouse.open_generation(settings, settings.work / "run"),
        lambda: warehouse.open_generation(settings, settings.work / "run", rebuild=True),
    ):
        with pytest.raises(WarehouseError, match=message) as raised:
            use()
        assert "\n" not in str(raised.value)


# --- clients that write ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("one")
def test_a_stray_wal_is_moved_aside_whole_and_never_replayed(settings: Settings) -> None:
    start_writer(settings.warehouse, "die")
    wal = settings.warehouse.with_name("news.duckdb.wal")
    left = wal.read_bytes()
    publish(settings, [make_page(2)], 2)
    assert ask(settings, "select run_id from runs order by 1") == [("run1",), ("run2",)]
    assert not wal.exists()
    (stray,) = (settings.state / "strays").iterdir()
    assert stray.read_bytes() == left


@pytest.mark.usefixtures("one")
def test_a_look_moves_a_stray_wal_too(settings: Settings) -> None:
    start_writer(settings.warehouse, "die")
    warehouse.known_files(settings.warehouse)
    assert not settings.warehouse.with_name("news.duckdb.wal").exists()
    assert ask(settings, "select run_id from runs") == [("run1",)]


@pytest.mark.usefixtures("one")
def test_a_wal_that_comes_up_during_a_run_does_not_reach_the_new_generation(settings: Settings) -> None:
    generation = load(settings, [make_page(2)], 2)
    start_writer(settings.warehouse, "die")
    warehouse.publish(generation, settings)
    assert ask(settings, "select run_id from runs order by 1") == [("run1",), ("run2",)]


@pytest.mark.usefixtures("one")
def test_a_client_that_writes_now_does_not_stop_a_run(settings: Settings) -> None:
    writer = start_writer(settings.warehouse, "stay")
    try:
        assert list(warehouse.known_files(settings.warehouse).files) == ["setu/1.txt"]
        publish(settings, [make_page(2)], 2)
        publish(settings, [make_page(1), make_page(2)], 3, rebuild=True)
    finally:
        writer.kill()
        writer.wait()
    assert ask(settings, "select run_id from runs order by 1") == [("run1",), ("run2",), ("run3",)]


def test_a_name_with_brackets_is_no_pattern(settings: Settings) -> None:
    settings = replace(settings, warehouse=settings.warehouse.with_name("n[1].duckdb"))
    publish(settings, [make_page(1)])
    others = [settings.warehouse.with_name(name) for name in ("n1.duckdb.wal", "n[1].duckdb.wal.mine")]
    for other in others:
        other.write_text("of somebody else")
    start_writer(settings.warehouse, "die")
    publish(settings, [make_page(2)], 2)
    assert all(other.exists() for other in others)
    assert not settings.warehouse.with_name("n[1].duckdb.wal").exists()


# --- a generation ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("one")
def test_loads_leave_the_published_file_alone(settings: Settings) -> None:
    before = settings.warehouse.read_bytes()
    load(settings, [make_page(1), make_page(2)], 2)
    assert settings.warehouse.read_bytes() == before


@pytest.mark.usefixtures("one")
def test_every_client_since_1_4_can_read_the_file(settings: Settings) -> None:
    publish(settings, [make_page(2)], 2)
    ((tags,),) = rows(settings.warehouse, "select tags from duckdb_databases() where database_name = 'news'")
    assert str(tags["storage_version"]).startswith("v1.4.0")  # type: ignore[index]


def test_articles_loaded_some_at_a_time_are_the_same_in_the_same_order(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [make_page(n, ("share", SLOGAN), names=(Name("मोदी"), Name("पुतिन"))) for n in range(9)]
    publish(settings, pages)
    at_once = warehouse.digest(settings.warehouse)
    monkeypatch.setattr(loads, "TOGETHER", 2)
    publish(settings, pages, 2, rebuild=True)
    assert warehouse.digest(settings.warehouse) == at_once
    for table in ("articles", "blocks", "mentions"):
        ids = [row[0] for row in ask(settings, f"select article_id from {table} order by rowid")]
        assert ids == sorted(ids)
        assert len(set(ids)) == 9


def test_a_rebuild_gives_the_same_content_and_carries_the_history(settings: Settings) -> None:
    pages = [make_page(n, ("share", SLOGAN), names=(Name("मोदी"), Name("पुतिन"))) for n in range(6)]
    publish(settings, pages[:3])
    publish(settings, pages[2:], 2, joined={"मोदी": "पुतिन"})
    content, history = warehouse.digest(settings.warehouse), ask(settings, "from article_versions order by all")
    publish(settings, pages, 3, joined={"मोदी": "पुतिन"}, rebuild=True)
    assert warehouse.digest(settings.warehouse) == content
    assert ask(settings, "from article_versions order by all") == history
    assert ask(settings, "select run_id from runs order by 1") == [("run1",), ("run2",), ("run3",)]
    assert ask(settings, "select old_id, entity_id from entity_redirects") == [("PERSON:मोदी", "PERSON:पुतिन")]
    assert ask(settings, "select distinct first_run_id, last_run_id from files order by 1") == [
        ("run1", "run3"),
        ("run2", "run3"),
    ]


def test_a_rebuild_forgets_a_file_that_it_could_not_read(settings: Settings) -> None:
    publish(settings, [make_page(1), make_page(2)])
    publish(settings, [make_page(1)], 2, rebuild=True)
    assert list(warehouse.known_files(settings.warehouse).files) == ["setu/1.txt"]
    assert ask(settings, "select count(*) from article_versions where change = 'deleted'") == [(1,)]


def test_a_folder_that_can_not_be_written_gives_one_clear_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nowhere = replace(settings, warehouse=tmp_path / "file" / "news.duckdb")
    with pytest.raises(WarehouseError, match=r"can't write in .*: Not a directory"):
        warehouse.open_generation(nowhere, nowhere.work / "run")


def test_a_work_folder_on_another_file_system_gives_one_clear_line(settings: Settings) -> None:
    """Said before the work is done, not at the swap."""
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == settings.warehouse.parent.stat().st_dev:
        pytest.skip("there is no second file system at /dev/shm")
    with tempfile.TemporaryDirectory(dir=elsewhere) as folder:
        settings.state.symlink_to(folder)
        with pytest.raises(WarehouseError, match=r"is on another file system than .*; make \.khabar a folder"):
            warehouse.open_generation(settings, settings.work / "run")


def test_a_folder_without_permission_gives_one_clear_line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal is made up: to root, as which many machines run their tests, no folder is closed."""
    generation = load(settings, [make_page(1)])

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(WarehouseError, match=r"can't publish .*: Permission denied"):
        warehouse.publish(generation, settings)


# --- site templates --------------------------------------------------------------------------------------------------


def templates(settings: Settings, pages: list[Page]) -> dict[str, tuple[object, ...]]:
    generation = load(settings, pages)
    found = rows(
        generation, "select pattern, status, article_count, role, zone from site_templates where site = 'setu'"
    )
    return {str(row[0]): row[1:] for row in found}


@pytest.mark.parametrize(
    ("holders", "status"),
    [(2, None), (3, "proposed"), (4, "proposed"), (5, "accepted"), (9, "accepted")],
)
def test_a_line_of_enough_articles_is_a_template(settings: Settings, holders: int, status: str | None) -> None:
    pages = [make_page(n, ("share", SLOGAN)) for n in range(holders)] + [make_page(n) for n in range(20, 24)]
    expected = {} if status is None else {SLOGAN: (status, holders, "other", "tail")}
    assert templates(settings, pages) == expected


@pytest.mark.parametrize(
    ("line", "holders", "status"),
    [
        ("आगे क्या", 5, "proposed"),
        ("आगे क्या", 14, "proposed"),
        ("आगे क्या", 15, "accepted"),
        ("यह ख़बर भी ज़रूर पढ़ें", 5, "accepted"),
    ],
    ids=["subhead of 5", "subhead of 14", "subhead of 15", "longer line of 5"],
)
def test_a_short_line_inside_articles_must_recur_more_often(
    settings: Settings, line: str, holders: int, status: str
) -> None:
    pages = [make_page(n, ("subhead", line), ("body", f"तीसरी बात {n}")) for n in range(holders)]
    assert templates(settings, pages)[line] == (status, holders, "other", "inside")


def test_a_line_above_the_article_is_a_site_header(settings: Settings) -> None:
    pages = [
        Page(f"setu/{n}.txt", [("site_header", SLOGAN), ("body", f"बात {n}"), ("body", f"और {n}")]) for n in range(5)
    ]
    assert templates(settings, pages)[SLOGAN] == ("accepted", 5, "site_header", "head")


def test_the_zone_is_the_most_common_one_and_of_equals_the_first_by_name(settings: Settings) -> None:
    head = [Page(f"setu/h{n}.txt", [("share", SLOGAN), ("body", f"ऊपर {n}")]) for n in range(2)]
    tail = [Page(f"setu/t{n}.txt", [("body", f"नीचे {n}"), ("share", SLOGAN)]) for n in range(3)]
    assert templates(settings, head + tail)[SLOGAN][3] == "tail"
    assert templates(settings, head + tail[:2])[SLOGAN][3] == "head"


def copies(prefix: str, shared: int, own: int, count: int) -> list[Page]:
    """Pages with the slogan that share some paragraphs and have others of their own."""
    return [
        Page(
            f"setu/{prefix}{n}.txt",
            [("body", f"{prefix} साझा {k}") for k in range(shared)]
            + [("body", f"{prefix} अपना {n} {k}") for k in range(own)]
            + [("share", SLOGAN)],
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("shared", "own", "count"),
    [(2, 0, 1), (2, 2, 1), (2, 3, 6), (1, 1, 1), (1, 2, 6), (0, 1, 6)],
    ids=["equal", "half", "less than half", "one of two", "one of three", "nothing"],
)
def test_near_copies_count_once(settings: Settings, shared: int, own: int, count: int) -> None:
    found = templates(settings, copies("क", shared, own, 6) + copies("ख", 0, 3, 2))
    assert found[SLOGAN][1] == count + 2


def test_half_is_of_the_larger_page(settings: Settings) -> None:
    short = Page("setu/short.txt", [("body", "साझा"), ("share", SLOGAN)])
    long = Page("setu/long.txt", [*(("body", f"{n} अपना") for n in range(2)), ("body", "साझा"), ("share", SLOGAN)])
    assert templates(settings, [short, long, *copies("ख", 0, 3, 2)])[SLOGAN][1] == 4


def test_copies_of_copies_are_one_group(settings: Settings) -> None:
    chain = [
        Page(f"setu/{n}.txt", [("body", f"कड़ी {n}"), ("body", f"कड़ी {n + 1}"), ("share", SLOGAN)]) for n in range(6)
    ]
    assert templates(settings, chain + copies("ख", 0, 3, 2))[SLOGAN][1] == 3


def test_pages_without_prose_stand_alone(settings: Settings) -> None:
    assert templates(settings, copies("क", 0, 0, 5))[SLOGAN][1] == 5


def test_a_paragraph_of_a_hundred_pages_makes_no_copies(settings: Settings) -> None:
    """A long notice on every page of a site must not make one article of its short reports."""
    found = templates(settings, copies("क", 1, 1, 101))
    assert found[SLOGAN][:2] == ("accepted", 101)


def test_sites_learn_apart_and_pages_without_a_site_not_at_all(settings: Settings) -> None:
    pages = [make_page(n, ("share", SLOGAN)) for n in range(4)]
    pages += [make_page(n, ("share", SLOGAN), site="ghat") for n in range(4)]
    pages += [replace(make_page(n, ("share", SLOGAN), site="none"), site=None) for n in range(9)]
    generation = learn(settings, pages)
    assert rows(generation, "select site, status from site_templates order by all") == [
        ("ghat", "proposed"),
        ("setu", "proposed"),
    ]


def test_a_refused_line_is_no_template_until_the_user_takes_it_back(settings: Settings) -> None:
    pages = [make_page(n, ("share", SLOGAN)) for n in range(5)]
    settings.state.mkdir()
    settings.refused_templates.write_text(f"site,pattern\nsetu,{SLOGAN}\n", encoding="utf-8")
    publish(settings, pages)
    assert ask(settings, "select pattern, status from site_templates") == [(SLOGAN, "refused")]
    settings.refused_templates.unlink()
    work = settings.work / "run2"
    generation = warehouse.open_generation(settings, work)
    stale = warehouse.learn_templates(generation, work, settings, warehouse.read_refused(settings))
    assert stale == [page.path for page in pages]
    assert rows(generation, "select status from site_templates") == [("accepted",)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("site\nsetu\n", r"line 1: \['site'\] is not the header", id="column"),
        pytest.param("setu,line\n", r"line 1: \['setu', 'line'\] is not the header", id="header"),
        pytest.param("site,pattern\nsetu\n", r"line 2: .* is not a site and a pattern", id="row"),
        pytest.param(
            "site,pattern\nsetu,a\nsetu,one, two\n", r"line 3: .* stands in quotes", id="comma without quotes"
        ),
    ],
)
def test_a_list_of_refused_lines_that_is_none_is_refused(settings: Settings, text: str, fault: str) -> None:
    settings.state.mkdir()
    settings.refused_templates.write_text(text, encoding="utf-8")
    with pytest.raises(WarehouseError, match=rf"refused_templates\.csv, {fault}"):
        warehouse.read_refused(settings)


def stale(settings: Settings, pages: list[Page], gone: list[str], number: int) -> list[str]:
    work = settings.work / f"run{number}"
    generation = warehouse.open_generation(settings, work)
    parts_of(pages).write(work)
    pl.DataFrame({"path": gone}, {"path": pl.String()}).write_parquet(work / "gone.parquet")
    first = warehouse.learn_templates(generation, work, settings, [])
    assert warehouse.learn_templates(generation, work, settings, []) == first, "a stage may be tried again"
    return first


def test_the_files_to_clean_again_are_those_whose_line_changed_its_verdict(settings: Settings) -> None:
    publish(settings, [*(make_page(n, ("share", SLOGAN)) for n in range(4)), make_page(9)])
    again = stale(settings, [make_page(4, ("share", SLOGAN))], [], 2)
    assert again == [f"setu/{n}.txt" for n in range(4)]
    assert stale(settings, [make_page(5)], [], 3) == []


def test_a_deletion_may_take_a_template_away(settings: Settings) -> None:
    pages = [make_page(n, ("share", SLOGAN)) for n in range(5)]
    publish(settings, [*pages, make_page(9)])
    assert stale(settings, [], ["setu/0.txt"], 2) == [page.path for page in pages[1:]]


def test_once_cleaned_again_nothing_is_left_to_clean(settings: Settings) -> None:
    pages = [make_page(n, ("share", SLOGAN)) for n in range(5)]
    publish(settings, pages[:4])
    publish(settings, pages, 2)
    assert stale(settings, [make_page(8)], [], 3) == []


def test_a_page_without_an_article_is_cleaned_again_too(settings: Settings) -> None:
    """Its lines still count, and without the template it may become an article."""
    pages = [make_page(n, ("share", SLOGAN)) for n in range(5)]
    parts = parts_of(pages)
    parts.files[0] |= {"status": "quarantined", "error_code": "no_article", "error_message": "no line"}
    publish(settings, parts)
    assert "setu/0.txt" in stale(settings, [], ["setu/4.txt"], 2)


def test_accepted_templates_are_a_frame_for_the_steps(settings: Settings) -> None:
    generation = learn(settings, [make_page(n, ("share", SLOGAN)) for n in range(5)])
    frame = warehouse.accepted_templates(generation)
    assert frame.rows() == [("setu", SLOGAN, "other")]
    assert frame.columns == ["site", "pattern", "role"]


@pytest.mark.parametrize("seed", range(2))
def test_templates_do_not_depend_on_the_order_of_arrival(settings: Settings, seed: int) -> None:
    chance = random.Random(seed)
    pages = copies("क", 2, 1, 5) + copies("ख", 1, 2, 7) + [make_page(n, ("share", "और पढ़ें")) for n in range(6)]
    publish(settings, pages)
    whole = ask(settings, "from site_templates order by all")
    settings.warehouse.unlink()
    chance.shuffle(pages)
    passing = Page("setu/passing.txt", [("body", "क साझा 0"), ("body", "ख साझा 0"), ("share", SLOGAN)])
    publish(settings, [*pages[:6], passing])
    publish(settings, pages[6:11], 2)
    publish(settings, pages[11:], 3, gone=[passing.path])
    publish(settings, pages, 4)
    assert ask(settings, "from site_templates order by all") == whole


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20))
def test_connected_pairs_share_their_smallest_member(pairs: list[tuple[int, int]]) -> None:
    groups = warehouse.connect_pairs(pairs)
    assert set(groups) == {number for pair in pairs for number in pair}
    assert all(groups[one] == groups[other] for one, other in pairs)
    for number, group in groups.items():
        members = {other for other in groups if groups[other] == group}
        assert group == min(members)
        # Connected: no split of the members is without a pair across it.
        reached, last = {number}, set()
        while reached != last:
            last = set(reached)
            reached |= {b for pair in pairs for a, b in (pair, pair[::-1]) if a in reached}
        assert reached == members


# --- articles and versions -------------------------------------------------------------------------------------------


def history(settings: Settings, path: str) -> list[tuple[object, ...]]:
    return ask(
        settings,
        "select version, change, title, body, valid_to is null from article_versions"
        " where article_id = $id order by version",
        id=Page(path, []).article_id,
    )


def test_files_that_come_change_and_go(settings: Settings) -> None:
    publish(settings, [make_page(1, names=(Name("मोदी"),)), make_page(2)])
    changed = replace(make_page(1), lines=[("body", "नया पाठ")])
    publish(settings, [changed, make_page(3)], 2, gone=["setu/2.txt"])
    assert ask(settings, "select source_path, body, run_id from articles order by 1") == [
        ("setu/1.txt", "नया पाठ", "run2"),
        ("setu/3.txt", make_page(3).body, "run2"),
    ]
    assert ask(settings, "select path, status, first_run_id, last_run_id from files order by 1") == [
        ("setu/1.txt", "loaded", "run1", "run2"),
        ("setu/2.txt", "deleted", "run1", "run2"),
        ("setu/3.txt", "loaded", "run2", "run2"),
    ]
    assert ask(settings, "select count(*) from mentions") == [(0,)]
    assert ask(settings, "select count(*) from blocks") == [(3,)]
    assert ask(settings, "select count(*) from pages") == [(2,)]


def test_every_version_of_an_article_is_kept(settings: Settings) -> None:
    page = Page("setu/1.txt", [("body", "पहला")], title="क")
    publish(settings, [page])
    publish(settings, [replace(page, lines=[("body", "दूसरा")])], 2)
    publish(settings, [replace(page, lines=[("body", "दूसरा")], title="ख")], 3)
    publish(settings, [], 4, gone=[page.path])
    publish(settings, [], 5)
    publish(settings, [page], 6)
    assert history(settings, page.path) == [
        (1, "created", "क", "पहला", False),
        (2, "changed", "क", "दूसरा", False),
        (3, "recleaned", "ख", "दूसरा", False),
        (4, "deleted", None, None, False),
        (5, "created", "क", "पहला", True),
    ]


@pytest.mark.parametrize(
    ("sidecar", "change"), [(None, "recleaned"), ("new", "changed")], ids=["same sidecar", "other sidecar"]
)
@pytest.mark.usefixtures("one")
def test_rules_reclean_and_files_change(settings: Settings, sidecar: str | None, change: str) -> None:
    parts = parts_of([replace(make_page(1), title="नया", sha256=make_page(1).file_sha256)])
    parts.files[0]["sidecar_sha256"] = sidecar
    publish(settings, parts, 2)
    assert [row[1] for row in history(settings, "setu/1.txt")] == ["created", change]


@pytest.mark.usefixtures("one")
def test_the_same_text_makes_no_version(settings: Settings) -> None:
    publish(settings, [replace(make_page(1), sha256="touched", published_at=DAWN + timedelta(days=1))], 2)
    assert [row[1] for row in history(settings, "setu/1.txt")] == ["created"]
    assert ask(settings, "select sha256, last_run_id from files") == [("touched", "run2")]


def test_versions_follow_each_other_even_if_the_clock_goes_back(settings: Settings) -> None:
    publish(settings, [make_page(1)], 5)
    publish(settings, [replace(make_page(1), title="नया")], 4)
    assert ask(settings, "select bool_and(valid_from < valid_to) from article_versions where version = 1") == [(True,)]


def test_what_an_article_said_at_a_time_is_one_saved_query(settings: Settings) -> None:
    page = Page("setu/1.txt", [("body", "पहला")])
    publish(settings, [page], 1)
    publish(settings, [replace(page, lines=[("body", "दूसरा")])], 2)
    publish(settings, [], 3, gone=[page.path])
    saved = warehouse.saved_queries()["article_at"]
    said = {}
    for day in ("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"):
        values = saved.defaults | {"article": page.article_id, "at": f"{day} 06:00:00+05:30"}
        said[day] = [row[-1] for row in warehouse.query(settings.warehouse, saved.sql, values).rows]
    assert said == {"2026-01-01": [], "2026-01-02": ["पहला"], "2026-01-03": ["दूसरा"], "2026-01-04": []}


@pytest.mark.usefixtures("one")
def test_a_file_that_can_no_longer_be_used_loses_its_article(settings: Settings) -> None:
    parts = parts_of([])
    parts.files.append(quarantined("setu/1.txt"))
    publish(settings, parts, 2)
    assert ask(settings, "select count(*) from articles") == [(0,)]
    assert ask(settings, "select count(*) from page_prose") == [(0,)]
    assert [row[1] for row in history(settings, "setu/1.txt")] == ["created", "deleted"]
    assert ask(settings, "select path, error_code, error_message from files") == [
        ("setu/1.txt", "empty", "nothing in it")
    ]


def test_a_rejected_page_quarantines_its_file(settings: Settings) -> None:
    parts = parts_of([make_page(1), make_page(2)])
    parts.articles.pop()
    work = settings.work / "run1"
    (work / "rejects").mkdir(parents=True)
    for article_id, path, record in (("x", "setu/2.txt", 0), ("y", "setu/1.txt", 2)):
        row = {"article_id": article_id, "source_path": path, "source_record": record, "error_code": "no_article"}
        row |= {"error_message": "no line"}
        pl.DataFrame([row]).write_parquet(work / "rejects" / f"{article_id}.parquet")
    publish(settings, parts)
    assert ask(settings, "select path, status, error_code, error_message from files order by 1") == [
        ("setu/1.txt", "loaded", None, None),  # a record of many condemns no file
        ("setu/2.txt", "quarantined", "no_article", "no line"),
    ]
    assert ask(settings, "select distinct article_id from blocks") == [(make_page(1).article_id,)]


@pytest.mark.usefixtures("one")
def test_a_touched_file_only_gets_its_new_key(settings: Settings) -> None:
    before = warehouse.digest(settings.warehouse)
    (settings.work / "run2").mkdir(parents=True)
    seen = {"path": ["setu/1.txt"], "stat_key": ["later"], "is_settled": [False], "are_records_owed": [False]}
    pl.DataFrame(seen).write_parquet(settings.work / "run2" / "seen.parquet")
    publish(settings, [], 2)
    assert warehouse.known_files(settings.warehouse).files["setu/1.txt"][:2] == ("later", False)
    assert warehouse.digest(settings.warehouse) == before


def test_every_stage_may_be_tried_again(settings: Settings) -> None:
    pages = [make_page(n, ("share", SLOGAN), names=(Name("मोदी"),)) for n in range(6)]
    publish(settings, pages[:4])
    generation = load(settings, [*pages[3:], replace(pages[0], title="नया")], 2, gone=["setu/2.txt"])
    tables = [*warehouse.DIGEST_COLUMNS, "runs", "files", "article_versions", "entity_redirects", "links", "pages"]
    before = {table: rows(generation, f"from {table} order by all") for table in tables}
    work = generation.parent
    warehouse.learn_templates(generation, work, settings, [])
    warehouse.load_articles(generation, work, make_run(2))
    warehouse.load_links(generation, work, make_run(2), are_all=True)
    warehouse.finish_run(generation, make_run(2))
    assert {table: rows(generation, f"from {table} order by all") for table in tables} == before


@pytest.mark.usefixtures("one")
def test_a_stage_that_fails_leaves_nothing(settings: Settings) -> None:
    work = settings.work / "run2"
    generation = warehouse.open_generation(settings, work)
    parts = parts_of([make_page(2)])
    parts.blocks[0]["role"] = None
    parts.write(work)
    before = rows(generation, "from articles")
    with pytest.raises(WarehouseError, match=r"sql/211_load_articles\.sql: .*NOT NULL constraint failed: blocks"):
        warehouse.load_articles(generation, work, make_run(2))
    assert rows(generation, "from articles") == before


def test_templates_are_dated_by_their_articles(settings: Settings) -> None:
    pages = [replace(make_page(n, ("share", SLOGAN)), published_at=DAWN + timedelta(days=n)) for n in range(5)]
    publish(settings, [*pages, replace(make_page(9, ("share", SLOGAN)), published_at=None)])
    assert ask(settings, "select first_seen_at, last_seen_at from site_templates") == [(DAWN, DAWN + timedelta(days=4))]
    publish(settings, [], 2, gone=["setu/4.txt"])
    assert ask(settings, "select last_seen_at from site_templates") == [(DAWN + timedelta(days=3),)]


# --- identity --------------------------------------------------------------------------------------------------------


def test_spellings_are_counted_over_all_articles_and_beside_the_last_run(settings: Settings) -> None:
    publish(settings, [make_page(1, names=(PUTIN, MODI))])
    generation = load(settings, [make_page(2, names=(PUTIN,)), make_page(3, names=(Name("मोदी"),))], 2)
    counts = [("मोदी", "modi", 1, 1), ("मोदी", None, 1, 1), ("व्लादिमीर पुतिन", None, 2, 2)]
    columns = ("name", "curated_id", "mention_count", "known_count")
    assert warehouse.spellings(generation, make_run(3)).select(columns).rows() == counts
    with duckdb.connect(str(generation)) as connection:
        connection.execute(
            "delete from mentions where curated_id is null and article_id = $id", {"id": make_page(2).article_id}
        )
        connection.execute("delete from mentions where name = 'मोदी' and curated_id is null")
    counts[1:] = [("मोदी", None, 0, 1), ("व्लादिमीर पुतिन", None, 1, 2)]
    assert warehouse.spellings(generation, make_run(3)).select(columns).rows() == counts
    others = warehouse.spellings(generation, make_run(3, "other rules")).select(columns).rows()
    assert others == [("मोदी", "modi", 1, None), ("व्लादिमीर पुतिन", None, 1, None)]


def test_entities_and_their_spellings_are_counted_and_dated(settings: Settings) -> None:
    pages = [replace(make_page(n, names=(PUTIN, MODI)), published_at=DAWN + timedelta(days=n)) for n in range(3)]
    publish(settings, [*pages, replace(make_page(7, names=(MODI,)), published_at=None)])
    assert ask(settings, "select * exclude (type, name, name_latin) from entities order by 1") == [
        ("PERSON:व्लादिमीर पुतिन", 3, 3, DAWN, DAWN + timedelta(days=2)),
        ("modi", 4, 4, DAWN, DAWN + timedelta(days=2)),
    ]
    assert ask(settings, "from entity_aliases order by entity_id") == [
        ("PERSON:व्लादिमीर पुतिन", "पुतिन", "Deva", "same", 1.0, 3),
        ("modi", "मोदी", "Deva", "same", 1.0, 4),
    ]


def test_an_alias_shows_its_best_reason_and_its_script(settings: Settings) -> None:
    page = Page(
        "setu/1.txt",
        [("body", "पुतिन आए"), ("body", "पुतिन गए"), ("body", "Putin spoke"), ("body", "G20 में")],
        names=(Name("Putin", full="पुतिन"), Name("G20", "ORG"), Name("20", "ORG", full="G20")),
    )
    parts = parts_of([page])
    parts.mentions += [row | {"name": "पुतीन"} for row in parts_of([replace(page, names=(Name("पुतिन"),))]).mentions[:1]]
    publish(settings, parts, joined={"पुतीन": "पुतिन"})
    assert ask(settings, "select alias, script, rule, score from entity_aliases order by alias") == [
        ("20", "Zyyy", "same", 1.0),
        ("G20", "Latn", "same", 1.0),
        ("Putin", "Latn", "same", 1.0),
        ("पुतिन", "Deva", "joined", 0.8),
    ]


def test_an_id_that_joins_another_redirects_to_it(settings: Settings) -> None:
    pages = [make_page(n, names=(Name("मोदी"), PUTIN)) for n in range(2)]
    publish(settings, pages)
    publish(settings, [], 2, joined={"मोदी": "व्लादिमीर पुतिन"})
    assert ask(settings, "from entity_redirects") == [("PERSON:मोदी", "PERSON:व्लादिमीर पुतिन", "run2")]
    assert ask(settings, "select distinct entity_id from mentions") == [("PERSON:व्लादिमीर पुतिन",)]


def test_redirects_follow_their_target_and_end_when_the_id_is_back(settings: Settings) -> None:
    publish(settings, [make_page(1, names=(Name("मोदी"), PUTIN))])
    publish(settings, [], 2, joined={"मोदी": "व्लादिमीर पुतिन"})
    publish(settings, [], 3, joined={"मोदी": "नया", "व्लादिमीर पुतिन": "नया"})
    assert ask(settings, "select old_id, entity_id, run_id from entity_redirects order by 1") == [
        ("PERSON:मोदी", "PERSON:नया", "run2"),
        ("PERSON:व्लादिमीर पुतिन", "PERSON:नया", "run3"),
    ]
    publish(settings, [], 4)
    # Of the two, the id that held most mentions before comes first by name.
    assert ask(settings, "select old_id, entity_id from entity_redirects") == [("PERSON:नया", "PERSON:मोदी")]


def test_an_id_redirects_although_its_articles_were_cleaned_again(settings: Settings) -> None:
    publish(settings, [make_page(1, names=(Name("मोदी"), PUTIN))])
    publish(settings, [make_page(1, names=(Name("मोदी"), PUTIN))], 2, joined={"मोदी": "व्लादिमीर पुतिन"})
    assert ask(settings, "select old_id from entity_redirects") == [("PERSON:मोदी",)]


def test_an_entity_that_nobody_names_any_more_is_gone_without_a_redirect(settings: Settings) -> None:
    publish(settings, [make_page(1, names=(PUTIN,)), make_page(2, names=(MODI,))])
    publish(settings, [], 2, gone=["setu/2.txt"])
    assert ask(settings, "select entity_id from entities") == [("PERSON:व्लादिमीर पुतिन",)]
    assert ask(settings, "select count(*) from entity_redirects") == [(0,)]


# --- publication -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("one")
def test_the_published_file_is_read_only(settings: Settings) -> None:
    publish(settings, [make_page(2)], 2)
    assert settings.warehouse.stat().st_mode & 0o777 == 0o444
    assert not list(settings.warehouse.parent.glob("news.duckdb.*"))


@pytest.mark.usefixtures("one")
def test_a_reader_keeps_its_generation_until_it_reconnects(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse), read_only=True) as reader:
        assert reader.execute("select count(*) from articles").fetchall() == [(1,)]
        publish(settings, [make_page(2)], 2)
        assert reader.execute("select count(*) from articles").fetchall() == [(1,)]
        assert reader.execute("select count(*) from blocks").fetchall() == [(2,)]
    with duckdb.connect(str(settings.warehouse), read_only=True) as reader:
        assert reader.execute("select count(*) from articles").fetchall() == [(2,)]


def test_a_publication_that_failed_may_be_tried_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    generation = load(settings, [make_page(1)])
    with monkeypatch.context() as patch, pytest.raises(WarehouseError, match="No space left"):
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        warehouse.publish(generation, settings)
    assert not settings.warehouse.exists()
    warehouse.publish(generation, settings)
    assert ask(settings, "select count(*) from articles") == [(1,)]


def test_a_generation_that_is_gone_is_never_replaced_by_an_empty_one(settings: Settings) -> None:
    generation = load(settings, [make_page(1)])
    warehouse.publish(generation, settings)
    with pytest.raises(WarehouseError, match=r"generation\.duckdb is gone; run again"):
        warehouse.publish(generation, settings)
    assert ask(settings, "select count(*) from articles") == [(1,)]


#: Publishes into each folder of argv, killed at the point that is the folder's name. A fork before polars and DuckDB
#: have threads is safe, and spares an import for each point.
CRASH = """
import os, sys
from pathlib import Path
import duckdb, polars
from helpers.parts import load, make_page
from flows import warehouse
from flows.settings import Settings
for folder in map(Path, sys.argv[1:]):
    child = os.fork()
    if child:
        print(folder.name, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.environ["KHABAR_CRASH_AT"] = folder.name
    settings = Settings(warehouse=folder / "news.duckdb", workers=1)
    generation = load(settings, [make_page(1), make_page(8)], 2)
    assert warehouse.compact(generation, most_dead=-1.0, least_bytes=0)
    warehouse.publish(generation, settings)
    os._exit(0)
"""


def test_killed_at_any_point_a_reader_sees_the_old_or_the_new(published: Settings, tmp_path: Path) -> None:
    old = warehouse.digest(published.warehouse)
    folders = [tmp_path / point for point in warehouse.CRASH_POINTS]
    for folder in folders:
        folder.mkdir()
        shutil.copy(published.warehouse, folder)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CRASH, *map(str, folders)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert ended.splitlines() == [f"{point} -9" for point in warehouse.CRASH_POINTS]
    found = {folder.name: warehouse.digest(folder / "news.duckdb") for folder in folders}
    assert {point for point, digest in found.items() if digest != old} == {"after_swap", "folder_synced"}
    assert {digest.row_counts["articles"] for digest in found.values() if digest != old} == {6}


def test_after_a_crash_the_next_run_publishes(published: Settings) -> None:
    load(published, [make_page(8)], 2)
    publish(published, [make_page(9)], 3)
    assert ask(published, "select run_id from runs order by 1") == [("run1",), ("run3",)]


def test_a_generation_that_is_mostly_dead_space_is_rewritten(settings: Settings) -> None:
    generation = load(settings, [make_page(1)])
    assert not warehouse.compact(generation)
    edit(
        generation,
        "create table dead as select sha256(n::varchar) as x from range(200_000) as numbers(n)",
        "checkpoint",
        "create table at_the_end as select sha256(n::varchar) as x from range(9_000) as numbers(n)",
        "checkpoint",
        "drop table dead",
        "checkpoint",
    )
    before, size = warehouse.digest(generation), generation.stat().st_size
    assert warehouse.compact(generation, least_bytes=0)
    assert generation.stat().st_size < size / 2
    assert warehouse.digest(generation) == before
    assert warehouse.check(generation) == []
    ((comment,),) = rows(generation, "select comment from duckdb_views() where view_name = 'freshness'")
    assert comment
    warehouse.publish(generation, settings)


# --- digest ----------------------------------------------------------------------------------------------------------


def test_the_last_line_of_the_digest_is_the_hash(published: Settings) -> None:
    found = warehouse.digest(published.warehouse)
    lines = list(found)
    assert lines[:-1] == [
        "articles 5",
        "blocks 15",
        "mentions 10",
        "entities 2",
        "entity_aliases 2",
        "site_templates 1",
    ]
    assert lines[-1] == found.sha256
    assert len(found.sha256) == 64


@pytest.mark.parametrize(
    ("change", "is_seen"),
    [
        ("create or replace table blocks as from blocks order by raw_text desc", False),
        ("update mentions set score = 0.5", False),
        ("update entity_aliases set score = null", False),
        ("update articles set run_id = 'other'", False),
        ("delete from article_versions", False),
        ("delete from runs", False),
        ("insert into entity_redirects values ('a', 'b', 'c')", False),
        ("update articles set title = 'और' where source_path = 'setu/1.txt'", True),
        ("update articles set author = 'NULL'", True),
        ("update articles set author = '\\N'", True),
        ("update articles set author = ''", True),
        ("update articles set published_at = published_at + interval 1 microsecond", True),
        ("update articles set author = 'a' || chr(9), agency = 'b'", True),
        ("update blocks set evidence = 'x' where block_no = 0", True),
        ("update entities set entity_id = 'other' where entity_id = 'modi'", True),
        ("update entity_aliases set rule = 'other'", True),
        ("update site_templates set status = 'proposed'", True),
        ("insert into mentions from mentions limit 1", True),
        ("delete from mentions where start_char = 0", True),
    ],
)
def test_the_digest_sees_content_and_nothing_else(published: Settings, change: str, is_seen: bool) -> None:
    before = warehouse.digest(published.warehouse)
    edit(published.warehouse, change)
    assert (warehouse.digest(published.warehouse).sha256 != before.sha256) is is_seen


def test_values_that_look_alike_as_text_differ_in_the_digest(published: Settings) -> None:
    hashes = set()
    for author, agency in (
        ("null", "null"),
        ("'\\N'", "null"),
        ("null", "'\\N'"),
        ("''", "null"),
        ("'a' || chr(9) || 'b'", "''"),
        ("'a'", "'b' || chr(9)"),
        ("'a\\tb'", "''"),
        ("'a' || chr(10)", "''"),
        ("'a\\n'", "''"),
    ):
        edit(published.warehouse, f"update articles set author = {author}, agency = {agency}")
        hashes.add(warehouse.digest(published.warehouse).sha256)
    assert len(hashes) == 9


# --- queries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('{warehouse}')",
        "from glob('/*')",
        "from '/etc/passwd'",
        "attach '/tmp/other.duckdb'",
        "copy (select 1) to '{folder}/out.csv'",
        "copy (select 1) to '{warehouse}' (format csv, use_tmp_file false)",
        "explain analyze copy (select 1) to '{warehouse}' (format csv, use_tmp_file false)",
        "explain analyse copy (select 1) to '{warehouse}' (format csv, use_tmp_file false)",
        "explain (Analyse) copy (select 1) to '{warehouse}.wal' (format csv, use_tmp_file false)",
        "select 1; copy (select 1) to '{warehouse}' (format csv, use_tmp_file false)",
        "export database '{folder}/out'",
        "set enable_external_access = true",
        "reset lock_configuration",
        "load httpfs",
        "install httpfs",
        "delete from articles",
        "update articles set title = null",
        "create table t as select 1",
        "drop view freshness",
        "checkpoint",
        "pragma database_list; detach news",
        "",
        "select",
        "select nothing from articles",
    ],
)
def test_a_query_reads_the_warehouse_and_nothing_else(published: Settings, sql: str) -> None:
    before = published.warehouse.read_bytes()
    with pytest.raises(WarehouseError):
        sql = sql.format(warehouse=published.warehouse, folder=published.warehouse.parent)
        list(warehouse.query(published.warehouse, sql).rows)
    assert published.warehouse.read_bytes() == before
    assert sorted(path.name for path in published.warehouse.parent.iterdir()) == ["news.duckdb", "raw"]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select count(*) from articles", [(5,)]),
        ("from runs select run_id", [("run1",)]),
        ("with a as (select 1 as x) select x + 1 from a;", [(2,)]),
        ("-- why\nselect 1 -- so\n", [(1,)]),
        ("select $word || '!'", [("हाँ!",)]),
        ("pivot (select 'a' as k, 1 as v) on k using sum(v)", [(1,)]),
        ("values (1), (2)", [(1,), (2,)]),
    ],
)
def test_questions_are_answered(published: Settings, sql: str, rows: list[tuple[object, ...]]) -> None:
    parameters = {"word": "हाँ"} if "$word" in sql else {}
    assert list(warehouse.query(published.warehouse, sql, parameters).rows) == rows


@pytest.mark.parametrize("sql", ["show tables", "describe articles", "summarize runs", "explain select 1"])
def test_the_warehouse_describes_itself(published: Settings, sql: str) -> None:
    answer = warehouse.query(published.warehouse, sql)
    assert answer.columns
    assert list(answer.rows)


def test_times_are_shown_as_in_india(published: Settings) -> None:
    ((shown,),) = ask(published, "select min(published_at)::varchar from articles")
    assert shown == "2026-01-01 05:30:00+05:30"
    assert str(warehouse.read_status(published.warehouse).freshness[0].last_published_at) == shown


def test_without_a_warehouse_a_query_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(WarehouseError, match=r"there is no warehouse at .*; khabar run makes it"):
        warehouse.query(settings.warehouse, "select 1")


def test_an_answer_is_written_as_parquet(published: Settings, tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    sql = "select source_path, published_at from articles where source_path <> $path order by 1;"
    assert warehouse.copy_query(published.warehouse, sql, path, {"path": "setu/0.txt"}) == 4
    assert pl.read_parquet(path)["source_path"].to_list() == [f"setu/{n}.txt" for n in range(1, 5)]
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize(
    "sql", ["copy (select 1) to '/tmp/x'", "from read_text('/etc/passwd')", "select 1) to '/tmp/x' --"]
)
def test_writing_an_answer_lets_the_query_do_no_more(published: Settings, tmp_path: Path, sql: str) -> None:
    with pytest.raises(WarehouseError):
        warehouse.copy_query(published.warehouse, sql, tmp_path / "out.parquet")
    assert not list(tmp_path.glob("*out.parquet*"))


def test_an_answer_can_not_be_written_where_nobody_may(published: Settings) -> None:
    with pytest.raises(WarehouseError, match=r"can't write the answer to /nowhere/out\.parquet"):
        warehouse.copy_query(published.warehouse, "select 1", Path("/nowhere/out.parquet"))


# --- status ----------------------------------------------------------------------------------------------------------


def test_the_status_tells_counts_freshness_quarantine_and_runs(settings: Settings) -> None:
    parts = parts_of([make_page(1), make_page(2, site="ghat", names=(MODI,))])
    parts.files.append(quarantined("setu/empty.txt"))
    publish(settings, parts)
    publish(settings, [], 2)
    status = warehouse.read_status(settings.warehouse)
    assert status.row_counts == {"articles": 2, "blocks": 4, "mentions": 1, "entities": 1}
    assert warehouse.counts(settings.warehouse) == status.row_counts
    assert [(site.site, site.article_count, site.last_published_at) for site in status.freshness] == [
        ("ghat", 1, DAWN),
        ("setu", 1, DAWN),
    ]
    assert [tuple(vars(file).values()) for file in status.quarantine] == [("setu/empty.txt", "empty", "nothing in it")]
    assert [run.run_id for run in status.runs] == ["run2", "run1"]
    assert status.runs[1] == make_run(1)


def test_links_may_come_for_no_spelling_at_all(settings: Settings) -> None:
    generation = load(settings, [make_page(1)])
    assert warehouse.spellings(generation, make_run(1)).is_empty()
    assert warehouse.check(generation) == []
