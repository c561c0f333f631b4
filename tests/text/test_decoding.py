"""Bytes become the characters they were written as; a declaration is believed only where it makes sense."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.decoding import NotTextError, UndecodableError, decode_page, replaced_count

HINDI = "दिल्ली में मंगलवार को दोनों देशों के विदेश मंत्री मिले। बातचीत दो घंटे चली।\n" * 5
ENGLISH = "The minister’s “visit” to a café – his third – cost £500, said the naïve aide. " * 20
RUSSIAN = "Министр иностранных дел заявил о переговорах с соседними странами в столице. " * 20
CHINESE = "外交部长在首都举行会谈，双方讨论了双边关系和地区安全问题。" * 20

BY_BYTES = {
    "UTF-8": (HINDI, "utf-8", "utf-8"),
    "UTF-16 LE": (HINDI, "utf-16-le", "utf-16-le"),
    "UTF-16 BE": (HINDI, "utf-16-be", "utf-16-be"),
    "UTF-16 LE, ASCII": ("Hello world", "utf-16-le", "utf-16-le"),
    "UTF-32 LE": (HINDI, "utf-32-le", "utf-32-le"),
    "windows-1252": (ENGLISH, "cp1252", "windows-1252"),
    "windows-1252, two words": ("déjà vu", "cp1252", "windows-1252"),
    "windows-1251": (RUSSIAN, "cp1251", "windows-1251"),
    "KOI8-R": (RUSSIAN, "koi8-r", "koi8-r"),
    "GBK": (CHINESE, "gbk", "gb18030"),
}


@pytest.mark.parametrize("is_html", [False, True], ids=["text", "page"])
@pytest.mark.parametrize(("text", "codec", "encoding"), BY_BYTES.values(), ids=BY_BYTES.keys())
def test_without_declaration(text: str, codec: str, encoding: str, is_html: bool) -> None:
    decoded = decode_page(text.encode(codec), is_html)
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert text.encode(codec).decode(encoding) == text  # the name says how to read it again


MARKS = {
    "utf-8+bom": codecs.BOM_UTF8,
    "utf-16-le+bom": codecs.BOM_UTF16_LE,
    "utf-16-be+bom": codecs.BOM_UTF16_BE,
    "utf-32-le+bom": codecs.BOM_UTF32_LE,
    "utf-32-be+bom": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize(("encoding", "mark"), MARKS.items(), ids=MARKS.keys())
def test_byte_order_mark(encoding: str, mark: bytes) -> None:
    decoded = decode_page(mark + HINDI.encode(encoding.removesuffix("+bom")), False)
    assert (decoded.text, decoded.encoding) == (HINDI, encoding)


META = '<html><head><meta charset="{}"><title>x</title></head><body>{}</body></html>'
HTTP_EQUIV = '<META HTTP-EQUIV=Content-Type CONTENT="text/html; charset={}"><p>{}'
XML = "<?xml version='1.0' encoding='{}'?><html><body>{}</body></html>"
DECLARED = {
    "meta": (META, "windows-1251", RUSSIAN, "windows-1251"),
    "http-equiv": (HTTP_EQUIV, "koi8-r", RUSSIAN, "koi8-r"),
    "XML declaration": (XML, "windows-1251", RUSSIAN, "windows-1251"),
    "gb2312 means its superset": (META, "gb2312", CHINESE, "gb18030"),
    "Latin-1 means windows-1252": (META, "ISO-8859-1", ENGLISH, "windows-1252"),
    "Polish, which a guess would miss": (META, "iso-8859-2", "Zażółć gęślą jaźń. ", "iso8859-2"),
}


@pytest.mark.parametrize(("page", "name", "text", "encoding"), DECLARED.values(), ids=DECLARED.keys())
def test_declared(page: str, name: str, text: str, encoding: str) -> None:
    source = page.format(name, text)
    decoded = decode_page(source.encode(encoding), True)
    assert (decoded.text, decoded.encoding) == (source, encoding)


WRONGLY_DECLARED = {
    "UTF-8 that says Latin-1": (META.format("iso-8859-1", HINDI), "utf-8", "utf-8"),
    "windows-1252 that says UTF-8": (META.format("utf-8", ENGLISH), "cp1252", "windows-1252"),
    "UTF-16 that says UTF-8": (META.format("utf-8", HINDI), "utf-16-le", "utf-16-le"),
    "windows-1252 that says GBK": (META.format("gbk", ENGLISH), "cp1252", "windows-1252"),
    "Cyrillic with a codec of no text": (META.format("zlib", RUSSIAN), "cp1251", "windows-1251"),
    "Cyrillic with nonsense": (META.format("x-no-such", RUSSIAN), "cp1251", "windows-1251"),
    "a declaration in a comment": ("<!-- " + META.format("koi8-r", "") + " -->" + RUSSIAN, "cp1251", "windows-1251"),
}


@pytest.mark.parametrize(("source", "codec", "encoding"), WRONGLY_DECLARED.values(), ids=WRONGLY_DECLARED.keys())
def test_wrongly_declared(source: str, codec: str, encoding: str) -> None:
    decoded = decode_page(source.encode(codec), True)
    assert (decoded.text, decoded.encoding) == (source, encoding)


def test_a_text_declares_nothing() -> None:
    source = META.format("koi8-r", RUSSIAN)
    assert decode_page(source.encode("cp1251"), False).encoding == "windows-1251"


def test_damaged_utf_8_is_repaired_and_counted() -> None:
    data = HINDI.encode() + b"\xff" + HINDI.encode()
    decoded = decode_page(data, False)
    assert (decoded.text, decoded.encoding) == (f"{HINDI}\ufffd{HINDI}", "utf-8+replaced:1")
    assert replaced_count(decoded.encoding) == 1


def test_text_cut_inside_a_character() -> None:
    decoded = decode_page(HINDI.rstrip().encode() + "क".encode()[:2], False)
    assert (decoded.text, decoded.encoding) == (f"{HINDI.rstrip()}\ufffd", "utf-8+replaced:1")


def test_utf_16_of_odd_length() -> None:
    decoded = decode_page(codecs.BOM_UTF16_LE + HINDI.encode("utf-16-le") + b"\x15", False)
    assert decoded.encoding == "utf-16-le+bom+replaced:1"


def test_latin_1_is_no_damaged_utf_8_where_hindi_is_around() -> None:
    """One stray byte of another encoding costs one character, not the page."""
    decoded = decode_page((HINDI * 2).encode() + b"caf\xe9\n", False)
    assert decoded.text == f"{HINDI * 2}caf\ufffd\n"


@pytest.mark.parametrize("bad", [2, 4], ids=["one in a hundred", "two in a hundred"])
def test_one_percent_is_the_limit(bad: int) -> None:
    data = b"\xff" * bad + "क".encode() * (200 - bad)
    if bad == 2:
        assert decode_page(data, False).text.startswith("\ufffd\ufffdक")
    else:
        with pytest.raises(UndecodableError, match="4 of 200 characters"):
            decode_page(data, False)


def test_nul_in_a_page_is_left_to_the_parser() -> None:
    assert decode_page(b"<p>a\x00b</p>" + b"x" * 100, True).text.startswith("<p>a\x00b")
    with pytest.raises(NotTextError, match="1 NUL"):
        decode_page(b"a\x00b" + b"x" * 100, False)


def test_short_lines_and_tables_are_no_utf_16() -> None:
    for text in ("1\n2\n3\n4\n", "a\tb\nc\td\n", "\t\t\t"):
        assert decode_page(text.encode(), False).text == text


@given(st.binary(max_size=300), st.booleans())
def test_whatever_comes_out_is_text_without_surrogates(data: bytes, is_html: bool) -> None:
    try:
        decoded = decode_page(data, is_html)
    except (NotTextError, UndecodableError):
        return
    decoded.text.encode()
    codec = decoded.encoding.split("+")[0]
    assert any(data[mark:].decode(codec, "replace") == decoded.text for mark in (0, 2, 3, 4))
