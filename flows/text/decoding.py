"""Bytes of a page or text to characters: which encoding they are in, and whether they are text at all."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from flows.text.characters import has_mark_flood
from flows.text.repairs import repair_text

MAX_REPLACED_SHARE = 0.01
MAX_CONTROL_SHARE = 0.05
SAMPLE_BYTES = 64 * 1024
DECLARATION_BYTES = 16 * 1024
#: Letters for a space, on average, that no page in UTF-16 or UTF-32 has.
LONGEST_WORDS = 100

_BOMS = (  # the longer ones first: the mark of UTF-32 LE begins with that of UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: First bytes of files that are no text, whatever their name.
_MAGIC = {
    b"%PDF-": "PDF",
    b"\x89PNG\r\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"\xff\xd8\xff": "JPEG",
    b"PK\x03\x04": "ZIP or Office",
    b"PK\x05\x06": "ZIP",
    b"\x1f\x8b\x08": "gzip",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"\xfd7zXZ\x00": "XZ",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"\x7fELF": "ELF",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "old Office",
    b"{\\rtf": "RTF",
    b"%!PS-": "PostScript",
    b"OggS\x00": "Ogg",
    b"SQLite format 3\x00": "SQLite",
    b"wOFF": "web font",
    b"wOF2": "web font",
}

# What pages call an encoding → Python's codec; the Encoding Standard's choices where it differs from the name.
_CODECS = {
    **{f"windows-125{i}": f"cp125{i}" for i in range(9)},
    **{f"cp125{i}": f"cp125{i}" for i in range(9)},
    **{f"iso-8859-{i}": f"iso8859-{i}" for i in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii"), "cp1252"),
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-8",  # a declaration that could be read as ASCII is not in UTF-16
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "macintosh": "mac-roman",
    "ibm866": "cp866",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "euc-jp": "euc_jp",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
# Names are those of Python's codecs, so that `files.encoding` says how to read the file again.
_NAMES = {f"cp125{i}": f"windows-125{i}" for i in range(9)} | {"koi8_r": "koi8-r", "koi8_u": "koi8-u"}
_GUESSABLE = sorted({*_CODECS.values()} - {"utf-8"})

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META_CHARSET = re.compile(rb"<meta\s[^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\A\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")

# Characters that a wrong guess at UTF-16 hardly ever gives: European, Indian, West Asian letters and typography.
_PLAUSIBLE = re.compile("[\t\n\r\x20-\x7e\xa0-\u17ff\u2000-\u206f\u20a0-\u22ff\ufeff]")
_SPACE = re.compile(r"[\s\u200b]")
# C0 but for tab, line ends and escape, which begins a terminal sequence and is judged with it.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NO_CONTROL_BYTE = bytes(byte for byte in range(256) if not _CONTROL.match(chr(byte)))
_ESCAPE_SEQUENCE = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[ -/]*[0-~])")
_NONSENSE = re.compile("[\x80-\x84\x86-\x9f\ufffd]")


class UndecodableError(ValueError):
    """Bytes that are text in no known encoding."""


class NotTextError(ValueError):
    """Bytes that are no text: an image, an archive, a program."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without its byte-order mark, and the codec and repairs that gave it: "utf-8", "utf-8+bom+double:40" …"""

    text: str
    encoding: str


def decode_page(data: bytes, is_html: bool, charset: str | None = None) -> Decoded:
    """The characters of a file: byte-order mark, valid UTF-8, UTF-16 by its looks, a declaration, then a guess.

    Invalid bytes become U+FFFD and are counted in `encoding`, as are characters that were encoded once too often.
    `charset` is a declaration from outside the page, by the server that gave it.

    Raises:
        NotTextError: the bytes of another kind of file.
        UndecodableError: more than 1 % of the characters can't be read.
    """
    for mark, kind in _MAGIC.items():
        if data.startswith(mark):
            raise NotTextError(f"it begins like a {kind} file")
    decoded = _by_mark(data) or _as_utf_8(data) or _as_wide(data) or _by_declaration_or_guess(data, is_html, charset)
    _check_text(data, decoded, is_html)
    text, repairs = repair_text(decoded.text, is_html)
    return Decoded(text, "+".join([decoded.encoding, *repairs]))


def _by_mark(data: bytes) -> Decoded | None:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            if codec.startswith("utf-32") and len(data) % 4:
                continue
            return _replace(data[len(mark) :], codec, f"{codec}+bom")
    return None


def _as_utf_8(data: bytes) -> Decoded | None:
    """Valid UTF-8 that is not rather UTF-16 full of NULs."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if _has_control_byte(data[:SAMPLE_BYTES]) and (wide := _as_wide(data)) is not None:
        return wide
    return Decoded(text, "utf-8")


def _as_wide(data: bytes) -> Decoded | None:
    """UTF-16 or UTF-32 without a mark: the one that gives nearly nothing but plausible characters."""
    sample = data[: SAMPLE_BYTES - SAMPLE_BYTES % 4]
    for codec in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        text = sample.decode(codec, "replace")
        if text and len(_PLAUSIBLE.findall(text)) >= 0.95 * len(text) and _has_words(text):
            return _replace(data, codec, codec)
    return None


def _has_words(text: str) -> bool:
    """Whether there is space between letters as in a language: bytes 1 to 8 again and again are letters, too."""
    return len(text) < 50 or len(_SPACE.findall(text)) * LONGEST_WORDS >= len(text)


def _by_declaration_or_guess(data: bytes, is_html: bool, charset: str | None) -> Decoded:
    """Bytes that are not UTF-8 throughout: damaged UTF-8 if most of it is sound, else a legacy encoding."""
    utf_8 = _replace(data, "utf-8", "utf-8")
    # Outside UTF-8 a byte of 80 and up seldom stands where UTF-8 would have it: sound characters tell it from the rest.
    damage = utf_8.text.count("\ufffd")
    sound = sum(char > "\x7f" for char in utf_8.text) - damage
    if sound > damage or _is_nearly_utf_8(data):
        return utf_8
    declared = [_CODECS.get((charset or "").lower()), _declared_codec(data) if is_html else None]
    candidates = [codec for codec in declared if codec]
    if not _is_binary(data):
        candidates += _guessed_codecs(data)
    best, least = utf_8, _nonsense_share(utf_8.text)
    for codec in candidates:
        name = _NAMES.get(codec, codec)
        decoded = _replace(data, codec, name)
        share = _nonsense_share(decoded.text)
        if share == 0:
            return decoded
        if share < least:
            best, least = decoded, share
    return best


def _declared_codec(data: bytes) -> str | None:
    """The codec that a page names in its XML declaration or <meta>, if it is one of text."""
    head = _COMMENT.sub(b"", data[:DECLARATION_BYTES])
    for pattern in (_XML_ENCODING, _META_CHARSET):
        if match := pattern.search(head):
            return _CODECS.get(match[1].decode("ascii", "replace").lower())
    return None


def _is_nearly_utf_8(data: bytes) -> bool:
    """Whether all is UTF-8 but for a character that the end cuts off, or for surrogates (Java writes 😀 as two)."""
    try:
        data.decode(errors="surrogatepass")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def _guessed_codecs(data: bytes) -> list[str]:
    """windows-1252 where single accents and marks stand between ASCII; else charset-normalizer's best guess."""
    from charset_normalizer import from_bytes

    first = next((i for i, byte in enumerate(data) if byte > 0x7F), 0)
    sample = data[max(0, first - SAMPLE_BYTES // 2) :][:SAMPLE_BYTES]
    runs = _HIGH_RUN.findall(sample)
    high = sum(map(len, runs))
    if high <= 2 * len(runs) and high < max(_LEAST_HIGH, 0.2 * len(sample)):
        return ["cp1252"]
    guess = from_bytes(sample, cp_isolation=_GUESSABLE).best()
    if guess is None or "cp1252" in guess.could_be_from_charset:
        return ["cp1252"]
    return [guess.encoding]


_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LEAST_HIGH = 64  # fewer bytes say nothing of a language


def _replace(data: bytes, codec: str, name: str) -> Decoded:
    """Decoded with U+FFFD for what is invalid; the name says how many."""
    try:
        return Decoded(data.decode(codec), name)
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
    before = data.count("\ufffd".encode()) if codec == "utf-8" else 0
    return Decoded(text, f"{name}+replaced:{text.count(chr(0xFFFD)) - before}")


def _nonsense_share(text: str) -> float:
    return len(_NONSENSE.findall(text)) / max(1, len(text))


def _is_binary(data: bytes) -> bool:
    return b"\0" in data[:SAMPLE_BYTES]


def _has_control_byte(data: bytes) -> bool:
    """Whether a control character may be in the text; hundreds of times as fast as looking for one."""
    return bool(data.translate(None, _NO_CONTROL_BYTE))


def _check_text(data: bytes, decoded: Decoded, is_html: bool) -> None:
    text = decoded.text
    if "\0" in text and not is_html:
        raise NotTextError(f"it holds {text.count(chr(0))} NUL bytes")
    if has_mark_flood(text):
        raise NotTextError("it holds hundreds of combining marks in a row")
    plain = _ESCAPE_SEQUENCE.sub("", text) if "\x1b" in text else text
    controls = _CONTROL.findall(plain) if _has_control_byte(data) else []
    if len(controls) > MAX_CONTROL_SHARE * len(text):
        raise NotTextError(f"{len(controls)} of {len(text)} characters are control characters")
    replaced = replaced_count(decoded.encoding)
    if replaced > MAX_REPLACED_SHARE * len(text):
        raise UndecodableError(
            f"{replaced} of {len(text)} characters can't be read as {decoded.encoding.split('+')[0]}"
        )


def replaced_count(encoding: str) -> int:
    """How many characters an encoding's repairs say were replaced."""
    return sum(int(part.removeprefix("replaced:")) for part in encoding.split("+") if part.startswith("replaced:"))
