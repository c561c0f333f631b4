"""Verify reads raw files and tables with code of its own, passes what is sound and names what is not."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import zstandard
from helpers.parts import Name, Page, Row, parts_of, publish
from hypothesis import given
from hypothesis import strategies as st

from flows import verify, warehouse
from flows.files import scan, stored_name
from flows.settings import Settings
from flows.warehouse import WarehouseError

TEXT = Page(
    "setu/1.txt",
    [
        ("title", "खबर"),
        ("standfirst", "मोदी और पुतिन की बात"),
        ("body", "मोदी ने कहा “हाँ”।"),
        ("share", "शेयर करें"),
    ],
    names=(Name("मोदी", curated_id="modi"), Name("पुतिन", full="व्लादिमीर पुतिन")),
)
HTML = """<!doctype html><html><head><title>no</title><script>no</script></head>
<body><script>var no = "<p>no</p>";</script><noscript>no<p>no</p></noscript><template>no</template>
<p>पहला &amp; दूसरा</p><!-- no --><div hidden>छिपा</div><style>no</style><p>तीसरा</p></body></html>"""
HTML_TEXT = " पहला & दूसरा छिपा तीसरा"


def write_raw(settings: Settings, path: str, data: bytes) -> None:
    file = settings.raw / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


@pytest.fixture(scope="module")
def sound_once(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("sound")
    settings = Settings(raw=folder / "raw", warehouse=folder / "news.duckdb", workers=1)
    write_raw(settings, TEXT.path, TEXT.text.encode())
    publish(settings, [TEXT])
    return settings


@pytest.fixture
def sound(sound_once: Settings, settings: Settings) -> Settings:
    """A sound warehouse with its raw files, for the test to break."""
    shutil.copytree(sound_once.raw, settings.raw, dirs_exist_ok=True)
    shutil.copy(sound_once.warehouse, settings.warehouse)
    return settings


def edit(settings: Settings, statement: str) -> None:
    settings.warehouse.chmod(0o644)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(statement)


def test_a_sound_warehouse_has_no_fault(sound: Settings) -> None:
    assert verify.verify(sound) == []


def test_without_a_warehouse_it_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(WarehouseError, match="khabar run makes it"):
        verify.verify(settings)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("update blocks set raw_text = 'खबरें' where block_no = 0", "promise 1: block 0 is 0–4, not 0–5"),
        ("update blocks set raw_text = 'खबन' || chr(10) where block_no = 0", "the blocks are not the file; at 2"),
        ("delete from blocks where role = 'share'", "promise 1: the blocks are not the file"),
        ("delete from blocks", "promise 1: no blocks"),
        ("update blocks set block_no = block_no + 1", "promise 1: block 1 stands where 0 should"),
        ("update blocks set is_kept = true where role = 'share'", "promise 2: block 3 is a share, yet is_kept is True"),
        ("update articles set body = replace(body, 'कहा', 'बोला')", "promise 2: paragraph 1 differs; at 6"),
        ("update articles set body = replace(body, '।', '.')", "promise 2: paragraph 1 differs"),
        ("update articles set body = split_part(body, chr(10), 1)", "the body has 1 paragraphs, the kept blocks 2"),
        ("update articles set body = replace(body, chr(10) || chr(10), ' ')", "promise 2: paragraph 0 differs"),
        ("update articles set body = replace(body, ' ', chr(160))", "promise 2: the body has other white space"),
        ("update articles set body = body || ' '", "promise 2: the body has other white space"),
        ("update articles set body = body || chr(2392)", "promise 2: the body is not in NFC"),
        ("update mentions set start_char = start_char + 1", "promise 3: the body has 'ोदी' where 'मोदी' should stand"),
        ("update mentions set raw_start = raw_start + 1", "promise 3: the page has"),
        ("update mentions set surface = 'पुतीन' where surface = 'पुतिन'", "promise 3: the body has 'पुतिन'"),
        ("update mentions set article_id = 'nobody'", "is in nobody, which is no article"),
        ("delete from entities where entity_id = 'modi'", "promise 4: mentions name modi, which is no entity"),
        ("update mentions set entity_id = null", "promise 4: mentions name None, which is no entity"),
        ("delete from mentions where surface = 'पुतिन'", "entity PERSON:व्लादिमीर पुतिन has (articles, mentions) (1, 1)"),
        ("update entities set mention_count = 9", "modi has (articles, mentions) (1, 9), it should have (1, 2)"),
        ("update entities set article_count = 9", "modi has (articles, mentions) (9, 2), it should have (1, 2)"),
        ("update articles set run_id = 'x'", "promise 4: articles.run_id x stands for nothing"),
        ("update files set last_run_id = 'x'", "promise 4: files.last_run_id x stands for nothing"),
        ("insert into entity_redirects values ('a', 'b', 'run1')", "entity_redirects.entity_id b stands for nothing"),
        ("update search_words set word = 'x'", "a search does not go by the words of the article"),
        ("delete from search_places", "a search does not go by the words of the article"),
        ("insert into blocks select * replace ('x' as article_id) from blocks", "blocks.article_id x stands for"),
        ("delete from articles", "setu/1.txt: promise 1: the file is loaded, yet has no article"),
        ("delete from files", "setu/1.txt: promise 1: the file is unknown, yet has an article"),
        ("update files set status = 'quarantined'", "promise 1: the file is quarantined, yet has an article"),
        ("update files set encoding = 'klingon'", "promise 1: encoding says klingon, which is none"),
        ("insert into entities from entities", "promise 4: entity modi is there several times"),
        ("update generation set run_id = 'x'", "promise 4: generation.run_id x stands for nothing"),
        ("delete from entity_aliases", "promise 4: entity modi is spelt 'मोदी' 2 times, and its aliases do not say so"),
        ("update entity_aliases set mention_count = 9", "modi has an alias 'मोदी' of 9 mentions, which are not there"),
    ],
)
def test_what_does_not_hold_is_named(sound: Settings, statement: str, fault: str) -> None:
    edit(sound, statement)
    found = verify.verify(sound)
    assert any(fault in line for line in found), found
    assert not any("\n" in line for line in found)


def test_a_raw_file_that_changed_since_the_run_is_named(sound: Settings) -> None:
    write_raw(sound, TEXT.path, b"new")
    assert verify.verify(sound) == [
        "setu/1.txt: promise 1: the raw file changed since the last run; khabar run, then verify again"
    ]
    (sound.raw / TEXT.path).unlink()
    assert "the raw file is gone since the last run" in verify.verify(sound)[0]


def test_a_raw_file_that_may_not_be_read_is_a_fault_among_others(
    sound: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To root all files are readable."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    edit(sound, "update entities set mention_count = 9")
    found = verify.verify(sound)
    assert found[0] == "setu/1.txt: promise 1: the raw file can't be read: Permission denied"
    assert any("promise 4" in fault for fault in found)


def test_many_faults_are_cut_short(sound: Settings) -> None:
    edit(
        sound,
        "insert into blocks by name select blocks.* replace ('x' || n as article_id)"
        " from blocks, range(300) as numbers(n)",
    )
    found = verify.verify(sound)
    assert len(found) == verify.MOST_FAULTS + 1
    assert found[-1] == "and 100 more"


def store(settings: Settings, name: str, data: bytes, text: str, encoding: str, form: str = "text") -> None:
    """Publish one raw file whose page text is one block."""
    write_raw(settings, name, data)
    parts = parts_of([Page(f"setu/{name.split('/')[-1]}", [("body", text)], sha256=hashlib.sha256(data).hexdigest())])
    changes: Row = {"format": form, "encoding": encoding, "path": name}
    parts.files[0] |= changes
    for rows in (parts.pages, parts.articles):
        rows[0]["source_path"] = name
    parts.blocks[0] |= {"raw_text": text, "raw_end": len(text)}
    parts.articles[0]["body"] = " ".join(text.split())
    publish(settings, parts)


@pytest.mark.parametrize(
    ("name", "data", "text", "encoding"),
    [
        ("setu/a.txt", "हाँ\r\nजी".encode(), "हाँ\r\nजी", "utf-8"),
        ("setu/a.txt", b"\xef\xbb\xbf" + "हाँ".encode(), "हाँ", "utf-8+bom"),
        ("setu/a.txt", "\ufeffहाँ".encode("utf-16-le"), "हाँ", "utf-16-le+bom"),
        ("setu/a.txt", "“é”".encode("cp1252"), "“é”", "windows-1252"),
        ("setu/a.txt", "हाँ".encode() * 200 + b"\xff", "हाँ" * 200 + "\ufffd", "utf-8+replaced:1"),
        ("setu/a.txt", "हाँ".encode().decode("latin-1").encode(), "हाँ", "utf-8+double:3"),
        ("setu/a.txt.gz", gzip.compress("हाँ".encode()), "हाँ", "utf-8"),
        ("setu/a.txt.GZ", gzip.compress(b"one ") + gzip.compress(b"two"), "one two", "utf-8"),
        ("setu/a.txt.zst", zstandard.compress("हाँ".encode()), "हाँ", "utf-8"),
        ("setu/a b%20क.txt", b"yes", "yes", "utf-8"),
    ],
    ids=["crlf", "bom", "utf-16", "legacy", "replaced", "double", "gzip", "members", "zstandard", "percent"],
)
def test_a_file_is_read_by_what_the_warehouse_says_of_it(
    settings: Settings, name: str, data: bytes, text: str, encoding: str
) -> None:
    store(settings, name, data, text, encoding)
    assert verify.verify(settings) == []


def test_a_name_that_is_not_utf_8_is_found(settings: Settings) -> None:
    try:
        (settings.raw / "setu").mkdir()
        Path(f"{settings.raw}/setu/caf\udce9%.txt").write_bytes(b"yes")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert verify.find_file(settings.raw, "setu/caf%E9%25.txt").read_bytes() == b"yes"


def test_a_file_is_never_taken_for_one_whose_name_looks_like_its_path(settings: Settings) -> None:
    names = ["\udcfe.txt", "%FE.txt", "%25FE.txt", "%2525FE.txt", "%25.txt", "%.txt", "%E0%A4%95.txt", "क.txt"]
    try:
        for name in names:
            (settings.raw / name).write_bytes(os.fsencode(name))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    paths = {os.fsencode(file.absolute).rpartition(b"/")[2]: file.path for file in scan(settings.raw).files}
    assert paths[b"\xfe.txt"] == "%FE.txt"
    assert {name: verify.find_file(settings.raw, path).read_bytes() for name, path in paths.items()} == {
        os.fsencode(name): os.fsencode(name) for name in names
    }


@given(st.text("%2589AFEक\udcfe\udce0\udca4\udc95é/", min_size=1))
def test_a_stored_name_leads_back_to_its_file(name: str) -> None:
    found = os.fsdecode(os.fsencode(name))  # as a folder lists it
    assert "/".join(map(verify._name_on_disk, "/".join(map(stored_name, found.split("/"))).split("/"))) == found


@pytest.mark.parametrize(
    ("encoding", "fault"),
    [
        ("utf-8+replaced:9", "9 of 100 characters were replaced"),
        ("utf-8+bom", "the file has no byte-order mark"),
        ("utf-16-le", "the blocks are not the file"),
    ],
)
def test_an_encoding_that_is_not_that_of_the_file_is_named(settings: Settings, encoding: str, fault: str) -> None:
    store(settings, "setu/a.txt", b"y" * 100, "y" * 100, encoding)
    assert fault in verify.verify(settings)[0]


def test_a_page_is_all_its_text_nodes(settings: Settings) -> None:
    store(settings, "setu/a.html", HTML.encode(), HTML_TEXT, "utf-8", "html")
    assert verify.verify(settings) == []


@pytest.mark.parametrize(
    "text",
    [HTML_TEXT.replace("छिपा", ""), HTML_TEXT + " no", HTML_TEXT.replace("&", "&amp;"), HTML_TEXT.replace(" ", "  ")],
    ids=["hidden lost", "script kept", "entity", "spaces"],
)
def test_a_page_that_lost_or_gained_text_is_named(settings: Settings, text: str) -> None:
    store(settings, "setu/a.html", HTML.encode(), text, "utf-8", "html")
    assert any("setu/a.html: promise 1" in fault for fault in verify.verify(settings))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a<p>b", "ab"),
        ("plain", "plain"),
        ("<title>no</title>yes", "yes"),
        ("<head><title>no</title><meta name=x><p>yes</p>", "yes"),
        ("<body><svg><title>yes</title></svg>", "yes"),
        ("<a title='>' href=\"<x>\">yes</a>", "yes"),
        ("a < b & c &lt; d", "a < b & c < d"),
        ("<!-- <p>no</p> -->yes<!-->too", "yestoo"),
        ("<![if x]>yes<![endif]>", "yes"),
        ("<script>if (a</b>) '<\\/script>'</script>yes", "yes"),
        ("<SCRIPT>no</SCRIPT >yes", "yes"),
        ("<style>no", ""),
        ("<textarea><b>yes</b></textarea>", "<b>yes</b>"),
        ("<template>no<template>no</template>no</template>yes", "yes"),
        ("<noscript><script>no</script>no</noscript>yes", "yes"),
        ("<noscript>no<noscript>no</noscript>yes", "yes"),
        ("<noscript>no<noscript>no</noscript></noscript>yes", "yes"),
        ("<p>one</p></body></html><p>two</p>", "onetwo"),
        ("<div>" * 3000 + "deep", "deep"),
        ("<scripty>yes</scripty>", "yes"),
        ("</ >yes</p", "yes"),
    ],
)
def test_the_text_of_a_page_is_read_from_its_source(page: str, text: str) -> None:
    assert verify.squeeze(verify.read_page(page)) == verify.squeeze(text)


def test_a_tree_that_holds_part_of_a_page_is_no_reading_of_it() -> None:
    assert verify.read_tree("<p>यह<wbr>भी<p>वह") == "यहभीवह"
    assert verify.read_tree("early" + "<div>" * 3000 + "deep") == ""


def test_a_paragraph_of_quote_marks_is_one_of_both_sides() -> None:
    blocks = [verify.Block("a", 0, 0, 4, '"""\n', "body", True, 0), verify.Block("a", 1, 4, 7, "हाँ", "body", True, 1)]
    article = verify.Article("a", "a.txt", 0, "text", "text", "utf-8", "", body='"""\n\nहाँ', blocks=blocks)
    assert list(verify.check_body(article)) == []


@pytest.mark.parametrize(
    ("one", "other", "is_equal"),
    [
        ("पहला  शब्द\u00a0है", "पहला शब्द है", True),
        ("“हाँ”", '"हाँ"', True),
        ("\u0958लम", "\u0915\u093cलम", True),
        ("शब\u200b्द\ufeff", "शब्द", True),
        ("क\u094d\u200dष", "क\u094dष", False),
        ("राम\u200d", "राम", True),
        ("हाँ।", "हाँ", False),
        ("हां", "हाँ", False),
        ("१", "1", False),
    ],
    ids=["space", "quotes", "nukta", "unseen", "joiner after virama", "joiner elsewhere", "danda", "nasal", "digit"],
)
def test_letters_are_what_must_not_change(one: str, other: str, is_equal: bool) -> None:
    assert (verify.letters(one) == verify.letters(other)) is is_equal


def test_a_build_from_scratch_gives_the_same_digest(sample_settings: Settings, tmp_path: Path) -> None:
    settings = replace(sample_settings, warehouse=tmp_path / "news.duckdb")
    shutil.copy(sample_settings.warehouse, settings.warehouse)
    assert verify.verify(settings) == []
    assert verify.verify_rebuild(settings) == []
    edit(settings, "update articles set title = 'anders' where title = (select min(title) from articles)")
    before = warehouse.digest(settings.warehouse).sha256
    (fault,) = verify.verify_rebuild(settings)
    assert before in fault
    assert not list(settings.work.parent.glob("verify-*"))
