"""Characters that were encoded once too often on the way to a file: UTF-8 read as windows-1252, references in text."""

from __future__ import annotations

import html
import re
from typing import Final

#: windows-1252's characters for the bytes 80 to 9F; the five that it leaves out are those of Latin-1.
_HIGH: Final = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(0x80, 0xA0)}
_FOLLOWING: Final = "[" + re.escape("".join(_HIGH)) + "\u0080-\u00bf]"
#: What the bytes of one character look like when each is read as a character of its own.
_DOUBLED: Final = re.compile(
    f"[\u00c2-\u00df]{_FOLLOWING}|[\u00e0-\u00ef]{_FOLLOWING}{{2}}|[\u00f0-\u00f4]{_FOLLOWING}{{3}}"
)
_HINTS: Final = ("\u00e0", "\u00e2\u20ac", "\u00e2\u0080", "\u00c3")  # a text without any of these holds none
#: What may come out: letters of Europe and India, typography, currency signs, pictures.
_EXPECTED: Final = re.compile(
    "[\u0080-\u024f\u02c6\u02dc\u0900-\u0dff\u2000-\u206f\u20a0-\u20bf\u2122\ufeff\U0001f000-\U0001faff]"
)
_INDIC: Final = re.compile("[\u0900-\u0dff]")
_PUNCTUATION: Final = re.compile("[\u2000-\u206f\u20b9]")
#: So many characters of a kind come out of a text that was encoded twice, not of one that only quotes such text.
LEAST_INDIC: Final = 3
LEAST_PUNCTUATION: Final = 3
LEAST_OTHERS: Final = 5
#: A text may have been through it twice.
_MOST_ROUNDS: Final = 2

_REFERENCE: Final = re.compile(
    r"&(?:amp;)?(?:#(?:[xX][0-9a-fA-F]{2,6}|[0-9]{2,7})|nbsp|quot|apos|[lr][sd]quo|[mn]dash|hellip|zwn?j);|&amp;"
)
_LETTER: Final = re.compile(r"[^\W\d_]")
#: Of a text whose letters are Indic by this share every reference is debris.
LEAST_INDIC_SHARE: Final = 0.3
_SAMPLE: Final = 20_000


def repair_text(text: str, is_html: bool) -> tuple[str, list[str]]:
    """The text as it was meant, and the repairs made: "double:<characters>", "references:<count>" (not in HTML)."""
    text, doubled = undo_double_encoding(text)
    references = 0
    if not is_html:
        text, references = resolve_references(text)
    named = (("double", doubled), ("references", references))
    return text, [f"{name}:{count}" for name, count in named if count]


def undo_double_encoding(text: str) -> tuple[str, int]:
    """à¤®à¥‡à¤²à¤¾ → मेला: how many characters came out; what is sound in the same text stays as it is."""
    total = 0
    for _ in range(_MOST_ROUNDS):
        if not any(hint in text for hint in _HINTS):
            break
        meant = [char for match in _DOUBLED.finditer(text) if (char := _meant(match[0])) != match[0]]
        indic = sum(_INDIC.match(char) is not None for char in meant)
        punctuation = sum(_PUNCTUATION.match(char) is not None for char in meant)
        if indic < LEAST_INDIC and punctuation < LEAST_PUNCTUATION and len(meant) < LEAST_OTHERS:
            break
        text = _DOUBLED.sub(lambda match: _meant(match[0]), text)
        total += len(meant)
    return text, total


def _meant(run: str) -> str:
    """The character whose bytes these are; the run itself where they are none's or not one that is expected."""
    try:
        char = bytes(_HIGH.get(sign, ord(sign)) for sign in run).decode()
    except UnicodeDecodeError:
        return run
    return char if _EXPECTED.match(char) else run


def resolve_references(text: str) -> tuple[str, int]:
    """&#2350;&#2375;&#2354;&#2366; → मेला, in a text that is in an Indic script; how many there were."""
    if "&" not in text or not _REFERENCE.search(text):
        return text, 0
    resolved, count = _REFERENCE.subn(lambda match: html.unescape(html.unescape(match[0])), text)
    letters = len(_LETTER.findall(resolved[:_SAMPLE]))
    if len(_INDIC.findall(resolved[:_SAMPLE])) < LEAST_INDIC_SHARE * max(1, letters):
        return text, 0
    return resolved, count
