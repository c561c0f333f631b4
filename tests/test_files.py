"""Every raw file is read as what it is, or refused with its code; nothing that a folder can hold stops a run."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import json
import os
import pickle
import socket
import stat
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from flows import files
from flows.files import (
    MissingRawFolder,
    Quarantine,
    RawFile,
    Unsettled,
    article_id,
    hash_file,
    look_at_file,
    most_attributes,
    parse_sidecar,
    read_file,
    read_text,
    scan,
    site_of_url,
    stored_name,
)
from flows.settings import Settings

HINDI = "नगर परिषद ने पुराने पुल की मरम्मत का निर्णय लिया है।\n"


def write(path: Path, data: str | bytes = HINDI) -> Path:
    """A file of that content, long settled."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def only(raw: Path) -> RawFile:
    (file,) = scan(raw).files
    return file


def code_of(read: Callable[[], object]) -> str:
    with pytest.raises(Quarantine) as caught:
        read()
    message = caught.value.message
    assert message and "\n" not in message and " /" not in message, message  # the same on any machine
    return caught.value.code


# --- the look at the folder ------------------------------------------------------------------------------------------


def test_scan_takes_documents_and_counts_the_rest(settings: Settings) -> None:
    formats = {
        "s/b.txt": ("s", "text"),
        "s/A.TXT": ("s", "text"),
        "s/deep/er/c.html": ("s", "html"),
        "t/d.HTM.GZ": ("t", "html"),
        "t/e.html.zst": ("t", "html"),
        "t/g.jsonl": ("t", "jsonl"),
        "t/h.jsonl.gz": ("t", "jsonl"),
        "i.JSONL.zst": (None, "jsonl"),
        "j.parquet": (None, "parquet"),
        "k.warc": (None, "warc"),
        "l.warc.gz": (None, "warc"),
        "top.txt": (None, "text"),
        "folder.txt/f.txt": ("folder.txt", "text"),
    }
    others = (
        "s/g.pdf",
        "s/h.txt.tmp",
        "s/i.txt.part",
        "s/j.txt~",
        "s/.hidden.txt",
        ".git/k.txt",
        "s/l",
        "s/m.json",
        "s/n.txt.gz.zst",
        "s/o.parquet.gz",
        "s/p.warc.zst",
        "s/q.jsonl.bz2",
        "s/.gz",
    )
    for name in (*formats, *others):
        write(settings.raw / name)
    write(settings.raw / "s/b.txt.meta.json", "{}")
    write(settings.raw / "s/orphan.txt.meta.json", "{}")
    found = scan(settings.raw)
    assert [file.path for file in found.files] == sorted(formats)
    assert found.ignored_count == len(others)
    assert {file.path: (file.site, file.format) for file in found.files} == formats
    assert [file.path for file in found.files if file.has_sidecar] == ["s/b.txt"]


def test_scan_of_an_empty_folder(settings: Settings) -> None:
    assert scan(settings.raw) == files.Scan([], 0, [], [])


@pytest.mark.parametrize("make", [lambda path: None, Path.touch], ids=["missing", "a file"])
def test_raw_folder_that_is_none(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "nowhere")
    with pytest.raises(MissingRawFolder, match=r"nowhere.*--raw"):
        scan(tmp_path / "nowhere")


def test_raw_folder_may_be_a_link(settings: Settings, tmp_path: Path) -> None:
    write(settings.raw / "s/a.txt")
    (tmp_path / "link").symlink_to(settings.raw)
    assert read_file(only(tmp_path / "link"), settings).documents[0].text == HINDI


def test_names_are_kept_as_they_are(settings: Settings) -> None:
    names = ["सड़क\nपर 'दो' \"तीन\".txt", "100%.txt", "%E0%A4%95.txt", "a%20b.txt", " lead.txt", "\u200b.txt"]
    for name in names:
        write(settings.raw / "s" / name)
    assert [file.path for file in scan(settings.raw).files] == sorted(f"s/{name}" for name in names)
    assert len({read_file(file, settings).documents[0].article_id for file in scan(settings.raw).files}) == len(names)


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS stores file names as UTF-8 only")
def test_names_that_are_not_utf_8(settings: Settings) -> None:
    for name in (b"\xff%.txt", b"%FF.txt"):
        write(settings.raw / os.fsdecode(b"caf\xe9") / os.fsdecode(name))
    found = scan(settings.raw).files
    assert [(file.path, file.site) for file in found] == [
        ("caf%E9/%25FF.txt", "caf%E9"),
        ("caf%E9/%FF%25.txt", "caf%E9"),
    ]
    assert [read_file(file, settings).documents[0].text for file in found] == [HINDI, HINDI]


@given(
    st.lists(st.binary(max_size=12) | st.from_regex(rb"(%|25|F|\xff|\xe0\xa4|A4){1,9}", fullmatch=True), max_size=40)
)
def test_no_two_names_are_stored_alike(names: list[bytes]) -> None:
    stored = {stored_name(os.fsdecode(name)) for name in names}
    assert len(stored) == len(set(names))
    for name in stored:
        name.encode()


def test_links(settings: Settings, tmp_path: Path) -> None:
    inside = write(settings.raw / "s/real.txt")
    outside = write(tmp_path / "secret.txt", "secret")
    (settings.raw / "s/inner.txt").symlink_to(inside)
    (settings.raw / "s/chain.txt").symlink_to("inner.txt")
    (settings.raw / "s/outer.txt").symlink_to(outside)
    (settings.raw / "s/dangling.txt").symlink_to("nothing.txt")
    (settings.raw / "s/loop.txt").symlink_to("loop.txt")
    (settings.raw / "s/folder.txt").symlink_to(settings.raw)
    (settings.raw / "elsewhere").symlink_to(tmp_path)
    found = {file.path: file for file in scan(settings.raw).files}
    assert {path: file.error_code for path, file in found.items()} == {
        "s/real.txt": None,
        "s/inner.txt": None,
        "s/chain.txt": None,
        "s/outer.txt": "outside_raw",
        "s/dangling.txt": "unreadable",
        "s/loop.txt": "unreadable",
    }
    assert scan(settings.raw).ignored_count == 2
    assert read_file(found["s/chain.txt"], settings).documents[0].text == HINDI
    assert code_of(lambda: read_file(found["s/outer.txt"], settings)) == "outside_raw"
    assert code_of(lambda: read_file(found["s/dangling.txt"], settings)) == "unreadable"


def test_sibling_folder_with_the_same_beginning_is_outside(settings: Settings, tmp_path: Path) -> None:
    outside = write(tmp_path / "raw-private/a.txt")
    (settings.raw / "a.txt").symlink_to(outside)
    assert only(settings.raw).error_code == "outside_raw"


def test_fifo_and_socket_are_not_waited_for(settings: Settings) -> None:
    os.mkfifo(settings.raw / "a.txt")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(settings.raw)  # the path of a socket is short
        try:
            server.bind("b.txt")
        finally:
            os.chdir(here)
        found = scan(settings.raw).files
        assert [code_of(lambda file=file: read_file(file, settings)) for file in found] == ["unreadable", "unreadable"]


def test_file_replaced_by_a_fifo_is_not_waited_for(settings: Settings) -> None:
    path = write(settings.raw / "a.txt")
    file = only(settings.raw)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(Unsettled, match=r"a\.txt"):
        read_file(file, settings)


def test_file_replaced_by_a_link_that_leaves_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    path = write(settings.raw / "a.txt")
    file = only(settings.raw)
    path.unlink()
    path.symlink_to(write(tmp_path / "secret.txt"))
    with pytest.raises(Unsettled):
        read_file(file, settings)


def test_file_without_permission(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(settings.raw / "a.txt")
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read all: let the system refuse

        def refuse(path: str) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(files, "_open_regular", refuse)
    assert code_of(lambda: read_file(only(settings.raw), settings)) == "unreadable"
    with pytest.raises(OSError, match="denied"):
        hash_file(only(settings.raw))


def test_folder_that_cannot_be_listed_is_told_apart_from_one_that_is_gone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings.raw / "open/a.txt")
    write(settings.raw / "shut/deep/b.txt")
    listed = os.scandir

    def scandir(path: str) -> Iterator[os.DirEntry[str]]:
        if path.endswith("/deep"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = scan(settings.raw)
    assert [file.path for file in found.files] == ["open/a.txt"]
    assert found.unreadable_folders == ["shut/deep"]
    assert len(found.warnings) == 1 and "shut/deep" in found.warnings[0]


def test_look_costs_no_heavy_import() -> None:
    heavy = "{'polars', 'duckdb', 'lxml', 'zstandard', 'trafilatura', 'charset_normalizer', 'prefect'}"
    code = f"import sys, flows.files; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_raw_file_goes_to_other_processes(settings: Settings) -> None:
    write(settings.raw / "a.txt")
    assert pickle.loads(pickle.dumps(only(settings.raw))) == only(settings.raw)


# --- keys, hashes, changes -------------------------------------------------------------------------------------------


def test_stat_key_changes_with_file_and_sidecar(settings: Settings) -> None:
    path = write(settings.raw / "a.txt")
    keys = [only(settings.raw).stat_key]
    path.write_text(HINDI)  # same size, new mtime
    keys.append(only(settings.raw).stat_key)
    os.utime(path, (1_700_000_000, 1_700_000_000))  # old mtime, new ctime
    keys.append(only(settings.raw).stat_key)
    sidecar = write(settings.raw / "a.txt.meta.json", "{}")
    keys.append(only(settings.raw).stat_key)
    sidecar.write_text("[]")
    keys.append(only(settings.raw).stat_key)
    assert len(set(keys)) == 5
    assert only(settings.raw).stat_key == keys[-1]


def test_hash_of_file_and_sidecar(settings: Settings) -> None:
    write(settings.raw / "a.txt", b"abc")
    assert hash_file(only(settings.raw)) == (hashlib.sha256(b"abc").hexdigest(), None)
    write(settings.raw / "a.txt.meta.json", b"{}")
    hashes = (hashlib.sha256(b"abc").hexdigest(), hashlib.sha256(b"{}").hexdigest())
    assert hash_file(only(settings.raw)) == hashes
    result = read_file(only(settings.raw), settings)
    assert (result.sha256, result.sidecar_sha256) == hashes


def test_hash_is_that_of_the_stored_bytes(settings: Settings) -> None:
    data = gzip.compress(HINDI.encode())
    write(settings.raw / "a.txt.gz", data)
    result = read_file(only(settings.raw), settings)
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    assert result.documents[0].text == HINDI


CHANGES: dict[str, Callable[[Path], object]] = {
    "grown": lambda path: path.write_text(HINDI * 2),
    "shrunk": lambda path: path.write_text(""),
    "other bytes": lambda path: path.write_text(HINDI[::-1]),
    "touched": lambda path: os.utime(path),
    "gone": lambda path: path.unlink(),
    "sidecar changed": lambda path: write(path.with_name("a.txt.meta.json"), '{"site": "x"}'),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_file_that_changes_after_the_look_waits(settings: Settings, change: Callable[[Path], object]) -> None:
    path = write(settings.raw / "a.txt")
    write(settings.raw / "a.txt.meta.json", "{}")
    file = only(settings.raw)
    change(path)
    with pytest.raises(Unsettled, match=r"^a\.txt: "):
        read_file(file, settings)


def test_file_that_changes_while_it_is_read_waits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(settings.raw / "a.txt")
    file = only(settings.raw)
    opened = files._open_regular

    def open_and_change(name: str) -> int:
        descriptor = opened(name)
        path.write_text(HINDI[::-1])
        return descriptor

    monkeypatch.setattr(files, "_open_regular", open_and_change)
    with pytest.raises(Unsettled):
        read_file(file, settings)


def test_settled_is_two_seconds_after_the_last_change(settings: Settings) -> None:
    path = write(settings.raw / "a.txt")
    assert read_file(only(settings.raw), settings).is_settled
    os.utime(path)
    assert not read_file(only(settings.raw), settings).is_settled
    file = replace(only(settings.raw), newest_mtime_ns=10_000_000_000)
    assert files.is_settled(file, 12_000_000_000)
    assert not files.is_settled(file, 11_999_999_999)


def test_quarantine_carries_what_tells_a_later_run_that_nothing_changed(settings: Settings) -> None:
    write(settings.raw / "a.txt", b"%PDF-1.7")
    write(settings.raw / "a.txt.meta.json", "{}")
    with pytest.raises(Quarantine) as caught:
        read_file(only(settings.raw), settings)
    assert (caught.value.sha256, caught.value.sidecar_sha256) == hash_file(only(settings.raw))
    assert caught.value.is_settled


def test_article_id_is_a_hash_of_path_and_record() -> None:
    assert article_id("s/a.txt") == hashlib.sha256(b"s/a.txt\x000").hexdigest()[:32]
    assert article_id("s/a.txt", 1) != article_id("s/a.txt")


# --- what a file holds -----------------------------------------------------------------------------------------------

KRUTI = 'jk"Vªifr us dgk gS fd ljdkj bl ckjs esa fopkj dj jgh gS vkSj bl ij ckr gks jgh gS A '
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "no byte": ("a.txt", b"", "empty"),
    "space only": ("a.txt", " \n\u00a0\u200b\ufeff\r\n".encode(), "empty"),
    "mark only": ("a.txt", codecs.BOM_UTF8, "empty"),
    "UTF-16 mark only": ("a.html", codecs.BOM_UTF16_LE, "empty"),
    "archive of nothing": ("a.txt.gz", gzip.compress(b""), "empty"),
    "archive of no byte": ("a.txt.zst", b"", "empty"),
    "every tenth byte lost": (
        "a.txt",
        b"".join(HINDI.encode()[i : i + 9] + b"\xff" for i in range(0, 140, 9)),
        "undecodable",
    ),
    "half a character": ("a.txt", "क".encode()[:2], "undecodable"),
    "PDF": ("a.txt", b"%PDF-1.4\n%\xe2\xe3", "not_text"),
    "PNG as HTML": ("a.html", b"\x89PNG\r\n\x1a\n" + bytes(range(200)), "not_text"),
    "ZIP": ("a.txt", b"PK\x03\x04" + bytes(range(100)), "not_text"),
    "gzip without its ending": ("a.txt", gzip.compress(HINDI.encode()), "not_text"),
    "gzip in gzip": ("a.txt.gz", gzip.compress(gzip.compress(HINDI.encode())), "not_text"),
    "RTF": ("a.txt", b"{\\rtf1\\ansi hello}", "not_text"),
    "NUL": ("a.txt", b"some\x00text", "not_text"),
    "control characters": ("a.txt", b"\x01\x02\x03\x04 text", "not_text"),
    "random bytes": ("a.txt", hashlib.shake_256(b"seed").digest(2500), "not_text"),
    "flood of marks": ("a.txt", ("a" + "\u0301\u0316" * 600).encode(), "not_text"),
    "Kruti Dev": ("a.txt", (KRUTI * 5).encode(), "legacy_font"),
    "Kruti Dev in HTML": ("a.html", f'<p><font face="Kruti Dev 010">{KRUTI * 2}</font></p>'.encode(), "legacy_font"),
    "file too large": ("a.txt", b"a" * 3001, "too_large"),
    "text too large": ("a.txt.gz", gzip.compress(b"a" * 5001), "too_large"),
    "page too large": ("a.html", b"a" * 2001, "too_large"),
    "gzip cut short": ("a.txt.gz", gzip.compress(HINDI.encode())[:-1], "bad_archive"),
    "gzip damaged": ("a.txt.gz", gzip.compress(HINDI.encode())[:-5] + b"xxxxx", "bad_archive"),
    "gzip with a tail": ("a.txt.gz", gzip.compress(HINDI.encode()) + b"tail", "bad_archive"),
    "no gzip at all": ("a.html.gz", b"<p>page</p>", "bad_archive"),
    "Zstandard cut short": ("a.txt.zst", zstandard.compress(HINDI.encode())[:-1], "bad_archive"),
    "no Zstandard at all": ("a.txt.zst", HINDI.encode(), "bad_archive"),
}


@pytest.mark.parametrize(("name", "data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(settings: Settings, name: str, data: bytes, code: str) -> None:
    write(settings.raw / "s" / name, data)
    small = replace(settings, max_file_bytes=3000, max_text_bytes=5000, max_html_bytes=2000)
    assert code_of(lambda: read_file(only(settings.raw), small)) == code


ACCEPTED: dict[str, tuple[str, bytes, str, str]] = {
    "newlines untouched": (
        "a.txt",
        "एक\r\nदो\rतीन\n\x85\u2028\x0b\x0c".encode(),
        "एक\r\nदो\rतीन\n\x85\u2028\x0b\x0c",
        "utf-8",
    ),
    "UTF-8 with mark": ("a.txt", codecs.BOM_UTF8 + HINDI.encode(), HINDI, "utf-8+bom"),
    "second mark stays": ("a.txt", codecs.BOM_UTF8 * 2 + b"a", "\ufeffa", "utf-8+bom"),
    "gzip of two members": ("a.txt.gz", gzip.compress(b"one ") + gzip.compress(b"two"), "one two", "utf-8"),
    "gzip with zero bytes behind": ("a.txt.gz", gzip.compress(b"one") + bytes(512), "one", "utf-8"),
    "Zstandard of two frames": (
        "a.txt.zst",
        zstandard.compress(b"one ") + zstandard.compress(b"two"),
        "one two",
        "utf-8",
    ),
    "terminal escapes": (
        "a.txt",
        b"\x1b[31mred\x1b[0m \x1b]0;title\x07" * 20,
        "\x1b[31mred\x1b[0m \x1b]0;title\x07" * 20,
        "utf-8",
    ),
    "one lost byte": ("a.txt", b"\xff" + HINDI.encode() * 5, "\ufffd" + HINDI * 5, "utf-8+replaced:1"),
    "U+FFFD that was there": ("a.txt", "\ufffd".encode() * 50, "\ufffd" * 50, "utf-8"),
    "page in UTF-16": ("a.html", codecs.BOM_UTF16_LE + "<p>रूस".encode("utf-16-le"), "<p>रूस", "utf-16-le+bom"),
    "exactly the limit": ("a.txt.gz", gzip.compress(b"a" * 5000), "a" * 5000, "utf-8"),
}


@pytest.mark.parametrize(("name", "data", "text", "encoding"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(settings: Settings, name: str, data: bytes, text: str, encoding: str) -> None:
    write(settings.raw / "s" / name, data)
    result = read_file(only(settings.raw), replace(settings, max_text_bytes=5000))
    (document,) = result.documents
    assert (document.text, result.encoding) == (text, encoding)
    assert (document.source_path, document.site, document.source_record) == (f"s/{name}", "s", 0)


@pytest.mark.parametrize(("ending", "compress"), [(".gz", gzip.compress), (".zst", zstandard.compress)])
def test_bomb_costs_no_memory(settings: Settings, ending: str, compress: Callable[[bytes], bytes]) -> None:
    bomb = compress(bytes(200_000_000))
    small = replace(settings, max_text_bytes=1_000_000)
    tracemalloc.start()
    try:
        assert code_of(lambda: read_text(bomb, "text", small, f"a.txt{ending}")) == "too_large"
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    for form in ("text", "html"):
        try:
            text, _, encoding = read_text(data, form, Settings())
        except Quarantine as error:
            assert error.code in {"empty", "undecodable", "not_text", "legacy_font"}
        else:
            text.encode()  # no lone surrogate
            assert encoding


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffd"), min_size=1))
def test_utf_8_is_read_as_it_is(text: str) -> None:
    try:
        assert read_text(text.encode(), "text", Settings()) == (text, "text", "utf-8")
    except Quarantine as error:
        assert error.code == "empty" and not text.strip("\u200b\u200c\u200d\u00ad\ufffc").isalnum()


@pytest.mark.parametrize(
    ("form", "data"), [("text", b"a\n" * 500_001), ("html", b"<p>a" * 500_001)], ids=["lines", "tags"]
)
def test_more_pieces_than_memory_is_refused(form: str, data: bytes) -> None:
    assert code_of(lambda: read_text(data, form, Settings())) == "too_large"


# --- sidecars --------------------------------------------------------------------------------------------------------


def test_sidecar(settings: Settings) -> None:
    write(settings.raw / "a.html", "<p>page</p>")
    said = {
        "url": " https://www.khabar.example/a?b=1 ",
        "fetched_at": "2024-05-01T10:30:00",
        "published_at": "1 मई 2024",
        "unknown": {"x": 1},
    }
    write(settings.raw / "a.html.meta.json", json.dumps(said))
    result = read_file(only(settings.raw), settings)
    (document,) = result.documents
    assert result.warnings == []
    assert document.url == "https://www.khabar.example/a?b=1"
    assert document.fetched_at == datetime(2024, 5, 1, 5, 0, tzinfo=UTC)
    assert document.given_published_at == "1 मई 2024"
    assert document.site == result.site == "khabar.example"


def test_site_is_the_folder_then_the_sidecar_then_the_address(settings: Settings) -> None:
    said = json.dumps({"url": "https://c.example/", "site": "b"})
    for name in ("a/x.txt", "x.txt"):
        write(settings.raw / name)
        write(settings.raw / f"{name}.meta.json", said)
    write(settings.raw / "y.txt")
    assert [read_file(file, settings).site for file in scan(settings.raw).files] == ["a", "b", None]


SIDECARS: dict[str, tuple[bytes, int]] = {
    "not JSON": (b"{", 1),
    "no byte": (b"", 1),
    "not UTF-8": (b'{"site": "\xff"}', 1),
    "a list": (b"[]", 1),
    "too deep": (b"[" * 100_000, 1),
    "wrong types": (b'{"url": 1, "site": ["a"], "fetched_at": true, "published_at": {}}', 4),
    "no address": (b'{"url": "javascript:alert(1)"}', 1),
    "no date": (b'{"fetched_at": "yesterday"}', 1),
    "date outside of time": (b'{"fetched_at": "0001-01-01T00:00:00+05:30"}', 1),
    "lone surrogate": (b'{"site": "\\ud800"}', 1),
    "NUL": (b'{"site": "a\\u0000b"}', 1),
    "too long": (b'{"site": "' + b"a" * 3000 + b'"}', 1),
    "a huge number": (b'{"url": ' + b"9" * 10_000 + b"}", 1),
    "null": (b'{"url": null}', 0),
    "with mark": (codecs.BOM_UTF8 + b"{}", 0),
    "empty strings": (b'{"url": "", "site": " "}', 0),
}


@pytest.mark.parametrize(("data", "warnings"), SIDECARS.values(), ids=SIDECARS.keys())
def test_bad_sidecar_is_a_warning(settings: Settings, data: bytes, warnings: int) -> None:
    write(settings.raw / "s/a.txt")
    write(settings.raw / "s/a.txt.meta.json", data)
    result = read_file(only(settings.raw), settings)
    assert len(result.warnings) == warnings
    assert all(warning.startswith("s/a.txt.meta.json: ") and "\n" not in warning for warning in result.warnings)
    document = result.documents[0]
    assert (document.text, document.url, document.site, document.fetched_at) == (HINDI, None, "s", None)


def test_sidecar_that_is_no_small_file(settings: Settings, tmp_path: Path) -> None:
    for name in ("big", "fifo", "folder", "link"):
        write(settings.raw / f"{name}.txt")
    write(settings.raw / "big.txt.meta.json", b" " * 100_000)
    os.mkfifo(settings.raw / "fifo.txt.meta.json")
    (settings.raw / "folder.txt.meta.json").mkdir()
    (settings.raw / "link.txt.meta.json").symlink_to(write(tmp_path / "secret.json", '{"site": "secret"}'))
    results = {file.path: read_file(file, settings) for file in scan(settings.raw).files}
    assert {path: len(result.warnings) for path, result in results.items()} == {
        "big.txt": 1,
        "fifo.txt": 1,
        "folder.txt": 1,
        "link.txt": 1,
    }
    assert {result.site for result in results.values()} == {None}


def test_times_without_a_zone_are_indian() -> None:
    sidecar, _ = parse_sidecar(b'{"fetched_at": "2024-05-01"}')
    assert sidecar.fetched_at == datetime(2024, 4, 30, 18, 30, tzinfo=UTC)
    sidecar, _ = parse_sidecar(b'{"fetched_at": "2024-05-01T00:00:00Z"}')
    assert sidecar.fetched_at == datetime(2024, 5, 1, tzinfo=UTC)


SITES = {
    "https://www.Khabar.example:8080/a": "khabar.example",
    "http://user:secret@khabar.example?x": "khabar.example",
    "https://hi.khabar.example": "hi.khabar.example",
    "https:///nohost": None,
}


@pytest.mark.parametrize(("url", "site"), SITES.items(), ids=SITES.keys())
def test_site_of_url(url: str, site: str | None) -> None:
    assert site_of_url(url) == site


# --- one file --------------------------------------------------------------------------------------------------------


def test_one_file_inside_raw_is_as_the_scan_finds_it(settings: Settings) -> None:
    path = write(settings.raw / "s/deep/a.txt")
    write(settings.raw / "s/deep/a.txt.meta.json", "{}")
    found = look_at_file(path, settings.raw)
    assert read_file(found, settings) == read_file(only(settings.raw), settings)
    assert (found.path, found.site) == ("s/deep/a.txt", "s")


def test_one_file_elsewhere_goes_by_its_name(settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path / "elsewhere/page.HTML.gz", gzip.compress(b"<p>page"))
    found = look_at_file(path, settings.raw)
    assert (found.path, found.site, found.format) == ("page.HTML.gz", None, "html")
    assert read_file(found, settings).documents[0].text == "<p>page"
    with pytest.raises(FileNotFoundError):
        look_at_file(tmp_path / "nothing.txt")


def test_one_file_may_be_a_link_that_the_user_names(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(write(tmp_path / "real.txt"))
    assert read_file(look_at_file(tmp_path / "link.txt"), settings).documents[0].text == HINDI


def test_raw_files_are_left_alone(settings: Settings) -> None:
    path = write(settings.raw / "a.txt")
    path.chmod(0o444)
    before = path.stat()
    read_file(only(settings.raw), settings)
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ctime_ns, before.st_size) == (
        after.st_mtime_ns,
        after.st_ctime_ns,
        after.st_size,
    )
    assert stat.S_IMODE(after.st_mode) == 0o444


@pytest.mark.parametrize(
    ("page", "count"),
    [
        pytest.param(f"<p>x<p {' '.join(f'a{n}=b' for n in range(12000))}>y", 12000, id="a tag of many"),
        pytest.param(f"<p a='{'b=c ' * 9000}'>y", 0, id="a long value"),
        pytest.param("<p>" + "एक दो " * 9000, 0, id="a long text"),
        pytest.param(f"<p {' '.join(f'a{n}' for n in range(4000))}>y", 0, id="no more than may be"),
    ],
)
def test_attributes_are_counted_by_the_tag(page: str, count: int) -> None:
    assert most_attributes(page) == count
