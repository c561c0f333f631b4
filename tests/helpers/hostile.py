"""Raw files that nobody should send, each with the code that it must get; made when they are needed."""

from __future__ import annotations

import codecs
import ctypes
import gzip
import hashlib
import json
import os
import socket
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import zstandard
from conftest import SENTENCES, make_page
from helpers.bulk import json_lines, parquet, warc_record

LOADED = "loaded"
ESCAPES = "\x1b]0;बुरा\x07\x1b[2J\x1b[31m"
SQL = "'; drop table articles; -- \" $$ {} %s"
MARKUP = "<script>alert(1)</script> [bold]मोटा[/bold]"
KRUTI = 'jk"Vªifr us dgk gS fd ljdkj bl ckjs esa fopkj dj jgh gS vkSj bl ij ckr gks jgh gS A '
LINKS = "Facebook Twitter WhatsApp\n\nRelated posts\n"
GIGANTIC = 200_000_000


def text(number: int, *lines: str) -> bytes:
    """An article with lines of its own behind it."""
    return "\n".join([make_page(number), *lines, ""]).encode()


def page(number: int, inside: str = "", head: str = "") -> bytes:
    """The same as HTML, with something between its paragraphs."""
    title, _, *paragraphs = make_page(number).splitlines()
    body = inside.join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>".encode()


def gzip_bomb(members: int = 50) -> bytes:
    """5 GB of zeros in 5 MB: one member many times over."""
    return gzip.compress(bytes(100_000_000), 1) * members


def zstd_bomb(frames: int = 80) -> bytes:
    """8 GB of zeros in a few hundred kilobytes."""
    return zstandard.compress(bytes(100_000_000)) * frames


def wide_window() -> bytes:
    """A Zstandard frame that asks its reader for 2 GiB at once."""
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=31)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return compressor.compress(text(1)) + compressor.flush()


def one_line(size: int) -> bytes:
    """Prose without a line end."""
    sentence = f"{SENTENCES[0]} {SENTENCES[5]} ".encode()
    return sentence * (size // len(sentence))


def files() -> Iterator[tuple[bytes, Callable[[], bytes], str]]:
    """Name, content and expected code of every plain file, all in one folder."""
    utf_8 = make_page(40)
    yield from (
        # nothing in it
        (b"empty.txt", lambda: b"", "empty"),
        (b"spaces.txt", lambda: " \n\u00a0\u3000\t\r\n".encode() * 50, "empty"),
        (b"mark only.txt", lambda: codecs.BOM_UTF8, "empty"),
        (b"invisible.txt", lambda: "\u200b\u200c\u200d\ufeff\u00ad\u2060".encode() * 9, "empty"),
        (b"empty.txt.gz", lambda: gzip.compress(b""), "empty"),
        (b"empty page.html", lambda: b"<html><head></head><body> </body></html>", "no_article"),
        # no text
        (b"nul.txt", lambda: text(41) + b"\0", "not_text"),
        (b"nuls.txt", lambda: bytes(5000), "not_text"),
        (b"random.txt", lambda: hashlib.shake_256(b"khabar").digest(20_000), "not_text"),
        (b"pdf.txt", lambda: b"%PDF-1.7\n%\xe2\xe3\n" + bytes(range(256)), "not_text"),
        (b"png.html", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_text"),
        (b"elf.txt", lambda: b"\x7fELF" + bytes(range(256)), "not_text"),
        (b"zip.txt", lambda: b"PK\x03\x04" + bytes(range(256)), "not_text"),
        (b"gzip.txt", lambda: gzip.compress(text(42)), "not_text"),
        (b"twice.txt.gz", lambda: gzip.compress(gzip.compress(text(43))), "not_text"),
        (b"controls.txt", lambda: b"\x01\x02 text" * 40, "not_text"),
        (b"marks.txt", lambda: ("क" + "\u0301\u0316" * 900).encode(), "not_text"),
        (b"kruti.txt", lambda: KRUTI.encode() * 9, "legacy_font"),
        # encodings
        (b"broken.txt", lambda: utf_8.encode().replace("क".encode(), b"\xe0\xa4"), "undecodable"),
        (b"half a letter.txt", lambda: "क".encode()[:2], "undecodable"),
        (b"one bad byte.txt", lambda: text(44) + b"\xff\n", LOADED),
        (b"surrogates.txt", lambda: text(45) + "\ud83d\ude00".encode(errors="surrogatepass"), LOADED),
        (b"utf-16 mark.txt", lambda: make_page(46).encode("utf-16"), LOADED),
        (b"utf-16 be mark.txt", lambda: codecs.BOM_UTF16_BE + make_page(47).encode("utf-16-be"), LOADED),
        (b"utf-16 le bare.txt", lambda: make_page(48).encode("utf-16-le"), LOADED),
        (b"utf-16 be bare.txt", lambda: make_page(49).encode("utf-16-be"), LOADED),
        (b"utf-16 odd.txt", lambda: make_page(50).encode("utf-16")[:-1], LOADED),
        (b"utf-32.txt", lambda: make_page(51).encode("utf-32"), LOADED),
        (b"lying charset.html", lambda: page(52, head='<meta charset="windows-1252">'), LOADED),
        (b"odd charset.html", lambda: page(53, head='<meta charset="utf-7\x00zlib_codec">'), LOADED),
        # too much
        (b"one line.txt.gz", lambda: gzip.compress(one_line(40_000_000), 1), "too_large"),
        (b"bomb.txt.gz", gzip_bomb, "too_large"),
        (b"bomb.html.zst", zstd_bomb, "too_large"),
        (b"lines.txt", lambda: b"a\n" * 600_000, "too_large"),
        (b"tags.html", lambda: b"<p>a" * 600_000, "too_large"),
        (b"long page.html", lambda: page(54, "x" * 9_000_000), "too_large"),
        (b"long word.txt", lambda: text(55, "क" * 300_000), LOADED),
        (b"long line.txt", lambda: text(56, one_line(100_000).decode()), LOADED),
        # archives
        (b"cut.txt.gz", lambda: gzip.compress(text(57))[:-9], "bad_archive"),
        (b"cut.txt.zst", lambda: zstandard.compress(text(58))[:-9], "bad_archive"),
        (b"wrong sum.txt.gz", lambda: gzip.compress(text(59))[:-8] + bytes(8), "bad_archive"),
        (b"tail.txt.gz", lambda: gzip.compress(text(60)) + b"tail", "bad_archive"),
        (b"no gzip.html.gz", lambda: page(61), "bad_archive"),
        (b"zlib.txt.gz", lambda: zlib.compress(text(62)), "bad_archive"),
        (b"no zstandard.txt.zst", lambda: text(63), "bad_archive"),
        (b"wide window.txt.zst", wide_window, "bad_archive"),
        # pages
        (b"nested.html", lambda: page(64, "<div>" * 100_000), LOADED),
        (b"spans.html", lambda: page(65, "<span>x" * 5_000), LOADED),
        (b"never closed.html", lambda: page(66, "<!-- "), LOADED),
        (b"attribute.html", lambda: page(67, f'<a href="{"x" * 1_000_000}" {"b " * 9000}>y</a>'), LOADED),
        (b"data address.html", lambda: page(68, f'<img src="data:image/png;base64,{"A" * 3_000_000}">'), LOADED),
        (
            b"script.html",
            lambda: b"<html><script>" + b"document.write('x');" * 9000 + b"</script></html>",
            "no_article",
        ),
        (b"script around.html", lambda: page(69, f"<script>{'x();' * 100_000}</script>"), LOADED),
        (b"laughs.html", lambda: laughs() + page(70, "&lol9;"), LOADED),
        (b"entities.html", lambda: page(71, "&#x41;&amp;&bogus;&#0;&#x110000;" * 9000), LOADED),
        (b"links.txt", lambda: LINKS.encode(), "no_article"),
        (b"emoji.txt", lambda: "😀👍🏽\u200d\n".encode() * 90, "no_article"),
        # text that is not for terminals, shells and SQL
        (b"escapes.txt", lambda: text(72, ESCAPES), LOADED),
        (b"sql.txt", lambda: text(73, SQL, MARKUP), LOADED),
        (b"turned.txt", lambda: text(74, "\u202eउल्टा\u2066 \u200f"), LOADED),
        # names
        ("सड़क\nपर 'दो' \"तीन\";--.txt".encode(), lambda: text(75), LOADED),
        (b"a..%2f..%2fetc%2fpasswd.txt", lambda: text(76), LOADED),
        (b"$(touch gone) `id` &&.txt", lambda: text(77), LOADED),
        (b"--help.txt", lambda: text(78), LOADED),
        (b"[a-z]*?.txt", lambda: text(79), LOADED),
        (f"{ESCAPES}[bold]name.txt".encode(), lambda: text(80), LOADED),
        (b"\xff\xfe caf\xe9.txt", lambda: text(81), LOADED),
        (b"n" * 251 + b".txt", lambda: text(82), LOADED),
        (b"-rf.txt", lambda: text(83), LOADED),
        (b"con.txt", lambda: text(84), LOADED),
        (b" .txt", lambda: text(85), LOADED),
        (b"tab\tdel\x7f.txt", lambda: text(86), LOADED),
        ("\u202egnp.txt".encode(), lambda: text(87), LOADED),
        # what looks like text, or like nothing
        (b"few bytes.txt", lambda: bytes(range(1, 9)) * 500, "not_text"),
        (b"overlong.txt", lambda: text(128) + b"\xc0\xaf\xe0\x80\xaf" * 90, "undecodable"),
        (b"blank run.txt", lambda: text(88, "\n" * 3000 + "अंत"), LOADED),
        (b"returns.txt", lambda: text(89).replace(b"\n", b"\r") + b"\r" * 3000, LOADED),
        (b"invisible line.txt", lambda: text(93, "\u202e" * 5000, "\u200b \ufeff" * 2000), LOADED),
        (b"viramas.txt", lambda: text(94, "क्" * 100_000, "\u200d" * 100_000), LOADED),
        (b"marks apart.txt", lambda: text(95, "क\u0951\u0952 " * 50_000), LOADED),
        (b"quotes.txt", lambda: text(96, "“‘" * 50_000, '"' * 50_001, "([" * 50_000), LOADED),
        (b"days.txt", lambda: text(97, *["31 फरवरी 99999", "0/0/0000 25:61", "99 Sep 20244, 99:99 IST"] * 900), LOADED),
        (b"utf-7.html", lambda: page(98, "<p>+ADw-script+AD4-", '<meta charset="utf-7">'), LOADED),
        (b"charsets.html", lambda: page(99, head='<meta charset="big5"><meta charset="utf-16le">' * 99), LOADED),
        (b"attributes.html", lambda: page(111, f"<p {' '.join(f'a{n}=b' for n in range(100_000))}>"), "too_large"),
        (b"long attribute.html", lambda: page(127, f'<p data-page="{"a =b " * 100_000}">'), LOADED),
        (b"external.html", lambda: EXTERNAL + page(112, "&secret;"), LOADED),
        (b"half characters.html", lambda: page(113, head=LINKED_DATA), LOADED),
        (b"frames.html", lambda: b"<frameset>" * 3000 + page(114), LOADED),
        (b"tables.html", lambda: page(115, "<table><tr><td>" * 2000), LOADED),
        (b"plaintext.html", lambda: page(116, "<plaintext>"), LOADED),
        (b"members.txt.gz", lambda: gzip.compress(b"") * 50_000 + gzip.compress(text(117)), LOADED),
    )


def bulk_files() -> Iterator[tuple[bytes, Callable[[], bytes], str]]:
    """The same of files of many documents, each of which holds a good one, too, where that can be."""
    good = json_lines([{"text": make_page(118)}])
    yield from (
        (
            b"one line.jsonl.gz",
            lambda: gzip.compress(b'{"text": "' + bytes(GIGANTIC) + b'"}\n' + good, 1),
            "bad_record",
        ),
        (b"deep.jsonl", lambda: b"[" * 1_000_000 + b"\n" + b'{"text":' * 100_000 + b"\n" + good, "bad_record"),
        (b"keys.jsonl", lambda: b"{" + b",".join(b'"%d":1' % n for n in range(50_000)) + b"}\n" + good, "bad_record"),
        (b"halves.jsonl", lambda: good.replace(b'"}', b'\\ud83d", "title": "\\ud800", "id": "\\udfff"}'), LOADED),
        (b"numbers.jsonl", lambda: good.replace(b"}", b', "date": 1e999, "id": NaN, "url": -Infinity}'), LOADED),
        (b"days.jsonl", lambda: json_lines({"text": make_page(n), "date": day} for n, day in enumerate(DAYS)), LOADED),
        (b"nul.jsonl", lambda: good.replace(b'"}', b'\\u0000"}') + good, "bad_record"),
        (b"utf-16.jsonl", lambda: good.decode().encode("utf-16"), "bad_record"),
        (b"nuls.jsonl", lambda: bytes(1_000_000), "bad_record"),
        (b"numbers.parquet", lambda: parquet([{"text": 1}]), "bad_record"),
        (b"lists.parquet", lambda: parquet([{"text": [make_page(119)]}]), "bad_record"),
        (b"cut.parquet", lambda: parquet([{"text": make_page(119)}])[:-40], "bad_archive"),
        (b"empty.parquet", lambda: b"PAR1" + bytes(5000) + b"PAR1", "bad_archive"),
        (b"encrypted.parquet", lambda: b"PARE" + bytes(5000) + b"PARE", "bad_archive"),
        (b"huge footer.parquet", lambda: b"PAR1" + bytes(99) + b"\xf0\xff\xff\xffPAR1", "bad_archive"),
        (b"no end.warc", lambda: crawled(120).replace(b"Length: ", b"Length: 99999999", 1), "bad_archive"),
        (b"no size.warc", lambda: crawled(121).replace(b"Length: ", b"Length: -", 1) + crawled(122), "bad_record"),
        (b"no line.warc", lambda: b"WARC/1.0 " + b"x" * 1_000_000, "bad_archive"),
        (b"many headers.warc", lambda: b"WARC/1.0\r\n" + b"X: y\r\n" * 99_999 + b"\r\n" + crawled(123), LOADED),
        (b"chunks.warc", lambda: crawled(124, ("Transfer-Encoding", "chunked"), b"ffffffffff\r\n"), LOADED),
        (b"bomb.warc", lambda: crawled(125, ("Content-Encoding", "gzip"), gzip_bomb(1)), "bad_record"),
        (b"brotli.warc", lambda: crawled(126, ("Content-Encoding", "br"), NOISE), "bad_record"),
    )


def crawled(number: int, header: tuple[str, str] = ("X", "y"), before: bytes = b"") -> bytes:
    """A response with a header of its own, and something before its page."""
    return warc_record(before + page(number), headers=[("Content-Type", "text/html; charset=utf-8"), header])


EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
LINKED_DATA = (
    f'<script type="application/ld+json">{"[" * 50_000}</script>'
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "\\ud800", "datePublished": 1e999,'
    ' "author": {"name": ["\\u001b[2J\\udfff"]}, "dateModified": "99999-99-99T99:99:99+99:99"}</script>'
)
DAYS = ("-0001-01-01", "99999-12-31", "0000-00-00", "2024-02-30", "9999-12-31T23:59:59-14:00", "१" * 1900)
NOISE = hashlib.shake_256(b"brotli").digest(20_000)


def laughs() -> bytes:
    """Entities of entities: 3 GB if a parser believed them."""
    lines = [f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10)]
    return f'<!DOCTYPE html [<!ENTITY lol0 "hahaha">{"".join(lines)}]>'.encode()


#: Sidecars that lie: each is a warning, and its file is loaded all the same.
SIDECARS = {
    "not json": b"{",
    "too deep": b"[" * 100_000,
    "too long": b" " * 100_000,
    "escapes": json.dumps({"site": ESCAPES, "url": f"javascript:{ESCAPES}"}).encode(),
    "yesterday": b'{"fetched_at": "yesterday"}',
    "year 1": b'{"fetched_at": "0001-01-01T00:00:00+05:30"}',
    "no such day": b'{"published_at": "2024-02-31"}',
    "no date": b'{"published_at": "soon"}',
    "far future": b'{"published_at": "9999-12-31"}',
    "other site": b'{"site": "another"}',
}


def make_hostile(raw: Path, outside: Path) -> dict[str, str]:
    """Fills the raw folder; the expected code of every stored path that stands for a file."""
    folder = raw / "odd"
    folder.mkdir(parents=True)
    expected = {}
    for name, make, code in (*files(), *bulk_files()):
        (folder / os.fsdecode(name)).write_bytes(make())
        expected[stored(f"odd/{os.fsdecode(name)}")] = code
    with (folder / "sparse.txt").open("wb") as sparse:
        sparse.truncate(GIGANTIC)
    expected["odd/sparse.txt"] = "too_large"
    for number, (name, data) in enumerate(SIDECARS.items(), 100):
        (folder / f"sidecar {name}.txt").write_bytes(text(number))
        (folder / f"sidecar {name}.txt.meta.json").write_bytes(data)
        expected[f"odd/sidecar {name}.txt"] = LOADED
    return expected | make_links(folder, outside) | make_specials(folder)


def stored(name: str) -> str:
    """Bytes that are not UTF-8 as %XX, written here by a way of its own."""
    return "".join(f"%{ord(char) - 0xDC00:02X}" if "\udc80" <= char <= "\udcff" else char for char in name)


def make_links(folder: Path, outside: Path) -> dict[str, str]:
    outside.write_bytes(text(90, "kept outside"))
    links = {
        "inside.txt": ("escapes.txt", LOADED),
        "chain.txt": ("inside.txt", LOADED),
        "outside.txt": (str(outside), "outside_raw"),
        "environment.txt": ("/proc/self/environ", "outside_raw"),
        "endless.txt": ("/dev/zero", "outside_raw"),
        "outside.jsonl": (str(outside), "outside_raw"),
        "dangling.txt": ("nothing.txt", "unreadable"),
        "circle.txt": ("circle.txt", "unreadable"),
        "one.txt": ("other.txt", "unreadable"),
        "other.txt": ("one.txt", "unreadable"),
        "linked folder": ("..", None),
        "linked folder.txt": (".", None),
    }
    for name, (target, _) in links.items():
        (folder / name).symlink_to(target)
    return {f"odd/{name}": code for name, (_, code) in links.items() if code}


def make_specials(folder: Path) -> dict[str, str]:
    """What is no file, or may not be read."""
    os.mkfifo(folder / "fifo.txt")
    os.mkfifo(folder / "sidecar fifo.txt.meta.json")
    os.mkfifo(folder / "fifo.parquet")
    (folder / "sidecar folder.txt.meta.json").mkdir()
    (folder / "sidecar outside.txt.meta.json").symlink_to("/dev/zero")
    (folder / "sidecar circle.txt.meta.json").symlink_to("sidecar circle.txt.meta.json")
    sidecars = ("sidecar fifo.txt", "sidecar folder.txt", "sidecar outside.txt", "sidecar circle.txt")
    for number, name in enumerate(sidecars, 130):
        (folder / name).write_bytes(text(number))
    names = dict.fromkeys(sidecars, LOADED) | dict.fromkeys(("fifo.txt", "fifo.parquet", "shut.txt"), "unreadable")
    with closing(socket.socket(socket.AF_UNIX)) as server:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket is short
        try:
            server.bind("socket.txt")
        finally:
            os.chdir(here)
    names["socket.txt"] = "unreadable"
    try:
        os.mknod(folder / "device.txt", 0o020666, os.makedev(1, 5))
        names["device.txt"] = "unreadable"
    except PermissionError:  # only root may make one
        pass
    (folder / "shut.txt").write_bytes(text(92))
    (folder / "shut.txt").chmod(0)
    (folder / "shut folder").mkdir(mode=0)
    return {f"odd/{name}": code for name, code in names.items()}


def obey_permissions() -> None:
    """Takes from this process, if it is root's, the right to read what nobody may; for a child before it begins."""
    if os.geteuid() == 0 and sys.platform == "linux":
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
                raise OSError(ctypes.get_errno(), "can't give up a capability")
