"""Folds a line to the form in which boilerplate cues are looked up, and finds raw offsets of what was found."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from itertools import accumulate
from typing import Final

#: Every kind of white space, the terminators of a line included, is a space.
SPACES: Final = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
#: Signs that a writer leaves out or puts in as he likes: nukta, joiners, soft hyphen, direction marks, byte-order mark.
DROPPED: Final = "\u093c\u09bc\u0a3c\u0abc\u0b3c\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff"
#: One sign for each family of look-alikes: candrabindu, letters with an inherent nukta, quotes, dashes, double danda.
FOLDED: Final = {
    **dict.fromkeys(SPACES, " "),
    **dict.fromkeys(DROPPED, ""),
    "ँ": "ं",
    "ऩ": "न",
    "ऱ": "र",
    "ऴ": "ळ",
    **dict.fromkeys("‘’‚‛`´′", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "॥": "।",
    "\uff1a": ":",
    "\uff5c": "|",
}
_TABLE: Final = str.maketrans(FOLDED)
_PART: Final = re.compile(r"(?s).{1,200}[^ ]* *")


def fold_letters(text: str) -> str:
    """The text with one sign for each family of look-alikes, white space apart."""
    return unicodedata.normalize("NFC", text).translate(_TABLE)


def fold(text: str) -> str:
    """The text as cues are looked up in it: letters folded, one space between words, none at the ends."""
    return " ".join(part for part in fold_letters(text).split(" ") if part)


def find_raw_end(raw: str, folded_length: int) -> int:
    """The raw offset behind the first `folded_length` folded characters, signs that folding drops included."""
    if folded_length <= 0:
        return 0
    low, high = 0, min(2 * folded_length, len(raw))
    while high < len(raw) and len(fold(raw[:high])) < folded_length:
        high = min(2 * high, len(raw))
    while low < high:  # the length of a folded prefix never shrinks by more than a composed sign
        middle = (low + high) // 2
        if len(fold(raw[:middle])) >= folded_length:
            high = middle
        else:
            low = middle + 1
    while low < len(raw) and (raw[low] in DROPPED or unicodedata.combining(raw[low]) or _is_mark(raw[low])):
        low += 1
    return low


class RawOffsets:
    """A long text folded part by part: an offset is looked for in its part only. Parts end at a space."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        parts = [match.span() for match in _PART.finditer(raw)]
        texts = [(start, end, fold(raw[start:end])) for start, end in parts]
        texts = [(start, end, text) for start, end, text in texts if text]
        self.folded = " ".join(text for _, _, text in texts)
        self._parts = [(start, end) for start, end, _ in texts]
        self._ends = list(accumulate(len(text) + 1 for _, _, text in texts))  # the space behind a part included

    def end(self, folded_length: int) -> int:
        """As `find_raw_end` of the whole text."""
        if folded_length <= 0:
            return 0
        at = bisect_left(self._ends, folded_length + 1)
        if at == len(self._ends):
            return len(self.raw)
        start, end = self._parts[at]
        before = self._ends[at - 1] if at else 0
        return start + find_raw_end(self.raw[start:end], max(1, folded_length - before))

    def start(self, offset: int) -> int:
        """The raw offset at which the folded character at `offset` begins."""
        while offset and self.folded[offset - 1] == " ":
            offset -= 1
        at = self.end(offset)
        while at < len(self.raw) and self.raw[at].isspace():
            at += 1
        return at


def find_raw_start(raw: str, folded_length: int) -> int:
    """The raw offset at which the last `folded_length` folded characters begin."""
    if folded_length <= 0:
        return len(raw)
    low, high = max(0, len(raw) - 2 * folded_length), len(raw)
    while low and len(fold(raw[low:])) < folded_length:
        low = max(0, len(raw) - 2 * (len(raw) - low))
    while low < high:
        middle = (low + high + 1) // 2
        if len(fold(raw[middle:])) >= folded_length:
            low = middle
        else:
            high = middle - 1
    return low


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")
